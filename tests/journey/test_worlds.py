"""Wanted, live and needed: whose turn it is, said alike by the steps, the actions, the gates and the records."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from dlaas_onboard.checkout.infrastructure_code import declared
from dlaas_onboard.checkout.project import DlaasCheckout
from dlaas_onboard.checkout.terraform import Terraform
from dlaas_onboard.checkout.terraform_plan import applied_resources, with_applied
from dlaas_onboard.journey.actor import Actor
from dlaas_onboard.journey.dns import record_export
from dlaas_onboard.journey.dns.needed_records import Purpose
from dlaas_onboard.journey.dns.record_turns import states_with_turns
from dlaas_onboard.journey.facts import Facts, InfrastructureCode, MailFrom, Repository, Source
from dlaas_onboard.journey.facts.sending import DeclaredResource, ResourceKind
from dlaas_onboard.journey.report_input import ReportInput
from dlaas_onboard.journey.request.gates import gates
from dlaas_onboard.journey.sending_errors import explain
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.step_registry import StepId, StepState
from dlaas_onboard.journey.steps import code_turns
from dlaas_onboard.journey.steps.all_steps import judge_all
from dlaas_onboard.journey.turn import Turn
from dlaas_onboard.journey.verdict import Finding, Severity, Verdict
from dlaas_onboard.journey.writes.actions import ACTIONS
from dlaas_onboard.journey.writes.differences import Piece, beside_records, difference
from tests import build

EMAIL_TF = """
locals { config = jsondecode(file("common/config.json")) }
provider "aws" { region = local.config.AWS_REGION }
resource "aws_ses_domain_identity" "main" { domain = local.config.SERVICE_DOMAIN }
resource "aws_ses_domain_dkim" "main" { domain = aws_ses_domain_identity.main.domain }
resource "aws_ses_domain_mail_from" "main" {
  domain           = aws_ses_domain_identity.main.domain
  mail_from_domain = "mail.${local.config.SERVICE_DOMAIN}"
}
resource "aws_route53_record" "dkim" {
  count   = 3
  name    = "${aws_ses_domain_dkim.main.dkim_tokens[count.index]}._domainkey.${local.config.SERVICE_DOMAIN}"
  type    = "CNAME"
  records = ["${aws_ses_domain_dkim.main.dkim_tokens[count.index]}.dkim.amazonses.com"]
}
resource "aws_route53_record" "spf" {
  name    = aws_ses_domain_mail_from.main.mail_from_domain
  type    = "TXT"
  records = ["v=spf1 include:amazonses.com -all"]
}
"""
EVENTS_TF = """
resource "aws_ses_configuration_set" "mail" { name = "service-mail" }
resource "aws_sns_topic" "events" { name = "mail-events" }
resource "aws_ses_event_destination" "events" {
  configuration_set_name = aws_ses_configuration_set.mail.name
  matching_types         = ["bounce", "complaint"]
}
resource "aws_sesv2_account_suppression_attributes" "all" { suppressed_reasons = ["BOUNCE", "COMPLAINT"] }
resource "aws_cloudwatch_metric_alarm" "bounces" { metric_name = "Reputation.BounceRate" }
resource "aws_cloudwatch_metric_alarm" "complaints" { metric_name = "Reputation.ComplaintRate" }
"""
DMARC_TF = 'resource "aws_route53_record" "dmarc" {{\n name = "_dmarc"\n type = "TXT"\n records = ["{}"]\n}}\n'


def code(*texts: str, domain: str = build.DOMAIN, region: str = build.REGION) -> InfrastructureCode:
    files = {("email.tf", "events.tf", "more.tf")[number]: text for number, text in enumerate(texts)}
    terraform = Terraform(files, {"SERVICE_DOMAIN": domain, "AWS_REGION": region})
    return declared(terraform, domain, "/srv/dlaas", region=region)


def situation(facts: Facts, *texts: str, **more: str) -> Situation:
    return with_code(facts, code(*texts), **more)


def with_code(facts: Facts, wanted: InfrastructureCode, **more: str) -> Situation:
    read = build.seen(wanted, "Terraform in /srv/dlaas")
    return Situation(replace(facts, infrastructure=read), build.entered(**more))


def why_not(action_id: str, found: Situation) -> str:
    action = next(item for item in ACTIONS if item.id == action_id)
    return action.blocked_because(found, {})


def finding(verdict: Verdict, name: str) -> Finding:
    return next(item for item in verdict.findings if item.id == name)


def test_the_code_is_read_with_its_places() -> None:
    wanted = code(EMAIL_TF, EVENTS_TF)
    places = {f"{item.kind} {item.name or item.address}": str(item.source) for item in wanted.resources}
    assert places["identity example.com"] == "email.tf:4"
    assert places["MAIL FROM mail.example.com"] == "email.tf:6"
    assert places["DNS record mail.example.com"] == "email.tf:16"
    assert places["configuration set service-mail"] == "events.tf:2"
    assert places["alarm Reputation.BounceRate"] == "events.tf:9"
    destination = next(item for item in wanted.resources if item.kind == "event destination")
    assert (destination.owner, destination.values) == ("service-mail", ("BOUNCE", "COMPLAINT"))
    assert wanted.region == build.REGION


def test_an_identity_that_was_not_applied_is_applied_and_not_made_by_hand() -> None:
    found = situation(build.fresh(), EMAIL_TF)
    sentence = "email.tf:4 declares it: run `terraform apply`. Made by hand, it can make that apply fail."
    judged = judge_all(found)
    verdict = judged.verdicts[StepId.DOMAIN]
    assert verdict.state == StepState.TODO
    assert verdict.headline.startswith("Run `terraform apply`: your code declares the identity example.com")
    assert finding(verdict, "domain.no_identity").remedy == sentence
    assert why_not("create_domain", found).startswith(sentence)
    gate = next(gate for gate in gates(found) if gate.id == "domain_identity")
    assert gate.remedy == sentence
    notes = beside_records(found)
    assert notes[0] == f"Identity example.com: {sentence}"
    assert "Create the identity" not in json.dumps([str(item) for item in judged.verdicts.values()])
    assert sentence in record_export.table(judged.records, notes)
    assert sentence in record_export.zone(judged.records, build.DOMAIN, notes)
    assert "email.tf:4 declares it" in record_export.route53(judged.records, None, None, notes)


def test_a_pasted_error_names_the_apply_as_well() -> None:
    error = (
        "Email address is not verified. The following identities failed the check in region EU-WEST-1: a@example.com"
    )
    (told,) = explain(error, situation(build.fresh(), EMAIL_TF))
    assert told.actor == Actor.TERRAFORM
    assert "email.tf:4 declares it: run `terraform apply`" in told.remedy
    (by_hand,) = explain(error, Situation(build.fresh(), build.entered()))
    assert by_hand.actor == Actor.OPERATOR


def test_the_operator_may_say_that_the_code_is_not_applied_here() -> None:
    found = situation(build.fresh(), EMAIL_TF, infrastructure="by_hand")
    assert why_not("create_domain", found) == ""
    assert judge_all(found).verdicts[StepId.DOMAIN].headline == "Create the identity example.com in eu-west-1."
    assert difference(found, Piece.IDENTITY).turn == Turn.LIVE


def test_a_record_of_the_code_is_applied_and_one_that_it_lacks_is_added() -> None:
    facts = build.with_dns(build.terraform(), build.no_dns())
    found = {state.record.purpose: state for state in states_with_turns(situation(facts, EMAIL_TF))}
    assert (found[Purpose.MAIL_FROM_SPF].turn, found[Purpose.MAIL_FROM_SPF].owner) == (Turn.APPLY, "email.tf:16")
    assert "Publish" not in found[Purpose.MAIL_FROM_SPF].fix
    assert (found[Purpose.DKIM].turn, found[Purpose.DKIM].owner) == (Turn.APPLY, "email.tf:10")
    assert found[Purpose.MAIL_FROM_MX].turn == Turn.CODE
    assert "`dlaas-onboard records --format terraform`" in found[Purpose.MAIL_FROM_MX].fix
    states = tuple(found.values())
    zone = record_export.zone(states, build.DOMAIN)
    assert "mail.example.com. IN MX" in zone
    assert "IN CNAME" not in zone
    assert "mail.example.com. IN TXT" not in zone
    assert "2 left out because your infrastructure code declares it" in record_export.route53(states)
    assert "email.tf:16 declares it: run `terraform apply`." in record_export.table(states)
    by_hand = states_with_turns(Situation(facts, build.entered()))
    assert {state.turn for state in by_hand if state.record.required} == {Turn.LIVE}


def test_a_record_that_a_loop_may_make_is_not_written_by_hand() -> None:
    loop = """
    resource "aws_route53_record" "all" {
      for_each = var.records
      name     = each.value.name
      type     = each.value.type
      records  = each.value.values
    }
    """
    facts = build.with_dns(build.terraform(), build.no_dns())
    states = states_with_turns(situation(facts, EMAIL_TF, loop))
    found = {state.record.purpose: state for state in states}
    assert "if this is one of them, run `terraform apply`; otherwise add it there" in found[Purpose.DMARC].fix
    assert "IN TXT" not in record_export.zone(states, build.DOMAIN)
    assert "may: apply that first" in record_export.route53(states)


def test_dns_that_the_code_does_not_write_is_changed_where_it_is() -> None:
    without = "\n".join(EMAIL_TF.split("resource ")[0:1]) + "".join(
        f"resource {part}" for part in EMAIL_TF.split("resource ")[1:] if "route53" not in part
    )
    facts = build.with_dns(build.terraform(), build.no_dns())
    turns = {state.turn for state in states_with_turns(situation(facts, without)) if state.record.required}
    assert turns == {Turn.LIVE}


def test_what_an_apply_would_weaken_is_said_before_it() -> None:
    facts = build.with_dns(
        build.ready(), {**build.good_dns(), **build.dns(("TXT", "_dmarc.example.com", ("v=DMARC1; p=reject",)))}
    )
    found = situation(facts, EMAIL_TF, DMARC_TF.format("v=DMARC1; p=none"))
    verdict = judge_all(found).verdicts[StepId.DOMAIN]
    warning = finding(verdict, "domain.code_record._dmarc.example.com")
    assert warning.severity == Severity.WARNING
    assert "weaker than what DNS has" in warning.remedy
    assert "weaker than what DNS has" in record_export.table(states_with_turns(found))
    same = situation(facts, EMAIL_TF, DMARC_TF.format("v=DMARC1; p=reject; rua=mailto:a@example.com"))
    assert not [item for item in judge_all(same).verdicts[StepId.DOMAIN].findings if "code_" in item.id]


@pytest.mark.parametrize("status", ["SUCCESS", "FAILED"])
def test_a_mail_from_domain_other_than_the_live_one_is_named(status: str) -> None:
    live = MailFrom("bounce.example.com", status)
    facts = replace(build.ready(), domain_identity=build.seen(build.identity(mail_from=live)))
    found = situation(facts, EMAIL_TF)
    item = difference(found, Piece.MAIL_FROM)
    assert (item.turn, item.breaks) == (Turn.CODE, True)
    assert "email.tf:6 sets mail.example.com: an apply would move MAIL FROM there" in item.sentence
    verdict = judge_all(found).verdicts[StepId.DOMAIN]
    assert finding(verdict, "domain.code_mail_from.bounce.example.com").remedy == item.sentence


@pytest.mark.parametrize(
    ("text", "answers", "says"),
    [
        ((), {"domain": "other.example"}, "sets up example.com, and the sending domain here is other.example"),
        (("us-east-1",), {}, "is for us-east-1, and this is eu-west-1"),
    ],
)
def test_code_about_another_domain_or_region_owns_nothing(text: Any, answers: dict[str, str], says: str) -> None:
    theirs = code(EMAIL_TF, region=text[0] if text else build.REGION)
    found = with_code(build.fresh(), theirs, **answers)
    assert says in beside_records(found)[0]
    assert difference(found, Piece.IDENTITY).turn == Turn.LIVE
    assert says in finding(judge_all(found).verdicts[StepId.DOMAIN], "domain.code_elsewhere").message
    assert beside_records(with_code(build.fresh(), theirs, infrastructure="by_hand", **answers)) == ()


def test_records_of_another_domain_in_the_code_are_not_ours() -> None:
    other = EMAIL_TF + DMARC_TF.format("v=DMARC1; p=none").replace('"_dmarc"', '"_dmarc.other.example."')
    other += 'resource "aws_route53_record" "m" {\n name = "mail.other.example"\n type = "MX"\n}\n'
    facts = build.with_dns(build.terraform(), build.no_dns())
    found = {state.record.purpose: state.turn for state in states_with_turns(situation(facts, other))}
    assert found[Purpose.DMARC] == found[Purpose.MAIL_FROM_MX] == Turn.CODE


BOUNCES = {
    "set_suppression": Piece.SUPPRESSION,
    "create_configuration_set": Piece.CONFIGURATION_SET,
    "set_up_bounces": Piece.EVENT_DESTINATION,
}


def test_the_bounce_path_of_the_code_is_applied_and_not_made_by_hand() -> None:
    facts = replace(build.terraform(), account=build.seen(build.account(suppressed_reasons=())), alarms=build.seen(()))
    facts = replace(facts, topics={build.TOPIC: build.seen(None)})
    found = situation(facts, EMAIL_TF, EVENTS_TF, test_address=build.ME)
    for action, piece in BOUNCES.items():
        assert difference(found, piece).turn == Turn.APPLY
        assert "run `terraform apply`" in why_not(action, found)
        assert why_not(action, situation(facts, EMAIL_TF, test_address=build.ME)) == ""
    verdict = judge_all(found).verdicts[StepId.BOUNCES]
    assert "events.tf:2 declares it" in finding(verdict, "bounces.no_set").remedy
    assert "events.tf:2 declares it" in finding(verdict, "bounces.unheard").remedy
    assert "events.tf:8 declares it" in finding(verdict, "bounces.suppression").remedy
    assert "run `terraform apply`" in why_not("create_alarms", found)
    lacking = judge_all(situation(facts, EMAIL_TF)).verdicts[StepId.BOUNCES]
    assert "add what `dlaas-onboard records --format terraform` prints" in finding(lacking, "bounces.no_set").remedy
    assert {row.section for row in verdict.rows} >= {code_turns.SECTION}


def test_what_the_code_could_hold_may_be_made_from_here_with_a_warning() -> None:
    facts = replace(build.terraform(), topics={build.TOPIC: build.seen(None)})
    found = situation(facts, EMAIL_TF, test_address=build.ME)
    action = next(item for item in ACTIONS if item.id == "set_up_bounces")
    assert action.blocked_because(found, {}) == ""
    assert action.warns is not None
    assert action.warns(found, {}).endswith("What is made from here is in no code.")
    assert action.warns(Situation(facts, build.entered()), {}) == ""


def test_gates_headline_and_actions_name_the_apply_that_brings_the_records() -> None:
    facts = build.with_dns(build.terraform(), build.no_dns())
    live = build.identity(
        verified=False,
        dkim=replace(build.identity().dkim, status="FAILED"),  # type: ignore[type-var]
        mail_from=MailFrom("mail.example.com", "FAILED"),
    )
    found = situation(replace(facts, domain_identity=build.seen(live)), EMAIL_TF)
    remedies = {gate.id: gate.remedy for gate in gates(found)}
    for gate in ("domain_identity", "dkim"):
        assert "email.tf:10 declares it: run `terraform apply`" in remedies[gate]
    assert "email.tf:16 declares it" in remedies["mail_from"]
    assert "`dlaas-onboard records --format terraform`" in remedies["mail_from"]
    assert why_not("restart_dkim", found).startswith("SES would look in vain again. email.tf:10 declares it")
    verdict = judge_all(found).verdicts[StepId.DOMAIN]
    assert "bring into DNS by your code" in verdict.headline
    assert finding(verdict, "domain.ses_dkim").remedy.startswith("email.tf:10 declares it")


def test_dkim_that_the_code_starts_is_applied() -> None:
    never = build.identity(dkim=replace(build.identity().dkim, status="NOT_STARTED"))  # type: ignore[type-var]
    facts = replace(build.ready(), domain_identity=build.seen(never))
    found = situation(facts, EMAIL_TF)
    assert difference(found, Piece.DKIM).turn == Turn.APPLY
    assert why_not("restart_dkim", found).startswith("email.tf:5 declares it: run `terraform apply`")
    verdict = judge_all(found).verdicts[StepId.DOMAIN]
    assert finding(verdict, "domain.ses_dkim").remedy.startswith("email.tf:5 declares it")
    assert why_not("restart_dkim", Situation(facts, build.entered())) == ""


def test_what_is_in_order_is_nobodys_turn() -> None:
    found = situation(build.ready(), EMAIL_TF)
    assert {difference(found, piece).turn for piece in (Piece.IDENTITY, Piece.MAIL_FROM, Piece.SUPPRESSION)} == {
        Turn.NOBODY
    }
    assert not [row for row in judge_all(found).verdicts[StepId.DOMAIN].rows if row.section == code_turns.SECTION]


def test_what_was_not_read_is_nobodys_fault() -> None:
    found = situation(build.no_permission(), EMAIL_TF, EVENTS_TF)
    for piece in (Piece.IDENTITY, Piece.MAIL_FROM, Piece.SUPPRESSION, Piece.CONFIGURATION_SET, Piece.ALARMS):
        assert difference(found, piece).turn == Turn.UNKNOWN


def shown(*addresses: str, **plan: list[str]) -> dict[str, Any]:
    """Return the output of ``terraform show -json``: of a state, or of a plan by address and actions."""

    def parts(address: str) -> dict[str, Any]:
        kind, _, name = address.partition(".")
        return {"address": f"module.mail.{address}", "mode": "managed", "type": kind, "name": name, "values": {}}

    if not plan:
        inner = {"resources": [parts(address) for address in addresses], "address": "module.mail"}
        return {"format_version": "1.0", "values": {"root_module": {"child_modules": [inner]}}}
    changes = [
        {**parts(f"aws_{name.replace('__', '.')}"), "change": {"actions": does, "after": None}}
        for name, does in plan.items()
    ]
    return {"format_version": "1.2", "planned_values": {}, "resource_changes": changes}


def test_what_exists_and_the_state_does_not_know_is_imported() -> None:
    known = with_applied(code(EMAIL_TF), applied_resources(shown("aws_ses_domain_mail_from.main"), "state.json"))
    found = with_code(build.ready(), known)
    item = difference(found, Piece.IDENTITY)
    assert item.turn == Turn.IMPORT
    assert "state.json does not know it as aws_ses_domain_identity.main (email.tf:4)" in item.sentence
    assert difference(found, Piece.MAIL_FROM).turn == Turn.NOBODY
    states = {state.record.purpose: state for state in states_with_turns(found)}
    assert states[Purpose.MAIL_FROM_SPF].turn == Turn.IMPORT
    assert finding(judge_all(found).verdicts[StepId.DOMAIN], "domain.code_identity.example.com").severity == "advice"


def test_what_was_applied_and_is_gone_is_said_to_be_gone() -> None:
    document = shown(
        ses_domain_identity__main=["no-op"], ses_domain_mail_from__main=["create"], route53_record__spf=["delete"]
    )
    known = with_applied(code(EMAIL_TF), applied_resources(document, "plan.json"))
    found = with_code(build.fresh(), known)
    sentence = difference(found, Piece.IDENTITY).sentence
    assert sentence.startswith("email.tf:4 declares it, and plan.json says that it was applied, but it is not there")
    warning = finding(judge_all(found).verdicts[StepId.DOMAIN], "domain.code_plan")
    assert warning.message == "The plan deletes or replaces aws_route53_record.spf: read it before you apply."


def in_cdk(facts: Facts, *resources: DeclaredResource, **more: str) -> Situation:
    repository = Repository("/srv/shop", resources=resources)
    return Situation(
        replace(facts, repository=build.seen(repository), checkout=build.seen(None)), build.entered(**more)
    )


STACK = Source("lib/mail-stack.ts", 12)
CDK_IDENTITY = DeclaredResource(ResourceKind.IDENTITY, "example.com", "CDK", STACK)
CDK_DESTINATION = DeclaredResource(ResourceKind.EVENT_DESTINATION, "topic", "CDK", STACK, "BOUNCE, COMPLAINT")


def test_other_infrastructure_code_owns_what_it_declares() -> None:
    found = in_cdk(build.fresh(), CDK_IDENTITY)
    sentence = "lib/mail-stack.ts:12 declares it: run `cdk deploy`. Made by hand, it can make that deployment fail."
    assert difference(found, Piece.IDENTITY).sentence == sentence
    assert why_not("create_domain", found).startswith(sentence)
    verdict = judge_all(found).verdicts[StepId.DOMAIN]
    assert verdict.headline.startswith("Run `cdk deploy`: your code declares the identity example.com")
    mx = next(state for state in states_with_turns(found) if state.record.purpose == Purpose.MAIL_FROM_MX)
    assert mx.turn == Turn.CODE
    assert "See whether your CDK makes it; if not, add it there. Then run `cdk deploy`." in mx.fix
    patch = DlaasCheckout("/nowhere").terraform(ReportInput(build.NOW, "1", judge_all(found), ()))
    assert patch.startswith("# CDK sets up this account's mail, so that no Terraform is written.\n")
    assert sentence in patch
    assert all(line.startswith("#") for line in patch.splitlines())
    assert why_not("create_domain", in_cdk(build.fresh(), CDK_IDENTITY, infrastructure="by_hand")) == ""


def test_other_code_that_was_not_read_in_full_is_looked_at_before_anything_is_added() -> None:
    facts = replace(build.terraform(), topics={build.TOPIC: build.seen(None)})
    found = in_cdk(facts, CDK_IDENTITY, CDK_DESTINATION, test_address=build.ME)
    assert "run `cdk deploy`" in why_not("set_up_bounces", found)
    assert difference(found, Piece.CONFIGURATION_SET).sentence.startswith("See whether your CDK makes it")
    elsewhere = in_cdk(facts, replace(CDK_IDENTITY, value="shop.example"))
    assert "Your CDK sets up shop.example" in beside_records(elsewhere)[0]
    assert difference(elsewhere, Piece.IDENTITY).turn == Turn.NOBODY
    other_region = DeclaredResource(ResourceKind.REGION, "us-east-1", "CDK", STACK)
    assert "is for us-east-1" in beside_records(in_cdk(facts, CDK_IDENTITY, other_region))[0]
    mine = DeclaredResource(ResourceKind.IDENTITY, "ada@example.com", "CDK", STACK)
    assert beside_records(in_cdk(facts, mine)) == ()
