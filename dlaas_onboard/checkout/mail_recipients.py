"""Whom a message goes to: named only where the code around the call proves it, else left as the code's expression."""

from __future__ import annotations

import re

from dlaas_onboard.checkout.javascript import Script
from dlaas_onboard.journey.facts import MailRecipient, RecipientKind
from dlaas_onboard.journey.text import line

_LIST = re.compile(r"^\[.*,|subscribers|recipients|\.map\(|emails\b|mailingList", re.IGNORECASE)
# The address in a variable's row: user.email, user[0].email, user?.email.
_IN_ROW = re.compile(r"(\w+)(?:\[0\])?\??\.e?mail(?:_?address)?", re.IGNORECASE)
# One row of the accounts, by its id or by what its owner holds: getUserBy("id", …), SELECT … FROM users WHERE id = …
_OWN_ROW_CALL = re.compile(
    r"(?:get|find|fetch|load)?_?(?:current|logged_?in)?_?(?:user|account)(?:_?by_?\w*)?", re.IGNORECASE
)
_OWN_ROW_QUERY = re.compile(
    r"\bFROM\s+[\w.`${}]*\b(?:users|accounts)`?(?:\s+(?:AS\s+)?\w+)?\s+WHERE\s+[\w.`]*?\b(?:user_?)?(?:gu|uu)?id`?\s*=",
    re.IGNORECASE,
)
# The request that the code answers.
_REQUEST = r"(?:body|requestBody|request_body|event|req|request)"
_IN_REQUEST = re.compile(rf"{_REQUEST}(?:\??\.\w+)*\??\.\w*e?mail\w*", re.IGNORECASE)
_FROM_REQUEST = re.compile(rf"\b{_REQUEST}\b", re.IGNORECASE)
# One address that the deployment fixes, named for who runs it, or written in the code.
_CONFIGURED = re.compile(
    r"(?:process\.env|config|settings|appConfig)\.(?:\w+\.)*\w*(?:owner|operator|admin|alert|ops)\w*", re.IGNORECASE
)
_WRITTEN = re.compile(r"[\"`][^@\s$]+@[^@\s$]+[\"`]")
_IDENTITY_LISTS = ("ListIdentitiesCommand", "ListEmailIdentitiesCommand", "listIdentities", "listEmailIdentities")
_CONDITIONS = frozenset({"if", "while", "switch", "for", "with"})  # what stands in their brackets is only asked
_RIGHT_SIDE = 80  # tokens of an assignment that are read


def mail_recipient(code: str, script: Script, index: int) -> MailRecipient:
    """Return whom the expression of the call at ``index`` names."""
    if _CONFIGURED.fullmatch(code) or _WRITTEN.fullmatch(code) or _is_identity(code, script):
        return MailRecipient(RecipientKind.OPERATOR)
    if _is_own_row(code, script, index):
        return MailRecipient(RecipientKind.ACCOUNT_OWNER)
    if _LIST.search(code):
        return MailRecipient(RecipientKind.LIST)
    if _is_entered(code, script, index):
        return MailRecipient(RecipientKind.ADDRESS_ENTERED)
    return MailRecipient(RecipientKind.OTHER, line(code, limit=80))


def _is_identity(code: str, script: Script) -> bool:
    """Whether it is one of the account's own verified addresses, which the code has listed before."""
    return bool(re.fullmatch(r"\w*identity", code, re.IGNORECASE)) and any(map(script.mentions, _IDENTITY_LISTS))


def _is_own_row(code: str, script: Script, index: int) -> bool:
    """Whether the address stands in the one row of the accounts that the function has read."""
    match = _IN_ROW.fullmatch(code)
    value = _assigned(match.group(1), script, index) if match else None
    if value is None:
        return False
    tokens = script.tokens[slice(*value)]
    called = any(
        token.kind == "name" and _OWN_ROW_CALL.fullmatch(token.text) and script.is_text(at + 1, "(")
        for at, token in enumerate(tokens, value[0])
    )
    queried = any(token.kind in ("string", "template") and _OWN_ROW_QUERY.search(token.text) for token in tokens)
    return called or queried


def _is_entered(code: str, script: Script, index: int) -> bool:
    """Whether the address comes with the request that the code answers."""
    if _IN_REQUEST.fullmatch(code):
        return True
    if not re.fullmatch(r"\w*e?mail\w*", code, re.IGNORECASE):
        return False
    value = _assigned(code, script, index)
    return value is not None and bool(_FROM_REQUEST.search(script.code(*value)))


def _assigned(name: str, script: Script, index: int) -> tuple[int, int] | None:
    """Return the tokens of what the variable was last given before ``index``; ``None`` where that cannot be told.

    A parameter, the variable of a loop and a name from elsewhere are given what this file does not show.
    """
    for at in reversed([at for at in script.mentions(name) if at < index]):
        if script.is_text(at - 1, ".") or script.is_text(at - 1, "?.") or script.is_text(at + 1, ":"):
            continue
        if not _is_around(script, at, index):
            continue
        last = _pattern_end(script, at)
        if script.is_text(last + 1, "="):
            start = last + 2
            return start, next((end for end in range(start, start + _RIGHT_SIDE) if _ends(script, start, end)), start)
        if _binds(script, at, last):
            return None
    return None


def _is_around(script: Script, at: int, index: int) -> bool:
    """Whether a name at ``at`` stands in a block that ``index`` stands in, too: as far as it can be bound there."""
    block = script.parent[_pattern_start(script, at)]
    while block >= 0 and not script.is_text(block, "{"):
        body = script.end(block) + 1
        if script.is_text(body, "=>"):
            body += 1
        if script.is_text(body, "{"):  # a parameter, or the variable of a loop
            return body < index < script.end(body)
        block = script.parent[block]
    return block < 0 or block < index < script.end(block)


def _pattern_start(script: Script, at: int) -> int:
    opening = script.parent[at]
    if opening >= 0 and script.tokens[opening].text in "{[" and script.is_text(script.end(opening) + 1, "="):
        return opening
    return at


def _pattern_end(script: Script, at: int) -> int:
    start = _pattern_start(script, at)
    return at if start == at else script.end(start)


def _binds(script: Script, at: int, last: int) -> bool:
    """Whether a name is a parameter or the variable of a loop."""
    if script.is_text(last + 1, "=>") or script.is_text(last + 1, "of") or script.is_text(last + 1, "in"):
        return True
    opening = script.parent[at]
    while opening >= 0 and not script.is_text(opening, "("):
        opening = script.parent[opening]
    if opening > 0 and script.tokens[opening - 1].text in _CONDITIONS:
        return False
    closing = script.end(opening) if opening >= 0 else -1
    return closing >= 0 and (script.is_text(closing + 1, "=>") or script.is_text(closing + 1, "{"))


def _ends(script: Script, start: int, end: int) -> bool:
    if end >= len(script.tokens):
        return True
    within = script.parent[start]
    token = script.tokens[end]
    return script.parent[end] == within and token.text in (";", "const", "let", "var", "return", "}")
