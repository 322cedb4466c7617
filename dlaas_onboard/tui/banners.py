"""Lines at the top that stay until their reason is gone."""

from __future__ import annotations

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from dlaas_onboard.tui.safe_text import wrap

BANNERS = {
    "problem": "$text-error",
    "readonly": "bold $text-warning",
    "rehearsal": "$text-accent",
    "notice": "$text-warning",
    "changes": "$text-success",
}


class Banners(Widget):
    """Lines under the context that stay until their reason is gone."""

    def __init__(self) -> None:
        super().__init__(id="banners")
        self.display = False
        self._said: dict[str, str] = {}
        self._away: dict[str, str] = {}

    def say(self, name: str, text: str) -> None:
        """Show ``text`` as the banner ``name``; nothing is shown where there is none, or where it was taken away."""
        if text == self._away.get(name):
            text = ""
        if text != self._said.get(name, ""):
            self._said[name] = text
            self.display = any(self._said.values())
            self.refresh(layout=True)

    def take_away(self, name: str) -> bool:
        """Take a banner away until it says something else; returns whether it was there."""
        text = self.said(name)
        if text:
            self._away[name] = text
            self.say(name, "")
        return bool(text)

    def said(self, name: str) -> str:
        """Return what the banner ``name`` says."""
        return self._said.get(name, "")

    def _lines(self, width: int) -> list[Content]:
        return [line for name, style in BANNERS.items() for line in wrap(self.said(name), width, style, limit=2)]

    def get_content_height(self, _container: Size, _viewport: Size, width: int) -> int:
        """Return the number of lines."""
        return len(self._lines(width))

    def render(self) -> Content:
        """Return the lines."""
        return Content("\n").join(self._lines(self.content_size.width))
