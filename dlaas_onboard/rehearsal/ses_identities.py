"""Identities in SESv2: creating, listing and reading them, DKIM and MAIL FROM. After docs/ses.md, "Identities"."""

from __future__ import annotations

import re
from typing import Any

from dlaas_onboard.rehearsal.api_error import Refusal, bad_request, not_found
from dlaas_onboard.rehearsal.embedded_account import EmbeddedAccount, signing_hosted_zone
from dlaas_onboard.rehearsal.saved_state import Region, SavedIdentity, SavedMailFrom

_DOMAIN = re.compile(r"(?=.{1,253}$)([A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{0,62}")
_LOCAL = re.compile(r"[^\s@<>,;:\"()\[\]\\]{1,64}")


def key(name: str) -> str:
    """Return a domain in lower case; an address keeps its case, as identities of addresses are case-sensitive."""
    return name if "@" in name else name.lower()


def find(region: Region, name: str) -> SavedIdentity:
    """Return an identity. Raises :class:`Refusal` if there is none of exactly that name."""
    identity = region.identities.get(key(name))
    if identity is None:
        raise not_found(f"Email identity {name} does not exist.")
    return identity


def covering(region: Region, address: str) -> SavedIdentity | None:
    """Return the most specific verified identity that covers an address: itself, its domain, a parent domain."""
    domain = address.rpartition("@")[2].lower()
    labels = domain.split(".")
    for name in (address, *(".".join(labels[n:]) for n in range(len(labels) - 1))):
        identity = region.identities.get(name)
        if identity is not None and identity.status == "SUCCESS":
            return identity
    return None


def create(account: EmbeddedAccount, region: Region, params: dict[str, Any]) -> dict[str, Any]:
    """Answer CreateEmailIdentity: a domain gets three tokens, an address a link that works for 24 hours."""
    name = key(str(params.get("EmailIdentity") or ""))
    if not check(name):
        raise bad_request(f"Invalid email identity: {name}")
    if name in region.identities:
        raise Refusal("AlreadyExistsException", f"Email identity {name} already exist.")
    configuration_set = str(params.get("ConfigurationSetName") or "")
    if configuration_set and configuration_set not in region.configuration_sets:
        raise not_found(f"Configuration set <{configuration_set}> does not exist.")
    identity = begin(account, region, name)
    identity.configuration_set = configuration_set
    identity.tags = list(params.get("Tags") or [])
    return {
        "IdentityType": _type(identity),
        "VerifiedForSendingStatus": False,
        "DkimAttributes": _dkim(region, identity),
    }


def check(name: str) -> bool:
    """Return whether this can be the name of an identity."""
    local, at, domain = name.rpartition("@")
    return bool(_DOMAIN.fullmatch(domain)) and (not at or bool(_LOCAL.fullmatch(local)))


def begin(account: EmbeddedAccount, region: Region, name: str) -> SavedIdentity:
    """Start the verification of an identity."""
    identity = SavedIdentity(key(name), account.now())
    if identity.domain:
        identity.tokens = account.tokens(region.name, identity.name)
    region.identities[identity.name] = identity
    return identity


def get(account: EmbeddedAccount, region: Region, params: dict[str, Any]) -> dict[str, Any]:
    """Answer GetEmailIdentity."""
    identity = find(region, params["EmailIdentity"])
    answer: dict[str, Any] = {
        "IdentityType": _type(identity),
        "FeedbackForwardingStatus": identity.feedback_forwarding,
        "VerifiedForSendingStatus": identity.status == "SUCCESS",
        "DkimAttributes": _dkim(region, identity),
        "Policies": {},
        "Tags": identity.tags,
        "VerificationStatus": identity.status,
    }
    if identity.mail_from is not None:
        answer["MailFromAttributes"] = {
            "MailFromDomain": identity.mail_from.domain,
            "MailFromDomainStatus": identity.mail_from.status,
            "BehaviorOnMxFailure": identity.mail_from.behavior,
        }
    if identity.configuration_set:
        answer["ConfigurationSetName"] = identity.configuration_set
    info: dict[str, Any] = {}
    if identity.last_checked is not None:
        info["LastCheckedTimestamp"] = identity.last_checked
    if identity.last_success is not None:
        info["LastSuccessTimestamp"] = identity.last_success
    if identity.error_type:
        info["ErrorType"] = identity.error_type
    if (
        identity.domain
        and identity.last_checked is not None
        and account.lookup(account.state.domain, "SOA") is not None
    ):
        info["SOARecord"] = {
            "PrimaryNameServer": f"ns1.{account.state.domain}",
            "AdminEmail": f"hostmaster.{account.state.domain}",
            "SerialNumber": account.state.serial,
        }
    if info:
        answer["VerificationInfo"] = info
    return answer


def _type(identity: SavedIdentity) -> str:
    return "DOMAIN" if identity.domain else "EMAIL_ADDRESS"


def _dkim(region: Region, identity: SavedIdentity) -> dict[str, Any]:
    if not identity.domain:
        return {"SigningEnabled": False, "Status": "NOT_STARTED", "SigningAttributesOrigin": "AWS_SES"}
    return {
        "SigningEnabled": identity.signing_enabled,
        "Status": identity.status,
        "Tokens": identity.tokens,
        "SigningHostedZone": signing_hosted_zone(region.name),
        "SigningAttributesOrigin": identity.origin,
        "NextSigningKeyLength": "RSA_2048_BIT",
        "CurrentSigningKeyLength": "RSA_2048_BIT",
        "LastKeyGenerationTimestamp": identity.since,
    }


