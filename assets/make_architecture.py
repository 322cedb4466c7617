"""Draw the rooms of docs/architecture.md from the imports: ``python -m assets.make_architecture``.

The picture is a Mermaid graph. An arrow that follows from two others is left out: it holds all the same.
"""

from __future__ import annotations

from pathlib import Path

import grimp

PAGE = Path(__file__).parents[1] / "docs" / "architecture.md"
BEGIN, END = "<!-- rooms:begin -->\n", "<!-- rooms:end -->"
ROOT = "dlaas_onboard"
SMALL = frozenset({"__main__", "arguments", "terminal_bell"})  # files beside the rooms that only hold a record or start


def arrows(package: str) -> dict[str, set[str]]:
    """Return which children of ``package`` import which others, by anything inside them."""
    graph = grimp.build_graph(ROOT)
    rooms = {child.rpartition(".")[2]: child for child in graph.find_children(package)}
    rooms = {name: room for name, room in rooms.items() if name not in SMALL}
    inside = {name: {room, *graph.find_descendants(room)} for name, room in rooms.items()}
    return {
        name: {
            other
            for other, theirs in inside.items()
            if other != name and any(graph.find_modules_directly_imported_by(module) & theirs for module in modules)
        }
        for name, modules in inside.items()
    }


def reduced(imports: dict[str, set[str]]) -> dict[str, set[str]]:
    """Leave out each arrow that a longer way says already; ``imports`` has no circle."""

    def reachable(name: str) -> set[str]:
        return imports[name].union(*(reachable(other) for other in imports[name]))

    return {
        name: {other for other in others if not any(other in reachable(via) for via in others - {other})}
        for name, others in imports.items()
    }


def mermaid() -> str:
    """Return the graph of the top rooms, and of the rooms of ``journey``."""
    lines = ["```mermaid", "graph TD"]
    for name, others in sorted(reduced(arrows(ROOT)).items()):
        lines += [f"    {name} --> {other}" for other in sorted(others)]
    lines += ["```", "", "Inside `journey`:", "", "```mermaid", "graph TD"]
    journey = {name: others for name, others in arrows(f"{ROOT}.journey").items() if (folder(name)).is_dir()}
    journey = {name: {other for other in others if other in journey} for name, others in journey.items()}
    for name, others in sorted(reduced(journey).items()):
        lines += [f"    {name} --> {other}" for other in sorted(others)]
    return "\n".join([*lines, "```"]) + "\n"


def folder(room: str) -> Path:
    """Return the folder that a room of ``journey`` would have."""
    return PAGE.parents[1] / ROOT / "journey" / room


def written(text: str) -> str:
    """Return ``text`` with the picture of today between its markers."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}{mermaid()}{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text("utf-8")), "utf-8")
