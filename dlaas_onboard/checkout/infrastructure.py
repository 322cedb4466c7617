"""What the Terraform of a checkout sets up for mail, and what a reviewer or a mailbox provider will miss.

The list: docs/dlaas.md, "Gaps". A gap is named only where the Terraform was read and does not have
the thing; a name that cannot be resolved counts as if it might be what is looked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from dlaas_onboard.checkout.open_endpoints import Endpoints
from dlaas_onboard.checkout.terraform import Terraform, TerraformBlock
from dlaas_onboard.journey.dns.needed_records import dkim_zone
from dlaas_onboard.journey.facts import Gap, Source
from dlaas_onboard.journey.names import within
from dlaas_onboard.journey.text import line

IDENTITIES = ("aws_ses_domain_identity", "aws_sesv2_email_identity")
MAIL_FROM = ("aws_ses_domain_mail_from", "aws_sesv2_email_identity_mail_from_attributes")
CONFIGURATION_SETS = ("aws_ses_configuration_set", "aws_sesv2_configuration_set")
EVENT_DESTINATIONS = ("aws_ses_event_destination", "aws_sesv2_configuration_set_event_destination")
_OPEN_PATHS = re.compile(
    r"regist(?:er|ration)|sign_?-?up|reset_?-?password|forgot_?-?password|users?/?$|subscribe|invite|resend",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class DnsRecord:
    """One DNS record in Terraform; ``name`` may hold ``{…}`` where it cannot be known."""

    name: str
    type: str
    values: str  # as written, references resolved where the whole value is one
    source: Source
    block: TerraformBlock | None = None

    @property
    def known(self) -> bool:
        """Whether name and type are known."""
        return "{" not in f"{self.name}{self.type}"


class Infrastructure:
    """The mail side of a checkout's Terraform."""

    def __init__(self, terraform: Terraform, domain: str) -> None:
        self.terraform = terraform
        self.domain = domain or "{SERVICE_DOMAIN}"
        self.records = tuple(self._records())
        self.mail_from_block = next((each for each in terraform.resources(*MAIL_FROM) if self._may_be_ours(each)), None)

    @property
    def mail_from(self) -> str:
        """Return the MAIL FROM domain, ``""`` where none is set or it cannot be known."""
        if self.mail_from_block is None:
            return ""
        name = self.terraform.resolve(self.mail_from_block.attributes.get("mail_from_domain", ""))
        return "" if "{" in name else name.lower()

    def _may_be_ours(self, block: TerraformBlock) -> bool:
        """Whether a MAIL FROM domain is the sending domain's, or one that only an apply knows."""
        name = self.terraform.resolve(block.attributes.get("mail_from_domain", ""))
        return "{" in f"{name}{self.domain}" or within(name, self.domain)

    def find(self, name: str, kind: str) -> list[DnsRecord]:
        """Return the records of one name and type."""
        return [record for record in self.records if record.type == kind and record.name == name]

    def might_have(self, kind: str) -> bool:
        """Whether a record whose name or type cannot be known may be of that type."""
        return any(
            not record.known
            and not record.name.endswith(f"._domainkey.{self.domain}")
            and (record.type == kind or ("{" in record.type and self._can_be(kind)))
            for record in self.records
        )

    def _can_be(self, kind: str) -> bool:
        """Whether a type that a loop fills in can be ``kind``: written somewhere, or read from a file."""
        return bool(
            re.search(rf'"{kind}"|yamldecode|csvdecode|jsondecode\(\s*file|var\.\w*records', self.terraform.text)
        )

    def _zone_of(self, block: TerraformBlock) -> str:
        """Return the name that a record's own is relative to: its zone's where that is known, else the domain."""
        used = re.fullmatch(
            r"((?:data\.)?aws_route53_zone\.[\w-]+)(?:\[[^\]]*\])?\.(?:zone_id|id)", block.attributes.get("zone_id", "")
        )
        zone = self.terraform.resolve(f"{used.group(1)}.name") if used else "{zone}"
        return self.domain if "{" in zone else zone.lower().rstrip(".")

    def _records(self) -> Iterable[DnsRecord]:
        for block in self.terraform.blocks:
            if block.kind != "resource" or not re.search(r"(?:dns_|route53_|cloudflare_)record(?:_set)?$", block.type):
                continue
            if "domain_validation_options" in block.body:  # certificates, which are CNAME records of their own
                continue
            kind = self.terraform.resolve(block.attributes.get("type", '""')).upper()
            name = self.terraform.resolve(block.attributes.get("name", '""')).lower().rstrip(".")
            zone = self._zone_of(block)
            if name in ("", "@"):
                name = zone
            elif not name.endswith(zone.lower()) and "{" not in name:
                name = f"{name}.{zone}"
            name = name.replace(self.domain.lower(), self.domain)
            values = (
                block.attributes.get("records") or block.attributes.get("value") or block.attributes.get("content", "")
            )
            yield DnsRecord(name, kind, values[:2000], Source(line(block.path), block.line), block)


