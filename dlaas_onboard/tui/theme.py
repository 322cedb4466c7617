"""The two themes, and how states look. Every state has a glyph and a word; colour only repeats them."""

from __future__ import annotations

from textual.theme import Theme

from dlaas_onboard.journey.step_registry import StepState

DARK = Theme(
    name="dlaas-dark",
    primary="#82aaff",
    secondary="#7fdbca",
    accent="#c3a6ff",
    foreground="#d3dae6",
    background="#12161d",
    surface="#181d26",
    panel="#222936",
    success="#8fcf8b",
    warning="#e8bf6a",
    error="#f28b91",
    dark=True,
)
LIGHT = Theme(
    name="dlaas-light",
    primary="#2456b8",
    secondary="#0b6e6e",
    accent="#6d3fb4",
    foreground="#252b36",
    background="#fbfbfa",
    surface="#f2f3f4",
    panel="#e4e7eb",
    success="#23702b",
    warning="#8a5a00",
    error="#b3261e",
    dark=False,
)

STATE_STYLES = {
    StepState.DONE: "$text-success",
    StepState.ATTENTION: "$text-error",
    StepState.TODO: "$text-primary",
    StepState.WAITING: "$text-warning",
    StepState.BLOCKED: "$foreground 60%",
    StepState.UNKNOWN: "$text-accent",
}
DIM = "$foreground 60%"
STRONG = "bold"
KEY = "bold $text-primary"
