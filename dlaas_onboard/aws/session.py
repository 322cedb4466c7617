"""One boto3 Session for one profile and Region, and its clients, shared by all threads.

A Session is not safe to share and costs about 50 ms; a client is safe, and the second of a service 5 to 30 ms (boto3
session guide). So one Session is built, under a lock, and one client for each service,
Region and manner of calling.
"""

from __future__ import annotations

import difflib
import os
import re
import shlex
import threading
from collections.abc import Callable
from pathlib import PurePath
from typing import Any, NamedTuple, cast
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import ProfileNotFound
from botocore.loaders import Loader
from botocore.regions import EndpointResolver
from botocore.session import Session as BotocoreSession

from dlaas_onboard import __version__
from dlaas_onboard.aws.error_text import CallPlace, MfaCodeError, no_region
from dlaas_onboard.aws.problems import problem
from dlaas_onboard.aws.response_fields import TroubleError
from dlaas_onboard.aws.sdk_loader import Data
from dlaas_onboard.journey.facts import Place
from dlaas_onboard.journey.facts.reading import Problem, ProblemKind
from dlaas_onboard.journey.text import line

_REGION = re.compile(r"[a-z]{2,5}(-[a-z]+)+-\d{1,2}")
_SUFFIXES = r"amazonaws\.com(\.cn)?|api\.aws|amazonaws\.eu|api\.amazonwebservices\.(com\.cn|eu)"
# An API's name, a Region, a suffix of partitions.json; what runs *on* AWS (compute, elb, execute-api) has more labels.
_AMAZON = re.compile(rf"([a-z0-9-]+\.{_REGION.pattern}|sts|[a-z0-9.-]+\.vpce)\.({_SUFFIXES})")
_MFA_CODE = re.compile(r"[0-9]{6}")  # TokenCode of sts:AssumeRole
_SUPPORT = {"aws": "us-east-1", "aws-us-gov": "us-gov-west-1", "aws-cn": "cn-north-1"}


class Timeouts(NamedTuple):
    """Seconds; botocore's own are 60 and 60, far too long for a screen."""

    connect: float = 4.0
    read: float = 10.0
    write: float = 20.0


def is_amazon(host: str) -> bool:
    """Return whether ``host`` is one of Amazon's API hosts, of any partition with SES."""
    return bool(_AMAZON.fullmatch(host.lower().rstrip(".")))


def host_of(url: str) -> str:
    """Return ``host[:port]`` of an endpoint, without user names; a default port is left out."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    return line(f"{host}:{parts.port}" if parts.port and parts.port not in (80, 443) else host)


def support_region(partition: str) -> str:
    """Return the Region whose Support endpoint serves a partition, ``""`` where there is none.

    Source: AWS Support endpoints, https://docs.aws.amazon.com/general/latest/gr/awssupport.html
    """
    return _SUPPORT.get(partition, "")


def available_profiles() -> tuple[str, ...]:
    """Return the names of the profiles in the AWS configuration; none where it cannot be read."""
    try:
        # boto3's Session refuses to begin where AWS_PROFILE names a profile that is missing; botocore's does not.
        return tuple(sorted(line(name) for name in BotocoreSession().available_profiles))
    except Exception:  # connect() says why; here it is a list to choose from
        return ()


_regions: dict[str, str] = {}
_regions_lock = threading.Lock()


def all_regions(partition: str) -> tuple[str, ...]:
    """Return the Regions of a partition where SES has an endpoint, sorted, from the SDK's own data."""
    partitions = _ses_regions(Data())
    return tuple(sorted(region for region, where in partitions.items() if where == partition))


def _ses_regions(loader: Loader) -> dict[str, str]:
    """Return Region → partition for all Regions where the SDK knows an SES endpoint, without pseudo Regions.

    Read once in a process; a Session's loader has the 1.2 MB at hand, since its clients need them too.
    """
    with _regions_lock:
        if not _regions:
            known = EndpointResolver(loader.load_data("endpoints"))
            for partition in known.get_available_partitions():
                for region in known.get_available_endpoints("email", partition):  # SES's prefix; no fips- names
                    _regions[region] = partition
        return _regions


class UnusableError(TroubleError):
    """No Session comes about; ``place`` holds what is known: profile, Region."""

    def __init__(self, problem: Problem, place: Place) -> None:
        super().__init__(problem)
        self.place = place


