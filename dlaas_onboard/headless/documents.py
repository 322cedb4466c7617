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


DOCUMENTS: Final[dict[str, type[PublishedDocument]]] = {"rehearsal": RehearsalDocument}
