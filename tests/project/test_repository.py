"""What a reading says of the repository as a whole: stored templates, what was left out, guesses and their evidence."""

from __future__ import annotations

from pathlib import Path

from dlaas_onboard.journey.facts.sending import LeftOutReason, Repository, SendingPlace
from dlaas_onboard.project import read
from tests.project.samples import unpack


def repository(name: str, folder: Path) -> Repository:
    """Return what is read of a sample project."""
    unpack(name, folder)
    value = read(folder).value
    assert value is not None
    return value


def place(value: Repository, source: str) -> SendingPlace:
    """Return the place at ``path:line``."""
    return next(each for each in value.places if str(each.source) == source)


def test_templates_that_ses_stores_are_read(tmp_path: Path) -> None:
    value = repository("infrastructure", tmp_path)
    assert {(each.name, each.subject, str(each.source)) for each in value.stored_templates} == {
        ("receipt", "Your ticket {number}", "main.tf:15"),
        ("letter", "Letter of {month}", "template.yaml:11"),
    }


def test_what_was_left_out_is_counted_by_reason(tmp_path: Path) -> None:
    value = repository("ses_javascript", tmp_path)
    left_out = {each.reason: each.paths for each in value.left_out}
    assert left_out == {
        LeftOutReason.IGNORED: ("out/", "src/all.gen.js"),
        LeftOutReason.TESTS: ("src/booking.test.js",),
        LeftOutReason.VENDORED: ("node_modules/",),
    }
    assert value.complete


def test_a_gitignore_deeper_down_takes_back(tmp_path: Path) -> None:
    send = "transport.sendMail({to: a.email, subject: 'Hello'});\n"
    for name in ("kept/a.js", "dropped/a.js", "kept/b.js"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(send, encoding="utf-8")
    (tmp_path / ".gitignore").write_text("dropped/\n*.js\n", encoding="utf-8")
    (tmp_path / "kept" / ".gitignore").write_text("!a.js\n", encoding="utf-8")
    value = read(tmp_path).value
    assert value is not None
    assert [each.source.path for each in value.places] == ["kept/a.js"]


def test_a_guess_names_the_words_and_the_place_that_it_rests_on(tmp_path: Path) -> None:
    value = repository("nodemailer", tmp_path)
    guess = place(value, "lib/mailer.js:13").message_class
    assert guess is not None
    assert (guess.value, guess.evidence, str(guess.source)) == ("security", "Reset", "lib/mailer.js:15")
    recipient = place(value, "lib/visits.js:6").recipient_guess
    assert recipient is not None
    assert (recipient.value, recipient.evidence) == ("visit.patient", "visit.patient.email")
    assert place(value, "lib/mailer.js:9").message_class is None  # a carrier has no class of its own


def test_a_carrier_claims_nothing_of_the_messages(tmp_path: Path) -> None:
    value = repository("nodemailer", tmp_path)
    carrier = place(value, "lib/mailer.js:9")
    assert carrier.carrier
    assert carrier.unresolved == ("recipient", "subject")
    assert {str(each.source) for each in value.places if each.via == carrier.source} == {
        "lib/visits.js:6",
        "lib/visits.js:14",
    }


def test_a_schedule_and_a_trigger_have_their_place(tmp_path: Path) -> None:
    value = repository("nodemailer", tmp_path)
    scheduled = place(value, "lib/visits.js:14")
    assert (scheduled.schedule, str(scheduled.schedule_source)) == ("0 6 * * *", "lib/visits.js:11")
    (trigger,) = place(value, "lib/mailer.js:13").triggers
    assert (str(trigger.source), trigger.function) == ("lib/visits.js:19", "forgot")


def test_hostile_text_is_cleaned(tmp_path: Path) -> None:
    code = "transport.sendMail({to: 'a\x1b[31m@b.example', subject: 'Hello \x1b]0;x\x07 \u202e'});\n"
    (tmp_path / "a.js").write_text(code, encoding="utf-8")
    value = read(tmp_path).value
    assert value is not None
    (only,) = value.places
    assert "\x1b" not in repr(only)
    assert "\u202e" not in str(only.subject)
