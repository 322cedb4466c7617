"""What a reviewer will stop at in the description and the figures: docs/ses.md, "Rubric", rows 14 to 26."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from email.utils import parseaddr
from functools import partial
from typing import NamedTuple

from dlaas_onboard.journey.facts import Facts
from dlaas_onboard.journey.facts.reading import known
from dlaas_onboard.journey.names import domain_of, is_address, within
from dlaas_onboard.journey.request import contradictions, evidence, rubric_findings, unsubscribing
from dlaas_onboard.journey.request.claim_ledger import describe
from dlaas_onboard.journey.request.description import Description, Sentence
from dlaas_onboard.journey.request.empty_answers import EXAMPLES, says_nothing
from dlaas_onboard.journey.request.fact_gates import fact_readings
from dlaas_onboard.journey.request.field_rules import DROP, normal
from dlaas_onboard.journey.request.fragments import PROSE, fragment
from dlaas_onboard.journey.request.gate import Light
from dlaas_onboard.journey.request.message_words import changed_words, how_to_confirm
from dlaas_onboard.journey.request.own_claims import claims
from dlaas_onboard.journey.request.sentence_ids import MAIL, QUESTIONS, SAMPLE, WHO
from dlaas_onboard.journey.request.spoken_of import names_operator, speaks_of
from dlaas_onboard.journey.request.worksheet import work_out
from dlaas_onboard.journey.review import stages
from dlaas_onboard.journey.situation.fields import BY_ID as FIELDS
from dlaas_onboard.journey.situation.fields import SENTENCE
from dlaas_onboard.journey.situation.message_fields import MESSAGE
from dlaas_onboard.journey.situation.message_row import MessageClass
from dlaas_onboard.journey.situation.placeholders import placeholder_in
from dlaas_onboard.journey.situation.situation import Situation, once
from dlaas_onboard.journey.situation.third_parties import is_third_party, noun
from dlaas_onboard.journey.step_registry import StepId
from dlaas_onboard.journey.text import line
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
    "length": _Rule(Severity.BLOCKER),
}
_UNREAD_BLOCKERS = frozenset(
    f"{StepId.USE_CASE}.{hole}_unread" for hole, rule in _HOLES.items() if rule.severity == Severity.BLOCKER
)
_MARKETING = re.compile(
    r"\b(newsletters?|promotions?|promotional|special offers?|campaigns?|marketing|discounts?)\b", re.IGNORECASE
)
_TECHNICAL = re.compile(
    r"\b(sns|sqs|lambda|event|topic|suppress\w*|webhook|queue|database|table|flag\w*|block\w*|remov\w*|delet\w*"
    r"|disabl\w*|deactivat\w*|stop\w*|unsubscrib\w*)\b",
    re.IGNORECASE,
)
# Handling that comes late, and what makes it prompt all the same.
_SELDOM = re.compile(
    r"\b(?:by hand|manual(?:ly)?|sometimes|from time to time|now and then|occasional(?:ly)?|weekly|monthly"
    r"|(?:once|twice) (?:a|per|every) (?:week|month|year)|every (?:few|other|couple of|\w+day|week|month)\b"
    r"|when(?:ever)? (?:we|i) (?:have|find|get) (?:the )?time|regular(?:ly)?)\b",
    re.IGNORECASE,
)
_SOON = re.compile(
    r"\bautomatic\w*|\b(?:lambda|webhook|sqs|worker|functions?|by itself|at once|immediately|same day|daily"
    r"|suppression)\b"
    r"|\bevery (?:day|morning|hour)\b|\bwithin (?:a|one|1|24) (?:days?|hours?)\b",
    re.IGNORECASE,
)
# Sectors named under "Tips and best practices" of the SES Developer Guide.
_RISKY = re.compile(
    r"\b(loans?|payday|credit repair|supplements?|weight loss|gambling|casino|betting|adult content|escorts?"
    r"|work from home|get rich|cryptocurrency investments?)\b",
    re.IGNORECASE,
)
# Small words of German, French, Spanish, Portuguese, Italian and Dutch that are no English words.
_NOT_ENGLISH = re.compile(
    r"\b(und|der|das|wir|nicht|mit|von|bei|werden|eine|einen|auf|ist|sind|wenn|unsere|ihre"
    r"|et|les|nous|une|dans|avec|sont|nos|vos|lorsque"
    r"|los|las|una|para|por|que|nuestros|cuando|não|uma|nossos|quando"
    r"|che|il|sono|nostri|gli|di|het|een|voor|onze|niet|wordt|wij)\b",
    re.IGNORECASE,
)
# What brings an address, and what sends a message: a text that names none of these names no step.
_STEP = re.compile(
    r"\b(regist\w*|sign\w*|subscri\w*|opt\w*|order\w*|buy\w*|bought|book\w*|check\w*|accounts?|log\w*|purchas\w*"
    r"|import\w*|employ\w*|staff|members?\w*|contract\w*|tick\w*|box\w*|links?|provid\w*|gives?|gave|enter\w*|add\w*"
    r"|request\w*|ask\w*|appl\w*|join\w*|pay\w*|paid|confirm\w*|consent\w*|forms?|invit\w*|creat\w*|page|app)\b",
    re.IGNORECASE,
)
_TRIGGER = re.compile(
    r"\b(when\w*|after|once|each|every|if|upon|as soon as|daily|weekly|monthly|yearly|before|follow\w*|trigger\w*"
    r"|on|at|because|request\w*|reset\w*|confirm\w*|welcome)\b",
    re.IGNORECASE,
)
_SHORTENER = re.compile(r"https?://(bit\.ly|tinyurl\.com|t\.co|goo\.gl|ow\.ly|is\.gd|buff\.ly)/", re.IGNORECASE)


class Gaps(NamedTuple):
    """The findings for which reviewers turn a request down, and those that may be such but could not be read."""

    blockers: tuple[Finding, ...]
    unread: tuple[Finding, ...]


def of_text(situation: Situation) -> tuple[Finding, ...]:
    """Return what a reviewer will miss or stop at in the description, and what in it is not true."""
    return (*_gaps_and_wording(situation), *contradictions.of_own_words(situation))


def gaps(situation: Situation) -> Gaps:
    """Return what keeps the text from answering Amazon's questions; untrue statements have a gate of their own."""
    findings = _gaps_and_wording(situation)
    return Gaps(
        tuple(item for item in findings if item.severity == Severity.BLOCKER),
        tuple(item for item in findings if item.id in _UNREAD_BLOCKERS),
    )


