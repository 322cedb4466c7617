"""The table of messages: what was read, what is proposed, and what the operator says of each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from dlaas_onboard.journey.facts import (
    Checkout,
    Facts,
    Mail,
    RecipientKind,
    Repository,
    ScheduleKind,
    SendingPlace,
    Source,
)
from dlaas_onboard.journey.facts.reading import known
from dlaas_onboard.journey.facts.sending import SendingKind
from dlaas_onboard.journey.situation.answers import Answers, Entry
from dlaas_onboard.journey.situation.dlaas_messages import dlaas_words
from dlaas_onboard.journey.situation.message_fields import (
    MESSAGE,
    check_message,
    message_part,
    normal_message,
    row_id,
)
from dlaas_onboard.journey.situation.message_guesses import guessed_class, guessed_recipient, guessed_trigger
from dlaas_onboard.journey.situation.message_row import MessageClass, MessageRow, MessageTable, RowOrigin

# Whom a message goes to where the code proves it.
_PROVED: dict[tuple[RecipientKind, ...], str] = {
    (RecipientKind.ACCOUNT_OWNER,): "the account's owner",
    (RecipientKind.ADDRESS_ENTERED,): "the address that was just entered",
    (RecipientKind.OPERATOR,): "the operator",
}


def message_table(facts: Facts, answers: Answers) -> MessageTable:
    """Return every message that was found or added, with what the operator says of it."""
    checkout, repository = known(facts.checkout), known(facts.repository)
    found = [*_of_checkout(checkout), *_of_repository(repository, checkout)]
    said = _by_row(answers)
    rows = [_confirmed(row, said.pop(row.id, {})) for row in _with_own_ids(found)]
    rows += [_added(new_id, parts) for new_id, parts in said.items() if "name" in parts]
    complete = repository is not None and repository.complete
    return MessageTable(tuple(rows), complete)


def _with_own_ids(rows: Iterable[MessageRow]) -> Iterator[MessageRow]:
    seen: dict[str, int] = {}
    for row in rows:
        seen[row.id] = seen.get(row.id, 0) + 1
        yield row if seen[row.id] == 1 else replace(row, id=f"{row.id}.{seen[row.id]}")


# From the checkout


def _of_checkout(checkout: Checkout | None) -> Iterator[MessageRow]:
    for mail in checkout.mails if checkout else ():
        if mail.triggers:
            yield _of_mail(mail)


def _of_mail(mail: Mail) -> MessageRow:
    """Return the row of a message: read where it is DLaaS's own or the operator's alone, else proposed."""
    own = dlaas_words(mail)
    kinds = tuple(recipient.kind for recipient in mail.recipients)
    code = ", ".join(recipient.expression for recipient in mail.recipients if recipient.expression)
    message_class = MessageClass.NEWSLETTER if mail.bulk else guessed_class(mail.kind)
    operator_only = not mail.to_recipients and not mail.unresolved
    beyond_doubt = kinds in _PROVED and message_class is not None and not mail.bulk and not mail.unresolved
    read = operator_only or (own is not None and beyond_doubt)
    name, trigger = own or (as_words(mail.name), _trigger_of(mail))
    return MessageRow(
        row_id(mail.name),
        name=name,
        trigger=trigger,
        recipient=_recipient_of(kinds, code),
        message_class=MessageClass.OPERATOR if operator_only else message_class,
        subject=mail.subject,
        sender=mail.sender,
        sample=mail.sample,
        sample_source=mail.source,
        sources=mail.call_sites,
        recipient_code=code,
        bulk=mail.bulk,
        resolved=not mail.unresolved,
        interval=_interval(mail) if own else "",
        origin=RowOrigin.READ if read else RowOrigin.GUESS,
    )


def _recipient_of(kinds: tuple[RecipientKind, ...], code: str) -> str:
    """Return whom a message goes to: proved, or proposed."""
    return _PROVED.get(kinds) or guessed_recipient(code) or ("those on a list" if RecipientKind.LIST in kinds else "")


def as_words(name: str) -> str:
    """Return a name as words: ``password-reset-request`` reads ``Password reset request``."""
    words = re.sub(r"[-_\s]+", " ", name).strip()
    return words[:1].upper() + words[1:]


def _trigger_of(mail: Mail) -> str:
    schedule = next((item.expression for item in mail.schedules if item.kind == ScheduleKind.RUN), "")
    return guessed_trigger((*(trigger.name for trigger in mail.triggers), mail.name, mail.subject), schedule)


def _interval(mail: Mail) -> str:
    """Return how often the job runs that alone sends a message: ``every 24 hours``; else ``""``."""
    if not mail.schedules or mail.schedules[0].kind != ScheduleKind.RUN:
        return ""
    item = next((item for item in mail.schedules if item.unit), None)
    if item is None:
        return ""
    return f"every {item.unit}" if item.every == 1 else f"every {item.every} {item.unit}s"


# From any repository


def _of_repository(repository: Repository | None, checkout: Checkout | None) -> Iterator[MessageRow]:
    """Yield a row for each message of the repository that the checkout's table does not have."""
    known_sites = {(site.path, site.line) for mail in (checkout.mails if checkout else ()) for site in mail.call_sites}
    names = {mail.name for mail in (checkout.mails if checkout else ()) if mail.triggers}
    places: dict[str, list[SendingPlace]] = {}
    for place in _own_messages(repository, in_checkout=bool(names)):
        if (place.source.path, place.source.line) not in known_sites and _template(place) not in names:
            places.setdefault(_key(place), []).append(place)
    for same in places.values():
        yield _of_places(same)


