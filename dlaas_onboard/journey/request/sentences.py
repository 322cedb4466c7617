"""Every sentence that can be written from what is known, and the hole where nothing carries one.

A sentence exists only while the fact behind it was read in full and says so. The sections are those of
docs/ses.md, "Description"; what each must answer is what AWS asks when it wants to know more.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from dlaas_onboard.journey.bounces import operator_note, proof, proof_standing
from dlaas_onboard.journey.bounces.suppressed import suppressed_words
from dlaas_onboard.journey.dns import mailboxes
from dlaas_onboard.journey.dns.needed_records import Purpose
from dlaas_onboard.journey.dns.record_verdicts import RecordVerdict, states
from dlaas_onboard.journey.facts import Facts, SuppressedCount
from dlaas_onboard.journey.facts.reading import Reading, known, so_far
from dlaas_onboard.journey.names import is_address
from dlaas_onboard.journey.quantity import share
from dlaas_onboard.journey.request import evidence, named_pages, unsubscribing, website_review
from dlaas_onboard.journey.request.bounce_evidence import path
from dlaas_onboard.journey.request.description import Hole, Sentence
from dlaas_onboard.journey.request.domain_gate import authentication
from dlaas_onboard.journey.request.empty_answers import EXAMPLES, says_nothing
from dlaas_onboard.journey.request.evidence import Origin
from dlaas_onboard.journey.request.field_rules import check, normal
from dlaas_onboard.journey.request.gate import Light
from dlaas_onboard.journey.request.message_words import (
    MARKETING_REMEDY,
    by_class,
    how_to_confirm,
    like_marketing,
    message,
    sampled,
)
from dlaas_onboard.journey.request.sentence_ids import (
    AUTHENTICATION,
    BOUNCES,
    LIST,
    MAIL,
    OWN_SAMPLE,
    QUESTIONS,
    RECIPIENTS,
    SAMPLE,
    SAMPLE_OF,
    UNSUBSCRIBE,
    VOLUME,
    WHAT,
    WHO,
    section_of,
)
from dlaas_onboard.journey.request.worksheet import INPUTS, NOW, Worksheet, counted, show, work_out
from dlaas_onboard.journey.review import stages
from dlaas_onboard.journey.situation.answers import Answers
from dlaas_onboard.journey.situation.fields import BY_ID
from dlaas_onboard.journey.situation.message_fields import MESSAGE
from dlaas_onboard.journey.situation.message_row import MessageRow, MessageTable, RowOrigin
from dlaas_onboard.journey.situation.message_rows import COMPLETE
from dlaas_onboard.journey.situation.placeholders import in_brackets
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.situation.third_parties import is_own_user, is_third_party
from dlaas_onboard.journey.text import line, plural
from dlaas_onboard.journey.writes.simulator_sends import simulator_sends

ROUGHLY = 10  # a smaller number of users or messages is exact

Item = Sentence | Hole


def ledger(situation: Situation) -> Iterator[Item]:
    """Return sentences and holes in the order of the text."""
    for section in (_who, _what, _recipients, _volume, _bounces, _unsubscribe, _authentication, _sample):
        for item in section(situation):
            yield _with_the_answer(item, situation.answers) if isinstance(item, Hole) else item


def _with_the_answer(hole: Hole, answers: Answers) -> Hole:
    """Say of a gap whose field was filled in, but with words that say nothing, which these are and what would do."""
    text = normal(hole.id, answers.text(hole.id)) if hole.id in EXAMPLES else ""
    if not says_nothing(hole.id, text):
        return hole
    about = QUESTIONS[hole.id].about
    remedy = f"{hole.remedy} For example: “{EXAMPLES[hole.id]}”"
    return replace(hole, message=f"“{line(text, limit=60)}” does not say {about}.", remedy=remedy, field=hole.id)


def _say(sentence_id: str, text: str, origin: Origin, *, mine: bool = False) -> Sentence:
    return Sentence(sentence_id, section_of(sentence_id), text, origin.source, origin.observed_at, mine)


def _own(field: str, answers: Answers) -> Sentence | None:
    """Return what the operator wrote in a field of prose, as their sentence."""
    entry = answers.entry(field)
    text = normal(field, entry.text) if entry else ""
    if entry is None or not text or check(field, text) or says_nothing(field, text):
        return None
    return _say(field, ended(text), Origin(evidence.entered(field, answers), entry.at), mine=True)


def ended(text: str) -> str:
    """Return ``text`` with a full stop where its last sentence has none."""
    return f"{text}." if text and (text[-1].isalnum() or text[-1] in ")\"'”’") else text


def listing(parts: Iterable[str]) -> str:
    """Return ``a, b and c``."""
    items = list(parts)
    return " and ".join(items) if len(items) < 3 else f"{', '.join(items[:-1])} and {items[-1]}"


def _who(situation: Situation) -> Iterator[Item]:
    name = evidence.carried("service_name", situation)
    business = _business(situation)
    if name and name.casefold() not in (business.text.casefold() if business else ""):
        yield _say("service", f"Our service is called {name}.", evidence.field_origin("service_name", situation))
    if business is not None:
        yield business
    else:
        yield Hole(
            "business",
            WHO,
            "The text does not say what the service is and who runs it.",
            "Write one or two sentences: what it does, for whom, and the name and place of who runs it.",
            "business",
        )
    yield from _website(situation)
    checkout = evidence.checkout(situation.facts)
    if checkout is not None and checkout.products:
        sold = listing(re.sub(r":\s*(.+)$", r" (\1)", product) for product in checkout.products)
        yield _say("products", f"We sell {sold}.", evidence.from_checkout(situation.facts, "products"))
    yield from _sister(situation.facts)


def _business(situation: Situation) -> Sentence | None:
    own = _own("business", situation.answers)
    checkout = evidence.checkout(situation.facts)
    if own is not None or checkout is None or not checkout.about.strip():
        return own
    return _say(
        "business", ended(normal("business", checkout.about)), evidence.from_checkout(situation.facts, "business")
    )


def _website(situation: Situation) -> Iterator[Item]:
    site = website_review.readable(situation)
    if site is None:
        yield Hole(
            "website",
            WHO,
            "No website can be named: the URL was not opened successfully.",
            "Enter the URL of a page that answers, and look again.",
            "website_url",
        )
    else:
        named = {"terms": "terms", "contact": "contact page"}
        open_pages = {page.role for page in site.pages if website_review.opens(page)}
        linked = [words for role, words in named.items() if role in open_pages]
        links = f", with our {listing(linked)}" if linked else ""
        yield _say("website", f"Our website is {site.url}{links}.", evidence.origin(situation.facts.website))
    privacy = named_pages.address("privacy", situation, site)
    if privacy is not None:
        yield _say("privacy", f"Our privacy policy is at {privacy.url}.", privacy.origin)
    else:
        remedy = "Link it from the website, or enter the address of a page that everybody can read."
        yield Hole("privacy", WHO, "The text names no privacy policy.", remedy, "privacy_url")
    sign_up = named_pages.address("sign-up", situation, site)
    if sign_up is not None:
        yield _say("sign_up", f"People sign up at {sign_up.url}.", sign_up.origin)
    elif evidence.carried("mail_type", situation) == "MARKETING":
        remedy = "Enter the address of the page on which people ask for the mail."
        yield Hole("sign_up", WHO, "The text names no page on which people sign up.", remedy, "sign_up_url")


def _sister(facts: Facts) -> Iterator[Sentence]:
    """Cite the approval of another Region: only one that the review itself calls GRANTED, and that took effect."""
    for region, reading in sorted(facts.radar.items()):
        glance = known(reading)
        if glance is None or glance.review != "GRANTED" or region == facts.place.region:
            continue
        if stages.access_of(glance) != "production":
            continue
        case = f" (case {glance.case_id})" if glance.case_id else ""
        yield _say("sister", f"This account already has production access in {region}{case}.", evidence.origin(reading))
        return


def _what(situation: Situation) -> Iterator[Item]:
    yield from _type(situation)
    sender = evidence.carried("sender", situation)
    if sender and not check("sender", sender):
        yield _say("sender", f"The From address is {sender}.", evidence.field_origin("sender", situation))
    yield from _answers(situation)
    lines = list(_mails(situation))
    own = _own("mail_content", situation.answers)
    yield from lines
    if own is not None:
        yield own
    yield from _untold(situation.messages.open, says_something=bool(lines) or own is not None)


def _answers(situation: Situation) -> Iterator[Sentence]:
    """Say where answers go, if the operator named it and mail can arrive there."""
    role, target = mailboxes.answers_to(situation)
    post = mailboxes.post(situation.facts, target)
    if role == "Reply-To" and post.arrives and post.reading is not None and post.reading.known:
        origin = Origin(
            f"{evidence.entered('reply_to', situation.answers)}; {post.reading.source}", post.reading.observed_at
        )
        yield _say("reply_to", f"Answers to our mail go to {target}.", origin)


def _type(situation: Situation) -> Iterator[Item]:
    mail_type = evidence.carried("mail_type", situation)
    table = situation.messages
    origin = evidence.field_origin("mail_type", situation)
    if mail_type == "MARKETING":
        yield _say("marketing", "Our mail includes marketing messages.", origin)
    elif mail_type != "TRANSACTIONAL":
        yield Hole("transactional", WHAT, "The kind of mail is not named.", "Choose the mail type.", "mail_type")
    elif table.marketing:
        yield Hole(
            "transactional",
            WHAT,
            "The request says transactional, but some messages read like marketing: "
            f"{like_marketing(table.marketing)}.",
            MARKETING_REMEDY,
            "mail_type",
        )
    elif table.open:
        yield Hole(
            "transactional",
            WHAT,
            f"Whether all mail is transactional is not known: {_are_open(len(table.open))}.",
            how_to_confirm(table.open),
            f"{MESSAGE}{table.open[0].id}.confirmed",
        )
    else:
        # "All" is said only where all of it is known; else the text says what the form says, of the messages it lists.
        opening, each = ("All our mail", "each message") if table.complete else ("Our mail", "each message listed here")
        text = f"{opening} is transactional{_what_it_follows_from(table, each)}."
        by_rows = table.all_unlisted and table.complete
        yield _say("transactional", text, _of_all_messages(situation) if by_rows else origin)


def _what_it_follows_from(table: MessageTable, each: str) -> str:
    """Return why messages are sent, where each recipient is a user; of people who are none, that they are none."""
    recipients = dict.fromkeys(row.recipient for row in table.claimed)
    others = [recipient for recipient in recipients if is_third_party(recipient)]
    if others:
        return f"; some of it goes to people who are not our users: {listing(others)}"
    if table.all_unlisted and all(is_own_user(recipient) for recipient in recipients):
        return f": {each} concerns its recipient's own account, or something in which that person takes part"
    return ""


def _are_open(count: int) -> str:
    return f"{plural(count, 'message is', 'messages are')} not confirmed"


def _sources(situation: Situation, rows: Iterable[MessageRow]) -> Origin:
    """Return the places in the code that carry messages, and who confirmed what was read there."""
    rows = tuple(rows)
    places: dict[str, list[str]] = {}
    for row in rows:
        places.setdefault(_said_by(row), []).extend(str(source) for source in row.sources[:1])
    reading = situation.facts.checkout or situation.facts.repository
    at = max((row.at for row in rows if row.at), default=reading.observed_at if reading else None)
    named = [f"{by}{', '.join(dict.fromkeys(at_places))}" for by, at_places in places.items() if by or at_places]
    return Origin("; ".join(named), at) if named else evidence.from_checkout(situation.facts)


def _said_by(row: MessageRow) -> str:
    """Return who says what a message is, ``""`` where the code alone does."""
    if row.at is None:
        return ""
    return (
        f"confirmed by {row.by} on {row.at:%Y-%m-%d} from " if row.sources else f"entered {row.at:%Y-%m-%d} by {row.by}"
    )


def _of_all_messages(situation: Situation) -> Origin:
    """Return what carries a sentence about all messages: each of them, and the operator where he says that is all."""
    origin = _sources(situation, situation.messages.claimed)
    if not situation.messages.said_complete:
        return origin
    return origin._replace(source=f"{origin.source}; {_entered_in(situation.answers, COMPLETE).source}")


def _mails(situation: Situation) -> Iterator[Item]:
    """List the messages that were read beyond doubt or confirmed, by recipient."""
    sent = sorted(situation.messages.claimed, key=by_class)
    groups: dict[str, list[MessageRow]] = {}
    for row in sent:
        groups.setdefault(_without_article(row.recipient), []).append(row)
    for number, group in enumerate(groups.values(), 1):
        # "user" and "the user" are one: the longest form has the article.
        to = max((row.recipient for row in group), key=len)
        yield _say(f"{LIST}{number}", f"Messages to {to}:", _sources(situation, group))
        for row in group:
            volume = f" ({row.volume})" if row.volume else ""
            mine = row.origin == RowOrigin.CONFIRMED
            yield _say(
                f"{MAIL}{row.id}",
                f"- {in_brackets(row.name)}: {row.trigger}{volume}.",
                _sources(situation, [row]),
                mine=mine,
            )
    jobs: dict[str, list[MessageRow]] = {}
    for row in sent:
        if row.interval:
            jobs.setdefault(row.interval, []).append(row)
    for every, scheduled in list(jobs.items())[:1]:
        names = listing(row.name for row in scheduled)
        text = f"{names} {'messages come from jobs' if len(scheduled) > 1 else 'comes from a job'} that run"
        yield _say("jobs", f"{text}{'' if len(scheduled) > 1 else 's'} {every}.", _sources(situation, scheduled))


def _without_article(recipient: str) -> str:
    return re.sub(r"^(?:the|an?)\s+", "", recipient.casefold())


def _untold(rows: Sequence[MessageRow], *, says_something: bool) -> Iterator[Hole]:
    """Name the messages that the text does not tell of, as nobody confirmed them, or say that it tells of none."""
    names = [row.name or row.id for row in rows]
    named = f"{', '.join(names[:5])}{f' and {len(names) - 5} more' if len(names) > 5 else ''}"
    are_open = _are_open(len(rows))
    if says_something and rows:
        message = f"{are_open[:1].upper()}{are_open[1:]}, and the text does not tell of {_it(rows)}: {named}."
        yield Hole("messages", WHAT, message, how_to_confirm(rows), f"{MESSAGE}{rows[0].id}.confirmed")
    elif rows:
        message = f"The text does not say which messages are sent and what triggers each: {are_open} ({named})."
        yield Hole("mail_content", WHAT, message, how_to_confirm(rows), f"{MESSAGE}{rows[0].id}.confirmed")
    elif not says_something:
        yield Hole(
            "mail_content",
            WHAT,
            "The text does not say which messages are sent and what triggers each.",
            "Add each kind of message with the event that sends it, or describe them in your own words.",
            "mail_content",
        )


def _it(rows: Sequence[MessageRow]) -> str:
    return "it" if len(rows) == 1 else "them"


def _recipients(situation: Situation) -> Iterator[Item]:
    checkout = evidence.checkout(situation.facts)
    at = evidence.origin(situation.facts.checkout).observed_at
    own = _own("recipients_source", situation.answers)
    if own is not None:
        yield own
    if checkout is not None and checkout.opt_in is not None:
        text = "People enter their address when they register, and confirm it through a link that we mail to it."
        yield _say("opt_in", text, Origin(str(checkout.opt_in), at))
    elif own is None:
        yield Hole(
            "recipients_source",
            RECIPIENTS,
            "The text does not say how addresses reach you.",
            "Name the concrete step: the form, the order, the link that confirms the address.",
            "recipients_source",
        )
    if checkout is not None and checkout.login_needs_confirmation is not None:
        text = "Nobody can log in before the address is confirmed."
        yield _say("login", text, Origin(str(checkout.login_needs_confirmation), at))
    if checkout is not None and checkout.purge:
        text = f"Accounts that stay unconfirmed are kept for {checkout.purge.rstrip('.')}, then deleted."
        yield _say("purge", text, evidence.from_checkout(situation.facts, "purge"))
    if normal("declare_recipients", situation.answers.text("declare_recipients")) == "yes":
        entry = situation.answers.entry("declare_recipients")
        origin = Origin(
            f"declared, {evidence.entered('declare_recipients', situation.answers)}", entry.at if entry else None
        )
        yield _say("no_lists", "We do not buy, rent or scrape addresses.", origin)
    else:
        yield Hole(
            "no_lists",
            RECIPIENTS,
            "The text does not rule out lists that were bought, rented or scraped.",
            "Make the declaration about recipients, if it is true.",
            "declare_recipients",
        )


def _volume(situation: Situation) -> Iterator[Item]:
    sheet = work_out(situation)
    origin = partial(_entered_in, situation.answers)
    yield _volume_now(sheet, origin)
    if sheet.average_day is not None and sheet.busiest_day is not None:
        yield from _volume_later(sheet, situation.answers, origin)
    else:
        missing = next((field for field in INPUTS if BY_ID[field].label in sheet.missing), "users")
        yield Hole(
            "volume",
            VOLUME,
            "The text does not say how much mail you send in six months.",
            "Fill in the worksheet of the step Quota.",
            missing,
        )
    growth = _own("growth", situation.answers)
    if growth is not None:
        yield growth
    if sheet.daily_quota and sheet.send_rate:
        quota = (
            f"a sending quota of {counted(sheet.daily_quota, 'recipient')} in 24 hours and a rate of "
            f"{show(sheet.send_rate)} a second are enough"
        )
        text = f"{quota[:1].upper()}{quota[1:]}."
        if sheet.growth is not None:
            text = f"For the first months {quota}; we ask Service Quotas for more as our mail grows."
        yield _say("quota", text, origin("daily_quota", "send_rate", *INPUTS))
    yield from _sandbox_use(situation)


def _sandbox_use(situation: Situation) -> Iterator[Sentence]:
    """Say what SES counted in the sandbox; bounces and complaints are figures there, and may be the simulator's."""
    reading = situation.facts.statistics
    points = known(reading)
    attempts = sum(point.attempts for point in points or ())
    if reading is None or not attempts or stages.access(situation.facts) != "sandbox":
        return
    counts = [(sum(point.bounces for point in points or ()), "bounce")]
    counts.append((sum(point.complaints for point in points or ()), "complaint"))
    rates = ", ".join(
        f"{plural(count, noun)} ({share(count, attempts)})" if count else f"no {noun}" for count, noun in counts
    )
    text = f"In the last two weeks SES counted {plural(attempts, 'message')} of ours in the sandbox: {rates}."
    if any(count for count, _ in counts):
        simulated = simulator_sends(situation, reading.observed_at).words
        text += (
            f" In that time we sent {simulated} through the mailbox simulator."
            if simulated
            else " In the sandbox our mail reaches only verified identities and the mailbox simulator."
        )
    look = evidence.origin(reading)
    both = f"{look.source}; {evidence.origin(situation.facts.account).source}"
    yield _say("sandbox_use", text, Origin(both, look.observed_at))


