"""What an operator may enter: one field at a time, checked and brought into its usual form.

The limits are the service's own (docs/ses.md, "Field limits"; botocore checks few of them) and those of this journey.
Nothing here imports pydantic, so that a key press never waits for it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import urlsplit

from dlaas_onboard.journey import text as safe
from dlaas_onboard.journey.request.gate import TITLES, is_overridable
from dlaas_onboard.journey.request.sentence_ids import wrong_id
from dlaas_onboard.journey.situation.fields import BY_ID, OVERRIDE, SENTENCE, Field, FieldKind
from dlaas_onboard.journey.situation.message_fields import MESSAGE, check_message, normal_message
from dlaas_onboard.journey.writes import recipients

# Limits of PutAccountDetails (SESv2 API reference) and of a case's communication (AWS Support API reference).
URL_MAX = 1000
CONTACTS_MAX = 4
CONTACT_MIN, CONTACT_MAX = 6, 254
DESCRIPTION_MAX = 5000
REPLY_MAX = 8000

SENTENCE_MAX = 1000
REASON_MIN, REASON_MAX = 10, 500
NAME_MAX = 100
NUMBER_MAX = 1_000_000_000
DROP = "-"  # a sentence rewritten as this is left out

_LINES_MAX = {
    "use_case_text": DESCRIPTION_MAX,
    "reply": REPLY_MAX,
    "aws_answer": 20_000,
    "first_headers": 20_000,
}
_PROSE_MAX = 1500
_ADDRESSES = frozenset({"test_address", "sender", "reply_to", "feedback_to", "first_recipient"})
_ADDRESS_OR_WORDS = frozenset({"complaints_to"})
_URLS = frozenset({"website_url", "sign_up_url", "privacy_url"})
_WHOLE_NUMBERS = frozenset(
    {"users_now", "messages_per_day_now", "users", "signups_per_day", "daily_quota", "send_rate"}
)
_MAY_BE_ZERO = frozenset({"users_now", "messages_per_day_now", "signups_per_day"})
_WORDS = {
    "mail_type": {"promotional": "MARKETING"},  # older documents call it so: docs/ses.md, "Field limits"
    "contact_language": {"jp": "JA"},  # older documents write JP
}
_YES = frozenset({"yes", "y", "true", "on", "1"})
_NO = frozenset({"no", "n", "false", "off", "0"})
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_NUMBER = re.compile(r"\d{1,15}(\.\d{1,6})?")


@lru_cache(maxsize=512)
def normal(field_id: str, text: str) -> str:
    """Return ``text`` in the form in which it is kept: trimmed, AWS's own word, ``yes`` or ``no``, commas in a list.

    What cannot be understood comes back as it was typed, only made safe to show. Applying it twice changes nothing.
    """
    if field_id.startswith(MESSAGE):
        return normal_message(field_id, text)
    field = BY_ID.get(field_id)
    kind = field.kind if field else FieldKind.LINES
    if kind == FieldKind.LINES:
        return safe.clean("\n".join(part.rstrip() for part in text.splitlines()).strip(), limit=len(text)).strip()
    text = safe.clean(" ".join(text.split()), limit=len(text), multiline=False)
    if field is None:
        return text
    known = _NORMAL.get(kind)
    if known is not None:
        return known(field, text)
    if field_id == "domain":
        return text.lower().rstrip(".")
    return text


def _choice(field: Field, text: str) -> str:
    word = text.casefold()
    for value, label in field.choices:
        if word in (value.casefold(), label.casefold()):
            return value
    return _WORDS.get(field.id, {}).get(word, text)


def _switch(field: Field, text: str) -> str:
    word = text.casefold()
    if word in _YES:
        return "yes"
    if word in _NO:
        # A declaration is made or taken back; there is no third form to keep.
        return "" if field.kind == FieldKind.DECLARATION else "no"
    return text


def _list(_field: Field, text: str) -> str:
    return ", ".join(dict.fromkeys(addresses(text)))


def _number(_field: Field, text: str) -> str:
    plain = re.sub(r"(?<=\d)[ ,_'’](?=\d{3}(?!\d))", "", text)
    return plain if _NUMBER.fullmatch(plain) else text


_NORMAL: dict[FieldKind, Callable[[Field, str], str]] = {
    FieldKind.CHOICE: _choice,
    FieldKind.SWITCH: _switch,
    FieldKind.DECLARATION: _switch,
    FieldKind.LIST: _list,
    FieldKind.NUMBER: _number,
}


def addresses(text: str) -> tuple[str, ...]:
    """Return the addresses of a list: separated by commas, semicolons or white space."""
    return tuple(part for part in re.split(r"[,;\s]+", text) if part)


def number(text: str) -> float | None:
    """Return the number that a field holds, ``None`` if it holds none."""
    plain = _number(BY_ID["users"], " ".join(text.split()))
    return float(plain) if _NUMBER.fullmatch(plain) else None


def check(field_id: str, text: str) -> str:
    """Return in one sentence what is wrong with ``text`` in this field, ``""`` if nothing.

    An empty text is never wrong: it takes the answer back. Overrides (``override.<gate>``) and rewritten sentences
    (``sentence.<id>``) are checked, too.
    """
    text = normal(field_id, text)
    if not text:
        return ""
    if field_id.startswith(OVERRIDE):
        return _check_override(field_id.removeprefix(OVERRIDE), text)
    if field_id.startswith(MESSAGE):
        return check_message(field_id, text)
    if field_id.startswith(SENTENCE):
        return wrong_id(field_id.removeprefix(SENTENCE)) or _too_long(text, SENTENCE_MAX, "A sentence")
    field = BY_ID.get(field_id)
    if field is None:
        return f"There is no field {safe.line(field_id, limit=60)!r}."
    by_kind = _CHECKS.get(field.kind)
    return by_kind(field, text) if by_kind is not None else _check_line(field, text)


def _check_switch(_field: Field, text: str) -> str:
    return "" if text in ("yes", "no") else "Answer yes or no."


def _check_declaration(_field: Field, text: str) -> str:
    return "" if text == "yes" else "Enter yes to declare it, or leave it empty."


def _check_prose(field: Field, text: str) -> str:
    return _too_long(text, _LINES_MAX.get(field.id, _PROSE_MAX), "The text")


def _check_list(field: Field, text: str) -> str:
    return _check_recipients(text) if field.id == recipients.FIELD else _check_contacts(text)


def _check_line(field: Field, text: str) -> str:
    if field.id in _ADDRESSES or (field.id in _ADDRESS_OR_WORDS and "@" in text and " " not in text):
        return check_address(text)
    if field.id == "domain":
        return check_domain(text)
    if field.id in _URLS:
        return check_url(text)
    return _too_long(text, NAME_MAX, "The name")


def _check_override(gate: str, text: str) -> str:
    if gate not in TITLES:
        return f"There is no gate {safe.line(gate, limit=60)!r}."
    if not is_overridable(gate):
        return f"{TITLES[gate]}: this gate cannot be overridden."
    if len(text) < REASON_MIN:
        return f"Give a reason of at least {REASON_MIN} characters; the report prints it."
    return _too_long(text, REASON_MAX, "The reason")


def _check_choice(field: Field, text: str) -> str:
    if any(text == value for value, _ in field.choices):
        return ""
    words = " or ".join(value for value, _ in field.choices)
    return f"{field.label} is {words}."


def _check_number(field: Field, text: str) -> str:
    value = number(text)
    if value is None:
        return "Enter a number, such as 500."
    if field.id in _WHOLE_NUMBERS and value != int(value):
        return "Enter a whole number."
    if value == 0 and field.id not in _MAY_BE_ZERO:
        return "Enter a number greater than 0."
    if field.id == "peak_factor" and value < 1:
        return "The busiest day has at least as much mail as an average one: enter 1 or more."
    if value > NUMBER_MAX:
        return f"Enter at most {NUMBER_MAX:,}."
    return ""


_CHECKS: dict[FieldKind, Callable[[Field, str], str]] = {
    FieldKind.CHOICE: _check_choice,
    FieldKind.SWITCH: _check_switch,
    FieldKind.DECLARATION: _check_declaration,
    FieldKind.NUMBER: _check_number,
    FieldKind.LINES: _check_prose,
    FieldKind.LIST: _check_list,
}


def number_rule(field_id: str) -> str:
    """Return which numbers a field takes, in one sentence."""
    kind = "A whole number" if field_id in _WHOLE_NUMBERS else "A number"
    least = "of 0 or more" if field_id in _MAY_BE_ZERO else "of 1 or more" if field_id == "peak_factor" else "above 0"
    return f"{kind} {least}, at most {NUMBER_MAX:,}."


def longest(field_id: str) -> int:
    """Return how many characters a text of several lines may have."""
    return _LINES_MAX.get(field_id, _PROSE_MAX)


def line_rule(field: Field) -> str:
    """Return what a field of one line, or a list, takes, in one sentence."""
    address = f"an e-mail address of {CONTACT_MIN} to {CONTACT_MAX} characters"
    if field.id == recipients.FIELD:
        return f"Up to {recipients.MOST} e-mail addresses with commas between them."
    if field.kind == FieldKind.LIST:
        return f"Up to {CONTACTS_MAX} e-mail addresses with commas between them."
    if field.id in _ADDRESSES:
        return f"{address[:1].upper()}{address[1:]}."
    if field.id in _ADDRESS_OR_WORDS:
        return f"{address[:1].upper()}{address[1:]}, or the name of a system."
    if field.id in _URLS:
        return f"A URL that begins with https:// or http://, of at most {URL_MAX:,} characters."
    if field.id == "domain":
        return "A domain without www. and without a path, such as example.com."
    return f"At most {NAME_MAX} characters."


def _too_long(text: str, limit: int, what: str) -> str:
    if len(text) <= limit:
        return ""
    return f"{what} has {len(text):,} characters; the limit is {limit:,}. Shorten it by {len(text) - limit:,}."


def _check_contacts(text: str) -> str:
    contacts = addresses(text)
    if len(contacts) > CONTACTS_MAX:
        return f"Amazon takes at most {CONTACTS_MAX} additional contacts; there are {len(contacts)}."
    for contact in contacts:
        wrong = check_address(contact)
        if wrong:
            return wrong
    return ""


def _check_recipients(text: str) -> str:
    entered = addresses(text)
    if len(entered) > recipients.MOST:
        return f"At most {recipients.MOST} test recipients are looked at; there are {len(entered)}."
    return next((wrong for address in entered if (wrong := check_address(address))), "")


def check_address(text: str) -> str:
    """Return what is wrong with an e-mail address: SES's own length and form, and a domain that can exist."""
    shown = safe.line(text, limit=80)
    if not CONTACT_MIN <= len(text) <= CONTACT_MAX:
        return f"An address has {CONTACT_MIN} to {CONTACT_MAX} characters; {shown!r} has {len(text)}."
    local, at, domain = text.rpartition("@")
    if not at or not _LOCAL.fullmatch(local) or len(local) > 64:
        return f"{shown!r} is not an e-mail address; it looks like name@example.com."
    if _domain_wrong(domain.lower()):
        return f"{shown!r} has no usable domain after the @; it looks like name@example.com."
    return ""


