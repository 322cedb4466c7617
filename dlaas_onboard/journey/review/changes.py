"""What changed at AWS between two looks, one plain sentence each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from dlaas_onboard.journey.facts import Account, Dkim, Facts, Identity, MailFrom, Reading, SupportCase
from dlaas_onboard.journey.facts.reading import known
from dlaas_onboard.journey.quantity import quota, quota_name, rate
from dlaas_onboard.journey.review import stages
from dlaas_onboard.journey.situation.journal import ChangeTopic


class Change(NamedTuple):
    """One thing that is different now: the sentence that says it, and what it is about."""

    text: str
    topic: ChangeTopic = ChangeTopic.OTHER


def changes(before: Facts, after: Facts) -> tuple[Change, ...]:
    """Return what is different now. Only what both looks read in full is compared, in one account and Region."""
    if not before.place.same_as(after.place):
        return ()
    return tuple(_all(before, after))


def decisive(before: Facts, after: Facts) -> tuple[Change, ...]:
    """Return the changes of the sandbox, of sending, of the review and of its case alone."""
    if not before.place.same_as(after.place):
        return ()
    old, new = stages.account(before), stages.account(after)
    standing = (*_standing(old, new), *_review(before, after)) if old is not None and new is not None else ()
    return (*standing, *_case(before.case, after.case))


def _all(before: Facts, after: Facts) -> Iterator[Change]:
    old, new = stages.account(before), stages.account(after)
    if old is not None and new is not None:
        yield from _standing(old, new)
        yield from _account(old, new)
        yield from _review(before, after)
    yield from _listed(before, after)
    yield from _identity(before.domain_identity, after.domain_identity)
    yield from _identity(before.test_identity, after.test_identity)
    for address in sorted(set(before.recipients) & set(after.recipients)):
        yield from _identity(before.recipients[address], after.recipients[address])
    yield from _case(before.case, after.case)
    yield from _quota_requests(before, after)


def _standing(old: Account, new: Account) -> Iterator[Change]:
    access = stages.access_of(new)
    if access != stages.access_of(old):
        in_production = access == "production"
        text = "The account has production access now." if in_production else "The account is back in the sandbox."
        yield Change(text, ChangeTopic.DECISION)
    if old.sending_enabled != new.sending_enabled and new.sending_enabled is not None:
        yield Change(f"Sending is {'enabled' if new.sending_enabled else 'disabled'} now.")
    if old.enforcement != new.enforcement and new.enforcement:
        yield Change(f"Enforcement went from {old.enforcement or 'unknown'} to {new.enforcement}.")


def _account(old: Account, new: Account) -> Iterator[Change]:
    if None not in (old.max_24_hour_send, new.max_24_hour_send) and old.max_24_hour_send != new.max_24_hour_send:
        yield Change(f"The daily quota went from {quota(old.max_24_hour_send)} to {quota(new.max_24_hour_send)}.")
    if None not in (old.max_send_rate, new.max_send_rate) and old.max_send_rate != new.max_send_rate:
        yield Change(f"The sending rate went from {rate(old.max_send_rate)} to {rate(new.max_send_rate)}.")
    if (
        old.suppressed_reasons is not None
        and new.suppressed_reasons is not None
        and set(old.suppressed_reasons) != set(new.suppressed_reasons)
    ):
        yield Change(f"The suppression list now takes {', '.join(new.suppressed_reasons) or 'nothing'}.")


def _review(before: Facts, after: Facts) -> Iterator[Change]:
    old, new = stages.word(before), stages.word(after)
    if old != new:
        if not old:
            yield Change(f"A request for production access is on record: {new}.", ChangeTopic.DECISION)
        elif not new:
            yield Change(f"Amazon no longer shows a review; it was {old}.", ChangeTopic.DECISION)
        else:
            yield Change(f"The review went from {old} to {new}.", ChangeTopic.DECISION)
    if stages.case_id(after) and stages.case_id(before) != stages.case_id(after):
        yield Change(f"The review's case is {stages.case_id(after)}.", ChangeTopic.DECISION)


def _listed(before: Facts, after: Facts) -> Iterator[Change]:
    earlier, later = before.identities, after.identities
    if (
        earlier is None
        or later is None
        or not earlier.known
        or not later.known
        or earlier.value is None
        or later.value is None
    ):
        return
    old, new = {item.name for item in earlier.value.items}, {item.name for item in later.value.items}
    for name in sorted(new - old):
        yield Change(f"The identity {name} is new.")
    for name in sorted(old - new):
        yield Change(f"The identity {name} is gone.")


def _identity(before: Reading[Identity] | None, after: Reading[Identity] | None) -> Iterator[Change]:
    old, new = known(before), known(after)
    if old is None or new is None:
        return  # another one may be looked at than before; what came and went is in the list of identities
    if old.name != new.name:
        return
    if old.verified != new.verified and new.verified is not None:
        yield Change(f"{new.name} is {'verified' if new.verified else 'no longer verified'} for sending.")
    old_dkim, new_dkim = _status(old.dkim), _status(new.dkim)
    if old_dkim != new_dkim and new_dkim:
        yield Change(f"DKIM of {new.name} went from {old_dkim or 'nothing'} to {new_dkim}.")
    old_from, new_from = _status(old.mail_from), _status(new.mail_from)
    if old_from != new_from:
        was, now = old_from or "not configured", new_from or "not configured"
        yield Change(f"MAIL FROM of {new.name} went from {was} to {now}.")
    if old.configuration_set != new.configuration_set:
        yield Change(f"The default configuration set of {new.name} is now {new.configuration_set or 'none'}.")


def _status(setting: Dkim | MailFrom | None) -> str:
    return setting.status if setting is not None else ""


def _case(before: Reading[SupportCase] | None, after: Reading[SupportCase] | None) -> Iterator[Change]:
    new = known(after)
    old = known(before)
    if new is None or old is None or old.display_id != new.display_id:
        return
    if old.status != new.status:
        was, now = old.status or "unknown", new.status or "unknown"
        yield Change(f"Case {new.display_id} went from {was} to {now}.", ChangeTopic.CASE)
    added = len(new.messages) - len(old.messages)
    if added > 0:
        messages = "a new message" if added == 1 else f"{added} new messages"
        yield Change(f"Case {new.display_id} has {messages}.", ChangeTopic.MESSAGES)


def _quota_requests(before: Facts, after: Facts) -> Iterator[Change]:
    if before.quotas is None or after.quotas is None or not before.quotas.known or not after.quotas.known:
        return
    old = {request.id: request.status for request in before.quotas.value.requests} if before.quotas.value else {}
    for request in after.quotas.value.requests if after.quotas.value else ():
        if request.id in old and old[request.id] != request.status:
            text = f"The quota request for {quota_name(request.code)} went from {old[request.id]} to {request.status}."
            yield Change(text, ChangeTopic.DECISION)
