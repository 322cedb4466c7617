"""What the sweep of all Regions shows: access, review and identities are a Region's own (docs/ses.md, "Sandbox")."""

from __future__ import annotations

from dlaas_onboard.journey import names
from dlaas_onboard.journey.facts import Facts, RegionGlance
from dlaas_onboard.journey.facts.reading import ProblemKind, Reading, so_far
from dlaas_onboard.journey.quantity import quota
from dlaas_onboard.journey.review import stages
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.verdict import Finding, Verdict

_GUIDE_STEP = 10
NOT_ENABLED = "not enabled for this account"


def not_enabled(reading: Reading[RegionGlance]) -> bool:
    """Whether AWS said that the Region is switched off for the account; a mere guess names a missing permission."""
    problem = reading.problem
    return problem is not None and problem.kind == ProblemKind.REGION and not problem.iam_action


def words(reading: Reading[RegionGlance]) -> str:
    """Return what a Region showed: ``production, review GRANTED (case 1), 50,000 recipients in 24 hours``.

    ``""`` where its account could not be read.
    """
    glance = reading.value
    if glance is None:
        return ""
    parts: list[str] = [stages.access_of(glance)]
    if glance.review:
        parts.append(f"review {glance.review}" + (f" (case {glance.case_id})" if glance.case_id else ""))
    if glance.max_24_hour_send is not None:
        parts.append(quota(glance.max_24_hour_send))
    if glance.identities:
        parts.append(f"identity {', '.join(glance.identities)}")
    elif not reading.known:
        parts.append("identities unknown")
    return ", ".join(parts)


def access(facts: Facts, region: str) -> str:
    """Return ``sandbox``, ``production`` or ``unknown`` of any Region: where one looks, the account itself says it."""
    if region == facts.place.region and stages.access(facts) != "unknown":
        return stages.access(facts)
    return stages.access_of(so_far(facts.radar.get(region)))


def covered(situation: Situation, region: str) -> bool | None:
    """Return whether a Region has an identity that covers the sending domain, its own or a parent's."""
    domain = situation.domain
    if not domain:
        return None
    if region == situation.place.region:
        own = situation.domain_identity
        if own is not None and own.known:
            return own.value is not None
    reading = situation.facts.radar.get(region)
    glance = so_far(reading)
    if glance is None:
        return None
    if any(names.within(domain, name) for name in glance.identities):
        return True
    # A sweep that asked for another domain, or could not read the list, says nothing of this one.
    return False if reading is not None and reading.known and glance.domain == domain else None


def with_access(facts: Facts) -> tuple[str, ...]:
    """Return the Regions that are known to have production access."""
    return tuple(region for region in _regions(facts) if access(facts, region) == "production")


def with_identity(situation: Situation) -> tuple[str, ...]:
    """Return the Regions that are known to have an identity that covers the sending domain."""
    return tuple(region for region in _regions(situation.facts) if covered(situation, region))


def findings(verdict: Verdict) -> tuple[Finding, ...]:
    """Return what the step Account found about Regions: the guide's step 10 is the choice of the Region."""
    return tuple(item for item in verdict.findings if item.guide_step == _GUIDE_STEP)


def _regions(facts: Facts) -> list[str]:
    return sorted({*facts.radar, facts.place.region} - {""})
