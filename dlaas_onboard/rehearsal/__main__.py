"""The embedded account in a process of its own: ``python -m dlaas_onboard.rehearsal --scenario NAME --folder DIR``.

Prints one line of JSON with where everything is, and ends when its standard input does: whoever started it is gone.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import BinaryIO

from dlaas_onboard.arguments import DEFAULT_SCENARIO
from dlaas_onboard.rehearsal import scenarios
from dlaas_onboard.rehearsal.demo_website import CA_FILE, DemoWebsite
from dlaas_onboard.rehearsal.embedded_account import EmbeddedAccount
from dlaas_onboard.rehearsal.http_server import start
from dlaas_onboard.rehearsal.nameserver import Nameserver
from dlaas_onboard.rehearsal.saved_state import SavedState, load
from dlaas_onboard.rehearsal.ses_identities import check

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


def main(arguments: list[str] | None = None) -> int:
    """Serve until standard input ends. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m dlaas_onboard.rehearsal")
    parser.add_argument("--scenario", default=DEFAULT_SCENARIO, choices=list(scenarios.SCENARIOS))
    parser.add_argument("--folder", type=Path, required=True, help="where the account is kept")
    parser.add_argument("--domain", default=scenarios.DOMAIN)
    parser.add_argument("--region", default=scenarios.REGION)
    parser.add_argument("--service-name", default="DLaaS")
    parser.add_argument("--factor", type=float, default=60.0, help="how much faster AWS's minutes pass")
    options = parser.parse_args(arguments)
    if options.factor <= 0:
        parser.error("--factor must be above zero")
    if "@" in options.domain or not check(options.domain.rstrip(".")):
        parser.error(f"--domain: {options.domain!r} is not a domain name")
    # Ctrl+C in the terminal is for the app; this process ends with it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    folder: Path = options.folder
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    ended = threading.Event()
    threading.Thread(target=_watch_input, args=(ended,), daemon=True).start()
    path = folder / f"account-{options.scenario}.json"
    lock_path = folder / f"account-{options.scenario}.lock"
    lock = _lock(lock_path)
    account: EmbeddedAccount | None
    if lock is not None:
        account = served = _serve(path, options)
        _tell(served.state, folder)
    else:
        # Another terminal rehearses here: this one shares its account, and takes it over when that one ends.
        _tell(_shared(path), folder)
        while lock is None and not ended.wait(0.1):
            lock = _lock(lock_path)
        account = _serve(path, options) if lock is not None else None
    ended.wait()
    if account is not None:
        with account.lock:
            account.save()
    # Threads that still serve somebody would hold the exit up.
    os._exit(0)


def _watch_input(ended: threading.Event) -> None:
    while sys.stdin.buffer.read(4096):
        pass
    ended.set()


def _lock(path: Path) -> BinaryIO | None:
    """Return the locked file, which holds the lock while it is open; ``None`` if another process holds it."""
    file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "ab")
    try:
        if sys.platform == "win32":
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        return None
    return file


def _shared(path: Path) -> SavedState:
    """Return the account that another process serves, once it says on which ports."""
    for _ in range(100):
        state = load(path)
        if state is not None and state.ports:
            return state
        time.sleep(0.1)
    raise SystemExit("Another rehearsal holds this account, but does not answer.")


def _serve(path: Path, options: argparse.Namespace) -> EmbeddedAccount:
    """Start everything, on the same ports as the last time: progress and the website's address name them."""
    account = EmbeddedAccount(_state(path, options), path=path, factor=options.factor)
    ports = account.state.ports

    server = start(account, port=ports.get("endpoint", 0))

    nameserver = Nameserver(account, ports.get("dns", 0))
    website = DemoWebsite(account, path.parent, ports.get("website", 0))
    with account.lock:
        ports.update(endpoint=server.port, dns=nameserver.port, website=website.port)
        for region in account.state.regions.values():
            # A scenario that begins after the request does not know the port yet; the website is only found with it.
            if region.details and region.details["WebsiteURL"] == f"https://{account.state.domain}":
                region.details["WebsiteURL"] = website.url
        account.save()
    return account


def _tell(state: SavedState, folder: Path) -> None:
    """Print where everything is, in one line."""
    endpoint = f"http://127.0.0.1:{state.ports['endpoint']}"
    place = {
        "endpoint": endpoint,
        "dns": f"127.0.0.1:{state.ports['dns']}",
        "website": f"https://{state.domain}:{state.ports['website']}/",
        "ca_file": str(folder / CA_FILE),
        "domain": state.domain,
        "region": state.home,
        "account": state.id,
        "owner": state.owner,
        "director": f"{endpoint}/_rehearsal/",
        "scenario": state.scenario,
    }
    sys.stdout.write(json.dumps(place) + "\n")
    sys.stdout.flush()


def _state(path: Path, options: argparse.Namespace) -> SavedState:
    """Return the saved account, or a new one where there is none for this domain and Region."""
    domain = options.domain.lower().rstrip(".")
    saved = load(path)
    if saved is not None and (saved.scenario, saved.domain, saved.home) == (options.scenario, domain, options.region):
        return saved
    return scenarios.build(
        options.scenario,
        now=time.time(),
        domain=domain,
        region=options.region,
        service_name=options.service_name,
    )


if __name__ == "__main__":
    sys.exit(main())
