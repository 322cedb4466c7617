"""Each command: its exit status, what goes to which stream, and what it asks the onboarding to do."""

from __future__ import annotations

import errno
import io
import json
import stat
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from dlaas_onboard.arguments import Arguments
from dlaas_onboard.headless import draft, file, first_look, policy, records, report, status, watch
from dlaas_onboard.journey.errors import CannotLook, OnboardError, Refused, UsageError
from dlaas_onboard.journey.facts import (
    Facts,
    InfrastructureCode,
    MailResource,
    MailResourceKind,
    Place,
    RegionGlance,
    Source,
)
from dlaas_onboard.journey.facts.reading import Problem, ProblemKind, Reading
from dlaas_onboard.journey.situation.intents import Phase
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.step_registry import StepId
from dlaas_onboard.journey.steps.all_steps import judge_all
from dlaas_onboard.journey.verdict import Severity
from dlaas_onboard.options import Options
from dlaas_onboard.report.json_schema import STATUS
from dlaas_onboard.report.reporter import ReadinessReporter
from tests import build
from tests.build import ACCOUNT as ID
from tests.build import NOW, with_account
from tests.fakes.filings import (
    REASON,
    RED,
    RED_AND_UNSEEN,
    UNDECLARED,
    UNSEEN,
    becoming,
    changed_meanwhile,
    open_request,
    overridden,
    unsettled,
)
from tests.fakes.onboarding import OPTIONS, WatchedOnboarding
from tests.fakes.world import OFFLINE

DENIED = Problem(
    ProblemKind.DENIED,
    "AWS does not let you read the account.",
    "Ask for the permission.",
    "sesv2:GetAccount",
    "ses:GetAccount",
)
NO_CREDENTIALS = Problem(ProblemKind.CREDENTIALS, "There are no AWS credentials.", "Sign in.")

STATES: list[tuple[str, Facts, int]] = [
    ("production", with_account(build.account(production=True)), 0),
    ("not asked", with_account(build.account()), 10),
    ("pending", with_account(build.reviewed_account("PENDING")), 11),
    ("denied", with_account(build.reviewed_account("DENIED")), 12),
    ("failed", with_account(build.reviewed_account("FAILED")), 12),
    ("granted, still sandboxed", with_account(build.reviewed_account("GRANTED")), 13),
    ("sending disabled", with_account(build.account(production=True, sending_enabled=False)), 20),
    ("on probation", with_account(build.account(production=True, enforcement="PROBATION")), 20),
    ("a new word", with_account(build.reviewed_account("PONDERING")), 3),
    ("no permission", with_account(problem=DENIED), 3),
    ("no network", with_account(problem=OFFLINE), 3),
    ("no credentials", Facts(caller=Reading("STS", build.NOW, None, NO_CREDENTIALS)), 3),
]


@pytest.mark.parametrize(("facts", "code"), [state[1:] for state in STATES], ids=[state[0] for state in STATES])
@pytest.mark.parametrize("as_json", [False, True])
def test_status(facts: Facts, code: int, as_json: bool, capsys: pytest.CaptureFixture[str]) -> None:
    onboarding = WatchedOnboarding(facts)
    assert status.run(onboarding, Arguments("status", json=as_json)) == code
    out, err = capsys.readouterr()
    if as_json:
        assert json.loads(out)["schema"] == STATUS
    elif facts.place.account:
        assert onboarding.view().verdicts[StepId.DOMAIN].headline in out
    assert (err != "") == (code == 3)
    assert err.count("\n") <= 2


def test_status_names_the_missing_permission(capsys: pytest.CaptureFixture[str]) -> None:
    status.run(WatchedOnboarding(with_account(problem=DENIED)), Arguments("status"))
    assert "ses:GetAccount" in capsys.readouterr().err


def test_status_shows_blockers_before_the_steps(capsys: pytest.CaptureFixture[str]) -> None:
    onboarding = WatchedOnboarding(build.terraform())
    status.run(onboarding, Arguments("status"))
    out = capsys.readouterr().out
    verdicts = onboarding.view().verdicts
    blockers = [one for one in verdicts[StepId.DOMAIN].findings if one.severity == Severity.BLOCKER]
    assert blockers
    page = " ".join(out.split())
    for finding in blockers:
        assert page.index(f"blocker: {finding.message}") < page.index(verdicts[StepId.ACCOUNT].headline)
    assert "! attention" in out
    assert "200 a day, 1 a second, 12 sent" in out


def test_status_says_what_happened_to_the_progress_and_what_changed(capsys: pytest.CaptureFixture[str]) -> None:
    onboarding = WatchedOnboarding(build.pending())
    onboarding.visit(timedelta(days=1))
    onboarding.world.facts = build.granted()
    onboarding.world.store.notice = "Set aside."
    status.run(onboarding, Arguments("status"))
    out = capsys.readouterr().out
    assert "! Set aside.\n" in out
    assert "! Since your last visit: The review went from PENDING to GRANTED.\n" in out


