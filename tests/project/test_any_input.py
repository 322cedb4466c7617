"""No folder and no bytes make reading fail, and nothing is opened that must not be."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlaas_onboard.journey.facts.sending import LeftOutReason, Repository
from dlaas_onboard.project import files, read, reader
from dlaas_onboard.project.templates import static_text, subject_of
from dlaas_onboard.project.translations import Translations
from tests.project.samples import FOLDER, NAMES, unpack

SUFFIXES = (".js", ".tsx", ".ts", ".py", ".rb", ".php", ".java", ".go", ".ex", ".tf", ".yml", ".json", ".ini", ".vue")
SEND = (
    b'x.sendMail(y); ses.sendEmail(z); send_mail(a); UserMailer.a.deliver_now; Mail::to($x)->send(new Y); "email-smtp"'
)
ALL = b"\n".join((FOLDER / f"{name}.sample").read_bytes() for name in NAMES)

quick = settings(max_examples=60, deadline=None)


def repository(folder: Path) -> Repository:
    """Return what is read of a folder."""
    value = read(folder).value
    assert value is not None
    return value


def reasons(value: Repository) -> set[LeftOutReason]:
    """Return why something was left out."""
    return {each.reason for each in value.left_out}


@quick
@given(data=st.binary(max_size=600), suffix=st.sampled_from(SUFFIXES))
def test_any_bytes_are_read(data: bytes, suffix: str) -> None:
    with TemporaryDirectory() as folder:
        Path(folder, f"a{suffix}").write_bytes(SEND + data + b"\n" + SEND)
        assert repository(Path(folder)).files_read == 1


@quick
@given(
    start=st.integers(0, len(ALL)), size=st.integers(0, 3000), cut=st.integers(0, 400), suffix=st.sampled_from(SUFFIXES)
)
def test_any_piece_of_code_is_read_as_any_language(start: int, size: int, cut: int, suffix: str) -> None:
    piece = ALL[start : start + size]
    with TemporaryDirectory() as folder:
        Path(folder, f"a{suffix}").write_bytes(piece[:cut] + piece[cut + 7 :])
        assert repository(Path(folder)).files_listed == 1


@quick
@given(text=st.text(alphabet="{}<>%#@!=-/|\"'() \naifcommentblock$", max_size=300))
def test_any_template_has_a_text(text: str) -> None:
    assert isinstance(static_text(text), str)
    assert isinstance(static_text(text, indented=True), str)
    assert isinstance(subject_of(text), str)


@quick
@given(data=st.binary(max_size=300))
def test_any_bytes_may_stand_in_translations(data: bytes) -> None:
    assert Translations(["locales/en.json", "locales/en.yml"], lambda _: data).text("a.b") in (
        "",
        data.decode("utf-8", "replace"),
    )


@pytest.mark.parametrize("opens", ["(", "[", "{", "a(", "a.b(", "x = {a: ", "f(a, ", "<p>", "`${", "-", "!"])
def test_deep_nesting_is_read(tmp_path: Path, opens: str) -> None:
    for suffix in (".js", ".py", ".rb", ".php", ".java", ".go", ".ex", ".tsx"):
        head = b"<?php " if suffix == ".php" else b""
        (tmp_path / f"a{suffix}").write_bytes(head + b"mailer.sendMail(" + opens.encode() * 4_000 + SEND)
    assert repository(tmp_path).files_read == 8


def test_a_template_of_open_braces_takes_no_time() -> None:
    for piece in ("{{", "{%", "<%", "<a ", "{#", "{!!", "@lang(", "${", "<title>", "<!--", "---\n", "subject:"):
        assert isinstance(static_text(piece * 20_000), str)
        assert isinstance(subject_of(piece * 20_000), str)


def test_what_may_hold_a_secret_is_never_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    unpack("nodemailer", tmp_path)
    names = (".env", ".env.production", "prod.tfvars", "terraform.tfstate", "key.pem", "credentials.json", "id_rsa.py",
             "secrets.yml", ".aws/credentials", "config/master.key", ".npmrc", "service-account-1.json")  # fmt: skip
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text('host: "email-smtp.eu-west-1.amazonaws.com"\n', encoding="utf-8")
    opened: list[str] = []
    real_open = os.open

    def watched(path: str, flags: int) -> int:
        opened.append(str(path))
        return real_open(path, flags)

    monkeypatch.setattr(os, "open", watched)
    value = repository(tmp_path)
    assert opened
    assert not [path for path in opened if path.endswith(names)]
    assert LeftOutReason.SECRET in reasons(value)


def test_links_are_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    unpack("nodemailer", outside)
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "all").symlink_to(outside)
    (inside / "mailer.js").symlink_to(outside / "lib" / "mailer.js")
    (inside / "loop").symlink_to(inside)
    value = repository(inside)
    assert value.places == ()
    assert {each.reason: each.count for each in value.left_out} == {LeftOutReason.LINK: 3}


def test_a_pipe_does_not_hang_the_look(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "mail.js")
    assert reasons(repository(tmp_path)) == {LeftOutReason.UNREADABLE}


def test_what_is_too_large_leaves_the_reading_incomplete(tmp_path: Path) -> None:
    (tmp_path / "mail.js").write_bytes(b"transport.sendMail({to, subject});" + b" " * files.MAX_BYTES)
    value = repository(tmp_path)
    assert not value.complete
    assert reasons(value) == {LeftOutReason.LARGE}


def test_a_language_that_is_not_read_leaves_the_reading_incomplete(tmp_path: Path) -> None:
    (tmp_path / "Mail.kt").write_text("class Mail(val sender: JavaMailSender)", encoding="utf-8")
    value = repository(tmp_path)
    assert not value.complete
    assert reasons(value) == {LeftOutReason.LANGUAGE}


def test_a_folder_with_too_many_entries_is_read_in_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(40):
        (tmp_path / f"{number}.js").write_text("", encoding="utf-8")
    monkeypatch.setattr(files, "MAX_ENTRIES", 30)
    reading = read(tmp_path)
    assert reading.partial
    assert not reading.known
    assert reading.value is not None
    assert not reading.value.complete


def test_too_much_code_for_mail_is_read_in_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        (tmp_path / f"{number}.js").write_text("transport.sendMail({to: a, subject: 'b'})", encoding="utf-8")
    monkeypatch.setattr(reader, "MAX_PARSED_FILES", 3)
    value = repository(tmp_path)
    assert len(value.places) == 3
    assert value.truncated
    assert not value.complete


def test_a_folder_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    for folder in (tmp_path / "nothing", tmp_path / "file", "a\0b"):
        reading = read(folder)
        assert reading.value is None
        assert reading.problem is not None


def test_an_empty_folder_is_complete_and_sends_nothing(tmp_path: Path) -> None:
    value = repository(tmp_path)
    assert value.complete
    assert value.places == ()


def test_the_same_folder_reads_the_same(tmp_path: Path) -> None:
    for name in NAMES:
        unpack(name, tmp_path / name)
    first = repository(tmp_path)
    shutil.copytree(tmp_path, tmp_path.parent / "copy")
    second = repository(tmp_path.parent / "copy")
    assert first.places == second.places
    assert len(first.places) > 50
