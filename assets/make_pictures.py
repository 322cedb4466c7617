"""Make the pictures that README.md shows from the running app: ``python -m assets.make_pictures``."""

from __future__ import annotations

import asyncio
import os
import re
import tempfile
from pathlib import Path

from textual.pilot import Pilot

from dlaas_onboard import wiring
from dlaas_onboard.arguments import Arguments
from dlaas_onboard.tui.app import OnboardApp

HERE = Path(__file__).parent
SIZE = (120, 40)
# The scenario, and of each screen worth showing the keys that lead to it and the picture's name.
PICTURES = {
    "dlaas": (
        (("3",), "domain"),
        (("7", "enter", "tab"), "second-opinion"),
        (("tab",), "use-case"),
        (("9",), "file"),
    ),
    "denied": ((("0",), "decision"),),
}


async def take(scenario: str) -> None:
    """Walk the app in a scenario to the screens worth showing and save each as SVG."""
    with tempfile.TemporaryDirectory() as folder:
        arguments = Arguments(command="rehearse", scenario=scenario, state_dir=folder)
        with wiring.rehearsing(arguments) as onboarding:
            app = OnboardApp(onboarding.glance(), onboarding.options, lambda: onboarding)
            async with app.run_test(size=SIZE) as pilot:
                await _settled(app, pilot)
                for keys, name in PICTURES[scenario]:
                    await pilot.press(*keys)
                    await pilot.pause(1)
                    _save(app, name)


async def _settled(app: OnboardApp, pilot: Pilot[int]) -> None:
    for _ in range(100):
        await pilot.pause(0.2)
        view = app.current_view
        if view is not None and view.facts.account is not None and not view.looking:
            return


def _save(app: OnboardApp, name: str) -> None:
    picture = app.export_screenshot(title="dlaas-onboard")
    # A picture loads nothing from elsewhere: the reader's own monospaced font does.
    picture = re.sub(r"@font-face \{.*?\}\s*", "", picture, flags=re.DOTALL)
    picture = picture.replace("Fira Code", "ui-monospace, SFMono-Regular, Menlo, Consolas, DejaVu Sans Mono")
    (HERE / f"{name}.svg").write_text(picture, "utf-8")
    print(f"assets/{name}.svg")


if __name__ == "__main__":
    os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")
    for each in PICTURES:
        asyncio.run(take(each))