def at(facts: Facts, profile: str, region: str, account_id: str = ID) -> Facts:
    """Return facts of another place."""
    place = replace(facts.place, profile=profile, region=region, account=account_id)
    return replace(facts, place=place, caller=Reading("STS", NOW, place))


def at_places(places: dict[tuple[str, str], Facts], options: Options = OPTIONS) -> WatchedOnboarding:
    """Return an onboarding that can turn to these places, by profile and Region."""
    onboarding = WatchedOnboarding(build.ready(), options=options)
    onboarding.world.places = dict(places)
    return onboarding


PLACES = {
    ("dlaas", "eu-west-1"): at(with_account(build.account(production=True)), "dlaas", "eu-west-1"),
    ("dlaas", "us-east-1"): at(with_account(build.reviewed_account("PENDING")), "dlaas", "us-east-1"),
    ("other", "eu-west-1"): at(with_account(problem=OFFLINE), "other", "eu-west-1", "210987654321"),
    ("other", "us-east-1"): at(with_account(build.account()), "other", "us-east-1", "210987654321"),
}


@pytest.mark.parametrize(
    ("args", "visited", "code"),
    [
        (Arguments("status", json=True, regions=("us-east-1", "eu-west-1")), ["us-east-1", "eu-west-1"], 0),
        (Arguments("status", json=True, regions=("all",)), ["eu-west-1", "us-east-1"], 0),
        (Arguments("status", json=True, all_profiles=True), ["eu-west-1", "eu-west-1"], 3),
        (Arguments("status", regions=("us-east-1",), all_profiles=True), ["us-east-1", "us-east-1"], 0),
    ],
)
def test_status_of_several_places_is_a_line_each(
    args: Arguments, visited: list[str], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    onboarding = at_places(PLACES)
    assert status.run(onboarding, args) == code
    out, err = capsys.readouterr()
    assert [done[2] for done in onboarding.done if done[0] == "move"] == visited
    lines = out.splitlines()
    assert len(lines) == len(visited)
    if args.json:
        assert all(json.loads(line)["schema"] == STATUS for line in lines)
    assert (err != "") == (code != 0)


def moves(onboarding: WatchedOnboarding) -> list[tuple[str, ...]]:
    """Return where it was turned to, and whether it was looked at there: a look follows its move."""
    return [done for done in onboarding.done if done[0] in ("move", "look")]


def test_an_account_and_region_is_looked_at_once_whichever_profiles_lead_there(
    capsys: pytest.CaptureFixture[str],
) -> None:
    places = {
        ("a", "eu-west-1"): at(with_account(build.account(production=True)), "a", "eu-west-1"),
        ("b", "eu-west-1"): at(with_account(build.account(production=True)), "b", "eu-west-1"),
        ("c", "eu-west-1"): at(
            with_account(build.account()), "c", "us-east-1"
        ),  # of the same account, but in a Region of its own
        ("d", "eu-west-1"): at(with_account(build.account()), "d", "eu-west-1", "210987654321"),
    }
    onboarding = at_places(places)
    assert status.run(onboarding, Arguments("status", json=True, all_profiles=True)) == 0
    out, err = capsys.readouterr()
    found = [(one["account"]["id"], one["region"]) for one in map(json.loads, out.splitlines())]
    assert found == [(ID, "eu-west-1"), (ID, "us-east-1"), ("210987654321", "eu-west-1")]
    assert err == f"dlaas-onboard: profile b is the same account {ID} in eu-west-1 as profile a\n"
    assert moves(onboarding) == [
        ("move", "a", "eu-west-1"),
        ("look",),
        ("move", "b", "eu-west-1"),
        ("move", "c", "eu-west-1"),
        ("look",),
        ("move", "d", "eu-west-1"),
        ("look",),
    ]


def test_one_account_at_two_endpoints_is_two_places(capsys: pytest.CaptureFixture[str]) -> None:
    here = with_account(build.account())
    there = build.place(profile="emulated", endpoint="localhost:4566", amazon=False)
    places = {
        ("amazon", "eu-west-1"): at(here, "amazon", "eu-west-1"),
        ("emulated", "eu-west-1"): replace(here, place=there, caller=Reading("STS", NOW, there)),
    }
    assert status.run(at_places(places), Arguments("status", all_profiles=True)) == 0
    out, err = capsys.readouterr()
    assert [line.split()[0] for line in out.splitlines()] == ["amazon", "emulated"]
    assert "not Amazon's: localhost:4566" in out.splitlines()[1]
    assert err == ""


def test_a_profile_that_leads_nowhere_keeps_no_other_from_being_looked_at(capsys: pytest.CaptureFixture[str]) -> None:
    broken = Problem(ProblemKind.CREDENTIALS, "There are no AWS credentials for profile broken.", "Sign in.")
    lost = Problem(ProblemKind.REGION, "No Region is chosen.", "Name one.")
    places = {
        ("broken", "eu-west-1"): Facts(
            Place("broken", "eu-west-1"), caller=Reading("STS", NOW, Place("broken", "eu-west-1"), broken)
        ),
        ("lost", "eu-west-1"): Facts(Place("lost"), caller=Reading("STS", NOW, Place("lost"), lost)),
        ("works", "eu-west-1"): at(with_account(build.account()), "works", "eu-west-1"),
    }
    for as_json in (False, True):
        onboarding = at_places(places)
        assert status.run(onboarding, Arguments("status", json=as_json, all_profiles=True)) == 3
        out, err = capsys.readouterr()
        assert len(out.splitlines()) == 3
        assert err.splitlines() == [
            "dlaas-onboard: broken eu-west-1: There are no AWS credentials for profile broken. Sign in.",
            "dlaas-onboard: lost no Region: No Region is chosen. Name one.",
        ]


SWEPT: dict[str, Reading[RegionGlance]] = {
    "af-south-1": Reading(
        "SES GetAccount af-south-1", NOW, None, Problem(ProblemKind.REGION, "af-south-1 is not enabled (DISABLED).")
    ),
    "eu-west-1": Reading("SES GetAccount eu-west-1", NOW, RegionGlance("eu-west-1", False, "PENDING", "1780", 200.0)),
    "us-east-1": Reading(
        "SES GetAccount us-east-1",
        NOW,
        RegionGlance("us-east-1", True, "GRANTED", "1770", 50000.0, ("example.com",), "example.com", 14.0),
    ),
}


def swept(**radar: Reading[RegionGlance]) -> WatchedOnboarding:
    """Return an onboarding on an account whose Regions show ``radar`` once they were asked."""
    regions = {name.replace("_", "-"): reading for name, reading in radar.items()} or SWEPT
    home = at(with_account(build.reviewed_account("PENDING")), "dlaas", "eu-west-1")
    places = {("dlaas", region): at(with_account(build.account()), "dlaas", region) for region in regions}
    return at_places(places | {("dlaas", "eu-west-1"): replace(home, radar=regions)})


def test_status_of_all_regions_is_the_radar(capsys: pytest.CaptureFixture[str]) -> None:
    onboarding = swept()
    assert status.run(onboarding, Arguments("status", regions=("all",))) == 0
    out, err = capsys.readouterr()
    assert moves(onboarding) == [("move", "dlaas", "eu-west-1"), ("look",), ("look", "Regions")]
    first, second, third, *findings = (" ".join(line.split()) for line in out.splitlines())
    assert first == f"dlaas {ID} af-south-1 not enabled"
    assert second == f"dlaas {ID} eu-west-1 sandbox review pending 200 a day, unknown a second case 1780"
    assert third == (
        f"dlaas {ID} us-east-1 production review granted 50,000 a day, 14 a second case 1770 identity example.com"
    )
    assert findings[-1] == "Do: If your service can send from us-east-1, nothing has to be asked for."
    assert err == ""


def test_a_region_that_could_not_be_read_is_3_and_one_that_is_not_enabled_is_not(
    capsys: pytest.CaptureFixture[str],
) -> None:
    guess = Problem(ProblemKind.REGION, "us-east-1 is probably off.", "Ask.", iam_action="account:ListRegions")
    unread: Reading[RegionGlance] = Reading("SES GetAccount us-east-1", NOW, None, guess)
    onboarding = swept(**{**{name.replace("-", "_"): reading for name, reading in SWEPT.items()}, "us_east_1": unread})
    assert status.run(onboarding, Arguments("status", regions=("all",))) == 3
    out, err = capsys.readouterr()
    assert out.splitlines()[2].split()[2:] == ["us-east-1", "unknown"]
    assert err == (
        "dlaas-onboard: dlaas us-east-1: the Region is probably off. Ask. Missing permission: account:ListRegions.\n"
    )


def test_json_of_all_regions_is_a_document_for_each_that_is_enabled(capsys: pytest.CaptureFixture[str]) -> None:
    onboarding = swept()
    assert status.run(onboarding, Arguments("status", json=True, regions=("all",))) == 0
    out, err = capsys.readouterr()
    assert [json.loads(line)["region"] for line in out.splitlines()] == ["eu-west-1", "us-east-1"]
    assert err == f"dlaas-onboard: not enabled for account {ID}: af-south-1\n"
    assert [done for done in onboarding.done if done[0] == "move"] == [
        ("move", "dlaas", "eu-west-1"),
        ("move", "dlaas", "us-east-1"),
    ]


def test_all_regions_of_one_account_are_swept_once(capsys: pytest.CaptureFixture[str]) -> None:
    onboarding = swept()
    onboarding.world.places |= {("twin", "eu-west-1"): at(with_account(build.account()), "twin", "eu-north-1")}
    assert status.run(onboarding, Arguments("status", regions=("all",), all_profiles=True)) == 0
    out, err = capsys.readouterr()
    assert [line.split()[0] for line in out.splitlines()][:4] == ["dlaas", "dlaas", "dlaas", "·"]
    assert err == f"dlaas-onboard: profile twin is the same account {ID} as profile dlaas\n"
    assert [done for done in onboarding.done if done[0] == "look"] == [("look",), ("look", "Regions")]


def test_all_regions_can_be_swept_where_none_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    onboarding = at_places(swept().world.places, OPTIONS._replace(region=""))
    lost = Problem(ProblemKind.REGION, "No Region is chosen.", "Name one.")
    off = Problem(ProblemKind.REGION, "af-south-1 is not enabled for this account (DISABLED).")
    for region, problem in (("", lost), ("af-south-1", off)):
        place = Place("dlaas", region)
        onboarding.world.places["dlaas", region] = Facts(place, caller=Reading("STS", NOW, place, problem))
    assert status.run(onboarding, Arguments("status", regions=("all",))) == 0
    out, err = capsys.readouterr()
    assert len(out.splitlines()) == 3
    assert err == ""
    assert moves(onboarding)[:4] == [
        ("move", "dlaas", ""),
        ("move", "dlaas", "af-south-1"),
        ("move", "dlaas", "eu-west-1"),
        ("look",),
    ]


def test_all_profiles_without_any(capsys: pytest.CaptureFixture[str]) -> None:
    onboarding = WatchedOnboarding()
    onboarding.world.profiles = ()
    with pytest.raises(UsageError, match="aws configure"):
        status.run(onboarding, Arguments("status", all_profiles=True))


# draft


def test_draft_prints_fields_with_origin(capsys: pytest.CaptureFixture[str]) -> None:
    onboarding = WatchedOnboarding(build.fresh(), build.answers())
    assert draft.run(onboarding, Arguments("draft")) == 0
    out = capsys.readouterr().out
    assert "mail_type" in out
    holes = onboarding.view().judgement.description.holes
    assert holes
    for hole in holes:
        assert f"missing: {hole.message}"[:60] in out
    assert "Not ready to file" in out


@pytest.mark.parametrize("language", ["EN", "JA"])
def test_draft_says_that_amazon_will_write_in_japanese(language: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Also where the language is only taken over from what SES holds."""
    details = replace(build.details(), contact_language=language)
    facts = replace(build.complete(), account=build.seen(build.account(details=details), "SES GetAccount"))
    answers = build.filled_in(contact_language="")
    draft.run(WatchedOnboarding(facts, answers), Arguments("draft"))
    assert ("! Amazon will write in Japanese, and your text stays in English." in capsys.readouterr().out) is (
        language == "JA"
    )
    draft.run(WatchedOnboarding(facts, answers), Arguments("draft", json=True))
    assert bool(json.loads(capsys.readouterr().out)["contact_language_note"]) is (language == "JA")
    step = judge_all(Situation(facts, answers)).verdicts[StepId.REQUEST]
    assert ("request.language" in {finding.id for finding in step.findings}) is (language == "JA")


def test_draft_json_says_what_is_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    assert draft.run(WatchedOnboarding(build.fresh(), build.answers()), Arguments("draft", json=True)) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["payload"] is None
    assert document["problems"]["mail_type"]
    assert document["ready_to_file"] is False


def test_draft_review_reads_the_text_point_by_point(capsys: pytest.CaptureFixture[str]) -> None:
    answers = build.filled_in(bounce_process="")
    assert draft.run(WatchedOnboarding(build.complete(), answers), Arguments("draft", review=True)) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("A second opinion: 23.5 of 26 points, 1.5 lost, 1 unknown.\nThis is our reading")
    missing, *_ = shown.split("! weak ")
    assert "✗ missing  18 What happens on a bounce or a complaint: The text does not say" in missing
    assert "(step 4, Bounces: What happens on a bounce or complaint)" in " ".join(missing.split())
    assert "✓ earned   2 DKIM: Our mail is signed with DKIM" in shown
    assert draft.run(WatchedOnboarding(build.complete(), answers), Arguments("draft", review=True, json=True)) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["points"], document["lost"], document["unknown"], document["of"]) == (23.5, 1.5, 1, 26)
    assert len(document["lines"]) == 26
    line = document["lines"][17]
    assert (line["standing"], line["step"], line["field"]) == ("missing", "bounces", "bounce_process")


def test_draft_set_saves_in_the_usual_form(capsys: pytest.CaptureFixture[str]) -> None:
    onboarding = WatchedOnboarding()
    assignments = (("mail_type", "transactional"), ("contacts", "a@example.com;b@example.com"), ("users", ""))
    assert draft.run(onboarding, Arguments("draft", assignments=assignments)) == 0
    assert onboarding.entered == [
        ("mail_type", "TRANSACTIONAL"),
        ("contacts", "a@example.com, b@example.com"),
        ("users", ""),
    ]


def test_draft_set_takes_what_amazon_asks_for_beside_the_form(capsys: pytest.CaptureFixture[str]) -> None:
    onboarding = WatchedOnboarding()
    assignments = (
        ("users_now", "0"),
        ("messages_per_day_now", "1,200"),
        ("growth", "The launch is in May."),
        ("complaints_to", "our ticket system"),
        ("sign_up_url", "https://example.com/join"),
        ("privacy_url", "https://example.com/privacy"),
        ("sample_message", "Subject: Hello\n\nDear Ada"),
    )
    assert draft.run(onboarding, Arguments("draft", json=True, assignments=assignments)) == 0
    fields = {field["id"]: field for field in json.loads(capsys.readouterr().out)["fields"]}
    kept = {**dict(assignments), "messages_per_day_now": "1200"}
    assert {name: fields[name]["value"] for name in kept} == kept


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (("mail_type", "SPAM"), "mail_type: "),
        (("mailtype", "MARKETING"), "Did you mean mail_type?"),
        (("mailtype", ""), "Did you mean mail_type?"),
        (("override.declarations", "we promise to do it"), "override.declarations: "),
        (("contacts", "a@x.org,b@x.org,c@x.org,d@x.org,e@x.org"), "contacts: "),
    ],
)
def test_draft_set_saves_all_or_nothing(wrong: tuple[str, str], told: str) -> None:
    onboarding = WatchedOnboarding()
    with pytest.raises(UsageError) as refused:
        draft.run(onboarding, Arguments("draft", assignments=(("users", "5"), wrong)))
    assert told in refused.value.sentence
    assert onboarding.done == []


def test_draft_set_reads_long_answers_from_files_and_from_standard_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    onboarding = WatchedOnboarding()
    content = "Order receipts: one for each order.\nPassword resets: one for each request.\n"
    (tmp_path / "content.txt").write_bytes(content.encode("utf-16"))
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO("Example GmbH, Zürich, hosts mirrors.\n".encode())))
    assignments = (
        ("mail_content", f"@{tmp_path / 'content.txt'}"),
        ("business", "-"),
        ("service_name", "@@example"),
        ("sentence.dkim", "-"),
    )
    assert draft.run(onboarding, Arguments("draft", assignments=assignments)) == 0
    assert dict(onboarding.entered) == {
        "mail_content": content.strip(),
        "business": "Example GmbH, Zürich, hosts mirrors.",
        "service_name": "@example",
        "sentence.dkim": "-",
    }


@pytest.mark.parametrize(
    ("assignments", "sentence"),
    [
        ((("business", "@/no/such/file"),), "business: /no/such/file cannot be read: No such file"),
        ((("business", "@/"),), "business: / cannot be read: Is a directory"),
        ((("business", "@/dev/zero"),), "business: /dev/zero is larger than 100,000 bytes"),
        ((("business", "-"), ("mail_content", "-")), "only one of business, mail_content"),
    ],
)
def test_draft_set_saves_nothing_of_what_it_cannot_read(
    assignments: tuple[tuple[str, str], ...], sentence: str
) -> None:
    onboarding = WatchedOnboarding()
    with pytest.raises(UsageError) as refused:
        draft.run(onboarding, Arguments("draft", assignments=(("users", "5"), *assignments)))
    assert sentence in refused.value.sentence
    assert onboarding.done == []


def test_draft_json_carries_the_whole_ledger_of_a_request_with_holes(capsys: pytest.CaptureFixture[str]) -> None:
    answers = build.filled_in(**{"sentence.dkim": "-", "complaints_to": ""})
    assert draft.run(WatchedOnboarding(build.complete(), answers), Arguments("draft", json=True)) == 0
    document = json.loads(capsys.readouterr().out)
    description = document["description"]
    assert all(sentence["text"] in description["text"] for sentence in description["sentences"])
    by_id = {sentence["id"]: sentence for sentence in description["sentences"]}
    assert by_id["mail_from"]["written_by_operator"] is False
    assert "GetEmailIdentity" in by_id["mail_from"]["source"]
    assert by_id["bounce_process"]["written_by_operator"] is True
    assert description["left_out"] == ["dkim"]
    holes = {hole["id"]: hole for hole in description["holes"]}
    assert holes["dkim"]["left_out"]
    assert holes["complaints_to"]["field"] == "complaints_to"
    assert document["worksheet"]["daily_quota"]
    assert any(row["section"] == "Arithmetic" for row in document["worksheet"]["rows"])
    assert all(gate["title"] and gate["light"] for gate in document["gates"])
    assert {finding["severity"] for finding in document["findings"]} <= {"blocker", "warning", "advice", "unknown"}
    assert any("complaints" in finding["message"] for finding in document["findings"])
    assert document["reply"] is None


def test_draft_json_has_the_reply_to_a_denial(capsys: pytest.CaptureFixture[str]) -> None:
    account = build.account(details=build.details("DENIED"))
    onboarding = WatchedOnboarding(
        replace(build.complete(), account=build.seen(account)), build.filled_in(reply="We answer in person.")
    )
    assert draft.run(onboarding, Arguments("draft", json=True)) == 0
    reply = json.loads(capsys.readouterr().out)["reply"]
    assert (reply["text"], reply["written_by_operator"]) == ("We answer in person.", True)
    assert reply["blocked_because"]


def test_a_declaration_shows_what_it_rests_on_before_it_is_made(capsys: pytest.CaptureFixture[str]) -> None:
    onboarding = WatchedOnboarding(build.complete(), build.filled_in(declare_bounces="", declare_terms="yes"))
    assignments = (("declare_bounces", "yes"), ("declare_terms", ""))
    assert draft.run(onboarding, Arguments("draft", json=True, assignments=assignments)) == 0
    told = capsys.readouterr()
    assert "you declare to Amazon: I have a process to handle bounces and complaints. What was seen of it:" in told.err
    assert "not seen from here" in told.err
    assert told.err.count("you declare") == 1
    assert json.loads(told.out)["fields"]


def test_draft_set_says_when_it_cannot_save() -> None:
    onboarding = WatchedOnboarding()
    onboarding.world.store.broken = OSError(errno.ENOSPC, "The disk is full.")
    with pytest.raises(CannotLook, match="The disk is full"):
        draft.run(onboarding, Arguments("draft", assignments=(("users", "5"),)))


def test_draft_set_to_a_store_that_cannot_be_written() -> None:
    onboarding = WatchedOnboarding()
    onboarding.world.store.read_only = "The store is of a newer version."
    with pytest.raises(CannotLook, match="newer version"):
        draft.run(onboarding, Arguments("draft", assignments=(("users", "5"),)))
    assert onboarding.entered == []


def test_draft_works_without_the_account(capsys: pytest.CaptureFixture[str]) -> None:
    assert draft.run(WatchedOnboarding(with_account(problem=OFFLINE)), Arguments("draft")) == 0
    assert "cannot be reached" in capsys.readouterr().err


# file

FILE = Arguments("file", yes=True, account=ID)


@pytest.mark.parametrize(
    "args", [Arguments("file"), Arguments("file", yes=True), Arguments("file", account=ID), FILE.replace(override="x")]
)
def test_file_wants_to_be_told_exactly(args: Arguments) -> None:
    onboarding = WatchedOnboarding()
    with pytest.raises(UsageError):
        file.run(onboarding, args)
    assert onboarding.done == []


FILINGS: list[tuple[str, Callable[[], WatchedOnboarding], Arguments, int]] = [
    ("filed", WatchedOnboarding, FILE, 0),
    ("another account", WatchedOnboarding, FILE.replace(account="999999999999"), 30),
    ("a red gate", partial(WatchedOnboarding, RED), FILE, 30),
    ("an unknown gate", partial(WatchedOnboarding, UNSEEN), FILE, 30),
    ("a red gate with a reason", partial(WatchedOnboarding, RED), FILE.replace(override=REASON), 0),
    ("unknown is not red", partial(WatchedOnboarding, RED_AND_UNSEEN), FILE.replace(override=REASON), 30),
    ("a reason of before", partial(WatchedOnboarding, RED, overridden("dmarc")), FILE, 0),
    ("unknown with a reason of before", partial(WatchedOnboarding, UNSEEN, overridden("website")), FILE, 30),
    ("no override of a declaration", partial(WatchedOnboarding, RED, UNDECLARED), FILE.replace(override=REASON), 30),
    ("refused before sending", changed_meanwhile, FILE, 30),
    ("an open request", open_request, FILE, 31),
    ("an open request and a dry run", open_request, Arguments("file", dry_run=True), 31),
    ("accepted, not read back", partial(becoming, Phase.ACCEPTED), FILE, 31),
    ("outcome unknown", partial(becoming, Phase.UNKNOWN), FILE, 31),
    ("sent, and not saved", unsettled, FILE, 31),
    ("AWS refused", partial(becoming, Phase.REJECTED), FILE, 32),
]


@pytest.mark.parametrize(("make", "args", "code"), [row[1:] for row in FILINGS], ids=[row[0] for row in FILINGS])
def test_file(
    make: Callable[[], WatchedOnboarding], args: Arguments, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    onboarding = make()
    assert file.run(onboarding, args) == code
    out, err = capsys.readouterr()
    if code == 0:
        assert onboarding.acted == [("file", ID[-4:])]
        assert [call.operation for call in onboarding.world.written] == ["PutAccountDetails"]
        assert build.CASE in out
        assert err == ""
    else:
        assert out == ""
        assert err.startswith("dlaas-onboard: ")
    if code == 30:
        assert onboarding.world.written == []
    if code == 30 and make is not changed_meanwhile:
        assert onboarding.acted == []
        assert onboarding.entered == []
    if code == 0 and args.override:
        assert ("override.dmarc", REASON) in onboarding.entered


def test_file_that_cannot_be_written_down_is_not_sent() -> None:
    onboarding = WatchedOnboarding()
    onboarding.world.store.broken = OSError(errno.EROFS, "read-only")
    with pytest.raises(CannotLook, match="nothing was sent"):
        file.run(onboarding, FILE)
    assert onboarding.world.written == []


def test_file_without_a_look_is_refused() -> None:
    onboarding = WatchedOnboarding(with_account(problem=OFFLINE))
    with pytest.raises(CannotLook, match="cannot be reached"):
        file.run(onboarding, FILE)
    assert onboarding.done == [("start",), ("look",)]


@pytest.mark.parametrize("override", ["", REASON])
def test_a_dry_run_shows_everything_and_changes_nothing(override: str, capsys: pytest.CaptureFixture[str]) -> None:
    onboarding = WatchedOnboarding(RED)
    code = file.run(onboarding, Arguments("file", dry_run=True, override=override))
    out, err = capsys.readouterr()
    assert onboarding.done == [("start",), ("look",)]
    assert code == (0 if override else 30)
    assert '"ProductionAccessEnabled": true' in out
    assert "DMARC" in out
    assert ("gate dmarc is red" in err) is not bool(override)


# watch


def _watch(onboarding: WatchedOnboarding, **args: Any) -> tuple[int, list[float]]:
    waited: list[float] = []
    code = watch.run(onboarding, Arguments("watch", **args), sleep=waited.append, clock=lambda: float(sum(waited)))
    return code, waited


# What may still change by itself, or passes by itself.
WAITED_FOR = ("pending", "granted, still sandboxed", "a new word", "no network")


@pytest.mark.parametrize(
    ("facts", "code"),
    [state[1:] for state in STATES if state[0] not in WAITED_FOR],
    ids=[state[0] for state in STATES if state[0] not in WAITED_FOR],
)
def test_watch_ends_at_once_where_there_is_nothing_to_wait_for(facts: Facts, code: int) -> None:
    assert _watch(WatchedOnboarding(facts)) == (code, [])


PENDING = with_account(build.reviewed_account("PENDING"))
DENIAL = with_account(build.reviewed_account("DENIED"))
UNREACHED = with_account(problem=OFFLINE)


def test_watch_waits_ever_longer_and_tells_each_change_once(capsys: pytest.CaptureFixture[str]) -> None:
    onboarding = WatchedOnboarding(PENDING)
    onboarding.world.later = [PENDING] * 3 + [UNREACHED] * 2 + [with_account(build.account(production=True))]
    code, waited = _watch(onboarding, interval=10.0)
    assert code == 0
    assert waited == sorted(waited)
    assert waited[0] == 10.0
    out, err = capsys.readouterr()
    assert len(out.splitlines()) == 2
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        (PENDING, 11),
        (with_account(build.reviewed_account("GRANTED")), 13),
        (with_account(build.reviewed_account("PONDERING")), 3),
        (UNREACHED, 3),
    ],
)
def test_watch_gives_up_at_its_timeout_with_the_state(facts: Facts, code: int) -> None:
    found, waited = _watch(WatchedOnboarding(facts), interval=10.0, timeout=25.0)
    assert found == code
    assert sum(waited) == 25.0


def test_watch_keeps_waiting_for_a_review_while_sending_is_disabled() -> None:
    onboarding = WatchedOnboarding(with_account(build.reviewed_account("PENDING", sending_enabled=False)))
    onboarding.world.later = [DENIAL]
    assert _watch(onboarding)[0] == 12


def test_watch_gives_up_with_what_the_last_look_gave() -> None:
    """A look that failed leaves nothing of the one before: what is not known any more is not told as known."""
    onboarding = WatchedOnboarding(PENDING)
    onboarding.world.later = [PENDING, UNREACHED]
    assert _watch(onboarding, interval=10.0, timeout=60.0)[0] == 3
    onboarding = WatchedOnboarding(UNREACHED)
    onboarding.world.later = [PENDING]
    assert _watch(onboarding, interval=10.0, timeout=60.0)[0] == 11


def test_watch_does_not_wait_for_credentials() -> None:
    expired = Problem(ProblemKind.CREDENTIALS, "The session has expired.", "Run aws sso login.")
    onboarding = WatchedOnboarding(PENDING)
    onboarding.world.later = [with_account(problem=expired)]
    assert _watch(onboarding)[0] == 3


def test_the_longest_wait_is_ten_times_the_first() -> None:
    onboarding = WatchedOnboarding(PENDING)
    onboarding.world.later = [PENDING] * 11 + [DENIAL]
    code, waited = _watch(onboarding, interval=60.0)
    assert code == 12
    assert waited[0] == 60.0
    assert waited[-1] == max(waited) == 600.0


# report, records, policy


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (Arguments("report"), "md for private: Zürich\n"),
        (Arguments("report", format="json", audience="aws"), "json for aws: Zürich\n"),
        (Arguments("report", format="html", output="-"), "html for private: Zürich\n"),
    ],
)
def test_report_to_standard_output(args: Arguments, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert report.run(WatchedOnboarding(), args) == 0
    assert capsys.readouterr().out == told


def test_report_to_a_file_is_private_and_whole(tmp_path: Path) -> None:
    target = tmp_path / "ready.html"
    target.write_text("the one before")
    target.chmod(0o644)
    assert report.run(WatchedOnboarding(), Arguments("report", output=str(target))) == 0
    assert target.read_text(encoding="utf-8") == "html for private: Zürich\n"
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [target]


def test_report_follows_a_link(tmp_path: Path) -> None:
    (tmp_path / "real.md").write_text("old")
    (tmp_path / "link.md").symlink_to("real.md")
    report.run(WatchedOnboarding(), Arguments("report", output=str(tmp_path / "link.md")))
    assert (tmp_path / "link.md").is_symlink()
    assert (tmp_path / "real.md").read_text(encoding="utf-8").startswith("md for private")


def test_report_to_a_place_that_is_not_there(tmp_path: Path) -> None:
    onboarding = WatchedOnboarding()
    for target in (tmp_path / "none" / "x.md", tmp_path):
        with pytest.raises(UsageError):
            report.run(onboarding, Arguments("report", output=str(target)))
    assert onboarding.done == []


def test_report_of_what_could_not_be_read(capsys: pytest.CaptureFixture[str]) -> None:
    assert report.run(WatchedOnboarding(UNREACHED), Arguments("report")) == 3
    out, err = capsys.readouterr()
    assert out
    assert "cannot be reached" in err


def test_records(capsys: pytest.CaptureFixture[str]) -> None:
    unasked = replace(RED, domain_identity=Reading("SES GetEmailIdentity", NOW, None, OFFLINE))
    printed = []
    for facts, form, code in ((RED, "", 0), (RED, "zone", 0), (unasked, "zone", 3)):
        onboarding = WatchedOnboarding(facts)
        assert records.run(onboarding, Arguments("records", format=form)) == code
        out, err = capsys.readouterr()
        assert out.strip() == onboarding.records(form or "table").strip()
        assert err.count("\n") == (code == 3)
        printed.append(out)
    assert "_dmarc.example.com" in printed[0]
    assert "_dmarc" in printed[1]
    assert printed[0] != printed[1]


def test_what_the_code_declares_is_said_alike_by_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    code = InfrastructureCode(
        "/srv/dlaas",
        resources=(
            MailResource(MailResourceKind.IDENTITY, "aws_ses_domain_identity.a", Source("email.tf", 3), "example.com"),
            MailResource(
                MailResourceKind.RECORD, "aws_route53_record.a", Source("email.tf", 9), "mail.example.com", type="MX"
            ),
        ),
    )
    facts = replace(build.fresh(), infrastructure=build.seen(code), checkout=build.seen(build.checkout()))
    onboarding = WatchedOnboarding(facts, build.entered())
    sentence = "email.tf:3 declares it: run `terraform apply`. Made by hand, it can make that apply fail."
    for form in ("table", "zone", "route53"):
        records.run(onboarding, Arguments("records", format=form))
        out = capsys.readouterr().out
        assert sentence in out
        assert "IN MX 10" not in out
        assert '"Type": "MX"' not in out
    status.run(onboarding, Arguments("status"))
    out = " ".join(capsys.readouterr().out.split())
    assert sentence in out
    assert "Create the identity" not in out
    printed = ReadinessReporter().render(onboarding.report_input(), "md", "private").decode()
    assert sentence in " ".join(printed.replace("\\", "").split())
    assert onboarding.view().judgement.verdicts[StepId.DOMAIN].headline.startswith("Run `terraform apply`")


def test_policy_needs_no_look(capsys: pytest.CaptureFixture[str]) -> None:
    onboarding = WatchedOnboarding()
    assert policy.run(onboarding, Arguments("policy", purpose="read")) == 0
    assert json.loads(capsys.readouterr().out) == json.loads(onboarding.policy("read"))
    assert onboarding.done == []


def test_every_error_carries_its_sentence() -> None:
    assert all(kind("say it").sentence == "say it" for kind in (OnboardError, UsageError, CannotLook, Refused))


def test_a_code_is_asked_for_on_standard_error_and_only_at_a_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stdin = io.StringIO("123456\n")
    monkeypatch.setattr(sys, "stdin", stdin)
    assert first_look.ask_code("Enter MFA code:") == ""
    monkeypatch.setattr(stdin, "isatty", lambda: True)
    assert first_look.ask_code("Enter MFA code:") == "123456"
    out, err = capsys.readouterr()
    assert (out, err) == ("", "Enter MFA code: ")
