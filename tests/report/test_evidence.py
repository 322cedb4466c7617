"""What Amazon gets: evidence for the request on two pages, and nothing that argues against it."""

from __future__ import annotations

import json
from dataclasses import replace
from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # ships no types

from dlaas_onboard.journey.facts import Facts, Repository, SendingPlace, Source
from dlaas_onboard.journey.report_input import ReportInput
from dlaas_onboard.journey.situation.answers import Answers
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.steps.all_steps import judge_all
from dlaas_onboard.report.evidence_sheet import MESSAGES, evidence_sheet
from dlaas_onboard.report.json_schema import (
    EvidenceItemDocument,
    EvidenceSectionDocument,
    EvidenceSheetDocument,
    json_schema,
)
from dlaas_onboard.report.reporter import ReadinessReporter
from dlaas_onboard.report.two_pages import COLUMNS, LINES, fitted, plain_text
from tests import build
from tests.report.samples import NOW, pending, report_input

_words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=900)
_items = st.builds(EvidenceItemDocument, text=_words, source=_words, observed_at=st.just(NOW))


def render(document: ReportInput, form: str = "txt") -> str:
    return ReadinessReporter().render(document, form, "aws").decode()


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.builds(EvidenceSectionDocument, title=st.sampled_from([MESSAGES, "Volume"]), items=st.lists(_items)),
        max_size=10,
    ),
    st.lists(_items, max_size=6),
)
def test_two_pages_hold_whatever_there_is(
    sections: list[EvidenceSectionDocument], samples: list[EvidenceItemDocument]
) -> None:
    sheet = evidence_sheet(report_input()).model_copy(update={"sections": sections, "samples": samples})
    lines = plain_text(fitted(sheet)).split("\n")
    assert len(lines) <= LINES + 1
    assert max(map(len, lines)) <= COLUMNS


def test_every_format_says_the_same() -> None:
    document = report_input(pending())
    text = render(document).rstrip()
    assert text in render(document, "md")
    assert text in unescape(render(document, "html"))
    sheet = json.loads(render(document, "json"))
    Draft202012Validator(json_schema(EvidenceSheetDocument)).validate(sheet)
    assert plain_text(EvidenceSheetDocument.model_validate(sheet)).rstrip() == text


def test_nothing_of_findings_gates_and_holes_is_in_it() -> None:
    document = report_input(pending())
    text = " ".join(render(document).split())
    judgement = document.judgement
    findings = [finding for verdict in judgement.verdicts.values() for finding in verdict.findings]
    told = [word for finding in findings for word in (finding.message, finding.remedy)]
    told += [word for gate in judgement.gates for word in (gate.title, gate.remedy)]
    told += [word for hole in judgement.description.holes for word in (hole.message, hole.remedy)]
    assert [word for word in told if word and word in text] == []
    for word in ("not declared", "not set up", "unknown", "blocker", "dlaas-onboard"):
        assert word not in text.lower()


def of(facts: Facts, answers: Answers) -> str:
    """Return the sheet of a situation on one line."""
    return " ".join(render(replace(report_input(), judgement=judge_all(Situation(facts, answers)))).split())


def test_of_own_words_only_those_that_the_facts_deny_are_left_out() -> None:
    facts = build.complete()
    process = "A worker deletes each bounced address within the hour."
    true = of(facts, build.filled_in(bounce_process=process, mail_content="We mail receipts."))
    assert process in true
    untrue = of(facts, build.filled_in(bounce_process=process, unsubscribe="Our DMARC policy is reject."))
    assert process in untrue
    assert "policy is reject" not in untrue
    assert "DMARC is published with the policy none." in untrue


def test_of_two_statements_that_deny_one_another_none_is_sent() -> None:
    facts = replace(build.complete(), checkout=build.seen(None, "checkout"))
    entries = {
        "mail_content": "We send a monthly newsletter.",
        "unsubscribe": "We send no newsletters. Closing the account ends all mail.",
        "recipients_source": "People enter their address when they register.",
    }
    both = of(facts, build.filled_in(**entries))
    assert "newsletter" not in both
    assert "when they register" in both
    for one in ("mail_content", "unsubscribe"):
        assert "newsletter" in of(facts, build.filled_in(**{**entries, one: ""}))


def test_only_amazon_gets_plain_text() -> None:
    for audience in ("private", "public"):
        with pytest.raises(ValueError, match="txt"):
            ReadinessReporter().render(report_input(), "txt", audience)


def _item(text: str) -> EvidenceItemDocument:
    return EvidenceItemDocument(text=text, source="our source code", observed_at=NOW)


def test_what_is_left_out_of_the_list_of_messages_is_counted_and_no_heading_stays_empty() -> None:
    messages = [
        _item("All our mail is transactional."),
        _item("Messages to the account's owner:"),
        *(_item(f"Message {number}: " + "when it is due " * 40) for number in range(30)),
        _item("Messages to the operator:"),
        *(_item(f"Notice {number}: now.") for number in range(30)),
    ]
    sheet = evidence_sheet(report_input()).model_copy(
        update={"sections": [EvidenceSectionDocument(title=MESSAGES, items=messages)], "samples": []}
    )
    (section,) = fitted(sheet).sections
    kept = [item.text for item in section.items if item.text.startswith(("Message ", "Notice "))]
    assert section.items[-1].text == f"And {60 - len(kept)} more."
    assert not section.items[-2].text.endswith(":")


def test_samples_and_messages_that_were_read_reach_amazon() -> None:
    facts, answers = build.complete(), build.filled_in()
    text = render(replace(report_input(), judgement=judge_all(Situation(facts, answers))))
    assert "Messages to the account's owner:" in text
    assert "SAMPLE 1 " in text
    assert "_domainkey" not in text  # SES says SUCCESS: that is enough


def test_a_confirmed_message_is_cited_as_read_and_confirmed_and_one_by_hand_as_stated() -> None:
    place = SendingPlace(Source("src/billing.js", 12), "nodemailer", "sendMail", function="invoice", sample="Hello")
    facts = replace(
        build.complete(),
        checkout=build.seen(None, "checkout"),
        repository=build.seen(Repository("shop", (place,)), "code"),
    )
    words = {"name": "Invoice", "trigger": "every month", "recipient": "the client", "class": "billing"}
    said = {f"message.{row}.{part}": text for row in ("invoice", "notice") for part, text in words.items()}
    said |= {"message.invoice.confirmed": "yes", "message.notice.name": "Notice", "message.notice.recipient": "a user"}
    entered = {"mail_type": "TRANSACTIONAL", "messages_complete": "yes", "sample_message": ""}
    judgement = judge_all(Situation(facts, build.filled_in(**entered, **said)))
    sheet = evidence_sheet(replace(report_input(), judgement=judgement))
    sources = {item.text: item.source for section in sheet.sections for item in section.items}
    assert sources["Invoice: every month."] == "stated by us; our source code has the call that sends it"
    assert sources["Messages to the client:"] == "stated by us; our source code has the call that sends it"
    assert sources["Notice: every month."] == "stated by us"
    both = "stated by us; our source code has the call that sends it; stated by us"
    assert sources["There is no mailing list to leave: we send no newsletters and no promotions."] == both
    assert [sample.source for sample in sheet.samples] == ["stated by us; our source code has the call that sends it"]
