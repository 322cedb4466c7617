"""What DLaaS's own messages are, in words that hold for them alone."""

from __future__ import annotations

from dlaas_onboard.journey.facts import Mail

# What DLaaS's own messages are, by template and by the function that sends it: docs/dlaas.md, "Messages". Where another
# function sends a template of the same name, the words do not hold and the name and the code's own frequency stand.
_DLAAS = {
    ("account-created", "register_user"): (
        "Account confirmation",
        "when somebody registers, with the link that confirms the address",
    ),
    ("password-reset-request", "reset_password"): ("Password reset", "when a new password is asked for"),
    ("password-reset-confirmation", "confirm_new_password"): ("Password changed", "after a new password was set"),
    ("email-change-request", "change_email"): ("Address change", "to confirm the new address of an account"),
    ("email-change-confirm", "change_email"): (
        "Address change notice",
        "to the old address, with a link that stops the change",
    ),
    ("invoice", "createInvoice"): ("Invoice", "for an order or for the next period of a subscription"),
    ("payments", "insertTransactionsAndCalculateSum"): ("Payment details", "when a payment for an invoice arrives"),
    ("subscription-renewal", "cron_check_for_incoming_renewals"): (
        "Renewal",
        "before a subscription has to be renewed",
    ),
    ("subscription-expired", "cron_set_subscriptions_to_expired"): ("Expiry", "when a subscription expires"),
    ("subscription-terminated", "cron_cleanup_expired_subscriptions"): (
        "End of service",
        "when an expired subscription is ended for good",
    ),
    ("mirror-activation", "create_mirror"): ("Order under way", "when an ordered mirror is being set up"),
    ("mirror-failed-invalid-storeid", "create_mirror"): ("Order failed", "when the store id in an order is not valid"),
    ("mirror-failed-general-error", "create_mirror"): ("Order failed", "when a mirror cannot be set up"),
}


def dlaas_words(mail: Mail) -> tuple[str, str] | None:
    """Return what a message of DLaaS's is called and when it is sent, ``None`` for one that DLaaS does not have."""
    return _DLAAS.get((mail.name, mail.triggers[0].name)) if len(mail.triggers) == 1 else None
