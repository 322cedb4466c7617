"""What is handed on: the report as a file; records, policies and the reply kit as text."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlaas_onboard.tui.dialog import AskDialog, Question, TextDialog

if TYPE_CHECKING:
    from dlaas_onboard.tui.app import OnboardApp


# The forms in which the missing records are handed out: name, title, help.
RECORDS = (
    ("table", "DNS records as a table", "Name, type and value of each, to be typed into a form."),
    ("zone", "DNS records as a zone file", "Lines for a zone file, as most DNS hosts import them."),
    ("route53", "DNS records for Route 53", "A change batch for aws route53 change-resource-record-sets."),
    ("terraform", "DNS records as Terraform", "What the checkout's Terraform lacks, as a patch."),
)


def report(app: OnboardApp, format_: str, audience: str) -> None:
    """Ask where to, and write the readiness report there."""

    def written(path: Any, error: Exception | None) -> None:
        app.fail(error)
        if error is None:
            app.notify(f"Written to {path}", title="Report", timeout=8, markup=False)

    def answered(texts: tuple[str, ...] | None) -> None:
        if texts is None:
            return

        def write() -> str:
            content = app.onboarding.report(format_, audience)
            path = Path(texts[0]).expanduser()
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            return str(path)

        app.background.run(write, written)

    app.push_screen(
        AskDialog(
            f"Readiness report: {format_}, {audience}",
            [Question("File", f"dlaas-onboard-{audience}.{format_}")],
            say="A file that exists is not overwritten.",
            button="Write",
            check=lambda texts: "" if texts[0] else "Name a file.",
        ),
        answered,
    )


def made(app: OnboardApp, make: Callable[[], str], title: str) -> None:
    """Have a text made in the background, show it, and put it into the clipboard."""

    def made(text: Any, error: Exception | None) -> None:
        app.fail(error)
        if error is None:
            app.copy_text(text)
            app.push_screen(TextDialog(title, text or "Nothing.", text))

    app.background.run(make, made)
