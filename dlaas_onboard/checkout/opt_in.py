"""Where the code shows that recipients asked for their mail: evidence for the second declaration."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from dlaas_onboard.checkout.file_tree import Lines
from dlaas_onboard.journey.facts import Gap, Source
from dlaas_onboard.journey.text import line

# The accounts of people who registered; another table's "confirmed" is another thing.
_ACCOUNTS = r"(?:users?|accounts?|members?|customers?|subscribers?)"
_CONFIRMS = re.compile(
    rf"\bUPDATE\s+[\w.`${{}}]*?\b{_ACCOUNTS}\b`?(?:(?!;|\bUPDATE\b).)*?"
    r"\bSET\s+(?:(?!;|\bWHERE\b).)*?(?:\w*_)?(?:confirmed|verified)`?\s*=\s*(?:true|1)\b"
    r"(?P<where>(?:(?!;|\bUPDATE\b).)*)",
    re.IGNORECASE | re.DOTALL,
)
_CONFIRMING_LINK = re.compile(r"confirm|activat|verif|validate|opt.?in", re.IGNORECASE)
_VARIABLE = re.compile(r"\{\{\{?\s*([\w.]+)\s*\}?\}\}")
# A text, or a comment beside it: only the texts of a script and the statements of SQL do anything.
_COMMENT = re.compile(
    r"(?P<kept>\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|/\*.*?\*/|(?<![:\w])//[^\n]*", re.DOTALL
)
_SQL_COMMENT = re.compile(r"/\*.*?\*/|(?<!\S)--[^\n]*|(?<!\S)#[^\n]*", re.DOTALL)
_REFUSES = re.compile(r"if\s*\(\s*!\s*[\w.?]*?(?:confirmed|verified)\w*\s*\)", re.IGNORECASE)
_LOGIN = re.compile(r"(?:^|[/_-])(?:log_?-?in|sign_?-?in|authenticate|session)", re.IGNORECASE)
_PURGE = re.compile(
    rf"DELETE\s+FROM\s+[\w.`${{}}]*?\b{_ACCOUNTS}\b`?\s+WHERE\b(?=[^;]*\b(?:confirmed|verified)\w*`?\s*=\s*(?:false|0)\b)"
    r"(?P<where>[^;]*?INTERVAL\s+(?P<count>\d+)\s+(?P<unit>HOUR|DAY|WEEK|MONTH)[^;]*)",
    re.IGNORECASE,
)
_TIME_COLUMN = re.compile(r"(\w+)`?\s*<=?\s*UNIX_TIMESTAMP\s*\(", re.IGNORECASE)


class Consent(NamedTuple):
    """What was found; ``purge`` in words, "30 days", only where the statement can select anything."""

    opt_in: Source | None = None
    login: Source | None = None
    purge: str = ""
    gaps: tuple[Gap, ...] = ()


def read(texts: Mapping[str, str], links: Iterable[tuple[str, str]]) -> Consent:
    """Look through SQL and JavaScript, by path. ``links`` (words, address) stand in the messages that code sends.

    Double opt-in needs both: a mailed link that carries a code, and the statement that confirms an account by it.
    """
    codes = _mailed_codes(links)
    opt_in = login = None
    purge, gaps = "", []
    for path, text in ((path, _without_comments(path, text)) for path, text in texts.items()):
        lines = Lines(text)
        if opt_in is None:
            opt_in = _opt_in(path, text, lines, codes)
        if login is None and _LOGIN.search(path) and (match := _REFUSES.search(text)):
            login = Source(line(path), lines.of(match.start()))
        if not purge and (match := _PURGE.search(text)):
            purge, never = _period_kept(match, texts)
            gaps += [_never_matches(match, never, Source(line(path), lines.of(match.start())))] if never else []
    if opt_in is None:  # what follows from a confirmation says nothing without one
        return Consent(gaps=tuple(gaps))
    return Consent(opt_in, login, purge, tuple(gaps))


def _mailed_codes(links: Iterable[tuple[str, str]]) -> set[str]:
    confirming = [address for words, address in links if _CONFIRMING_LINK.search(f"{words} {address}")]
    return {code for address in confirming for code in _codes(address)}


def _codes(address: str) -> Iterator[str]:
    """Yield the values that an address carries behind its host: ``confirmationCode``."""
    path = re.sub(r"^\w+://[^/?#]*", "", address)
    for match in _VARIABLE.finditer(path):
        yield _plain(match.group(1).rpartition(".")[2])


def _plain(name: str) -> str:
    return name.replace("_", "").casefold()


def _opt_in(path: str, text: str, lines: Lines, codes: Collection[str]) -> Source | None:
    """Return the statement that confirms an account by a code that was mailed."""
    for match in _CONFIRMS.finditer(text):
        if any(_plain(name) in codes for name in re.findall(r"\w+", match.group("where"))):
            setting = re.search(r"\bSET\b", match.group(), re.IGNORECASE)
            return Source(line(path), lines.of(match.start() + (setting.start() if setting else 0)))
    return None


def _without_comments(path: str, text: str) -> str:
    """Return the text with blanks in place of its comments: every place stays where it is."""
    sql = path.endswith((".sql", ".tpl"))

    def blank(match: re.Match[str]) -> str:
        kept = None if sql else match.group("kept")
        if kept is None:
            return re.sub(r"[^\n]", " ", match.group())
        return _SQL_COMMENT.sub(lambda inner: re.sub(r"[^\n]", " ", inner.group()), kept) if kept[0] == "`" else kept

    return (_SQL_COMMENT if sql else _COMMENT).sub(blank, text)


def _period_kept(match: re.Match[str], texts: Mapping[str, str]) -> tuple[str, str]:
    """Return how long unconfirmed accounts are kept; else the column, if any, for which the statement selects none."""
    compared = _TIME_COLUMN.search(match.group("where"))
    is_time = _is_time(compared.group(1), texts) if compared else False
    if compared and is_time:
        return "", compared.group(1)
    return (_period(match), "") if is_time is False else ("", "")


def _never_matches(match: re.Match[str], column: str, source: Source) -> Gap:
    return Gap(
        "defect_purge_never_matches",
        f"Unconfirmed accounts are meant to go after {_period(match)}, but {column} is a "
        "time and is compared with a number of seconds.",
        f"Compare {column} with NOW() - INTERVAL, without UNIX_TIMESTAMP.",
        source,
    )


def _period(match: re.Match[str]) -> str:
    count, unit = int(match.group("count")), match.group("unit").lower()
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"


def _is_time(column: str, texts: Mapping[str, str]) -> bool | None:
    """Whether a column is a TIMESTAMP or DATETIME in the schema, ``None`` where the schema does not say."""
    declared = re.compile(
        rf"^\s*`?{re.escape(column)}`?\s+(TIMESTAMP|DATETIME|DATE|INT|BIGINT)\b", re.IGNORECASE | re.MULTILINE
    )
    types = {match.group(1).upper() for text in texts.values() for match in declared.finditer(text)}
    if not types:
        return None
    return bool(types & {"TIMESTAMP", "DATETIME", "DATE"})