def _entered_in(answers: Answers, *fields: str) -> Origin:
    """Return when and by whom these fields were filled in."""
    entries = {field: entry for field in fields if (entry := answers.entry(field))}
    sources = dict.fromkeys(f"{BY_ID[field].label}, {evidence.entered(field, answers)}" for field in entries)
    return Origin("; ".join(sources), max(entry.at for entry in entries.values()))


def _volume_now(sheet: Worksheet, origin: Callable[..., Origin]) -> Item:
    users, messages = sheet.users_now, sheet.messages_now
    if users is None or messages is None:
        return Hole(
            "volume_now",
            VOLUME,
            "The text does not say how much mail you send now.",
            "Enter users and messages a day at the step Quota: 0 is an answer.",
            NOW[0] if users is None else NOW[1],
        )
    who = f"we have {_about(users)}{counted(users, 'user')}" if users else "we have no users yet"
    mail = f"send {_about(messages)}{counted(messages, 'message')} a day" if messages else "send no mail yet"
    return _say("volume_now", f"Today {who} and {mail}.", origin(*NOW))


def _about(count: float) -> str:
    return "about " if count >= ROUGHLY else ""


def _volume_later(sheet: Worksheet, answers: Answers, origin: Callable[..., Origin]) -> Iterator[Sentence]:
    """Say what is expected in six months, and the steps by which mail grows where that is much."""
    users, each, signups = (float(normal(field, answers.text(field))) for field in INPUTS[:3])
    busy = f", with up to {counted(signups, 'sign-up')} on a busy day" if signups else ""
    text = f"In six months we expect {_about(users)}{counted(users, 'user')}{busy}."
    yield _say("users", text, origin("users", "signups_per_day"))
    average, busiest = sheet.average_day or 0, sheet.busiest_day or 0
    makes = f"At {counted(each, 'message')} per user and month, that makes {show(average)}"
    if sheet.growth is None:
        yield _say("volume", f"{makes} on an average day and {show(busiest)} on the busiest.", origin(*INPUTS))
        return
    yield _say("volume", f"{makes} on an average day.", origin(*INPUTS))
    weeks = sheet.growth.weeks
    month = f", reach {show(weeks[-1])} a day after {plural(len(weeks), 'week')}" if len(weeks) > 1 else ""
    text = (
        f"We start with at most {counted(weeks[0], 'message')} a day{month}, "
        f"and grow to {show(busiest)} on the busiest day by the sixth month."
    )
    yield _say("ramp", text, origin(NOW[1], *INPUTS))


