"""``progress``: the journal of this onboarding, and handing it to another machine."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlaas_onboard.headless import diagnostics, output
from dlaas_onboard.headless.deadline import Deadline
from dlaas_onboard.headless.first_look import ask_code, foreign, sentence, trouble
from dlaas_onboard.headless.text_input import read_text
from dlaas_onboard.journey.errors import CannotLook, Refused, UsageError
from dlaas_onboard.journey.review.timeline import days
from dlaas_onboard.journey.text import line, plural

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dlaas_onboard.arguments import Arguments
    from dlaas_onboard.journey.facts import Place
    from dlaas_onboard.journey.review.timeline import Event
    from dlaas_onboard.journey.situation.journal import Merged
    from dlaas_onboard.onboarding import Onboarding, View

SCHEMA = "dlaas-onboard/journal/1"
MOST_BYTES = 32_000_000  # of a file to import


def run(onboarding: Onboarding, args: Arguments) -> int:
    """Show, export or import; return the exit status."""
    if args.deed == "import":
        return _import(onboarding, args)
    if args.deed == "export":
        return _export(onboarding, args)
    view = _connect(onboarding, Deadline.of(args))
    try:
        events = onboarding.chronicle()
    except OSError as error:
        raise CannotLook(f"the journal cannot be read: {error.strerror or error}") from error
    if args.json:
        output.document(_document(view.place, events))
    else:
        output.write("\n".join(page(events)))
    return 0


def page(events: Sequence[Event]) -> Iterator[str]:
    """Yield the journal line by line, the newest last."""
    if not events:
        yield "Nothing has happened here yet."
    where = ""
    for day, of_day in days(events):
        yield f"{day} (UTC)"
        for event in of_day:
            if event.where != where:
                where = event.where
                yield f"  in {where}"
            by = f"  ({event.by})" if event.by else ""
            yield f"  {event.at:%H:%M:%S}  {event.kind.value:<11}  {line(event.text, limit=300)}{by}"


def _connect(onboarding: Onboarding, deadline: Deadline) -> View:
    """Ask who we are and load what is saved, without looking at anything else; say what is wrong."""
    deadline.look(onboarding, lambda: onboarding.start(ask_code, lambda _place: False))
    view = onboarding.view()
    problem = trouble(view.facts)
    wrong = deadline.words or (sentence(problem) if problem is not None else "")
    for words in (
        view.notice,
        foreign(view.place),
        f"from what is saved: {wrong}" if wrong else "",
    ):
        if words:
            diagnostics.say(words)
    return view


def _document(place: Place, events: Sequence[Event]) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "account": place.account,
        "region": place.region,
        "events": [
            {
                "at": event.at.isoformat(),
                "kind": event.kind.value,
                "what": event.what,
                "words": event.words,
                "who": event.who,
                "machine": event.machine,
                "account": event.account,
                "region": event.region,
                "endpoint": event.endpoint,
            }
            for event in events
        ],
    }


def _export(onboarding: Onboarding, args: Arguments) -> int:
    target = Path(args.output) if args.output and args.output != "-" else None
    if target is not None:
        _check_target(target)
    _connect(onboarding, Deadline.of(args))
    try:
        text = onboarding.export_progress()
    except Refused as error:
        raise CannotLook(error.sentence) from error
    except (OSError, ValueError) as error:
        raise CannotLook(f"the progress cannot be read: {getattr(error, 'strerror', '') or error}") from error
    if target is None:
        output.write(text)
        return 0
    try:
        create(target, text.encode("ascii"))
    except FileExistsError as error:
        raise UsageError(_EXISTS.format(target)) from error
    except OSError as error:
        raise UsageError(f"{target} cannot be written: {error.strerror or error}") from error
    diagnostics.say(
        f"exported to {target}, readable by you alone; it holds what was entered and sent, and no credentials"
    )
    return 0


_EXISTS = "{} exists, and an export does not overwrite; name another file"


def _check_target(target: Path) -> None:
    if os.path.lexists(target):
        raise UsageError(_EXISTS.format(target))
    if not target.absolute().parent.is_dir():
        raise UsageError(f"{target} cannot be written: its folder does not exist")


def create(target: Path, content: bytes) -> None:
    """Write a new file that only its owner can read. Raises ``OSError``; what was half written is taken away."""
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        with suppress(OSError):
            target.unlink()
        raise


def _import(onboarding: Onboarding, args: Arguments) -> int:
    text = read_text(args.input, MOST_BYTES)
    if not text.isascii():
        raise UsageError(f"{args.input} is not an export of dlaas-onboard: it holds characters that no export holds")
    deadline = Deadline.of(args)
    view = _connect(onboarding, deadline)
    if deadline.words:
        raise CannotLook(f"nothing was imported: {deadline.words}")
    problem = trouble(view.facts)
    if problem is not None:
        raise CannotLook(f"nothing was imported: {sentence(problem)}")
    if view.read_only and not onboarding.options.read_only and not args.dry_run:
        raise CannotLook(f"nothing was imported: {view.read_only}")
    try:
        merged = onboarding.import_progress(text, dry_run=args.dry_run)
    except ValueError as error:
        raise UsageError(str(error)) from error
    except Refused as error:
        raise CannotLook(error.sentence) from error
    except OSError as error:
        raise CannotLook(f"nothing was imported: {error.strerror or error}") from error
    output.write("\n".join(_merge_lines(merged, dry_run=args.dry_run)))
    return 0


def _merge_lines(merged: Merged, *, dry_run: bool) -> Iterator[str]:
    source = f"{line(merged.by)}, exported {merged.exported_at:%Y-%m-%d %H:%M} UTC"
    if not merged.anything:
        yield f"Nothing new: everything from {source} is here already."
    else:
        counts = ", ".join(
            (plural(merged.answers, "answer"), plural(merged.intents, "write"), plural(merged.lines, "journal line"))
        )
        yield f"{'Would import' if dry_run else 'Imported'} from {source}: {counts}."
    for note in merged.notes:
        yield f"  {note}"
    if merged.open:
        yield f"{plural(merged.open, 'write')} of them may have taken effect: the next look finds out."
