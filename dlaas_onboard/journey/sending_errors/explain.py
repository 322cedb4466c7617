"""The errors that are known by their text, and what each means in this account."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from dlaas_onboard.journey.actor import Actor
from dlaas_onboard.journey.command_lines import PROGRAM
from dlaas_onboard.journey.facts.reading import known, so_far
from dlaas_onboard.journey.quantity import quota, rate
from dlaas_onboard.journey.review import amazon_reply, stages
from dlaas_onboard.journey.review.amazon_reply import ReplyKind
from dlaas_onboard.journey.review.stage_words import words_for
from dlaas_onboard.journey.sending_errors import not_verified
from dlaas_onboard.journey.sending_errors.explanation import QUOTAS, SMTP, Explanation
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.text import clean

Explain = Callable[[re.Match[str], Situation], Explanation]
_STATUS = f"{PROGRAM} status"


class KnownError(NamedTuple):
    """An error by the words that it has in the API, in SMTP and in SDKs."""

    pattern: re.Pattern[str]
    explain: Explain | Explanation  # the same in every account, or by what this one shows


def explain(text: str, situation: Situation) -> tuple[Explanation, ...]:
    """Return what is known of the errors in a pasted text, in the order in which they stand there; none where none is.

    Pure: it says what the facts of this account and Region show, and looks at nothing.
    """
    text = clean(text, limit=len(text))
    found: dict[str, tuple[int, Explanation]] = {}
    for error in KNOWN:
        match = error.pattern.search(text)
        if match is not None:
            means = error.explain
            explanation = means if isinstance(means, Explanation) else means(match, situation)
            found.setdefault(explanation.error, (match.start(), explanation))
    if not found and amazon_reply.read(text).kind not in _NO_ANSWER:
        return (_AMAZONS_MAIL,)
    return tuple(explanation for _, explanation in sorted(found.values(), key=lambda each: each[0]))


_NO_ANSWER = frozenset({ReplyKind.UNKNOWN})


_AMAZONS_MAIL = Explanation(
    "A mail of Amazon's about the review",
    "This is no error: Amazon writes about the request.",
    Actor.OPERATOR,
    "Save it as the answer, and what it asks is taken up by the reply.",
    (f"{PROGRAM} draft set aws_answer=-", f"{PROGRAM} next"),
    'docs/ses.md, "Review"',
)


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)


# Sending


def _paused(_: re.Match[str], situation: Situation) -> Explanation:
    account = stages.account(situation.facts)
    region = situation.place.region or "this Region"
    name = "Account is paused (AccountSendingPausedException, SendingPausedException)"
    if account is None:
        cause = "The account may not send; its state could not be read here."
    elif account.enforcement not in ("HEALTHY", ""):
        cause = f"Amazon holds the account: enforcement in {region} is {account.enforcement}."
    elif account.sending_enabled is False:
        cause = f"Sending is switched off in {region}, and enforcement is {account.enforcement or 'not said'}."
    else:
        cause = f"SES shows sending enabled in {region} now: it was paused before, or in another Region or account."
    if account is not None and account.enforcement == "HEALTHY" and account.sending_enabled is False:
        remedy = "Somebody of yours switched it off, or an alarm did: find out why, then switch it on again."
        command = "aws sesv2 put-account-sending-attributes --sending-enabled"
        where = f" --region {situation.place.region}" if situation.place.region else ""
        return Explanation(name, cause, Actor.OPERATOR, remedy, (command + where, _STATUS))
    remedy = (
        "Amazon mailed the reason to the address of the AWS account: end what caused it, then answer in that case "
        "with what you changed. A request for production access does not lift it."
    )
    return Explanation(name, cause, Actor.OPERATOR, remedy, (_STATUS, f"{PROGRAM} report"))


def _suspended(_: re.Match[str], situation: Situation) -> Explanation:
    account = stages.account(situation.facts)
    seen = (
        f" Enforcement in {situation.place.region} is {account.enforcement}." if account and account.enforcement else ""
    )
    return Explanation(
        "AccountSuspendedException",
        f"Amazon restricted the account's ability to send permanently.{seen}",
        Actor.OPERATOR,
        "Answer in the case that Amazon opened about it, with what caused it and what you changed. "
        "Nothing in SES lifts it.",
        (_STATUS, f"{PROGRAM} report"),
        "SendEmail in the Amazon SES API v2 reference",
    )


_SET_PAUSED = Explanation(
    "ConfigurationSetSendingPausedException",
    "Sending is switched off for the configuration set that the message names, not for the account.",
    Actor.OPERATOR,
    "Find out who switched it off (often an alarm on its bounce or complaint rate), then switch it on again.",
    ("aws sesv2 put-configuration-set-sending-options --sending-enabled --configuration-set-name NAME", _STATUS),
)


def _daily_quota(_: re.Match[str], situation: Situation) -> Explanation:
    account = stages.account(situation.facts)
    sent = account.sent_last_24_hours if account else None
    counted = f"; {sent:,.0f} were sent in the last 24 hours" if sent is not None else ""
    limit = account.max_24_hour_send if account else None
    has = f" The account has {quota(limit)} in {situation.place.region}{counted}." if limit is not None else ""
    sandbox = stages.access(situation.facts) == "sandbox"
    remedy = (
        "Wait until the 24 hours are over; more comes with production access."
        if sandbox
        else "Wait until the 24 hours are over, and ask for a higher quota in step 6, Quota."
    )
    return Explanation(
        "Throttling: Daily message quota exceeded",
        f"The recipients of the last 24 hours used up the sending quota.{has}",
        Actor.OPERATOR,
        remedy,
        (f"{PROGRAM} next" if sandbox else f"{PROGRAM} do request_quota --dry-run", _STATUS),
        QUOTAS,
    )


def _rate(_: re.Match[str], situation: Situation) -> Explanation:
    account = stages.account(situation.facts)
    limit = account.max_send_rate if account else None
    has = f" The account may send to {rate(limit)} in {situation.place.region}." if limit is not None else ""
    return Explanation(
        "Throttling: Maximum sending rate exceeded",
        f"More recipients a second than the sending rate allows.{has}",
        Actor.OPERATOR,
        "Send more slowly, through a queue, and try again after a growing pause: SES does not keep the message.",
        (_STATUS,),
        QUOTAS,
    )


def _mail_from(_: re.Match[str], situation: Situation) -> Explanation:
    reading = situation.domain_identity
    identity = so_far(reading)
    mail_from = identity.mail_from if identity is not None else None
    seen = (
        f" SES shows {mail_from.domain} as {mail_from.status}."
        if mail_from is not None and mail_from.domain
        else " What SES shows of it could not be read."
        if known(reading) is None
        else ""
    )
    return Explanation(
        "MailFromDomainNotVerified",
        f"SES could not read the MX record of the custom MAIL FROM domain; the identity is set to refuse then.{seen}",
        Actor.DNS,
        "Publish its MX and SPF records; SES looks again by itself, and after 72 hours only when it is set again.",
        (f"{PROGRAM} records", _STATUS),
    )


def _no_set(match: re.Match[str], situation: Situation) -> Explanation:
    name = match.groupdict().get("set") or ""
    there = so_far(situation.facts.configuration_sets)
    names = ", ".join(each.name for each in there) if there else ""
    seen = f" In {situation.place.region} SES has {names}." if names else ""
    return Explanation(
        "ConfigurationSetDoesNotExist",
        f"The message names a configuration set {name + ' ' if name else ''}that this Region does not have.{seen}",
        Actor.OPERATOR,
        "Name one that exists in the Region that sends, or create it there: sets belong to a Region.",
        (_STATUS, f"{PROGRAM} actions"),
    )


def _not_allowed(match: re.Match[str], _: Situation) -> Explanation:
    action = match.groupdict().get("action") or "ses:SendEmail"
    who = match.groupdict().get("who") or "The caller"
    return Explanation(
        "Access denied",
        f"{who} lacks the IAM permission {action}, or a policy of the identity or the organization denies it.",
        Actor.OPERATOR,
        f"Allow {action} on the identity and the configuration set. SMTP credentials belong to an IAM user that needs "
        "ses:SendRawEmail.",
        (f"{PROGRAM} policy --for file",),
    )


_SUPPRESSED = Explanation(
    "The address is on the suppression list",
    "The address bounced or complained before, so SES did not send to it and counts a bounce.",
    Actor.OPERATOR,
    "If its owner confirms another way that the address works, remove it; else take it out of your own list.",
    ("aws sesv2 delete-suppressed-destination --email-address ADDRESS",),
    "Using the Amazon SES account-level suppression list",
)


_BAD_ADDRESS = Explanation(
    "The address cannot be used",
    "An address of the message is no plain e-mail address: something is missing, or it holds a character that SES "
    "refuses. The part before the @ has to be ASCII; a domain with other letters is written in Punycode.",
    Actor.OPERATOR,
    "Check the addresses before the call, and log which one failed.",
)


# SMTP


def _smtp_credentials(_: re.Match[str], situation: Situation) -> Explanation:
    region = situation.place.region
    host = f" For {region} the host is email-smtp.{region}.amazonaws.com." if region else ""
    return Explanation(
        "535 Authentication Credentials Invalid",
        "SMTP has credentials of its own: an access key and its secret are not accepted, and the SMTP password is made "
        f"for one Region.{host}",
        Actor.OPERATOR,
        "Make SMTP credentials for the Region of the host (SES console, SMTP settings), and store them where your "
        "service keeps secrets. They are never given to this tool.",
        source="Obtaining Amazon SES SMTP credentials",
    )


_STARTTLS = Explanation(
    "530 Must issue a STARTTLS command first",
    "SES takes SMTP only over TLS.",
    Actor.OPERATOR,
    "Use STARTTLS at port 587 or 2587, or TLS from the start at port 465 or 2465.",
    source=SMTP,
)


_NO_CONNECTION = Explanation(
    "The SMTP endpoint is not reached",
    "The connection to SES was not made: a firewall or security group shuts the port, or the host names another "
    "Region. Amazon EC2 restricts port 25 by default.",
    Actor.OPERATOR,
    "Use port 587, 465, 2587 or 2465, and allow it outward.",
    source=SMTP,
)


_SIGNATURE = Explanation(
    "Credentials that AWS does not accept",
    "The access key is wrong, switched off, expired or of another partition, or the machine's clock is off.",
    Actor.OPERATOR,
    "Sign in again, or correct the key; then look.",
    (_STATUS,),
    "Common errors in the Amazon SES API v2 reference",
)


# The review


def _conflict(_: re.Match[str], situation: Situation) -> Explanation:
    stage = stages.stage(situation.facts)
    actor = Actor.AWS if stage == stages.Stage.PENDING else Actor.OPERATOR
    return Explanation(
        "ConflictException of PutAccountDetails",
        words_for(situation.facts).refusal,
        actor,
        "Do not send it again: what counts is the review, which the next look shows.",
        (_STATUS, f"{PROGRAM} next"),
        'docs/ses.md, "Conflict"',
    )


_NO_PLAN = Explanation(
    "SubscriptionRequiredException of AWS Support",
    "The support plan of the account does not include the Support API. The review itself needs no plan.",
    Actor.OPERATOR,
    "Read and answer the case in the console; the text for it is printed here.",
    (f"{PROGRAM} next", f"{PROGRAM} draft"),
    'docs/ses.md, "Support API"',
)


KNOWN = (
    KnownError(not_verified.PATTERN, not_verified.explained),
    KnownError(_any(r"AccountSuspended(?:Exception)?\b", r"account is (?:currently )?suspended"), _suspended),
    KnownError(_any(r"ConfigurationSetSendingPaused(?:Exception)?\b", r"configuration set is paused"), _SET_PAUSED),
    KnownError(
        _any(
            r"\b(?:Account)?SendingPaused(?:Exception)?\b",
            r"account is paused",
            r"sending (?:is |has been |was )?(?:currently )?paused",
            r"email sending (?:is|has been) (?:disabled|paused)",
        ),
        _paused,
    ),
    KnownError(_any(r"daily message quota exceeded", r"daily sending quota exceeded"), _daily_quota),
    KnownError(_any(r"maximum (?:SigV2 SMTP )?sending rate exceeded"), _rate),
    KnownError(_any(r"MailFromDomainNotVerified(?:Exception)?\b", r"MAIL FROM domain is not verified"), _mail_from),
    KnownError(
        _any(
            r"configuration set [`'\"<]?(?P<set>[\w-]+)[`'\">]? does not exist",
            r"configuration set does not exist",
            r"ConfigurationSetDoesNotExist(?:Exception)?\b",
        ),
        _no_set,
    ),
    KnownError(
        _any(
            r"(?:User:? )?[`'\"]?(?P<who>arn:aws[\w-]*:\S+?)[`'\"]? is not authorized to perform:? [`'\"]?"
            r"(?P<action>ses:\w+)",
        ),
        _not_allowed,
    ),
    KnownError(
        _any(r"on the (?:account-level |global )?suppression list", r"suppression list for your account"), _SUPPRESSED
    ),
    KnownError(
        _any(
            r"Missing (?:final|start) '?@?domain'?",
            r"(?:Local address|Domain) contains (?:control or whitespace|illegal character|dot-string)",
            r"Illegal (?:address|semicolon)",
            r"non-ASCII characters in the email address",
        ),
        _BAD_ADDRESS,
    ),
    KnownError(
        _any(r"535\b.*(?:Authentication|credentials)", r"Authentication Credentials Invalid"), _smtp_credentials
    ),
    KnownError(_any(r"Must issue a STARTTLS command first"), _STARTTLS),
    KnownError(
        _any(
            r"(?:ETIMEDOUT|ECONNREFUSED|timed? ?out|connection refused)[^\n]*(?:email-smtp|:(?:25|465|587)\b)",
            r"email-smtp[^\n]*(?:ETIMEDOUT|ECONNREFUSED|timed? ?out|connection refused)",
        ),
        _NO_CONNECTION,
    ),
    KnownError(
        _any(
            r"\b(?:SignatureDoesNotMatch|InvalidClientTokenId|UnrecognizedClientException|ExpiredToken(?:Exception)?)\b",
            r"security token included in the request is (?:invalid|expired)",
        ),
        _SIGNATURE,
    ),
    KnownError(_any(r"ConflictException\b"), _conflict),
    KnownError(_any(r"SubscriptionRequiredException\b"), _NO_PLAN),
)