def _bounces(situation: Situation) -> Iterator[Item]:
    observed = path(situation)
    own = _own("bounce_process", situation.answers)
    if observed.route:
        are = "are" if len(observed.listeners) > 1 else "is"
        heard = f", to which {listing(observed.listeners)} {are} subscribed" if observed.listeners else ""
        text = f"Bounce and complaint events go {observed.route}{heard}."
        yield _say("events", text, Origin(observed.source, observed.observed_at))
    else:
        yield Hole("events", BOUNCES, observed.why, observed.remedy, "bounce_process" if own is None else "")
    if own is not None:
        yield own
    else:
        yield Hole(
            "bounce_process",
            BOUNCES,
            "The text does not say what happens to an address after a bounce or a complaint.",
            "Name who or what acts, and what it does to the address.",
            "bounce_process",
        )
    kept = proof_standing.holds(situation)
    if kept is not None:
        ids = ", ".join(item.message_id for item in kept.arrivals)
        yield _say(proof.FIELD, proof.sentence(kept), Origin(f"proof {kept.marker}: messages {ids}", kept.at))
    note = _own(operator_note.NOTE, situation.answers)
    if kept is None and note is not None:  # the proof says more
        yield replace(note, text=f"Our note: {note.text}")
    account = stages.account(situation.facts)
    reasons = account.suppressed_reasons if account else None
    if reasons is not None and {"BOUNCE", "COMPLAINT"} <= set(reasons):
        text = (
            "The account-level suppression list is on for bounces and complaints, so SES sends "
            "no more to such an address."
        )
        yield _say("suppression", text, evidence.origin(situation.facts.account))
        yield from _suppressed(situation.facts.suppressed)
    else:
        why = "could not be read" if reasons is None else "is not on for both bounces and complaints"
        yield Hole(
            "suppression",
            BOUNCES,
            f"The account-level suppression list {why}.",
            "Switch it on for BOUNCE and COMPLAINT in the step Bounces.",
        )
    yield from _forwarding(situation)
    yield _complaints(situation)


