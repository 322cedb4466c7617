"""``status``: one look, as a table for people or as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from dlaas_onboard.headless import diagnostics, output
from dlaas_onboard.headless.looking import COULD_NOT_LOOK, NOT_SAID, look, unread
from dlaas_onboard.journey.errors import CannotLook, UsageError
from dlaas_onboard.journey.steps import BY_ID, GLYPHS, StepId, StepState
from dlaas_onboard.journey.text import plural
from dlaas_onboard.journey.verdict import Finding, Severity

if TYPE_CHECKING:
    from dlaas_onboard.arguments import Arguments
    from dlaas_onboard.onboarding import Onboarding, View

WORDS = {StepState.TODO: "to do"}
REST = {Severity.WARNING: "warning", Severity.ADVICE: "remark", Severity.UNKNOWN: "unknown fact"}
SIGNS = {Severity.BLOCKER: "✗", Severity.WARNING: "!", Severity.ADVICE: "·", Severity.UNKNOWN: "?"}


def run(onboarding: Onboarding, args: Arguments) -> int:
    """Print the state of one account and Region, or one line for each of several; return the exit status."""
    if args.regions or args.all_profiles:
        return _several(onboarding, args)
    from dlaas_onboard.journey.review import exit_status

    view = look(onboarding, tell=False)  # both documents tell it
    wrong = unread(view.facts)
    if args.json and view.notice:
        diagnostics.say(view.notice)
    if args.json:
        output.document(onboarding.status())
    elif view.place.account or not wrong:
        output.write("\n".join(_page(view, onboarding.status())))
    if wrong:
        diagnostics.say(wrong)
        return COULD_NOT_LOOK
    code = exit_status(view.facts)
    if code == COULD_NOT_LOOK:
        diagnostics.say(NOT_SAID)
    return code


# Several places


def _several(onboarding: Onboarding, args: Arguments) -> int:
    code = 0
    for profile, region in _places(onboarding, args):
        onboarding.move(profile, region)
        view = onboarding.view()
        if args.json:
            output.document(onboarding.status(), one_line=True)
        else:
            output.write("  ".join(_line(view, onboarding.status())))
        wrong = unread(view.facts)
        if wrong:
            diagnostics.say(f"{profile or 'default'} {region or 'no Region'}: {wrong}")
            code = COULD_NOT_LOOK
    return code


def _places(onboarding: Onboarding, args: Arguments) -> Iterator[tuple[str, str]]:
    """Return profile and Region of each look."""
    own = onboarding.options
    profiles = onboarding.profiles() if args.all_profiles else (own.profile,)
    if not profiles:
        raise UsageError("--all-profiles found no profile in the AWS configuration; run `aws configure` first")
    regions = _all_regions(onboarding) if args.regions == ("all",) else args.regions or (own.region,)
    for profile in profiles:
        for region in regions:
            yield profile, region


def _all_regions(onboarding: Onboarding) -> tuple[str, ...]:
    """Return the Regions where SES has an endpoint; they are known once a first look was had anywhere."""
    wrong = unread(look(onboarding, tell=False).facts)
    regions = onboarding.regions()
    if not regions:
        raise CannotLook(wrong or "the Regions of this partition are not known")
    return regions


def _line(view: View, status: Mapping[str, Any]) -> tuple[str, ...]:
    place, quota = view.place, status["quota"]
    return (
        (place.profile or "default").ljust(16),
        (place.account or "unknown account").ljust(15),
        (place.region or "no Region").ljust(15),
        str(status["access"]).ljust(10),
        f"review {_words(status['review']['status'])}".ljust(19),
        f"{_amount(quota['max_24_hour_send'])} a day, {_amount(quota['max_send_rate'])} a second"
        + ("" if place.amazon or not place.endpoint else f"  not Amazon's: {place.endpoint}"),
    )


# One place


def _page(view: View, status: Mapping[str, Any]) -> list[str]:
    lines = _head(view, status)
    counts = dict.fromkeys(Severity, 0)
    for step, verdict in view.verdicts.items():
        for finding in verdict.findings:
            if step == StepId.FILE:  # the gates say again what stands at the steps before
                continue
            counts[finding.severity] += 1
            if finding.severity == Severity.BLOCKER:
                lines += told(finding)
    lines += ["", *steps(view), ""] if counts[Severity.BLOCKER] else [*steps(view), ""]
    rest = [plural(counts[severity], word) for severity, word in REST.items() if counts[severity]]
    if rest:
        lines.append(f"Also {', '.join(rest)}: see `status --json` or `report`.")
    first = BY_ID[view.first_step]
    lines.append(f"Next: step {first.number}, {first.title}. {view.verdicts[first.id].headline}")
    return lines


def _head(view: View, status: Mapping[str, Any]) -> list[str]:
    place, review, sending, quota = view.place, status["review"], status["sending"], status["quota"]
    case = f" (case {review['case_id']})" if review.get("case_id") else ""
    enabled = {True: "enabled", False: "disabled"}.get(sending["enabled"], "unknown")
    lines = [
        f"Account {place.account or 'unknown'}  Region {place.region or 'unknown'}"
        + (f"  profile {place.profile}" if place.profile else "")
        + f"  endpoint {place.endpoint or 'unknown'}"
    ]
    if place.arn:
        lines.append(f"As {place.arn}")
    if not place.amazon:
        lines.append("! This endpoint is not Amazon's.")
    lines.append(
        f"Access: {status['access']}  Review: {_words(review['status'])}{case}  "
        f"Sending: {enabled}, {sending['enforcement'] or 'enforcement unknown'}"
    )
    lines.append(
        f"Quota: {_amount(quota['max_24_hour_send'])} a day, {_amount(quota['max_send_rate'])} a second, "
        f"{_amount(quota['sent_last_24_hours'])} sent in the last 24 hours"
    )
    if view.read_only:
        lines.append(f"! Nothing can be saved or sent: {view.read_only}")
    if view.notice:
        lines.append(f"! {view.notice}")
    lines += [f"! Since your last visit: {change}" for change in view.changes]
    if status["open_intents"]:
        lines.append(f"! {len(status['open_intents'])} request with an unknown outcome: look before you file.")
    lines.append("")
    return lines


def steps(view: View) -> list[str]:
    """Return the steps as lines: number, glyph, word, title, headline."""
    return output.table(
        (
            str(BY_ID[verdict.step].number).rjust(2),
            f"{GLYPHS[verdict.state]} {WORDS.get(verdict.state, verdict.state.value)}",
            BY_ID[verdict.step].title,
            verdict.headline,
        )
        for verdict in view.verdicts.values()
    )


def told(finding: Finding) -> list[str]:
    """Return a finding as lines: severity, message, evidence, remedy."""
    lines = [output.fold(finding.message, first=f"{SIGNS[finding.severity]} {finding.severity.value}: ", then="    ")]
    if finding.evidence:
        lines.append(output.fold(finding.evidence, first="    Seen: ", then="    "))
    if finding.remedy:
        lines.append(output.fold(finding.remedy, first="    Do: ", then="    "))
    return lines


def _words(status: str) -> str:
    return status.replace("_", " ")


def _amount(value: float | None) -> str:
    if value is None:
        return "unknown"
    return "unlimited" if value == -1 else f"{value:,.10g}"
