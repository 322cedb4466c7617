"""Request: the form, the messages behind the mail type, and the website with a reviewer's eye."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from dlaas_onboard.journey.dns import mailboxes
from dlaas_onboard.journey.facts import Facts, Page, Website
from dlaas_onboard.journey.facts.reading import ProblemKind
from dlaas_onboard.journey.request import evidence, form_rubric, website_review
from dlaas_onboard.journey.request.field_rules import addresses, check
from dlaas_onboard.journey.request.gate import Gate, Light
from dlaas_onboard.journey.request.gates import gates
from dlaas_onboard.journey.request.message_rows import by_kind, label, recipient, when, whole
from dlaas_onboard.journey.situation.fields import BY_ID
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.step_registry import StepId, StepState
from dlaas_onboard.journey.steps.filed import filed, settle, words
from dlaas_onboard.journey.steps.verdict_builder import VerdictBuilder, yes_no
from dlaas_onboard.journey.text import plural
from dlaas_onboard.journey.verdict import Finding, Mark, Severity, Verdict

_FORM = ("mail_type", "website_url", "service_name", "contact_language", "contacts")
_GUIDE = {"mail_type": 5, "website_url": 6}


def judge(situation: Situation) -> Verdict:
    """Judge the form: complete, within Amazon's limits, and with a website that a reviewer can read."""
    from dlaas_onboard.journey.request.draft import draft

    sheet = VerdictBuilder(StepId.REQUEST)
    _, errors = draft(situation)
    over = filed(situation.facts)
    for field in _FORM:
        _field(sheet, field, situation, errors.get(field, ""), over=over)
    _messages(sheet, situation.facts)
    _website(sheet, situation)
    _contacts(sheet, situation)
    sheet.findings += form_rubric.of_form(situation)
    sheet.gaps(situation.facts, _mended(situation))
    if over:
        settle(sheet)
        return sheet.verdict(StepState.DONE, f"Nothing to enter: {_lower(words(situation.facts))}")
    found = {gate.id: gate for gate in gates(situation)}
    wanted = [BY_ID[field].label for field in _FORM if field in errors and not evidence.field(field, situation)]
    if wanted:
        return sheet.verdict(StepState.TODO, f"Enter {_listed(wanted)}.")
    wrong = [message for field, message in errors.items() if field in _FORM]
    if wrong:
        return sheet.verdict(StepState.ATTENTION, wrong[0])
    return _end(sheet, found["website"], found["stock"], website_review.blockers(situation))


def _mended(situation: Situation) -> list[str]:
    """Return the words of the checkout's gaps that the website itself has closed."""
    site = website_review.readable(situation)
    return ["website", *(page.role for page in site.pages if website_review.opens(page))] if site is not None else []


def _end(sheet: VerdictBuilder, site: Gate, stock: Gate, said: tuple[Finding, ...]) -> Verdict:
    """Conclude; ``said`` is what shuts the website's gate and stands among the findings already."""
    if site.open and said:  # with a typed reason
        sheet.findings = [replace(item, severity=Severity.WARNING) if item in said else item for item in sheet.findings]
    shut = [gate for gate in (site, stock) if not gate.open]
    unread = any(finding.id == "request.website_unread" for finding in sheet.findings)
    for gate in shut:
        if gate.id == "website" and (unread or said):
            continue  # said already, with what to do about it
        severity = Severity.BLOCKER if gate.light == Light.RED else Severity.UNKNOWN
        sheet.find(gate.id, severity, gate.why, remedy=gate.remedy, guide_step=6 if gate.id == "website" else 0)
    red = next((gate for gate in shut if gate.light == Light.RED), None)
    if red is not None:
        return sheet.verdict(StepState.ATTENTION, red.why)
    blocker = next((finding for finding in sheet.findings if finding.severity == Severity.BLOCKER), None)
    if blocker is not None:
        return sheet.verdict(StepState.ATTENTION, blocker.message)
    if shut:
        return sheet.verdict(StepState.UNKNOWN, shut[0].why)
    return sheet.verdict(StepState.DONE, "The form is complete, and the website answers.")


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:] if not text.startswith("Amazon") else text


def _listed(labels: list[str]) -> str:
    return " and ".join(f"the {name[:1].lower()}{name[1:]}" for name in labels)


def _field(sheet: VerdictBuilder, field: str, situation: Situation, error: str, *, over: bool) -> None:
    text = evidence.field(field, situation)
    source, at = evidence.field_origin(field, situation)
    wrong = "" if over else error or check(field, text)
    mark = Mark.BAD if wrong and text else Mark.WAIT if wrong else Mark.GOOD if text else Mark.PLAIN
    shown = dict(BY_ID[field].choices).get(text, text)
    value = f"{shown} ({text})" if shown != text else shown
    sheet.row(BY_ID[field].label, value or "not entered", mark=mark, section="Form", source=source, observed_at=at)
    if wrong:
        sheet.find(
            f"{field}_invalid",
            Severity.BLOCKER,
            wrong,
            evidence=source,
            remedy=f"{'Correct' if text else 'Fill in'} the field {BY_ID[field].label}.",
            field=field,
            guide_step=_GUIDE.get(field, 3),
        )
    elif situation.input(field).origin == "checkout" and field == "mail_type":
        sheet.row(
            "Why this type",
            "no message that the code sends reads like marketing",
            situation.facts.checkout,
            section="Form",
        )


