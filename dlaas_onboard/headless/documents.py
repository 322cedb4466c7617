"""The JSON documents of the commands: their published shapes, and the name of each one's schema in ``assets/``."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel

from dlaas_onboard.journey.published_document import PublishedDocument


class EventDocument(PublishedDocument):
    """Something that the embedded account can be made to do: ``rehearse --play ID``."""

    id: str
    title: str
    help: str


class RehearsalDocument(PublishedDocument):
    """The embedded account that ``rehearse --serve`` serves."""

    schema_: Literal["dlaas-onboard/rehearsal/1"] = Field("dlaas-onboard/rehearsal/1", alias="schema")
    scenario: str
    account: str
    region: str
    domain: str
    owner: str  # the address that plays the operator's own
    website: str
    dns: str
    endpoint: str
    environment: dict[str, str | None]  # what leads other commands there; null: to be unset
    events: list[EventDocument]


class ExplanationDocument(PublishedDocument):
    """One error that was recognised, and what it means in this account."""

    error: str
    cause: str
    actor: Literal["operator", "dns", "aws", "terraform", "nobody"]
    remedy: str
    commands: list[str]
    source: str


class ExplanationsDocument(PublishedDocument):
    """What ``explain`` recognised in a text, in its order."""

    schema_: Literal["dlaas-onboard/explain/1"] = Field("dlaas-onboard/explain/1", alias="schema")
    account: str | None
    region: str | None
    explanations: list[ExplanationDocument]


class InputDocument(PublishedDocument):
    """A field that an action takes: ``do ACTION FIELD=VALUE`` saves it first; ``value`` is what it would take now."""

    id: str
    label: str
    help: str
    value: str
    choices: list[str]


class ActionDocument(PublishedDocument):
    """One write that can be asked for."""

    id: str
    title: str
    step: str
    writes: str  # what it does at AWS
    final: str  # what cannot be undone
    confirm: Literal["yes", "digits"]  # digits: `do` needs --account as well
    inputs: list[InputDocument]
    iam: list[str]
    cli_commands: list[str]  # of the AWS CLI, for what it may write: "aws sesv2 create-email-identity"
    cli: list[str]  # the AWS CLI lines that would do the same now; empty where it cannot be done
    possible: bool
    why_not: str
    command: str  # what does it


class ActionsDocument(PublishedDocument):
    """Every write there is, and whether it can be done now."""

    schema_: Literal["dlaas-onboard/actions/1"] = Field("dlaas-onboard/actions/1", alias="schema")
    account: str | None
    region: str | None
    read_only: str  # why nothing can be written at all, "" where something can
    actions: list[ActionDocument]


class CallDocument(PublishedDocument):
    """One call as it is sent; ``{result:N}`` stands for what the N-th call returns."""

    operation: str  # "sesv2:PutAccountDetails"
    region: str
    params: dict[str, Any]
    cli: str


class _DoLine(PublishedDocument):
    schema_: Literal["dlaas-onboard/do/1"] = Field("dlaas-onboard/do/1", alias="schema")
    at: datetime
    action: str


class PlanLineDocument(_DoLine):
    """What is about to be sent, as the app has it confirmed."""

    event: Literal["plan"] = "plan"
    title: str
    account: str
    endpoint: str
    principal: str
    confirm: Literal["yes", "digits"]
    afterwards: list[str]  # what exists once it is done
    about: str
    final: str  # what cannot be undone
    preview: str  # how it reads, where it is a text
    attachment: str | None
    calls: list[CallDocument]
    sha256: str


class ProgressLineDocument(_DoLine):
    """What a long action does now."""

    event: Literal["progress"] = "progress"
    text: str


class SentLineDocument(_DoLine):
    """What became of one call."""

    event: Literal["call"] = "call"
    operation: str
    params: dict[str, Any]
    phase: Literal["intent", "accepted", "confirmed", "rejected", "unknown", "abandoned"]
    marker: str
    request_id: str
    result: str
    problem: str


class ByHandDocument(PublishedDocument):
    """How to do in the console what cannot be done from here."""

    link: str
    text: str
    then: str
    warning: str


class ResultLineDocument(_DoLine):
    """How it ended: the last line."""

    event: Literal["result"] = "result"
    outcome: Literal["done", "dry_run", "refused", "unknown", "aws_refused", "not_proved", "interrupted"]
    exit_status: int
    message: str
    by_hand: ByHandDocument | None


class DoDocument(
    RootModel[
        Annotated[
            PlanLineDocument | ProgressLineDocument | SentLineDocument | ResultLineDocument,
            Field(discriminator="event"),
        ]
    ]
):
    """One line of ``do --json``."""

    model_config = ConfigDict(title="DoLine")


class PointDocument(PublishedDocument):
    """One line of the rubric, read against the text and the facts."""

    number: int
    what: str
    standing: Literal["earned", "weak", "missing", "unknown"]  # unknown: not earned, and not lost
    points: float
    why: str  # the sentence or the fact that earns it, or what is missing
    remedy: str
    step: str  # where it is earned
    field: str  # the field there, "" where the step has none for it


class SecondOpinionDocument(PublishedDocument):
    """The request read by a rubric: ``points``, ``lost`` and ``unknown`` make ``of``."""

    schema_: Literal["dlaas-onboard/draft-review/1"] = Field("dlaas-onboard/draft-review/1", alias="schema")
    points: float
    of: int
    lost: float
    unknown: int
    note: str  # whose opinion it is, and what it is worth
    lines: list[PointDocument]


class StepNameDocument(PublishedDocument):
    """A step by its id, number and title."""

    id: str
    number: int
    title: str


class AnswerDocument(PublishedDocument):
    """What a person has to say: ``draft set FIELD=VALUE`` saves it."""

    field: str
    label: str
    help: str
    rules: str  # what is taken, in one sentence
    value: str  # what stands there now, "" for nothing
    choices: list[str]


class NextDocument(PublishedDocument):
    """The one next thing; in ``command`` VALUE stands for an answer that only a person can give."""

    schema_: Literal["dlaas-onboard/next/1"] = Field("dlaas-onboard/next/1", alias="schema")
    account: str | None
    region: str | None
    step: StepNameDocument
    kind: Literal["action", "file", "answer", "declaration", "records", "outside", "wait", "look", "done"]
    actor: Literal["operator", "dns", "aws", "terraform", "nobody"]
    what: str
    why: str
    command: str  # what does it; where that is not a command of this program: what looks again
    action: str | None
    answer: AnswerDocument | None  # what is asked; of kind outside: the answer that could be another
    follows: str
    read_only: str  # why nothing can be written now, "" where it can


DOCUMENTS: Final[dict[str, type[BaseModel]]] = {
    "rehearsal": RehearsalDocument,
    "actions": ActionsDocument,
    "do": DoDocument,
    "draft-review": SecondOpinionDocument,
    "next": NextDocument,
    "explain": ExplanationsDocument,
}