def _suppressed(reading: Reading[SuppressedCount] | None) -> Iterator[Sentence]:
    """Say what the list holds, where it holds anything."""
    if reading is not None and reading.value is not None and reading.value.total:
        yield _say("suppressed", f"The suppression list holds {suppressed_words(reading)}.", evidence.origin(reading))


def _complaints(situation: Situation) -> Item:
    """Say where somebody reads complaints: a mailbox to which mail can arrive, or a system."""
    text = normal("complaints_to", situation.answers.text("complaints_to"))
    missing = partial(Hole, "complaints_to", BOUNCES, field="complaints_to")
    if not text or check("complaints_to", text) or says_nothing("complaints_to", text):
        return missing("The text does not say where somebody reads complaints.", "Name the mailbox or the system.")
    if is_address(text) and (post := mailboxes.post(situation.facts, text)).arrives is False:
        return missing(f"Mail to {text}, where you read complaints, cannot arrive: {post.why}.", "Correct it.")
    where = f"at {text}" if is_address(text) else f"in {text.rstrip('.')}"
    return _say("complaints_to", f"We read complaints {where}.", _entered_in(situation.answers, "complaints_to"))


def _forwarding(situation: Situation) -> Iterator[Sentence]:
    identity = evidence.identity(situation)
    _, target = mailboxes.bounces_to(situation)
    if identity is None or identity.feedback_forwarding is not True or not target:
        return
    post = mailboxes.post(situation.facts, target)
    if post.arrives and post.reading is not None and post.reading.known:
        origin = Origin(
            f"{evidence.origin(situation.facts.domain_identity).source}; {post.reading.source}",
            post.reading.observed_at,
        )
        yield _say("forwarding", f"Bounce and complaint notices are also mailed to {target}.", origin)


