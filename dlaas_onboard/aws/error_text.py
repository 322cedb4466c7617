"""What sentences about a failed call are made of: places, commands, IAM actions, and AWS's text made fit to show.

A text of AWS is never taken over whole: its first line is cleaned and shortened, and a signature, a key id or a token
in it is struck out.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from dlaas_onboard.journey.facts.reading import ProblemKind
from dlaas_onboard.journey.text import line

_PREFIX = {"sesv2": "ses", "service-quotas": "servicequotas"}
LOOK_FIRST = "It may have taken effect. Find out by looking, before you send it again."
_SECRETS = re.compile(
    r"\b(?:AKIA|ASIA)[A-Z0-9]{8,}|(?i:(?:signature|credential|x-amz-security-token|security[ _-]?token)\s*[=:]\s*)\S+"
)

Words = tuple[ProblemKind, str, str]


class MalformedAnswerError(Exception):
    """AWS's answer is no answer: a page, or cut short. The text says which."""


class ForeignAnswerError(Exception):
    """Something that is not AWS answered with this status."""

    def __init__(self, status: int) -> None:
        super().__init__(str(status))
        self.status = status


class MfaCodeError(Exception):
    """The operator entered no MFA code, or something else."""

    def __init__(self, entered: str) -> None:
        super().__init__()
        self.empty = not entered


class CallPlace(NamedTuple):
    """What a sentence may name: whose call it was, where it went, and how far it got."""

    profile: str = ""
    region: str = ""
    endpoint: str = ""  # host[:port]
    sent: bool = True  # the request itself left, not only what fetches credentials for it
    answered: bool = False  # a status line came back
    program: str = ""  # the credential process of the profile, without its arguments


def iam_action(operation: str) -> str:
    """Return the IAM action of ``sesv2:GetAccount``: ``ses:GetAccount``.

    ``ses:`` serves v1 and v2 (docs/ses.md, "IAM").
    """
    service, _, name = operation.partition(":")
    return f"{_PREFIX.get(service, service)}:{name}"


def strike(text: str) -> str:
    """Return ``text`` on one line, its first, without key ids, signatures and tokens."""
    first = text.strip().split("\n", 1)[0]
    return line(_SECRETS.sub("(struck out)", first), limit=300)


def sign_in(profile: str) -> str:
    """Return the ways to get credentials, as commands for this profile."""
    flag = f" --profile {profile}" if profile else ""
    return (
        f"Run `aws sso login{flag}` or `aws login{flag}`, set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, "
        "or name another profile with --profile."
    )


def command(words: str, profile: str) -> str:
    """Return the sentence that says which command to run."""
    return f"Run `{words}{f' --profile {profile}' if profile else ''}`, then look again."


def session_variables(profile: str) -> str:
    """Return how the AWS CLI signs in for a profile and hands the session on, as a command for a POSIX shell.

    A profile that is named outranks the variables ("Configuration and credential file settings", AWS CLI User Guide).
    """
    flag = f" --profile {profile}" if profile else ""
    return (
        f'run `eval "$(aws configure export-credentials{flag} --format env)"` (in PowerShell with --format '
        "powershell), then start here without --profile and AWS_PROFILE"
    )


def no_region(profile: str) -> Words:
    """Return the words for a Region that nobody named."""
    named = f"profile {line(profile)}" if profile else "the default profile"
    return (
        ProblemKind.REGION,
        "No Region is set, and none is guessed: production access is granted for one Region.",
        f"Name it with --region, set AWS_REGION, or add `region` to {named} of the AWS configuration.",
    )


def not_aws(status: int, endpoint: str, operation: str, *, write: bool) -> Words:
    """Return the words for an answer that carries no AWS error: of a proxy, a sign-in page, a load balancer."""
    host = endpoint or "the endpoint"
    if status >= 500:
        return (
            ProblemKind.UNAVAILABLE,
            f"{host} answered {status} without an AWS error.",
            LOOK_FIRST if write else "Wait a little, then look again.",
        )
    name = operation.partition(":")[2]
    sentence = (
        f"{host} answered {status} without an AWS error: a proxy or a sign-in page answered, or this endpoint does not"
    )
    return (
        ProblemKind.PROXY,
        f"{sentence} know {name}.",
        "Sign in to this network or check the proxy; check AWS_ENDPOINT_URL if you set it.",
    )