def gaps(infra: Infrastructure, endpoints: Endpoints, region: str, sender: str, *, names_set: bool) -> tuple[Gap, ...]:
    """Return what is missing. ``names_set``: the code passes a configuration set on each send."""
    checks: tuple[Callable[[], Iterable[Gap]], ...] = (
        lambda: _mail_from(infra),
        lambda: _dmarc(infra),
        lambda: _events(infra, names_set),
        lambda: _inbox(infra, sender),
        lambda: _website(infra),
        lambda: _open_endpoints(infra.terraform, endpoints),
        lambda: _spf(infra),
        lambda: _dkim(infra, region),
        lambda: _policy(infra.terraform),
    )
    return tuple(gap for check in checks for gap in check())


def _at(block: TerraformBlock | None) -> Source | None:
    return Source(line(block.path), block.line) if block is not None else None


def _mail_from(infra: Infrastructure) -> Iterable[Gap]:
    block = infra.mail_from_block
    if block is None:
        if infra.terraform.resources(*IDENTITIES):
            yield Gap(
                "mail_from",
                "The Terraform sets no MAIL FROM domain, so SPF never aligns with the From address.",
                "Set a MAIL FROM domain below the sending domain, with its MX and SPF records.",
                _at(infra.terraform.resources(*IDENTITIES)[0]),
            )
        return
    name = infra.terraform.resolve(block.attributes.get("mail_from_domain", ""))
    if infra.find(name, "MX") or infra.might_have("MX"):
        return
    yield Gap(
        "mail_from_mx",
        f"{line(name)} is the MAIL FROM domain, but the Terraform has no MX record for it: SES will mark the set-up as "
        "failed.",
        "Add the MX record feedback-smtp of the Region, then start the MAIL FROM set-up again.",
        _at(block),
        "blocker",
    )


def _dmarc(infra: Infrastructure) -> Iterable[Gap]:
    name = f"_dmarc.{infra.domain}"
    if infra.find(name, "TXT") or infra.find(name, "CNAME") or infra.might_have("TXT"):
        return
    yield Gap(
        "dmarc",
        "The Terraform has no DMARC record for the sending domain.",
        f"Publish v=DMARC1; p=none at _dmarc.{line(infra.domain)}.",
        _at(next(iter(infra.terraform.resources(*IDENTITIES)), None)),
    )


def _events(infra: Infrastructure, names_set: bool) -> Iterable[Gap]:
    terraform = infra.terraform
    sets = terraform.resources(*CONFIGURATION_SETS)
    destinations = terraform.resources(*EVENT_DESTINATIONS)
    topics = terraform.resources("aws_ses_identity_notification_topic")
    identity = _at(next(iter(terraform.resources(*IDENTITIES)), None))
    if not sets:
        yield Gap(
            "configuration_set",
            "The Terraform makes no configuration set, so sending produces no events and no metrics of its own.",
            "Add a configuration set with reputation metrics, and make it the identity's default.",
            identity,
        )
    if not destinations and not topics:
        yield Gap(
            "event_destination",
            "By the Terraform bounces and complaints reach nobody: it has no event destination and no topic for them.",
            "Add an event destination for BOUNCE and COMPLAINT to an SNS topic that somebody listens to.",
            identity,
        )
        return
    yield from _unlisted_events([*destinations, *topics])
    if sets and destinations and not topics and not names_set:
        yield from _unused_set(terraform, sets[0])


def _unlisted_events(targets: Sequence[TerraformBlock]) -> Iterable[Gap]:
    text = " ".join(f"{block.body} {' '.join(block.attributes.values())}" for block in targets).lower()
    for event in ("bounce", "complaint"):
        if event not in text and "for_each" not in text and "var." not in text:
            yield Gap(
                f"event_{event}",
                f"The event destination does not list {event}s.",
                f"Add {event} to the event types of the destination.",
                _at(targets[0]),
            )


def _unused_set(terraform: Terraform, configuration_set: TerraformBlock) -> Iterable[Gap]:
    identities = terraform.resources("aws_sesv2_email_identity")
    if not any("configuration_set_name" in identity.attributes for identity in identities):
        yield Gap(
            "default_configuration_set",
            "The configuration set is neither the identity's default nor named on sending, so it sees no mail.",
            "Make it the default configuration set of the identity.",
            _at(configuration_set),
        )


def _inbox(infra: Infrastructure, sender: str) -> Iterable[Gap]:
    at = sender.rpartition("@")[2]
    if at != infra.domain or infra.find(infra.domain, "MX") or infra.might_have("MX"):
        return
    yield Gap(
        "inbox",
        f"The Terraform has no MX record for {line(infra.domain)}, so {line(sender)} cannot receive mail by it.",
        "Set up a mailbox or a forwarder for it and add its MX record, or answer from an address that is read.",
        None,
    )


