"""The line at the top that never goes away: which account, as whom, where, and through which endpoint."""

from __future__ import annotations

from typing import NamedTuple

from textual.content import Content
from textual.widget import Widget

from dlaas_onboard.tui.safe_text import flat
from dlaas_onboard.tui.theme import DIM

GAP = "  "


class SessionContext(NamedTuple):
    """What the line says."""

    account: str = ""
    arn: str = ""
    region: str = ""
    profile: str = ""
    endpoint: str = ""
    amazon: bool = True
    access: str = "unknown"  # sandbox, production, unknown
    held: str = ""  # what keeps the account from sending: "paused", "PROBATION"
    doing: str = ""  # what goes on while AWS has not said yet who we are

    @property
    def principal(self) -> str:
        """Return the last part of the ARN: ``user/ada``, ``assumed-role/Admin/ada``."""
        return self.arn.split(":", 5)[-1] if self.arn.count(":") >= 5 else self.arn


ACCESS = {
    "sandbox": ("◔ sandbox", "bold $text-warning"),
    "production": ("✓ production", "bold $text-success"),
    "unknown": ("? access unknown", "$text-accent"),
}


class ContextBar(Widget):
    """One line; where room is short, the profile goes first, then names are cut in the middle."""

    ALLOW_SELECT = False

    def __init__(self) -> None:
        super().__init__(id="context")
        self._where = SessionContext()

    def say(self, where: SessionContext) -> None:
        """Show ``where``."""
        if where != self._where:
            self._where = where
            self.refresh()

    def render(self) -> Content:
        """Return the line for the width at hand."""
        return line(self._where, self.content_size.width)


def line(where: SessionContext, width: int) -> Content:
    """Return the line of ``where`` in at most ``width`` cells."""
    if where.doing:
        return _doing_line(where, width)
    access, color = ACCESS.get(where.access, ACCESS["unknown"])
    if where.held:  # access alone would look as if mail left
        access, color = f"✗ {where.access}, {where.held}", "bold $text-error"
    account = where.account or "no account"
    region = where.region or "no Region"
    host = where.endpoint or "no endpoint"
    marked = "" if where.amazon else "not Amazon: "
    principal = where.principal or "not signed in"
    fixed = len(account) + len(region) + len(access) + len(marked) + 4 * len(GAP)
    host_room = max(12, min(len(host), width - fixed - min(len(principal), 10)))
    principal_room = max(0, min(len(principal), width - fixed - host_room))
    left = width - fixed - host_room - principal_room
    parts: list[Content] = [
        flat(account, "bold"),
        flat(_shorter(principal, principal_room)),
        flat(region, "bold"),
        flat(access, color),
        Content.assemble(
            flat(marked, "bold $text-error"), flat(middle(host, host_room), DIM if where.amazon else "bold $text-error")
        ),
    ]
    profile = f"profile {where.profile}" if where.profile else ""
    if profile and left >= len(profile) + len(GAP):
        parts.append(flat(profile, DIM))
    return Content(GAP).join([part for part in parts if part.plain]).truncate(width, ellipsis=True)


def _doing_line(where: SessionContext, width: int) -> Content:
    """Return the line while AWS has not said yet who we are."""
    parts = [
        flat(f"◔ {where.doing}", "$text-warning"),
        flat(where.region, "bold"),
        flat(f"profile {where.profile}" if where.profile else "", DIM),
    ]
    return Content(GAP).join([part for part in parts if part.plain]).truncate(width, ellipsis=True)


def _shorter(principal: str, width: int) -> str:
    """Return the longest ending of ``assumed-role/Deploy/ada`` that fits: ``Deploy/ada``, ``ada``."""
    parts = principal.split("/")
    for start in range(len(parts)):
        ending = "/".join(parts[start:])
        if len(ending) <= width:
            return ending
    return middle(parts[-1], width)


def middle(text: str, width: int) -> str:
    """Return ``text`` in at most ``width`` characters, cut in the middle."""
    if len(text) <= width:
        return text
    if width < 3:
        return "…"[:width]
    tail = (width - 1) // 2
    return f"{text[: width - 1 - tail]}…{text[-tail:] if tail else ''}"
