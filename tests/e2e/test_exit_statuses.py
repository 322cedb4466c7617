"""Every exit status of docs/architecture.md, "Contract", from the account's own states."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from dlaas_onboard import cli
from dlaas_onboard.arguments import Arguments
from dlaas_onboard.aws.session import Timeouts
from dlaas_onboard.headless import watch
from dlaas_onboard.journey.situation.intents import Phase
from dlaas_onboard.onboarding import Onboarding
from dlaas_onboard.progress.store import SqliteStore
from dlaas_onboard.rehearsal.scenarios import ACCOUNT
from dlaas_onboard.report.json_schema import StatusDocument
from tests.e2e.conftest import World, WorldMaker
from tests.e2e.tools import FILING, effects, filings, fill, hurried, main, remember, restore, run

FILE = ("file", "--yes", "--account", ACCOUNT)


class Scene:
    """One account that is put into each state, and the command line on it."""

    def __init__(self, here: World) -> None:
        self.here = here
        self.state = remember(here)
        self.filled = here.state_dir
        self.count = 0

    def begin(self, *events: str) -> None:
        """Put account and progress back, and play events."""
        restore(self.here, self.state)
        self.count += 1
        self.here.state_dir = self.filled.with_name(f"run-{self.count}")
        shutil.copytree(self.filled, self.here.state_dir)
        for event in events:
            self.here.play(event)

    def main(self, *words: str) -> int:
        return main(self.here, *words)


@pytest.fixture(scope="module")
def scene(lasting_world: WorldMaker) -> Scene:
    here = lasting_world("ready")
    fill(here)
    return Scene(here)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    hurried(monkeypatch, settle=3600, timeouts=Timeouts(connect=2.0, read=2.0, write=0.5))


def ask(scene: Scene, status: str = "", *, lift: bool = True) -> None:
    """Have a request pending, or decided."""
    account = scene.here.server.account
    with account.lock:
        region = account.region("us-east-1")
        region.details = {"MailType": "TRANSACTIONAL", "WebsiteURL": "https://x.example"}
        account.begin_review(region).decide_at = None
        if status == "GRANTED":
            account.grant(region, lift=lift)
            if not lift and region.review is not None:
                region.review.lift_at = None
        elif status == "DENIED":
            account.deny(region)
        elif status == "FAILED":
            account.fail(region)


def pause(scene: Scene) -> None:
    ask(scene, "GRANTED")
    scene.here.play("pause")


def expire(scene: Scene) -> None:
    scene.here.play("expire")


STATES: tuple[tuple[str, Callable[[Scene], None], int], ...] = (
    ("production access", lambda scene: ask(scene, "GRANTED"), 0),
    ("never asked", lambda _: None, 10),
    ("pending", ask, 11),
    ("denied", lambda scene: ask(scene, "DENIED"), 12),
    ("failed", lambda scene: ask(scene, "FAILED"), 12),
    ("granted, still sandboxed", lambda scene: ask(scene, "GRANTED", lift=False), 13),
    ("sending paused", pause, 20),
    ("no permission", lambda scene: scene.here.server.account.state.denied.append("sesv2:GetAccount"), 3),
    ("expired", expire, 3),
)  # fmt: skip


@pytest.mark.parametrize(("put", "code"), [state[1:] for state in STATES], ids=[state[0] for state in STATES])
def test_status_and_watch(
    scene: Scene, put: Callable[[Scene], None], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    scene.begin()
    put(scene)
    assert scene.main("status", "--json") == code
    out, err = capsys.readouterr()
    found = StatusDocument.model_validate_json(out)
    assert (err != "") == (code == 3)
    assert err.count("\n") <= 2
    assert "Traceback" not in err
    assert found.access == {0: "production", 20: "production", 3: "unknown"}.get(code, "sandbox")
    assert scene.main("watch", "--interval", "0.05", "--timeout", "5") == code
    out, err = capsys.readouterr()
    assert out.count("\n") == (0 if code == 3 else 1)
    assert not scene.here.writes()


def test_watch_waits_for_the_decision(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Amazon decides while it waits for the second time."""
    scene.begin()
    ask(scene)
    real = watch.run
    waited: list[float] = []

    def decide(seconds: float) -> None:
        waited.append(seconds)
        if len(waited) == 2:
            scene.here.play("deny")

    def run(onboarding: Onboarding, args: Arguments) -> int:
        return real(onboarding, args, sleep=decide)

    monkeypatch.setattr(watch, "run", run)
    assert scene.main("watch", "--interval", "0.05") == 12
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert "PENDING" in lines[0]
    assert "DENIED" in lines[1]


