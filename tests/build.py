"""Facts and answers of typical situations, for tests of every room. All times are fixed; nothing is random."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from dlaas_onboard.journey.facts import (
    Account,
    Checkout,
    ConfigurationSet,
    Details,
    Dkim,
    DnsAnswer,
    EventDestination,
    Facts,
    Gap,
    Identities,
    Identity,
    IdentityInfo,
    Mailbox,
    MailFrom,
    MailHost,
    Mailing,
    Message,
    Notifications,
    Page,
    Place,
    Quota,
    QuotaRequest,
    Quotas,
    Repository,
    Review,
    SendPoint,
    Source,
    Subscription,
    SupportCase,
    SupportPlan,
    SuppressedCount,
    Topic,
    Website,
)
from dlaas_onboard.journey.facts.reading import Problem, ProblemKind, Reading
from dlaas_onboard.journey.situation.answers import Answers, Entry
from dlaas_onboard.journey.situation.calls import Call
from dlaas_onboard.journey.situation.intents import Intent, Outcome, Phase
from tests.dlaas_mails import MAILS
from tests.policies import seen_by_receivers

T = TypeVar("T")

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
ACCOUNT = "123456789012"
REGION = "eu-west-1"
DOMAIN = "example.com"
SENDER = f"support@{DOMAIN}"
WEBSITE = f"https://{DOMAIN}"
ME = "ada@example.org"
CASE = "178000000000001"
TOKENS = ("tok1", "tok2", "tok3")
SET = "example-mail"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:example-mail-events"
HANDLER = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:flag_bounced_user"


def seen(value: T | None, source: str = "test", at: datetime = NOW) -> Reading[T]:
    """Return a reading that answered in full."""
    return Reading(source, at, value)


def denied(operation: str, action: str, at: datetime = NOW) -> Reading[Any]:
    """Return a reading that was refused for want of ``action``."""
    problem = Problem(
        ProblemKind.DENIED,
        f"You may not call {operation}.",
        f"Allow {action}.",
        operation=operation,
        iam_action=action,
        code="AccessDeniedException",
    )
    return Reading(operation, at, None, problem)


def unread(source: str) -> Reading[Any]:
    """Return a reading that failed, whatever was asked."""
    return Reading(source, NOW, None, Problem(ProblemKind.DENIED, "You may not look at this.", "Ask for permission."))


def place(**changes: Any) -> Place:
    """Return a place that STS answered for."""
    base = Place(
        "dlaas", REGION, "--region", ACCOUNT, f"arn:aws:iam::{ACCOUNT}:user/ada", "aws", f"email.{REGION}.amazonaws.com"
    )
    return replace(base, **changes)


def account(**changes: Any) -> Account:
    """Return a healthy account in the sandbox that never asked."""
    return replace(Account(False, True, "HEALTHY", 200.0, 1.0, 12.0, ("BOUNCE", "COMPLAINT")), **changes)


def details(status: str = "", case_id: str = CASE) -> Details:
    """Return the details of a first request, with the review where ``status`` is given."""
    review = Review(status, case_id) if status else None
    return Details("TRANSACTIONAL", WEBSITE, "EN", "", (ME,), review)


def reviewed_account(status: str, **changes: Any) -> Account:
    """Return an account whose review is in ``status``."""
    return account(**{"details": details(status), **changes})


def identity(**changes: Any) -> Identity:
    """Return a domain identity for which SES reports success throughout."""
    base = Identity(
        DOMAIN,
        "DOMAIN",
        True,
        "SUCCESS",
        Dkim("SUCCESS", True, TOKENS, "dkim.amazonses.com", "AWS_SES"),
        MailFrom(f"mail.{DOMAIN}", "SUCCESS", "USE_DEFAULT_VALUE"),
        True,
        SET,
    )
    return replace(base, **changes)


def address(status: str = "SUCCESS", name: str = ME) -> Identity:
    """Return the operator's own address in a state of verification."""
    return Identity(name, "EMAIL_ADDRESS", status == "SUCCESS", status)


def dns(*records: tuple[str, str, tuple[str, ...]]) -> dict[str, Reading[DnsAnswer]]:
    """Return answers by ``"TYPE name"``; no values means that there is no such record."""
    return {
        f"{type_} {name}": seen(DnsAnswer(name, type_, bool(values), values, 300, "192.0.2.53"), f"DNS {type_} {name}")
        for type_, name, values in records
    }


