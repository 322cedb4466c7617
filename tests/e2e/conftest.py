"""The product as ``wiring`` puts it together, on an embedded account, DNS server and website of this process."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from dlaas_onboard import wiring
from dlaas_onboard.arguments import Arguments
from dlaas_onboard.aws import rate_limit
from dlaas_onboard.journey.situation.intents import Intent
from dlaas_onboard.journey.step_registry import StepId, StepState
from dlaas_onboard.onboarding import Onboarding, acting
from dlaas_onboard.rehearsal import scenarios
from dlaas_onboard.rehearsal.demo_website import DemoWebsite
from dlaas_onboard.rehearsal.embedded_account import EmbeddedAccount
from dlaas_onboard.rehearsal.http_server import LoggedCall, Server, start
from dlaas_onboard.rehearsal.launcher import SAMPLE_PROJECT
from dlaas_onboard.rehearsal.nameserver import Nameserver

PATIENT = acting.READ_BACK_AFTER
FIELDS = {
    "test_address": "operator@example.net",
    "contacts": "operator@example.net",
    "contact_language": "EN",
    "users": "120",
    "users_now": "0",
    "messages_per_day_now": "0",
    "signups_per_day": "5",
    "mails_per_user_month": "4",
    "peak_factor": "3",
    "recipients_source": "People enter their address in the sign-up form and confirm it through a link.",
    "unsubscribe": "Each message belongs to an account; closing the account ends all mail.",
    "bounce_process": "The operator reads each event and blocks the address in the user table within a day.",
    "bounce_seen": "Both events arrived in the operator's mailbox within a minute.",
    "declare_terms": "yes",
    "declare_recipients": "yes",
    "declare_bounces": "yes",
}


@dataclass
class World:
    """An embedded account with DNS and website, and onboardings on it."""

    server: Server
    nameserver: Nameserver
    website: DemoWebsite
    folder: Path
    state_dir: Path
    opened: list[Onboarding] = field(default_factory=list)

    def arguments(self, **changes: object) -> Arguments:
        defaults = Arguments(
            command="status",  # the app sweeps every Region beside
            region=scenarios.REGION,
            project=str(SAMPLE_PROJECT),
            state_dir=str(self.state_dir),
            dns_server=self.dns,
        )
        return defaults.replace(**changes)

    @property
    def dns(self) -> str:
        return f"127.0.0.1:{self.nameserver.port}"

    @property
    def url(self) -> str:
        return f"https://{self.server.account.state.domain}:{self.website.port}/"

    def open(self, **changes: object) -> Onboarding:
        """Return a started onboarding: everything was looked at."""
        onboarding = wiring.build(self.arguments(**changes))
        onboarding.start(lambda prompt: "")
        self.opened.append(onboarding)
        return onboarding

    def play(self, event: str) -> str:
        return self.server.director.play(event)

    def writes(self, operation: str = "") -> list[LoggedCall]:
        return [call for call in list(self.server.log) if call.write and operation in ("", call.operation)]


@pytest.fixture(scope="session", autouse=True)
def models() -> Iterator[None]:
    """Let all Sessions share what they read of botocore's own data: it is most of what building one costs."""
    from botocore import loaders

    shared = loaders.create_loader()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("botocore.session.create_loader", lambda *_: shared)
        yield


WorldMaker = Callable[..., World]


@contextmanager
def worlds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[WorldMaker]:
    """Start embedded accounts in scenarios, and point AWS's own variables at the latest."""
    running: list[World] = []

    def begin(scenario: str = "dlaas", **state: str) -> World:
        import time

        folder = tmp_path / "account"
        folder.mkdir()
        account = EmbeddedAccount(
            scenarios.build(scenario, now=time.time(), service_name="Lantern", **state),
            factor=3600.0,
        )
        server = start(account)
        made = World(server, Nameserver(account), DemoWebsite(account, folder), folder, tmp_path / "progress")
        running.append(made)
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            monkeypatch.delenv(name)
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.endpoint)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAREHEARSAL0000000")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "SECRETCANARY0000")
        monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "no-config"))
        monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "no-credentials"))
        monkeypatch.setenv("SSL_CERT_FILE", str(made.website.ca_file))
        monkeypatch.setattr(acting, "READ_BACK_AFTER", (0.0, 0.2, 0.5))
        monkeypatch.setattr(rate_limit, "ELSEWHERE", 1e6)
        return made

    yield begin
    for made in running:
        for onboarding in made.opened:
            onboarding.close()
        made.website.close()
        made.nameserver.close()
        made.server.close()


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[WorldMaker]:
    """Start an embedded account in a scenario and point AWS's own variables at it."""
    with worlds(tmp_path, monkeypatch) as begin:
        yield begin


@pytest.fixture(scope="module")
def lasting_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WorldMaker]:
    """The same, for all tests of a module: they put the account back themselves."""
    with pytest.MonkeyPatch.context() as patch, worlds(tmp_path_factory.mktemp("world"), patch) as begin:
        yield begin


def act(onboarding: Onboarding, action: str) -> list[Intent]:
    """Do one action as an operator who confirms it would."""
    prepared = onboarding.prepare(action)
    return list(onboarding.act(prepared, digits=onboarding.view().place.account[-4:]))


def make_ready(world: World, onboarding: Onboarding) -> None:
    """Walk the steps before the filing: mend what the account lacks, enter what is asked."""
    for event in ("click_link", "publish_records", "publish_website"):
        world.play(event)
    onboarding.enter("website_url", world.url)
    onboarding.enter("private_website", "yes")
    for field_id, text in FIELDS.items():
        assert onboarding.enter(field_id, text) == "", field_id
    onboarding.look()
    pending = True
    for _ in range(12):
        pending = False
        for action, reason in onboarding.actions():
            if action.id in MENDING and not reason and _wanted(onboarding, action.id):
                act(onboarding, action.id)
                pending = True
        world.play("hour")
        world.play("confirm_subscription")
        onboarding.look()
        if not pending:
            break


MENDING = (
    "set_mail_from",
    "set_suppression",
    "create_configuration_set",
    "create_event_destination",
    "subscribe_listener",
    "set_default_configuration_set",
)


def _wanted(onboarding: Onboarding, action: str) -> bool:
    """Whether a finding names this action as its remedy."""
    verdicts = onboarding.view().verdicts.values()
    return any(finding.action == action for verdict in verdicts for finding in verdict.findings)


def states(onboarding: Onboarding) -> dict[StepId, StepState]:
    return {step: verdict.state for step, verdict in onboarding.view().verdicts.items()}