@once
def _gaps_and_wording(situation: Situation) -> tuple[Finding, ...]:
    description = describe(situation)
    unspoken = _unspoken(description) if description.edited else ()
    return (
        *_holes(description, situation),
        *unspoken,
        *_empty_answers(description, situation),
        *_wording(description, situation),
        *_changed_messages(situation),
    )


ALWAYS_ASKED = ("mail_content", "recipients_source", "bounce_process")  # the mail type stands in the form


def not_spoken_of(text: str, questions: Iterable[str] = ALWAYS_ASKED) -> tuple[str, ...]:
    """Return the questions of AWS's for which none of the usual words stands in a text.

    The words are English ones: of a text in another language nothing is guessed.
    """
    return tuple(question for question in questions if not speaks_of(question, text)) if is_english(text) else ()


def of_words(text: str, situation: Situation) -> tuple[Finding, ...]:
    """Return what a reviewer will stop at in the words of a text that stands for itself, such as a reply."""
    description = Description((Sentence("", "", text, "", mine=True),), (), text, edited=True)
    return (*_placeholders(text), *_mail_type(description, text, evidence.field("mail_type", situation)))


def is_english(text: str) -> bool:
    """Return whether a text may be English: neither much beyond ASCII nor many small words of another language."""
    others = [word.casefold() for word in _NOT_ENGLISH.findall(text)]
    foreign = len(set(others)) >= 3 and len(others) * 10 >= len(text.split())
    return not foreign and sum(not char.isascii() for char in text) <= len(text) / 10


