"""How facts and findings look: a glyph, and a colour that only repeats it."""

from __future__ import annotations

from dlaas_onboard.journey.verdict import MARK_GLYPHS, Mark, Severity

_STYLES = {
    Mark.GOOD: "$text-success",
    Mark.BAD: "$text-error",
    Mark.WARN: "$text-warning",
    Mark.WAIT: "$text-warning",
    Mark.UNKNOWN: "$text-accent",
    Mark.PLAIN: "$foreground 60%",
}
MARKS = {mark: (glyph, _STYLES[mark]) for mark, glyph in MARK_GLYPHS.items()}
SEVERITIES = {
    Severity.BLOCKER: ("✗", "$text-error"),
    Severity.WARNING: ("!", "$text-warning"),
    Severity.ADVICE: ("›", "$text-primary"),
    Severity.UNKNOWN: ("?", "$text-accent"),
}
