"""A complete DLaaS onboarding under its own name: everything in place, nothing filed yet. All times are fixed."""

from __future__ import annotations

from collections.abc import Mapping
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
    Identities,
    Identity,
    IdentityInfo,
    Mail,
    Mailbox,
    MailFrom,
    MailHost,
    Notifications,
    Page,
    Place,
    Quota,
    QuotaRequest,
    Quotas,
    Review,
    Schedule,
    ScheduleKind,
    SendPoint,
    Source,
    Subscription,
    SupportPlan,
    Topic,
    Website,
)
from dlaas_onboard.journey.facts.reading import Problem, ProblemKind, Reading
from dlaas_onboard.journey.situation.answers import Answers, Entry
from dlaas_onboard.journey.situation.calls import Call
from dlaas_onboard.journey.situation.intents import Intent, Phase
from tests.policies import seen_by_receivers

T = TypeVar("T")

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
ACCOUNT = "123456789012"
REGION = "eu-west-1"
DOMAIN = "mirrorhall.example"
SENDER = f"support@{DOMAIN}"
WEBSITE = f"https://{DOMAIN}"
SET = "mirrorhall-mail"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:mirrorhall-mail-events"
HANDLER = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:flag_bounced_user"
CASE = "178000000000001"
TOKENS = ("aaa", "bbb", "ccc")

WELCOME = """Welcome to {serviceName}

Your account has been created. Please open the link below to activate it.

Activate Account (https://app.{serviceDomain}/user/confirm?code={confirmationCode})

The {serviceName} Team"""
INVOICE = """Your {serviceName} invoice is ready for payment

Your subscription begins when this invoice has been paid.

View Invoice ({invoiceUrl})

The {serviceName} Team"""


def seen(value: T | None, source: str) -> Reading[T]:
    """Return a reading that answered in full."""
    return Reading(source, NOW - timedelta(minutes=1), value)


def unread(source: str) -> Reading[Any]:
    """Return a reading that failed."""
    return Reading(source, NOW, None, Problem(ProblemKind.DENIED, "You may not look at this.", "Ask for permission."))


def _mail(  # noqa: PLR0917 - a table: one line of columns for each message
    name: str, trigger: str, subject: str, to: str, kind: str, schedules: tuple[Schedule, ...], place: str, **more: Any
) -> Mail:
    path, _, line = place.rpartition(":")
    return Mail(
        name=name,
        trigger=trigger,
        subject=subject,
        recipient=to,
        kind=kind,
        schedules=schedules,
        source=Source(f"common/templates/{name}.handlebars"),
        call_sites=(Source(path, int(line)),) if path else (),
        **more,
    )


OWNER = "the account's owner"
TYPED = "the address entered in the request"
_USER = "modules/service.user/lambdas"
_JOBS = "modules/service.subscriptions/lambdas"
_DAILY = Schedule(ScheduleKind.RUN, (), 24, "hour", "rate(24 hours)")


def _daily(task: str) -> Schedule:
    return replace(_DAILY, kind=ScheduleKind.TASK, tasks=(task,))


