"""Account: who we are, where, and how Amazon SES treats us today."""

from __future__ import annotations

from dlaas_onboard.journey.bounces.reputation_limits import (
    BOUNCE_PAUSE,
    BOUNCE_REVIEW,
    COMPLAINT_PAUSE,
    COMPLAINT_REVIEW,
)
from dlaas_onboard.journey.facts import Account, Facts
from dlaas_onboard.journey.facts.reading import ProblemKind, so_far
from dlaas_onboard.journey.quantity import quota, rate, share
from dlaas_onboard.journey.review import regions as radar
from dlaas_onboard.journey.review import stages
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.step_registry import StepId, StepState
from dlaas_onboard.journey.steps.verdict_builder import NOT_LOOKED, VerdictBuilder, evidence_of, remedy_of, yes_no
from dlaas_onboard.journey.text import plural
from dlaas_onboard.journey.verdict import Mark, Severity, Verdict

# Amazon judges over a "representative volume", which it does not publish: below this many messages a share of a
# few events says nothing yet.
REPRESENTATIVE = 100

_ME = "Who and where"
_SES = "Amazon SES in this Region"
_SENT = "Sending, last 14 days"
_ELSEWHERE = "Other Regions"


def judge(situation: Situation) -> Verdict:
    """Judge the account: identity, Region, sandbox or production, health, statistics."""
    builder = VerdictBuilder(StepId.ACCOUNT)
    _place(builder, situation.facts)
    _checkout(builder, situation.facts)
    unread = builder.missing("account", "Account in SES", situation.facts.account, section=_SES, guide_step=2)
    account = stages.account(situation.facts)
    if account is not None:
        _account(builder, situation.facts, account)
    _statistics(builder, situation.facts)
    _reputation(builder, situation.facts)
    _radar(builder, situation)
    builder.gaps(situation.facts)

    place = situation.place
    if not place.region and situation.facts.caller is not None:
        return builder.verdict(StepState.ATTENTION, "No Region is chosen. Name the Region your service sends from.")
    if situation.facts.caller is None or situation.facts.caller.problem is not None or not place.account:
        return builder.not_known("The account")
    if unread or account is None:
        return builder.not_known("The account in SES")
    blocker = next((item for item in builder.findings if item.severity == Severity.BLOCKER), None)
    if blocker is not None:
        return builder.verdict(StepState.ATTENTION, blocker.message)
    where = f"in {place.region}, account {place.account}"
    if stages.health(situation.facts) == stages.Health.UNKNOWN:
        return builder.verdict(StepState.UNKNOWN, f"Amazon's answer leaves out whether sending is healthy {where}.")
    now = "Production access" if account.production else "Sandbox"
    headline = f"{now} {where}: {quota(account.max_24_hour_send)}, {rate(account.max_send_rate)}."
    warned = next((item for item in builder.findings if item.severity == Severity.WARNING), None)
    if warned is not None:
        return builder.verdict(StepState.ATTENTION, f"{headline} {warned.message}")
    return builder.verdict(StepState.DONE, headline)


def _place(builder: VerdictBuilder, facts: Facts) -> None:
    place, caller = facts.place, facts.caller
    builder.row("Profile", place.profile or "none: credentials of the environment", caller, section=_ME)
    if not builder.missing("caller", "Principal", caller, section=_ME):
        builder.row("Principal", place.arn or "unknown", caller, section=_ME)
        builder.row("Account", place.account or "unknown", caller, section=_ME)
        builder.row("Partition", place.partition, caller, section=_ME)
    if place.credentials:
        builder.row("Credentials from", place.credentials, caller, section=_ME)
    named = f"named by {place.region_source}" if place.region_source else ""
    if place.region:
        builder.row("Region", place.region, section=_ME, source=named)
    elif caller is None:  # the profile may name one; that is known once it was read
        builder.row("Region", NOT_LOOKED, mark=Mark.UNKNOWN, section=_ME)
    else:
        builder.row("Region", "none chosen", mark=Mark.BAD, section=_ME)
        builder.find(
            "no_region",
            Severity.BLOCKER,
            "No Region is chosen.",
            remedy="Choose the Region your service sends from: --region, AWS_REGION or the profile.",
            guide_step=10,
        )
    if place.endpoint:
        builder.row(
            "Endpoint",
            place.endpoint if place.amazon else f"{place.endpoint} (not Amazon's)",
            caller,
            Mark.PLAIN if place.amazon else Mark.WARN,
            section=_ME,
        )
    if place.endpoint and not place.amazon:
        builder.find(
            "endpoint",
            Severity.ADVICE,
            f"Calls go to {place.endpoint}, which is not Amazon's: what it grants is not real production access.",
            remedy="Unset AWS_ENDPOINT_URL and its per-service forms to reach Amazon.",
        )


