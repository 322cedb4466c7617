"""Whose turn it is where the code wants one thing, the account has another and the request needs a third."""

from __future__ import annotations

from enum import StrEnum

from dlaas_onboard.journey.facts import InfrastructureCode, MailResource

EXPORT = "`dlaas-onboard records --format terraform`"


class Turn(StrEnum):
    """What mends a difference."""

    NOBODY = "nobody"  # it is as the request needs it, and as the code wants it
    APPLY = "apply"  # the code declares it: apply what is there
    CODE = "code"  # the code has to be changed, then applied
    IMPORT = "import"  # it is there, and what applies the code does not know of it
    LIVE = "live"  # no code owns it: change it at AWS or in DNS
    UNKNOWN = "unknown"  # what is there could not be read


BY_CODE = frozenset({Turn.APPLY, Turn.CODE, Turn.IMPORT})  # of whoever keeps and applies the code


def applying(code: InfrastructureCode) -> str:
    """Return how the code is applied: ``run `terraform apply```, with where, if that is not here."""
    where = f" (in the workspace {code.workspace})" if code.workspace else ""
    return f"run `{code.command}`{where}"


def to_apply(code: InfrastructureCode, item: MailResource) -> str:
    """Say that the code declares what is not there."""
    if item.applied:
        return (
            f"{item.source} declares it, and {code.plan} says that it was applied, but it is not there: see what "
            f"`terraform plan` says, then {applying(code)}."
        )
    run = "apply" if code.tool == "Terraform" else "deployment"
    return f"{item.source} declares it: {applying(code)}. Made by hand, it can make that {run} fail."


def to_add(code: InfrastructureCode) -> str:
    """Say that the code sets up mail, and lacks this; of other tools than Terraform not all is read."""
    if code.tool != "Terraform":
        return f"See whether your {code.tool} makes it; if not, add it there. Then {applying(code)}."
    return f"Your {code.tool} does not have it: add what {EXPORT} prints, then {applying(code)}."


def to_import(code: InfrastructureCode, item: MailResource) -> str:
    """Say that something exists of which the state knows nothing."""
    return (
        f"It exists, but {code.plan} does not know it as {item.address} ({item.source}), so an apply would fail or "
        f"replace it: import it first; {EXPORT} prints the import block."
    )
