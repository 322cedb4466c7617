"""The messages that the project sends, in words."""

from __future__ import annotations

import re
from collections.abc import Iterable

from dlaas_onboard.journey.facts import Mail, MailRecipient, RecipientKind, Schedule, ScheduleKind

SAMPLE_MAX = 900

# What DLaaS's own messages are, by template and by the function that sends it: docs/dlaas.md, "Messages". Where another
# function sends a template of the same name, the words do not hold and the name and the code's own frequency stand.
_DLAAS = {
    ("account-created", "register_user"): (
        "Account confirmation",
        "when somebody registers, with the link that confirms the address",
    ),
    ("password-reset-request", "reset_password"): ("Password reset", "when a new password is asked for"),
    ("password-reset-confirmation", "confirm_new_password"): ("Password changed", "after a new password was set"),
    ("email-change-request", "change_email"): ("Address change", "to confirm the new address of an account"),
    ("email-change-confirm", "change_email"): (
        "Address change notice",
        "to the old address, with a link that stops the change",
    ),
    ("invoice", "createInvoice"): ("Invoice", "for an order or for the next period of a subscription"),
    ("payments", "insertTransactionsAndCalculateSum"): ("Payment details", "when a payment for an invoice arrives"),
    ("subscription-renewal", "cron_check_for_incoming_renewals"): (
        "Renewal",
        "before a subscription has to be renewed",
    ),
    ("subscription-expired", "cron_set_subscriptions_to_expired"): ("Expiry", "when a subscription expires"),
    ("subscription-terminated", "cron_cleanup_expired_subscriptions"): (
        "End of service",
        "when an expired subscription is ended for good",
    ),
    ("mirror-activation", "create_mirror"): ("Order under way", "when an ordered mirror is being set up"),
    ("mirror-failed-invalid-storeid", "create_mirror"): ("Order failed", "when the store id in an order is not valid"),
    ("mirror-failed-general-error", "create_mirror"): ("Order failed", "when a mirror cannot be set up"),
}
KINDS = ("confirmation", "security", "billing", "service", "fulfilment")
_RECIPIENTS = {
    RecipientKind.ACCOUNT_OWNER: "the account's owner",
    RecipientKind.OPERATOR: "the operator",
    RecipientKind.ADDRESS_ENTERED: "the address entered in the request",
    RecipientKind.LIST: "a list of addresses",
}


def by_kind(mail: Mail) -> int:
    """Return the place of a message among the kinds."""
    return KINDS.index(mail.kind) if mail.kind in KINDS else len(KINDS)


def label(mail: Mail) -> str:
    """Return what a message is called: ``password-reset-request`` reads ``Password reset request``."""
    known = _dlaas_words(mail)
    if known:
        return known[0]
    words = re.sub(r"[-_\s]+", " ", mail.name).strip()
    return words[:1].upper() + words[1:]


def when(mail: Mail) -> str:
    """Return in words what sends a message; for one that DLaaS does not have, how often the code sends it."""
    known = _dlaas_words(mail)
    if known:
        return known[1]
    causes = (_for_reviewer(item, first=place == 0) for place, item in enumerate(mail.schedules))
    return "; ".join(causes) or f"sent by our function {sent_by(mail)}"


def _for_reviewer(item: Schedule, *, first: bool) -> str:
    """Return a cause in words for a reviewer, who does not know what runs here."""
    if item.kind == ScheduleKind.CALL:
        return f"one message each time our function {', '.join(item.tasks)} runs"
    if item.kind == ScheduleKind.RUN and first:
        return f"sent by a job that runs {_every(item)}"
    return cause(item)


def frequency(mail: Mail) -> str:
    """Return how often the code sends a message: ``once for each call of register_user``."""
    return "; ".join(cause(item) for item in mail.schedules)


def cause(item: Schedule) -> str:
    """Return one cause of a message: ``in a run every 24 hours``, ``nightly_orders runs every day``."""
    match item.kind:
        case ScheduleKind.CALL:
            return f"once for each call of {', '.join(item.tasks)}"
        case ScheduleKind.RUN:
            return f"in a run {_every(item)}"
    return f"{', '.join(item.tasks)} runs {_every(item)}"


def _every(item: Schedule) -> str:
    if not item.unit:
        return f"on the schedule {item.expression}"
    return f"every {item.unit}" if item.every == 1 else f"every {item.every} {item.unit}s"


def interval(mail: Mail) -> str:
    """Return how often the job runs that alone sends a message of DLaaS's: ``every 24 hours``; else ``""``."""
    if _dlaas_words(mail) is None or not mail.schedules or mail.schedules[0].kind != ScheduleKind.RUN:
        return ""
    return next((_every(item) for item in mail.schedules if item.unit), "")


def _dlaas_words(mail: Mail) -> tuple[str, str] | None:
    """Return what a message of DLaaS's is called and when it is sent, ``None`` for one that DLaaS does not have."""
    return _DLAAS.get((mail.name, mail.triggers[0].name)) if len(mail.triggers) == 1 else None


def sent_by(mail: Mail) -> str:
    """Return what code sends a message, ``""`` where none does."""
    return ", ".join(trigger.name for trigger in mail.triggers)


def sent_to(mail: Mail) -> str:
    """Return whom a message goes to: in words, or as the code has it."""
    return ", ".join(_RECIPIENTS.get(recipient.kind, recipient.expression) for recipient in mail.recipients)


def recipient(mail: Mail) -> str:
    """Return whom a message goes to in words for a reviewer; ``""`` where that is code first of all."""
    if mail.recipients == (MailRecipient(RecipientKind.ADDRESS_ENTERED),):
        return "the address that was just entered"  # "the request" is another thing to a reviewer
    in_words = bool(mail.recipients) and mail.recipients[0].kind != RecipientKind.OTHER
    return sent_to(mail) if in_words else ""


def sampled(mails: Iterable[Mail]) -> tuple[Mail, ...]:
    """Return the messages that have a sample, one of each kind: it says more than two of the same."""
    first: dict[str, Mail] = {}
    for mail in sorted(mails, key=by_kind):
        if mail.sample.strip():
            first.setdefault(mail.kind, mail)
    return tuple(first.values())


def head(mail: Mail) -> str:
    """Return the lines above a message's text: From, To and Subject, as far as they are known."""
    to = recipient(mail)
    lines = (f"From: {mail.sender}" if mail.sender else "", f"To: {to}" if to else "")
    return "\n".join(filter(None, (*lines, f"Subject: {mail.subject}" if mail.subject else label(mail))))


def whole(mail: Mail) -> str:
    """Return a message in full, as its recipient reads it; ``""`` where its text is not known."""
    return f"{head(mail)}\n\n{mail.sample.strip()}" if mail.sample.strip() else ""


def message(mail: Mail) -> str:
    """Return a message for the request: its head and text, cut at the end of a line where it is long."""
    sender = f"From: {mail.sender}\n" if mail.sender else ""
    above = sender + (f"Subject: {mail.subject}\n" if mail.subject else f"{label(mail)}\n")
    lines: list[str] = []
    size = len(above)
    for line in re.sub(r"\n\s*\n\s*", "\n", mail.sample.strip()).split("\n"):
        if size + len(line) + 1 > SAMPLE_MAX:
            lines.append("(shortened)")
            break
        lines.append(line.strip())
        size += len(line) + 1
    return above + "\n".join(lines)