MAILS = (
    _mail(
        "account-created",
        "register_user",
        "Mirrorhall Account Creation",
        TYPED,
        "confirmation",
        (Schedule(ScheduleKind.CALL, ("register_user",)),),
        f"{_USER}/register_user/index.js:99",
        sample=WELCOME,
    ),
    _mail(
        "deployment-action-nameservers",
        "send_route53_available_email",
        "Deployment Action Required",
        "the operator",
        "operator",
        (Schedule(ScheduleKind.CALL, ("send_route53_available_email",)),),
        "modules/service.system-utils/lambdas/send_route53_available_email/index.js:47",
        to_recipients=False,
    ),
    _mail(
        "email-change-confirm",
        "change_email",
        "Mirrorhall Email Change",
        OWNER,
        "security",
        (Schedule(ScheduleKind.CALL, ("change_email",)),),
        f"{_USER}/change_email/index.js:54",
    ),
    _mail(
        "email-change-request",
        "change_email",
        "Mirrorhall Email Change",
        TYPED,
        "confirmation",
        (Schedule(ScheduleKind.CALL, ("change_email",)),),
        f"{_USER}/change_email/index.js:66",
    ),
    _mail("invoice-cancelled", "", "", "", "billing", (), ""),
    _mail(
        "invoice",
        "createInvoice",
        "Mirrorhall Subscription - Invoice Ready for Payment",
        OWNER,
        "billing",
        (
            Schedule(ScheduleKind.CALL, ("create_subscription",)),
            _daily("cron_check_for_incoming_renewals"),
        ),
        "common/subscriptions.js:168",
        sample=INVOICE,
    ),
    _mail(
        "mirror-activation",
        "create_mirror",
        "Your Mirror is being created",
        OWNER,
        "fulfilment",
        (Schedule(ScheduleKind.CALL, ("create_mirror",)),),
        "worker/jobs/create_mirror/index.js:116",
    ),
    _mail(
        "mirror-failed-general-error",
        "create_mirror",
        "Mirror Creation Failed",
        OWNER,
        "fulfilment",
        (Schedule(ScheduleKind.CALL, ("create_mirror",)),),
        "worker/jobs/create_mirror/index.js:153",
    ),
    _mail(
        "password-reset-confirmation",
        "confirm_new_password",
        "Mirrorhall Reset Password Confirmation",
        OWNER,
        "security",
        (Schedule(ScheduleKind.CALL, ("confirm_new_password",)),),
        f"{_USER}/confirm_new_password/index.js:105",
    ),
    _mail(
        "password-reset-request",
        "reset_password",
        "Mirrorhall Reset Password Request",
        TYPED,
        "security",
        (Schedule(ScheduleKind.CALL, ("reset_password",)),),
        f"{_USER}/reset_password/index.js:58",
    ),
    _mail(
        "payments",
        "insertTransactionsAndCalculateSum",
        "Mirrorhall Subscription - Payment Details",
        OWNER,
        "billing",
        (
            Schedule(ScheduleKind.CALL, ("check_for_payment",)),
            _daily("cron_check_for_payment"),
        ),
        "common/subscriptions.js:234",
    ),
    _mail(
        "subscription-expired",
        "cron_set_subscriptions_to_expired",
        "Mirrorhall Subscription Expired",
        OWNER,
        "service",
        (_DAILY,),
        f"{_JOBS}/cron_set_subscriptions_to_expired/index.js:30",
    ),
    _mail(
        "subscription-renewal",
        "cron_check_for_incoming_renewals",
        "Mirrorhall Subscription - Upcoming Renewal",
        OWNER,
        "billing",
        (_DAILY,),
        f"{_JOBS}/cron_check_for_incoming_renewals/index.js:44",
    ),
    _mail(
        "subscription-terminated",
        "cron_cleanup_expired_subscriptions",
        "Your Mirrorhall Subscription - Important Information Regarding Service Changes",
        OWNER,
        "service",
        (_DAILY,),
        f"{_JOBS}/cron_cleanup_expired_subscriptions/index.js:65",
    ),
)


def checkout(**changes: Any) -> Checkout:
    """Return a DLaaS checkout that was given its own name and domain."""
    base = Checkout(
        root="/srv/dlaas",
        region=REGION,
        profile="mirrorhall",
        service_name="Mirrorhall",
        domain=DOMAIN,
        sender=SENDER,
        mail_from=f"mail.{DOMAIN}",
        about="This project focuses on the Chia data layer, offering its services to clients on a rental basis.",
        products=("DataLayer Mirror: 1 XCH",),
        mails=MAILS,
        sources={
            "service_name": "common/config.json:4",
            "domain": "common/config.json:6",
            "sender": "common/email-utils.js:53",
            "business": "README.md:4",
            "mail_type": "common/templates",
            "products": "modules/service.subscriptions/products.json:2",
            "purge": "modules/service.user/procedures.sql.tpl:71",
        },
        opt_in=Source("modules/service.user/procedures.sql.tpl", 30),
        login_needs_confirmation=Source(f"{_USER}/login/index.js", 106),
        purge="30 days",
    )
    return replace(base, **changes)


def account(**changes: Any) -> Account:
    """Return a healthy account in the sandbox that never asked."""
    return replace(Account(False, True, "HEALTHY", 200.0, 1.0, 12.0, ("BOUNCE", "COMPLAINT")), **changes)


def reviewed(status: str, **changes: Any) -> Account:
    """Return an account whose review is in ``status``."""
    details = Details("TRANSACTIONAL", WEBSITE, "EN", "", (f"ops@{DOMAIN}",), Review(status, CASE))
    return account(details=details, **changes)


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


def configuration_set(*destinations: EventDestination) -> ConfigurationSet:
    """Return the identity's default set with these destinations."""
    return ConfigurationSet(SET, True, True, None, destinations)


def _dns(type_: str, name: str, *values: str) -> tuple[str, Reading[DnsAnswer]]:
    answer = DnsAnswer(name, type_, bool(values), values, 300, "192.0.2.53")
    return f"{type_} {name}", seen(answer, f"DNS {type_} {name} via 192.0.2.53")


def mailbox(*hosts: str, addresses: tuple[str, ...] = ("192.0.2.25",), domain: str = DOMAIN, **more: Any) -> Mailbox:
    """Return a domain that takes mail at these hosts; without any it takes none."""
    return Mailbox(domain, tuple(MailHost(host, 10, addresses) for host in hosts), **more)


def with_dns(facts: Facts, found: Mapping[str, Reading[DnsAnswer]]) -> Facts:
    """Return the facts with these answers of DNS, and with the SPF and DMARC policies that receivers read in them."""
    return seen_by_receivers(replace(facts, dns=found, spf={}), (f"mail.{DOMAIN}",), DOMAIN)


