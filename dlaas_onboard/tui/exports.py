"""What is handed on: the report as a file; records, policies and the reply kit as text."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlaas_onboard.tui.dialogs import AskDialog, InputPrompt, TextDialog

if TYPE_CHECKING:
    from dlaas_onboard.journey.writes.actions import ByHand
    from dlaas_onboard.tui.app_protocol import AppServices


# The forms in which the missing records are handed out: name, title, help.
RECORDS = (
    ("table", "DNS records as a table", "Name, type and value of each, to be typed into a form."),
    ("zone", "DNS records as a zone file", "Lines for a zone file, as most DNS hosts import them."),
    ("route53", "DNS records for Route 53", "A change batch for aws route53 change-resource-record-sets."),
    ("terraform", "DNS records as Terraform", "What the checkout's Terraform lacks, as a patch."),
)


def report(app: AppServices, format_: str, audience: str) -> None:
    """Ask where to, and write the readiness report there."""
    name = f"dlaas-onboard-{audience}.{format_}"
    title = f"Readiness report: {format_}, {audience}"
    to_file(app, title, name, lambda: app.onboarding.report(format_, audience))


def to_file(app: AppServices, title: str, name: str, make: Callable[[], bytes]) -> None:
    """Ask where to, and write there what ``make`` returns, for the operator alone."""

    def written(path: Any, error: Exception | None) -> None:
        app.fail(error)
        if error is None:
            app.notify(f"Written to {path}", title=title.partition(":")[0], timeout=8, markup=False)

    def answered(texts: tuple[str, ...] | None) -> None:
        if texts is None:
            return

        def write() -> str:
            content = make()
            path = Path(texts[0]).expanduser()
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            return str(path)

        app.background.run(write, written)

    app.push_screen(
        AskDialog(
            title,
            [InputPrompt("File", name)],
            say="A file that exists is not overwritten.",
            button="Write",
            check=lambda texts: "" if texts[0] else "Name a file.",
        ),
        answered,
    )


def reply_kit(app: AppServices) -> None:
    """Show the text for the review's case, put it into the clipboard, and offer a file as the second way."""

    def show(text: Any, error: Exception | None) -> None:
        app.fail(error)
        if error is None:
            app.copy_text(text)
            app.push_screen(TextDialog("Reply kit", text or "Nothing.", text, _saving(app, text)))

    app.background.run(app.onboarding.reply_kit, show)


def in_console(app: AppServices, title: str, reason: str, by_hand: ByHand) -> None:
    """Hand over what is to be done in the console: where, as whom, and the text for it, copied or as a file."""
    account = app.onboarding.view().place.account or "unknown"
    before = f"{by_hand.warning}\n\n" if by_hand.warning else ""
    text = (
        f"{reason}\n\n{before}1  Open the case in the browser, signed in to account {account}:\n   {by_hand.link}\n"
        f"2  Choose Reply and paste the text below. It is in your clipboard if the terminal allows it (OSC 52); "
        f"w writes it to a file.\n3  {by_hand.then}\n\n{by_hand.text}"
    )
    app.copy_text(by_hand.text)
    app.push_screen(TextDialog(f"{title}: in the console", text, by_hand.text, _saving(app, by_hand.text)))


def _saving(app: AppServices, text: str) -> Callable[[], None]:
    return lambda: to_file(app, "Reply to Amazon", "dlaas-onboard-reply.txt", text.encode)


def show_text(app: AppServices, make: Callable[[], str], title: str) -> None:
    """Have a text made in the background, show it, and put it into the clipboard."""

    def show(text: Any, error: Exception | None) -> None:
        app.fail(error)
        if error is None:
            app.copy_text(text)
            app.push_screen(TextDialog(title, text or "Nothing.", text))

    app.background.run(make, show)
