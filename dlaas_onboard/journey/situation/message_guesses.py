"""What a message may be in plain words: proposals that the operator accepts or corrects, and that claim nothing."""

from __future__ import annotations

import re

from dlaas_onboard.journey.situation.message_row import MessageClass

# The first that fits decides.
_TRIGGERS = (
    (r"reset|forgot|recover\w*|new password", "when somebody asks for a new password"),
    (r"password", "after a password was changed"),
    (r"magic.?link|log.?in|sign.?in|otp|2fa|two.?factor", "when somebody logs in"),
    (r"sign.?up|regist\w+|enlist|account.?creat\w+|creat\w+.?(?:account|user)|welcome", "when somebody signs up"),
    (r"verif\w+|confirm\w*.{0,8}(?:e-?mail|address|account)|activat\w+", "when somebody has to confirm an address"),
    (r"invit\w+", "when somebody is invited by a user"),
    (r"newsletter|digest|issue #?\d+", "when we send an issue"),
    (r"overdue|dunning", "when a payment is overdue"),
    (r"refund\w*", "when a payment is refunded"),
    (r"invoice", "when an invoice is issued"),
)
# Words that mean something in what a recipient reads, and too much in the name of a function.
_READ = (
    (r"remind\w*|tomorrow|upcoming", "before an appointment, an event or a payment that is due"),
    (r"promo\w*|\d+ ?% off|discount|sale", "when we have an offer"),
    (r"receipt|payment (?:received|successful)|thank\w* for your (?:payment|purchase)", "when a payment arrives"),
    (r"order\w*|purchase|ship\w*|deliver\w*", "when an order is placed or changes"),
    (r"booking|appointment|reserv\w+", "when an appointment is made or changes"),
    (r"expir\w+|renew\w*|trial", "when a subscription ends or renews"),
    (r"comment\w*|repl(?:y|ies|ied)|mention\w*", "when somebody answers or mentions the recipient"),
)
_UNITS = {"minute": "minute", "hour": "hour", "day": "day"}
_WEEKDAYS = {
    "SUN": "Sunday",
    "MON": "Monday",
    "TUE": "Tuesday",
    "WED": "Wednesday",
    "THU": "Thursday",
    "FRI": "Friday",
    "SAT": "Saturday",
}
_CLASSES = {
    "confirmation": MessageClass.ACCOUNT,
    "account": MessageClass.ACCOUNT,
    "security": MessageClass.SECURITY,
    "billing": MessageClass.BILLING,
    "service": MessageClass.SERVICE,
    "fulfilment": MessageClass.ORDER,
    "notification": MessageClass.NOTIFICATION,
    "newsletter": MessageClass.NEWSLETTER,
    "operator": MessageClass.OPERATOR,
}


def guessed_class(kind: str) -> MessageClass | None:
    """Return the class that a reader of code calls ``kind``."""
    return _CLASSES.get(kind)


def guessed_trigger(read: tuple[str, ...], called: tuple[str, ...], schedule: str) -> str:
    """Return what may send a message; ``""`` where nothing suggests it.

    What a recipient reads (``read``: subject, template) says more than the functions on the way (``called``).
    """
    runs = schedule_words(schedule)
    if runs:
        return runs
    for name in (*read, *called):
        words = re.sub(r"(?<=[a-z])(?=[A-Z])|[_/.-]", " ", name)
        for pattern, trigger in (*_TRIGGERS, *_READ) if name in read else _TRIGGERS:
            if re.search(rf"(?<![a-z])(?:{pattern})(?![a-z])", words, re.IGNORECASE):
                return trigger
    return ""


def schedule_words(expression: str) -> str:
    """Return a schedule in words: ``cron(0 6 1 * ? *)`` is ``once a month``; ``""`` where it is not understood."""
    rate = re.search(r"(?:rate\(|every )\s*(\d+)[ .]*(minute|hour|day)s?", expression)
    if rate:
        count, unit = int(rate.group(1)), _UNITS[rate.group(2)]
        return f"in a run every {unit}" if count == 1 else f"in a run every {count} {unit}s"
    fields = re.sub(r"^cron\(|\)$", "", expression).split()
    if len(fields) not in (5, 6):
        return ""
    minute, hour, day, month, weekday = fields[:5]
    if month not in ("*", "?") or not re.fullmatch(r"\d+", minute):
        return ""
    return _calendar_words(hour, day, weekday)


def _calendar_words(hour: str, day: str, weekday: str) -> str:
    if not re.fullmatch(r"\d+", hour):
        return "every hour" if hour == "*" else ""
    if re.fullmatch(r"\d+", day):
        return "on the first day of each month" if day == "1" else "once a month"
    if weekday.upper() in _WEEKDAYS:
        return f"every {_WEEKDAYS[weekday.upper()]}"
    if re.fullmatch(r"[0-7]", weekday):
        return "once a week"
    return "every day" if day in ("*", "?") and weekday in ("*", "?") else ""


