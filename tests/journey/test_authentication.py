"""What receivers write into Authentication-Results, as each of them writes it, and what is made of anything else."""

from __future__ import annotations

from dataclasses import replace
from time import perf_counter
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlaas_onboard.journey.dns import authentication_results
from dlaas_onboard.journey.dns.authentication_results import Checked, ReceivedAuthentication, aligned, read
from dlaas_onboard.journey.facts import Dmarc, Facts
from dlaas_onboard.journey.situation.intents import Phase
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.step_registry import StepState
from dlaas_onboard.journey.steps.go_live import go_live_step
from dlaas_onboard.journey.verdict import Mark, Severity, Verdict
from tests import build
from tests.journey.test_judges import send_first

ID = "0102018"
GMAIL = f"""Delivered-To: friend@example.org
Received: by 2002:a05:6000:1:b0:1 with SMTP id a1; Tue, 24 Nov 2026 03:00:00 -0800 (PST)
ARC-Seal: i=1; a=rsa-sha256; t=1; cv=none; d=google.com; s=arc-1; b=AAAA
ARC-Authentication-Results: i=1; mx.google.com;
       dkim=fail header.i=@example.com;
       spf=fail smtp.mailfrom=evil.example;
       dmarc=fail header.from=example.com
Return-Path: <{ID}@mail.example.com>
Received: from a1-2.smtp-out.eu-west-1.amazonses.com (a1-2.smtp-out.eu-west-1.amazonses.com. [54.240.1.2])
Received-SPF: pass (google.com: domain of {ID}@mail.example.com designates 54.240.1.2) client-ip=54.240.1.2;
Authentication-Results: mx.google.com;
       dkim=pass header.i=@example.com header.s=tok1 header.b=AbCdEf12;
       dkim=pass header.i=@amazonses.com header.s=q header.b="X/y+12";
       spf=pass (google.com: domain of {ID}@mail.example.com designates 54.240.1.2 as permitted sender)
 smtp.mailfrom="{ID}@mail.example.com";
       dmarc=pass (p=NONE sp=NONE dis=NONE) header.from=example.com
DKIM-Signature: v=1; a=rsa-sha256; q=dns/txt; c=relaxed/simple; s=tok1; d=example.com; bh=x; b=y
From: "Example" <support@example.com>
Message-ID: <{ID}@eu-west-1.amazonses.com>
To: friend@example.org

Authentication-Results: mx.google.com; dkim=fail header.i=@body.example
"""
GMAIL_PAGE = f"""Original Message
Message ID	<{ID}@eu-west-1.amazonses.com>
Created at:	Tue, Nov 24, 2026 at 12:00 PM (Delivered after 1 second)
From:	Example <support@example.com>
To:	friend@example.org
SPF:	PASS with IP 54.240.1.2 Learn more
DKIM:	'PASS' with domain example.com Learn more
DMARC:	'PASS' Learn more


Download original	Copy to clipboard

{GMAIL}"""
OUTLOOK = f"""Received: from AM0EUR.eop-eur.prod.protection.outlook.com (2603:10a6::1) by
 DB9.eurprd.prod.outlook.com with HTTPS; Tue, 24 Nov 2026 11:00:00 +0000
Authentication-Results: spf=pass (sender IP is 54.240.1.2)
 smtp.mailfrom=mail.example.com; dkim=pass (signature was verified)
 header.d=example.com;dkim=pass (signature was verified)
 header.d=amazonses.com;dmarc=pass action=none
 header.from=example.com;compauth=pass reason=100
Received-SPF: Pass (protection.outlook.com: domain of mail.example.com designates 54.240.1.2 as permitted sender)
From: Example <support@example.com>
Message-ID: <{ID}@eu-west-1.amazonses.com>
"""
# Some programs show the further lines of a field without the blanks they begin with.
UNFOLDED = "\n".join(line.lstrip() for line in OUTLOOK.split("\n"))
OUTLOOK_OLD = (
    "Authentication-Results: spf=pass (sender IP is 54.240.1.2) smtp.mailfrom=mail.example.com; example.org;"
    " dkim=pass (signature was verified) header.d=example.com;example.org; dmarc=pass action=none"
    " header.from=example.com;"
)
YAHOO = f"""X-Apparently-To: friend@yahoo.example; Tue, 24 Nov 2026 11:00:00 +0000
Return-Path: <{ID}@mail.example.com>
Authentication-Results: atlas-production.v2-mail-prod1-gq1.omega.yahoo.com;
 dkim=pass header.i=@example.com header.s=tok1;
 dkim=pass header.i=@amazonses.com header.s=q;
 spf=pass smtp.mailfrom=mail.example.com;
 dmarc=pass(p=NONE) header.from=example.com;
From: support@example.com
Message-Id: <{ID}@eu-west-1.amazonses.com>
"""
FASTMAIL = f"""Authentication-Results: mx3.messagingengine.com;
    dkim=pass (2048-bit rsa key sha256) header.d=example.com
    header.i=@example.com header.b=AbC+/9 header.a=rsa-sha256
    header.s=tok1 x-bits=2048;
    dkim=pass (1024-bit rsa key sha256) header.d=amazonses.com
    header.i=@amazonses.com header.b=Zz/+1 header.a=rsa-sha256 header.s=q
    x-bits=1024;
    dmarc=pass policy.published-domain-policy=none
    policy.applied-disposition=none policy.evaluated-disposition=none
    (p=none,d=none,d.eval=none) policy.policy-from=p
    header.from=example.com;
    iprev=pass smtp.remote-ip=54.240.1.2 (a1-2.smtp-out.eu-west-1.amazonses.com);
    spf=pass smtp.mailfrom={ID}@mail.example.com
    smtp.helo=a1-2.smtp-out.eu-west-1.amazonses.com
From: support@example.com
"""
# Each filter of Postfix adds a field of its own; the one beneath is what a relay before it wrote.
POSTFIX = """Authentication-Results: mail.example.org; dmarc=pass (p=none dis=none) header.from=example.com
Authentication-Results: mail.example.org; spf=pass (sender SPF authorized) smtp.mailfrom=mail.example.com
 (client-ip=54.240.1.2; helo=a1-2.amazonses.com; receiver=example.org)
Authentication-Results: mail.example.org;
	dkim=pass (2048-bit key; unprotected) header.d=example.com header.i=@example.com header.a=rsa-sha256 header.s=tok1
	header.b=Ab/c;
	dkim-atps=neutral
Authentication-Results: relay.elsewhere.example; dkim=fail header.d=example.com; spf=fail smtp.mailfrom=x.example
"""
BARE = (
    "mx.example.org; dkim=pass header.d=example.com; spf=pass smtp.mailfrom=mail.example.com;"
    " dmarc=pass header.from=example.com"
)

