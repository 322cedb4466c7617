from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # ships no types

from dlaas_onboard.journey import facts as f
from dlaas_onboard.journey.request.gate import Light
from dlaas_onboard.journey.situation.intents import Phase
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.step_registry import STEPS
from dlaas_onboard.report.json_schema import ReportDocument, json_schema
from dlaas_onboard.report.reporter import ReadinessReporter
from tests.report.samples import account, denied, filing, judged, pending, report_input

FIELDS = {
    "schema": None,
    "observed_at": None,
    "account": {"id", "arn", "partition", "profile", "endpoint"},
    "region": None,
    "access": None,
    "review": {"status", "case_id"},
    "sending": {"enabled", "enforcement"},
    "quota": {"max_24_hour_send", "max_send_rate", "sent_last_24_hours"},
    "steps": None,
    "ready_to_file": None,
    "open_intents": None,
}


def status(**kwargs: Any) -> dict[str, Any]:
    document = ReadinessReporter().status(report_input(**kwargs))
    Draft202012Validator(json_schema()).validate(document)
    return document


def test_the_fields_are_those_of_the_contract() -> None:
    document = status()
    assert list(document) == list(FIELDS)
    for name, inner in FIELDS.items():
        if inner is not None:
            assert set(document[name]) == inner
    assert [step["id"] for step in document["steps"]] == [str(step.id) for step in STEPS]
    assert set(document["steps"][0]) == {"id", "title", "guide_steps", "state", "findings"}
    (finding,) = document["steps"][2]["findings"]
    assert set(finding) == {"id", "severity", "message", "evidence", "remedy", "guide_step"}
    assert finding["guide_step"] == 10
    assert [one["guide_step"] for one in document["steps"][10]["findings"]] == [None]
    assert document["schema"] == "dlaas-onboard/status/1"
    assert document["observed_at"] == "2026-11-24T10:00:00Z"


def test_what_was_not_read_is_unknown_and_never_a_default() -> None:
    document = ReadinessReporter().status(denied())
    Draft202012Validator(json_schema()).validate(document)
    assert document["access"] == "unknown"
    assert document["review"] == {"status": "unknown", "case_id": None}
    assert document["sending"] == {"enabled": None, "enforcement": None}
    assert document["quota"] == {"max_24_hour_send": None, "max_send_rate": None, "sent_last_24_hours": None}
    nothing = Situation(answers=report_input().situation.answers)
    bare = ReadinessReporter().status(judged(report_input(), situation=nothing, verdicts={}, gates=()))
    Draft202012Validator(json_schema()).validate(bare)
    assert bare["account"]["id"] is None
    assert {step["state"] for step in bare["steps"]} == {"unknown"}
    assert bare["ready_to_file"] is False


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("PENDING", "pending"),
        ("GRANTED", "granted"),
        ("DENIED", "denied"),
        ("FAILED", "failed"),
        ("ESCALATED", "unknown"),
        (None, "never_asked"),
    ],
)
def test_the_review_has_six_words(said: str | None, expected: str) -> None:
    review = f.Review(said, "1") if said else None
    assert status(who=account(details=f.Details(review=review)))["review"]["status"] == expected


def test_access_is_what_the_flag_says() -> None:
    assert status(who=account(production=True))["access"] == "production"
    assert status(who=account())["access"] == "sandbox"
    assert status(who=account())["review"]["status"] == "never_asked"


def test_ready_means_that_every_gate_is_open() -> None:
    base = report_input()
    assert ReadinessReporter().status(base)["ready_to_file"] is False
    unknown = replace(base.judgement.gates[2], override="seen in the browser")
    red = replace(unknown, light=Light.RED)
    assert (
        ReadinessReporter().status(judged(base, gates=(*base.judgement.gates[:2], unknown)))["ready_to_file"] is False
    )
    assert ReadinessReporter().status(judged(base, gates=(*base.judgement.gates[:2], red)))["ready_to_file"] is True
    final = (*base.judgement.gates[:2], replace(red, overridable=False))
    assert ReadinessReporter().status(judged(base, gates=final))["ready_to_file"] is False
    green = tuple(replace(gate, light=Light.GREEN) for gate in base.judgement.gates)
    assert ReadinessReporter().status(judged(base, gates=green))["ready_to_file"] is True
    assert ReadinessReporter().status(judged(base, gates=()))["ready_to_file"] is False


def test_open_intents_are_those_that_may_have_taken_effect() -> None:
    phases = {phase: filing(phase) for phase in Phase}
    situation = replace(report_input().situation, intents=tuple(phases.values()))
    document = ReadinessReporter().status(judged(report_input(), situation=situation))
    assert {one["phase"] for one in document["open_intents"]} == {"intent", "accepted", "unknown"}
    assert document["open_intents"][0]["marker"] == "dlaas-7kq2m4x9ta"
    assert document["open_intents"][0]["operation"] == "sesv2:PutAccountDetails"


@pytest.mark.parametrize("audience", ["private", "public"])
def test_the_json_report_follows_its_schema_and_embeds_the_status(audience: str) -> None:
    data = ReadinessReporter().render(report_input(pending()), "json", audience)
    assert data.isascii()
    document = json.loads(data)
    Draft202012Validator(json_schema(ReportDocument)).validate(document)
    Draft202012Validator(json_schema()).validate(document["status"])
    assert [one["number"] for one in document["guide"]] == list(range(1, 15))
    assert document["audience"] == audience
    assert ReadinessReporter().render(report_input(pending()), "json", audience) == data


def test_the_private_report_holds_everything() -> None:
    document = json.loads(ReadinessReporter().render(report_input(pending()), "json", "private"))
    assert document["status"] == ReadinessReporter().status(report_input(pending()))
    assert [one["made"] for one in document["declarations"]] == [True, True, False]
    assert document["declarations"][2]["by"] is None
    (override,) = document["overrides"]
    assert (override["gate"], override["by"]) == ("dmarc", "ada@laptop")
    assert document["filings"][0]["payload"]["MailType"] == "TRANSACTIONAL"
    assert [(one["kind"], one["by"]) for one in document["journal"]] == [
        ("filing", "ada@laptop"),
        ("filing", "ada@laptop"),
        ("declaration", "ada@laptop"),
        ("answer", None),
        ("case", None),
    ]
    assert document["journal"][0]["where"] == "123456789012 eu-west-1 email.eu-west-1.amazonaws.com"
    assert document["request"]["sentences"][0]["written_by_operator"] is True


@pytest.mark.parametrize(("format", "audience"), [("pdf", "private"), ("html", "friends")])
def test_another_format_or_audience_is_named(format: str, audience: str) -> None:  # noqa: A002 - the flag's name
    with pytest.raises(ValueError, match=r"pdf|friends"):
        ReadinessReporter().render(report_input(), format, audience)
