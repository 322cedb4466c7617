from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from dlaas_onboard.journey.facts import Delegation, Dmarc, Facts, HostedZone, Spf
from dlaas_onboard.journey.facts.reading import Problem, ProblemKind, Reading
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.step_registry import StepState
from dlaas_onboard.journey.steps.domain import domain_step
from dlaas_onboard.journey.verdict import Finding, Mark, Severity
from tests import build

SES = ("include:amazonses.com", "~all")
SLOW = Problem(ProblemKind.TIMEOUT, "No DNS server answered in time.", "Look again.")
ONE, OTHER = ("ns1.dns.example",), ("ns1.old.example",)


def found(facts: Facts) -> dict[str, Finding]:
    return {
        item.id.removeprefix("domain."): item for item in domain_step.judge(Situation(facts, build.entered())).findings
    }


def spf(name: str, **changes: object) -> Facts:
    ready = build.ready()
    answer = replace(ready.dns["TXT mail.example.com"].value, name=name)  # type: ignore[type-var]
    record = Spf(name, ("v=spf1 " + " ".join(SES),), SES, ("amazonses.com",), 3, 0, answer=answer)
    return replace(ready, spf={**ready.spf, name: build.seen(replace(record, **changes))})  # type: ignore[arg-type]


def dmarc(**changes: object) -> Facts:
    ready = build.ready()
    answer = ready.dns["TXT _dmarc.example.com"].value
    policy = Dmarc("_dmarc.example.com", ("v=DMARC1; p=none",), "none", answer=answer)
    return replace(ready, dmarc=build.seen(replace(policy, **changes)))  # type: ignore[arg-type]


def delegated(delegation: Delegation, *zones: HostedZone) -> Facts:
    return replace(build.ready(), delegation=build.seen(delegation), hosted_zones=build.seen(zones))


def test_policies_in_order_say_nothing() -> None:
    facts = replace(
        build.ready(),
        spf=spf("mail.example.com").spf,
        dmarc=dmarc().dmarc,
        delegation=build.seen(Delegation("example.com", "com", ONE, ONE)),
    )
    assert found(facts).keys() == found(build.ready()).keys()
    rows = {row.label: row for row in domain_step.judge(Situation(facts, build.entered())).rows}
    assert "3 look-ups of 10" in rows["SPF of the MAIL FROM domain"].value
    assert rows["Registrar's name servers"].mark == Mark.GOOD


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"lookups": 11}, "spf_lookups"),
        ({"void_lookups": 3}, "spf_void"),
        ({"error": "Unknown mechanism: foo."}, "spf_error"),
    ],
)
def test_an_spf_record_that_receivers_cannot_use(changes: dict[str, object], name: str) -> None:
    wrong = found(spf("mail.example.com", **changes))["mail_from_spf_wrong"]
    apex = found(spf("example.com", **changes))[f"{name}_apex"]
    assert (wrong.severity, apex.severity) == (Severity.BLOCKER, Severity.WARNING)
    assert wrong.remedy == f"{apex.message} {apex.remedy}".replace(" of example.com", " of mail.example.com")
    assert (
        domain_step.judge(Situation(spf("mail.example.com", **changes), build.entered())).state == StepState.ATTENTION
    )


def test_ten_lookups_and_two_void_ones_are_allowed() -> None:
    assert not [name for name in found(spf("mail.example.com", lookups=10, void_lookups=2)) if name.startswith("spf")]


def test_two_spf_records_at_the_domain_itself() -> None:
    assert found(spf("example.com", records=("v=spf1 -all", "v=spf1 ~all")))["spf_twice_apex"].guide_step == 10


@pytest.mark.parametrize(
    ("changes", "name", "severity"),
    [
        ({"error": "There are 2 DMARC records."}, "dmarc_wrong", Severity.WARNING),
        ({"spf_alignment": "s"}, "dmarc_strict_spf", Severity.ADVICE),
        ({"unauthorised": ("d@reports.example",)}, "dmarc_reports", Severity.ADVICE),
        ({"unchecked": ("d@reports.example",)}, "dmarc_reports_unread", Severity.UNKNOWN),
    ],
)
def test_dmarc(changes: dict[str, object], name: str, severity: Severity) -> None:
    assert found(dmarc(**changes))[name].severity == severity
    assert name not in found(dmarc())