def _unsubscribe(situation: Situation) -> Iterator[Item]:
    table = situation.messages
    transactional = evidence.carried("mail_type", situation) == "TRANSACTIONAL"
    # "None" is said only where every place of the code that sends is known, or the operator says that these are all.
    listless = transactional and table.complete and table.all_unlisted
    own = _own("unsubscribe", situation.answers)
    proved = unsubscribing.is_proved(situation)
    yield from _list_headers(situation)
    if listless:
        text = "There is no mailing list to leave: we send no newsletters and no promotions."
        yield _say("no_mailing_list", text, _of_all_messages(situation))
    if own is not None:
        yield own
    elif not listless and not proved:
        remedy = "Name the unsubscribe link, or say why transactional mail has none and how an account is closed."
        if transactional and table.all_unlisted:
            remedy = (
                f"If there is no other mail, answer yes to “{BY_ID[COMPLETE].label}” (`draft set {COMPLETE}=yes`). "
                "If there is, name the unsubscribe link."
            )
        field = COMPLETE if transactional and table.all_unlisted else "unsubscribe"
        yield Hole("unsubscribe", UNSUBSCRIBE, "The text does not say how a recipient stops the mail.", remedy, field)


def _list_headers(situation: Situation) -> Iterator[Sentence]:
    """Say how list mail lets its recipients leave, where the code shows it."""
    rows = unsubscribing.with_headers(situation)
    if rows:
        text = f"{_messages(rows)} carry the headers List-Unsubscribe and List-Unsubscribe-Post (RFC 8058)."
        yield _say("list_headers", text, _header_sources(situation, rows))
    rows = unsubscribing.with_contact_list(situation)
    if rows:
        text = (
            f"{_messages(rows)} are sent with a contact list of SES: it adds the List-Unsubscribe headers, "
            "and nothing more goes to a contact who unsubscribes."
        )
        yield _say("contact_list", text, _header_sources(situation, rows))


