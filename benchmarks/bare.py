"""The least that a Textual app can be: the base of the ratios."""

from textual.app import App, ComposeResult
from textual.widgets import Static

MARKER = "Nothing but this line"


class Bare(App[None]):
    """One line of text."""

    BINDINGS = [("q", "quit", "Quit")]  # noqa: RUF012 - Textual's own class variable

    def compose(self) -> ComposeResult:
        """Build the one line."""
        yield Static(MARKER)


if __name__ == "__main__":
    Bare().run()
