"""What changes something: an action from its key to its outcome, an entry, a code, an event of the rehearsal."""

from __future__ import annotations

import queue
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from textual.content import Content

from dlaas_onboard.tui.confirm_dialog import ConfirmDialog
from dlaas_onboard.tui.dialogs import AskDialog, InputPrompt, TextDialog
from dlaas_onboard.tui.exports import in_console
from dlaas_onboard.tui.sent_items import PHASES
from dlaas_onboard.tui.view_context import context_of

if TYPE_CHECKING:
    from textual.notifications import SeverityLevel

    from dlaas_onboard.journey.situation.intents import Intent
    from dlaas_onboard.onboarding import Prepared
    from dlaas_onboard.tui.action_items import Offer
    from dlaas_onboard.tui.app_protocol import AppServices

CODE_SECONDS = 600.0  # how long an MFA code is waited for


class ActionRunner:
    """Asks the onboarding to act, in the background, and says what became of it."""

    def __init__(self, app: AppServices, take_note: Callable[[], None]) -> None:
        """Take over the app, and what takes note of a new view."""
        self.app = app
        self._take_note = take_note

    def offer(self, action_id: str) -> Offer | None:
        """Return an action with the reason why it cannot be done now."""
        return next((offer for offer in self.app.offers if offer[0].id == action_id), None)

    def start(self, action_id: str) -> None:
        """Prepare an action, have it confirmed, and send it."""
        offer = self.offer(action_id)
        if offer is None:
            return
        action, reason = offer
        if reason:
            view = self.app.onboarding.view()
            by_hand = action.by_hand(view.situation, view.verdicts) if action.by_hand is not None else None
            if by_hand is not None:
                in_console(self.app, action.title, reason, by_hand)
                return
            self.app.notify(reason, title=f"{action.title}: not now", severity="warning", markup=False)
            return
        self.app.commit_fields()

        def prepared(result: Prepared | None, error: Exception | None) -> None:
            if error is not None or result is None:
                self.app.fail(error)
                return
            self._confirm(result)

        def prepare() -> Prepared:
            self.app.background.settle(10)
            return self.app.onboarding.prepare(action_id)

        self.app.background.run(prepare, prepared)

    def _confirm(self, prepared: Prepared) -> None:
        view = self.app.onboarding.view()

        def answered(digits: str | None) -> None:
            if digits is not None:
                self._send(prepared, "" if digits == "yes" else digits)

        self.app.push_screen(ConfirmDialog(prepared, context_of(view)), answered)

    def _send(self, prepared: Prepared, digits: str) -> None:
        title = prepared.action.title
        self.app.busy.add(title)
        self.app.activity.say(Content.styled("◔ sending…", "$text-warning"))

        def sent(intents: Any, error: Exception | None) -> None:
            self.app.busy.discard(title)
            self.app.fail(error)
            self._take_note()
            if intents or (error is None and self.app.onboarding.view().result is not None):
                self._report(title, intents or ())
                self.app.show_top()

        self.app.background.run(lambda: self.app.onboarding.act(prepared, digits), sent)

    def _report(self, title: str, intents: Sequence[Intent]) -> None:
        """Say what became of an action: of its last call, for one that failed stops those after it."""
        result = self.app.onboarding.view().result
        if result is not None:
            severity: SeverityLevel = "information" if result.good else "warning"
            self.app.notify(result.text, title=title, severity=severity, timeout=15, markup=False)
            return
        intent = intents[-1]
        _, _, word = PHASES[intent.phase.value]
        problem = intent.outcome.problem if intent.outcome else None
        good = intent.phase.value in ("confirmed", "accepted")
        word = word.capitalize()
        message = f"{word}. {problem.message} {problem.remedy}" if problem else f"{word}. {intent.result}"
        self.app.notify(
            message.strip(),
            title=title,
            severity="information" if good else "warning",
            timeout=6 if good else 15,
            markup=False,
        )

    def ask_code(self, prompt: str) -> str:
        """Ask for an MFA code, called in a thread that waits for it; ``""`` where the operator gave up."""
        answer: queue.SimpleQueue[str] = queue.SimpleQueue()

        def ask() -> None:
            def answered(texts: tuple[str, ...] | None) -> None:
                answer.put(texts[0] if texts else "")

            self.app.push_screen(
                AskDialog(
                    "MFA code",
                    [InputPrompt("Code", placeholder="123456")],
                    say=prompt,
                    button="Go on",
                    check=lambda texts: "" if texts[0] else "Type the code that your device shows.",
                ),
                answered,
            )

        self.app.background.tell(ask)
        try:
            return answer.get(timeout=CODE_SECONDS)
        except queue.Empty:
            return ""

    def play(self, event_id: str) -> None:
        """Have the embedded account do something."""

        def played(text: Any, error: Exception | None) -> None:
            self.app.fail(error)
            if error is None and "\n" in str(text):  # a mail: to be read and copied
                self.app.copy_text(str(text))
                self.app.push_screen(TextDialog("Rehearsal", str(text), str(text)))
            elif error is None:
                self.app.notify(str(text), title="Rehearsal", markup=False)

        self.app.background.run(lambda: self.app.onboarding.play(event_id), played)

    def enter(self, field_id: str, text: str) -> None:
        """Save what a dialog asked for."""

        def saved(wrong: str | None, error: Exception | None) -> None:
            self.app.fail(error)
            if error is None:
                self.app.notify(
                    wrong or "Saved.", severity="warning" if wrong else "information", timeout=4, markup=False
                )

        self.app.background.save(lambda: self.app.onboarding.enter(field_id, text), saved)
