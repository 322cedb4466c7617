"""The other blocks of a step as entries: findings, actions, records, sentences, gates, the case, past writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from textual.content import Content

from dlaas_onboard.journey.step_registry import BY_ID, StepId
from dlaas_onboard.journey.text import age, plural
from dlaas_onboard.journey.verdict import Finding, Severity
from dlaas_onboard.tui.context_bar import middle
from dlaas_onboard.tui.fact_items import Clock, joined, seen
from dlaas_onboard.tui.item_list import Item, heading
from dlaas_onboard.tui.marks import SEVERITIES
from dlaas_onboard.tui.safe_text import fit, flat, lit, wrap
from dlaas_onboard.tui.theme import DIM, KEY

if TYPE_CHECKING:
    from dlaas_onboard.journey.dns.needed_records import RecordState
    from dlaas_onboard.journey.facts import Place, SupportCase
    from dlaas_onboard.journey.request.description import Description, Hole, Sentence
    from dlaas_onboard.journey.request.gate import Gate
    from dlaas_onboard.journey.situation.calls import Call
    from dlaas_onboard.journey.situation.intents import Intent
    from dlaas_onboard.journey.verdict import Row
    from dlaas_onboard.journey.writes.actions import Action
    from dlaas_onboard.onboarding import View

Offer = tuple["Action", str]  # an action and why it cannot be done now
MAX_DESCRIPTION = 5000  # UseCaseDescription, SESv2 API reference: PutAccountDetails
PROSE = 96  # prose is not read well in longer lines


def under(text: str, width: int, indent: int, style: str = "", limit: int = 0) -> list[Content]:
    """Return ``text`` wrapped and indented."""
    pad = Content(" " * indent)
    return [Content.assemble(pad, line) for line in wrap(text, min(width, PROSE + indent) - indent, style, limit)]


def tally(findings: Sequence[Finding]) -> str:
    """Return how many findings there are of each severity, in words."""
    words = {
        Severity.BLOCKER: ("blocker", ""),
        Severity.WARNING: ("warning", ""),
        Severity.ADVICE: ("piece of advice", "pieces of advice"),
        Severity.UNKNOWN: ("unknown", "unknowns"),
    }
    counts = [(severity, sum(1 for finding in findings if finding.severity == severity)) for severity in Severity]
    return ", ".join(plural(count, *words[severity]) for severity, count in counts if count)


def finding_items(findings: Sequence[Finding], offers: Mapping[str, Offer], title: str = "Findings") -> list[Item]:
    """Return the findings, the worst first."""
    if not findings:
        return []
    order = list(Severity)
    items = [heading(title, tally(findings))]
    items += [_finding(finding, offers) for finding in sorted(findings, key=lambda item: order.index(item.severity))]
    return items


def _finding(finding: Finding, offers: Mapping[str, Offer]) -> Item:
    glyph, color = SEVERITIES[finding.severity]
    offer = offers.get(finding.action)

    def paint(width: int) -> list[Content]:
        lead = len(finding.severity.value) + 4
        first = wrap(finding.message, min(width, PROSE + lead) - lead)
        lines = [Content.assemble((f"{glyph} {finding.severity.value}  ", color), *first[:1])]
        lines += [Content.assemble(Content(" " * lead), line) for line in first[1:]]
        lines += under(finding.evidence, width, lead, DIM, limit=3)
        lines += under(f"→ {finding.remedy}" if finding.remedy else "", width, lead)
        if offer is not None and offer[0].key:
            action, reason = offer
            told = (" not now: " + reason) if reason else f" {action.title}"
            lines.append(
                Content.assemble(
                    Content(" " * lead), (action.key, DIM if reason else KEY), flat(told, DIM if reason else "")
                ).truncate(width, ellipsis=True)
            )
        return lines

    copy = finding.remedy or finding.message
    return Item(finding.id, paint, finding_told(finding), copy, finding_more(finding), finding)


def finding_told(finding: Finding) -> Content:
    """Return what the detail line says of a finding."""
    glyph, color = SEVERITIES[finding.severity]
    guide = f"guide step {finding.guide_step}" if finding.guide_step else ""
    evidence = flat(finding.evidence or finding.remedy)
    return joined(flat(f"{glyph} {finding.severity.value}", color), evidence, flat(guide, DIM))


def finding_more(finding: Finding) -> str:
    """Return a finding in full."""
    parts = [f"{finding.severity.value.capitalize()}: {finding.message}"]
    parts += [f"\nSeen: {finding.evidence}"] if finding.evidence else []
    parts += [f"\nRemedy: {finding.remedy}"] if finding.remedy else []
    return "\n".join(parts)


def action_items(offers: Sequence[Offer]) -> list[Item]:
    """Return what can be done here, with the reason beside what cannot be done now."""
    return [heading("What you can do"), *(_action(action, reason) for action, reason in offers)] if offers else []


def _action(action: Action, reason: str) -> Item:
    def paint(width: int) -> list[Content]:
        key = fit(action.key, 3, DIM if reason else KEY)
        title = wrap(action.title, width - 3, DIM if reason else "", limit=2)
        lines = [Content.assemble(key, *title[:1])]
        lines += [Content.assemble("   ", line) for line in title[1:]]
        lines += under(f"not now: {reason}" if reason else "", width, 3, DIM)
        return lines

    detail = joined(lit(f"not now: {reason}", "$text-warning") if reason else "", flat(action.help))
    return Item(f"action.{action.id}", paint, detail, target=action)


RECORD_LOOKS = {
    "ok": ("✓", "$text-success"),
    "missing": ("✗", "$text-error"),
    "wrong": ("✗", "$text-error"),
    "unknown": ("?", "$text-accent"),
}


def evidence_of(step: StepId) -> Mapping[str, str]:
    """Return, by declaration, the section of the facts that stands as its evidence under it."""
    if step != StepId.DECLARATIONS:
        return {}
    from dlaas_onboard.journey.steps.declarations import SECTIONS

    return SECTIONS


def shown_elsewhere(row: Row, step: StepId, view: View) -> bool:
    """Return whether another block of the step says the same as a fact does, and says more."""
    if step == StepId.DOMAIN:
        return bool(view.records) and row.section in {record.record.purpose.value for record in view.records}
    if step == StepId.FILE:
        return row.section in ("Gates", "What is sent")
    if step == StepId.USE_CASE:
        return row.section == "Sections"
    if step == StepId.DECISION:
        return row.section == "Conversation" and view.facts.case is not None and view.facts.case.value is not None
    return row.section in evidence_of(step).values()


def record_items(records: Sequence[RecordState], clock: Clock) -> list[Item]:
    """Return the DNS records: wanted, found, and what SES says of each."""
    if not records:
        return []
    good = sum(1 for record in records if record.verdict.value == "ok")
    items = [heading("DNS records", f"{good} of {len(records)} in place"), *(_record(item, clock) for item in records)]
    if good < len(records):
        said = "All that are missing or wrong: as a table, a zone file, for Route 53, as Terraform"
        hint = flat("Shows them to be copied, in the form that your DNS host takes.")
        items.append(Item("records", lambda width: _key_line("enter", said, width), hint, target=Formats()))
    return items


class Formats(NamedTuple):
    """What enter does on the line that hands out the records."""


def _key_line(key: str, words: str, width: int) -> list[Content]:
    return [Content.assemble(flat(key, KEY), "  ", flat(words)).truncate(width, ellipsis=True)]


def _record(state: RecordState, clock: Clock) -> Item:
    glyph, color = RECORD_LOOKS[state.verdict.value]
    record = state.record
    good = state.verdict.value == "ok"

    def paint(width: int) -> list[Content]:
        word, purpose = 10, 15
        kind = 7 if width >= 90 else 0
        room = width - word - purpose - kind
        first = Content.assemble(
            fit(f"{glyph} {state.verdict.value}", word, color),
            fit(record.purpose.value, purpose, "" if good else "bold"),
            fit(record.type, kind, DIM),
        )
        if good or len(record.name) <= room:
            lines = [Content.assemble(first, flat(middle(record.name, room)))]
        else:
            lines = [Content.assemble(first, fit(record.type, room, DIM)), *under(record.name, width, word, limit=2)]
        if not good:
            for label, text, style in (
                ("expected", record.value, ""),
                ("found", _found(state), color),
                ("SES says", state.ses_says, ""),
                # "Publish … with the value …" says what stands above it already.
                ("fix", "" if record.value and state.fix.startswith("Publish ") else state.fix, ""),
                ("then", state.then, ""),
            ):
                if text:
                    lead = word if width >= 70 else 2
                    lines += _labelled(label, text, lead, width, style)
        return lines

    detail = joined(
        Content.assemble(("y", KEY), " copies ", flat(record.value)),
        flat(state.then if good else ""),
        flat(state.ses_says),
        flat(state.source, DIM),
        flat(seen(state.observed_at, clock()), DIM),
    )
    more = "\n".join(
        (
            f"{record.purpose.value} record, {state.verdict.value}",
            "",
            f"Name:     {record.name}",
            f"Type:     {record.type}",
            f"Expected: {record.value}",
            f"Found:    {_found(state)}",
            f"SES says: {state.ses_says or 'nothing about it'}",
            f"Source:   {state.source}",
            *((f"Server:   {state.server}",) if state.server else ()),
            *(("", state.fix) if state.fix else ()),
            *(("", state.then) if state.then else ()),
        )
    )
    return Item(f"{record.purpose.value}/{record.name}/{record.value}", paint, detail, record.value, more, state)


def _found(state: RecordState) -> str:
    if not state.found:
        return "nothing" if state.verdict.value == "missing" else "not read"
    return f"{state.found} (cached for up to {age(state.ttl)})" if state.ttl else state.found


def _labelled(label: str, text: str, lead: int, width: int, style: str) -> list[Content]:
    """Return a value beside its label; values are folded where they end, prose between words."""
    room = width - lead - 10
    body = wrap(text, room, style, limit=3) if label in ("fix", "then") else flat(text, style).fold(room)[:4]
    first = Content.assemble(" " * lead, fit(label, 10, DIM), *body[:1])
    return [first, *(Content.assemble(" " * (lead + 10), line.rstrip()) for line in body[1:])]


def sentence_items(description: Description, clock: Clock) -> list[Item]:
    """Return the description under its headings, each gap where its sentence would stand."""
    length = len(description.text)
    note = f"{length} of {MAX_DESCRIPTION} characters" + (" — too long" if length > MAX_DESCRIPTION else "")
    items = [heading("Description", note)]
    if description.edited:
        items.append(_own_text(description))
        return items + [_hole(hole) for hole in description.holes]
    named = [sentence.section for sentence in description.sentences] + [hole.section for hole in description.holes]
    sections = list(dict.fromkeys(named))
    for section in sections:
        items.append(_section(section))
        items += [_sentence(sentence, clock) for sentence in description.sentences if sentence.section == section]
        items += [_hole(hole) for hole in description.holes if hole.section == section]
    return items


def _section(title: str) -> Item:
    return Item("", lambda width: [Content(""), fit(title, width, "bold $text-secondary")])


def _own_text(description: Description) -> Item:
    return Item(
        "own-text",
        lambda width: under(description.text, width, 2),
        lit("Your own text replaces the written one. Empty the field below to get it back."),
        description.text,
        description.text,
    )


def _sentence(sentence: Sentence, clock: Clock) -> Item:
    def paint(width: int) -> list[Content]:
        lines = wrap(sentence.text, min(width, PROSE + 2) - 2)
        mark = Content.styled("✎ " if sentence.mine else "  ", "$text-secondary")
        return [Content.assemble(mark if index == 0 else "  ", line) for index, line in enumerate(lines)]

    detail = joined(
        Content.assemble(("e", KEY), " edit"),
        lit("yours: no fact carries it but your word", "$text-secondary") if sentence.mine else "",
        Content.assemble(("carried by ", DIM), flat(sentence.source)) if sentence.source else "",
        flat(seen(sentence.observed_at, clock()), DIM),
    )
    more = f"{sentence.text}\n\nCarried by: {sentence.source or 'your word'}\n{seen(sentence.observed_at, clock())}"
    return Item(f"sentence.{sentence.id}", paint, detail, sentence.text, more, sentence)


def _hole(hole: Hole) -> Item:
    def paint(width: int) -> list[Content]:
        first = wrap(f"gap: {hole.message}", min(width, PROSE + 2) - 2, "$text-warning")
        lines = [
            Content.assemble(("○ " if index == 0 else "  ", "$text-warning"), line) for index, line in enumerate(first)
        ]
        return lines + under(f"→ {hole.remedy}" if hole.remedy else "", width, 2)

    to_field = Content.assemble(("enter", KEY), " goes to the field that fills it") if hole.field else Content("")
    return Item(
        f"hole.{hole.id}",
        paint,
        joined(lit("○ gap", "$text-warning"), to_field, flat(hole.remedy)),
        hole.remedy,
        "",
        hole,
    )


LIGHTS = {
    "green": ("●", "$text-success", "green"),
    "red": ("●", "$text-error", "red"),
    "unknown": ("◌", "$text-accent", "unknown"),
}


def gate_items(gates: Sequence[Gate]) -> list[Item]:
    """Return the gates as traffic lights."""
    if not gates:
        return []
    passing = sum(1 for gate in gates if gate.open)
    shut_first = sorted(gates, key=lambda gate: gate.light.value == "green")
    return [heading("Gates", f"{passing} of {len(gates)} open"), *(_gate(gate) for gate in shut_first)]


def _gate(gate: Gate) -> Item:
    glyph, color, word = LIGHTS[gate.light.value]

    def paint(width: int) -> list[Content]:
        lead = 11
        if gate.light.value == "green" and not gate.override:
            said = joined(flat(gate.title), flat(gate.why, DIM), dot="  ")
            head = fit(f"{glyph} {word}", lead, color)
            return [Content.assemble(head, said.truncate(width - lead, ellipsis=True))]
        lines = [Content.assemble(fit(f"{glyph} {word}", lead, color), fit(gate.title, width - lead, "bold"))]
        lines += under(gate.why, width, lead, DIM, limit=2)
        if gate.light.value != "green":
            lines += under(f"→ {gate.remedy}" if gate.remedy else "", width, lead)
        if gate.override and gate.open:
            lines += under(f"overridden: {gate.override}", width, lead, "$text-warning")
        return lines

    can = "o overrides it with a reason" if gate.takes_reason else "cannot be overridden"
    if gate.overridable and gate.light.value == "unknown":
        can = "not known: look again"
    step = BY_ID[gate.step]
    detail = joined(
        flat(f"{glyph} {word}", color),
        Content.assemble(("enter", KEY), flat(f" opens {step.number} {step.title}")),
        flat(can if gate.light.value != "green" else ""),
    )
    return Item(f"gate.{gate.id}", paint, detail, gate.why, "", gate)


def case_items(case: SupportCase | None, clock: Clock) -> list[Item]:
    """Return the conversation of the review's case, oldest message first."""
    if case is None:
        return []
    items = [heading(f"Case {case.display_id}", case.status)]
    for number, message in enumerate(case.messages):
        when = f"{message.at.astimezone():%d %b %H:%M}" if message.at else ""

        def paint(width: int, by: str = message.by, when: str = when, body: str = message.body) -> list[Content]:
            head = joined(flat(by, "bold"), flat(when, DIM)).truncate(width, ellipsis=True)
            return [head, *under(body, width, 2, limit=12), Content("")]

        items.append(
            Item(
                f"message.{number}",
                paint,
                joined(flat(message.by), flat(seen(message.at, clock()), DIM)),
                message.body,
                f"{message.by}, {when}\n\n{message.body}",
                message,
            )
        )
    return items


