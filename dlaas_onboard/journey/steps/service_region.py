"""Where the service sends from another Region than the one looked at, or another Region has access already.

Production access is granted Region by Region (docs/ses.md, "Sandbox"): said at each step at which it decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from dlaas_onboard.journey.command_lines import PROGRAM
from dlaas_onboard.journey.review import regions, stages
from dlaas_onboard.journey.review.sending_regions import SendingRegion, other_sending_regions
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.step_registry import StepId
from dlaas_onboard.journey.steps.verdict_builder import VerdictBuilder
from dlaas_onboard.journey.verdict import Severity

_GUIDE_STEP = 10


class _Said(NamedTuple):
    severity: Severity
    message: str
    remedy: str
    evidence: str


def add_service_region(builder: VerdictBuilder, situation: Situation) -> None:
    """Add what has to be known before the Region looked at is set up, asked for or relied on."""
    others = other_sending_regions(situation)
    if others:
        said = _sends_elsewhere(others, situation)
    else:
        # The step Account names each Region that has access by itself.
        said = _granted_elsewhere(situation) if builder.step != StepId.ACCOUNT else None
    if said is not None:
        builder.add_finding(
            "region_differs",
            said.severity,
            said.message,
            evidence=said.evidence,
            remedy=said.remedy,
            guide_step=_GUIDE_STEP,
        )


def _sends_elsewhere(others: Sequence[SendingRegion], situation: Situation) -> _Said | None:
    here = situation.place.region
    access = {each.region: regions.access(situation.facts, each.region) for each in others}
    names = " and ".join(access)
    evidence = "; ".join(each.source for each in others)
    granted = [region for region, seen in access.items() if seen == "production"]
    if stages.access(situation.facts) == "production":
        if len(granted) == len(access):
            return None
        return _Said(
            Severity.WARNING,
            f"Production access holds in {here}, but the project sends from {names}{_state(access)}.",
            f"Let the project send from {here}, or ask for production access in the other Region: "
            f"`{PROGRAM} --region {next(region for region in access if region not in granted)}`.",
            evidence,
        )
    if granted:
        return _Said(
            Severity.WARNING,
            f"The project sends from {names}, and {' and '.join(granted)} has production access already; "
            f"what is shown here is {here}.",
            f"Turn to it: `{PROGRAM} --region {granted[0]}`. A request for {here} changes nothing for mail that is "
            f"sent from another Region.",
            evidence,
        )
    return _Said(
        Severity.WARNING,
        f"The project sends from {names}{_state(access)}; what is shown here is {here}.",
        f"Production access counts in one Region only: turn to the Region that sends (`{PROGRAM} --region "
        f"{others[0].region}`), or let the project send from {here}.",
        evidence,
    )


def _state(access: dict[str, str]) -> str:
    """Return what is known of the Regions: ``, which is in the sandbox``."""
    if set(access.values()) == {"sandbox"}:
        return ", which is in the sandbox" if len(access) == 1 else ", which are in the sandbox"
    unread = [region for region, seen in access.items() if seen == "unknown"]
    return f" ({' and '.join(unread)}: not looked at)" if unread else ""


def _granted_elsewhere(situation: Situation) -> _Said | None:
    facts = situation.facts
    granted = [region for region in regions.with_access(facts) if region != situation.place.region]
    if not granted or stages.access(facts) != "sandbox" or not stages.may_file(facts):
        return None
    names = " and ".join(granted)
    return _Said(
        Severity.ADVICE,
        f"This account has production access in {names}, but not in {situation.place.region}.",
        f"If your service can send from {granted[0]}, nothing has to be asked for.",
        "; ".join(facts.radar[region].source for region in granted if region in facts.radar),
    )
