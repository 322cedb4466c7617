"""Write the table of actions of README.md from the registry: ``python -m assets.make_tables``."""

from __future__ import annotations

from pathlib import Path

from dlaas_onboard.journey.step_registry import BY_ID
from dlaas_onboard.onboarding import registry

README = Path(__file__).parents[1] / "README.md"
BEGIN, END = "<!-- actions:begin -->\n", "<!-- actions:end -->"


def table() -> str:
    """Return every action with its step, key, help and IAM actions as a Markdown table."""
    rows = ["| step | key | action | what it does | IAM |", "|---|---|---|---|---|"]
    for action in sorted(registry(), key=lambda action: BY_ID[action.step].number):
        step = BY_ID[action.step]
        iam = ", ".join(f"`{name}`" for name in action.iam)
        final = f" {action.final}" if action.final else ""
        rows.append(f"| {step.number} {step.title} | `{action.key}` | {action.title} | {action.help}{final} | {iam} |")
    return "\n".join(rows) + "\n"


def written(text: str) -> str:
    """Return ``text`` with the table of today between its markers."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}{table()}{END}{after}"


if __name__ == "__main__":
    README.write_text(written(README.read_text("utf-8")), "utf-8")