def good_dns() -> dict[str, Reading[DnsAnswer]]:
    """Return the answers for a domain with every record in place."""
    return dns(
        *(("CNAME", f"{token}._domainkey.{DOMAIN}", (f"{token}.dkim.amazonses.com",)) for token in TOKENS),
        ("MX", f"mail.{DOMAIN}", (f"10 feedback-smtp.{REGION}.amazonses.com",)),
        ("TXT", f"mail.{DOMAIN}", ("v=spf1 include:amazonses.com ~all",)),
        ("TXT", f"_dmarc.{DOMAIN}", ("v=DMARC1; p=none",)),
        ("MX", DOMAIN, (f"10 mx.{DOMAIN}",)),
        ("TXT", DOMAIN, ()),
        ("NS", DOMAIN, ("ns1.example.net", "ns2.example.net")),
    )


def no_dns() -> dict[str, Reading[DnsAnswer]]:
    """Return the answers for a domain that is delegated, with no record of ours."""
    return {
        key: (reading if key.startswith("NS ") else seen(DnsAnswer(reading.value.name, reading.value.type, False)))
        for key, reading in good_dns().items()
        if reading.value
    }


def with_dns(facts: Facts, found: dict[str, Reading[DnsAnswer]]) -> Facts:
    """Return the facts with these answers of DNS, and with the SPF and DMARC policies that receivers read in them."""
    return seen_by_receivers(replace(facts, dns=found, spf={}), (f"mail.{DOMAIN}",), DOMAIN)


def mailboxes(*domains: str) -> dict[str, Reading[Mailbox]]:
    """Return what DNS says of mail to the sending domain and the operator's; only ``domains`` take it."""
    return {
        name: seen(mailbox(*([f"mx.{name}"] if name in domains else []), domain=name), f"DNS MX {name}")
        for name in (DOMAIN, "example.org")
    }


def mailbox(*hosts: str, addresses: tuple[str, ...] = ("192.0.2.25",), domain: str = DOMAIN, **more: Any) -> Mailbox:
    """Return a domain that takes mail at these hosts; without any it takes none."""
    return Mailbox(domain, tuple(MailHost(host, 10, addresses) for host in hosts), **more)


def topic(*, confirmed: bool = True, may_publish: bool | None = True) -> Topic:
    """Return a topic with one e-mail subscriber."""
    return Topic(TOPIC, may_publish, (Subscription("email", ME, confirmed),))


def configuration_set(**changes: Any) -> ConfigurationSet:
    """Return a set that publishes bounces and complaints to the topic."""
    destination = EventDestination("bounces-and-complaints", True, ("BOUNCE", "COMPLAINT"), "SNS", TOPIC)
    return replace(ConfigurationSet(SET, True, True, None, (destination,)), **changes)


def quotas(*requests: QuotaRequest, value: float = 200.0, rate: float = 1.0) -> Quotas:
    """Return SES's two quotas."""
    return Quotas(
        Quota("L-804C8AE8", "Sending quota", value, True), Quota("L-CDEF9B6B", "Sending rate", rate, True), requests
    )


def checkout(**changes: Any) -> Checkout:
    """Return a DLaaS checkout that was given its own name and domain."""
    base = Checkout(
        root="/srv/dlaas",
        region=REGION,
        profile="dlaas",
        service_name="Example",
        domain=DOMAIN,
        sender=SENDER,
        mail_from=f"mail.{DOMAIN}",
        about="This project focuses on the Chia data layer, offering its services to clients on a rental basis.",
        products=("DataLayer Mirror: 1 XCH",),
        mails=MAILS,
        sources={
            "region": "common/config.json:2",
            "service_name": "common/config.json:4",
            "domain": "common/config.json:5",
            "sender": "common/email-utils.js:53",
            "business": "README.md:4",
            "mail_type": "common/templates",
            "products": "modules/service.subscriptions/products.json:2",
            "purge": "modules/service.user/procedures.sql.tpl:71",
        },
        opt_in=Source("modules/service.user/procedures.sql.tpl", 30),
        login_needs_confirmation=Source("modules/service.user/lambdas/login/index.js", 106),
        purge="30 days",
    )
    return replace(base, **changes)