def _checkout(builder: VerdictBuilder, facts: Facts) -> None:
    reading = facts.checkout
    if reading is None:
        return
    if reading.problem is not None:
        builder.missing("checkout", "Checkout", reading, section="Checkout")
    project = reading.value
    if project is None:
        return
    builder.row("Folder", project.root, reading, section="Checkout")
    if project.region:
        differs = bool(facts.place.region) and project.region != facts.place.region
        builder.row(
            "Region it sends from",
            project.region,
            reading,
            Mark.BAD if differs else Mark.GOOD,
            section="Checkout",
            source=project.sources.get("region", ""),
        )
        if differs:
            builder.find(
                "region_differs",
                Severity.WARNING,
                f"The checkout sends from {project.region}, but you are in {facts.place.region}.",
                evidence=project.sources.get("region", project.root),
                remedy="Production access counts in one Region only. Change to the checkout's Region, or change the "
                "checkout and deploy it again.",
                guide_step=10,
            )
    if project.stock:
        builder.find(
            "stock",
            Severity.BLOCKER,
            f"The checkout still has stock values: {', '.join(project.stock)}.",
            evidence=project.sources.get("config", project.root),
            remedy="Put your own values into common/config.json and deploy; nothing is filed before that.",
            guide_step=1,
        )
    for number, problem in enumerate(project.problems, 1):
        builder.find(
            f"checkout_problem_{number}",
            Severity.WARNING,
            problem,
            evidence=project.root,
            remedy="Mend the file, or enter what it would have said.",
        )


def _account(builder: VerdictBuilder, facts: Facts, account: Account) -> None:
    read = facts.account
    builder.row(
        "Access",
        "production" if account.production else "sandbox: verified recipients only",
        read,
        Mark.GOOD if account.production else Mark.WAIT,
        section=_SES,
    )
    builder.row(
        "Sending",
        yes_no(account.sending_enabled, "enabled", "disabled"),
        read,
        {True: Mark.GOOD, False: Mark.BAD, None: Mark.UNKNOWN}[account.sending_enabled],
        section=_SES,
        expected="enabled",
    )
    enforcement = account.enforcement
    builder.row(
        "Enforcement",
        enforcement or "unknown: not in Amazon's answer",
        read,
        Mark.GOOD if enforcement == "HEALTHY" else Mark.BAD if enforcement else Mark.UNKNOWN,
        section=_SES,
        expected="HEALTHY",
    )
    builder.row("Daily quota", quota(account.max_24_hour_send), read, section=_SES)
    builder.row("Sending rate", rate(account.max_send_rate), read, section=_SES)
    sent = account.sent_last_24_hours
    builder.row("Sent in 24 hours", "unknown" if sent is None else f"{sent:,.0f} recipients", read, section=_SES)
    reasons = account.suppressed_reasons
    builder.row(
        "Suppression list takes",
        "unknown: not in Amazon's answer" if reasons is None else ", ".join(reasons) or "nothing",
        read,
        Mark.UNKNOWN if reasons is None else Mark.GOOD if {"BOUNCE", "COMPLAINT"} <= set(reasons) else Mark.WARN,
        section=_SES,
    )
    if account.sending_enabled is False:
        builder.find(
            "sending_disabled",
            Severity.BLOCKER,
            "Sending is disabled for this account and Region.",
            evidence="SendingEnabled is false",
            remedy="Find out who paused it: you (PutAccountSendingAttributes) or Amazon. If Amazon did, answer its "
            "case first; a request for production access will not lift it.",
            guide_step=2,
        )
    if enforcement not in ("HEALTHY", ""):
        builder.find(
            "enforcement",
            Severity.BLOCKER,
            f"Amazon's enforcement status for this account is {enforcement}, not HEALTHY.",
            evidence=f"EnforcementStatus is {enforcement}",
            remedy="This is a matter of reputation with a process of its own: read Amazon's case about it and answer "
            "there before you ask for anything else.",
            guide_step=2,
        )
    limit = account.max_24_hour_send
    if sent is not None and limit is not None and limit > 0 and sent >= 0.9 * limit:
        builder.find(
            "quota_used",
            Severity.ADVICE,
            f"{sent:,.0f} of {limit:,.0f} recipients of the rolling day are used.",
            remedy="Sends beyond the quota are refused until older ones are 24 hours old.",
            guide_step=2,
        )


