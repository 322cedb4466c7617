"""Our answer to each question of Amazon's, from the claim ledger alone, and what such an answer still lacks."""

from __future__ import annotations

from dataclasses import dataclass

from dlaas_onboard.journey.request.claim_ledger import describe
from dlaas_onboard.journey.request.description import Description, Hole, Sentence
from dlaas_onboard.journey.request.sentence_ids import AUTHENTICATION, BOUNCES, RECIPIENTS, UNSUBSCRIBE, WHAT, WHO
from dlaas_onboard.journey.request.sentences import samples
from dlaas_onboard.journey.request.spoken_of import speaks_of
from dlaas_onboard.journey.review.amazon_reply import Question
from dlaas_onboard.journey.situation.answers import Answers
from dlaas_onboard.journey.situation.situation import Situation, once
from dlaas_onboard.journey.step_registry import StepId

# What stands over the answer in the reply, and what the question is called here.
HEADINGS = {
    Question.FREQUENCY: "How often we send",
    Question.LISTS: "How we keep our recipient list",
    Question.BOUNCES: "How we handle bounces and complaints",
    Question.UNSUBSCRIBE: "How recipients stop the mail",
    Question.SAMPLES: "Examples of our mail",
    Question.USE_CASE: "Our use case",
    Question.MAIL_TYPE: "What kind of mail we send",
    Question.OPT_IN: "How recipients opt in",
    Question.WEBSITE: "Our website",
    Question.VOLUME: "How much we send",
    Question.IDENTITY: "Our domain and its authentication",
}
ASKED = {
    Question.FREQUENCY: "How often you send",
    Question.LISTS: "How lists are kept",
    Question.BOUNCES: "Bounces, complaints",
    Question.UNSUBSCRIBE: "Unsubscribing",
    Question.SAMPLES: "Sample mails",
    Question.USE_CASE: "The use case",
    Question.MAIL_TYPE: "Kind of mail",
    Question.OPT_IN: "Opting in",
    Question.WEBSITE: "The website",
    Question.VOLUME: "How much you send",
    Question.IDENTITY: "A verified domain",
}
# Sections of the claim ledger that answer a question, the sentences where a section holds more, and the step where
# what is missing is filled in.
_SECTIONS = {
    Question.LISTS: (RECIPIENTS,),
    Question.BOUNCES: (BOUNCES,),
    Question.UNSUBSCRIBE: (UNSUBSCRIBE,),
    Question.USE_CASE: (WHO, WHAT),
    Question.IDENTITY: (AUTHENTICATION,),
}
_SENTENCES = {
    Question.FREQUENCY: ("volume_now", "users", "volume", "ramp", "growth", "jobs"),
    Question.MAIL_TYPE: ("transactional", "marketing", "mail_content", "mails.", "mail."),
    Question.OPT_IN: ("sign_up", "recipients_source", "opt_in", "login", "no_lists"),
    Question.WEBSITE: ("website", "privacy", "sign_up"),
    Question.VOLUME: ("volume_now", "users", "volume", "ramp", "growth", "quota"),
}
# Without these a question is not answered, whatever else its section holds.
_NEEDED = {
    Question.FREQUENCY: ("volume_now", "volume"),
    Question.LISTS: ("recipients_source",),
    Question.BOUNCES: ("events", "bounce_process"),
    Question.UNSUBSCRIBE: ("unsubscribe",),
    Question.SAMPLES: ("sample",),
    Question.USE_CASE: ("business", "mail_content"),
    Question.MAIL_TYPE: ("transactional", "mail_content"),
    Question.OPT_IN: ("recipients_source",),
    Question.WEBSITE: ("website",),
    Question.VOLUME: ("volume_now", "volume"),
    Question.IDENTITY: ("domain_identity", "dkim", "mail_from", "dmarc"),
}
_STEPS = {
    Question.FREQUENCY: StepId.QUOTA,
    Question.VOLUME: StepId.QUOTA,
    Question.BOUNCES: StepId.BOUNCES,
    Question.IDENTITY: StepId.DOMAIN,
    Question.WEBSITE: StepId.REQUEST,
    Question.MAIL_TYPE: StepId.REQUEST,
}


@dataclass(frozen=True, slots=True)
class QuestionAnswer:
    """What we have to say to one question of Amazon's."""

    question: Question
    sentences: tuple[Sentence, ...]
    holes: tuple[Hole, ...]  # what the answer still lacks
    step: StepId  # where a hole is filled


def answer(question: Question, situation: Situation) -> QuestionAnswer:
    """Return our answer to one question, from the claim ledger alone."""
    description = ledger_description(situation)
    if question == Question.SAMPLES:
        sentences = samples(situation, 2)
    else:
        sentences = tuple(sentence for sentence in description.sentences if _belongs(sentence, question))
    if question == Question.FREQUENCY:  # how much is said before when
        sentences = tuple(sorted(sentences, key=lambda sentence: sentence.id == "jobs"))
    holes = tuple(hole for hole in description.holes if hole.id in _NEEDED[question])
    return QuestionAnswer(question, sentences, holes, _STEPS.get(question, StepId.USE_CASE))


def mentions(question: Question, text: str) -> bool:
    """Return whether any of the usual words for an answer stands in a text: a guess by keywords."""
    return any(speaks_of(name, text) for name in _NEEDED[question])


@once
def ledger_description(situation: Situation) -> Description:
    """Return the description as the ledger writes it, without the text that stands for all of it.

    That text answers no single question. Each question and the rest of the reply ask for the same ledger.
    """
    answers = {key: entry for key, entry in situation.answers.entries.items() if key != "use_case_text"}
    return describe(Situation(situation.facts, Answers(answers)))


def _belongs(sentence: Sentence, question: Question) -> bool:
    names = _SENTENCES.get(question, ())
    return sentence.section in _SECTIONS.get(question, ()) or any(
        sentence.id == name or (name.endswith(".") and sentence.id.startswith(name)) for name in names
    )