def _own_messages(repository: Repository | None, *, in_checkout: bool) -> Iterator[SendingPlace]:
    """Yield the places that send a message of their own: a carrier does where a call of it says nothing of the message.

    What goes through it ``in_checkout`` stands in the checkout's own table.
    """
    places = repository.places if repository else ()
    used = {place.via for place in places if place.via is not None}
    for place in places:
        if place.carrier and (in_checkout or (place.source in used and not place.triggers)):
            continue
        if place.kind == SendingKind.SERVER and len(places) > 1:
            continue
        yield place


def _template(place: SendingPlace) -> str:
    """Return the name of the template that a place sends, ``""`` where that was not read."""
    file = place.template.text.rpartition("/")[2] if place.template is not None else ""
    return file.rpartition(".")[0] or file


def _key(place: SendingPlace) -> str:
    named = place.template.text if place.template and place.template.resolved else ""
    subject = place.subject.text if place.subject else ""
    return f"{named} {subject}".strip() or str(place.source)


def _of_places(places: list[SendingPlace]) -> MessageRow:
    place = places[0]
    template = _template(place).partition(".")[0]
    subject = place.subject.text if place.subject else ""
    function = place.function.rpartition(".")[2].rpartition("#")[2]
    name = template or _plain_subject(subject) or function or place.call
    code = place.recipient.code if place.recipient else ""
    message_class = guessed_class(place.message_class.value) if place.message_class else None
    leads = tuple(trigger.function for trigger in place.triggers if trigger.function)
    return MessageRow(
        row_id(name),
        name=_plain_subject(subject) or as_words(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)),
        trigger=guessed_trigger((place.function, *leads, template, subject), place.schedule),
        recipient=guessed_recipient(code),
        message_class=MessageClass.NEWSLETTER if place.kind == SendingKind.BULK else message_class,
        subject=subject,
        sender=place.sender.text if place.sender else "",
        sample=place.sample,
        sample_source=place.sample_source,
        sources=tuple(Source(each.source.path, each.source.line) for each in places),
        recipient_code=code,
        bulk=place.kind == SendingKind.BULK or message_class == MessageClass.NEWSLETTER,
        resolved=place.resolved,
    )


def _plain_subject(subject: str) -> str:
    """Return a subject without the values that only the running code knows, ``""`` where too little is left."""
    plain = " ".join(re.sub(r"\{[^{}]*\}", " ", subject).split()).strip(" -:,#")
    return plain[:1].upper() + plain[1:] if len(plain) > 3 else ""


# What the operator says


def _by_row(answers: Answers) -> dict[str, dict[str, Entry]]:
    """Return what was entered of each message, by its part; what is not valid says nothing."""
    said: dict[str, dict[str, Entry]] = {}
    for field_id, entry in sorted(answers.entries.items()):
        if field_id.startswith(MESSAGE) and not check_message(field_id, entry.text):
            part = message_part(field_id)
            text = normal_message(field_id, entry.text)
            said.setdefault(part.id, {})[part.part] = replace(entry, text=text)
    return said


def _confirmed(row: MessageRow, parts: dict[str, Entry]) -> MessageRow:
    """Return a row with the operator's words.

    It is confirmed where he says so and each part stands in his answers: what code suggests may change.
    """
    if not parts:
        return row
    row = _with_words(row, parts)
    needed = {"trigger", "recipient", "class", "confirmed"}
    if needed <= set(parts) and not row.missing:
        return _by_operator(row, parts)
    # Words of the operator's that he did not confirm are a proposal again, whatever was read.
    return replace(row, origin=RowOrigin.GUESS) if set(parts) & {"name", "trigger", "recipient", "class"} else row


def _added(new_id: str, parts: dict[str, Entry]) -> MessageRow:
    """Return a row that the operator added: all of it is his word, and it stands once it is whole."""
    row = _with_words(MessageRow(new_id), parts)
    return row if row.missing else _by_operator(row, parts)


def _by_operator(row: MessageRow, parts: dict[str, Entry]) -> MessageRow:
    last = max(parts.values(), key=lambda entry: entry.at)
    return replace(row, origin=RowOrigin.CONFIRMED, resolved=True, by=last.by, at=last.at)


def _with_words(row: MessageRow, parts: dict[str, Entry]) -> MessageRow:
    def text(part: str, otherwise: str) -> str:
        return parts[part].text if part in parts else otherwise

    return replace(
        row,
        name=text("name", row.name),
        trigger=text("trigger", row.trigger),
        recipient=text("recipient", row.recipient),
        volume=text("volume", row.volume),
        sample=text("sample", row.sample),
        message_class=MessageClass(parts["class"].text) if "class" in parts else row.message_class,
    )
