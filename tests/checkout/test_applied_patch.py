"""The Terraform patch, applied with the project's own code to an account, which is then looked at again.

Nothing that worked is broken, nothing is refused, and nothing remains to be done.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dlaas_onboard.checkout.infrastructure_code import read_code
from dlaas_onboard.checkout.project import DlaasCheckout
from dlaas_onboard.checkout.terraform_plan import AppliedResources, Instance
from dlaas_onboard.journey.dns.needed_records import SPF, Purpose
from dlaas_onboard.journey.dns.policy_merge import is_policy, strictness
from dlaas_onboard.journey.dns.record_turns import states_with_turns
from dlaas_onboard.journey.dns.record_verdicts import RecordVerdict
from dlaas_onboard.journey.facts import (
    Alarm,
    ConfigurationSet,
    Delegation,
    EventDestination,
    Facts,
    Identity,
    MailFrom,
    Subscription,
    Topic,
)
from dlaas_onboard.journey.facts.reading import so_far
from dlaas_onboard.journey.report_input import ReportInput
from dlaas_onboard.journey.situation.answers import Answers
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.steps.all_steps import judge_all
from dlaas_onboard.journey.turn import Turn
from dlaas_onboard.journey.writes import alarms, plans
from dlaas_onboard.journey.writes.differences import differences
from tests import build
from tests.checkout.conftest import FILES, Build
from tests.dns_zone import RefusedError, Sets, Zone
from tests.terraform_apply import Account, apply, commands

DOMAIN, REGION = build.DOMAIN, build.REGION
SERVERS = ("ns1.example.net", "ns2.example.net")
CONFIG = {"SERVICE_DOMAIN": DOMAIN, "AWS_REGION": REGION, "SERVICE_NAME": "Example"}
MAIL_TF = """
locals { settings = jsondecode(file("common/config.json")) }
provider "aws" { region = local.settings.AWS_REGION }
variable "owner_email" {}
resource "aws_route53_zone" "main" { name = local.settings.SERVICE_DOMAIN }
"""
IDENTITY_TF = """
resource "aws_ses_domain_identity" "main" { domain = local.settings.SERVICE_DOMAIN }
"""
DKIM_TF = """
resource "aws_ses_domain_dkim" "main" { domain = aws_ses_domain_identity.main.domain }
resource "aws_route53_record" "dkim" {
  count   = 3
  zone_id = aws_route53_zone.main.zone_id
  name    = "${element(aws_ses_domain_dkim.main.dkim_tokens, count.index)}._domainkey.${local.settings.SERVICE_DOMAIN}"
  type    = "CNAME"
  records = ["${element(aws_ses_domain_dkim.main.dkim_tokens, count.index)}.dkim.amazonses.com"]
}
"""
MAIL_FROM_TF = """
resource "aws_ses_domain_mail_from" "main" {
  domain           = aws_ses_domain_identity.main.domain
  mail_from_domain = "mail.${local.settings.SERVICE_DOMAIN}"
}
"""
SPF_TF = """
resource "aws_route53_record" "spf" {
  zone_id = aws_route53_zone.main.zone_id
  name    = aws_ses_domain_mail_from.main.mail_from_domain
  type    = "TXT"
  records = ["v=spf1 include:amazonses.com -all"]
}
"""
OTHER_TF = """
resource "aws_route53_record" "other_mx" {
  zone_id = "Z9"
  name    = "mail.other.example"
  type    = "MX"
  records = ["10 feedback-smtp.eu-west-1.amazonses.com"]
}
resource "aws_route53_record" "other_dmarc" {
  zone_id = "Z9"
  name    = "_dmarc.other.example"
  type    = "TXT"
  records = ["v=DMARC1; p=none"]
}
"""
V2_TF = """
resource "aws_sesv2_email_identity" "main" { email_identity = local.settings.SERVICE_DOMAIN }
"""
STOCK = MAIL_TF + IDENTITY_TF + DKIM_TF + MAIL_FROM_TF + SPF_TF
KEYS = {f"{token}._domainkey.{DOMAIN}": f"{token}.dkim.amazonses.com" for token in build.TOKENS}
DKIM: Sets = {(key, "CNAME"): (value,) for key, value in KEYS.items()}
SETS: Sets = {
    **DKIM,
    (f"mail.{DOMAIN}", "MX"): (f"10 feedback-smtp.{REGION}.amazonses.com",),
    (f"mail.{DOMAIN}", "TXT"): ("v=spf1 include:amazonses.com -all",),
    (f"_dmarc.{DOMAIN}", "TXT"): ("v=DMARC1; p=none",),
}
NOTHING: Sets = {(DOMAIN, "NS"): SERVERS}
TOPIC = f"arn:aws:sns:{REGION}:{build.ACCOUNT}:example-mail-events"


def live(**changes: Any) -> Identity:
    return build.identity(**{"configuration_set": "", **changes})


class Project:
    """One checkout with its account, looked at as the product does."""

    def __init__(self, root: Path, account: Account, text: str, answers: Answers | None = None) -> None:
        self.root, self.account, self.text = root, account, text
        self.answers = answers or build.entered()
        self.base = replace(
            build.fresh(),
            checkout=DlaasCheckout(root).read(),
            delegation=build.seen(Delegation(DOMAIN, "com", SERVERS, SERVERS)),
        )

    def look(self, plan: AppliedResources | None = None) -> Situation:
        facts = replace(self.base, infrastructure=read_code(self.root, plan))
        found = Situation(self.account.facts(facts, self.answers), self.answers)
        arn = plans.topic_arn(found)
        topics = dict(found.facts.topics)
        topics.setdefault(arn, build.seen(None))
        return Situation(replace(found.facts, topics=topics), self.answers)

    def patch(self, situation: Situation) -> str:
        return DlaasCheckout(self.root).terraform(ReportInput(build.NOW, "1", judge_all(situation), ()))

    def apply(self, patch: str) -> Situation:
        """Apply code and patch together, run the AWS CLI lines of its comments, and look again."""
        if asked := re.search(r"add to (\S+)\n#   (configuration_set_name = \S+)", patch):  # by the operator
            kind, name = asked[1].split(".")
            head = f'resource "{kind}" "{name}" {{'
            self.text = self.text.replace(head, f"{head}\n  {asked[2]}\n ")
            (self.root / "mail.tf").write_text(self.text, encoding="utf-8")
        apply(self.account, {"mail.tf": self.text, "patch.tf": patch}, CONFIG)
        (self.root / "patch.tf").write_text(patch, encoding="utf-8")
        for command in commands(patch):
            words = shlex.split(command)
            params = json.loads(words[words.index("--cli-input-json") + 1])
            if words[2] == "put-email-identity-configuration-set-attributes":
                assert params["ConfigurationSetName"] in self.account.sets
                assert self.account.identity is not None
                self.account.identity = replace(self.account.identity, configuration_set=params["ConfigurationSetName"])
            elif words[2] == "put-account-suppression-attributes":
                self.account.suppressed = tuple(params["SuppressedReasons"])
        return self.look()


@pytest.fixture
def project(build_checkout: Callable[..., Path]) -> Callable[..., Project]:
    def make(account: Account, text: str = STOCK, answers: Answers | None = None) -> Project:
        config = FILES["common/config.json"].replace("harborlight.example", DOMAIN)
        root = build_checkout({"mail.tf": text, "main.tf": None, "common/config.json": config})
        return Project(root, account, text, answers)

    return make


@pytest.fixture
def build_checkout(build: Build) -> Build:
    return build


def in_order(situation: Situation) -> None:
    """Assert that nothing remains: records, identity, bounce path, alarms."""
    for state in states_with_turns(situation):
        assert not state.record.required or state.verdict == RecordVerdict.OK, (state.record, state.fix)
    assert {item.turn for item in differences(situation)} == {Turn.NOBODY}, differences(situation)
    assert plans.heard(situation)
    assert {watch.state for watch in alarms.watches(situation.facts)} == {alarms.AlarmState.HEARD}


def working(facts: Facts) -> set[str]:
    """Return what works by what is seen: each record, MAIL FROM, each way of an event, each alarm."""
    identity = so_far(facts.domain_identity)
    found = {f"{key}" for key, reading in facts.dns.items() if reading.value and reading.value.values}
    if identity is not None and identity.mail_from is not None and identity.mail_from.status == "SUCCESS":
        found.add(f"MAIL FROM {identity.mail_from.domain}")
    for item in so_far(facts.configuration_sets) or ():
        found |= {f"{item.name} {each.name} {each.target}" for each in item.destinations}
    return found | {alarm.name for alarm in so_far(facts.alarms) or ()}


SOMEBODYS = Topic(TOPIC, False, policy='{"Statement": []}')
CASES: dict[str, tuple[Account, str]] = {
    "nothing was applied": (Account(Zone(NOTHING)), STOCK),
    "applied as it comes": (
        Account(Zone({**NOTHING, **SETS, (f"mail.{DOMAIN}", "MX"): (), (f"_dmarc.{DOMAIN}", "TXT"): ()}),
                live(mail_from=MailFrom(f"mail.{DOMAIN}", "PENDING"))), STOCK),
    "live MAIL FROM, none in the code": (
        Account(Zone({**NOTHING, **DKIM, (f"bounce.{DOMAIN}", "MX"): SETS[f"mail.{DOMAIN}", "MX"],
                      (f"bounce.{DOMAIN}", "TXT"): (SPF,)}), live(mail_from=MailFrom(f"bounce.{DOMAIN}", "SUCCESS"))),
        MAIL_TF + IDENTITY_TF + DKIM_TF),
    "live MAIL FROM without its records": (
        Account(Zone({**NOTHING, **DKIM}), live(mail_from=MailFrom(f"bounce.{DOMAIN}", "PENDING"))),
        MAIL_TF + IDENTITY_TF + DKIM_TF),
    "no DKIM in code and DNS": (Account(Zone(NOTHING), live(mail_from=None)), MAIL_TF + IDENTITY_TF),
    "no DKIM in the code, nothing applied": (Account(Zone(NOTHING)), MAIL_TF + IDENTITY_TF),
    "an identity of SES v2, nothing applied": (Account(Zone(NOTHING)), MAIL_TF + V2_TF),
    "a zone alone": (Account(Zone(NOTHING)), MAIL_TF),
    "records of another domain": (Account(Zone(NOTHING), live(mail_from=None)), MAIL_TF + IDENTITY_TF + OTHER_TF),
    "two DMARC records": (
        Account(Zone({**NOTHING, **SETS, (f"_dmarc.{DOMAIN}", "TXT"): (
            "v=DMARC1; p=none", "v=DMARC1; p=reject; rua=mailto:a@example.com", "site=1")}), live()), STOCK),
    "an SPF record without SES": (
        Account(Zone({**NOTHING, **DKIM, (f"mail.{DOMAIN}", "TXT"): ("v=spf1 ip4:192.0.2.1 -all", 'say "x" \\ y')}),
                live()), MAIL_TF + IDENTITY_TF + DKIM_TF + MAIL_FROM_TF),
    "a configuration set without destination": (
        Account(Zone({**NOTHING, **SETS}), live(), {"service-mail": ConfigurationSet("service-mail", True, True)}),
        STOCK),
    "a default set with half a destination": (
        Account(Zone({**NOTHING, **SETS}), live(configuration_set="old"),
                {"old": ConfigurationSet("old", True, True, None, (
                    EventDestination("bounces-and-complaints", True, ("BOUNCE",), "SNS", TOPIC),)),
                 "service-mail": ConfigurationSet("service-mail")},
                {TOPIC: SOMEBODYS}), STOCK),
    "a topic whose policy is somebody's": (
        Account(Zone({**NOTHING, **SETS}), live(), {}, {TOPIC: SOMEBODYS}), STOCK),
    "alarms of the same name": (
        Account(Zone({**NOTHING, **SETS}), live(), {}, {}, {
            "harborlight-ses-bounce-rate": Alarm("harborlight-ses-bounce-rate", "", "Custom")}), STOCK),
    "a suppression list that takes half": (Account(Zone({**NOTHING, **SETS}), live(), suppressed=("BOUNCE",)), STOCK),
    "DMARC by hand, stricter": (
        Account(Zone({**NOTHING, **SETS, (f"_dmarc.{DOMAIN}", "TXT"): ("v=DMARC1; p=reject",)}), live()), STOCK),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_an_apply_breaks_nothing_and_leaves_nothing_to_do(project: Callable[..., Project], case: str) -> None:
    account, text = CASES[case]
    account = replace(account, zone=Zone(dict(account.zone.sets)), state={}, sets=dict(account.sets),
                      topics=dict(account.topics), alarms=dict(account.alarms))  # fmt: skip
    if account.identity is not None:  # the code was applied, but for what is missing
        _known_to_the_state(account, text)
    here = project(account, text)
    before = here.look()
    patch = here.patch(before)
    assert "data.aws_route53_zone" not in patch  # the code makes the zone itself
    after = here.apply(patch)
    assert working(before.facts) <= working(after.facts)
    in_order(after)
    assert "resource" not in here.patch(after), here.patch(after)


def _known_to_the_state(account: Account, text: str) -> None:
    """Let the state know what the code declares and the account has, as after an earlier apply."""
    known: dict[str, dict[str, Any]] = {}
    apply(Account(Zone(NOTHING), state=known), {"mail.tf": text}, CONFIG)
    account.state.update({address: values for address, values in known.items() if _there(account, values)})


def _there(account: Account, values: dict[str, object]) -> bool:
    if "records" in values:
        return (str(values["name"]), str(values["type"])) in account.zone.sets
    return not ("mail_from_domain" in values and (account.identity is None or account.identity.mail_from is None))


def test_what_the_state_does_not_know_is_imported_and_the_apply_goes_through(project: Callable[..., Project]) -> None:
    account = Account(Zone({**NOTHING, **SETS, (f"_dmarc.{DOMAIN}", "TXT"): ()}), live())
    here = project(account)
    with pytest.raises(RefusedError, match="already exists"):
        apply(replace(account, zone=Zone(dict(account.zone.sets)), state={}), {"mail.tf": STOCK}, CONFIG)
    dkim = tuple(
        Instance(True, False, {"name": key, "fqdn": key, "type": "CNAME", "records": [value]})
        for key, value in KEYS.items()
    )
    state = AppliedResources("state.json", True, {"aws_route53_record.dkim": dkim})
    before = here.look(state)
    patch = here.patch(before)
    for address, id_ in (
        ("aws_ses_domain_identity.main", DOMAIN),
        ("aws_ses_domain_mail_from.main", DOMAIN),
        ("aws_route53_record.spf", f"Z1_mail.{DOMAIN}_TXT"),
    ):
        assert f'import {{\n  to = {address}\n  id = "{id_}"\n}}' in patch
    account.state |= {f"aws_route53_record.dkim[{index}]": {} for index in range(3)}
    after = here.apply(patch)
    assert working(before.facts) <= working(after.facts)
    in_order(after)


EVENTS_TF = """
resource "aws_ses_configuration_set" "mail" { name = "shop" }
resource "aws_sns_topic" "events" { name = "shop-events" }
resource "aws_ses_event_destination" "events" {
  name                   = "all"
  configuration_set_name = aws_ses_configuration_set.mail.name
  matching_types         = ["bounce", "complaint"]
  sns_destination {
    topic_arn = aws_sns_topic.events.arn
  }
}
"""


def test_a_set_that_the_state_does_not_know_is_imported(project: Callable[..., Project]) -> None:
    arn = f"arn:aws:sns:{REGION}:{build.ACCOUNT}:shop-events"
    there = EventDestination("all", True, ("BOUNCE", "COMPLAINT"), "SNS", arn)
    account = Account(
        Zone({**NOTHING, **SETS}),
        live(configuration_set="shop"),
        {"shop": ConfigurationSet("shop", True, True, None, (there,))},
        {arn: Topic(arn, True, (Subscription("email", "ada@example.org", True),))},
    )
    here = project(account, STOCK + EVENTS_TF)
    state = AppliedResources("state.json", True, {"aws_sns_topic.events": (Instance(True, False, {}),)})
    patch = here.patch(here.look(state))
    assert 'import {\n  to = aws_ses_configuration_set.mail\n  id = "shop"\n}' in patch
    assert 'import {\n  to = aws_ses_event_destination.events\n  id = "shop/all"\n}' in patch
    assert "aws_sns_topic.events\n" not in patch


@pytest.mark.parametrize("status", ["SUCCESS", "PENDING"])
def test_code_that_would_move_mail_from_is_corrected_first(project: Callable[..., Project], status: str) -> None:
    bounce = f"bounce.{DOMAIN}"
    sets = {**NOTHING, **DKIM, (bounce, "MX"): SETS[f"mail.{DOMAIN}", "MX"], (bounce, "TXT"): (SPF,)}
    account = Account(Zone(sets), live(mail_from=MailFrom(bounce, status)))
    _known_to_the_state(account, MAIL_TF + IDENTITY_TF + DKIM_TF)
    here = project(account, MAIL_TF + IDENTITY_TF + DKIM_TF + MAIL_FROM_TF)
    before = here.look()
    patch = here.patch(before)
    assert f"# MAIL FROM {bounce}: SES uses {bounce}" in patch
    assert f"mail.{DOMAIN}" not in patch.replace(f"sets mail.{DOMAIN}", "")
    here.text = here.text.replace('"mail.${', '"bounce.${')  # as the comment says
    (here.root / "mail.tf").write_text(here.text, encoding="utf-8")
    after = here.apply(patch)
    assert working(before.facts) <= working(after.facts)
    in_order(after)


TEXTS = st.lists(
    st.sampled_from(
        (
            *("v=spf1 -all", "v=spf1 a mx ~all", SPF, "v=spf1 redirect=x.example", '"v=spf1 a -all"', "v=spf1 foo:bar"),
            *(
                "v=DMARC1; p=reject",
                "v=DMARC1; p=quarantine; rua=mailto:a@example.com",
                "v=DMARC1 p=reject",
                "v=DMARC1",
            ),
            *("site=1", 'say "hi" ${x} %{y} \\', "k" * 300),
        )
    ),
    max_size=3,
    unique=True,
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TEXTS, TEXTS)
def test_no_patch_weakens_or_loses_what_stands_in_dns(
    project: Callable[..., Project], mail: list[str], dmarc: list[str]
) -> None:
    names = (f"mail.{DOMAIN}", f"_dmarc.{DOMAIN}")
    there: Sets = {(names[0], "TXT"): tuple(mail), (names[1], "TXT"): tuple(dmarc)}
    account = Account(Zone({**NOTHING, **DKIM, **there}), live(mail_from=MailFrom(names[0], "PENDING")))
    text = MAIL_TF + IDENTITY_TF + DKIM_TF
    _known_to_the_state(account, text)
    here = project(account, text)
    (here.root / "patch.tf").unlink(missing_ok=True)
    after = here.apply(here.patch(here.look()))
    for name, before in zip(names, (mail, dmarc), strict=True):
        kept = account.zone.sets.get((name, "TXT"), ())
        assert {each for each in before if not each.strip('"').startswith(("v=spf1", "v=DMARC1"))} <= set(kept)
    policies = [each for each in dmarc if is_policy(Purpose.DMARC, each)]
    standing = [each for each in account.zone.sets.get((names[1], "TXT"), ()) if is_policy(Purpose.DMARC, each)]
    assert max(map(strictness, standing), default=0) >= max(map(strictness, policies), default=0)
    # Beside a record that receivers read, one without its semicolon ("v=DMARC1 p=reject") is none: RFC 7489, 6.4.
    obeyed = [each for each in policies if each.startswith("v=DMARC1;")] or policies
    policy = so_far(after.facts.dmarc)
    assert policy is not None
    assert strictness(policy.records[0]) >= max(map(strictness, obeyed), default=0)