def complete() -> Facts:
    """Return facts that carry every sentence and leave no gate shut but the declarations."""
    place = Place(
        "mirrorhall",
        REGION,
        "--region",
        ACCOUNT,
        f"arn:aws:iam::{ACCOUNT}:user/ada",
        "aws",
        f"email.{REGION}.amazonaws.com",
    )
    destination = EventDestination("bounces-and-complaints", True, ("BOUNCE", "COMPLAINT"), "SNS", TOPIC)
    pages = tuple(Page(role, f"{WEBSITE}/{role}", 200) for role in ("privacy", "terms", "contact", "sign-up"))
    facts = Facts(
        place=place,
        caller=seen(place, "STS GetCallerIdentity"),
        account=seen(account(), f"SES GetAccount {REGION}"),
        statistics=seen((SendPoint(NOW - timedelta(days=2), 24, 0, 0, 0),), f"SES GetSendStatistics {REGION}"),
        identities=seen(
            Identities((IdentityInfo(DOMAIN, "DOMAIN", True, "SUCCESS"),)), f"SES ListEmailIdentities {REGION}"
        ),
        domain_identity=seen(identity(), f"SES GetEmailIdentity {DOMAIN}"),
        configuration_sets=seen((configuration_set(destination),), f"SES GetConfigurationSet {SET}"),
        notifications=seen(Notifications(DOMAIN, forwarding=True), "SES GetIdentityNotificationAttributes"),
        topics={
            TOPIC: seen(Topic(TOPIC, True, (Subscription("lambda", HANDLER, True),)), "SNS mirrorhall-mail-events")
        },
        dns=dict(
            (
                *(_dns("CNAME", f"{t}._domainkey.{DOMAIN}", f"{t}.dkim.amazonses.com") for t in TOKENS),
                _dns("MX", f"mail.{DOMAIN}", f"10 feedback-smtp.{REGION}.amazonses.com"),
                _dns("TXT", f"mail.{DOMAIN}", "v=spf1 include:amazonses.com ~all"),
                _dns("TXT", f"_dmarc.{DOMAIN}", f"v=DMARC1; p=none; rua=mailto:{SENDER}"),
                _dns("MX", DOMAIN, f"10 mx.{DOMAIN}"),
                _dns("NS", DOMAIN, "ns1.example.net"),
            )
        ),
        mailboxes={DOMAIN: seen(mailbox(f"mx.{DOMAIN}"), f"DNS MX {DOMAIN}")},
        website=seen(
            Website(
                WEBSITE, f"{WEBSITE}/", 200, (), "text/html", "Mirrorhall", 2400, "Mirrors", True, "", False, pages
            ),
            f"HTTPS {WEBSITE}",
        ),
        support=seen(SupportPlan(False), "Support DescribeSeverityLevels"),
        quotas=seen(quotas(), f"Service Quotas ses {REGION}"),
        checkout=seen(checkout(), "checkout"),
    )
    return with_dns(facts, facts.dns)


def quotas(*requests: QuotaRequest, value: float = 200.0, rate: float = 1.0) -> Quotas:
    """Return SES's two quotas."""
    return Quotas(
        Quota("L-804C8AE8", "Sending quota", value, True), Quota("L-CDEF9B6B", "Sending rate", rate, True), requests
    )


ENTRIES = {
    "business": (
        "Mirrorhall hosts mirrors of Chia DataLayer stores, so that publishers need no server of their own. "
        "It is run by Mirrorhall GmbH, Bremen, Germany"
    ),
    "website_url": WEBSITE,
    "contact_language": "EN",
    "contacts": f"ops@{DOMAIN}",
    "users": "500",
    "signups_per_day": "25",
    "mails_per_user_month": "4",
    "peak_factor": "3",
    "bounce_process": (
        "On a hard bounce or a complaint the function marks the address in our user table, "
        "and we send nothing more to it. The user sees a notice at the next login and can enter another address."
    ),
    "bounce_seen": (
        "We tried this with the mailbox simulator on 23 November 2026: the bounce and the complaint "
        "both reached the function within a minute."
    ),
    "unsubscribe": "Users who want no more mail close their account on its settings page.",
    "declare_terms": "yes",
    "declare_recipients": "yes",
    "declare_bounces": "yes",
}


def answers(**changes: str) -> Answers:
    """Return the operator's entries, changed as given; an empty text takes one back."""
    entries = {**ENTRIES, **changes}
    at = NOW - timedelta(hours=1)
    return Answers({field: Entry(text, at, "ada@laptop") for field, text in entries.items() if text})


def entry(answers: Answers, field: str, text: str) -> Answers:
    """Return ``answers`` with one more entry, whatever its id."""
    return answers.with_entry(field, Entry(text, NOW, "ada@laptop"))


def intent(phase: Phase) -> Intent:
    """Return a request for production access in ``phase``."""
    call = Call("sesv2", "PutAccountDetails", {"MailType": "TRANSACTIONAL", "WebsiteURL": WEBSITE})
    return Intent(
        "6f1c2a40-0000-4000-8000-000000000001",
        "dlaas-7kq2m4x9ta",
        "file",
        call,
        complete().place,
        call.sha256,
        NOW - timedelta(minutes=5),
        "ada@laptop",
        phase=phase,
    )
