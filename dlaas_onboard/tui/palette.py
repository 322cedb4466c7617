"""The command palette: every action, step and command, from the same registries as keys and help."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider

from dlaas_onboard.journey.step_registry import BY_ID, STEPS
from dlaas_onboard.tui.exports import RECORDS, reply_kit, report, show_text
from dlaas_onboard.tui.safe_text import flat

if TYPE_CHECKING:
    from dlaas_onboard.tui.app_protocol import AppCommands


class Command(NamedTuple):
    """One entry of the palette."""

    title: str
    help: str
    run: Callable[[], object]


class Commands(Provider):
    """Lists what the app can do now."""

    @property
    def _commands(self) -> Iterator[Command]:
        return commands(cast("AppCommands", self.app))

    async def discover(self) -> Hits:
        """List everything before a letter is typed."""
        for command in self._commands:
            yield DiscoveryHit(flat(command.title), command.run, text=command.title, help=_help(command))

    async def search(self, query: str) -> Hits:
        """List what matches ``query``, in the title or in the help."""
        matcher = self.matcher(query)
        for command in self._commands:
            score = max(matcher.match(command.title), matcher.match(command.help) / 2)
            if score > 0:
                title = matcher.highlight(command.title) if _plain(command.title) else flat(command.title)
                yield Hit(score, title, command.run, text=command.title, help=_help(command))


def _plain(text: str) -> bool:
    """Whether highlighting ``text`` cannot read it as markup."""
    return "[" not in text and "\\" not in text


def _help(command: Command) -> str:
    """Return the help as content: the palette would parse a plain string as markup, and it takes content as it is."""
    return cast(str, flat(command.help))


def commands(app: AppCommands) -> Iterator[Command]:
    """Return everything that can be done now: actions, steps, commands."""
    for action, reason in sorted(app.offers, key=lambda offer: (offer[0].step != app.open_step, bool(offer[1]))):
        yield Command(
            f"{BY_ID[action.step].title}: {action.title}",
            f"Not now: {reason}" if reason else action.help,
            partial(app.actions.start, action.id),
        )
    for event in app.onboarding.rehearsal_events():
        yield Command(f"Rehearsal: {event.title}", event.help, partial(app.actions.play, event.id))
    for step in STEPS:
        yield Command(f"Open {step.number} {step.title}", step.purpose, partial(app.action_open, step.id.value))
    yield Command("Look again", "Read everything at AWS, in the DNS and on the website again.", app.action_look)
    yield Command(
        "Look at all Regions", "Ask SES in every Region whether access was granted there.", app.look_at_regions
    )
    yield Command("Profile and Region", "Turn to another profile or Region.", partial(app.action_do, "place"))
    yield Command(
        "Explain an error of SES", "Paste it: what it means here, who acts.", partial(app.action_do, "explain")
    )
    yield Command("AWS calls", "Every call so far, with outcome, time and request id.", partial(app.action_do, "calls"))
    yield Command("Journal", "Everything that happened here: who, what, when.", partial(app.action_do, "journal"))
    yield Command("Help", "What this step is for, and its keys.", partial(app.action_do, "help"))
    for format_, title, help_ in RECORDS:
        yield Command(title, help_, partial(show_text, app, partial(app.onboarding.records, format_), title))
    for purpose in ("read", "file"):
        yield Command(
            f"IAM policy to {purpose}",
            "Least privilege for exactly the calls that this makes, shown and copied.",
            partial(show_text, app, partial(app.onboarding.policy, purpose), f"IAM policy to {purpose}"),
        )
    yield Command(
        "Reply kit",
        "The text for the review's case, shown and copied.",
        partial(reply_kit, app),
    )
    for page, words in (
        ("account", "SES account"),
        ("identities", "SES identities"),
        ("cases", "Support cases"),
        ("quota", "Sending quota"),
    ):
        yield Command(
            f"Console address: {words}",
            "The page of the AWS console for this account and Region, shown and copied.",
            partial(show_text, app, partial(app.onboarding.console_link, page), f"Console: {words}"),
        )
    for format_ in ("html", "md", "json"):
        for audience in ("private", "aws", "public"):
            yield Command(
                f"Report as {format_}, {audience}",
                "Write the readiness report to a file.",
                partial(report, app, format_, audience),
            )
    yield Command("Theme", "Light, dark, and the terminal's own colours (ansi).", app.action_change_theme)
    yield Command("Quit", "Leave; everything saved stays saved.", app.quit_soon)
