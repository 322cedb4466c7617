"""What SES itself keeps for mail to many: contact lists with their topics, and stored templates."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ContactTopic:
    """One topic of a contact list, which a contact subscribes to or leaves."""

    name: str
    title: str = ""  # DisplayName
    opt_in: bool = True  # DefaultSubscriptionStatus OPT_IN: every contact gets it unless they leave it


@dataclass(frozen=True, slots=True)
class ContactList:
    """A list of people who get mail from this account."""

    name: str
    topics: tuple[ContactTopic, ...] = ()


@dataclass(frozen=True, slots=True)
class Mailing:
    """What mail to many is sent with. None of it is proof that such mail is sent, nor its absence that it is not."""

    contact_lists: tuple[ContactList, ...] = ()
    templates: tuple[str, ...] = ()  # names
