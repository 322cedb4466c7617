"""The messages of a DLaaS checkout that was given its own name, as the project's reader finds them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dlaas_onboard.journey.facts import (
    Mail,
    MailRecipient,
    RecipientKind,
    Schedule,
    ScheduleKind,
    Source,
    Trigger,
    TriggerKind,
)

WELCOME = """Welcome to {serviceName}

Your account has been created. Please open the link below to activate it.

Activate Account (https://app.{serviceDomain}/user/confirm?code={confirmationCode})

The {serviceName} Team"""
INVOICE = """Your {serviceName} invoice is ready for payment

Your subscription begins when this invoice has been paid.

View Invoice ({invoiceUrl})

The {serviceName} Team"""


def sent_by(*tasks: str) -> tuple[Trigger, ...]:
    """Return the triggers of a message that these tasks send."""
    return tuple(Trigger(TriggerKind.TASK, task) for task in tasks)


def _mail(  # noqa: PLR0917 - a table: one line of columns for each message
    name: str,
    trigger: str,
    subject: str,
    to: Recipients,
    kind: str,
    schedules: tuple[Schedule, ...],
    place: str,
    **more: Any,
) -> Mail:
    path, _, line = place.rpartition(":")
    return Mail(
        name=name,
        triggers=sent_by(trigger) if trigger else (),
        subject=subject,
        recipients=to,
        kind=kind,
        schedules=schedules,
        source=Source(f"common/templates/{name}.handlebars"),
        call_sites=(Source(path, int(line)),) if path else (),
        **more,
    )


Recipients = tuple[MailRecipient, ...]
OWNER: Recipients = (MailRecipient(RecipientKind.ACCOUNT_OWNER),)
OPERATOR: Recipients = (MailRecipient(RecipientKind.OPERATOR),)
TYPED: Recipients = (MailRecipient(RecipientKind.ADDRESS_ENTERED),)
_USER = "modules/service.user/lambdas"
_JOBS = "modules/service.subscriptions/lambdas"
_DAILY = Schedule(ScheduleKind.RUN, (), 24, "hour", "rate(24 hours)")


def _daily(task: str) -> Schedule:
    return replace(_DAILY, kind=ScheduleKind.TASK, tasks=(task,))


MAILS = (
    _mail(
        "account-created",
        "register_user",
        "Example Account Creation",
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
        OPERATOR,
        "operator",
        (Schedule(ScheduleKind.CALL, ("send_route53_available_email",)),),
        "modules/service.system-utils/lambdas/send_route53_available_email/index.js:47",
        to_recipients=False,
    ),
    _mail(
        "email-change-confirm",
        "change_email",
        "Example Email Change",
        OWNER,
        "security",
        (Schedule(ScheduleKind.CALL, ("change_email",)),),
        f"{_USER}/change_email/index.js:54",
    ),
    _mail(
        "email-change-request",
        "change_email",
        "Example Email Change",
        TYPED,
        "confirmation",
        (Schedule(ScheduleKind.CALL, ("change_email",)),),
        f"{_USER}/change_email/index.js:66",
    ),
    _mail("invoice-cancelled", "", "", (), "billing", (), ""),
    _mail(
        "invoice",
        "createInvoice",
        "Example Subscription - Invoice Ready for Payment",
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
        "Example Reset Password Confirmation",
        OWNER,
        "security",
        (Schedule(ScheduleKind.CALL, ("confirm_new_password",)),),
        f"{_USER}/confirm_new_password/index.js:105",
    ),
    _mail(
        "password-reset-request",
        "reset_password",
        "Example Reset Password Request",
        TYPED,
        "security",
        (Schedule(ScheduleKind.CALL, ("reset_password",)),),
        f"{_USER}/reset_password/index.js:58",
    ),
    _mail(
        "payments",
        "insertTransactionsAndCalculateSum",
        "Example Subscription - Payment Details",
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
        "Example Subscription Expired",
        OWNER,
        "service",
        (_DAILY,),
        f"{_JOBS}/cron_set_subscriptions_to_expired/index.js:30",
    ),
    _mail(
        "subscription-renewal",
        "cron_check_for_incoming_renewals",
        "Example Subscription - Upcoming Renewal",
        OWNER,
        "billing",
        (_DAILY,),
        f"{_JOBS}/cron_check_for_incoming_renewals/index.js:44",
    ),
    _mail(
        "subscription-terminated",
        "cron_cleanup_expired_subscriptions",
        "Your Example Subscription - Important Information Regarding Service Changes",
        OWNER,
        "service",
        (_DAILY,),
        f"{_JOBS}/cron_cleanup_expired_subscriptions/index.js:65",
    ),
)
