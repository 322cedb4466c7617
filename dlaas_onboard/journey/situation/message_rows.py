"""The table of messages: what was read, what is proposed, and what the operator says of each."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import reduce
from itertools import count

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
from dlaas_onboard.journey.facts.sending import (
    NO_LIST_HEADERS,
    CodeValue,
    Guess,
    LeftOutReason,
    ListHeaders,
    SendingKind,
)
from dlaas_onboard.journey.situation.answers import Answers, Entry
from dlaas_onboard.journey.situation.dlaas_messages import dlaas_words
from dlaas_onboard.journey.situation.marketing_words import marketing_words
from dlaas_onboard.journey.situation.message_code import MessageCode, distinct, kept_code
from dlaas_onboard.journey.situation.message_fields import (
    CODE,
    MESSAGE,
    check_message,
    is_kept_code,
    message_part,
    normal_message,
    row_id,
)
from dlaas_onboard.journey.situation.message_guesses import guessed_class, guessed_recipient, guessed_trigger
from dlaas_onboard.journey.situation.message_row import MessageClass, MessageRow, MessageTable, RowOrigin
from dlaas_onboard.journey.situation.placeholders import in_brackets

# Whom a message goes to where the code proves it.
_PROVED: dict[tuple[RecipientKind, ...], str] = {
    (RecipientKind.ACCOUNT_OWNER,): "the account's owner",
    (RecipientKind.ADDRESS_ENTERED,): "the address that was just entered",
    (RecipientKind.OPERATOR,): "the operator",
}


COMPLETE = "messages_complete"  # the field by which the operator says that the table holds every message


def message_table(facts: Facts, answers: Answers) -> MessageTable:
    """Return every message that was found or added, with what the operator says of it."""
    checkout, repository = known(facts.checkout), known(facts.repository)
    said = _by_row(answers)
    found = [*_of_checkout(checkout, repository), *_of_repository(repository, checkout)]
    rows = [_confirmed(row, said.pop(row.id, {})) for row in _under_own_ids(found, _kept_code(said))]
    gone = _would_be_found(facts)
    rows += [_without_code(row, parts, gone=gone) for row, parts in said.items() if "name" in parts]
    word = answers.text(COMPLETE)
    complete = word == "yes" or (word != "no" and repository is not None and repository.complete)
    return MessageTable(tuple(rows), complete, said_complete=word == "yes")


def _would_be_found(facts: Facts) -> bool:
    """Return whether a place that still sends would have been found: nothing of the code was too much to read."""
    repository = known(facts.repository)
    if repository is None or repository.truncated or (facts.checkout is not None and not facts.checkout.known):
        return False
    return not {each.reason for each in repository.left_out} & _NOT_READ


_NOT_READ = {LeftOutReason.LARGE, LeftOutReason.UNREADABLE, LeftOutReason.LIMIT}


def _kept_code(said: dict[str, dict[str, Entry]]) -> dict[str, MessageCode]:
    """Return by row what was read of each message when something was said of it."""
    kept = {row: kept_code(parts[CODE].text) for row, parts in said.items() if CODE in parts}
    return {row: code for row, code in kept.items() if code is not None}


def _under_own_ids(rows: Iterable[MessageRow], said_of: dict[str, MessageCode]) -> list[MessageRow]:
    """Give each row an id of its own: the one under which something was said of its code, else one of its name.

    A name follows the subject and the order of the code; what was said of a message stays with the message.
    """
    rows, free = _numbered(rows, ()), dict(said_of)
    kept: dict[int, str] = {}

    def take(fits: Callable[[MessageRow, MessageCode], bool]) -> None:
        for name, code in list(free.items()):
            fitting = [index for index, row in enumerate(rows) if index not in kept and fits(row, code)]
            own = [index for index in fitting if rows[index].id == name]
            if own or len(fitting) == 1:
                kept[(own or fitting)[0]] = name
                free.pop(name)

    take(lambda row, code: row.code == code)
    take(lambda row, code: row.code is not None and row.code.same_place(code))
    for index, row in enumerate(rows):
        if index not in kept and row.id in free:
            kept[index] = row.id
    mine = {index: replace(rows[index], id=name) for index, name in kept.items()}
    others = iter(_numbered((row for index, row in enumerate(rows) if index not in kept), kept.values()))
    return [mine[index] if index in mine else next(others) for index in range(len(rows))]


def _numbered(rows: Iterable[MessageRow], taken: Iterable[str]) -> list[MessageRow]:
    """Number the rows whose id is taken already."""
    seen, numbered = set(taken), []
    for row in rows:
        name = next(name for number in count(1) if (name := f"{row.id}.{number}" if number > 1 else row.id) not in seen)
        seen.add(name)
        numbered.append(replace(row, id=name))
    return numbered


# From the checkout


def _of_checkout(checkout: Checkout | None, repository: Repository | None) -> Iterator[MessageRow]:
    headers = {place.source: place.list_headers for place in (repository.places if repository else ())}
    for mail in checkout.mails if checkout else ():
        if mail.triggers:
            set_there = [headers.get(Source(site.path, site.line), NO_LIST_HEADERS) for site in mail.call_sites]
            yield replace(_of_mail(mail), list_headers=_set_everywhere(set_there))


def _set_everywhere(headers: Iterable[ListHeaders]) -> ListHeaders:
    """Return what each of the places sets."""
    return reduce(ListHeaders.and_also, headers) if (headers := tuple(headers)) else NO_LIST_HEADERS


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
        code=_code_of_mail(mail),
        marketing=_marketing_of(mail),
        marketing_source=mail.source,
        resolved=not mail.unresolved,
        interval=_interval(mail) if own else "",
        origin=RowOrigin.READ if read else RowOrigin.GUESS,
    )


def _marketing_of(mail: Mail) -> str:
    """Return what of a message reads like marketing or list mail, ``""`` if nothing does."""
    if not mail.bulk:
        return ""
    if words := marketing_words(as_words(mail.name), mail.subject, mail.sample):
        return words
    if any(recipient.kind == RecipientKind.LIST for recipient in mail.recipients):
        return "a list of addresses"
    return "unsubscribe" if "unsubscribe" in mail.sample.casefold() else "a call that sends to many"


def _code_of_mail(mail: Mail) -> MessageCode:
    return MessageCode(
        files=distinct(site.path for site in mail.call_sites),
        calls=distinct(trigger.name for trigger in mail.triggers),
        templates=distinct([mail.name]),
        subjects=distinct([mail.subject]),
        recipients=distinct(f"{each.kind}: {each.expression}".rstrip(": ") for each in mail.recipients),
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
    return guessed_trigger((mail.subject, mail.name), tuple(trigger.name for trigger in mail.triggers), schedule)


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


def _class_of(place: SendingPlace) -> MessageClass | None:
    if place.kind == SendingKind.BULK:
        return MessageClass.NEWSLETTER
    return guessed_class(place.message_class.value) if place.message_class else None


def _marketing_at(place: SendingPlace) -> Guess:
    """Return what of a message to many reads like marketing: its wording, else the call that sends it."""
    guess = place.message_class
    if guess is not None and guessed_class(guess.value) == MessageClass.NEWSLETTER:
        return guess
    return Guess(MessageClass.NEWSLETTER, place.call, place.source)


def _of_places(places: list[SendingPlace]) -> MessageRow:
    place = places[0]
    template = _template(place).partition(".")[0]
    subject = place.subject.text if place.subject else ""
    name = _name_of(place, template, subject)
    codes = tuple(dict.fromkeys(code for each in places for code in _recipient_codes(each)))
    message_class = _class_of(place)
    marketing = _marketing_at(place) if message_class == MessageClass.NEWSLETTER else None
    leads = (trigger.function for trigger in place.triggers)
    return MessageRow(
        row_id(name),
        name=_plain_subject(subject) or as_words(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)),
        trigger=guessed_trigger((subject, template), (place.function, *leads), place.schedule),
        recipient=" and ".join(dict.fromkeys(filter(None, map(guessed_recipient, codes)))),
        message_class=message_class,
        subject=subject,
        sender=place.sender.text if place.sender else "",
        sample=place.sample,
        sample_source=place.sample_source,
        sources=tuple(Source(each.source.path, each.source.line) for each in places),
        recipient_code=", ".join(codes),
        code=_code_of(places),
        list_headers=_set_everywhere(each.list_headers for each in places),
        marketing=marketing.evidence if marketing else "",
        marketing_source=marketing.source if marketing else None,
        resolved=place.resolved,
    )


def _name_of(place: SendingPlace, template: str, subject: str) -> str:
    """Return what a message is called in the code: its template, else its subject, else the function that sends it."""
    if template and not _VALUE.search(template):
        return template
    return _plain_subject(subject) or re.split(r"[.#]", place.function)[-1] or place.call


def _recipient_codes(place: SendingPlace) -> tuple[str, ...]:
    """Return the expressions of the recipient: what the calls pass on says more than the parameter that takes it."""
    passed = tuple(trigger.recipient.code for trigger in place.triggers if trigger.recipient is not None)
    return passed or ((place.recipient.code,) if place.recipient is not None else ())


def _code_of(places: list[SendingPlace]) -> MessageCode:
    def read(values: Iterable[CodeValue | None]) -> tuple[str, ...]:
        return distinct((value.text or value.code) if value is not None else "" for value in values)

    return MessageCode(
        files=distinct(place.source.path for place in places),
        calls=distinct(f"{place.function} calls {place.call}" if place.function else place.call for place in places),
        callers=distinct(trigger.function for place in places for trigger in place.triggers),
        templates=read(place.template for place in places),
        subjects=read(place.subject for place in places),
        recipients=distinct(place.recipient.code if place.recipient is not None else "" for place in places),
    )


_VALUE = re.compile(r"\{[^{}]*\}")


def _plain_subject(subject: str) -> str:
    """Return a subject as a name, values that only the running code knows in brackets; ``""`` where little is left."""
    words = _VALUE.sub(" ", subject)
    if len(" ".join(words.split()).strip(" -:,#")) <= 3:
        return ""
    plain = " ".join(in_brackets(subject).split()).strip(" -:,#")
    return plain[:1].upper() + plain[1:]


# What the operator says


def _by_row(answers: Answers) -> dict[str, dict[str, Entry]]:
    """Return what was entered of each message, by its part; what is not valid says nothing."""
    said: dict[str, dict[str, Entry]] = {}
    for field_id, entry in sorted(answers.entries.items()):
        part = message_part(field_id)
        if is_kept_code(field_id):
            said.setdefault(part.id, {})[CODE] = entry
        elif field_id.startswith(MESSAGE) and not check_message(field_id, entry.text):
            text = normal_message(field_id, entry.text)
            said.setdefault(part.id, {})[part.part] = replace(entry, text=text)
    return said


def _confirmed(row: MessageRow, parts: dict[str, Entry]) -> MessageRow:
    """Return a row with the operator's words.

    It is confirmed where he says so and each part stands in his answers: what code suggests may change. Where the code
    is not what it was then, it is to be read again. A confirmation that kept no code, of an earlier version, stands.
    """
    if not parts:
        return row
    row = _with_words(row, parts)
    needed = {"class", "confirmed"} if row.message_class == MessageClass.NOT_SENT else _NEEDED
    if needed <= set(parts) and not row.missing:
        before = kept_code(parts[CODE].text) if CODE in parts else None
        changed = tuple(before.changes(row.code)) if before is not None and row.code is not None else ()
        return replace(row, origin=RowOrigin.GUESS, changed=changed) if changed else _by_operator(row, parts)
    # Words of the operator's that he did not confirm are a proposal again, whatever was read.
    return replace(row, origin=RowOrigin.GUESS) if set(parts) & {"name", "trigger", "recipient", "class"} else row


_NEEDED = {"trigger", "recipient", "class", "confirmed"}


def _without_code(name: str, parts: dict[str, Entry], *, gone: bool) -> MessageRow:
    """Return a row that no code stands for: added by hand, where all of it is the operator's word once it is whole.

    One that was confirmed from code which is ``gone`` is to be confirmed again; where the code was not read, it stands.
    """
    row = _with_words(MessageRow(name), parts)
    if row.missing:
        return row
    code = kept_code(parts[CODE].text) if CODE in parts else None
    if code is not None and "confirmed" not in parts:
        return row
    if code is not None and gone and row.message_class != MessageClass.NOT_SENT:
        where = ", ".join(code.files)
        return replace(row, changed=(f"what sent it is not found any more{f' in {where}' if where else ''}",))
    return _by_operator(row, parts)


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
        sample_source=None if "sample" in parts else row.sample_source,
        marketing=row.marketing or (marketing_words(parts["sample"].text) if "sample" in parts else ""),
    )