OWN, SES = Checked("pass", "example.com"), Checked("pass", "amazonses.com")
SPF, DMARC = Checked("pass", "mail.example.com"), Checked("pass", "example.com")


class Shape(NamedTuple):
    name: str
    text: str
    receiver: str
    dkim: tuple[Checked, ...] = (OWN, SES)
    policy: str = ""
    whole: bool = True  # From was pasted as well


SHAPES = (
    Shape("gmail", GMAIL, "mx.google.com"),
    Shape("gmail's page", GMAIL_PAGE, "mx.google.com"),
    Shape("outlook", OUTLOOK, ""),
    Shape("outlook, unfolded", UNFOLDED, ""),
    Shape("outlook, older", OUTLOOK_OLD, "", (OWN,), whole=False),
    Shape("outlook, without the name", OUTLOOK_OLD.partition(": ")[2], "", (OWN,), whole=False),
    Shape("yahoo", YAHOO, "atlas-production.v2-mail-prod1-gq1.omega.yahoo.com"),
    Shape("fastmail", FASTMAIL, "mx3.messagingengine.com", policy="none"),
    Shape("postfix", POSTFIX, "mail.example.org", (OWN,), whole=False),
    Shape("the value alone", BARE, "mx.example.org", (OWN,), whole=False),
    Shape("windows line ends", GMAIL.replace("\n", "\r\n"), "mx.google.com"),
    Shape("line ends as signs", GMAIL.replace("\n", "\u240d"), "mx.google.com"),
)


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_each_receivers_own_way_of_writing(shape: Shape) -> None:
    seen = read(shape.text)
    assert seen.problem == ""
    assert (seen.receiver, seen.dkim, seen.spf, seen.dmarc) == (shape.receiver, shape.dkim, SPF, DMARC)
    assert seen.policy == shape.policy
    assert seen.sender == ("support@example.com" if shape.whole else "")


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_each_of_them_is_good_news(shape: Shape) -> None:
    verdict = judged(shape.text)
    assert verdict.state == StepState.DONE, verdict.headline
    assert not problems(verdict)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("no results here", "No Authentication-Results is in what was pasted: 'no results here'."),
        ("   \n ", "Nothing was pasted."),
        ("From: a@b.example\nSubject: x\n", "No Authentication-Results"),
        ("ARC-Authentication-Results: i=1; mx.google.com; dkim=pass", "Only ARC-Authentication-Results"),
        ("Authentication-Results: mx.google.com", "could not be read: 'mx.google.com'"),
        ("Authentication-Results: mx.google.com; none", "mx.google.com says that it checked nothing."),
        ("Authentication-Results: ((((; dkim=pass", "could not be read: '((((; dkim=pass'"),
        ("Authentication-Results: mx; dkim=pass " + "a=b " * 3000, "too long to be one"),
        (GMAIL_PAGE.partition("Download")[0], "No Authentication-Results"),
    ],
)
def test_what_cannot_be_read_is_said_as_it_stands(text: str, says: str) -> None:
    assert says in read(text).problem
    verdict = judged(text)
    finding = next(item for item in verdict.findings if item.id == "go_live.headers_unread")
    assert (finding.severity, finding.field) == (Severity.UNKNOWN, "first_headers")
    assert "Gmail: Show original" in finding.remedy
    assert not any(row.label in ("DKIM", "SPF", "DMARC") for row in verdict.rows)