def _statistics(builder: VerdictBuilder, facts: Facts) -> None:
    if builder.missing("statistics", "Statistics", facts.statistics, section=_SENT, guide_step=2):
        return
    points = so_far(facts.statistics)
    attempts = sum(point.attempts for point in points or ())
    bounces = sum(point.bounces for point in points or ())
    complaints = sum(point.complaints for point in points or ())
    rejects = sum(point.rejects for point in points or ())
    builder.row("Delivery attempts", f"{attempts:,}", facts.statistics, section=_SENT)
    if not attempts:
        return
    for name, count, reviewed, paused in (
        ("Bounces", bounces, BOUNCE_REVIEW, BOUNCE_PAUSE),
        ("Complaints", complaints, COMPLAINT_REVIEW, COMPLAINT_PAUSE),
    ):
        level = count / attempts
        mark = Mark.GOOD if level < reviewed else Mark.WARN if level < paused else Mark.BAD
        builder.row(
            name,
            f"{share(count, attempts)} ({count:,})",
            facts.statistics,
            mark,
            section=_SENT,
            expected=f"below {100 * reviewed:g} %",
        )
        if level < reviewed:
            continue
        few = attempts < REPRESENTATIVE
        line = f"pauses accounts from {100 * paused:g} %" if level >= paused else f"reviews from {100 * reviewed:g} %"
        builder.find(
            f"{name.lower()}_rate",
            Severity.ADVICE if few else Severity.BLOCKER if level >= paused else Severity.WARNING,
            f"{share(count, attempts)} {name.lower()} in 14 days; Amazon {line}.",
            evidence=f"{count:,} of {attempts:,} attempts"
            + (", too few messages for Amazon to judge by" if few else ""),
            remedy="Stop mailing the addresses that bounced or complained, and find out how they got on your list.",
            guide_step=2,
        )
    builder.row("Rejected by SES", f"{rejects:,}", facts.statistics, section=_SENT)


def _reputation(builder: VerdictBuilder, facts: Facts) -> None:
    """Show CloudWatch's rates, which Amazon judges by; no data is not zero."""
    reputation = facts.reputation
    if reputation is None or builder.missing(
        "reputation", "Reputation metrics", reputation, section=_SENT, guide_step=2
    ):
        return
    if reputation.value is None:
        return
    for label, value, reviewed, paused in (
        ("Reputation: bounce rate", reputation.value.bounce_rate, BOUNCE_REVIEW, BOUNCE_PAUSE),
        ("Reputation: complaint rate", reputation.value.complaint_rate, COMPLAINT_REVIEW, COMPLAINT_PAUSE),
    ):
        said, mark = "no data yet", Mark.PLAIN
        if value is not None:
            said = f"{100 * value:.2f} %"
            mark = Mark.GOOD if value < reviewed else Mark.WARN if value < paused else Mark.BAD
        builder.row(label, said, reputation, mark, section=_SENT, expected=f"below {100 * reviewed:g} %")


