"""Declarations: three statements to Amazon, each beside the evidence for it, none ticked in advance."""

from __future__ import annotations

from typing import Any

from dlaas_onboard.journey.bounces import proof, proof_standing
from dlaas_onboard.journey.bounces.operator_note import NOTE, as_noted, operator_note
from dlaas_onboard.journey.facts import ContactList
from dlaas_onboard.journey.facts.reading import Reading, so_far
from dlaas_onboard.journey.request import evidence, unsubscribing
from dlaas_onboard.journey.request.bounce_evidence import path
from dlaas_onboard.journey.request.field_rules import normal
from dlaas_onboard.journey.request.gate import DECLARATIONS, Light
from dlaas_onboard.journey.review import stages
from dlaas_onboard.journey.situation.answers import Answers
from dlaas_onboard.journey.situation.fields import BY_ID
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.step_registry import StepId, StepState
from dlaas_onboard.journey.steps.bounces.proof_rows import NO_PROOF
from dlaas_onboard.journey.steps.filed import blockers_to_warnings, filed_sentence, is_filed
from dlaas_onboard.journey.steps.verdict_builder import VerdictBuilder, yes_no
from dlaas_onboard.journey.text import plural
from dlaas_onboard.journey.verdict import Mark, Severity, Verdict

# A section of rows stands as the evidence beside each declaration.
_TERMS, _RECIPIENTS, _BOUNCES = "Service Terms and AUP", "Only recipients who asked", "Bounces and complaints"
SECTIONS = dict(zip(DECLARATIONS, (_TERMS, _RECIPIENTS, _BOUNCES), strict=True))
_GUIDE = dict(zip(DECLARATIONS, (7, 8, 9), strict=True))
_LIGHTS = {Light.GREEN: Mark.GOOD, Light.RED: Mark.BAD, Light.UNKNOWN: Mark.UNKNOWN}


def judge(situation: Situation) -> Verdict:
    """Judge the declarations: made, by whom and when; evidence is shown, it never makes one."""
    builder = VerdictBuilder(StepId.DECLARATIONS)
    over = is_filed(situation.facts)
    declared = [field for field in DECLARATIONS if _declared_row(builder, field, situation.answers, over=over)]
    _terms_rows(builder)
    _recipients_rows(builder, situation)
    _bounces_rows(builder, situation)
    builder.add_gaps(situation.facts)
    if len(declared) == len(DECLARATIONS):
        last = max(entry.at for field in declared if (entry := situation.answers.entry(field)))
        by = ", ".join(dict.fromkeys(entry.by for field in declared if (entry := situation.answers.entry(field))))
        return builder.verdict(StepState.DONE, f"All three declared by {by}, the last {last:%Y-%m-%d %H:%M} UTC.")
    if over:
        blockers_to_warnings(builder)
        return builder.verdict(StepState.DONE, filed_sentence(situation.facts))
    left = len(DECLARATIONS) - len(declared)
    return builder.verdict(
        StepState.TODO, f"{plural(left, 'declaration')} left: read the evidence, then declare what is true."
    )


def _declared_row(builder: VerdictBuilder, field: str, answers: Answers, *, over: bool) -> bool:
    entry = answers.entry(field)
    section = SECTIONS[field]
    label = BY_ID[field].label
    if entry is not None and normal(field, entry.text) == "yes":
        value = f"declared by {entry.by}, {entry.at:%Y-%m-%d %H:%M} UTC"
        builder.add_row(
            label, value, mark=Mark.GOOD, section=section, source=evidence.entered(field, answers), observed_at=entry.at
        )
        return True
    builder.add_row(label, "not declared", mark=Mark.WAIT, section=section)
    if over:
        return False
    builder.add_finding(
        f"{field}_missing",
        Severity.BLOCKER,
        f"Not declared: {label[:1].upper()}{label[1:]}.",
        remedy="Declare it if it is true; Amazon takes no request without it.",
        field=field,
        guide_step=_GUIDE[field],
    )
    return False


def _terms_rows(builder: VerdictBuilder) -> None:
    builder.add_row("AWS Service Terms", "https://aws.amazon.com/service-terms/", section=_TERMS)
    builder.add_row("Acceptable Use Policy", "https://aws.amazon.com/aup/", section=_TERMS)
    builder.add_row(
        "What it commits to",
        "no unsolicited mail, no deceptive content, and Amazon may suspend the account for either",
        section=_TERMS,
    )


