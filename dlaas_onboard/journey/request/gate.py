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


class GateReading(NamedTuple):
    """What was seen of a gate."""

    light: Light
    why: str
    remedy: str = ""


class GateKind(NamedTuple):
    """What is fixed about a gate."""

    title: str
    step: StepId
    overridable: bool = True


KINDS = {
    "account": GateKind("The account is known", StepId.ACCOUNT, False),
    "sandbox": GateKind("The account is in the sandbox", StepId.ACCOUNT, False),
    "sending": GateKind("Sending is enabled and healthy", StepId.ACCOUNT),
    "review": GateKind("No review stands in the way", StepId.DECISION, False),
    "intents": GateKind("No earlier filing is open", StepId.FILE, False),
    "domain_identity": GateKind("A domain is verified", StepId.DOMAIN),
    "dkim": GateKind("DKIM is successful", StepId.DOMAIN),
    "mail_from": GateKind("MAIL FROM is successful", StepId.DOMAIN),
    "dmarc": GateKind("DMARC is published", StepId.DOMAIN),
    "bounce_path": GateKind("Bounces and complaints reach somebody", StepId.BOUNCES),
    "website": GateKind("The website answers", StepId.REQUEST),
    "draft": GateKind("The request is complete and valid", StepId.REQUEST, False),
    "stock": GateKind("The checkout has no stock values", StepId.REQUEST),
    "use_case": GateKind("The text answers Amazon's questions", StepId.USE_CASE),
    "contradictions": GateKind("No statement contradicts what was seen", StepId.USE_CASE, False),
    "declare_terms": GateKind("Declared: Service Terms and Acceptable Use Policy", StepId.DECLARATIONS, False),
    "declare_recipients": GateKind("Declared: only recipients who asked", StepId.DECLARATIONS, False),
    "declare_bounces": GateKind("Declared: bounces and complaints are handled", StepId.DECLARATIONS, False),
}
TITLES = {gate: kind.title for gate, kind in KINDS.items()}
DECLARATIONS = ("declare_terms", "declare_recipients", "declare_bounces")


def is_overridable(gate: str) -> bool:
    """Return whether a typed reason may stand for this gate where it is red."""
    return gate in KINDS and KINDS[gate].overridable