def _unspoken(description: Description) -> Iterator[Finding]:
    """Find what a text that stands for the whole does not mention, though the ledger could say it."""
    holes = {hole.id for hole in description.holes}
    for question in not_spoken_of(description.text):
        if question not in holes:
            yield _finding(
                f"{question}_unspoken",
                Severity.BLOCKER,
                f"Your text does not seem to say {QUESTIONS[question].about}.",
                evidence="none of the usual English words for it stands in the text",
                remedy="Say it, or take your own text back: the one drafted here says it.",
                field="use_case_text",
                guide=_HOLES[question].guide_step,
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
_PAGES = {"privacy": "privacy", "sign_up": "sign-up"}  # the role of the page that a hole is about


def _holes(description: Description, situation: Situation) -> Iterator[Finding]:
    unread = {gate for gate, reading in fact_readings(situation).items() if reading.light == Light.UNKNOWN}
    for hole in description.holes:
        rule = _HOLES.get(hole.id, _Rule(Severity.WARNING))
        unknown = not hole.left_out and _is_unread(hole.id, unread, situation)
        # The operator's own text may say what the ledger misses: where it speaks of it, only they can tell.
        own = description.edited and (rule.severity != Severity.BLOCKER or speaks_of(hole.id, description.text))
        severity = Severity.UNKNOWN if unknown else Severity.ADVICE if own else rule.severity
        yield _finding(
            f"{hole.id}_{'unread' if unknown else 'missing'}",
            severity,
            hole.message,
            evidence=f"section {hole.section}",
            remedy=hole.remedy,
            field=hole.field,
            guide=rule.guide_step,
        )


def _empty_answers(description: Description, situation: Situation) -> Iterator[Finding]:
    """Find answers that say nothing where the text has no gap for them: they are left out of it."""
    holes = {hole.field for hole in description.holes}
    for question, example in EXAMPLES.items():
        for field in (question, f"{SENTENCE}{question}"):
            text = normal(field, situation.answers.text(field))
            if field in holes or not says_nothing(question, text) or (field != question and text == DROP):
                continue
            yield _finding(
                f"{question}_empty",
                Severity.WARNING,
                f"“{line(text, limit=60)}” says nothing to a reviewer, and is left out of the text.",
                evidence=f"entered as {FIELDS[question].label}",
                remedy=f"Say more, or empty the field. For example: “{example}”",
                field=field,
            )


def _is_unread(hole: str, unread: Collection[str], situation: Situation) -> bool:
    """Return whether a hole is there because something could not be read, not because it is missing."""
    checkout = situation.facts.checkout
    if hole == "mail_content" and situation.messages.open:
        return False
    if hole in ("mail_content", "recipients_source"):
        return checkout is not None and not checkout.known
    return _GATES.get(hole) in unread or (hole == "suppression" and stages.account(situation.facts) is None)


def _changed_messages(situation: Situation) -> Iterator[Finding]:
    for row in situation.messages.open:
        if row.changed:
            yield _finding(
                f"message_changed.{row.id}",
                Severity.WARNING,
                f"{row.name}: {changed_words(row)}.",
                evidence=", ".join(map(str, row.sources)),
                remedy=f"Read it again. {how_to_confirm([row])}",
                field=f"{MESSAGE}{row.id}.confirmed",
            )


def _wording(description: Description, situation: Situation) -> Iterator[Finding]:
    mail_type = evidence.field("mail_type", situation)
    own_words = "\n".join(sentence.text for sentence in description.sentences if sentence.mine)
    yield from _placeholders(own_words)
    yield from _length(description.text)
    yield from _mail_type(description, own_words, mail_type)
    yield from unsubscribing.of_list_mail(description, situation)
    yield from _third_parties(situation)
    yield from _other_senders(situation)
    yield from _not_sent(situation)
    yield from _fragments(description)
    yield from _bounce_process(situation.answers.text("bounce_process"))
    yield from _business(description)
    yield from _sector_and_language(description)
    yield from _steps(description)
    yield from _untested(situation.facts)
    yield from _samples(situation.facts)
    yield from _stock(description, situation.facts)


def _placeholders(own_words: str) -> Iterator[Finding]:
    if placeholder := placeholder_in(own_words):
        yield _finding(
            "placeholder",
            Severity.BLOCKER,
            "The text still holds a placeholder.",
            evidence=placeholder,
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
    if mail_type == "TRANSACTIONAL" and (claim := next(claims(_MARKETING, own_words), None)):
        yield _finding(
            "marketing_words",
            Severity.WARNING,
            "The request says transactional, but your words speak of marketing.",
            evidence=claim.words,
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


def _third_parties(situation: Situation) -> Iterator[Finding]:
    """Find people who are no users, and of whom the text does not say how their address comes to be there."""
    recipients = dict.fromkeys(row.recipient for row in situation.messages.claimed if is_third_party(row.recipient))
    source = situation.answers.text("recipients_source").casefold()
    unsaid = [each for each in recipients if noun(each) not in source]
    if unsaid:
        yield _finding(
            "third_parties",
            Severity.WARNING,
            f"The text does not say how the address of {unsaid[0]} reaches you.",
            evidence="they are no users of yours, so a reviewer asks why they get your mail",
            remedy="Say who enters the address, and why the person expects the mail.",
            field="recipients_source",
            guide=8,
        )


def _other_senders(situation: Situation) -> Iterator[Finding]:
    """Find messages that the code sends from another domain than the one of the request: SES would refuse them."""
    senders = {row.name: parseaddr(row.sender)[1] for row in situation.messages.claimed}
    others = {
        name: sender
        for name, sender in senders.items()
        if is_address(sender) and situation.domain and not within(domain_of(sender), situation.domain)
    }
    if others:
        name, sender = next(iter(others.items()))
        more = f", and {len(others) - 1} more messages from another domain" if len(others) > 1 else ""
        yield _finding(
            "other_sender",
            Severity.WARNING,
            f"The code sends “{name}” from {sender}, which is not of {situation.domain}{more}.",
            evidence="a sample that shows it contradicts the From address; SES refuses a sender that is not verified",
            remedy=f"Send from an address of {situation.domain}, or request production access with the other domain.",
            field="sender",
            guide=8,
        )


def _not_sent(situation: Situation) -> Iterator[Finding]:
    """Find messages that code sends and the operator says are not sent: the text keeps silent of them."""
    rows = [row for row in situation.messages.rows if row.message_class == MessageClass.NOT_SENT and row.sources]
    if rows:
        names = ", ".join(row.name for row in rows[:3]) + (f" and {len(rows) - 3} more" if len(rows) > 3 else "")
        yield _finding(
            "not_sent",
            Severity.WARNING if any(row.bulk for row in rows) else Severity.ADVICE,
            f"The code sends what you say is not sent: {names}.",
            evidence=", ".join(str(row.sources[0]) for row in rows),
            remedy="See to it that it is switched off: Amazon sees what an account sends.",
            field=f"{MESSAGE}{rows[0].id}.class",
        )


def _fragments(description: Description) -> Iterator[Finding]:
    """Find own words of prose that do not read as sentences, with how they could where that is sure."""
    for sentence in description.sentences:
        found = fragment(sentence.text) if sentence.mine and sentence.id in PROSE else None
        if found is None:
            continue
        could = f"It could read: “{found.suggestion}”" if found.suggestion else "Write it out: who does what, and when."
        yield _finding(
            f"fragment_{sentence.id}",
            Severity.ADVICE,
            f"“{line(found.words, limit=100)}” does not read as a sentence: {found.why}.",
            remedy=could,
            field=sentence.id,
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
    elif (seldom := next(claims(_SELDOM, process), None)) and not _SOON.search(process):
        yield _finding(
            "bounce_words",
            Severity.WARNING,
            f"Your words on bounces and complaints describe handling by hand, or now and then: “{seldom.words}”.",
            evidence=process[:120],
            remedy="Amazon wants such an address stopped automatically, or on the same day. Say what does that.",
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
    elif description.text and not names_operator(_who_we_are(description)):
        yield _finding(
            "entity",
            Severity.ADVICE,
            "The text does not name the company or person who runs the service.",
            remedy="Add the name and the place to what the service is.",
            field="business",
        )


def _who_we_are(description: Description) -> str:
    """Return the words in which the operator is named: what else stands in the text names customers and samples."""
    if description.edited:
        return description.text
    return "\n".join(sentence.text for sentence in description.sentences if sentence.section == WHO)


def _steps(description: Description) -> Iterator[Finding]:
    """Find own words that name no step by which an address comes, or no event that sends a message."""
    own = {sentence.id: sentence.text for sentence in description.sentences if sentence.mine}
    source, content = own.get("recipients_source", ""), own.get("mail_content", "")
    read = {sentence.id for sentence in description.sentences}
    if source and "opt_in" not in read and is_english(source) and not _STEP.search(source):
        yield _finding(
            "source_words",
            Severity.WARNING,
            "Your words on how addresses reach you name no concrete step.",
            evidence=source[:120],
            remedy="Name the form, the order or the link by which a recipient gives the address.",
            field="recipients_source",
            guide=8,
        )
    listed = any(sentence_id.startswith(MAIL) for sentence_id in read)
    if content and not listed and is_english(content) and not _TRIGGER.search(content):
        yield _finding(
            "content_words",
            Severity.WARNING,
            "Your words on what you send do not say what sends each message.",
            evidence=content[:120],
            remedy="Name the event behind each kind of message.",
            field="mail_content",
        )


def _sector_and_language(description: Description) -> Iterator[Finding]:
    text = description.text
    own_words = [item.text for item in description.sentences if item.mine and item.section != SAMPLE]
    if risky := _RISKY.search(text):
        yield _finding(
            "sector",
            Severity.ADVICE,
            "Amazon watches this sector closely: expect questions.",
            evidence=risky.group(),
            remedy="Say plainly how recipients ask for this mail.",
        )
    foreign = next((words for words in (text, *own_words) if not is_english(words)), "")
    if foreign:
        yield _finding(
            "language",
            Severity.ADVICE,
            "The text is not in English, or not throughout.",
            evidence=line(foreign, limit=120),
            remedy="English is answered faster.",
        )


def _untested(facts: Facts) -> Iterator[Finding]:
    points = known(facts.statistics)
    if points is not None and not any(point.attempts for point in points) and stages.access(facts) == "sandbox":
        yield _finding(
            "untested",
            Severity.ADVICE,
            "SES counted no message here in the last two weeks.",
            evidence=evidence.origin(facts.statistics).source,
            remedy="Send a few test messages first: a request from an unused account raises questions.",
        )


def _samples(facts: Facts) -> Iterator[Finding]:
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