def stock_checkout(**changes: Any) -> Checkout:
    """Return that checkout with the gaps that DLaaS has in its infrastructure as it comes."""
    gaps = (
        Gap("mail_from_mx", "email.tf makes no MX for MAIL FROM.", "Add it.", Source("email.tf", 20)),
        Gap("dmarc", "There is no DMARC record.", "Add one."),
        Gap("configuration_set", "There is no configuration set.", "Add one."),
        Gap("website", "There is no website at the domain.", "Publish one."),
    )
    return checkout(**{"gaps": gaps, **changes})


def answers(**entries: str) -> Answers:
    """Return answers entered by ada."""
    return Answers({name: Entry(text, NOW - timedelta(hours=1), "ada@laptop") for name, text in entries.items()})


def entered(**more: str) -> Answers:
    """Return the answers of an operator without a checkout who has got through steps 2 to 4."""
    base = {
        "test_address": ME,
        "domain": DOMAIN,
        "sender": SENDER,
        "service_name": "Example",
        "bounce_process": "A Lambda marks the user as unreachable; no mail is sent to that address again.",
    }
    return answers(**{**base, **more})


ENTRIES = {
    "business": (
        "Example hosts mirrors of Chia DataLayer stores, so that publishers need no server of their own. "
        "It is run by Example GmbH, Bremen, Germany"
    ),
    "website_url": WEBSITE,
    "contact_language": "EN",
    "contacts": f"ops@{DOMAIN}",
    "users_now": "40",
    "messages_per_day_now": "0",
    "users": "500",
    "signups_per_day": "25",
    "mails_per_user_month": "4",
    "peak_factor": "3",
    "bounce_process": (
        "On a hard bounce or a complaint the function marks the address in our user table, "
        "and we send it nothing more. The user sees a notice at the next login and can enter another."
    ),
    "bounce_seen": (
        "We tried it with the mailbox simulator on 23 November 2026: bounce and complaint "
        "reached the function in a minute."
    ),
    "complaints_to": f"abuse@{DOMAIN}",
    "unsubscribe": "Users who want no more mail close their account on its settings page.",
    "declare_terms": "yes",
    "declare_recipients": "yes",
    "declare_bounces": "yes",
}


def filled_in(**changes: str) -> Answers:
    """Return the answers of an operator who filled in everything, changed as given; an empty text takes one back."""
    return answers(**{field: text for field, text in {**ENTRIES, **changes}.items() if text})


def entry(answers: Answers, field: str, text: str) -> Answers:
    """Return ``answers`` with one more entry, whatever its id."""
    return answers.with_entry(field, Entry(text, NOW, "ada@laptop"))


def nothing() -> Facts:
    """Return facts of a start at which nobody looked yet."""
    return Facts(place=Place(region=REGION, region_source="--region"))


def fresh() -> Facts:
    """Return a fresh account: nothing in SES, nothing in DNS."""
    where = place()
    facts = Facts(
        place=where,
        caller=seen(where, "STS GetCallerIdentity"),
        account=seen(account(), f"SES GetAccount {REGION}"),
        statistics=seen((), "SES GetSendStatistics"),
        identities=seen(Identities(), "SES ListEmailIdentities"),
        domain_identity=seen(None, "SES GetEmailIdentity"),
        test_identity=seen(None, "SES GetEmailIdentity"),
        mailing=seen(Mailing(), "SES ListContactLists"),
        suppressed=seen(SuppressedCount(), "SES ListSuppressedDestinations"),
        configuration_sets=seen((), "SES ListConfigurationSets"),
        notifications=seen(None, "SES GetIdentityNotificationAttributes"),
        mailboxes=mailboxes("example.org"),
        support=seen(SupportPlan(False), "Support DescribeSeverityLevels"),
        checkout=seen(None, "checkout"),
    )
    return with_dns(facts, no_dns())


