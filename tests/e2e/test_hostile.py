"""Hostile text from AWS, DNS, the website, the checkout and the store: shown literally, presses nothing, and no control
byte of it reaches the terminal or a file (docs/faults.md, "Hostile text")."""

from __future__ import annotations

import contextlib
import html.parser
import json
import os
import re
import shutil
import sqlite3
import sys
import time
from pathlib import Path
from typing import NamedTuple

import pexpect
import pytest

from dlaas_onboard.journey.step_registry import STEPS
from dlaas_onboard.progress import tables
from dlaas_onboard.progress.paths import NAME
from dlaas_onboard.rehearsal import ses_identities
from dlaas_onboard.rehearsal.launcher import SAMPLE_PROJECT
from dlaas_onboard.rehearsal.saved_state import SavedMessage, SavedRecord
from tests.e2e.conftest import World, WorldMaker
from tests.e2e.tools import ROOT, fill, main, run

MARKUP = "[@click=app.quit]press[/] [/foo] [INFO] [red <script>alert(1)</script>"
CONTROLS = "\x1b]52;c;ZXZpbA==\x07\x1b]0;owned\x1b\\\x1b[31m\x9b31m\x00\x7f\x85\u202e\u2066\u200b\u2028\U000e0041"
HOSTILE = MARKUP + CONTROLS
LONG = HOSTILE + "A" * 20_000 + HOSTILE
ALLOWED = "\n"
FORBIDDEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\U000e0000-\U000e007f]"
)
# What Textual itself sends: modes, colours, moves, queries, the kitty keyboard, the shapes of cursor and pointer.
OWN = re.compile(
    rb"\x1b\[[?<>=]?[0-9;:]*[ $]?[A-Za-z]|\x1b[78=>]|\x1bP\+q[0-9a-f]*\x1b\\|\x1b\]11;\?\x1b\\|\x1b\]22;[a-z-]*\x07"
)


class Poisoned(NamedTuple):
    here: World
    project: Path

    @property
    def words(self) -> tuple[str, ...]:
        return ("--project", str(self.project))


def printable(text: str) -> None:
    found = FORBIDDEN.search(text)
    assert found is None, (ascii(found[0]), ascii(text[max(0, found.start() - 60) : found.start() + 60]))


@pytest.fixture(scope="module")
def poisoned(lasting_world: WorldMaker, tmp_path_factory: pytest.TempPathFactory) -> Poisoned:
    """An account, a zone, a website, a checkout and a progress in which every text attacks."""
    here = lasting_world("pending")
    fill(here)
    here.open().close()
    account = here.server.account
    state = account.state
    region = account.region(state.home)
    with account.lock:
        name = f"evil-{HOSTILE}.example"
        region.identities[name] = ses_identities.begin(account, region, "evil.example")
        region.identities[name].name = name
        case = state.cases[0]
        case.subject += HOSTILE + "\ud800"
        case.messages.append(SavedMessage("Amazon" + HOSTILE, account.now(), LONG + "\ud800"))
        case.status += "x"
        for destination in region.configuration_sets["ses-events"].destinations.values():
            destination["MatchingEventTypes"] = ["BOUNCE", "COMPLAINT", "OPEN" + HOSTILE]
        state.zone = [record for record in state.zone if not record.name.startswith("_dmarc.")]
        for record in (f"_dmarc.{state.domain}", state.domain):
            account.publish(SavedRecord(record, "TXT", HOSTILE))
    here.website._server.pages["/"] = f"<title>{HOSTILE} parked</title><h1>{HOSTILE}</h1><p>{LONG}</p>"
    here.server.faults.add(
        "ses:GetSendStatistics", code="AccessDenied", message=HOSTILE.replace("\x00", ""), status=403, times=None
    )
    here.server.faults.add(
        "service-quotas:ListServiceQuotas", code="AccessDeniedException", message=LONG, status=400, times=None
    )
    project = tmp_path_factory.mktemp("project") / "dlaas"
    shutil.copytree(SAMPLE_PROJECT, project)
    config = project / "common" / "config.json"
    values = json.loads(config.read_text())
    values |= {"SERVICE_NAME": HOSTILE, "DEFAULT_S3_BUCKET": HOSTILE, "AWS_PROFILE": HOSTILE}
    config.write_text(json.dumps(values))
    for template in project.rglob("*.html"):
        template.write_text(template.read_text() + HOSTILE)
    with contextlib.closing(sqlite3.connect(here.state_dir / NAME)) as connection, connection:
        for row in list(tables.select(connection, "answers")):
            if row["field"] in ("bounce_process", "recipients_source", "unsubscribe"):
                tables.update(connection, "answers", {**row, "text": f"{row['text']}{HOSTILE}", "by": HOSTILE})
        for row in list(tables.select(connection, "glance")):
            found = json.loads(str(row["glance"]))
            found[7] = HOSTILE
            found[8] = [[step, "done", HOSTILE] for step, _, _ in found[8]]
            tables.update(connection, "glance", {**row, "glance": json.dumps(found)})
        tables.insert(
            connection,
            "journal",
            {
                "id": 9999,
                "onboarding": 2,
                "at": "2026-01-01T00:00:00+00:00",
                "kind": HOSTILE,
                "text": LONG,
                "by": HOSTILE,
                "operation": HOSTILE,
                "marker": HOSTILE,
                "topic": HOSTILE,
                "looks": 0,
            },
        )
    shutil.copytree(here.state_dir, here.state_dir.with_name("poisoned"))  # as it is before the first look
    return Poisoned(here, project)


