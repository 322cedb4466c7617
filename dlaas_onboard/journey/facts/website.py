"""The website as it was fetched."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Page:
    """A page that the website links to, as fetched."""

    role: str  # privacy, terms, contact, sign-up
    url: str
    status: int = 0  # 0: it was not answered, or it is an address of mail
    login: bool = False  # a visitor has to log in before there is anything to read
    problem: str = ""  # why it could not be fetched, in one sentence


@dataclass(frozen=True, slots=True)
class NamedPage:
    """A page whose address the operator named, opened as the website is."""

    role: str  # privacy, sign-up
    url: str  # as it was named
    final_url: str
    status: int
    html: bool = True
    login: bool = False  # a visitor has to log in before there is anything to read
    parked: str = ""  # the phrase that gives a parked or placeholder page away


@dataclass(frozen=True, slots=True)
class Website:
    """The website as a reviewer's browser meets it, without running scripts."""

    url: str
    final_url: str
    status: int  # the last HTTP status
    redirects: tuple[str, ...] = ()
    content_type: str = ""
    title: str = ""
    text_length: int = 0  # characters of visible text
    excerpt: str = ""  # the first 400 characters of visible text
    names_service: bool | None = None
    parked: str = ""  # the phrase that gives a parked or placeholder page away
    login_wall: bool = False
    pages: tuple[Page, ...] = ()
    placeholder: bool = False  # ``parked`` is the phrase of a page that nobody has written yet
    offers: tuple[str, ...] | None = None  # products and prices that the page names; ``None``: not looked for
