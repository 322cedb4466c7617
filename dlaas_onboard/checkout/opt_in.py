"""Where the code shows that recipients asked for their mail: evidence for the second declaration."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from dlaas_onboard.checkout.file_tree import Lines
from dlaas_onboard.journey.facts import Gap, Source
from dlaas_onboard.journey.text import line

_CONFIRMS = re.compile(
    r"\b(?:SET\s+[\w.`]*(?:confirmed|verified|email_verified)`?\s*=\s*(?:true|1)\b"
    r"|(?:user|account)\w*\.(?:confirmed|verified|emailVerified)\s*=\s*true\b)",
    re.IGNORECASE,
)
_REFUSES = re.compile(r"if\s*\(\s*!\s*[\w.?]*?(?:confirmed|verified)\w*\s*\)", re.IGNORECASE)
_LOGIN = re.compile(r"(?:^|[/_-])(?:log_?-?in|sign_?-?in|authenticate|session)", re.IGNORECASE)
_PURGE = re.compile(
    r"DELETE\s+FROM\s+[\w.`${}]+\s+WHERE\b(?=[^;]*\b(?:confirmed|verified)\w*`?\s*=\s*(?:false|0)\b)"
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


def read(texts: Mapping[str, str]) -> Consent:
    """Look through SQL and JavaScript, by path."""
    opt_in = login = None
    purge, gaps = "", []
    for path, text in texts.items():
        lines = Lines(text)
        if opt_in is None and (match := _CONFIRMS.search(text)):
            opt_in = Source(line(path), lines.of(match.start()))
        if login is None and _LOGIN.search(path) and (match := _REFUSES.search(text)):
            login = Source(line(path), lines.of(match.start()))
        if not purge and (match := _PURGE.search(text)):
            source = Source(line(path), lines.of(match.start()))
            compared = _TIME_COLUMN.search(match.group("where"))
            if compared and _is_time(compared.group(1), texts):
                gaps.append(
                    Gap(
                        "defect_purge_never_matches",
                        f"Unconfirmed accounts are meant to go after {_period(match)}, but {compared.group(1)} is a "
                        "time and is compared with a number of seconds.",
                        f"Compare {compared.group(1)} with NOW() - INTERVAL, without UNIX_TIMESTAMP.",
                        source,
                    )
                )
            elif not compared or _is_time(compared.group(1), texts) is False:
                purge = _period(match)
    return Consent(opt_in, login, purge, tuple(gaps))


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
