"""Starts the embedded account beside the app and says how to reach it. It does not load moto."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

from dlaas_onboard.ports import RehearsalEvent
from dlaas_onboard.rehearsal.scenarios import SCENARIOS

SAMPLE_PROJECT = Path(__file__).with_name("project")  # a small checkout, for a rehearsal outside of any
ACCESS_KEY = "AKIAREHEARSAL0000000"  # the account knows this key: nobody else does
_PATIENCE = 30.0  # seconds until a start is given up
_SECRET_KEY = "rehearsal-only-not-a-secret"  # noqa: S105 - it opens nothing


class RehearsalError(Exception):
    """The embedded account did not start; the message says why and what to do."""


class RemoteDirector:
    """Plays events in the other process. Satisfies ``ports.Director``; ``play`` raises ``OSError`` if it is gone."""

    def __init__(self, scenario: str, host: str) -> None:
        self.scenario = scenario
        self._host = host

    def events(self) -> Sequence[RehearsalEvent]:
        """Return what the account can be made to do."""
        return [RehearsalEvent(**event) for event in self._ask("GET", "events")["events"]]

    def play(self, event_id: str) -> str:
        """Do it and return one sentence. Raises ``KeyError`` for an event that does not exist."""
        return str(self._ask("POST", f"events/{event_id}")["sentence"])

    def _ask(self, method: str, path: str) -> dict[str, Any]:
        connection = HTTPConnection(self._host, timeout=10)
        try:
            connection.request(method, f"/_rehearsal/{path}", headers={"X-Rehearsal": "director"})
            response = connection.getresponse()
            body = response.read()
        except HTTPException as error:
            raise OSError("The embedded account did not answer.") from error
        finally:
            connection.close()
        if response.status == 404:
            raise KeyError(path)
        if response.status != 200:
            raise OSError(f"The embedded account answered {response.status}.")
        answer: dict[str, Any] = json.loads(body)
        return answer


@dataclass(frozen=True)
class Running:
    """The embedded account, running. It ends with :meth:`close` or with this process, whatever happens to it."""

    process: subprocess.Popen[bytes]
    endpoint: str
    dns: str  # host:port, for --dns-server
    website: str
    ca_file: str  # the authority of the website's certificate
    domain: str
    region: str
    account: str
    owner: str  # the address that plays the operator's own
    director: RemoteDirector

    def environment(self, current: Mapping[str, str]) -> dict[str, str | None]:
        """Return the environment variables that lead to this account; ``None``: to be unset.

        All of AWS's own variables in ``current`` go, and its files are not read, so that nothing of the operator's
        real configuration takes part.
        """
        changes: dict[str, str | None] = {name: None for name in current if name.startswith("AWS_")}
        nowhere = str(Path(self.ca_file).parent / "no-aws-configuration")
        direct = ",".join(filter(None, (current.get("NO_PROXY") or current.get("no_proxy"), "127.0.0.1,localhost")))
        return changes | {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": _SECRET_KEY,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": nowhere,
            "AWS_SHARED_CREDENTIALS_FILE": nowhere,
            "AWS_PROFILE": None,
            "NO_PROXY": direct,
            "no_proxy": direct,
            "SSL_CERT_FILE": self.ca_file,
        }

    def close(self, timeout: float = 5.0) -> None:
        """End the account; what it did is saved."""
        if self.process.stdin:
            self.process.stdin.close()
        try:
            self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()


def launch(
    scenario: str,
    folder: Path,
    *,
    domain: str = "",
    region: str = "",
    service_name: str = "",
    factor: float = 60.0,
) -> Running:
    """Start the embedded account, kept in ``folder``; the same folder and scenario go on where they stopped.

    ``domain``, ``region`` and ``service_name`` are those of the checkout, if there is one. Raises
    :class:`RehearsalError`.
    """
    if importlib.util.find_spec("moto") is None:
        raise RehearsalError("A rehearsal needs moto. Install it with: pip install 'dlaas-onboard[rehearsal]'")

    if scenario not in SCENARIOS:
        raise RehearsalError(f"There is no scenario {scenario!r}. Choose one of: {', '.join(SCENARIOS)}.")
    log = folder / "account.log"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        errors = os.fdopen(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab")
        logged = log.stat().st_size  # another terminal may share the account, and its log
    except OSError as error:
        raise RehearsalError(f"The rehearsal cannot be kept in {folder}: {error.strerror}.") from error
    command = [sys.executable, "-m", "dlaas_onboard.rehearsal", "--scenario", scenario, "--folder", str(folder)]
    command += ["--factor", repr(factor)]
    for flag, value in (("--domain", domain), ("--region", region), ("--service-name", service_name)):
        command += [f"{flag}={value}"] if value else []
    package = str(Path(__file__).resolve().parents[2])
    path = os.pathsep.join(filter(None, (package, os.environ.get("PYTHONPATH"))))
    with errors:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            env=_clean(os.environ, folder) | {"PYTHONPATH": path},
            # Ctrl+C in the terminal reaches the whole process group; it is meant for the app.
            start_new_session=os.name == "posix",
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
    impatience = threading.Timer(_PATIENCE, process.kill)
    impatience.start()
    line = process.stdout.readline() if process.stdout else b""
    impatience.cancel()
    try:
        place: dict[str, str] = json.loads(line)
    except ValueError:
        _end(process)
        reason = log.read_bytes()[logged:].decode("utf-8", "replace").strip().splitlines()[-1:]
        raise RehearsalError(f"The embedded account did not start: {''.join(reason) or 'no reason given'}") from None
    director = RemoteDirector(place["scenario"], place["endpoint"].removeprefix("http://"))
    return Running(
        process,
        endpoint=place["endpoint"],
        dns=place["dns"],
        website=place["website"],
        ca_file=place["ca_file"],
        domain=place["domain"],
        region=place["region"],
        account=place["account"],
        owner=place["owner"],
        director=director,
    )


def _clean(current: Mapping[str, str], folder: Path) -> dict[str, str]:
    """Return the environment without AWS's and moto's variables: moto asks botocore, which would read them."""
    nowhere = str(folder / "no-aws-configuration")
    kept = {name: value for name, value in current.items() if not name.startswith(("AWS_", "MOTO_"))}
    return kept | {"AWS_CONFIG_FILE": nowhere, "AWS_SHARED_CREDENTIALS_FILE": nowhere}


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout):
        if stream:
            stream.close()
