"""What a reviewer will stop at in the form: reference/ses.md 10, and N4 and N5 of reference/peers.md."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from dlaas_onboard.journey import subject
from dlaas_onboard.journey.answers import Answers
from dlaas_onboard.journey.facts import Facts
from dlaas_onboard.journey.records import Purpose, RecordVerdict, states
from dlaas_onboard.journey.steps import StepId
from dlaas_onboard.journey.verdict import Finding, Severity
from dlaas_onboard.request import seen
from dlaas_onboard.request.entry import addresses

_NO_REPLY = re.compile(r"(no|do-?not|dont)[-_.]?reply", re.IGNORECASE)


def of_form(facts: Facts, answers: Answers) -> tuple[Finding, ...]:
    """Return what a reviewer will stop at in the form: type, sender, website, contacts, language."""
    return (*_mail(facts, answers), *_site(facts, answers), *_contacts(facts, answers))


def _finding(
    name: str,
    severity: Severity,
    message: str,
    *,
    evidence: str = "",
    remedy: str = "",
    field: str = "",
    guide: int = 3,
) -> Finding:
    return Finding(f"request.{name}", severity, message, evidence, remedy, StepId.REQUEST, guide, field=field)


def _mail(facts: Facts, answers: Answers) -> Iterator[Finding]:
    mail_type = seen.field("mail_type", facts, answers)
    bulk = [mail for mail in seen.mails(facts) if mail.bulk]
    if mail_type == "TRANSACTIONAL" and bulk:
        yield _finding(
            "bulk",
            Severity.BLOCKER,
            f"Some messages read like marketing: {', '.join(mail.name for mail in bulk)}.",
            evidence=", ".join(str(mail.source) for mail in bulk if mail.source),
            remedy="Choose Marketing, or take these messages out of the service.",
            field="mail_type",
            guide=5,
        )
    if _NO_REPLY.search(subject.sender(facts, answers)):
        yield _finding(
            "no_reply",
            Severity.ADVICE,
            f"The From address {subject.sender(facts, answers)} tells people not to answer.",
            remedy="Send from an address that somebody reads.",
            field="sender",
        )
    if seen.field("contact_language", facts, answers) == "JA":
        yield _finding(
            "language",
            Severity.ADVICE,
            "Amazon will write in Japanese, and the description is in English.",
            remedy="Choose English unless you want to answer in Japanese.",
            field="contact_language",
        )


def _site(facts: Facts, answers: Answers) -> Iterator[Finding]:
    url = seen.field("website_url", facts, answers)
    try:
        host = (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return  # the form says so already
    if not host:
        return
    domain = subject.domain(facts, answers)
    wrong = ""
    if host in ("github.com", "gitlab.com", "codeberg.org"):
        wrong = f"{host} shows source code, not your service."
    elif domain and host in (f"api.{domain}", f"app.{domain}", f"cdn.{domain}", f"plugin.{domain}"):
        wrong = f"{host} answers programs or single links; a reviewer sees no description of the service."
    elif domain and not (subject.within(host, domain) or subject.within(domain, host)):
        yield _finding(
            "other_domain",
            Severity.ADVICE,
            f"The website is on {host}, the mail comes from {domain}.",
            remedy="Amazon does not ask for the same domain, but a page on it answers the question before it is asked.",
            field="website_url",
            guide=6,
        )
    if wrong:
        yield _finding(
            "host",
            Severity.WARNING,
            wrong,
            remedy="Name a page that says what the service is, with prices, privacy policy and contact.",
            field="website_url",
            guide=6,
        )
    yield from _pages(facts, answers)


def _pages(facts: Facts, answers: Answers) -> Iterator[Finding]:
    site = seen.website(facts, answers)
    if site is None or not seen.answers_well(site):
        return
    found = {page.role for page in site.pages if page.status == 200}
    marketing = seen.field("mail_type", facts, answers) == "MARKETING"
    for role, words in (
        ("privacy", "privacy policy"),
        ("terms", "terms of service"),
        ("contact", "contact page"),
        ("sign-up", "sign-up page"),
    ):
        if role not in found:
            strong = role == "privacy" or (role == "sign-up" and marketing)
            yield _finding(
                f"no_{role.replace('-', '_')}",
                Severity.WARNING if strong else Severity.ADVICE,
                f"No {words} was found on the website.",
                evidence=site.final_url,
                remedy=f"Link a {words} from the page that you name.",
                guide=6,
            )
    if site.names_service is False:
        name = seen.field("service_name", facts, answers)
        yield _finding(
            "unnamed",
            Severity.WARNING,
            f"The page does not name {name or 'the service'}.",
            evidence=site.title,
            remedy="Put the name that your recipients know on the page.",
            guide=6,
        )
    if site.final_url.startswith("http://"):
        yield _finding(
            "plain_http", Severity.WARNING, "The page is not served over HTTPS.", remedy="Serve it over HTTPS.", guide=6
        )


def _contacts(facts: Facts, answers: Answers) -> Iterator[Finding]:
    contacts = addresses(seen.field("contacts", facts, answers))
    if not contacts:
        yield _finding(
            "no_contacts",
            Severity.ADVICE,
            "Amazon writes to the account's own address only.",
            remedy="Add an address that somebody reads every day; most denials begin with an unanswered question.",
            field="contacts",
        )
    inbox = next((state for state in states(facts, answers) if state.record.purpose == Purpose.INBOX), None)
    if inbox is None or inbox.verdict not in (RecordVerdict.MISSING, RecordVerdict.WRONG):
        return
    lost = [contact for contact in contacts if subject.domain_of(contact) == inbox.record.name]
    if lost:
        yield _finding(
            "contact_lost",
            Severity.WARNING,
            f"Mail to {', '.join(lost)} cannot arrive: {inbox.record.name} takes no mail.",
            evidence=inbox.source,
            remedy="Name a contact at a domain that has a mailbox.",
            field="contacts",
        )