def terraform() -> Facts:
    """Return DLaaS as its Terraform leaves it: verified, no MX for MAIL FROM, no DMARC, no configuration set."""
    found = {**no_dns(), **{key: value for key, value in good_dns().items() if key.startswith("CNAME ")}}
    found |= dns(("TXT", f"mail.{DOMAIN}", ("v=spf1 include:amazonses.com ~all",)))
    return replace(
        with_dns(fresh(), found),
        identities=seen(
            Identities(
                (IdentityInfo(DOMAIN, "DOMAIN", True, "SUCCESS"), IdentityInfo(ME, "EMAIL_ADDRESS", True, "SUCCESS"))
            ),
            "SES ListEmailIdentities",
        ),
        domain_identity=seen(
            identity(mail_from=MailFrom(f"mail.{DOMAIN}", "FAILED", "USE_DEFAULT_VALUE"), configuration_set=""),
            f"SES GetEmailIdentity {DOMAIN}",
        ),
        test_identity=seen(address(), f"SES GetEmailIdentity {ME}"),
        notifications=seen(Notifications(DOMAIN, forwarding=True), "SES GetIdentityNotificationAttributes"),
        checkout=seen(stock_checkout(), "checkout /srv/dlaas"),
    )


def ready() -> Facts:
    """Return an account where everything that comes before the request is in place."""
    return replace(
        with_dns(terraform(), good_dns()),
        statistics=seen((SendPoint(NOW - timedelta(hours=3), 6, 0, 0, 0),), "SES GetSendStatistics"),
        domain_identity=seen(identity(), f"SES GetEmailIdentity {DOMAIN}"),
        configuration_sets=seen((configuration_set(),), f"SES GetConfigurationSet {SET}"),
        topics={TOPIC: seen(topic(), f"SNS {SET}-events")},
        mailboxes=mailboxes(DOMAIN, "example.org"),
        website=seen(Website(WEBSITE, f"{WEBSITE}/", 200, (), "text/html", "Example", 2400), f"HTTPS {WEBSITE}"),
        checkout=seen(None, "checkout"),
    )


def two_weeks() -> tuple[SendPoint, ...]:
    """Return two weeks with a growing volume, one bad day of bounces and two complaints."""
    return tuple(
        SendPoint(
            NOW - timedelta(days=13 - day), 20 + day * day * 3, 9 if day == 6 else day % 3, int(day in (9, 11)), 0
        )
        for day in range(14)
    )


def halfway() -> Facts:
    """Return the account of an operator who has begun: a record is wrong, one is missing, nobody listens yet."""
    found = {**good_dns(), **dns(("MX", f"mail.{DOMAIN}", (f"10 feedback-smtp.{REGION}.amazonaws.com",)))}
    return replace(
        without_dmarc(with_dns(terraform(), found)),
        statistics=seen(two_weeks(), "SES GetSendStatistics"),
        identities=seen(Identities((IdentityInfo(DOMAIN, "DOMAIN", True, "SUCCESS"),)), "SES ListEmailIdentities"),
        test_identity=seen(None, f"SES GetEmailIdentity {ME}"),
        configuration_sets=seen((configuration_set(),), f"SES GetConfigurationSet {SET}"),
        topics={TOPIC: seen(topic(confirmed=False), f"SNS {SET}-events")},
        mailboxes=mailboxes(DOMAIN, "example.org"),
    )


def begun() -> Answers:
    """Return the answers of that operator."""
    return answers(test_address=ME, signups_per_day="120")


def complete() -> Facts:
    """Return facts that carry every sentence and leave no gate shut but the declarations."""
    pages = tuple(Page(role, f"{WEBSITE}/{role}", 200) for role in ("privacy", "terms", "contact", "sign-up"))
    known = {
        **good_dns(),
        **dns(("TXT", f"_dmarc.{DOMAIN}", (f"v=DMARC1; p=none; rua=mailto:{SENDER}",))),
    }
    return replace(
        with_dns(ready(), known),
        statistics=seen((SendPoint(NOW - timedelta(days=2), 24, 0, 0, 0),), f"SES GetSendStatistics {REGION}"),
        topics={TOPIC: seen(Topic(TOPIC, True, (Subscription("lambda", HANDLER, True),)), f"SNS {SET}-events")},
        website=seen(
            Website(WEBSITE, f"{WEBSITE}/", 200, (), "text/html", "Example", 2400, "Mirrors", True, "", False, pages),
            f"HTTPS {WEBSITE}",
        ),
        quotas=seen(quotas(), f"Service Quotas ses {REGION}"),
        checkout=seen(checkout(), "checkout"),
        repository=seen(Repository("dlaas"), "code"),
    )