def test_a_policy_that_receivers_cannot_use_is_a_wrong_record() -> None:
    broken = dmarc(error="It cannot be read.")
    remedy = found(broken)["dmarc_wrong"].remedy
    assert remedy.startswith(
        "Receivers cannot use it: It cannot be read. Publish TXT _dmarc.example.com with the value"
    )
    assert remedy.endswith(", as the only one.")
    nothing = build.dns(("TXT", "_dmarc.news.example.com", ()))["TXT _dmarc.news.example.com"].value
    assert broken.dmarc is not None
    assert broken.dmarc.value is not None
    below = replace(broken, dmarc=build.seen(replace(broken.dmarc.value, answer=nothing)))
    judged = domain_step.judge(Situation(below, build.entered(domain="news.example.com", sender="a@news.example.com")))
    wrong = next(item for item in judged.findings if item.id == "domain.dmarc_wrong")
    assert wrong.evidence == "TXT _dmarc.news.example.com = _dmarc.example.com: v=DMARC1; p=none"


def test_strict_dkim_alignment_fails_where_the_parent_signs() -> None:
    below = replace(dmarc(dkim_alignment="s"), domain_identity=build.seen(build.identity(name="example.com")))
    assert "dmarc_strict_dkim" not in found(below)
    judged = domain_step.judge(Situation(below, build.entered(domain="news.example.com", sender="a@news.example.com")))
    assert "domain.dmarc_strict_dkim" in {item.id for item in judged.findings}


def test_the_registrar_sends_people_elsewhere() -> None:
    assert "delegation_differs" in found(delegated(Delegation("example.com", "com", OTHER, ONE)))
    assert "delegation_silent" in found(delegated(Delegation("example.com", "com", ONE, ONE, ("ns1: REFUSED",))))
    zone = HostedZone("Z1", "example.com", private=False, name_servers=ONE)
    assert "delegation_elsewhere" in found(delegated(Delegation("example.com", "com", OTHER, OTHER), zone))
    private = replace(zone, private=True)
    assert "delegation_elsewhere" not in found(delegated(Delegation("example.com", "com", OTHER, OTHER), private))


def test_what_could_not_be_read_is_unknown_and_nothing_else() -> None:
    lost: Reading[Any] = Reading("DNS", build.NOW, None, SLOW)
    facts = replace(build.ready(), spf={"mail.example.com": lost, "example.com": lost}, dmarc=lost, delegation=lost)
    new = {name: item for name, item in found(facts).items() if name not in found(build.ready())}
    assert set(new) == {"mail_from_spf_unknown", "spf_apex_unread", "dmarc_unknown"}
    assert {item.severity for item in new.values()} == {Severity.UNKNOWN}


@pytest.mark.parametrize(
    ("zones", "says", "mark"),
    [
        (build.seen(()), "none for example.com in this account", Mark.PLAIN),
        (
            build.seen((HostedZone("Z1", "example.com", False), HostedZone("Z2", "example.com", True))),
            "Z1 (example.com) · Z2 (example.com, private)",
            Mark.PLAIN,
        ),
        (build.denied("route53:ListHostedZones", "route53:ListHostedZones"), "unknown: You may not call", Mark.UNKNOWN),
        (Reading("x", build.NOW, (), None, "1 hosted zone"), "unknown: read in part only: 1 hosted zone", Mark.UNKNOWN),
    ],
)
def test_the_hosted_zones_are_shown_and_hold_nothing_up(zones: Reading[Any], says: str, mark: Mark) -> None:
    verdict = domain_step.judge(Situation(replace(build.ready(), hosted_zones=zones), build.entered()))
    row = next(row for row in verdict.rows if row.label == "Hosted zone in Route 53")
    assert row.value.startswith(says)
    assert row.mark == mark
    assert verdict.state == StepState.DONE
