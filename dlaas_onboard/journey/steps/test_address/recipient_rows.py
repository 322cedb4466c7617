"""Who can receive today, and where each test recipient stands: a part of the Test address step, and of Go live."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from dlaas_onboard.journey.facts import Facts, Identities, Reading
from dlaas_onboard.journey.facts.reading import so_far
from dlaas_onboard.journey.quantity import quota, rate
from dlaas_onboard.journey.review import stages
from dlaas_onboard.journey.situation.intents import Phase
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.steps.verdict_builder import NOT_LOOKED, VerdictBuilder
from dlaas_onboard.journey.text import age, plural
from dlaas_onboard.journey.verdict import Mark, Severity
from dlaas_onboard.journey.writes import filings, plans, recipients
from dlaas_onboard.journey.writes.recipients import RecipientStanding, RecipientState

_TODAY, _LIST = "Who can receive today", "Test recipients"
_LINK_HOURS = 24  # the link in a verification mail works so long (SES Developer Guide, "Verifying an email address")
_WORDS = {
    RecipientState.ANYBODY: ("can receive: anybody can", Mark.GOOD),
    RecipientState.VERIFIED: ("verified", Mark.GOOD),
    RecipientState.SIMULATOR: ("the simulator needs no link", Mark.GOOD),
    RecipientState.EXPIRED: ("the link was not opened in time", Mark.WARN),
    RecipientState.ABSENT: ("not in SES yet", Mark.WAIT),
}


def recipient_rows(builder: VerdictBuilder, situation: Situation) -> None:
    """Show who can receive today, the limits, each listed recipient, and what is wrong with the list."""
    _receivers_today(builder, situation.facts)
    _list_faults(builder, situation)
    _listed_recipients(builder, situation)


def _receivers_today(builder: VerdictBuilder, facts: Facts) -> None:
    account = stages.account(facts)
    if stages.access_of(account) == "production":
        builder.add_row(
            "Anybody", "production access: nobody has to be verified", facts.account, Mark.GOOD, section=_TODAY
        )
        return
    domains = recipients.verified_domains(facts)
    for name, reading in domains.items():
        builder.add_row(name, "every address at it: the domain is verified", reading, Mark.GOOD, section=_TODAY)
    _verified_addresses(builder, facts.identities)
    builder.add_row(
        "Mailbox simulator",
        f"success@, bounce@, complaint@, ooto@ and suppressionlist@{plans.SIMULATOR}",
        source="SES Developer Guide",
        section=_TODAY,
    )
    if account is not None:
        sent = account.sent_last_24_hours
        used = "" if sent is None else f", {sent:,.0f} sent"
        builder.add_row("At most", f"{quota(account.max_24_hour_send)}{used}", facts.account, section=_TODAY)
        builder.add_row("Not faster than", rate(account.max_send_rate), facts.account, section=_TODAY)


def _verified_addresses(builder: VerdictBuilder, listed: Reading[Identities] | None) -> None:
    """Show each address that SES lists as verified, and whether the list was read to its end."""
    identities = so_far(listed)
    for item in identities.items if identities is not None else ():
        if item.type == "EMAIL_ADDRESS" and recipients.is_verified(item.verification_status, item.sending_enabled):
            builder.add_row(item.name, "verified", listed, Mark.GOOD, section=_TODAY)
    if listed is None:
        builder.add_row("Other identities", f"unknown: {NOT_LOOKED}", listed, Mark.UNKNOWN, section=_TODAY)
    elif not listed.known:
        why = (listed.problem.message if listed.problem else "") or listed.partial
        builder.add_row("Other identities", f"unknown: {why}", listed, Mark.UNKNOWN, section=_TODAY)


def _list_faults(builder: VerdictBuilder, situation: Situation) -> None:
    """Say what is wrong with the list itself."""
    listed = recipients.entered(situation)
    if listed.wrong:
        builder.add_finding(
            "recipients_invalid",
            Severity.WARNING,
            f"Not one plain e-mail address: {', '.join(listed.wrong)}.",
            remedy="Enter each like name@example.com, separated by commas.",
            field=recipients.FIELD,
        )
    left_out = listed.addresses[recipients.MOST :]
    if left_out:
        builder.add_finding(
            "recipients_many",
            Severity.WARNING,
            f"At most {recipients.MOST} test recipients are looked at; left out: {', '.join(left_out)}.",
            remedy="Shorten the list.",
            field=recipients.FIELD,
        )
    if stages.access(situation.facts) == "production":
        return
    for address, other in recipients.lookalikes(situation):
        builder.add_finding(
            f"recipients_case.{address}",
            Severity.WARNING,
            f"{address} and {other} are two identities to SES: upper and lower case count in an address.",
            remedy="Enter each address as your code writes it.",
            field=recipients.FIELD,
        )


def _listed_recipients(builder: VerdictBuilder, situation: Situation) -> None:
    """Show where each listed recipient stands."""
    standings = recipients.standings(situation)
    waiting: list[str] = []
    expired: list[str] = []
    for standing in standings:
        sent = _sent_at(standing, situation)
        if standing.state == RecipientState.EXPIRED or (
            standing.state == RecipientState.WAITING and _too_old(standing, sent)
        ):
            expired.append(standing.address)
        elif standing.state == RecipientState.WAITING:
            waiting.append(standing.address)
        _row(builder, standing, sent)
    _findings(builder, standings, waiting, expired)


def _findings(
    builder: VerdictBuilder, standings: Sequence[RecipientStanding], waiting: Sequence[str], expired: Sequence[str]
) -> None:
    absent = [item.address for item in standings if item.state == RecipientState.ABSENT]
    if absent:
        builder.add_finding(
            "recipients_absent",
            Severity.ADVICE,
            f"SES does not know {plural(len(absent), 'test recipient')}: {', '.join(absent)}.",
            remedy="Have SES send each a link; whoever opens it can get your test mail.",
            action="verify_recipients",
        )
    if waiting:
        builder.add_finding(
            "recipients_waiting",
            Severity.ADVICE,
            f"{plural(len(waiting), 'test recipient has', 'test recipients have')} not opened the link yet: "
            f"{', '.join(waiting)}.",
            remedy=f"Ask them to, in the spam folder too. A link works for {_LINK_HOURS} hours.",
            action="resend_recipients",
        )
    if expired:
        builder.add_finding(
            "recipients_expired",
            Severity.WARNING,
            f"The link was not opened in time: {', '.join(expired)}.",
            remedy="Have the links sent again, and tell the recipients first.",
            action="resend_recipients",
        )
    unread = [item for item in standings if item.state == RecipientState.UNKNOWN and item.reading is not None]
    if unread:
        builder.add_finding(
            "recipients_unread",
            Severity.UNKNOWN,
            f"Whether {', '.join(item.address for item in unread)} can receive is unknown: "
            f"{unread[0].why.rstrip('.')}.",
            evidence=unread[0].reading.source if unread[0].reading else "",
            remedy="Look again.",
        )


def _row(builder: VerdictBuilder, standing: RecipientStanding, sent: datetime | None) -> None:
    value, mark = _WORDS.get(standing.state, ("", Mark.PLAIN))
    if standing.state == RecipientState.DOMAIN:
        value, mark = f"can receive: {standing.why} is verified", Mark.GOOD
    elif standing.state == RecipientState.UNKNOWN:
        value, mark = standing.why if standing.why == NOT_LOOKED else f"unknown: {standing.why}", Mark.UNKNOWN
    elif standing.state == RecipientState.WAITING and sent is not None and standing.reading is not None:
        passed = age((standing.reading.observed_at - sent).total_seconds())
        since = f"{sent:%Y-%m-%d %H:%M} UTC"
        if _too_old(standing, sent):
            value, mark = f"the link of {since} has expired", Mark.WARN
        else:
            spent = "" if passed == "now" else f", {passed} of {_LINK_HOURS} h"
            value, mark = f"waits for the click since {since}{spent}", Mark.WAIT
    elif standing.state == RecipientState.WAITING:
        value, mark = f"waits for the click; a link works {_LINK_HOURS} h, and when it was sent is not known", Mark.WAIT
    builder.add_row(standing.address, value, standing.reading, mark, section=_LIST)


def _sent_at(standing: RecipientStanding, situation: Situation) -> datetime | None:
    """Return when the link was sent, as far as it was sent from here: SES does not say."""
    sent = [
        intent.outcome.at if intent.outcome else intent.created_at
        for intent in filings.of_place(situation, "CreateEmailIdentity")
        if intent.call.params.get("EmailIdentity") == standing.address
        and intent.phase in (Phase.ACCEPTED, Phase.CONFIRMED)
    ]
    return sent[-1] if sent else None


def _too_old(standing: RecipientStanding, sent: datetime | None) -> bool:
    """Whether a link was older than it works when SES was looked at."""
    if sent is None or standing.reading is None:
        return False
    return (standing.reading.observed_at - sent).total_seconds() > _LINK_HOURS * 3600


def leftovers(builder: VerdictBuilder, situation: Situation, *, section: str) -> None:
    """Show at Go live which test recipients still have identities that nothing needs any more."""
    left = recipients.removable(situation)
    for address in left:
        builder.add_row("May be removed", address, situation.facts.recipients.get(address), section=section)
    if left:
        builder.add_finding(
            "recipients_left",
            Severity.ADVICE,
            f"{plural(len(left), 'test recipient has an identity', 'test recipients have identities')} that nothing "
            f"needs any more: {', '.join(left)}.",
            remedy="Remove them: with production access anybody can receive your mail.",
            action="remove_recipients",
        )
