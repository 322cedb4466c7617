"""nodemailer and what is built on it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dlaas_onboard.project.parts import parts
from dlaas_onboard.project.sendings import Index, Sending
from dlaas_onboard.project.syntax import Invocation, SourceFile, text_of

WORDS = (b"sendMail",)

_SENDS = frozenset({"sendMail", "sendMailAsync"})  # the second as bluebird's promisifyAll names it
_MAILER = re.compile(r"transport|mail|smtp|sender|ses", re.IGNORECASE)


def find(file: SourceFile, index: Index) -> Iterator[Sending]:
    """Yield the calls of ``sendMail`` on a transport."""
    del index
    if file.language not in ("JavaScript", "TypeScript"):
        return
    for call in file.invocations:
        if call.name not in _SENDS or call.receiver is None or not call.arguments:
            continue
        message = parts(file, call)
        if _is_transport(file, call) or {"to", "subject"} <= message.keys:
            yield Sending(file, call, "nodemailer", message)


def _is_transport(file: SourceFile, call: Invocation) -> bool:
    receiver = text_of(call.receiver)
    if receiver in ("this", "super"):
        return False
    return file.mentions(b"nodemailer") or _MAILER.search(receiver) is not None
