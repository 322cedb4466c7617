"""A colleague takes over: two machines, as processes, on one account behind a socket."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from dlaas_onboard.rehearsal.http_server import start
from tests.e2e.conftest import WorldMaker, act
from tests.e2e.tools import effects, filings, fill, ready, run


def test_a_colleague_goes_on_where_the_first_one_stopped(world: WorldMaker, tmp_path: Path) -> None:
    one = world("ready")
    first = ready(one)
    act(first, "file")
    (filing,) = filings(first)
    first.close()
    file, there = tmp_path / "handed.json", tmp_path / "colleague"

    done = run(one, "progress", "export", "-o", str(file))
    assert done.returncode == 0, done.stderr
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    text = file.read_text()
    assert "SECRETCANARY0000" not in text + done.stdout + done.stderr
    assert str(tmp_path) not in text
    again = run(one, "progress", "export", "-o", str(file))
    assert (again.returncode, "exists" in again.stderr, file.read_text()) == (2, True, text)

    told = run(one, "progress", "import", str(file), "--dry-run", state_dir=there)
    assert told.returncode == 0, told.stderr
    assert told.stdout.startswith("Would import from ")
    came = run(one, "progress", "import", str(file), state_dir=there)
    assert came.returncode == 0, came.stderr
    assert came.stdout.startswith("Imported from ")
    assert "may have taken effect" not in came.stdout, "the one write was read back"
    assert came.stdout.splitlines()[0].removeprefix("Imported") == told.stdout.splitlines()[0].removeprefix(
        "Would import"
    )
    twice = run(one, "progress", "import", str(file), state_dir=there)
    assert (twice.returncode, twice.stdout.startswith("Nothing new")) == (0, True)

    colleague = one.open(state_dir=str(there))
    assert [(write.id, write.phase, write.result) for write in filings(colleague)] == [
        (filing.id, filing.phase, filing.result)
    ]
    assert colleague.view().situation.answers.text("users") == "120"
    kinds = {event.kind.value for event in colleague.chronicle()}
    assert kinds >= {"look", "edit", "declaration", "filing", "handover"}
    colleague.close()
    shown = run(one, "progress", "show", "--json", state_dir=there)
    document = json.loads(shown.stdout)
    assert [event["kind"] for event in document["events"]].count("handover") == 2
    assert effects(one) == 1


def test_the_journal_is_shown_line_by_line(world: WorldMaker) -> None:
    one = world("ready")
    fill(one)
    one.open().close()
    shown = run(one, "progress")
    assert shown.returncode == 0, shown.stderr
    assert "edit         Users" in shown.stdout or "→ 120" in shown.stdout
    assert "look         Looked for the first time here." in shown.stdout
    assert not one.writes()


def test_what_cannot_be_imported_is_refused_with_a_status_and_one_sentence(world: WorldMaker, tmp_path: Path) -> None:
    one = world("ready")
    fill(one)
    one.open().close()
    exported = run(one, "progress", "export")
    assert exported.returncode == 0, exported.stderr
    elsewhere = tmp_path / "elsewhere"

    def refused(text: str, *, state_dir: Path = elsewhere) -> str:
        done = run(one, "progress", "import", "-", state_dir=state_dir, stdin=text)
        assert done.returncode == 2, done.stderr
        assert "Traceback" not in done.stderr
        return done.stderr.splitlines()[-1]

    assert "its hash does not fit" in refused(exported.stdout.replace("operator@example.net", "evil@example.net"))
    assert "no JSON" in refused(exported.stdout[:100])
    assert "of version 9" in refused('{"format": "dlaas-onboard-export", "version": 9}')
    missing = run(one, "progress", "import", str(tmp_path / "none.json"), state_dir=elsewhere)
    assert (missing.returncode, "cannot be read" in missing.stderr) == (2, True)


def test_an_export_of_another_endpoint_is_refused(
    world: WorldMaker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As of a rehearsal in a real account: the same number, another endpoint."""
    rehearsal = world("ready")
    fill(rehearsal)
    rehearsal.open().close()
    exported = run(rehearsal, "progress", "export").stdout
    real = start(rehearsal.server.account)
    try:
        monkeypatch.setenv("AWS_ENDPOINT_URL", real.endpoint)
        done = run(rehearsal, "progress", "import", "-", state_dir=tmp_path / "real", stdin=exported)
        assert done.returncode == 2
        assert "is of endpoint" in done.stderr
        shown = run(rehearsal, "progress", "show", "--json", state_dir=tmp_path / "real").stdout
        assert json.loads(shown)["events"] == []
    finally:
        real.close()


def test_without_an_answer_of_aws_nothing_is_imported_and_an_export_is_of_what_is_saved(
    world: WorldMaker, tmp_path: Path
) -> None:
    one = world("ready")
    fill(one)
    one.open().close()
    one.server.close()
    exported = run(one, "progress", "export")
    assert exported.returncode == 0, exported.stderr
    assert "from what is saved" in exported.stderr
    assert json.loads(exported.stdout)["place"]["account"]
    done = run(one, "progress", "import", "-", state_dir=tmp_path / "other", stdin=exported.stdout)
    assert done.returncode == 3
    assert "nothing was imported" in done.stderr
