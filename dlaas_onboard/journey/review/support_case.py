"""The support case of the review, and whether it can be read and answered from here (docs/ses.md, "Review case")."""

from __future__ import annotations

from dlaas_onboard.journey.facts import Facts, SupportCase
from dlaas_onboard.journey.facts.reading import known

CLOSED = "resolved"  # a case's status; answering reopens it (AWS Support API reference, CaseDetails)


def api(facts: Facts) -> bool | None:
    """Whether the support plan includes the API; ``None`` where that is not known."""
    support = facts.support
    return support.value.api if support is not None and support.value is not None else None


def case(facts: Facts) -> SupportCase | None:
    """Return the case where it was read in full."""
    return known(facts.case)


def closed(facts: Facts) -> bool | None:
    """Whether the case is closed; ``None`` where that is not known."""
    current = case(facts)
    return current.status == CLOSED if current is not None and current.status else None
