"""The access policy of a topic: what it says of SES, and the one statement that is added to let SES publish.

``SetTopicAttributes`` overwrites the policy, so it is read, added to and written back (docs/ses.md, "Topic policy").
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

SID = "DlaasOnboardSesEvents"
ALARMS_SID = "DlaasOnboardAlarms"
LONGEST = 30_720  # bytes of a topic's policy (SNS quotas)
AWS_KEY = "alias/aws/sns"  # its policy cannot let SES in; a key of one's own can (SES Developer Guide, SNS topics)
_SES = "ses.amazonaws.com"
_CLOUDWATCH = "cloudwatch.amazonaws.com"

# The rights that a topic's default policy gives its owner (SNS Developer Guide, "Default access policy").
_OWNER_MAY = (
    "GetTopicAttributes",
    "SetTopicAttributes",
    "AddPermission",
    "RemovePermission",
    "DeleteTopic",
    "Subscribe",
    "ListSubscriptionsByTopic",
    "Publish",
)


def fresh(arn: str, account: str) -> str:
    """Return the policy that a new topic has from SNS: its owner may do everything."""
    owner = {
        "Sid": "__default_statement_ID",
        "Effect": "Allow",
        "Principal": {"AWS": "*"},
        "Action": [f"SNS:{name}" for name in _OWNER_MAY],
        "Resource": arn,
        "Condition": {"StringEquals": {"AWS:SourceOwner": account}},
    }
    return _text({"Version": "2008-10-17", "Id": "__default_policy_ID", "Statement": [owner]})


def merged(policy: str, arn: str, account: str, set_arn: str) -> str:
    """Return ``policy`` with the one statement that lets SES publish for a configuration set.

    Every other statement and member stays as it is and where it is; the statement of an earlier time is replaced.
    Conditions as in the SES Developer Guide, "Set up an Amazon SNS event destination for event publishing". Raises
    ``ValueError`` with a sentence for a policy that is none.
    """
    ours = {
        "Sid": SID,
        "Effect": "Allow",
        "Principal": {"Service": _SES},
        "Action": "SNS:Publish",
        "Resource": arn,
        "Condition": {"StringEquals": {"AWS:SourceAccount": account, "AWS:SourceArn": set_arn}},
    }
    return _added(policy, ours)


def with_alarms(policy: str, arn: str, account: str) -> str:
    """Return ``policy`` with the one statement that lets CloudWatch's alarms of ``account`` publish.

    Conditions as in the SNS Developer Guide, "Allow CloudWatch alarms to publish". Raises ``ValueError`` as
    :func:`merged` does.
    """
    ours = {
        "Sid": ALARMS_SID,
        "Effect": "Allow",
        "Principal": {"Service": _CLOUDWATCH},
        "Action": "SNS:Publish",
        "Resource": arn,
        "Condition": {"StringEquals": {"AWS:SourceAccount": account}},
    }
    return _added(policy, ours)


def _added(policy: str, ours: Mapping[str, Any]) -> str:
    document = _read(policy)
    statements = _statements(document)
    if statements is None:
        raise ValueError("The topic's access policy cannot be read, so it is not changed: correct it in the console.")
    kept = [item for item in statements if item.get("Sid") != ours["Sid"]]
    text = _text({**document, "Statement": [*kept, ours]})
    if len(text.encode()) > LONGEST:
        raise ValueError("The topic's access policy has no room for one more statement: shorten it in the console.")
    return text


def unmergeable(policy: str, arn: str, account: str, set_arn: str) -> str:
    """Return why no statement can be added to ``policy``, ``""`` where one can."""
    try:
        merged(policy, arn, account, set_arn)
    except ValueError as error:
        return str(error)
    return ""


def names(policy: str, source: str) -> bool | None:
    """Return whether a statement lets SES publish for ``source``, the ARN of an identity or a configuration set.

    Only the source is looked at; ``None`` where the policy cannot be read.
    """
    statements = _statements(_read(policy))
    if statements is None:
        return None
    return any(_lets(item, source) for item in statements)


def _lets(statement: Mapping[str, Any], source: str) -> bool:
    to_ses = _names_service(statement, _SES)
    if statement.get("Effect") != "Allow" or to_ses is False or not _publishes(statement):
        return False
    condition = statement.get("Condition")
    if to_ses is None and isinstance(condition, dict) and _has(condition, "aws:sourceowner"):
        return False  # the owner's own statement is not about services
    for tests in condition.values() if isinstance(condition, dict) else ():
        for key, wanted in tests.items() if isinstance(tests, dict) else ():
            if str(key).lower() == "aws:sourcearn" and not any(fnmatchcase(source, arn) for arn in _texts(wanted)):
                return False
    return True


def ses_may_publish(policy: str, key: str, account: str) -> bool | None:
    """Return whether a topic lets SES publish for ``account``; ``None`` where its policy or its key leave it open.

    Source: https://docs.aws.amazon.com/ses/latest/dg/configure-sns-notifications.html
    """
    return _may_publish(policy, key, account, _SES)


def alarms_may_publish(policy: str, key: str, account: str) -> bool | None:
    """Return whether a topic lets CloudWatch's alarms of ``account`` publish; ``None`` as for SES.

    An alarm publishes as its account does, so the statement that a new topic has for its owner is enough.
    """
    return _may_publish(policy, key, account, _CLOUDWATCH)


def _may_publish(policy: str, key: str, account: str, service: str) -> bool | None:
    if key.endswith(AWS_KEY):
        return False
    statements = _readable_statements(policy)
    if statements is None:
        return None
    allowed: bool | None = False
    denial_possible = False
    for statement in statements:
        applies = _applies(statement, account, service)
        effect = statement.get("Effect")
        if effect == "Deny" and applies:
            return False
        if effect == "Deny":
            denial_possible = denial_possible or applies is None
        elif effect == "Allow" and not allowed:
            allowed = True if applies else None if applies is None else allowed
    return None if allowed and (denial_possible or key) else allowed


def _readable_statements(policy: str) -> list[dict[str, Any]] | None:
    """Return the statements of a policy, without what is none; ``None`` where the policy cannot be read."""
    try:
        document = json.loads(policy or "{}")
    except (ValueError, RecursionError):
        return None
    statements = document.get("Statement", []) if isinstance(document, dict) else []
    statements = [statements] if isinstance(statements, dict) else statements
    if not isinstance(statements, list):
        return None
    return [statement for statement in statements if isinstance(statement, dict)]


def _applies(statement: Mapping[str, Any], account: str, service: str) -> bool | None:
    """Return whether a statement is about ``service`` publishing for ``account``; ``None`` where it cannot be told."""
    if not _publishes(statement):
        return False
    named = _names_service(statement, service)
    if named is False:
        return False
    condition = statement.get("Condition")
    if named is None and service == _CLOUDWATCH and isinstance(condition, dict):
        named = _has(condition, "aws:sourceowner") or None  # an alarm publishes as its owner
    return named and _fits(condition, account, service)


def _publishes(statement: Mapping[str, Any]) -> bool:
    return any(fnmatchcase("sns:publish", action.lower()) for action in _texts(statement.get("Action")))


def _names_service(statement: Mapping[str, Any], service: str) -> bool | None:
    """Return whether the statement is about a service; ``None``: about everybody, narrowed by conditions at most."""
    principal = statement.get("Principal")
    if isinstance(principal, dict) and service in _texts(principal.get("Service")):
        return True
    everyone = principal == "*" or (isinstance(principal, dict) and "*" in _texts(principal.get("AWS")))
    if not everyone:
        return False
    return None if statement.get("Condition") else True


def _fits(condition: Any, account: str, service: str) -> bool | None:
    """Return whether the conditions hold for a service acting for ``account``; ``None`` where it cannot be told."""
    if not condition:
        return True
    if not isinstance(condition, dict):
        return None
    results = [
        _holds(operator, str(key).lower(), value, account, service)
        for operator, tests in condition.items()
        if isinstance(tests, dict)
        for key, value in tests.items()
    ]
    if False in results:
        return False
    return None if None in results else True


def _holds(operator: str, key: str, value: Any, account: str, service: str) -> bool | None:
    """Return whether one condition holds; ``None`` where it cannot be told."""
    owner_keys = ("aws:sourceaccount", "aws:sourceowner") if service == _CLOUDWATCH else ("aws:sourceaccount",)
    if key in owner_keys and operator in ("StringEquals", "StringLike"):
        return not account or account in _texts(value)
    if key == "aws:sourcearn" and operator in ("StringEquals", "StringLike", "ArnEquals", "ArnLike"):
        return any(f":{service.partition('.')[0]}:" in arn or "*" in arn for arn in _texts(value))
    return None


def _has(condition: Mapping[str, Any], name: str) -> bool:
    return any(isinstance(tests, dict) and name in {str(key).lower() for key in tests} for tests in condition.values())


def _read(policy: str) -> dict[str, Any]:
    try:
        document = json.loads(policy)
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}


def _statements(document: Mapping[str, Any]) -> list[dict[str, Any]] | None:
    statements = document.get("Statement")
    statements = [statements] if isinstance(statements, dict) else statements
    if not isinstance(statements, list) or not all(isinstance(item, dict) for item in statements):
        return None
    return statements


def _texts(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [item for item in values if isinstance(item, str)]


def _text(document: Mapping[str, Any]) -> str:
    return json.dumps(document, separators=(",", ":"))
