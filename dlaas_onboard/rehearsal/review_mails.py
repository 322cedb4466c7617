"""The mails that AWS sends about a review, after those that operators have published (docs/ses.md, "Amazon's mails").

And what the receiver of a message writes into its header (RFC 8601).
"""

from __future__ import annotations

from dataclasses import dataclass

_FOOTER = "\n\nBest regards,\nTrust and Safety\nAmazon Web Services"


def received(region: str) -> str:
    """Return the acknowledgement of a request."""
    return (
        f"Hello,\n\nThank you for submitting your request to move your Amazon SES account out of the sandbox in the "
        f"{region} Region. We review each request and will give you an initial response within 24 hours." + _FOOTER
    )


def more_information(region: str) -> str:
    """Return the request for more information, usually AWS's first answer."""
    return (
        f"Hello,\n\nThank you for submitting your request to increase your sending limits in the {region} Region. "
        "We would like to gather more information about your use case.\n\n"
        "If you can provide additional information about how you plan to use Amazon SES, we will review it to "
        "understand how you are sending and can recommend best practices to improve your sending experience. In your "
        "response, include as much detail as you can about your email-sending processes and procedures.\n\n"
        "For example, tell us how often you send email, how you maintain your recipient lists, and how you manage "
        "bounces, complaints, and unsubscribe requests. It is also helpful to provide examples of the email you plan "
        "to send, so we can ensure that you are sending high-quality content that your recipients will want to "
        "receive.\n\n"
        "You can provide this information by replying to this message. Our team will provide an initial response to "
        "your request within 24 hours. If we are able to do so, we will grant your request within this 24-hour "
        "period. However, we may need to obtain additional information from you, and it may take longer to resolve "
        "your request." + _FOOTER
    )


def granted(region: str, daily: float, rate: float) -> str:
    """Return the mail that grants production access."""
    return (
        f"Hello,\n\nThank you for providing us with additional information regarding your sending limits. We have "
        f"reviewed your request and moved your account out of the Amazon SES sandbox in the {region} Region. Your "
        f"sending quota is now {daily:,.0f} messages per day, and your maximum send rate is {rate:g} messages per "
        "second.\n\nAs you prepare to send, keep your bounce rate below 5% and your complaint rate below 0.1%."
        + _FOOTER
    )


def denied() -> str:
    """Return the mail that denies it; it gives no reason."""
    return (
        "Hello,\n\nThank you for providing us with additional information about your Amazon SES account. We reviewed "
        "this information, but we are still unable to grant your request.\n\n"
        "We made this decision because we believe that your use case would impact the deliverability of our service "
        "and would affect your reputation as a sender. We also want to ensure that other Amazon SES users can "
        "continue to use the service without experiencing service interruptions.\n\n"
        "For security purposes, we are unable to provide specific details." + _FOOTER
    )


def refused() -> str:
    """Return the mail of a first refusal; it gives no reason."""
    return (
        "Hello,\n\nThank you for providing us with additional information regarding your sending limits. We are unable "
        "to grant your request at this time.\n\n"
        "We reviewed your request and determined that your use of Amazon SES could have a negative impact on our "
        "service. We are denying this request to prevent other Amazon SES customers from experiencing interruptions "
        "in service.\n\n"
        "For security purposes, we are unable to provide specific details." + _FOOTER
    )


def refused_for_good() -> str:
    """Return the mail that keeps to a refusal after another review."""
    return (
        "Hello,\n\nThis case was escalated for a secondary review. We are still unable to grant your request, and our "
        "decision is final.\n\nFor security purposes, we are unable to provide specific details." + _FOOTER
    )


def quota(value: float) -> str:
    """Return the mail that approves a quota."""
    return f"Hello,\n\nYour request was approved. The new value is {value:,.0f}." + _FOOTER


def no_quota(region: str) -> str:
    """Return the mail that closes a quota request."""
    return (
        f"Hello,\n\nWe reviewed your request for a higher quota in the {region} Region and cannot raise it at this "
        "time. You can ask again when your sending comes near the quota you have." + _FOOTER
    )


@dataclass(frozen=True, slots=True)
class ArrivedMail:
    """A message as its receiver has it."""

    message_id: str  # with its domain
    sender: str
    recipient: str
    signed_by: str  # the domain of our own signature, "" for none; SES adds one of amazonses.com
    envelope: str  # the domain of MAIL FROM
    policy: str  # p= of the DMARC record, "" where there is none
    aligned: bool  # whether a signature or MAIL FROM is of the domain of From


def headers(mail: ArrivedMail) -> str:
    """Return the head of a message that arrived, with what its receiver says of DKIM, SPF and DMARC."""
    bounce = f"{mail.message_id.partition('@')[0]}@{mail.envelope}"
    results = [f"dkim=pass header.d={mail.signed_by} header.i=@{mail.signed_by}"] if mail.signed_by else []
    results += ["dkim=pass header.d=amazonses.com header.i=@amazonses.com", f"spf=pass smtp.mailfrom={bounce}"]
    result = "none" if not mail.policy else "pass" if mail.aligned else "fail"
    policy = f" (p={mail.policy})" if mail.policy else ""
    results.append(f"dmarc={result}{policy} header.from={mail.sender.rpartition('@')[2]}")
    lines = [
        f"Return-Path: <{bounce}>",
        f"Authentication-Results: mx.{mail.recipient.rpartition('@')[2]};",
        *(f"  {item};" for item in results[:-1]),
        f"  {results[-1]}",
        f"From: {mail.sender}",
        f"To: {mail.recipient}",
        f"Message-ID: <{mail.message_id}>",
    ]
    return "\n".join(lines)
