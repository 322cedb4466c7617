"""The one place where the parts are put together. Importing it loads all of them."""

from __future__ import annotations

import difflib
import getpass
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from dlaas_onboard.arguments import VARIABLES, Arguments
from dlaas_onboard.aws.cloud import AwsCloud
from dlaas_onboard.aws.session import available_profiles
from dlaas_onboard.checkout.infrastructure_code import read_code
from dlaas_onboard.checkout.project import DlaasCheckout
from dlaas_onboard.checkout.terraform_plan import read_plan
from dlaas_onboard.journey.errors import CannotLook, UsageError
from dlaas_onboard.onboarding import Onboarding
from dlaas_onboard.options import options_of
from dlaas_onboard.ports import Ports, ServedAccount
from dlaas_onboard.probes.resolver import DnsResolver, split_server
from dlaas_onboard.probes.website_probe import WebsiteProbe
from dlaas_onboard.progress.paths import rehearsal_folder
from dlaas_onboard.progress.store import SqliteStore
from dlaas_onboard.project import read_project
from dlaas_onboard.project.locate import root_of
from dlaas_onboard.rehearsal.launcher import SAMPLE_PROJECT, RehearsalError, RemoteDirector, Running, launch
from dlaas_onboard.report.reporter import ReadinessReporter

if TYPE_CHECKING:
    from dlaas_onboard.journey.facts.reading import Reading
    from dlaas_onboard.journey.facts.sending import Repository
    from dlaas_onboard.ports import Director


@contextmanager
def opened(args: Arguments) -> Iterator[Onboarding]:
    """Put an onboarding together for one command: for ``rehearse`` on the embedded account, else on real endpoints.

    Raises what :func:`build` and :func:`rehearsing` do.
    """
    if args.command == "rehearse":
        with rehearsing(args) as onboarding, closing(onboarding):
            yield onboarding
    else:
        with closing(build(args)) as onboarding:
            yield onboarding


def build(args: Arguments) -> Onboarding:
    """Put an onboarding together on real endpoints.

    Raises :class:`~dlaas_onboard.journey.errors.UsageError` for a ``--project`` that is not there.
    """
    return _onboarding(args, _project(args), partial(read_project, args.project), partial(root_of, args.project))


@contextmanager
def rehearsing(args: Arguments) -> Iterator[Onboarding]:
    """Run the embedded account beside us and hand out an onboarding on it: same code, other endpoints, own progress.

    Raises :class:`~dlaas_onboard.journey.errors.UsageError` for a checkout that does not exist, and
    :class:`~dlaas_onboard.journey.errors.CannotLook` if the account does not start.
    """
    with _launched(args) as (running, project, folder, state):
        for name, value in running.environment(os.environ).items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        there = args.replace(
            command="rehearse", profile="", region=running.region, state_dir=str(state), dns_server=running.dns
        )
        repository = partial(read_project, folder, around_here=False)
        root = partial(root_of, folder, around_here=False)
        yield _onboarding(there, project, repository, root, director=running.director, ca_file=running.ca_file)


@contextmanager
def serving(args: Arguments) -> Iterator[ServedAccount]:
    """Run the embedded account for other commands. Raises what :func:`rehearsing` does."""
    with _launched(args) as (running, _project, folder, state):
        mine = {"project": str(Path(folder).absolute()) if folder else None, "state_dir": str(state)}
        yield ServedAccount(
            scenario=running.director.scenario,
            account=running.account,
            region=running.region,
            domain=running.domain,
            owner=running.owner,
            website=running.website,
            dns=running.dns,
            endpoint=running.endpoint,
            environment={
                **running.environment(os.environ),
                "AWS_REGION": running.region,
                **{VARIABLES[name]: value for name, value in {**mine, "dns_server": running.dns}.items()},
            },
            events=running.director.events(),
            wait=running.process.wait,
        )


def play(event: str) -> str:
    """Make the account that the environment leads to do something, and return one sentence on what happened.

    Raises :class:`~dlaas_onboard.journey.errors.UsageError` where no embedded account is served or it knows no such
    event, and :class:`~dlaas_onboard.journey.errors.CannotLook` where it does not answer.
    """
    endpoint = urlsplit(os.environ.get("AWS_ENDPOINT_URL", ""))
    if endpoint.hostname != "127.0.0.1":
        raise UsageError("no embedded account is served here: export what `rehearse --serve` prints first")
    director = RemoteDirector("", endpoint.netloc)
    try:
        names = [known.id for known in director.events()]
        if event not in names:
            near = difflib.get_close_matches(event, names, n=1)
            hint = f"did you mean `{near[0]}`? Else choose" if near else "choose"
            raise UsageError(f"--play cannot be `{event}`: {hint} from {', '.join(names)}")
        return director.play(event)
    except (OSError, KeyError, ValueError) as error:
        raise CannotLook(f"no embedded account answers at {endpoint.netloc}: {error}") from error


@contextmanager
def _launched(args: Arguments) -> Iterator[tuple[Running, DlaasCheckout, str, Path]]:
    """Run the embedded account; hand it out with the project, its folder and where the rehearsal is kept."""
    project = _project(args)
    checkout = project.read().value
    folder = args.project or (checkout.root if checkout else "")
    if not folder and args.scenario != "fresh":
        folder = str(SAMPLE_PROJECT)
        project = DlaasCheckout(folder)
        checkout = project.read().value
    try:
        state = rehearsal_folder(args.state_dir, args.scenario)
        running = launch(
            args.scenario,
            state,
            domain=checkout.domain if checkout else "",
            region=args.region or (checkout.region if checkout else ""),
            service_name=checkout.service_name if checkout else "",
        )
    except (RehearsalError, OSError) as error:
        raise CannotLook(str(error)) from error
    try:
        yield running, project, folder, state
    finally:
        running.close()


def _project(args: Arguments) -> DlaasCheckout:
    """Return the operator's project. What was named and is no folder is a wrong flag, not a finding."""
    project = DlaasCheckout(args.project or None)
    if args.project:
        problem = project.read().problem
        if problem is not None:
            raise UsageError(f"{problem.message} {problem.remedy}")
    return project


def _onboarding(
    args: Arguments,
    project: DlaasCheckout,
    repository: Callable[[], Reading[Repository]],
    folder: Callable[[], Path | None],
    *,
    director: Director | None = None,
    ca_file: str = "",
) -> Onboarding:
    resolver = _resolver(args.dns_server)
    applied = read_plan(Path(args.terraform_plan)) if args.terraform_plan else None
    ports = Ports(
        cloud=AwsCloud,
        profiles=available_profiles,
        resolver=resolver,
        web=WebsiteProbe(resolver, ca_file),
        project=project,
        infrastructure=lambda: read_code(project.root or folder(), applied),
        repository=repository,
        store=SqliteStore(args.state_dir),
        reporter=ReadinessReporter(),
        clock=_Clock(),
        who=_who(),
        spawn=_spawn,
        director=director,
    )
    return Onboarding(ports, options_of(args))


def _resolver(server: str) -> DnsResolver:
    """Return the resolver; where a server is named with a port, the zones' own servers are asked at it, too."""
    port = 53
    with suppress(ValueError):  # the resolver itself says what is wrong with the server
        port = split_server(server)[1] if server else 53
    return DnsResolver(server, port=port)


def _spawn(task: Callable[[], None]) -> None:
    """Run a task in a daemon thread: a call that hangs never holds up quitting."""
    threading.Thread(target=task, daemon=True).start()


def _who() -> str:
    """Return the operator as the machine knows them, for the record of declarations and filings."""
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
