"""The JSON documents of the commands: their published shapes, and the name of each one's schema in ``assets/``."""

from __future__ import annotations

from typing import Final, Literal

from pydantic import Field

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


DOCUMENTS: Final[dict[str, type[PublishedDocument]]] = {"rehearsal": RehearsalDocument, "actions": ActionsDocument}
