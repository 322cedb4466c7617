"""Which folder is taken for the operator's repository."""

from __future__ import annotations

from pathlib import Path

import pytest

from dlaas_onboard.project import read_project

MAIL = """\
const transport = require('nodemailer').createTransport({});
transport.sendMail({to: user.email, subject: 'Hi'});
"""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    root = tmp_path / "service"
    (root / ".git").mkdir(parents=True)
    (root / "src").mkdir()
    (root / "src" / "mail.js").write_text(MAIL)
    return root


def test_a_folder_that_is_named_is_read(repository: Path) -> None:
    found = read_project(str(repository)).value
    assert found is not None
    assert [place.source.path for place in found.places] == ["src/mail.js"]


def test_inside_of_a_repository_it_is_found_from_any_folder(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository / "src")
    found = read_project().value
    assert found is not None
    assert found.root == str(repository.resolve())


def test_a_folder_outside_of_any_repository_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mail.js").write_text(MAIL)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("dlaas_onboard.project.locate._MARKS", (".git-of-nobody",))
    reading = read_project()
    assert (reading.value, reading.problem) == (None, None)


def test_a_home_that_is_kept_under_version_control_is_no_project(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(repository))
    monkeypatch.chdir(repository / "src")
    assert read_project().value is None
    assert read_project(str(repository)).value is not None


def test_nothing_is_looked_for_around_here_where_that_is_not_wanted(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repository)
    assert read_project(around_here=False).value is None


def test_what_is_no_folder_is_a_problem(tmp_path: Path) -> None:
    problem = read_project(str(tmp_path / "none")).problem
    assert problem is not None
    assert "cannot be read" in problem.message
