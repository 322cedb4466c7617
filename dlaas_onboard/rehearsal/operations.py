"""Which operation of the embedded account is done by what. What is not here goes on to moto."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dlaas_onboard.rehearsal import (
    account_details,
    configuration_sets,
    mail_sending,
    quota_service,
    ses_identities,
    ses_v1,
    support_api,
)
from dlaas_onboard.rehearsal.api_error import Refusal
from dlaas_onboard.rehearsal.aws_protocols import ApiCall
from dlaas_onboard.rehearsal.embedded_account import EmbeddedAccount
from dlaas_onboard.rehearsal.saved_state import Region

Handler = Callable[[EmbeddedAccount, Region, dict[str, Any]], dict[str, Any]]

# Regions that an account has to switch on first:
# https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html
OPT_IN = frozenset(
    {
        "af-south-1",
        "ap-east-1",
        "ap-east-2",
        "ap-south-2",
        "ap-southeast-3",
        "ap-southeast-4",
        "ap-southeast-5",
        "ap-southeast-6",
        "ap-southeast-7",
        "ca-west-1",
        "eu-central-2",
        "eu-south-1",
        "eu-south-2",
        "il-central-1",
        "me-central-1",
        "me-south-1",
        "mx-central-1",
    }
)
_DEFAULT_REGIONS = (
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
)


def _caller(account: EmbeddedAccount, _region: Region, _params: dict[str, Any]) -> dict[str, Any]:
    return {"Arn": account.operator_arn, "UserId": "AIDAREHEARSAL0OPERATOR", "Account": account.state.id}


def _list_regions(_account: EmbeddedAccount, _region: Region, _params: dict[str, Any]) -> dict[str, Any]:
    names = sorted([*_DEFAULT_REGIONS, *OPT_IN])
    return {"Regions": [{"RegionName": name, "RegionOptStatus": _opt_status(name)} for name in names]}


def _region_opt_status(_account: EmbeddedAccount, _region: Region, params: dict[str, Any]) -> dict[str, Any]:
    name = str(params.get("RegionName") or "")
    if name not in OPT_IN and name not in _DEFAULT_REGIONS:
        raise Refusal("ValidationException", f"The Region {name} does not exist.")
    return {"RegionName": name, "RegionOptStatus": _opt_status(name)}


def _opt_status(name: str) -> str:
    return "DISABLED" if name in OPT_IN else "ENABLED_BY_DEFAULT"


HANDLERS: dict[str, Handler] = {
    "sts:GetCallerIdentity": _caller,
    "account:ListRegions": _list_regions,
    "account:GetRegionOptStatus": _region_opt_status,
    "sesv2:GetAccount": account_details.get_account,
    "sesv2:PutAccountDetails": account_details.put_account_details,
    "sesv2:PutAccountSendingAttributes": account_details.put_account_sending_attributes,
    "sesv2:PutAccountSuppressionAttributes": account_details.put_account_suppression_attributes,
    "sesv2:PutSuppressedDestination": account_details.put_suppressed_destination,
    "sesv2:DeleteSuppressedDestination": account_details.delete_suppressed_destination,
    "sesv2:GetSuppressedDestination": account_details.get_suppressed_destination,
    "sesv2:ListSuppressedDestinations": account_details.list_suppressed_destinations,
    "sesv2:CreateImportJob": account_details.create_import_job,
    "sesv2:CreateEmailIdentity": ses_identities.create,
    "sesv2:GetEmailIdentity": ses_identities.get,
    "sesv2:ListEmailIdentities": ses_identities.list_,
    "sesv2:DeleteEmailIdentity": ses_identities.delete,
    "sesv2:PutEmailIdentityMailFromAttributes": ses_identities.put_mail_from,
    "sesv2:PutEmailIdentityConfigurationSetAttributes": ses_identities.put_configuration_set,
    "sesv2:PutEmailIdentityFeedbackAttributes": ses_identities.put_feedback,
    "sesv2:PutEmailIdentityDkimAttributes": ses_identities.put_dkim,
    "sesv2:PutEmailIdentityDkimSigningAttributes": ses_identities.put_dkim_signing,
    "sesv2:CreateConfigurationSet": configuration_sets.create,
    "sesv2:GetConfigurationSet": configuration_sets.get,
    "sesv2:ListConfigurationSets": configuration_sets.list_,
    "sesv2:DeleteConfigurationSet": configuration_sets.delete,
    "sesv2:PutConfigurationSetSendingOptions": configuration_sets.put_options("SendingOptions"),
    "sesv2:PutConfigurationSetSuppressionOptions": configuration_sets.put_options("SuppressionOptions"),
    "sesv2:CreateConfigurationSetEventDestination": configuration_sets.create_destination,
    "sesv2:UpdateConfigurationSetEventDestination": configuration_sets.update_destination,
    "sesv2:GetConfigurationSetEventDestinations": configuration_sets.get_destinations,
    "sesv2:DeleteConfigurationSetEventDestination": configuration_sets.delete_destination,
    "sesv2:ListEmailTemplates": mail_sending.list_email_templates,
    "sesv2:SendEmail": mail_sending.send_email,
    "ses:SendEmail": ses_v1.send_email,
    "ses:SendRawEmail": ses_v1.send_raw_email,
    "ses:GetIdentityDkimAttributes": ses_v1.get_identity_dkim_attributes,
    "ses:GetIdentityMailFromDomainAttributes": ses_v1.get_identity_mail_from_attributes,
    "ses:GetSendQuota": ses_v1.get_send_quota,
    "ses:GetSendStatistics": ses_v1.get_send_statistics,
    "ses:GetIdentityNotificationAttributes": ses_v1.get_identity_notification_attributes,
    "ses:SetIdentityNotificationTopic": ses_v1.set_identity_notification_topic,
    "ses:SetIdentityFeedbackForwardingEnabled": ses_v1.set_identity_feedback_forwarding_enabled,
    "ses:SetIdentityHeadersInNotificationsEnabled": ses_v1.set_identity_headers,
    "ses:ListIdentities": ses_v1.list_identities,
    "ses:GetIdentityVerificationAttributes": ses_v1.get_identity_verification_attributes,
    "ses:VerifyEmailIdentity": ses_v1.verify_email_identity,
    "support:DescribeSeverityLevels": support_api.describe_severity_levels,
    "support:DescribeServices": support_api.describe_services,
    "support:DescribeCases": support_api.describe_cases,
    "support:DescribeCommunications": support_api.describe_communications,
    "support:AddAttachmentsToSet": support_api.add_attachments_to_set,
    "support:AddCommunicationToCase": support_api.add_communication_to_case,
    "support:CreateCase": support_api.create_case,
    "support:ResolveCase": support_api.resolve_case,
    "service-quotas:ListServiceQuotas": quota_service.list_service_quotas,
    "service-quotas:ListAWSDefaultServiceQuotas": quota_service.list_aws_default_service_quotas,
    "service-quotas:GetServiceQuota": quota_service.get_service_quota,
    "service-quotas:RequestServiceQuotaIncrease": quota_service.request_service_quota_increase,
    "service-quotas:ListRequestedServiceQuotaChangeHistory": quota_service.list_history,
    "service-quotas:ListRequestedServiceQuotaChangeHistoryByQuota": quota_service.list_history,
    "service-quotas:GetRequestedServiceQuotaChange": quota_service.get_request,
}

_IAM = {"sesv2": "ses", "service-quotas": "servicequotas"}


def check_access(account: EmbeddedAccount, call: ApiCall) -> None:
    """Raise what AWS answers before it looks at a call: keys, Region, permission, throttling, Support plan."""
    state, now = account.state, account.now()
    query = call.protocol in ("query", "rest-xml")
    if now < state.expired_until:
        code = "ExpiredToken" if query else "ExpiredTokenException"
        raise Refusal(code, "The security token included in the request is expired", 403)
    if call.region in OPT_IN:
        code = "InvalidClientTokenId" if query else "UnrecognizedClientException"
        raise Refusal(code, "The security token included in the request is invalid.", 403)
    if call.service == "sts":
        return
    if now < state.throttled_until:
        if call.service in ("sesv2", "service-quotas"):
            raise Refusal("TooManyRequestsException", "Rate exceeded", 429)
        raise Refusal("Throttling" if query else "ThrottlingException", "Rate exceeded")
    if call.name in state.denied or f"{call.service}:*" in state.denied:
        action = f"{_IAM.get(call.service, call.service)}:{call.operation}"
        code = "AuthorizationError" if call.service == "sns" else "AccessDenied" if query else "AccessDeniedException"
        raise Refusal(
            code,
            f"User: {account.operator_arn} is not authorized to perform: {action} on resource: * because no "
            f"identity-based policy allows the {action} action",
            400 if call.protocol == "json" else 403,
        )
    if call.service == "support":
        support_api.require_plan(account)
