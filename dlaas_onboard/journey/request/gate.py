"""What a gate is, and which there are (docs/architecture.md, "One filing")."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from dlaas_onboard.journey.step_registry import StepId


class Light(StrEnum):
    """Unknown is not green."""

    GREEN = "green"
    RED = "red"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Gate:
    """One condition for filing."""

    id: str  # "dkim"; a typed reason is kept under "override." + id
    title: str
    light: Light
    why: str  # what was seen
    remedy: str = ""
    step: StepId = StepId.FILE
    overridable: bool = True
    override: str = ""  # the operator's typed reason

    @property
    def takes_reason(self) -> bool:
        """Whether a typed reason may stand for what was seen. What is unknown was not seen: it is looked at again."""
        return self.light == Light.RED and self.overridable

    @property
    def open(self) -> bool:
        """Whether filing may pass here: the only rule, whoever asks."""
        return self.light == Light.GREEN or (self.takes_reason and bool(self.override))


class Found(NamedTuple):
    """What was seen of a gate."""

    light: Light
    why: str
    remedy: str = ""


class Kind(NamedTuple):
    """What is fixed about a gate."""

    title: str
    step: StepId
    overridable: bool = True


KINDS = {
    "account": Kind("The account is known", StepId.ACCOUNT, False),
    "sandbox": Kind("The account is in the sandbox", StepId.ACCOUNT, False),
    "sending": Kind("Sending is enabled and healthy", StepId.ACCOUNT),
    "review": Kind("No review stands in the way", StepId.DECISION, False),
    "intents": Kind("No earlier filing is open", StepId.FILE, False),
    "domain_identity": Kind("A domain is verified", StepId.DOMAIN),
    "dkim": Kind("DKIM is successful", StepId.DOMAIN),
    "mail_from": Kind("MAIL FROM is successful", StepId.DOMAIN),
    "dmarc": Kind("DMARC is published", StepId.DOMAIN),
    "bounce_path": Kind("Bounces and complaints reach somebody", StepId.BOUNCES),
    "website": Kind("The website answers", StepId.REQUEST),
    "draft": Kind("The request is complete and valid", StepId.REQUEST, False),
    "stock": Kind("The checkout has no stock values", StepId.REQUEST),
    "declare_terms": Kind("Declared: Service Terms and Acceptable Use Policy", StepId.DECLARATIONS, False),
    "declare_recipients": Kind("Declared: only recipients who asked", StepId.DECLARATIONS, False),
    "declare_bounces": Kind("Declared: bounces and complaints are handled", StepId.DECLARATIONS, False),
}
TITLES = {gate: kind.title for gate, kind in KINDS.items()}
DECLARATIONS = ("declare_terms", "declare_recipients", "declare_bounces")


def is_overridable(gate: str) -> bool:
    """Return whether a typed reason may stand for this gate where it is red."""
    return gate in KINDS and KINDS[gate].overridable