COMMANDS = (
    ("status",),
    ("status", "--json"),
    ("status", "--regions", "us-east-1,eu-west-1"),
    ("draft",),
    ("draft", "--json"),
    ("records",),
    ("records", "--format", "zone"),
    ("records", "--format", "route53"),
    ("records", "--format", "terraform"),
    ("file", "--dry-run"),
    ("policy",),
    *(("report", "--format", form, "--audience", to) for form in ("md", "html", "json") for to in ("private", "aws")),
)  # fmt: skip


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_commands(poisoned: Poisoned, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    code = main(poisoned.here, *words, project=str(poisoned.project))
    assert code in (0, 3, 11, 30)
    out, err = capsys.readouterr()
    printable(out)
    printable(err)
    if words in (("status", "--json"), ("report", "--format", "md", "--audience", "private")):
        assert "@click" in out
    if "json" in "".join(words) and "--dry-run" not in words:
        assert out.isascii()
        json.loads(out)


class Tags(html.parser.HTMLParser):
    """Collects what could run, load or lead away."""

    def __init__(self) -> None:
        super().__init__()
        self.active: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "iframe", "object", "embed", "form", "link", "img", "base", "svg"):
            self.active.append(tag)
        for name, value in attrs:
            if name.startswith("on") or name in ("src", "srcdoc", "action", "formaction"):
                self.active.append(f"{tag} {name}")
            if name == "href" and not (value or "").startswith(("https://", "mailto:", "#")):
                self.active.append(f"{tag} {name}={value}")


def test_the_report_as_a_file(poisoned: Poisoned, tmp_path: Path) -> None:
    here = poisoned.here
    target = tmp_path / "report.html"
    done = run(here, *poisoned.words, "report", "-o", str(target))
    assert done.returncode == 0, done.stderr
    text = target.read_bytes().decode("utf-8")
    printable(text)
    tags = Tags()
    tags.feed(text)
    assert not tags.active
    assert "default-src 'none'" in text
    assert "&lt;script&gt;" in text


def test_the_plain_mode(poisoned: Poisoned) -> None:
    """All steps, without an answer to anything; as a process, to have its very bytes."""
    said = "".join(f"{step.number}\n" + "\n" * 40 + "back\n" for step in STEPS) + "quit\n"
    done = run(poisoned.here, *poisoned.words, "--read-only", "--plain", stdin=said)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    printable(done.stdout)
    printable(done.stderr)
    assert done.stdout.count("[@click") > 5


async def test_the_app(poisoned: Poisoned) -> None:
    """Each step at two sizes, each dialog that shows foreign text: nothing is pressed by it, nothing crashes."""
    from dlaas_onboard import wiring
    from tests.apps import app_of
    from tests.tui.test_steps import key_of

    here = poisoned.here
    onboarding = wiring.build(here.arguments(project=str(poisoned.project)))
    app = app_of(onboarding)
    seen = ""

    def shown() -> str:
        strips = app.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in strip) for strip in strips)

    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        end = time.monotonic() + 20
        while not app.started and time.monotonic() < end:
            await pilot.pause(0.1)
        assert app.started
        for size in ((120, 40), (80, 24)):
            await pilot.resize_terminal(*size)
            for step in STEPS if size[0] > 100 else STEPS[2:10:3]:
                await pilot.press(key_of(step.id))
                await pilot.pause(0.02)
                text = shown()
                printable(text)
                seen += text
        for keys in (("question_mark",), ("l",), ("p",), ("ctrl+p", "e", "v", "i", "l"), ("y",)):
            await pilot.press(*keys)
            await pilot.pause(0.2)
            printable(shown())
            seen += shown()
            await pilot.press("escape")
            await pilot.pause()
        assert app.is_running
    assert seen.count("[@click") > 5
    assert "␛]52" in seen
    assert not here.writes()
    onboarding.close()


@pytest.mark.skipif(sys.platform == "win32", reason="a pseudo-terminal is needed")
def test_the_app_on_a_terminal(poisoned: Poisoned) -> None:
    """Its very bytes: nothing but Textual's own sequences."""
    here = poisoned.here
    kept = here.state_dir.with_name("poisoned")  # the tests before this one replaced the last look's hostile headlines
    child = pexpect.spawn(
        sys.executable,
        ["-m", "dlaas_onboard", "--region", "us-east-1", "--state-dir", str(kept), "--dns-server", here.dns,
         *poisoned.words, "--read-only"],
        cwd=str(ROOT), dimensions=(45, 150), timeout=30,
        env={**os.environ, "TERM": "xterm-256color", "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"},
    )  # fmt: skip
    out = b""

    def read_for(seconds: float) -> None:
        nonlocal out
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                out += child.read_nonblocking(65536, timeout=0.05)
            except pexpect.TIMEOUT:
                continue
            except pexpect.EOF:
                return

    end = time.monotonic() + 20
    while out.count(b"[@click") < 3 and time.monotonic() < end:
        read_for(0.2)
    for key in ("1", "2", "3", "4", "5", "6", "7", "8", "9", "0", "-", "?", "\x1b", "l", "\x1b"):
        child.send(key)
        read_for(0.2)
    child.send("q")
    read_for(1.0)
    child.close(force=True)
    assert out.count(b"[@click") > 5
    left = OWN.sub(b"", out)
    place = left.find(b"\x1b")
    assert place < 0, left[max(0, place - 60) : place + 60]
    printable(left.decode("utf-8").replace("\r", ""))
    assert "␛]52" in left.decode("utf-8")