def test_the_topmost_field_is_the_receivers_even_where_it_cannot_be_read() -> None:
    text = "Authentication-Results: ;;;\nAuthentication-Results: mx.example.org; dkim=pass header.d=example.com\n"
    assert read(text).problem
    assert read(text).dkim == ()


def test_results_of_another_server_beneath_do_not_count() -> None:
    text = POSTFIX + "Authentication-Results: mail.example.org; spf=fail smtp.mailfrom=late.example\n"
    assert read(text).spf == SPF


# Judged


def judged(text: str, facts: Facts | None = None, *, sent: bool = True) -> Verdict:
    intents = (send_first(Phase.CONFIRMED),) if sent else ()
    return go_live_step.judge(Situation(facts or build.production(), build.entered(first_headers=text), intents))


def problems(verdict: Verdict) -> set[str]:
    names = {"headers_unread", "headers_lack", "authentication", "alignment", "other_message"}
    return {name for item in verdict.findings if (name := item.id.removeprefix("go_live.")) in names}


def row(verdict: Verdict, label: str) -> tuple[str, Mark]:
    found = next(item for item in verdict.rows if item.label == label)
    return found.value, found.mark


RESULTS = "Authentication-Results: mx.example.org; {}"
GOOD_DKIM = "dkim=pass header.d=example.com"
GOOD_SPF = "spf=pass smtp.mailfrom=mail.example.com"
GOOD_DMARC = "dmarc=pass header.from=example.com"