def guessed_recipient(code: str) -> str:
    """Return whom an expression may name, and why they expect the mail.

    Of ``invoice.client.email`` it is a client of a user, to whom the invoice is addressed.
    """
    if address := _LITERAL.fullmatch(code.strip()):
        return f"the mailbox {address[1]}"
    if _SETTING.match(code.strip()):
        return ""  # somebody's address, and the configuration says whose
    alone = re.sub(r"^\[([^\[\],]*)\]$", r"\1", code.strip())  # a list of one
    parts = [part for part in re.findall(r"[A-Za-z]\w*", re.sub(r"\[.*?\]", "", alone)) if part.lower() not in _EMPTY]
    joined = " ".join(parts).lower()
    if re.search(r"subscriber|mailinglist|recipients", joined):
        return "those who subscribed"
    names = _names(parts)
    if any(len(name) < 3 for name in names[-2:]):
        return ""  # p, u: no name of anybody
    if not names:
        return "the address that was just entered" if _ENTERED.fullmatch(alone) else ""
    if names[-1].lower() in _UNTELLING:
        return ""
    words = [re.sub(r"(?<=[a-z])(?=[A-Z])|_", " ", name).lower() for name in names[-2:]]
    return _person(words[1], words[0]) if len(words) == 2 else _alone(words[0])


def _names(parts: list[str]) -> list[str]:
    """Return the parts of an expression that name somebody or something, without what says that it is an address."""
    names = [_HOLDER.sub("", name) for part in parts if (name := _ADDRESS.sub("", part)) and name.lower() not in _EMPTY]
    return [name for name in names if not re.fullmatch(r"\w*mail\w*|address\w*", name, re.IGNORECASE)]


def _person(who: str, thing: str) -> str:
    """Return whom two names are about: ``client`` of ``invoice``."""
    why = _reason(thing)
    if who.rsplit(maxsplit=1)[-1] in ("user", "account", "member") or (who == "customer" and not why):
        return "the account's owner"
    if who == "client":
        return f"a client of one of our users{f', {why}' if why else ''}"
    if who in _ROLES:
        return _ROLES[who].format(thing)
    return f"the {who} {why}" if why else f"the {thing}'s {who}"


def _alone(name: str) -> str:
    """Return whom one name is about: ``user``, ``invitation``."""
    if name.rsplit(maxsplit=1)[-1] in ("user", "account", "member", "customer"):
        return "the account's owner"
    why = _reason(name)
    return f"the person {why}" if why else f"the {name}"


def _reason(thing: str) -> str:
    return next((why.format(thing) for pattern, why in _REASONS if re.search(pattern, thing)), "")


_LITERAL = re.compile(r"[\"'`]([^\s\"'`@]+@[\w.-]+\.\w{2,})[\"'`]")
_SETTING = re.compile(r"(?:process\.)?env\b|config\b|settings?\b|(?-i:[A-Z][A-Z0-9_]{3,}$)", re.IGNORECASE)
# Of a request or a form: what somebody typed. A bare `email` may be anybody's.
_ENTERED = re.compile(r"(?:\w+\.)*(?:req|request|body|form|input|params|payload|data)(?:\.\w+)*\.e?mail", re.IGNORECASE)
_HOLDER = re.compile(r"(?<=[a-z])(?:Data|Info|Record|Obj|Object|Row|Entity|Dto|_(?:data|info|record|obj|row))$")
_UNTELLING = frozenset({"recipient", "receiver", "addressee", "target", "options", "message"})
_ADDRESS = re.compile(r"_?e?_?mail(?:_?address)?(?:es)?$", re.IGNORECASE)
# Why somebody expects mail about a thing: they are named in it, they have it, they take part. The first that fits.
_REASONS = (
    (r"invitation|invite", "who is invited"),
    (r"appointment|booking|reservation|visit|lesson|session", "who has the {}"),
    (r"event|meeting|course|trip|webinar", "who takes part in the {}"),
    (r"order|purchase|cart|basket", "who placed the {}"),
    (
        r"invoice|bill|receipt|statement|estimate|quote|offer|contract|proposal|document|payment",
        "to whom the {} is addressed",
    ),
    (r"ticket|request|enquiry|inquiry", "who sent the {}"),
)
_ROLES = {
    "owner": "the user who owns the {}",
    "creator": "the user who made the {}",
    "author": "the author of the {}",
    "organiser": "the organiser",
    "organizer": "the organizer",
    "host": "the host",
    "seller": "the seller",
    "invitee": "the person who is invited",
    "assignee": "the person to whom the {} is assigned",
}
_EMPTY = frozenset(
    {"this", "self", "get", "params", "data", "req", "request", "body", "event", "payload", "input", "to"}
)