def _messages(sheet: VerdictBuilder, facts: Facts) -> None:
    section = "Messages"
    reading = facts.checkout
    if reading is not None and reading.known and reading.value is None:
        sheet.row("Messages", "no checkout: describe them in the step Use case", reading, section=section)
        return
    checkout = evidence.checkout(facts)
    if checkout is None:
        sheet.missing("checkout", "Messages", reading, section=section)
        return
    sent = sorted(evidence.mails(facts), key=by_kind)
    counts = Counter(mail.kind or "unknown" for mail in sent)
    total = ", ".join(f"{count} {kind}" for kind, count in counts.items()) or "none found"
    sheet.row("Kinds", f"{plural(len(sent), 'message')}: {total}", reading, section=section)
    for mail in sent:
        to = f"to {recipient(mail)}, " if recipient(mail) else ""
        places = ", ".join(str(site) for site in mail.call_sites) or str(mail.source or "")
        mark = Mark.WARN if mail.bulk else Mark.PLAIN
        kind = f"reads like marketing; {to}" if mail.bulk else f"{mail.kind or 'unknown'}; {to}"
        value = f"{kind}{when(mail)}"
        sheet.row(label(mail), value, reading, mark, section=section, source=places, more=whole(mail))
    for mail in checkout.mails:
        if mail not in sent:
            why = "not counted: no code sends it" if not mail.trigger else "not counted: goes to the operator only"
            sheet.row(label(mail), why, reading, section=section, source=str(mail.source or ""))


def _website(sheet: VerdictBuilder, situation: Situation) -> None:
    section = "Website, as a reviewer sees it"
    url = evidence.field("website_url", situation)
    if not url:
        return
    site = evidence.website(situation)
    if site is None and (shut := website_review.blockers(situation)) and situation.facts.website is not None:
        sheet.row("Website", f"cannot be opened: {shut[0].message}", situation.facts.website, Mark.BAD, section=section)
    elif site is None:
        reading = situation.facts.website
        other = reading is not None and reading.value is not None and reading.value.url.rstrip("/") != url.rstrip("/")
        failed = sheet.missing("website", "Website", None if other else reading, section=section)
        if failed and not other and reading is not None:
            private = reading.problem is not None and reading.problem.kind == ProblemKind.BLOCKED
            field = "private_website" if private else ""
            sheet.findings[-1] = replace(sheet.findings[-1], field=field, guide_step=6)
    else:
        _page(sheet, situation.facts, site, section)


def _page(sheet: VerdictBuilder, facts: Facts, site: Website, section: str) -> None:
    def row(name: str, value: str, mark: Mark = Mark.PLAIN, expected: str = "") -> None:
        sheet.row(name, value, facts.website, mark, section=section, expected=expected)

    html = "html" in site.content_type.lower()
    row("Status", str(site.status), Mark.GOOD if site.status == 200 else Mark.BAD, "200")
    row("Redirects", " → ".join((*site.redirects, site.final_url)) if site.redirects else "none")
    row("Content", site.content_type or "not said", Mark.GOOD if html else Mark.BAD, "text/html")
    row("Title", site.title or "none", Mark.PLAIN if site.title else Mark.WARN)
    row(
        "Visible text",
        plural(site.text_length, "character"),
        Mark.WARN if site.text_length < website_review.LITTLE_TEXT else Mark.PLAIN,
    )
    if site.excerpt:
        row("Begins with", site.excerpt[:120] + ("…" if len(site.excerpt) > 120 else ""))
    named = {True: Mark.GOOD, False: Mark.WARN, None: Mark.UNKNOWN}[site.names_service]
    named_words = "unknown: no service name to look for" if site.names_service is None else yes_no(site.names_service)
    row("Names the service", named_words, named, "yes")
    if site.offers is not None:
        words = ", ".join(site.offers) or "nothing found"
        row("Says what it sells", words, Mark.GOOD if site.offers else Mark.WARN, "products and prices")
    row(
        "Parked or placeholder",
        f"yes: {site.parked}" if site.parked else "no",
        Mark.BAD if site.parked else Mark.GOOD,
        "no",
    )
    row("Login wall", yes_no(site.login_wall), Mark.BAD if site.login_wall else Mark.GOOD, "no")
    for role in website_review.PAGES:
        page = next((page for page in site.pages if page.role == role), None)
        good = page is not None and (website_review.opens(page) or website_review.is_mail(page))
        value = f"{page.url}{_how(page)}" if page is not None else "not found"
        row(f"{role.capitalize()} page", value, Mark.GOOD if good else Mark.WARN, "linked, answers 200")


def _how(page: Page) -> str:
    if website_review.is_mail(page):
        return ""
    return f" ({page.status or 'no answer'}{', behind a login' if page.login else ''})"


def _contacts(sheet: VerdictBuilder, situation: Situation) -> None:
    """Say whether Amazon's mail and recipients' answers arrive."""
    section = "Mailboxes"
    role, target = mailboxes.answers_to(situation)
    if target:
        sheet.row("Answers go to", f"{target} (the {role} address)", section=section)
    contacts = addresses(evidence.field("contacts", situation))
    for address in dict.fromkeys(filter(None, (target, *contacts))):
        found = mailboxes.post(situation.facts, address)
        words = {True: "can receive: ", False: "cannot receive: ", None: "unknown: "}[found.arrives]
        mark = {True: Mark.GOOD, False: Mark.WARN, None: Mark.UNKNOWN}[found.arrives]
        sheet.row(f"Mailbox {address}", f"{words}{found.why}", found.reading, mark, section=section)
