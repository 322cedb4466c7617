"""What other Regions have and this one has not: access, review and identities are a Region's own."""

from __future__ import annotations

from dlaas_onboard.journey.facts import Facts
from dlaas_onboard.journey.facts.reading import ProblemKind, so_far
from dlaas_onboard.journey.review import regions as radar
from dlaas_onboard.journey.review import stages
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.steps.verdict_builder import NOT_LOOKED, VerdictBuilder, evidence_of, remedy_of
from dlaas_onboard.journey.text import plural
from dlaas_onboard.journey.verdict import Mark, Severity

_ELSEWHERE = "Other Regions"


def region_rows(builder: VerdictBuilder, situation: Situation) -> None:
    """Show every other Region that was looked at, and what follows for this one."""
    current = situation.place.region
    alike: dict[tuple[str, Mark], list[str]] = {}
    unread: list[str] = []
    if not situation.facts.radar:
        builder.add_row("Other Regions", f"{NOT_LOOKED}; the journey does not need them", section=_ELSEWHERE)
    for region, reading in sorted(situation.facts.radar.items()):
        if region == current:
            continue
        glance = reading.value
        if radar.not_enabled(reading):
            alike.setdefault((radar.NOT_ENABLED, Mark.PLAIN), []).append(region)
        elif glance is None:
            why = reading.problem.message if reading.problem else reading.partial or NOT_LOOKED
            alike.setdefault((f"unknown: {why.replace(region, 'the Region')}", Mark.UNKNOWN), []).append(region)
            unread.append(region)
        elif stages.access_of(glance) == "production" or glance.review or glance.identities:
            builder.add_row(region, radar.words(reading), reading, section=_ELSEWHERE)
        else:
            mark = Mark.PLAIN if reading.known else Mark.UNKNOWN
            alike.setdefault((radar.words(reading), mark), []).append(region)
    for (words, mark), regions in sorted(alike.items(), key=lambda item: item[0][1] == Mark.UNKNOWN):
        _regions(builder, situation.facts, words, regions, mark)
    _elsewhere(builder, situation)
    _checkout_elsewhere(builder, situation)
    _unread_regions(builder, situation.facts, unread)


def _elsewhere(builder: VerdictBuilder, situation: Situation) -> None:
    """Say what another Region has and the one where the session looks has not."""
    current, domain = situation.place.region, situation.domain
    project = so_far(situation.facts.checkout)
    if not current or (project is not None and project.region == current):
        return  # the same is said of the checkout's Region
    if stages.access(situation.facts) == "sandbox":
        for region in radar.with_access(situation.facts):
            builder.add_finding(
                f"production_in_{region}",
                Severity.ADVICE,
                f"This account has production access in {region}, but not in {current}.",
                evidence=_source(situation.facts, region),
                remedy=f"If your service can send from {region}, nothing has to be asked for.",
                guide_step=10,
            )
    if radar.covered(situation, current) is False:
        for region in radar.with_identity(situation):
            builder.add_finding(
                f"identity_in_{region}",
                Severity.ADVICE,
                f"{domain} has an identity in {region}, but none in {current}.",
                evidence=_source(situation.facts, region),
                remedy="Identities count in one Region only. Change the Region, or create the identity here.",
                guide_step=10,
            )


def _checkout_elsewhere(builder: VerdictBuilder, situation: Situation) -> None:
    """Say where the checkout's Region is not that of the identity, or not that of the production access."""
    project = so_far(situation.facts.checkout)
    if project is None or not project.region:
        return
    there, domain = project.region, situation.domain
    written = project.sources.get("region", project.root)
    identities = radar.with_identity(situation)
    if identities and radar.covered(situation, there) is False:
        builder.add_finding(
            "checkout_identity_elsewhere",
            Severity.WARNING,
            f"The checkout sends from {there}, but the identity of {domain} is in {', '.join(identities)}.",
            evidence="; ".join([written, *(_source(situation.facts, region) for region in identities)]),
            remedy=f"SES refuses mail from {domain} in {there} as not verified. Create the identity there, or set "
            f"AWS_REGION in common/config.json to the identity's Region and deploy.",
            guide_step=10,
        )
    granted = radar.with_access(situation.facts)
    if granted and radar.access(situation.facts, there) == "sandbox":
        builder.add_finding(
            "checkout_access_elsewhere",
            # Where one is about to ask for access in that very Region, it is only worth knowing.
            Severity.ADVICE if there == situation.place.region else Severity.WARNING,
            f"The checkout sends from {there}, which is in the sandbox, but production access is in "
            f"{', '.join(granted)}.",
            evidence="; ".join([written, *(_source(situation.facts, region) for region in granted)]),
            remedy=f"Ask for production access in {there}, naming the case that was granted, or let the service send "
            f"from {' or '.join(granted)}: set AWS_REGION in common/config.json and deploy.",
            guide_step=10,
        )


def _unread_regions(builder: VerdictBuilder, facts: Facts, regions: list[str]) -> None:
    problems = [problem for region in regions if (problem := facts.radar[region].problem) is not None]
    if not regions:
        return
    perhaps_not_enabled = next((problem for problem in problems if problem.kind == ProblemKind.REGION), None)
    shown = perhaps_not_enabled or (problems[0] if problems else None)
    builder.add_finding(
        "radar_unread",
        Severity.ADVICE,
        f"{plural(len(regions), 'Region')} could not be read: {', '.join(regions)}.",
        evidence=evidence_of(shown) if shown else "",
        remedy=f"Allow {perhaps_not_enabled.iam_action} for this principal: it tells which Regions are not enabled. "
        "The journey does not need them."
        if perhaps_not_enabled
        else f"{remedy_of(shown) if shown else 'Look again.'} The journey does not need them.",
        guide_step=10,
    )


def _source(facts: Facts, region: str) -> str:
    reading = facts.radar.get(region) if region != facts.place.region else facts.account
    return reading.source if reading is not None else region


def _regions(builder: VerdictBuilder, facts: Facts, words: str, regions: list[str], mark: Mark) -> None:
    """Add one row for Regions that all said the same: thirty rows of it would hide the one that differs."""
    reading = facts.radar[regions[0]]
    if len(regions) == 1:
        builder.add_row(regions[0], words, reading, mark, section=_ELSEWHERE)
    else:
        value = f"{words.rstrip('.')} — {', '.join(regions)}"
        builder.add_row(plural(len(regions), "Region"), value, reading, mark, section=_ELSEWHERE)
