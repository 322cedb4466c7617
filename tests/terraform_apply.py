"""An apply of Terraform to a small account and one zone: what the provider would create, change and be refused.

The HCL is parsed by python-hcl2 to hold the text to the grammar; the blocks are those that the product reads. Only
resources for mail are known. Like AWS, the account refuses a name that exists where the call does not take it over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import hcl2

from dlaas_onboard.checkout.terraform import Terraform, TerraformBlock, list_items
from dlaas_onboard.journey.bounces import topic_policy
from dlaas_onboard.journey.dns.hosted_zone import text_of
from dlaas_onboard.journey.facts import (
    Alarm,
    ConfigurationSet,
    EventDestination,
    Facts,
    Identity,
    MailFrom,
    Notifications,
    Subscription,
    Topic,
)
from dlaas_onboard.journey.situation.answers import Answers
from tests import build
from tests.dns_zone import RefusedError, Zone

TOKENS = build.TOKENS


class UnknownError(Exception):
    """An expression whose value another resource has yet to give."""


@dataclass
class Account:
    """What SES, SNS and CloudWatch hold, and the zone of the domain."""

    zone: Zone
    identity: Identity | None = None
    sets: dict[str, ConfigurationSet] = field(default_factory=dict)
    topics: dict[str, Topic] = field(default_factory=dict)
    alarms: dict[str, Alarm] = field(default_factory=dict)
    suppressed: tuple[str, ...] = ("BOUNCE", "COMPLAINT")
    state: dict[str, dict[str, Any]] = field(default_factory=dict)  # attributes by address: Terraform's state

    def facts(self, base: Facts, answers: Answers) -> Facts:
        """Return what a look finds; SES has noticed the records that are published."""
        identity = self._settled()
        facts = replace(
            base,
            account=build.seen(build.account(suppressed_reasons=self.suppressed)),
            domain_identity=build.seen(identity),
            configuration_sets=build.seen(tuple(self.sets.values())),
            notifications=build.seen(Notifications(identity.name, forwarding=True) if identity else None),
            topics={arn: build.seen(topic) for arn, topic in self.topics.items()},
            alarms=build.seen(tuple(self.alarms.values())),
            hosted_zones=self.zone.held(),
        )
        return self.zone.seen(facts, answers)

    def _settled(self) -> Identity | None:
        found = self.identity
        if found is None:
            return None
        sets = self.zone.sets
        signed = all((f"{token}._domainkey.{found.name}", "CNAME") in sets for token in TOKENS)
        status = "SUCCESS" if signed else "PENDING"
        mail_from = found.mail_from
        if mail_from is not None and mail_from.status != "FAILED":
            works = sets.get((mail_from.domain, "MX")) == (f"10 feedback-smtp.{build.REGION}.amazonses.com",)
            mail_from = replace(mail_from, status="SUCCESS" if works else "PENDING")
        dkim = replace(build.identity().dkim, status=status)  # type: ignore[type-var]
        return replace(found, verified=signed, dkim=dkim, mail_from=mail_from)


def apply(account: Account, texts: Mapping[str, str], configuration: Mapping[str, str]) -> None:
    """Apply all files together; raises :class:`RefusedError` where AWS would refuse, as an apply then fails."""
    for text in texts.values():
        hcl2.loads(text)
    terraform = Terraform(dict(texts), dict(configuration))
    _import(account, terraform)
    waiting = [block for block in terraform.blocks if block.kind == "resource" and block.type in _APPLY]
    while waiting:
        left: list[TerraformBlock] = []
        for block in waiting:
            try:
                _one(account, block, configuration)
            except UnknownError:
                left.append(block)
        assert len(left) < len(waiting), [f"{block.type}.{block.name}" for block in left]
        waiting = left


def _import(account: Account, terraform: Terraform) -> None:
    for block in terraform.blocks:
        if block.kind == "import":
            account.state.setdefault(block.attributes["to"].strip(), {})


def _one(account: Account, block: TerraformBlock, configuration: Mapping[str, str]) -> None:
    count = int(block.attributes.get("count", "1"))
    for index in range(count):
        scope = _Scope(account, configuration, index)
        address = f"{block.type}.{block.name}" + (f"[{index}]" if "count" in block.attributes else "")
        known = account.state.get(address)
        values = {name: scope.value(text) for name, text in block.attributes.items() if name not in _PASSED_OVER}
        for inner in block.blocks:
            values |= {name: scope.value(text) for name, text in inner.attributes.items() if name not in _PASSED_OVER}
        account.state[address] = _APPLY[block.type](account, values, exists=known is not None) | values


_PASSED_OVER = ("count", "depends_on", "policy", "zone_id", "ignore_changes", "prevent_destroy")


class _Scope:
    def __init__(self, account: Account, configuration: Mapping[str, str], index: int) -> None:
        self._account, self._configuration, self._index = account, configuration, index

    def value(self, expression: str) -> Any:
        text = expression.partition(" #")[0].strip() if not expression.startswith('"') else expression.strip()
        if text.startswith("["):
            return [self.value(item) for item in list_items(text)]
        if text.startswith('"'):
            inner = re.sub(r"(?<!\$)\$\{([^{}]*)\}", lambda match: str(self.reference(match[1])), text[1:-1])
            return inner.replace("$${", "${").replace("%%{", "%{").replace('\\"', '"').replace("\\\\", "\\")
        if text in ("true", "false"):
            return text == "true"
        if re.fullmatch(r"[\d.]+", text):
            return float(text)
        return self.reference(text)

    def reference(self, text: str) -> Any:
        text = text.strip().replace("[count.index]", f"[{self._index}]")
        if match := re.fullmatch(r"element\((.*),\s*count\.index\)", text):
            text = f"{match[1]}[{self._index}]"
        if text.startswith("local."):
            return self._configuration[text.rpartition(".")[2]]
        if text.startswith("var."):
            return "owner@example.org"
        match = re.fullmatch(r"(\w+\.[\w-]+)\.(?:dkim_signing_attributes\[0\]\.)?(\w+)(?:\[(\d)\])?", text)
        assert match is not None, text
        state = self._account.state.get(match[1])
        if state is None or match[2] not in state:
            raise UnknownError(text)
        value = state[match[2]]
        return value[int(match[3])] if match[3] is not None else value


def _identity(account: Account, values: dict[str, Any], *, exists: bool) -> dict[str, Any]:
    name = values.get("domain") or values["email_identity"]
    if account.identity is not None and not exists and "email_identity" in values:
        raise RefusedError(f"identity {name} already exists")
    account.identity = account.identity or build.identity(name=name, mail_from=None, configuration_set="")
    if "configuration_set_name" in values:
        account.identity = replace(account.identity, configuration_set=values["configuration_set_name"])
    return {"arn": f"arn:aws:ses:eu-west-1:1:identity/{name}", "dkim_tokens": list(TOKENS), "tokens": list(TOKENS)}


def _dkim(account: Account, values: dict[str, Any], *, exists: bool) -> dict[str, Any]:
    assert account.identity is not None
    return {"dkim_tokens": list(TOKENS)}


def _mail_from(account: Account, values: dict[str, Any], *, exists: bool) -> dict[str, Any]:
    assert account.identity is not None
    name, live = values["mail_from_domain"], account.identity.mail_from
    if live is None or live.domain != name:
        account.identity = replace(account.identity, mail_from=MailFrom(name, "PENDING", "USE_DEFAULT_VALUE"))
    return {}


def _record(account: Account, values: dict[str, Any], *, exists: bool) -> dict[str, Any]:
    name, kind = values["name"].lower().rstrip("."), values["type"]
    if (name, kind) in account.zone.sets and not exists and not values.get("allow_overwrite"):
        raise RefusedError(f"{name} {kind} already exists")
    # The provider puts a TXT between quotation marks as it is, and Route 53 takes it from there.
    texts = tuple((text_of(f'"{value}"') if kind == "TXT" else value) or "" for value in values["records"])
    account.zone._put(name, kind, texts)
    return {"fqdn": name}


def _set(account: Account, values: dict[str, Any], *, exists: bool) -> dict[str, Any]:
    name = values.get("configuration_set_name") or values["name"]
    if name in account.sets and not exists:
        raise RefusedError(f"configuration set {name} already exists")
    account.sets.setdefault(name, ConfigurationSet(name, True, True))
    return {"arn": f"arn:aws:ses:{build.REGION}:{build.ACCOUNT}:configuration-set/{name}"}


def _destination(account: Account, values: dict[str, Any], *, exists: bool) -> dict[str, Any]:
    there = account.sets[values["configuration_set_name"]]
    if any(item.name == values["name"] for item in there.destinations) and not exists:
        raise RefusedError(f"event destination {values['name']} already exists")
    kinds = tuple(kind.upper() for kind in values.get("matching_types") or values["matching_event_types"])
    made = EventDestination(values["name"], True, kinds, "SNS", values["topic_arn"])
    account.sets[there.name] = replace(there, destinations=(*there.destinations, made))
    return {}


def _topic(account: Account, values: dict[str, Any], *, exists: bool) -> dict[str, Any]:
    name = values.get("name") or f"{values['name_prefix']}20261124"
    arn = f"arn:aws:sns:{build.REGION}:{build.ACCOUNT}:{name}"
    if arn in account.topics and not exists:
        raise RefusedError(f"topic {name} would be taken over")
    account.topics.setdefault(arn, Topic(arn, False))
    return {"arn": arn, "name": name}


def _topic_policy(account: Account, values: dict[str, Any], *, exists: bool) -> dict[str, Any]:
    """Put a policy that lets SES and CloudWatch publish; any statement that was there is gone."""
    arn = values["arn"]
    if account.topics[arn].policy and not exists:
        raise RefusedError(f"the policy of {arn} would be replaced")
    set_arn = f"arn:aws:ses:{build.REGION}:{build.ACCOUNT}:configuration-set/*"
    policy = topic_policy.with_alarms(topic_policy.fresh(arn, build.ACCOUNT), arn, build.ACCOUNT)
    policy = topic_policy.merged(policy, arn, build.ACCOUNT, set_arn.removesuffix("*") + next(iter(account.sets), "x"))
    account.topics[arn] = replace(account.topics[arn], ses_may_publish=True, policy=policy)
    return {}


def _subscription(account: Account, values: dict[str, Any], *, exists: bool) -> dict[str, Any]:
    topic = account.topics[values["topic_arn"]]
    listener = Subscription(values["protocol"], values["endpoint"], True, f"{topic.arn}:1")  # the link was clicked
    account.topics[topic.arn] = replace(topic, subscriptions=(*topic.subscriptions, listener))
    return {}


def _alarm(account: Account, values: dict[str, Any], *, exists: bool) -> dict[str, Any]:
    name = values["alarm_name"]
    if name in account.alarms and not exists:
        raise RefusedError(f"alarm {name} would be replaced")
    account.alarms[name] = Alarm(
        name, values["metric_name"], values["namespace"], "OK", values["threshold"], values["comparison_operator"],
        tuple(values["alarm_actions"]), True,
    )  # fmt: skip
    return {}


def _suppression(account: Account, values: dict[str, Any], *, exists: bool) -> dict[str, Any]:
    account.suppressed = tuple(values["suppressed_reasons"])
    return {}


_APPLY = {
    "aws_ses_domain_identity": _identity,
    "aws_sesv2_email_identity": _identity,
    "aws_ses_domain_dkim": _dkim,
    "aws_ses_domain_mail_from": _mail_from,
    "aws_sesv2_email_identity_mail_from_attributes": _mail_from,
    "aws_route53_record": _record,
    "aws_ses_configuration_set": _set,
    "aws_sesv2_configuration_set": _set,
    "aws_ses_event_destination": _destination,
    "aws_sns_topic": _topic,
    "aws_sns_topic_policy": _topic_policy,
    "aws_sns_topic_subscription": _subscription,
    "aws_cloudwatch_metric_alarm": _alarm,
    "aws_sesv2_account_suppression_attributes": _suppression,
}


def commands(text: str) -> Iterator[str]:
    """Yield the AWS CLI lines of a patch's comments."""
    yield from (line.removeprefix("#").strip() for line in text.splitlines() if re.match(r"#\s+aws ", line))