def list_(_account: EmbeddedAccount, region: Region, params: dict[str, Any]) -> dict[str, Any]:
    """Answer ListEmailIdentities, in pages."""
    wanted = params.get("Filter") or {}
    names = [
        name
        for name, identity in sorted(region.identities.items())
        if wanted.get("IDENTITY_NAME_CONTAINS", "") in name
        and wanted.get("IDENTITY_TYPE", _type(identity)) == _type(identity)
        and wanted.get("VERIFICATION_STATUS", identity.status) == identity.status
    ]
    page, token = paged(names, params)
    answer: dict[str, Any] = {
        "EmailIdentities": [
            {
                "IdentityType": _type(region.identities[name]),
                "IdentityName": name,
                "SendingEnabled": region.identities[name].status == "SUCCESS",
                "VerificationStatus": region.identities[name].status,
            }
            for name in page
        ]
    }
    return answer | ({"NextToken": token} if token else {})


def paged(names: list[str], params: dict[str, Any]) -> tuple[list[str], str]:
    """Return one page of names and the token of the next."""
    try:
        start = int(params.get("NextToken") or 0)
        size = int(params.get("PageSize") or 100)
    except ValueError:
        raise bad_request("The next token is not valid.") from None
    if not 0 < size <= 1000:
        raise bad_request("Page size must be between 1 and 1000.")
    end = start + size
    return names[start:end], str(end) if end < len(names) else ""


def delete(_account: EmbeddedAccount, region: Region, params: dict[str, Any]) -> dict[str, Any]:
    """Answer DeleteEmailIdentity."""
    del region.identities[find(region, params["EmailIdentity"]).name]
    return {}


def put_mail_from(account: EmbeddedAccount, region: Region, params: dict[str, Any]) -> dict[str, Any]:
    """Answer PutEmailIdentityMailFromAttributes: SES begins to look for the MX anew."""
    identity = find(region, params["EmailIdentity"])
    domain = str(params.get("MailFromDomain") or "").lower()
    if not domain:
        identity.mail_from = None
        return {}
    behavior = str(params.get("BehaviorOnMxFailure") or "USE_DEFAULT_VALUE")
    if behavior not in ("USE_DEFAULT_VALUE", "REJECT_MESSAGE"):
        raise bad_request(
            "1 validation error detected: Value at 'behaviorOnMxFailure' failed to satisfy constraint: "
            "Member must satisfy enum value set: [USE_DEFAULT_VALUE, REJECT_MESSAGE]"
        )
    parent = identity.name.rpartition("@")[2]
    if not domain.endswith("." + parent.lower()):
        raise bad_request(
            f"Provided MAIL-FROM domain <{domain}> is not subdomain of the domain of the identity <{identity.name}>."
        )
    identity.mail_from = SavedMailFrom(domain, behavior, account.now())
    return {}


def put_configuration_set(_account: EmbeddedAccount, region: Region, params: dict[str, Any]) -> dict[str, Any]:
    """Answer PutEmailIdentityConfigurationSetAttributes: the default set of an identity; without a name, none."""
    identity = find(region, params["EmailIdentity"])
    name = str(params.get("ConfigurationSetName") or "")
    if name and name not in region.configuration_sets:
        raise not_found(f"Configuration set <{name}> does not exist.")
    identity.configuration_set = name
    return {}


def put_feedback(_account: EmbeddedAccount, region: Region, params: dict[str, Any]) -> dict[str, Any]:
    """Answer PutEmailIdentityFeedbackAttributes; an absent flag switches forwarding off."""
    identity = find(region, params["EmailIdentity"])
    forward = bool(params.get("EmailForwardingEnabled", False))
    if not forward and not {"Bounce", "Complaint"} <= set(identity.topics):
        raise bad_request(
            f"Identity <{identity.name}> does not have both bounce and complaint topics, "
            "so feedback forwarding cannot be disabled."
        )
    identity.feedback_forwarding = forward
    return {}


def put_dkim(_account: EmbeddedAccount, region: Region, params: dict[str, Any]) -> dict[str, Any]:
    """Answer PutEmailIdentityDkimAttributes: signing on or off."""
    find(region, params["EmailIdentity"]).signing_enabled = bool(params.get("SigningEnabled", False))
    return {}


def put_dkim_signing(account: EmbeddedAccount, region: Region, params: dict[str, Any]) -> dict[str, Any]:
    """Answer PutEmailIdentityDkimSigningAttributes: DKIM begins anew, with new tokens where it had failed."""
    identity = find(region, params["EmailIdentity"])
    origin = str(params.get("SigningAttributesOrigin") or "")
    if not origin:
        raise bad_request("SigningAttributesOrigin must be specified.")
    if not identity.domain:
        raise bad_request(f"DKIM cannot be configured for the email address {identity.name}.")
    if origin != "AWS_SES":
        raise bad_request("The rehearsal signs with Easy DKIM only: SigningAttributesOrigin must be AWS_SES.")
    if identity.status == "FAILED":
        identity.tokens = account.tokens(region.name, identity.name, account.next_number())
    if identity.status != "SUCCESS":
        identity.status, identity.since, identity.error_type = "PENDING", account.now(), ""
    return {
        "DkimStatus": identity.status,
        "DkimTokens": identity.tokens,
        "SigningHostedZone": signing_hosted_zone(region.name),
    }
