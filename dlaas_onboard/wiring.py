"""The one place where the parts are put together."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from dlaas_onboard.journey.errors import CannotLook, UsageError
from dlaas_onboard.onboarding import Onboarding, Options
from dlaas_onboard.ports import Ports

if TYPE_CHECKING:
    from dlaas_onboard.arguments import Arguments
    from dlaas_onboard.journey import facts as f
    from dlaas_onboard.journey.facts.reading import Reading
    from dlaas_onboard.journey.report_input import ReportInput
    from dlaas_onboard.ports import Cloud, Director, Project, Reporter, Resolver, Web

# Static credentials in the environment outrank a profile that only a checkout names.
_OWN_CREDENTIALS = ("AWS_ACCESS_KEY_ID", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")


def build(args: Arguments) -> Onboarding:
    """Put an onboarding together for one command on real endpoints.

    Raises :class:`~dlaas_onboard.journey.errors.UsageError` for a ``--project`` that is not there.
    """
    _check_project(args)
    return _onboarding(args)


def open_app(args: Arguments) -> int:
    """Open the app, or its plain face, and return the exit status; in a rehearsal on the embedded account."""
    if args.command == "rehearse":
        if not args.plain:
            _spawn(_load_screen)  # at the same time as the account starts in its own process
        with rehearsing(args) as onboarding:
            return _face(onboarding, args)
    _check_project(args)
    return _face(_onboarding(args, radar=not args.plain), args)


def _check_project(args: Arguments) -> None:
    """A folder that was named and is no checkout is a wrong flag, not a finding."""
    if args.project:
        problem = _Project(args.project).read().problem
        if problem is not None:
            raise UsageError(f"{problem.message} {problem.remedy}")


def profiles() -> tuple[str, ...]:
    """Return the profiles of the AWS configuration."""
    from dlaas_onboard.aws.session import available_profiles

    return available_profiles()


def _face(onboarding: Onboarding, args: Arguments) -> int:
    if args.plain:
        from dlaas_onboard.headless.plain_mode import run as run_lines

        return run_lines(onboarding, args)
    from dlaas_onboard.tui.app import run as run_app

    return run_app(onboarding, onboarding.options)


def _load_screen() -> None:
    import dlaas_onboard.tui.app  # noqa: F401 - for :func:`_face`, which would wait for as long


@contextmanager
def rehearsing(args: Arguments) -> Iterator[Onboarding]:
    """Run the embedded account beside us and hand out an onboarding on it: same code, other endpoints, own progress.

    Raises :class:`~dlaas_onboard.journey.errors.UsageError` for a scenario or checkout that does not exist, and
    :class:`~dlaas_onboard.journey.errors.CannotLook` if the account does not start.
    """
    from dlaas_onboard.progress.paths import state_folder
    from dlaas_onboard.rehearsal.launcher import SAMPLE_PROJECT, RehearsalError, launch
    from dlaas_onboard.rehearsal.scenarios import DEFAULT, SCENARIOS

    scenario = args.scenario or DEFAULT
    if scenario not in SCENARIOS:
        raise UsageError(f"There is no scenario {scenario!r}. Choose one of: {', '.join(SCENARIOS)}.")
    _check_project(args)
    project = _Project(args.project)
    checkout = project.read().value
    if checkout is None and scenario != "fresh":
        project = _Project(str(SAMPLE_PROJECT))
        checkout = project.read().value
    try:
        folder = state_folder(args.state_dir) / "rehearsal" / scenario
        running = launch(
            scenario,
            folder,
            domain=checkout.domain if checkout else "",
            region=args.region or (checkout.region if checkout else ""),
            service_name=checkout.service_name if checkout else "",
        )
    except (RehearsalError, OSError) as error:
        raise CannotLook(str(error)) from error
    try:
        for name, value in running.environment(os.environ).items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        yield _onboarding(
            args._replace(profile="", region=running.region, state_dir=str(folder), dns_server=running.dns, project=""),
            project=project,
            radar=not args.plain,
            director=running.director,
            ca_file=running.ca_file,
        )
    finally:
        running.close()


def _onboarding(
    args: Arguments,
    *,
    project: _Project | None = None,
    radar: bool = False,
    director: Director | None = None,
    ca_file: str = "",
) -> Onboarding:
    from dlaas_onboard.progress.store import SqliteStore

    region, source = _region(args, rehearsal=director is not None)
    options = Options(
        profile=args.profile or os.environ.get("AWS_PROFILE", "") or os.environ.get("AWS_DEFAULT_PROFILE", ""),
        region=region,
        region_source=source,
        own_credentials=any(os.environ.get(name) for name in _OWN_CREDENTIALS),
        read_only=args.read_only,
        rehearsal=director.scenario if director else "",
        radar=radar,
    )
    resolver = _Resolver(args.dns_server)
    ports = Ports(
        cloud=_cloud,
        profiles=profiles,
        resolver=resolver,
        web=_Web(resolver if args.dns_server else None, ca_file),
        project=project or _Project(args.project),
        store=SqliteStore(args.state_dir),
        reporter=_Reporter(),
        clock=_Clock(),
        who=_who(),
        spawn=_spawn,
        director=director,
    )
    return Onboarding(ports, options)


def _region(args: Arguments, *, rehearsal: bool) -> tuple[str, str]:
    """Return the Region that was named, and by what. boto3 does not read ``AWS_REGION`` (docs/ses.md, "Regions")."""
    if args.region:
        return args.region.strip(), "rehearsal" if rehearsal else "--region"
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        if os.environ.get(name, "").strip():
            return os.environ[name].strip(), name
    return "", ""


def _cloud(profile: str, region: str, source: str) -> Cloud:
    from dlaas_onboard.aws.cloud import AwsCloud

    return AwsCloud(profile, region, source)


def _spawn(task: Callable[[], None]) -> None:
    """Run a task in a daemon thread: a call that hangs never holds up quitting."""
    threading.Thread(target=task, daemon=True).start()


def _who() -> str:
    """Return the operator as the machine knows them, for the record of declarations and filings."""
    import getpass
    import socket

    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # no entry for this user id
        user = f"uid {os.getuid()}" if hasattr(os, "getuid") else "unknown"
    return f"{user}@{socket.gethostname()}"


class _Clock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


# The rooms behind these are imported by the thread that first asks: none of them is needed for the first paint.


class _Resolver:
    def __init__(self, server: str) -> None:
        self._server = server
        self._resolver: Resolver | None = None
        self._lock = threading.Lock()

    def _asked(self) -> Resolver:
        with self._lock:
            if self._resolver is None:
                from dlaas_onboard.probes.resolver import DnsResolver, split_server

                # Where a server is named with a port, the zones' own servers are looked for at that port, too.
                port = 53
                with suppress(ValueError):  # the resolver itself says what is wrong with the server
                    port = split_server(self._server)[1] if self._server else 53
                self._resolver = DnsResolver(self._server, port=port)
            return self._resolver

    def look(self, name: str, type: str) -> Reading[f.DnsAnswer]:  # noqa: A002 - DNS's own word
        return self._asked().look(name, type)

    def spf(self, name: str) -> Reading[f.Spf]:
        return self._asked().spf(name)

    def dmarc(self, domain: str) -> Reading[f.Dmarc]:
        return self._asked().dmarc(domain)

    def delegation(self, domain: str) -> Reading[f.Delegation]:
        return self._asked().delegation(domain)

    def mailbox(self, domain: str) -> Reading[f.Mailbox]:
        return self._asked().mailbox(domain)


class _Web:
    def __init__(self, resolver: _Resolver | None, ca_file: str) -> None:
        self._resolver = resolver
        self._ca_file = ca_file

    def visit(
        self, url: str, service_name: str, *, products: Sequence[str] = (), allow_private: bool = False
    ) -> Reading[f.Website]:
        from dlaas_onboard.probes.website_probe import WebsiteProbe

        probe: Web = WebsiteProbe(self._resolver, self._ca_file)
        return probe.visit(url, service_name, products=products, allow_private=allow_private)


class _Project:
    def __init__(self, folder: str) -> None:
        self._folder = folder

    def _project(self) -> Project:
        from dlaas_onboard.checkout.project import DlaasCheckout

        return DlaasCheckout(self._folder or None)

    def read(self) -> Reading[f.Checkout]:
        return self._project().read()

    def terraform(self, report_input: ReportInput) -> str:
        return self._project().terraform(report_input)


class _Reporter:
    def _reporter(self) -> Reporter:
        from dlaas_onboard.report.reporter import ReadinessReporter

        return ReadinessReporter()

    def render(self, report_input: ReportInput, format: str, audience: str) -> bytes:  # noqa: A002 - the flag's name
        return self._reporter().render(report_input, format, audience)

    def status(self, report_input: ReportInput) -> dict[str, object]:
        return self._reporter().status(report_input)
