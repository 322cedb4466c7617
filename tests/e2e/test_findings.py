"""A finding is the same wherever it is shown: in the app, the JSON, and the report as Markdown and HTML."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest

from dlaas_onboard.journey.looks import Look
from dlaas_onboard.journey.step_registry import BY_ID, STEPS, StepId
from dlaas_onboard.journey.verdict import Finding, Severity
from dlaas_onboard.onboarding import Onboarding
from dlaas_onboard.rehearsal.scenarios import SCENARIOS
from dlaas_onboard.report import outline
from dlaas_onboard.report.markdown import escape
from dlaas_onboard.tui.finding_items import finding_detail, finding_more
from tests.e2e.conftest import WorldMaker

# A full stop, and what begins like a sentence after it. What AWS itself said may be as long as it likes.
_NEXT_SENTENCE = re.compile(r"[.!?][)\"'”’]? +[A-Z]")
# What an operator may get wrong in the fields.
WRONG = {
    "contacts": "not an address",
    "website_url": "ftp://example",
    "users": "many",
    "bounce_process": "TODO",
    "sender": "noreply@example.net",
}


class Articles(HTMLParser):
    """The findings of the HTML report, each as its paragraphs by class."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[dict[str, str]] = []
        self._inside = False
        self._part = ""
        self._label = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        kind = dict(attrs).get("class") or ""
        if tag == "article" and kind.startswith("finding "):
            self._inside = True
            self.found.append({"severity": kind.split()[1]})
        elif tag == "p" and self._inside:
            self._part = kind
        elif tag == "span":
            self._label = True

    def handle_endtag(self, tag: str) -> None:
        if tag == "article":
            self._inside = False
        elif tag == "p":
            self._part = ""
        elif tag == "span":
            self._label = False

    def handle_data(self, data: str) -> None:
        if self._inside and self._part and not self._label:
            self.found[-1][self._part] = self.found[-1].get(self._part, "") + data


def findings(onboarding: Onboarding) -> list[Finding]:
    """Return the findings as the app has them, step by step."""
    verdicts = onboarding.view().verdicts
    return [finding for step in STEPS for finding in verdicts[step.id].findings]


def shown_at(finding: Finding) -> StepId:
    """Return the step that shows a finding; the one that mends it may be another."""
    return StepId(finding.id.partition(".")[0])


def where(finding: Finding) -> str:
    guide = f" · guide step {finding.guide_step}" if finding.guide_step else ""
    return f"{BY_ID[shown_at(finding)].title} · {finding.id}{guide}"


def told(found: list[Finding]) -> Iterator[Finding]:
    """Return the findings in the order of the report: what matters most first."""
    for severity in outline.SEVERITIES:
        yield from (item for item in found if item.severity == severity)


@pytest.fixture(params=[*SCENARIOS, "dlaas, filled in wrong"])
def onboarding(request: pytest.FixtureRequest, world: WorldMaker) -> Onboarding:
    """Return an onboarding in each scenario after every look, the radar included."""
    scenario, _, wrong = request.param.partition(", ")
    found = world(scenario).open()
    found.look({Look.RADAR})
    if wrong:
        for field, text in WRONG.items():
            assert found.enter(field, text) or field in ("bounce_process", "sender"), field
        found.look()
    return found


def test_a_finding_is_the_same_everywhere(onboarding: Onboarding) -> None:
    found = findings(onboarding)
    assert found
    keys = ("id", "severity", "message", "evidence", "remedy", "guide_step")
    expected = [
        dict(zip(keys, (f.id, f.severity, f.message, f.evidence, f.remedy, f.guide_step or None), strict=True))
        for f in found
    ]
    status = onboarding.status()
    assert [one for step in status["steps"] for one in step["findings"]] == expected
    report = json.loads(onboarding.report("json", "private"))
    assert [one for step in report["status"]["steps"] for one in step["findings"]] == expected

    articles = Articles()
    articles.feed(onboarding.report("html", "private").decode())
    assert articles.found == [
        {
            "severity": item.severity,
            "message": item.message,
            **({"evidence": item.evidence} if item.evidence else {}),
            **({"remedy": item.remedy} if item.remedy else {}),
            "where": where(item),
        }
        for item in told(found)
    ]

    markdown = onboarding.report("md", "private").decode()
    place = 0
    for item in told(found):
        lines = [f"- **{escape(item.message)}** ({escape(where(item))})"]
        lines += [f"  - Evidence: {escape(item.evidence)}"] if item.evidence else []
        lines += [f"  - Remedy: {escape(item.remedy)}"] if item.remedy else []
        place = markdown.find("\n".join(lines) + "\n\n", place)
        assert place >= 0, item

    for item in found:
        shown = finding_more(item)
        for part in (item.message, item.evidence, item.remedy):
            assert part in shown
        assert (f"guide step {item.guide_step}" in str(finding_detail(item))) == bool(item.guide_step)


def test_a_finding_says_one_thing_and_what_to_do(onboarding: Onboarding) -> None:
    found = findings(onboarding)
    ids = [item.id for item in found]
    assert len(ids) == len(set(ids))
    for step, verdict in onboarding.view().verdicts.items():
        assert {shown_at(item) for item in verdict.findings} <= {step}
    # Each of these lists the findings that are at fault.
    assert [item for item in found if not item.message.endswith((".", "?"))] == []
    assert [item.message for item in found if _NEXT_SENTENCE.search(item.message)] == []
    grave = (Severity.BLOCKER, Severity.WARNING)
    assert [item for item in found if item.severity in grave and not item.remedy] == []
    assert [item for item in found if BY_ID[shown_at(item)].guide_steps and not item.guide_step] == []
    assert {item.guide_step for item in found} <= set(range(15))
