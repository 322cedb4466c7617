"""Who and where: credentials, Region and endpoint of the session, and the checkout beside them."""

from __future__ import annotations

from dlaas_onboard.journey.facts import Facts
from dlaas_onboard.journey.steps.verdict_builder import NOT_LOOKED, VerdictBuilder
from dlaas_onboard.journey.verdict import Mark, Severity

_ME = "Who and where"


def place_rows(builder: VerdictBuilder, facts: Facts) -> None:
    """Show as whom, in which Region and by which endpoint the session looks."""
    place, caller = facts.place, facts.caller
    builder.add_row("Profile", place.profile or "none: credentials of the environment", caller, section=_ME)
    if not builder.missing("caller", "Principal", caller, section=_ME):
        builder.add_row("Principal", place.arn or "unknown", caller, section=_ME)
        builder.add_row("Account", place.account or "unknown", caller, section=_ME)
        builder.add_row("Partition", place.partition, caller, section=_ME)
    if place.credentials:
        builder.add_row("Credentials from", place.credentials, caller, section=_ME)
    named = f"named by {place.region_source}" if place.region_source else ""
    if place.region:
        builder.add_row("Region", place.region, section=_ME, source=named)
    elif caller is None:  # the profile may name one; that is known once it was read
        builder.add_row("Region", NOT_LOOKED, mark=Mark.UNKNOWN, section=_ME)
    else:
        builder.add_row("Region", "none chosen", mark=Mark.BAD, section=_ME)
        builder.add_finding(
            "no_region",
            Severity.BLOCKER,
            "No Region is chosen.",
            remedy="Choose the Region your service sends from: --region, AWS_REGION or the profile.",
            guide_step=10,
        )
    if place.endpoint:
        builder.add_row(
            "Endpoint",
            place.endpoint if place.amazon else f"{place.endpoint} (not Amazon's)",
            caller,
            Mark.PLAIN if place.amazon else Mark.WARN,
            section=_ME,
        )
    if place.endpoint and not place.amazon:
        builder.add_finding(
            "endpoint",
            Severity.ADVICE,
            f"Calls go to {place.endpoint}, which is not Amazon's: what it grants is not real production access.",
            remedy="Unset AWS_ENDPOINT_URL and its per-service forms to reach Amazon.",
        )


def checkout_rows(builder: VerdictBuilder, facts: Facts) -> None:
    """Show what the checkout says of the Region, and what in it keeps a request back."""
    reading = facts.checkout
    if reading is None:
        return
    if reading.problem is not None:
        builder.missing("checkout", "Checkout", reading, section="Checkout")
    project = reading.value
    if project is None:
        return
    builder.add_row("Folder", project.root, reading, section="Checkout")
    if project.region:
        differs = bool(facts.place.region) and project.region != facts.place.region
        builder.add_row(
            "Region it sends from",
            project.region,
            reading,
            Mark.BAD if differs else Mark.GOOD,
            section="Checkout",
            source=project.sources.get("region", ""),
        )
        if differs:
            builder.add_finding(
                "region_differs",
                Severity.WARNING,
                f"The checkout sends from {project.region}, but you are in {facts.place.region}.",
                evidence=project.sources.get("region", project.root),
                remedy="Production access counts in one Region only. Change to the checkout's Region, or change the "
                "checkout and deploy it again.",
                guide_step=10,
            )
    if project.stock:
        builder.add_finding(
            "stock",
            Severity.BLOCKER,
            f"The checkout still has stock values: {', '.join(project.stock)}.",
            evidence=project.sources.get("config", project.root),
            remedy="Put your own values into common/config.json and deploy; nothing is filed before that.",
            guide_step=1,
        )
    for number, problem in enumerate(project.problems, 1):
        builder.add_finding(
            f"checkout_problem_{number}",
            Severity.WARNING,
            problem,
            evidence=project.root,
            remedy="Mend the file, or enter what it would have said.",
        )