def _messages(rows: Iterable[MessageRow]) -> str:
    return f"{listing(row.name for row in rows)} messages"


def _header_sources(situation: Situation, rows: Iterable[MessageRow]) -> Origin:
    """Return where the code sets the headers."""
    headers = [row.list_headers for row in rows]
    places = [each.list_unsubscribe_post or each.list_management for each in headers]
    source = ", ".join(dict.fromkeys(str(place) for place in places if place is not None))
    return Origin(source, evidence.origin(situation.facts.repository).observed_at)


def _authentication(situation: Situation) -> Iterator[Item]:
    identity = evidence.identity(situation)
    origin = evidence.origin(situation.facts.domain_identity)
    for gate, (light, why, remedy) in authentication(situation):
        if light == Light.GREEN and identity is not None:
            yield _say(gate, _authenticated(gate, situation), origin)
        else:
            yield Hole(gate, AUTHENTICATION, why, remedy, "domain" if not situation.domain else "")
    record = next((s for s in states(situation) if s.record.purpose == Purpose.DMARC), None)
    if record is not None and record.verdict == RecordVerdict.OK:
        origin = Origin(record.source, record.observed_at)
        yield _say("dmarc", f"DMARC is published{_policy(situation.facts)}.", origin)
    else:
        unknown = record is None or record.verdict == RecordVerdict.UNKNOWN
        why = "Whether DMARC is published is not known." if unknown else "DMARC is not published as it should be."
        yield Hole("dmarc", AUTHENTICATION, why, record.fix if record else "Enter the sending domain.")