def _recipients_rows(builder: VerdictBuilder, situation: Situation) -> None:
    checkout = evidence.checkout(situation.facts)
    at = situation.facts.checkout
    if checkout is not None:
        for name, place in (
            ("Address is confirmed by a link", checkout.opt_in),
            ("Login needs the confirmation", checkout.login_needs_confirmation),
        ):
            value = "yes" if place else "not found in the code"
            mark = Mark.GOOD if place else Mark.WARN
            builder.add_row(name, value, at, mark, section=_RECIPIENTS, source=str(place) if place else "")
        purge = checkout.purge or "not found in the code"
        builder.add_row(
            "Unconfirmed accounts are kept", purge, at, section=_RECIPIENTS, source=checkout.sources.get("purge", "")
        )
        builder.add_row("Mail to a list", *_list_words(situation), section=_RECIPIENTS)
    _mailing_rows(builder, situation)
    _unsubscribing_rows(builder, situation)
    own = situation.answers.text("recipients_source")
    if own or checkout is None:
        value = own or "not entered: step Use case"
        source = evidence.entered("recipients_source", situation.answers)
        mark = Mark.PLAIN if own else Mark.WAIT
        builder.add_row("How addresses reach you", value, mark=mark, section=_RECIPIENTS, source=source)


def _list_words(situation: Situation) -> tuple[str, Reading[Any] | None, Mark]:
    """Return whether mail goes to lists, with the reading that says so; "none" only where all of it is known."""
    facts, table = situation.facts, situation.messages
    if table.marketing:
        return f"found: {', '.join(row.name for row in table.marketing)}", facts.checkout, Mark.WARN
    if table.open:
        first = next((str(row.sources[0]) for row in table.open if row.sources), table.open[0].id)
        where = f"{first}{' and others' if len(table.open) > 1 else ''}"
        count = plural(len(table.open), "message that is", "messages that are")
        return f"not known: {count} not confirmed ({where})", facts.repository, Mark.WARN
    if not table.complete:
        return "not known: the code was not read in full", facts.repository, Mark.UNKNOWN
    if not table.rows:
        return (
            "not known: no call that sends was found, which does not say that none does",
            facts.repository,
            Mark.UNKNOWN,
        )
    return f"none among {plural(len(table.rows), 'message')}, each read or confirmed", facts.repository, Mark.GOOD


def _mailing_rows(builder: VerdictBuilder, situation: Situation) -> None:
    """Show the contact lists that SES keeps; one beside the word transactional asks for an explanation."""
    reading = situation.facts.mailing
    mailing = so_far(reading)
    if mailing is None:
        builder.add_row("Contact lists at SES", "unknown", reading, Mark.UNKNOWN, section=_RECIPIENTS)
        return
    lists = [_named(contact_list) for contact_list in mailing.contact_lists]
    partial = reading is not None and not reading.known
    none = "none seen before the reading stopped" if partial else "none"
    mark = Mark.WARN if lists else Mark.UNKNOWN if partial else Mark.PLAIN
    builder.add_row("Contact lists at SES", ", ".join(lists) or none, reading, mark, section=_RECIPIENTS)
    if lists and evidence.field("mail_type", situation) == "TRANSACTIONAL":
        builder.add_finding(
            "contact_list",
            Severity.WARNING,
            f"SES keeps {plural(len(lists), 'contact list')} here, and the request says transactional.",
            evidence=", ".join(lists),
            remedy="Choose Marketing if mail goes to it; if not, delete it, or say in your own words what it is for.",
            field="mail_type",
            guide_step=5,
        )


def _unsubscribing_rows(builder: VerdictBuilder, situation: Situation) -> None:
    """Show of each message to a list how its recipients leave it, as far as the code shows that."""
    with_headers, with_list = unsubscribing.with_headers(situation), unsubscribing.with_contact_list(situation)
    for row in unsubscribing.list_mail(situation):
        headers = row.list_headers
        value, mark, place = "not seen in the code", Mark.UNKNOWN, None
        if row in with_headers:
            value = "headers List-Unsubscribe and List-Unsubscribe-Post"
            mark, place = Mark.GOOD, headers.list_unsubscribe_post
        elif row in with_list:
            value, mark, place = "a contact list of SES, which adds the headers", Mark.GOOD, headers.list_management
        elif headers.list_unsubscribe is not None:
            value, mark, place = "List-Unsubscribe without List-Unsubscribe-Post", Mark.WARN, headers.list_unsubscribe
        builder.add_row(
            f"Unsubscribing: {row.name}",
            value,
            situation.facts.repository,
            mark,
            section=_RECIPIENTS,
            source=str(place or ""),
            expected="one-click unsubscribing (RFC 8058)" if mark != Mark.GOOD else "",
        )