PHASES = {
    "intent": ("◔", "$text-warning", "sending"),
    "accepted": ("◔", "$text-warning", "accepted, not yet read back"),
    "confirmed": ("✓", "$text-success", "done and read back"),
    "rejected": ("✗", "$text-error", "not done"),
    "unknown": ("?", "$text-accent", "outcome unknown"),
    "abandoned": ("–", DIM, "never arrived"),
}


def intent_items(intents: Sequence[Intent], titles: Mapping[str, str], clock: Clock) -> list[Item]:
    """Return the writes that were sent from this step, the latest first."""
    if not intents:
        return []
    return [heading("Sent so far"), *(_intent(intent, titles, clock) for intent in reversed(intents))]


def _intent(intent: Intent, titles: Mapping[str, str], clock: Clock) -> Item:
    glyph, color, word = PHASES[intent.phase.value]
    outcome = intent.outcome
    problem = outcome.problem if outcome else None

    def paint(width: int) -> list[Content]:
        title = titles.get(intent.action, intent.call.name)
        head = Content.assemble(
            (f"{glyph} ", color),
            joined(flat(title), flat(word, color), flat(f"{intent.created_at.astimezone():%d %b %H:%M}", DIM)),
        )
        lines = [head.truncate(width, ellipsis=True)]
        lines += under(problem.message if problem else intent.result, width, 2, DIM, limit=2)
        return lines

    request = outcome.request_id if outcome else ""
    detail = joined(
        flat(intent.call.name), flat(f"by {intent.by}", DIM), flat(f"request {request}" if request else "", DIM)
    )
    more = "\n".join(
        (
            f"{intent.call.name}: {word}",
            f"Sent {seen(intent.created_at, clock())} by {intent.by}",
            f"Account {intent.place.account}, Region {intent.place.region}, endpoint {intent.place.endpoint}",
            f"Request id: {request or 'none'}",
            f"Result: {intent.result or 'none'}",
            *((f"Problem: {problem.message}", problem.remedy) if problem else ()),
            "",
            intent.call.payload,
        )
    )
    return Item(f"intent.{intent.id}", paint, detail, intent.call.payload, more, intent)


