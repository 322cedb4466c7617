"""What the use-case description is made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, or one line of a list, and what carries it."""

    id: str  # stable: "dkim", "mail.invoice"; the operator's rewrite is kept under "sentence." + id
    section: str  # "Who we are", "What we send", …
    text: str
    source: str  # "SES GetEmailIdentity example.com", "common/config.json:5", "entered 2026-11-24 by ada@laptop"
    observed_at: datetime | None = None
    mine: bool = False  # written by the operator: no fact carries it but their word


@dataclass(frozen=True, slots=True)
class Hole:
    """What a reviewer will miss, because no fact and no answer carries it."""

    id: str
    section: str
    message: str
    remedy: str
    field: str = ""  # the field that would fill it
    left_out: bool = False  # the operator dropped the sentence that filled it


@dataclass(frozen=True, slots=True)
class Description:
    """The text as it would be sent."""

    sentences: tuple[Sentence, ...]
    holes: tuple[Hole, ...]
    text: str  # sections with headings; at most 5000 characters
    edited: bool = False  # the operator's own text replaces it