def test_watch_ends_with_what_its_last_look_gives(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its first look finds a pending review; a later one is not let through, which no waiting changes."""
    scene.begin()
    ask(scene)
    real = watch.run

    def run(onboarding: Onboarding, args: Arguments) -> int:
        def refuse(_seconds: float) -> None:
            scene.here.server.account.state.denied.append("sesv2:GetAccount")

        return real(onboarding, args, sleep=refuse)

    monkeypatch.setattr(watch, "run", run)
    assert scene.main("watch", "--interval", "0.05") == 3
    out, err = capsys.readouterr()
    assert "PENDING" in out
    assert "ses:GetAccount" in err


def test_several_regions(scene: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    scene.begin()
    assert scene.main("status", "--json", "--regions", "us-east-1,eu-west-1") == 0
    documents = [StatusDocument.model_validate_json(line) for line in capsys.readouterr().out.splitlines()]
    assert [document.region for document in documents] == ["us-east-1", "eu-west-1"]
    # A Region that is not enabled for the account is one that could not be read.
    assert scene.main("status", "--json", "--regions", "us-east-1,af-south-1") == 3
    out, err = capsys.readouterr()
    assert len(out.splitlines()) == 2
    assert "af-south-1" in err


# file


def test_file_is_0_when_filed_and_read_back(scene: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    scene.begin()
    assert scene.main(*FILE) == 0
    out, err = capsys.readouterr()
    assert re.fullmatch(r"Filed and read back\. Case .*\d+.*\n", out)
    assert all("is not Amazon's" in line for line in err.splitlines()), err
    # A second time: the review is pending, and a gate says so.
    assert scene.main(*FILE) == 30
    assert "gate review is red" in capsys.readouterr().err
    assert len(scene.here.writes(FILING)) == 1


@pytest.mark.parametrize("field", ["declare_terms", "declare_bounces", "website_url"])
def test_file_is_30_when_a_gate_refuses(scene: Scene, field: str, capsys: pytest.CaptureFixture[str]) -> None:
    scene.begin()
    assert scene.main("draft", "set", f"{field}=") == 0
    capsys.readouterr()
    assert scene.main("file", "--dry-run") == 30
    assert scene.main(*FILE) == 30
    assert "gate " in capsys.readouterr().err
    assert not scene.here.writes()
    # A declaration, or a request that is not complete, cannot be overridden.
    assert scene.main(*FILE, "--override", "I know better than this gate does, believe me.") == 30
    assert not scene.here.writes()


def test_file_passes_a_red_gate_with_a_reason(scene: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    scene.begin()
    account = scene.here.server.account
    with account.lock:
        account.state.zone = [record for record in account.state.zone if not record.name.startswith("_dmarc.")]
    assert scene.main(*FILE) == 30
    assert "gate dmarc is red" in capsys.readouterr().err
    assert not scene.here.writes()
    reason = "DMARC is published by the parent company next week."
    assert scene.main(*FILE, "--override", reason) == 0
    assert len(scene.here.writes(FILING)) == 1
    capsys.readouterr()
    assert scene.main("report", "--format", "md") == 0
    assert reason.removesuffix(".") in capsys.readouterr().out.replace("\\", "")


def test_file_does_not_pass_what_is_unknown(scene: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    scene.begin()
    scene.here.server.account.state.denied.append("sesv2:GetEmailIdentity")
    reason = "I am sure that the identity is verified."
    assert scene.main(*FILE, "--override", reason) == 30
    assert "is unknown" in capsys.readouterr().err
    # A reason typed before, when the gates were red, does not pass it either.
    gates = ("domain_identity", "dkim", "mail_from")
    assert scene.main("draft", "set", *(f"override.{gate}={reason}" for gate in gates)) == 0
    capsys.readouterr()
    assert scene.main(*FILE) == 30
    assert "gate dkim is unknown" in capsys.readouterr().err
    assert not scene.here.writes()


def test_file_is_30_for_another_account(scene: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    scene.begin()
    assert scene.main("file", "--yes", "--account", "999988887777") == 30
    assert "999988887777" in capsys.readouterr().err
    assert not scene.here.writes()


def test_file_is_31_while_the_outcome_is_unknown(scene: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    scene.begin()
    scene.here.server.faults.add(f"sesv2:{FILING}", close=True)
    assert scene.main(*FILE) == 31
    assert "do not file again" in capsys.readouterr().err
    assert scene.main(*FILE) == 31
    assert scene.main("file", "--dry-run") == 31
    capsys.readouterr()
    assert scene.main("status", "--json") == 10
    found = StatusDocument.model_validate_json(capsys.readouterr().out)
    assert len(found.open_intents) == 1
    assert not found.ready_to_file
    assert len(scene.here.writes(FILING)) == 1


def test_file_is_31_when_the_request_left_and_what_became_of_it_cannot_be_saved(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(self: SqliteStore, intent: object) -> None:
        raise OSError("progress.sqlite cannot be written: No space left on device.")

    scene.begin()
    with monkeypatch.context() as patch:
        patch.setattr(SqliteStore, "settle", full)
        assert scene.main(*FILE) == 31
    out, err = capsys.readouterr()
    assert out == ""
    assert "The request was sent, but what became of it could not be saved." in err
    assert "No space left on device." in err
    assert effects(scene.here) == 1


def test_file_is_0_when_the_answer_was_lost_and_found(scene: Scene) -> None:
    scene.begin()
    scene.here.server.faults.add(f"sesv2:{FILING}", when="after", close=True)
    assert scene.main(*FILE) == 0
    assert effects(scene.here) == 1


@pytest.mark.parametrize("code", ["BadRequestException", "TooManyRequestsException", "AccessDeniedException"])
def test_file_is_32_when_aws_refuses(scene: Scene, code: str, capsys: pytest.CaptureFixture[str]) -> None:
    scene.begin()
    scene.here.server.faults.add(f"sesv2:{FILING}", code=code, status=400 if code.startswith("B") else 403)
    assert scene.main(*FILE) == 32
    assert "AWS refused the request" in capsys.readouterr().err
    assert len(scene.here.writes(FILING)) == 1
    onboarding = scene.here.open()
    assert [intent.phase for intent in filings(onboarding)] == [Phase.REJECTED]
    onboarding.close()


# Everywhere

WRONG: tuple[tuple[str, ...], ...] = (
    ("file",),
    ("file", "--yes"),
    ("file", "--yes", "--account", "12"),
    ("file", "--dry-run", "--override", "short"),
    ("stauts",),
    ("status", "--nope"),
    ("draft", "set", "nonsense=1"),
    ("draft", "set", "mail_type=SPAM"),
    ("draft", "set", "sentence.nonsense=We are the best."),
    ("draft", "set", "sentence.sample.=Subject: Hello"),
    ("watch", "--interval", "0"),
    ("report", "-o", "/nonexistent/folder/report.md"),
    ("report", "--format", "pdf"),
    ("--dns-server", "nowhere", "status"),
    ("--project", "/nonexistent", "status"),
)


@pytest.mark.parametrize("words", WRONG, ids=" ".join)
def test_wrong_usage_is_2(scene: Scene, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    scene.begin()
    assert scene.main(*words) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("dlaas-onboard: ")
    assert err.count("\n") == 1
    assert not scene.here.writes()


NO_LOOK: tuple[tuple[str, dict[str, str | None], str], ...] = (
    ("no credentials", {"AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None}, "credentials"),
    ("no such profile", {"AWS_PROFILE": "nobody"}, "nobody"),
    ("nobody at the endpoint", {"AWS_ENDPOINT_URL": "http://127.0.0.1:1"}, "127.0.0.1:1"),
    ("an endpoint that is none", {"AWS_ENDPOINT_URL": "nonsense"}, "AWS_ENDPOINT_URL"),
)


@pytest.mark.parametrize("case", NO_LOOK, ids=lambda case: case[0])
def test_could_not_look_is_3(
    scene: Scene,
    case: tuple[str, dict[str, str | None], str],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scene.begin()
    for name, value in case[1].items():
        monkeypatch.setenv(name, value) if value is not None else monkeypatch.delenv(name)
    for words in (
        ("status", "--json"),
        ("status",),
        FILE,
        ("watch", "--timeout", "6"),
        ("report", "--format", "json"),
    ):
        assert scene.main(*words) == 3, words
        out, err = capsys.readouterr()
        assert case[2] in err
        assert err.count("\n") <= 2
        assert "Traceback" not in out + err
        if "json" in "".join(words):
            json.loads(out)
    assert not scene.here.writes()


def test_no_region_is_3_and_none_is_guessed(
    scene: Scene, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    assert cli.main(["--state-dir", str(tmp_path / "state"), "status", "--json"]) == 3
    out, err = capsys.readouterr()
    assert "Region" in err
    assert StatusDocument.model_validate_json(out).region in (None, "")


def test_processes(scene: Scene) -> None:
    """The same through real processes: what a shell sees."""
    scene.begin()
    done = run(scene.here, "status", "--json")
    assert (done.returncode, done.stderr) == (10, "")
    StatusDocument.model_validate_json(done.stdout)
    assert run(scene.here, "file", "--yes").returncode == 2
    scene.here.server.faults.add("sesv2:GetAccount", code="AccessDeniedException", status=403, times=None)
    done = run(scene.here, *FILE)
    assert done.returncode == 3
    assert "ses:GetAccount" in done.stderr
    scene.here.server.faults.clear()
    done = run(scene.here, *FILE)
    assert done.returncode == 0, done.stderr
    assert run(scene.here, "watch", "--timeout", "6", "--interval", "0.1").returncode == 11