def _radar(builder: VerdictBuilder, situation: Situation) -> None:
    here = situation.place.region
    alike: dict[tuple[str, Mark], list[str]] = {}
    unread: list[str] = []
    if not situation.facts.radar:
        builder.row("Other Regions", f"{NOT_LOOKED}; the journey does not need them", section=_ELSEWHERE)
    for region, reading in sorted(situation.facts.radar.items()):
        if region == here:
            continue
        glance = reading.value
        if radar.not_enabled(reading):
            alike.setdefault((radar.NOT_ENABLED, Mark.PLAIN), []).append(region)
        elif glance is None:
            why = reading.problem.message if reading.problem else reading.partial or NOT_LOOKED
            alike.setdefault((f"unknown: {why.replace(region, 'the Region')}", Mark.UNKNOWN), []).append(region)
            unread.append(region)
        elif glance.production or glance.review or glance.identities:
            builder.row(region, radar.words(reading), reading, section=_ELSEWHERE)
        else:
            mark = Mark.PLAIN if reading.known else Mark.UNKNOWN
            alike.setdefault((radar.words(reading), mark), []).append(region)
    for (said, mark), regions in sorted(alike.items(), key=lambda item: item[0][1] == Mark.UNKNOWN):
        _regions(builder, situation.facts, said, regions, mark)
    _elsewhere(builder, situation)
    _checkout_elsewhere(builder, situation)
    _unread(builder, situation.facts, unread)


def _elsewhere(builder: VerdictBuilder, situation: Situation) -> None:
    """Say what another Region has and the one where the session looks has not."""
    here, domain = situation.place.region, situation.domain
    project = so_far(situation.facts.checkout)
    if not here or (project is not None and project.region == here):
        return  # the same is said of the checkout's Region
    if stages.access(situation.facts) == "sandbox":
        for region in radar.with_access(situation.facts):
            builder.find(
                f"production_in_{region}",
                Severity.ADVICE,
                f"This account has production access in {region}, but not in {here}.",
                evidence=_source(situation.facts, region),
                remedy=f"If your service can send from {region}, nothing has to be asked for.",
                guide_step=10,
            )
    if radar.covered(situation, here) is False:
        for region in radar.with_identity(situation):
            builder.find(
                f"identity_in_{region}",
                Severity.ADVICE,
                f"{domain} has an identity in {region}, but none in {here}.",
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
        builder.find(
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
        builder.find(
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


def _unread(builder: VerdictBuilder, facts: Facts, regions: list[str]) -> None:
    problems = [problem for region in regions if (problem := facts.radar[region].problem) is not None]
    if not regions:
        return
    guessed = next((problem for problem in problems if problem.kind == ProblemKind.REGION), None)
    first = guessed or (problems[0] if problems else None)
    builder.find(
        "radar_unread",
        Severity.ADVICE,
        f"{plural(len(regions), 'Region')} could not be read: {', '.join(regions)}.",
        evidence=evidence_of(first) if first else "",
        remedy=f"Allow {guessed.iam_action} for this principal: it tells which Regions are not enabled. "
        "The journey does not need them."
        if guessed
        else f"{remedy_of(first) if first else 'Look again.'} The journey does not need them.",
        guide_step=10,
    )


def _source(facts: Facts, region: str) -> str:
    reading = facts.radar.get(region) if region != facts.place.region else facts.account
    return reading.source if reading is not None else region


def _regions(builder: VerdictBuilder, facts: Facts, said: str, regions: list[str], mark: Mark) -> None:
    """Add one row for Regions that all said the same: thirty rows of it would hide the one that differs."""
    reading = facts.radar[regions[0]]
    if len(regions) == 1:
        builder.row(regions[0], said, reading, mark, section=_ELSEWHERE)
    else:
        value = f"{said.rstrip('.')} — {', '.join(regions)}"
        builder.row(plural(len(regions), "Region"), value, reading, mark, section=_ELSEWHERE)