def payload_items(sending: Sequence[tuple[Action, Sequence[Call]]], place: Place) -> list[Item]:
    """Return exactly what the actions of this step would send now."""
    items: list[Item] = []
    for action, calls in sending:
        for number, call in enumerate(calls):
            items.append(heading("What will be sent", call.name))
            items.append(_payload(action, call, number, place))
    return items


def _payload(action: Action, call: Call, number: int, place: Place) -> Item:
    from dlaas_onboard.journey.situation.calls import aws_cli

    def paint(width: int) -> list[Content]:
        lines = [line for part in call.payload.split("\n") for line in json_line(part, min(width, PROSE + 8))]
        if action.final:
            lines += [Content(""), *under(f"! {action.final}", width, 0, "$text-warning")]
        return lines

    detail = joined(
        Content.assemble(("y", KEY), " copies the payload, ", ("c", KEY), " the AWS CLI command"),
        flat(f"to {place.endpoint}" if place.endpoint else ""),
    )
    cli = aws_cli(call, profile=place.profile, region=place.region)
    return Item(f"payload.{action.id}.{number}", paint, detail, call.payload, f"{call.payload}\n\n{cli}", call)


def json_line(text: str, width: int) -> list[Content]:
    """Return one line of indented JSON, its key dim; a long value goes on under its start."""
    body = text.lstrip(" ")
    indent = len(text) - len(body)
    key, colon, value = body.partition(": ")
    if not (colon and key.startswith('"')):
        key, colon, value = "", "", body
    lead = Content.assemble(" " * indent, flat(key, "$text-secondary"), colon)
    room = width - lead.cell_length
    if room < 24:
        return [lead, *(Content.assemble(" " * (indent + 2), part) for part in wrap(value, width - indent - 2))]
    parts = wrap(value.replace("\\n", "↵\n"), room) or [Content("")]
    pad = Content(" " * lead.cell_length)
    return [Content.assemble(lead if index == 0 else pad, part) for index, part in enumerate(parts)]
