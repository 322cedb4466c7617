"""What a reviewer will stop at in the description and the figures: docs/ses.md, "Rubric", rows 14 to 26."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from dlaas_onboard.journey.facts import Facts
from dlaas_onboard.journey.facts.reading import known
from dlaas_onboard.journey.request import evidence, rubric_findings
from dlaas_onboard.journey.request.claim_ledger import describe
from dlaas_onboard.journey.request.description import Description
from dlaas_onboard.journey.request.gate import Gate, Light
from dlaas_onboard.journey.request.gates import gates
from dlaas_onboard.journey.request.worksheet import work_out
from dlaas_onboard.journey.review import stages
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.step_registry import StepId
from dlaas_onboard.journey.verdict import Finding, Severity

SHORT, GOOD, LONG = 600, 1500, 3500  # characters: 1,500 to 3,500 read well (docs/ses.md, "Description")


class _Rule(NamedTuple):
    severity: Severity
    guide_step: int = 13


# Holes of the ledger by id. What AWS asks in every case is a blocker: how addresses are collected, what is sent, what
# happens on a bounce or a complaint.
_HOLES = {
    "business": _Rule(Severity.WARNING),
    "website": _Rule(Severity.WARNING, 6),
    "privacy": _Rule(Severity.WARNING, 6),
    "sign_up": _Rule(Severity.WARNING, 6),
    "transactional": _Rule(Severity.BLOCKER, 5),
    "mail_content": _Rule(Severity.BLOCKER),
    "recipients_source": _Rule(Severity.BLOCKER, 8),
    "no_lists": _Rule(Severity.WARNING, 8),
    "volume": _Rule(Severity.WARNING, 12),
    "events": _Rule(Severity.WARNING, 9),
    "bounce_process": _Rule(Severity.BLOCKER, 9),
    "suppression": _Rule(Severity.WARNING, 9),
    "unsubscribe": _Rule(Severity.WARNING),
    "sample": _Rule(Severity.ADVICE),
}
_MARKETING = re.compile(
    r"\b(newsletters?|promotions?|promotional|special offers?|campaigns?|marketing|discounts?)\b", re.IGNORECASE
)
_DENIED_MARKETING = re.compile(r"\b(no|not|never|without|nor|neither|don't)\b[^.;:]*$", re.IGNORECASE)
_TECHNICAL = re.compile(
    r"\b(sns|sqs|lambda|event|topic|suppress\w*|webhook|queue|database|table|flag\w*|block\w*|remov\w*|delet\w*"
    r"|disabl\w*|deactivat\w*|stop\w*|unsubscrib\w*)\b",
    re.IGNORECASE,
)
# Sectors named under "Tips and best practices" of the SES Developer Guide.
_RISKY = re.compile(
    r"\b(loans?|payday|credit repair|supplements?|weight loss|gambling|casino|betting|adult content|escorts?"
    r"|work from home|get rich|cryptocurrency investments?)\b",
    re.IGNORECASE,
)
_PLACEHOLDER = re.compile(
    r"\b(todo|tbd|lorem ipsum|xxx+)\b|\[(your|company|insert)[^\]]*\]|<(your|company|insert)[^>]*>", re.IGNORECASE
)
_SHORTENER = re.compile(r"https?://(bit\.ly|tinyurl\.com|t\.co|goo\.gl|ow\.ly|is\.gd|buff\.ly)/", re.IGNORECASE)
_ENTITY = re.compile(
    r"\b(gmbh|ug|ag|kg|e\.?k\.?|ltd|limited|llc|llp|inc|corp\w*|company|s\.?a\.?s?|s\.?r\.?l|b\.?v|oy|ab|a/s|pty|"
    r"foundation|association|e\.?v|university|institute|cooperative|sole proprietor|freelance\w*|run by|operated by)\b",
    re.IGNORECASE,
)


def of_text(situation: Situation) -> tuple[Finding, ...]:
    """Return what a reviewer will miss or stop at in the description."""
    description = describe(situation)
    return (
        *_holes(description, situation),
        *_wording(description, situation),
        *_contradicted(description, situation),
    )


_finding = partial(rubric_findings.finding, StepId.USE_CASE, guide=13)

# The gates that say whether a hole is there because something is missing or because it could not be read.
_GATES = {
    "website": "website",
    "privacy": "website",
    "sign_up": "website",
    "events": "bounce_path",
    "domain_identity": "domain_identity",
    "dkim": "dkim",
    "mail_from": "mail_from",
    "dmarc": "dmarc",
}


def _holes(description: Description, situation: Situation) -> Iterator[Finding]:
    unread = {gate.id for gate in gates(situation) if gate.light == Light.UNKNOWN}
    for hole in description.holes:
        rule = _HOLES.get(hole.id, _Rule(Severity.WARNING))
        unknown = _GATES.get(hole.id) in unread or (
            hole.id == "suppression" and stages.account(situation.facts) is None
        )
        # The operator's own text may say what the ledger misses; only they can tell.
        severity = Severity.UNKNOWN if unknown else Severity.ADVICE if description.edited else rule.severity
        yield _finding(
            f"{hole.id}_{'unread' if unknown else 'missing'}",
            severity,
            hole.message,
            evidence=f"section {hole.section}",
            remedy=hole.remedy,
            field=hole.field,
            guide=rule.guide_step,
        )


def _wording(description: Description, situation: Situation) -> Iterator[Finding]:
    mail_type = evidence.field("mail_type", situation)
    own_words = "\n".join(sentence.text for sentence in description.sentences if sentence.mine)
    yield from _placeholders(own_words)
    yield from _length(description.text)
    yield from _mail_type(description, own_words, mail_type)
    yield from _bounce_process(situation.answers.text("bounce_process"))
    yield from _business(description)
    yield from _sector_and_language(description.text)
    yield from _untested(situation.facts)
    yield from _samples(situation.facts, mail_type)
    yield from _stock(description, situation.facts)


def _placeholders(own_words: str) -> Iterator[Finding]:
    if placeholder := _PLACEHOLDER.search(own_words):
        yield _finding(
            "placeholder",
            Severity.BLOCKER,
            "The text still holds a placeholder.",
            evidence=placeholder.group(),
            remedy="Replace it.",
        )


def _length(text: str) -> Iterator[Finding]:
    if text and len(text) < SHORT:
        yield _finding(
            "short",
            Severity.WARNING,
            f"The text has {len(text):,} characters; reviewers turn down what is vague.",
            remedy=f"Fill the gaps until it has {GOOD:,} to {LONG:,} characters.",
        )
    if len(text) > LONG:
        yield _finding(
            "long",
            Severity.ADVICE,
            f"The text has {len(text):,} characters; {GOOD:,} to {LONG:,} read best.",
            remedy="Leave out sentences that answer no question.",
        )


def _mail_type(description: Description, own_words: str, mail_type: str) -> Iterator[Finding]:
    if mail_type == "TRANSACTIONAL" and (word := _claims(_MARKETING, own_words)):
        yield _finding(
            "marketing_words",
            Severity.WARNING,
            "The request says transactional, but your words speak of marketing.",
            evidence=word,
            remedy="Choose Marketing if you send it, or reword the sentence.",
            field="mail_type",
            guide=5,
        )
    sentences = " ".join(sentence.text for sentence in description.sentences).casefold()  # without the headings
    if mail_type == "MARKETING" and "unsubscribe" not in sentences:
        yield _finding(
            "one_click",
            Severity.BLOCKER,
            "Marketing mail needs an unsubscribe link and the List-Unsubscribe headers; the text names neither.",
            remedy="Say where the link stands and that List-Unsubscribe-Post is set (RFC 8058).",
            field="unsubscribe",
        )


def _bounce_process(process: str) -> Iterator[Finding]:
    if process and not _TECHNICAL.search(process):
        yield _finding(
            "bounce_words",
            Severity.WARNING,
            "Your words on bounces and complaints name nothing that acts by itself.",
            evidence=process[:120],
            remedy="Name what receives the event and what it does to the address.",
            field="bounce_process",
            guide=9,
        )


def _business(description: Description) -> Iterator[Finding]:
    business = next((sentence for sentence in description.sentences if sentence.id == "business"), None)
    if business is not None and not business.mine:
        yield _finding(
            "borrowed",
            Severity.WARNING,
            "What the service is stands there in the project's words, not in yours.",
            evidence=business.source,
            remedy="Write what your service does, for whom, and who runs it.",
            field="business",
        )
    elif description.text and not _ENTITY.search(description.text):
        yield _finding(
            "entity",
            Severity.ADVICE,
            "The text does not name the company or person who runs the service.",
            remedy="Add the name and the place to what the service is.",
            field="business",
        )


def _sector_and_language(text: str) -> Iterator[Finding]:
    if risky := _RISKY.search(text):
        yield _finding(
            "sector",
            Severity.ADVICE,
            "Amazon watches this sector closely: expect questions.",
            evidence=risky.group(),
            remedy="Say plainly how recipients ask for this mail.",
        )
    if text and sum(not char.isascii() for char in text) > len(text) / 10:
        yield _finding("language", Severity.ADVICE, "The text is not in English.", remedy="English is answered faster.")


def _untested(facts: Facts) -> Iterator[Finding]:
    points = known(facts.statistics)
    if points is not None and not any(point.attempts for point in points) and stages.access(facts) == "sandbox":
        yield _finding(
            "untested",
            Severity.ADVICE,
            "Nothing was sent from this account yet.",
            evidence=evidence.origin(facts.statistics).source,
            remedy="Send a few test messages first: a request from an unused account raises questions.",
        )


def _claims(words: re.Pattern[str], text: str) -> str:
    """Return the word that is claimed, not denied: "we send no newsletters" claims nothing."""
    for match in words.finditer(text):
        if not _DENIED_MARKETING.search(text[: match.start()]):
            return match.group()
    return ""


def _samples(facts: Facts, mail_type: str) -> Iterator[Finding]:
    checkout = evidence.checkout(facts)
    gaps = {gap.id for gap in checkout.gaps} if checkout else set()  # with the line of the template
    for mail in evidence.mails(facts):
        short = _SHORTENER.search(mail.sample)
        if short and f"defect_template_shortener.{mail.name}" not in gaps:
            yield _finding(
                f"shortener_{mail.name}",
                Severity.WARNING,
                f"The message {mail.name} links through a URL shortener.",
                evidence=f"{mail.source}: {short.group()}",
                remedy="Link to your own domain.",
            )
        if mail_type == "MARKETING" and mail.bulk and "unsubscribe" not in mail.sample.casefold():
            yield _finding(
                f"footer_{mail.name}",
                Severity.WARNING,
                f"The message {mail.name} has no unsubscribe link.",
                evidence=str(mail.source or ""),
                remedy="Add it to the footer.",
            )


def _stock(description: Description, facts: Facts) -> Iterator[Finding]:
    checkout = evidence.checkout(facts)
    if checkout is not None and checkout.stock and not description.edited:
        yield _finding(
            "stock",
            Severity.WARNING,
            "The text is written from a configuration that still has the values DLaaS ships with.",
            evidence=", ".join(checkout.stock),
            remedy="Set your own values in common/config.json, or enter name, domain and sender here.",
            field="service_name",
        )


def _contradicted(description: Description, situation: Situation) -> Iterator[Finding]:
    """Return what the operator's own words claim and the facts deny; what is unknown denies nothing."""
    own = [sentence.text for sentence in description.sentences if sentence.mine]
    lights: dict[str, Gate] = {gate.id: gate for gate in gates(situation)}
    for gate, words in (
        ("dkim", r"\bDKIM\b"),
        ("dmarc", r"\bDMARC\b"),
        ("mail_from", r"\bMAIL FROM\b|\bSPF\b"),
        ("bounce_path", r"\bSNS\b|\bevent destination\b|\bconfiguration set\b"),
    ):
        if lights[gate].light != Light.RED:
            continue
        for text in own:
            if word := _claims(re.compile(words, re.IGNORECASE), text):
                yield _finding(
                    f"{gate}_contradicted",
                    Severity.WARNING,
                    f"Your words speak of {word}, but that is not in place.",
                    evidence=lights[gate].why,
                    remedy="Put it in place first, or say what is planned: an untrue claim counts against you.",
                )
                break


def of_figures(situation: Situation) -> tuple[Finding, ...]:
    """Return what a reviewer will ask about the figures."""
    sheet = work_out(situation)
    return tuple(
        Finding(
            f"quota.{name}",
            Severity.WARNING,
            warning,
            remedy="Correct the figures, or be ready to explain them.",
            step=StepId.QUOTA,
            guide_step=12,
            field="daily_quota" if name in ("round_million", "above_grant", "too_low", "too_high") else "",
        )
        for name, warning in zip(sheet.warning_ids, sheet.warnings, strict=True)
    )