def _named(contact_list: ContactList) -> str:
    topics = [topic.title or topic.name for topic in contact_list.topics]
    return f"{contact_list.name} ({plural(len(topics), 'topic')}: {', '.join(topics)})" if topics else contact_list.name


def _proof_row(builder: VerdictBuilder, situation: Situation) -> bool:
    """Show the proof with its ids, or that there is none; return whether it holds for what is set up now."""
    kept = proof.kept(situation.answers)
    now = proof_standing.standing(situation)
    if kept is None or now is None:
        builder.add_row("Proved with the mailbox simulator", NO_PROOF, mark=Mark.WAIT, section=_BOUNCES)
        return False
    ids = ", ".join(f"{item.event.lower()} {item.message_id}" for item in kept.arrivals)
    builder.add_row(
        "Proved with the mailbox simulator",
        proof.sentence(kept) if now.holds else f"on {kept.at:%Y-%m-%d}, but {now.why}",
        mark={True: Mark.GOOD, False: Mark.WARN, None: Mark.UNKNOWN}[now.holds],
        section=_BOUNCES,
        source=f"proof {kept.marker}: {ids}",
        observed_at=kept.at,
    )
    return now.holds is True


def _bounces_rows(builder: VerdictBuilder, situation: Situation) -> None:
    bounce_path = path(situation)
    builder.add_row(
        "Events reach a listener",
        bounce_path.why,
        mark=_LIGHTS[bounce_path.light],
        section=_BOUNCES,
        source=bounce_path.source,
        observed_at=bounce_path.observed_at,
        expected="BOUNCE and COMPLAINT reach a confirmed listener",
    )
    account = stages.account(situation.facts)
    if account is None or account.suppressed_reasons is None:
        builder.add_row("Account suppression list", "unknown", situation.facts.account, Mark.UNKNOWN, section=_BOUNCES)
    else:
        both = {"BOUNCE", "COMPLAINT"} <= set(account.suppressed_reasons)
        reasons = ", ".join(account.suppressed_reasons) or "off"
        mark = Mark.GOOD if both else Mark.WARN
        builder.add_row(
            "Account suppression list",
            reasons,
            situation.facts.account,
            mark,
            section=_BOUNCES,
            expected="BOUNCE, COMPLAINT",
        )
    identity = situation.identity
    if identity is not None:
        forwarding = yes_no(identity.feedback_forwarding, "on", "off")
        builder.add_row("E-mail feedback forwarding", forwarding, situation.facts.domain_identity, section=_BOUNCES)
    process = situation.answers.text("bounce_process")
    builder.add_row(
        BY_ID["bounce_process"].label,
        process or "not entered: step Bounces",
        mark=Mark.PLAIN if process else Mark.WAIT,
        section=_BOUNCES,
        source=evidence.entered("bounce_process", situation.answers),
    )
    proved = _proof_row(builder, situation)
    note = operator_note(situation.answers)
    if note is not None:
        source = f"{evidence.entered(NOTE, situation.answers)}; not seen from here"
        builder.add_row(BY_ID[NOTE].label, as_noted(note), section=_BOUNCES, source=source, observed_at=note.at)
    if not proved and not is_filed(situation.facts):
        builder.add_finding(
            "not_proven",
            Severity.ADVICE,
            "There is no proof that a bounce and a complaint reach the listener.",
            evidence=as_noted(note) if note is not None else "",
            remedy="Prove the path at Bounces before you declare that both are handled.",
            guide_step=9,
        )
    if bounce_path.light != Light.GREEN and not situation.answers.text("bounce_process"):
        builder.add_finding(
            "no_process",
            Severity.WARNING,
            "Nothing that was observed or written down shows a process for bounces and complaints.",
            evidence=bounce_path.why,
            remedy=bounce_path.remedy,
            guide_step=9,
        )