@pytest.mark.parametrize(
    ("results", "finding", "says"),
    [
        (f"dkim=fail header.d=example.com; {GOOD_SPF}; {GOOD_DMARC}", "authentication", "DKIM fail for example.com"),
        (f"{GOOD_DKIM}; spf=softfail smtp.mailfrom=mail.example.com; {GOOD_DMARC}", "authentication", "SPF softfail"),
        (f"{GOOD_DKIM}; {GOOD_SPF}; dmarc=fail header.from=example.com", "authentication", "DMARC fail"),
        (f"{GOOD_DKIM}; {GOOD_SPF}; dmarc=bestguesspass header.from=example.com", "authentication", "bestguesspass"),
        (
            f"dkim=pass header.d=amazonses.com; {GOOD_SPF}; {GOOD_DMARC}",
            "authentication",
            "no DKIM signature of example.com, only that of amazonses.com",
        ),
        (
            f"dkim=pass header.i=@eu-west-1.amazonses.com; {GOOD_SPF}; {GOOD_DMARC}",
            "authentication",
            "only that of eu-west-1.amazonses.com",
        ),
        (
            f"{GOOD_DKIM}; spf=pass smtp.mailfrom=eu-west-1.amazonses.com; {GOOD_DMARC}",
            "alignment",
            "SPF passed for eu-west-1.amazonses.com, which is not aligned with example.com.",
        ),
    ],
)
def test_what_a_receiver_holds_against_the_message(results: str, finding: str, says: str) -> None:
    verdict = judged(RESULTS.format(results))
    assert problems(verdict) == {finding}
    assert says in verdict.headline
    assert verdict.state == StepState.ATTENTION


def test_amazons_own_signature_may_fail_where_ours_passes() -> None:
    verdict = judged(RESULTS.format(f"{GOOD_DKIM}; dkim=fail header.d=amazonses.com; {GOOD_SPF}; {GOOD_DMARC}"))
    assert not problems(verdict)
    assert row(verdict, "DKIM, Amazon's own") == ("fail for amazonses.com", Mark.PLAIN)
    assert row(verdict, "DKIM") == ("pass for example.com, aligned", Mark.GOOD)


def test_what_the_receiver_leaves_out_is_unknown() -> None:
    verdict = judged(RESULTS.format(GOOD_DKIM))
    assert problems(verdict) == {"headers_lack"}
    assert row(verdict, "SPF") == ("not in what was pasted", Mark.UNKNOWN)
    assert verdict.state == StepState.DONE


STRICT = Dmarc("_dmarc.example.com", ("v=DMARC1; p=none; adkim=s; aspf=s",), "none", "", "s", "s")


@pytest.mark.parametrize(
    ("record", "results", "wrong"),
    [
        (STRICT, f"{GOOD_DKIM}; {GOOD_SPF}; {GOOD_DMARC}", "SPF passed for mail.example.com"),
        (STRICT, f"{GOOD_DKIM}; spf=pass smtp.mailfrom=example.com; {GOOD_DMARC}", ""),
        (
            STRICT,
            f"dkim=pass header.d=mail.example.com; spf=pass smtp.mailfrom=example.com; {GOOD_DMARC}",
            "DKIM passed for mail.example.com",
        ),
        (replace(STRICT, spf_alignment="r"), f"{GOOD_DKIM}; {GOOD_SPF}; {GOOD_DMARC}", ""),
    ],
)
def test_our_own_record_says_how_strictly_domains_have_to_match(record: Dmarc, results: str, wrong: str) -> None:
    verdict = judged(RESULTS.format(results), replace(build.production(), dmarc=build.seen(record)))
    assert problems(verdict) == ({"alignment"} if wrong else set())
    assert wrong in verdict.headline


