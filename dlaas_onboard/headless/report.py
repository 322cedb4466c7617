"""``report``: the readiness report, to a file or to standard output."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from dlaas_onboard.headless import diagnostics, output
from dlaas_onboard.headless.deadline import Deadline
from dlaas_onboard.headless.first_look import COULD_NOT_LOOK, look, unread
from dlaas_onboard.journey.errors import UsageError

if TYPE_CHECKING:
    from dlaas_onboard.arguments import Arguments
    from dlaas_onboard.onboarding import Onboarding

FORMATS = {".html": "html", ".htm": "html", ".md": "md", ".json": "json", ".txt": "txt"}


def run(onboarding: Onboarding, args: Arguments) -> int:
    """Write the report; return 0, or 3 where the account could not be read and the report says so."""
    target = Path(args.output) if args.output and args.output != "-" else None
    if target is not None and (target.is_dir() or not target.absolute().parent.is_dir()):
        raise UsageError(f"{target} cannot be written: it is a folder, or its folder does not exist")
    form = args.format or (FORMATS.get(target.suffix.lower(), "md") if target else "md")
    if form == "txt" and args.audience != "aws":
        raise UsageError("txt is the form of a report for Amazon: add --audience aws, or write html, md or json")
    deadline = Deadline.of(args)
    view = look(onboarding, deadline)
    wrong = deadline.words or unread(view.facts)
    content = onboarding.report(form, args.audience)
    if target is None:
        output.write(content.decode("utf-8"))
    else:
        try:
            save(target, content)
        except OSError as error:
            raise UsageError(f"{target} cannot be written: {error.strerror or error}") from error
    if wrong:
        diagnostics.say(f"the report says that the account could not be read: {wrong}")
        return COULD_NOT_LOOK
    return 0


def save(target: Path, content: bytes) -> None:
    """Put ``content`` in place of ``target`` in one step, readable by the owner alone.

    A link is followed, so that the file it names is replaced and not the link. Raises ``OSError``.
    """
    target = target.resolve()
    if target.exists() and not target.is_file():  # a device or a pipe is written to, not replaced
        target.write_bytes(content)
        return
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)  # created with mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