def with_account(found: Account | None = None, problem: Problem | None = None) -> Facts:
    """Return :func:`complete` with that account, or with that problem where the account could not be read."""
    return replace(complete(), account=Reading(f"SES GetAccount {REGION}", NOW, found, problem))


def without_dmarc(facts: Facts) -> Facts:
    """Return the facts of a domain that publishes no DMARC record, and where nothing else changed."""
    return with_dns(facts, {**facts.dns, **dns(("TXT", f"_dmarc.{DOMAIN}", ()))})


def reviewed(status: str, *, production: bool = False, case_id: str = CASE) -> Facts:
    """Return :func:`ready` with a review in ``status``."""
    changed = reviewed_account(status, production=production, details=details(status, case_id))
    if production:
        changed = replace(changed, max_24_hour_send=50000.0, max_send_rate=14.0)
    return replace(ready(), account=seen(changed, f"SES GetAccount {REGION}"))


def pending() -> Facts:
    """Return an account whose request is under review."""
    return reviewed("PENDING")


def asked_back() -> Facts:
    """Return a pending review whose case waits for the operator, with a plan that includes the Support API."""
    return replace(pending(), support=seen(SupportPlan(True)), case=seen(case()))


def case(status: str = "pending-customer-action", *bodies: str) -> SupportCase:
    """Return the review's case with one message of Amazon's, or the given ones."""
    texts = bodies or ("Please tell us how you handle bounces.",)
    messages = tuple(Message("Amazon Web Services", NOW - timedelta(hours=2), text) for text in texts)
    return SupportCase(CASE, "case-123456789012-muen-2026-abc", status, "SES: Production Access", NOW, messages)


def refused() -> Facts:
    """Return an account whose request was denied."""
    return reviewed("DENIED")


def granted() -> Facts:
    """Return an account whose review is granted while the sandbox still holds."""
    return reviewed("GRANTED")


def production() -> Facts:
    """Return an account with production access."""
    return reviewed("GRANTED", production=True)


def paused() -> Facts:
    """Return a ready account for which Amazon paused sending."""
    stopped = account(sending_enabled=False, enforcement="SHUTDOWN")
    return replace(ready(), account=seen(stopped, f"SES GetAccount {REGION}"))


def no_permission() -> Facts:
    """Return facts of a principal that may look at half of what there is."""
    return replace(
        ready(),
        account=denied("sesv2:GetAccount", "ses:GetAccount"),
        statistics=denied("ses:GetSendStatistics", "ses:GetSendStatistics"),
        mailing=denied("sesv2:ListContactLists", "ses:ListContactLists"),
        suppressed=denied("sesv2:ListSuppressedDestinations", "ses:ListSuppressedDestinations"),
        domain_identity=denied("sesv2:GetEmailIdentity", "ses:GetEmailIdentity"),
        test_identity=denied("sesv2:GetEmailIdentity", "ses:GetEmailIdentity"),
        configuration_sets=denied("sesv2:ListConfigurationSets", "ses:ListConfigurationSets"),
        notifications=denied("ses:GetIdentityNotificationAttributes", "ses:GetIdentityNotificationAttributes"),
        topics={},
    )


def intent(
    call: Call | None = None,
    phase: Phase = Phase.CONFIRMED,
    *,
    at: datetime = NOW - timedelta(hours=5),
    problem: Problem | None = None,
    result: str = "",
    **changes: Any,
) -> Intent:
    """Return an intent, by default a confirmed request for production access five hours ago."""
    asked = call or Call(
        "sesv2",
        "PutAccountDetails",
        {
            "MailType": "TRANSACTIONAL",
            "WebsiteURL": WEBSITE,
            "ContactLanguage": "EN",
            "AdditionalContactEmailAddresses": [ME],
            "ProductionAccessEnabled": True,
        },
    )
    attempt = {Phase.CONFIRMED: Phase.ACCEPTED, Phase.ABANDONED: Phase.UNKNOWN}.get(phase, phase)
    outcome = None if phase == Phase.INTENT else Outcome(attempt, at, "req-1", problem, result)
    base = Intent(
        id="6f1c2a40-0000-4000-8000-000000000001",
        marker="dlaas-7kq2m4x9ta",
        action="file_request",
        call=asked,
        place=place(),
        sha256=asked.sha256,
        created_at=at,
        by="ada@laptop",
        phase=phase,
        outcome=outcome,
    )
    return replace(base, **changes)
