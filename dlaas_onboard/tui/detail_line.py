"""Two lines about what has the focus."""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget


class Detail(Widget):
    """Two lines about what has the focus: a fact's source and age, a field's help, an action's reason."""

    def __init__(self) -> None:
        super().__init__(id="detail")
        self._content = Content("")

    def say(self, content: Content) -> None:
        """Show ``content``, cut to the room there is."""
        if not self._content.is_same(content):
            self._content = content
            self.refresh()

    def render(self) -> Content:
        """Return as much as fits, the cut shown by an ellipsis."""
        width, height = self.content_size
        lines = self._content.wrap(width) if width else []
        if len(lines) > height:
            lines = [*lines[: height - 1], Content.assemble(lines[height - 1].truncate(width - 1).rstrip(), "…")]
        return Content("\n").join(lines)
