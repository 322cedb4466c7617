"""Links in messages that lead away from the service's own domain, and through URL shorteners."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dlaas_onboard.checkout.message_table import Template
from dlaas_onboard.journey.dns.public_suffix import same_organization
from dlaas_onboard.journey.facts import Gap, Source
from dlaas_onboard.journey.text import line

_HOST = re.compile(r"\s*(?:https?:)?//(?P<host>[^/?#\s]*)", re.IGNORECASE)
_SHORTENERS = frozenset(
    {
        "bit.ly", "bl.ink", "buff.ly", "cutt.ly", "dub.sh", "goo.gl", "is.gd", "lnkd.in", "ow.ly", "rb.gy",
        "rebrand.ly", "shorturl.at", "t.co", "t.ly", "tiny.cc", "tinyurl.com", "v.gd",
    }
)  # fmt: skip


def find(template: Template, domain: str) -> Iterator[Gap]:
    """Yield what is wrong with the links of a template; ``domain`` is the service's, ``""`` where it is not known."""
    hosts = list(dict.fromkeys(host for _, address in template.text.links if (host := _host(address))))
    short = [host for host in hosts if host.removeprefix("www.") in _SHORTENERS]
    if short:
        yield Gap(
            f"defect_template_shortener.{template.name}",
            f"{template.name} links through {line(', '.join(short), limit=120)}, a URL shortener: filters distrust it.",
            "Link to your own domain.",
            _source(template, short[0]),
        )
    away = [host for host in hosts if host not in short and domain and not same_organization(host, domain)]
    if away:
        yield Gap(
            f"defect_template_foreign_link.{template.name}",
            f"{template.name} links to {line(', '.join(away), limit=120)}, which does not belong to {line(domain)}.",
            "Link to your own domain, or say in the message whose site it is.",
            _source(template, away[0]),
            "advice",
        )


def _host(address: str) -> str:
    """Return the host of a link as far as it is written, ``""`` where only the running code knows it."""
    match = _HOST.match(address)
    if match is None:
        return ""
    host = match.group("host").rpartition("@")[2].lower()
    host = re.sub(r":(?:\d*|\{[^{}]*\})$", "", host)
    return host.rpartition("}")[2].strip(".") if "{" in host else host.strip(".")


def _source(template: Template, host: str) -> Source:
    at = template.source.lower().find(host)
    return Source(line(template.path), template.source.count("\n", 0, at) + 1 if at >= 0 else 0)