def test_where_our_record_was_not_read_alignment_is_not_claimed() -> None:
    verdict = judged(
        RESULTS.format(f"{GOOD_DKIM}; {GOOD_SPF}; {GOOD_DMARC}"),
        replace(build.production(), dmarc=build.denied("DNS", "")),
    )
    assert row(verdict, "SPF")[0] == "pass for mail.example.com"
    assert row(verdict, "DKIM")[0] == "pass for example.com, aligned"


@pytest.mark.parametrize(
    ("domain", "sender", "strict", "expected"),
    [
        ("example.com", "EXAMPLE.com.", True, True),
        ("mail.example.com", "example.com", False, True),
        ("mail.example.com", "example.com", True, False),
        ("mail.example.com", "example.com", None, None),
        ("a.co.uk", "b.co.uk", False, False),
        ("evil-example.com", "example.com", None, False),
        ("com", "example.com", False, False),
        ("", "example.com", False, None),
        ("example.com", "", False, None),
    ],
)
def test_alignment(domain: str, sender: str, strict: bool | None, expected: bool | None) -> None:
    assert aligned(domain, sender, strict) is expected


def test_the_message_is_the_one_that_ses_took() -> None:
    assert row(judged(GMAIL), "Message-ID") == (f"{ID}@eu-west-1.amazonses.com, as SES said", Mark.GOOD)
    other = judged(GMAIL.replace(f"Message-ID: <{ID}", "Message-ID: <0102019"))
    assert problems(other) == {"other_message"}
    assert "SES gave 0102018, they say 0102019@" in other.headline
    assert other.state == StepState.ATTENTION
    foreign = judged(GMAIL.replace("support@example.com", "ceo@elsewhere.example"))
    assert "of a message from ceo@elsewhere.example, not from support@example.com" in foreign.headline
    # Sent by the service itself: there is no id to compare with.
    assert judged(GMAIL, sent=False).state == StepState.DONE
    assert judged(GMAIL.replace("support@", "ceo@"), sent=False).state == StepState.ATTENTION


# Anything at all

PIECES = st.sampled_from(
    ["Authentication-Results:", "ARC-", "mx.example.org;", "dkim=", "spf=", "dmarc=pass", "(", ")", '"', "\\", ";", "=",
     "header.d=", "header.from=", "smtp.mailfrom=", "@", "example.com", "\n", "\n\n", " ", "\t", "none", "/1",
     "reason=", "From: ", "Message-ID: <", ">", "\x1b[31m", "\u202e", "é", "\x00"]
)  # fmt: skip
ANYTHING = st.text(max_size=400) | st.lists(PIECES, max_size=40).map("".join)


@settings(max_examples=400, deadline=None)
@given(ANYTHING)
def test_no_text_crashes_the_reading_or_reaches_the_screen_raw(text: str) -> None:
    seen = read(text)
    assert isinstance(seen, ReceivedAuthentication)
    shown = [seen.receiver, seen.policy, seen.sender, seen.message_id, seen.problem]
    for item in (*seen.dkim, seen.spf, seen.dmarc):
        shown += [item.result, item.domain] if item is not None else []
    assert all(char.isprintable() for value in shown for char in value), shown
    assert bool(seen.problem) != bool(seen.dkim or seen.spf or seen.dmarc) or not seen.problem
    assert judged(text or "x").headline.endswith(".")


@pytest.mark.parametrize(
    "text",
    [
        "Authentication-Results: x; dkim=" + "(" * 5000,
        "Authentication-Results: x; " + "dkim=pass header.d=a;" * 250,
        'Authentication-Results: x; dkim=pass header.d="' + "\\a" * 2500,
        "Authentication-Results: x; dkim=pass header.d=" + "( " * 2500,
        "Authentication-Results: x; none\n" * 600,
        "a: b\n\n" * 3000,
        ";=" * 10_000,
        "Authentication-Results:" * 800,
    ],
)
def test_the_longest_paste_is_read_within_bounds(text: str) -> None:
    started = perf_counter()
    authentication_results.read.__wrapped__(text)
    assert perf_counter() - started < 2
