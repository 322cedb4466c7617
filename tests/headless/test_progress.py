"""``progress`` and the plain mode's journal: the same list, files that are new and private, statuses."""

from __future__ import annotations

import io
import json
import stat
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from dlaas_onboard.arguments import Arguments
from dlaas_onboard.headless import plain_mode, progress
from dlaas_onboard.journey.errors import CannotLook, UsageError
from dlaas_onboard.journey.facts import Facts
from dlaas_onboard.journey.facts.reading import Reading
from dlaas_onboard.journey.situation.journal import ChangeTopic, EnteredAnswer, JournalEntry
from tests import build
from tests.fakes.onboarding import WatchedOnboarding
from tests.fakes.world import OFFLINE

PAGE = """\
2026-11-24 (UTC)
  in 123456789012 eu-west-1 email.eu-west-1.amazonaws.com
  12:00:00  edit         Sending domain: nothing → a␛.example  (ada@laptop)
  12:00:00  decision     The review went from PENDING to GRANTED.
"""


def lived() -> WatchedOnboarding:
    """Return an onboarding of which somebody entered a domain, and saw Amazon decide."""
    onboarding = WatchedOnboarding(build.granted(), build.answers())
    onboarding.visit(timedelta())
    store = onboarding.world.store
    store.entered = [EnteredAnswer("domain", "a\x1b.example", build.NOW, "ada@laptop")]
    granted = "The review went from PENDING to GRANTED."
    store.lines = [JournalEntry(build.NOW, "changed", granted, topic=ChangeTopic.DECISION)]
    return onboarding


def run(onboarding: WatchedOnboarding, **more: object) -> int:
    return progress.run(onboarding, Arguments("progress").replace(**more))


def test_show_and_the_plain_mode_tell_the_same(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(lived(), deed="show") == 0
    assert capsys.readouterr() == (PAGE, "")
    monkeypatch.setattr(sys, "stdin", io.StringIO("journal\nq\n"))
    assert plain_mode.run(lived(), Arguments(plain=True)) == 0
    assert PAGE in capsys.readouterr().out


def test_json_says_who_at_which_machine_when_and_where(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(lived(), deed="show", json=True) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["events"][0] == {
        "at": "2026-11-24T12:00:00+00:00",
        "kind": "edit",
        "what": "Sending domain",
        "words": "nothing → a␛.example",
        "who": "ada",
        "machine": "laptop",
        "account": "123456789012",
        "region": "eu-west-1",
        "endpoint": "email.eu-west-1.amazonaws.com",
    }


def test_an_unreachable_account_is_said_and_what_is_saved_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    onboarding = lived()
    onboarding.world.facts = Facts(caller=Reading("STS", build.NOW, build.place(account="", arn=""), OFFLINE))
    assert run(onboarding, deed="show") == 0
    out, err = capsys.readouterr()
    assert out == PAGE
    assert "from what is saved: The endpoint cannot be reached." in err


def test_an_export_is_new_and_private(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "out.json"
    assert run(WatchedOnboarding(), deed="export", output=str(target)) == 0
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert capsys.readouterr().out == ""
    with pytest.raises(UsageError, match="exists, and an export does not overwrite"):
        run(WatchedOnboarding(), deed="export", output=str(target))
    link = tmp_path / "link.json"
    link.symlink_to(tmp_path / "nowhere.json")
    with pytest.raises(UsageError, match="does not overwrite"):
        run(WatchedOnboarding(), deed="export", output=str(link))
    with pytest.raises(UsageError, match="its folder does not exist"):
        run(WatchedOnboarding(), deed="export", output=str(tmp_path / "no" / "x.json"))
    with pytest.raises(CannotLook, match="nothing to export"):
        run(WatchedOnboarding(Facts()), deed="export")
    assert run(WatchedOnboarding(), deed="export", output="-") == 0
    assert capsys.readouterr().out == '{"format": "dlaas-onboard-export"}\n'


def test_a_file_half_written_is_taken_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(UsageError, match="No space left"):
        run(WatchedOnboarding(), deed="export", output=str(tmp_path / "out.json"))
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_export_is_refused_before_anything_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    onboarding = WatchedOnboarding()
    file = tmp_path / "x.json"
    for raw, sentence in (
        (b"\xff\xfea", "holds no text in UTF-8 or UTF-16"),
        (b"\x80", "holds no text in UTF-8 or UTF-16"),
        ("ü".encode(), "characters that no export holds"),
    ):
        file.write_bytes(raw)
        with pytest.raises(UsageError, match=sentence):
            run(onboarding, deed="import", input=str(file))
    monkeypatch.setattr(progress, "MOST_BYTES", 3)
    file.write_bytes(b"aaaa")
    with pytest.raises(UsageError, match="larger than"):
        run(onboarding, deed="import", input=str(file))
    with pytest.raises(UsageError, match="cannot be read"):
        run(onboarding, deed="import", input=str(tmp_path))
    assert onboarding.done == []


def test_nothing_is_imported_where_aws_does_not_answer_or_nothing_can_be_saved(tmp_path: Path) -> None:
    file = tmp_path / "x.json"
    file.write_text("{}")
    with pytest.raises(CannotLook, match=r"nothing was imported: The endpoint cannot be reached\."):
        run(WatchedOnboarding(Facts()), deed="import", input=str(file))
    full = WatchedOnboarding()
    full.world.store.read_only = "The disk is full."
    with pytest.raises(CannotLook, match=r"nothing was imported: The disk is full\."):
        run(full, deed="import", input=str(file))