def check_domain(text: str) -> str:
    """Return what is wrong with a sending domain. SES wants it without ``www.`` (Creating identities)."""
    if "://" in text or "/" in text:
        return "Enter the domain alone, without https:// and without a path, such as example.com."
    if "@" in text:
        return "Enter the domain alone: what follows the @ in your From address."
    if text.startswith("www."):
        return "Enter the domain without www."
    return _domain_wrong(text)


def _domain_wrong(domain: str) -> str:
    labels = domain.split(".")
    if not domain.isascii():
        return "Write the domain in its ASCII form, beginning with xn--."
    if len(domain) > 253 or len(labels) < 2 or not all(_LABEL.fullmatch(label) for label in labels):
        return f"{safe.line(domain, limit=80)!r} is not a domain; it looks like example.com."
    if labels[-1].isdigit():
        return "Enter a domain name, not an IP address."
    return ""


def check_url(text: str) -> str:
    """Return what is wrong with ``WebsiteURL``: 1 to 1000 characters, http or https, with a host."""
    if len(text) > URL_MAX:
        return f"The URL has {len(text):,} characters; Amazon takes at most {URL_MAX:,}."
    if not text.lower().startswith(("https://", "http://")):
        return "The URL must begin with https:// or http://."
    if not text.isascii() or any(char.isspace() or char in '<>"\\^`{|}' for char in text):
        return "The URL must not contain spaces or special characters; copy it from the browser's address bar."
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        return "The URL has a host or a port that cannot be read."
    if parts.username is not None or parts.password is not None:
        return "The URL must not contain a user name or a password."
    return _host_wrong(host)


def _host_wrong(host: str) -> str:
    if not host:
        return "The URL has no host; it looks like https://example.com."
    try:
        ip_address(host)
    except ValueError:
        if all(_LABEL.fullmatch(label) for label in host.rstrip(".").split(".")):
            return ""
        return "The URL's host is not a name that can exist."
    return ""