def _authenticated(gate: str, situation: Situation) -> str:
    identity = evidence.identity(situation)
    name = identity.name if identity else ""
    if gate == "domain_identity":
        return f"{name} is a verified domain identity in {situation.place.region}."
    if gate == "dkim":
        return "Our mail is signed with DKIM (status SUCCESS)."
    mail_from = identity.mail_from.domain if identity and identity.mail_from else ""
    return f"Our MAIL FROM domain is {mail_from}, so SPF is checked against our own domain."


def _policy(facts: Facts) -> str:
    dmarc = so_far(facts.dmarc)
    return f" with the policy {dmarc.policy.lower()}" if dmarc is not None and dmarc.policy else ""


def samples(situation: Situation, count: int) -> tuple[Sentence, ...]:
    """Return up to ``count`` messages as they are sent, each of another kind.

    The confirmation comes first; in a request for marketing mail, what goes to a list.
    """
    own = _own_sample(situation.answers)
    rows: Iterable[MessageRow] = sampled(situation.messages.claimed)
    if evidence.carried("mail_type", situation) == "MARKETING":
        to_lists = unsubscribing.list_mail(situation)
        rows = sorted(rows, key=lambda row: row not in to_lists)
    read = tuple(_sample_of(row, situation) for row in list(rows)[:count])
    return (*own, *read)[:count]


