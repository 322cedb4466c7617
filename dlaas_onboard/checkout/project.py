"""A DLaaS checkout as one fact, and the Terraform that it lacks."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from dlaas_onboard.checkout.checkout_reader import read
from dlaas_onboard.checkout.locate import find, is_checkout
from dlaas_onboard.checkout.terraform_patch import terraform
from dlaas_onboard.journey.facts import Checkout
from dlaas_onboard.journey.facts.reading import Problem, ProblemKind, Reading
from dlaas_onboard.journey.text import line

if TYPE_CHECKING:
    from dlaas_onboard.journey.report_input import ReportInput


class DlaasCheckout:
    """The checkout that was named, or the one that the current folder lies in. Creating it touches no file."""

    def __init__(self, folder: Path | str | None = None) -> None:
        self._folder = Path(folder) if folder is not None else None

    def read(self) -> Reading[Checkout]:
        """Read the checkout; no value and no problem: the folder that was named, or this one, belongs to none."""
        root, problem = self._root()
        source = f"checkout {line(str(root or self._folder or 'above the current folder'))}"
        if root is None:
            return Reading(source, datetime.now(UTC), problem=problem)

        return Reading(source, datetime.now(UTC), value=read(root))

    def terraform(self, report_input: ReportInput) -> str:
        """Return the Terraform that adds what is missing, in the resource names of this checkout."""
        root, _ = self._root()
        return terraform(report_input, root)

    @property
    def root(self) -> Path | None:
        """Return the checkout's folder, ``None`` where there is none."""
        return self._root()[0]

    def _root(self) -> tuple[Path | None, Problem | None]:
        if self._folder is None:
            try:
                return find(Path.cwd()), None
            except OSError:  # the current folder was deleted
                return None, None
        if is_checkout(self._folder):
            return self._folder.resolve(), None
        name = line(str(self._folder))
        if not self._folder.is_dir():
            remedy = "Name the folder of your project's code, or leave --project out."
            return None, Problem(ProblemKind.INVALID, f"{name} is not a folder.", remedy)
        nearby = find(self._folder)
        if nearby is None:
            return None, None
        remedy = f"The checkout is {line(str(nearby))}: name that folder with --project."
        return None, Problem(ProblemKind.INVALID, f"{name} is not a DLaaS checkout.", remedy)