class Session:
    """Raises :class:`UnusableError` when the profile or the Region cannot be used.

    ``ask_code`` gets botocore's prompt and returns the MFA code, ``""`` where the operator gave up. It is called in
    the thread of the first call that needs credentials.
    """

    def __init__(
        self,
        *,
        profile: str,
        region: str,
        region_source: str,
        ask_code: Callable[[str], str],
        timeouts: Timeouts,
        prepare: Callable[[Any], None],
    ) -> None:
        self._lock = threading.RLock()
        self._clients: dict[tuple[str, str, bool], Any] = {}
        self._prepare = prepare
        self._timeouts = timeouts
        self.place = Place(profile=line(profile), region=line(region), region_source=region_source)
        try:
            self._core: Any = BotocoreSession(profile=profile or None)
            self._core.register_component("data_loader", Data(self._core.get_config_variable("data_path") or ""))
            self._session = boto3.Session(botocore_session=self._core)
            self.profile = profile or str(self._core.profile or "")
            named, source = (region, region_source) if region else self._configured_region()
            self.place = Place(profile=line(self.profile), region=line(named), region_source=source)
            self.ses_regions = _ses_regions(self._core.get_component("data_loader"))
            self._check_region(named)
            self.region = named
            self.partition = self.ses_regions[named]
            # Roles are assumed through an STS client of botocore's own, which knows no other Region than this one.
            self._core.set_config_variable("region", named)
            self._ask_inside(ask_code)
            endpoint = str(self.client("sesv2").meta.endpoint_url)
        except Exception as exc:
            raise UnusableError(self._refused(exc), self.place) from exc
        self.place = Place(
            profile=line(self.profile),
            region=named,
            region_source=source,
            partition=self.partition,
            endpoint=host_of(endpoint),
            amazon=is_amazon(urlsplit(endpoint).hostname or ""),
        )

    def client(self, service: str, region: str = "", *, write: bool = False) -> Any:
        """Return the shared client: a read is tried three times, a write once, whatever the environment says.

        ``total_max_attempts`` counts the first try; ``max_attempts`` would allow one more
        (docs/faults.md, "Writing once"). Raises what botocore raises.
        """
        key = (service, region or self.region, write)
        with self._lock:
            client_ = self._clients.get(key)
            if client_ is None:
                config = Config(
                    connect_timeout=self._timeouts.connect,
                    read_timeout=self._timeouts.write if write else self._timeouts.read,
                    retries={"mode": "standard", "total_max_attempts": 1 if write else 3},
                    max_pool_connections=16,
                    user_agent_extra=f"dlaas-onboard/{__version__}",
                )
                # The stubs know one overload for each service; which one is asked for is known only here.
                client_ = cast(Any, self._session).client(service, region_name=key[1], config=config)
                self._prepare(client_)
                self._clients[key] = client_
            return client_

    def release(self, service: str, region: str) -> None:
        """Let go of the client for reads in another Region: each holds 0.3 MB, and 0.7 MB of certificates.

        Calls under way in other threads end on their own.
        """
        if region == self.region:
            return
        with self._lock:
            client = self._clients.pop((service, region, False), None)
        if client is not None:
            client.close()

    def method(self) -> str:
        """Return where botocore found the credentials (``env``, ``sso``, ``assume-role``); resolves nothing new."""
        credentials = getattr(self._core, "_credentials", None)
        return line(str(getattr(credentials, "method", "") or ""))

    def secrets(self) -> tuple[str, ...]:
        """Return the secret texts of the resolved credentials, to strike them out of what others say."""
        held = vars(self._core).get("_credentials")
        names = ("access_key", "secret_key", "token", "_access_key", "_secret_key", "_token")
        fields = vars(held) if held is not None else {}
        return tuple(value for name in names if isinstance(value := fields.get(name), str) and len(value) > 7)

    def program(self) -> str:
        """Return the credential process of the profile without its folder and arguments, ``""`` if there is none."""
        try:
            command = self._core.get_scoped_config().get("credential_process", "")
            words = shlex.split(command) if isinstance(command, str) else []
        except Exception:  # only asked for while another failure is put into words
            return ""
        return line(PurePath(words[0]).name, limit=60) if words else ""

    def close(self) -> None:
        """Close idle connections; calls under way keep theirs until they end.

        Waits for nobody: while a client comes about, a credential process may hang.
        """
        if self._lock.acquire(blocking=False):
            try:
                for client in self._clients.values():
                    client.close()
            finally:
                self._lock.release()

    def _configured_region(self) -> tuple[str, str]:
        region = self._session.region_name or ""
        if region and os.environ.get("AWS_DEFAULT_REGION") == region:
            return region, "AWS_DEFAULT_REGION"
        return region, f"profile {line(self.profile or 'default')}" if region else ""

    def _check_region(self, region: str) -> None:
        if not region:
            raise TroubleError(Problem(*no_region(self.profile)))
        if region in self.ses_regions:
            return
        shown = line(region, limit=60)
        close = difflib.get_close_matches(region.lower().replace(" ", "-"), self.ses_regions, n=3, cutoff=0.6)
        near = f" Close to it: {', '.join(close)}." if close else ""
        if self._exists(region):
            raise TroubleError(
                Problem(ProblemKind.REGION, f"Amazon SES has no endpoint in {shown}.", f"Choose another Region.{near}")
            )
        raise TroubleError(Problem(ProblemKind.REGION, f"There is no Region named {shown}.", f"Check the name.{near}"))

    def _exists(self, region: str) -> bool:
        return any(
            region in self._session.get_available_regions("sts", partition)
            for partition in self._session.get_available_partitions()
        )

    def _ask_inside(self, ask_code: Callable[[str], str]) -> None:
        """Have MFA codes asked for by ``ask_code``: botocore would write to the terminal and block the screen."""

        def prompt(text: str) -> str:
            code = ask_code(line(text)).strip()
            if not _MFA_CODE.fullmatch(code):
                raise MfaCodeError(code)
            return code

        self._core.get_component("credential_provider").get_provider("assume-role")._prompter = prompt

    def _refused(self, exc: Exception) -> Problem:
        where = CallPlace(
            profile=self.place.profile,
            region=self.place.region,
            sent=False,
            program="" if not hasattr(self, "_core") else self.program(),
        )
        fault = problem(exc, "", where=where)
        if isinstance(exc, ProfileNotFound) and (names := available_profiles()):
            shown = ", ".join(names[:8]) + (" …" if len(names) > 8 else "")
            return Problem(fault.kind, fault.message, f"{fault.remedy} Profiles here: {shown}.")
        return fault