def _sample_of(row: MessageRow, situation: Situation) -> Sentence:
    """Return a message with what carries its text: the code, or the operator who pasted it."""
    field, answers = f"{MESSAGE}{row.id}.sample", situation.answers
    if (entry := answers.entry(field)) is not None:
        origin = Origin(evidence.entered(field, answers), entry.at)
        return _say(f"{SAMPLE_OF}{row.id}", message(row), origin, mine=True)
    reading = situation.facts.checkout if known(situation.facts.checkout) else situation.facts.repository
    origin = evidence.origin(reading)
    return _say(
        f"{SAMPLE_OF}{row.id}",
        message(row),
        origin._replace(source=f"{_said_by(row)}{row.sample_source or origin.source}"),
    )


def _own_sample(answers: Answers) -> tuple[Sentence, ...]:
    """Return the message that the operator pasted, letter by letter."""
    text = normal("sample_message", answers.text("sample_message"))
    if not text or check("sample_message", text):
        return ()
    return (_say(OWN_SAMPLE, text, _entered_in(answers, "sample_message"), mine=True),)


def _sample(situation: Situation) -> Iterator[Item]:
    messages = samples(situation, 1)
    yield from messages
    if not messages:
        yield Hole(
            "sample",
            SAMPLE,
            "No sample message is at hand.",
            "Paste one as its recipient gets it: Amazon often asks for it.",
            "sample_message",
        )
