"""Addresses of console pages. The browser opens them in whatever account it is signed in to: show ours beside them.

Patterns and hosts: docs/ses.md, "Console links".
"""

from __future__ import annotations

from urllib.parse import quote

from dlaas_onboard.journey.facts import Place

_HOSTS = {
    "aws": "console.aws.amazon.com",
    "aws-us-gov": "console.amazonaws-us-gov.com",
    "aws-cn": "console.amazonaws.cn",
    "aws-eusc": "console.amazonaws-eusc.eu",
}
_PREFIXES = (("us-gov-", "aws-us-gov"), ("cn-", "aws-cn"), ("eusc-", "aws-eusc"))

_SES = {"account": "account", "get_set_up": "get-set-up", "identities": "identities"}
PAGES = (*_SES, "case", "cases", "quota")
SENDING_QUOTA = "L-804C8AE8"  # "Sending quota" of the Service Quotas service "ses"


def partition(place: Place) -> str:
    """Return the partition: STS's word once it answered, the Region's until then."""
    if place.account:
        return place.partition
    return next((name for prefix, name in _PREFIXES if place.region.startswith(prefix)), place.partition)


def link(place: Place, page: str, **ids: str) -> str:
    """Return the address of ``page``, one of :data:`PAGES`; ``""`` where it needs a Region and none is chosen.

    ``case`` takes ``case_id`` (the display id; without it the list of cases), ``quota`` takes ``quota_code``
    (the sending quota without it). Raises ``ValueError`` for a page that is not known.
    """
    where = partition(place)
    host = _HOSTS.get(where, _HOSTS["aws"])
    if page in ("case", "cases"):
        case_id = ids.get("case_id", "") if page == "case" else ""
        hash_ = f"/case/?displayId={quote(case_id, safe='')}&language=en" if case_id else "/case/history"
        support = f"support.{host}" if where == "aws" else host
        return f"https://{support}/support/home#{hash_}"
    if page not in PAGES:
        raise ValueError(f"no console page is called {page!r}; there are {', '.join(PAGES)}")
    if not place.region:
        return ""
    region = quote(place.region, safe="")
    if page == "quota":
        code = quote(ids.get("quota_code", "") or SENDING_QUOTA, safe="")
        return f"https://{region}.{host}/servicequotas/home/services/ses/quotas/{code}"
    return f"https://{region}.{host}/ses/home?region={region}#/{_SES[page]}"