def _website(infra: Infrastructure) -> Iterable[Gap]:
    names = (infra.domain, f"www.{infra.domain}")
    kinds = ("A", "AAAA", "CNAME")
    if any(infra.find(name, kind) for name in names for kind in kinds) or not infra.records:
        return
    if any(infra.might_have(kind) for kind in ("A", "AAAA")):
        return
    hosts = sorted({record.name for record in infra.records if record.type in kinds and record.known})
    seen = f"; only {line(', '.join(hosts), limit=160)} exist" if hosts else ""
    yield Gap(
        "website",
        f"No website is set up at {line(infra.domain)} or www.{line(infra.domain)}{seen}.",
        "Publish a page there that says what the service is, with privacy rules and a contact, before you file.",
        None,
    )


def _open_endpoints(terraform: Terraform, endpoints: Endpoints) -> Iterable[Gap]:
    if re.search(r"throttl|aws_wafv2_web_acl_association|captcha", terraform.text, re.IGNORECASE):
        return
    posts = [*_open_methods(terraform), *_open_routes(terraform)]
    if posts:
        paths = list(dict.fromkeys(path for path, block in posts if not endpoints.asks_itself(block)))
        signed_in = list(dict.fromkeys(path for path, block in posts if endpoints.asks_itself(block)))
        who = [f"anybody can call {line(', '.join(paths))}"] if paths else []
        who += [f"whoever has an account can call {line(', '.join(signed_in))}"] if signed_in else []
        callers = ", and ".join(who)
        yield Gap(
            "rate_limit",
            f"{callers[:1].upper()}{callers[1:]} as often as they like, and so make it mail strangers.",
            "Limit the rate of these calls or put a captcha before them.",
            _at(posts[0][1]),
        )


def _open_methods(terraform: Terraform) -> Iterable[tuple[str, TerraformBlock]]:
    """Yield the paths of REST APIs that anybody can post to, and that sound like mail to strangers."""
    for block in terraform.resources("aws_api_gateway_method"):
        get = block.attributes.get
        path = terraform.resolve(re.sub(r"\.id$", ".path_part", get("resource_id", "")))
        is_open = "NONE" in get("authorization", "") and get("api_key_required", "false") != "true"
        if is_open and "POST" in get("http_method", "") and "{" not in path and _OPEN_PATHS.search(path):
            yield path, block


def _open_routes(terraform: Terraform) -> Iterable[tuple[str, TerraformBlock]]:
    """Yield the same of HTTP APIs."""
    for block in terraform.resources("aws_apigatewayv2_route"):
        route = terraform.resolve(block.attributes.get("route_key", ""))
        is_open = "NONE" in block.attributes.get("authorization_type", "NONE")
        if is_open and route.upper().startswith("POST ") and _OPEN_PATHS.search(route):
            yield route.rpartition("/")[2], block


def _spf(infra: Infrastructure) -> Iterable[Gap]:
    for record in infra.find(infra.domain, "TXT"):
        if re.search(r"v=spf1[^\"]*-all", record.values):
            yield Gap(
                "spf_apex",
                f"SPF of {line(infra.domain)} ends in -all: mail of the domain from any other sender is refused.",
                "Before you add a mailbox at the domain, add its provider to this record.",
                record.source,
                "advice",
            )


def _dkim(infra: Infrastructure, region: str) -> Iterable[Gap]:
    for record in infra.records:
        if "dkim.amazonses.com" in record.values:
            wrong = dkim_zone(region) not in ("", "dkim.amazonses.com")
            yield Gap(
                "dkim_zone",
                f"The DKIM records end in dkim.amazonses.com, but {line(region)} has its own zone: they never verify."
                if wrong
                else "The DKIM records end in dkim.amazonses.com whatever the Region; some have their own zone.",
                f"Use dkim.{line(region)}.amazonses.com."
                if wrong
                else "Look at this again before you change the Region.",
                record.source,
                "blocker" if wrong else "advice",
            )
            return


def _policy(terraform: Terraform) -> Iterable[Gap]:
    for block in terraform.blocks:
        for match in re.finditer(r"ses:(?:SendEmail|SendRawEmail|\*)", block.body):
            statement = block.body[match.start() : match.start() + 400]
            resource = re.search(r"\"?Resources?\"?\s*[:=]\s*\[?\s*\"([^\"]*)\"", statement, re.IGNORECASE)
            if resource and resource.group(1) == "*":
                yield Gap(
                    "send_policy",
                    "The functions may send from every identity of the account.",
                    "Limit ses:SendEmail to the identity's ARN, with a condition on ses:FromAddress.",
                    Source(line(block.path), block.line + block.body.count("\n", 0, match.start())),
                    "advice",
                )
                return
