"""``status``: one look, as a table for people or as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dlaas_onboard.headless import diagnostics, output
from dlaas_onboard.headless.command_again import with_flags
from dlaas_onboard.headless.deadline import Deadline
from dlaas_onboard.headless.first_look import COULD_NOT_LOOK, NOT_SAID, ask_code, look, sentence, unread
from dlaas_onboard.headless.signals import TimeIsUp
from dlaas_onboard.journey.errors import UsageError
from dlaas_onboard.journey.facts.reading import ProblemKind
from dlaas_onboard.journey.looks import Look
from dlaas_onboard.journey.review import regions as radar
from dlaas_onboard.journey.review.stages import Stage, access_of, exit_status, word
from dlaas_onboard.journey.step_registry import BY_ID, GLYPHS, StepId, StepState
from dlaas_onboard.journey.steps.next_thing import next_thing
from dlaas_onboard.journey.text import plural
from dlaas_onboard.journey.verdict import Finding, Severity

if TYPE_CHECKING:
    from dlaas_onboard.arguments import Arguments
    from dlaas_onboard.journey.facts import Place, RegionGlance
    from dlaas_onboard.journey.facts.reading import Reading
    from dlaas_onboard.onboarding import Onboarding, View

WORDS = {StepState.TODO: "to do"}
REST = {Severity.WARNING: "warning", Severity.ADVICE: "remark", Severity.UNKNOWN: "unknown fact"}
SIGNS = {Severity.BLOCKER: "✗", Severity.WARNING: "!", Severity.ADVICE: "·", Severity.UNKNOWN: "?"}


def run(onboarding: Onboarding, args: Arguments) -> int:
    """Print the state of one account and Region, or one line for each of several; return the exit status."""
    deadline = Deadline.of(args)
    if args.regions or args.all_profiles:
        try:
            return deadline.do(lambda: _several(onboarding, args))
        except TimeIsUp:
            onboarding.cancel()
            diagnostics.say(deadline.passed("while looking"))
            return COULD_NOT_LOOK

    view = look(onboarding, deadline, tell=False)  # both documents tell it
    wrong = deadline.words or unread(view.facts)
    if args.json and view.notice:
        diagnostics.say(view.notice)
    if args.json:
        output.document(onboarding.status())
    elif view.place.account or not wrong:
        output.write("\n".join(_page(view, onboarding.status(), args)))
    if wrong:
        diagnostics.say(wrong)
        return COULD_NOT_LOOK
    code = exit_status(view.facts)
    if code == COULD_NOT_LOOK:
        diagnostics.say(NOT_SAID)
    return code


# Several places


def _several(onboarding: Onboarding, args: Arguments) -> int:
    own = onboarding.options
    profiles = onboarding.profiles() if args.all_profiles else (own.profile,)
    if not profiles:
        raise UsageError("--all-profiles found no profile in the AWS configuration; run `aws configure` first")
    tour = _Tour(onboarding, as_json=args.json)
    for profile in profiles:
        if args.regions == ("all",):
            tour.sweep(profile, own.region)
        else:
            for region in args.regions or (own.region,):
                tour.visit(profile, region)
        tour.name_again(profile)
    return tour.code


class _Tour:
    """Looks at one place after the other, at each account and Region once, and prints a line for each."""

    def __init__(self, onboarding: Onboarding, *, as_json: bool) -> None:
        self.code = 0
        self._onboarding = onboarding
        self._as_json = as_json
        self._first: dict[tuple[str, str, str], str] = {}  # account, endpoint, Region: the profile that led there first
        self._again: dict[tuple[str, str], list[str]] = {}  # account, first profile: the Regions it had been led to

    def visit(self, profile: str, region: str) -> None:
        """Look at one place and print it, unless an earlier profile led to it."""
        if self._move(profile, region):
            view = self._onboarding.view()
            self._print(view, self._onboarding.status())
            self._check(view, unread(view.facts))

    def sweep(self, profile: str, region: str) -> None:
        """Ask all Regions of an account at once; those that are enabled follow as documents, or all as lines."""
        new = self._move(profile, region, whole=True)
        named = bool(self._onboarding.view().place.region)
        if not named:
            new = self._anywhere(profile)
        if not new:
            return
        view = self._onboarding.view()
        if not view.facts.caller or view.facts.caller.problem:
            if self._as_json:
                self._print(view, self._onboarding.status())
            self._check(view, unread(view.facts))
            return
        self._onboarding.look({Look.RADAR})
        view = self._onboarding.view()
        if self._as_json:
            self._documents(profile, view)
        else:
            self._lines(view, findings=named)

    def name_again(self, profile: str) -> None:
        """Say which places of a profile had been looked at before it came."""
        for (account, first), regions in self._again.items():
            where = f" in {', '.join(regions)}" if regions else ""
            diagnostics.say(f"profile {profile} is the same account {account}{where} as profile {first}")
        self._again.clear()

    def _move(self, profile: str, region: str, *, whole: bool = False) -> bool:
        """Turn to a place; return whether no earlier profile led to it, or with ``whole`` to its account."""
        led = True

        def wanted(place: Place) -> bool:
            nonlocal led
            where = (place.account, "" if place.amazon else place.endpoint, "" if whole else place.region)
            first = self._first.setdefault(where, profile)
            led = first == profile
            if not led:
                self._again.setdefault((place.account, first), []).extend([] if whole else [place.region])
            return led

        self._onboarding.move(profile, region, ask_code, wanted)
        return led

    def _anywhere(self, profile: str) -> bool:
        """Move to where one can sign in, as no Region is named: any that is enabled says which account it is."""
        for region in self._onboarding.regions():
            caller = self._onboarding.view().facts.caller
            if caller is None or caller.problem is None or caller.problem.kind != ProblemKind.REGION:
                break
            if not self._move(profile, region, whole=True):
                return False
        return True

    def _documents(self, profile: str, view: View) -> None:
        home, status = view.place.region, self._onboarding.status()
        off = sorted(region for region, reading in view.facts.radar.items() if radar.not_enabled(reading))
        for region in self._onboarding.regions():
            if region == home:
                self._print(view, status)
                self._check(view, unread(view.facts))
            elif region not in off:
                self.visit(profile, region)
        if off:
            diagnostics.say(f"not enabled for account {view.place.account}: {', '.join(off)}")

    def _lines(self, view: View, *, findings: bool) -> None:
        why: dict[str, list[str]] = {}
        for region, reading in sorted(view.facts.radar.items()):
            output.write("  ".join(_glance_line(view.place, region, reading)))
            if reading.value is None and not radar.not_enabled(reading):
                reason = sentence(reading.problem) if reading.problem else "the Region was not read"
                why.setdefault(reason.replace(region, "the Region"), []).append(region)
        for finding in radar.findings(view.verdicts[StepId.ACCOUNT]) if findings else ():
            output.write("\n".join(finding_lines(finding)))
        for reason, regions in why.items():
            self._check(view, reason, ", ".join(regions))
        if not view.facts.radar:
            self._check(view, "no Region was read")

    def _print(self, view: View, status: Mapping[str, Any]) -> None:
        if self._as_json:
            output.document(status, one_line=True)
        else:
            output.write("  ".join(_line(view, status)))

    def _check(self, view: View, wrong: str, where: str = "") -> None:
        if wrong:
            place = view.place
            diagnostics.say(f"{place.profile or 'default'} {where or place.region or 'no Region'}: {wrong}")
            self.code = COULD_NOT_LOOK


def _line(view: View, status: Mapping[str, Any]) -> tuple[str, ...]:
    quota, review = status["quota"], status["review"]
    identity = view.facts.domain_identity
    return _columns(
        view.place,
        view.place.region,
        (str(status["access"]), _review_word(view, str(review["status"]))),
        (quota["max_24_hour_send"], quota["max_send_rate"]),
        (review["case_id"], identity.value.name if identity is not None and identity.value is not None else ""),
    )


def _glance_line(place: Place, region: str, reading: Reading[RegionGlance]) -> tuple[str, ...]:
    glance = reading.value
    if glance is None:
        state = "not enabled" if radar.not_enabled(reading) else "unknown"
        return _start(place, region, state)
    return _columns(
        place,
        region,
        (access_of(glance), _shown(glance.review) or "never_asked"),
        (glance.max_24_hour_send, glance.max_send_rate),
        (glance.case_id, ", ".join(glance.identities) or ("" if reading.known else "unknown")),
    )


def _start(place: Place, region: str, access: str) -> tuple[str, ...]:
    return (
        (place.profile or "default").ljust(16),
        (place.account or "unknown account").ljust(15),
        (region or "no Region").ljust(15),
        access.ljust(11),
    )


def _columns(
    place: Place,
    region: str,
    state: tuple[str, str],
    quota: tuple[float | None, float | None],
    more: tuple[str, str],
) -> tuple[str, ...]:
    access, review = state
    case_id, identity = more
    return (
        *_start(place, region, access),
        f"review {_words(review)}".ljust(19),
        f"{_amount(quota[0])} a day, {_amount(quota[1])} a second",
        *((f"case {case_id}",) if case_id else ()),
        *((f"identity {identity}",) if identity else ()),
        *(() if place.amazon or not place.endpoint else (f"not Amazon's: {place.endpoint}",)),
    )


# One place


def _page(view: View, status: Mapping[str, Any], args: Arguments) -> list[str]:
    lines = _head(view, status)
    counts = dict.fromkeys(Severity, 0)
    for step, verdict in view.verdicts.items():
        for finding in verdict.findings:
            if step == StepId.FILE:  # the gates say again what stands at the steps before
                continue
            counts[finding.severity] += 1
            if finding.severity == Severity.BLOCKER:
                lines += finding_lines(finding)
    lines += ["", *steps(view), ""] if counts[Severity.BLOCKER] else [*steps(view), ""]
    rest = [plural(counts[severity], word) for severity, word in REST.items() if counts[severity]]
    if rest:
        lines.append(f"Also {', '.join(rest)}: see `status --json` or `report`.")
    first = BY_ID[view.judgement.first_step]
    lines.append(f"Next: step {first.number}, {first.title}. {view.verdicts[first.id].headline}")
    return [*lines, f"  {with_flags(next_thing(view.judgement).command, args)}"]


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
        f"Access: {status['access']}  Review: {_words(_review_word(view, review['status']))}{case}  "
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


def finding_lines(finding: Finding) -> list[str]:
    """Return a finding as lines: severity, message, evidence, remedy."""
    lines = [output.fold(finding.message, first=f"{SIGNS[finding.severity]} {finding.severity.value}: ", then="    ")]
    if finding.evidence:
        lines.append(output.fold(finding.evidence, first="    Seen: ", then="    "))
    if finding.remedy:
        lines.append(output.fold(finding.remedy, first="    Do: ", then="    "))
    return lines


def _review_word(view: View, status: str) -> str:
    """Return the review's status; a word of Amazon's that is new as it is."""
    return (word(view.facts) or status) if status == "unknown" else status


def _shown(word: str) -> str:
    """Return a word of Amazon's as this page writes those that are known, and any other as it is."""
    return word.lower() if word.lower() in set(Stage) - {Stage.UNKNOWN} else word


def _words(status: str) -> str:
    return status.replace("_", " ")


def _amount(value: float | None) -> str:
    if value is None:
        return "unknown"
    return "unlimited" if value == -1 else f"{value:,.10g}"
