"""GetAccount, PutAccountDetails and the walk of a request, over a socket."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.rehearsal.conftest import Stage, refused

Begin = Callable[..., Stage]
ASK: dict[str, Any] = {
    "MailType": "TRANSACTIONAL",
    "WebsiteURL": "https://dlaas-rehearsal.example:8443/",
    "ProductionAccessEnabled": True,
}


def test_a_fresh_account_is_sandboxed_and_has_no_details(stage: Begin) -> None:
    answer = stage().client("sesv2").get_account()
    assert answer["ProductionAccessEnabled"] is False
    assert answer["SendQuota"] == {"Max24HourSend": 200.0, "MaxSendRate": 1.0, "SentLast24Hours": 0.0}
    assert "Details" not in answer
    assert answer["ResponseMetadata"]["RequestId"]


VALUE = "1 validation error detected: Value at "
CONTACT = (
    "'additionalContactEmailAddresses' failed to satisfy constraint: Member must satisfy constraint: [Member must have "
    "length less than or equal to 254, Member must have length greater than or equal to 6, Member must satisfy regular "
    "expression pattern: ^(.+)@(.+)$]"
)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"MailType": None, "WebsiteURL": None},
            VALUE.replace("1 validation error", "2 validation errors")
            + "'mailType' failed to satisfy constraint: Member must not be null; "
            "Value at 'websiteURL' failed to satisfy constraint: Member must not be null",
        ),
        (
            {"MailType": "SPAM"},
            VALUE + "'mailType' failed to satisfy constraint: Member must satisfy enum value set: "
            "[MARKETING, TRANSACTIONAL]",
        ),
        (
            {"ContactLanguage": "FR"},
            VALUE + "'contactLanguage' failed to satisfy constraint: Member must satisfy enum value set: [EN, JA]",
        ),
        (
            {"WebsiteURL": ""},
            VALUE + "'websiteURL' failed to satisfy constraint: Member must have length greater than or equal to 1",
        ),
        (
            {"WebsiteURL": "https://a.example/" + "x" * 1003},
            VALUE + "'websiteURL' failed to satisfy constraint: Member must have length less than or equal to 1000",
        ),
        ({"WebsiteURL": "not a url"}, "Url contains invalid format"),
        (
            {"UseCaseDescription": "x" * 5001},
            VALUE + "'useCaseDescription' failed to satisfy constraint: Member must have length less than or equal to "
            "5000",
        ),
        (
            {"AdditionalContactEmailAddresses": [f"a{n}@example.com" for n in range(5)]},
            VALUE + "'additionalContactEmailAddresses' failed to satisfy constraint: Member must have length less than "
            "or equal to 4",
        ),
        (
            {"AdditionalContactEmailAddresses": []},
            VALUE + "'additionalContactEmailAddresses' failed to satisfy constraint: Member must have length greater "
            "than or equal to 1",
        ),
        ({"AdditionalContactEmailAddresses": ["a@b"]}, VALUE + CONTACT),
    ],
)
def test_put_account_details_validates_like_the_service(stage: Begin, change: dict[str, Any], message: str) -> None:
    here = stage()
    client = here.client("sesv2", parameter_validation=False)
    params = {name: value for name, value in (ASK | change).items() if value is not None}
    assert refused(client.put_account_details, **params) == ("BadRequestException", message, 400)
    assert here.server.calls("PutAccountDetails")[0].took_effect is False
    assert "Details" not in client.get_account()


def test_wrong_json_types_are_a_serialization_exception(stage: Begin) -> None:
    client = stage().client("sesv2", parameter_validation=False)
    assert refused(client.put_account_details, **ASK | {"MailType": 7})[0] == "SerializationException"


def test_fresh_to_pending_to_granted(stage: Begin) -> None:
    here = stage()
    client, support = here.client("sesv2"), here.client("support")
    client.create_email_identity(EmailIdentity=here.domain)
    contacts = ["ops@example.com"]
    answer = client.put_account_details(**ASK, AdditionalContactEmailAddresses=contacts, UseCaseDescription="Invoices.")
    assert answer["ResponseMetadata"]["HTTPHeaders"]["content-length"] == "0"
    details = client.get_account()["Details"]
    assert details["ReviewDetails"]["Status"] == "PENDING"
    assert (details["MailType"], details["ContactLanguage"]) == ("TRANSACTIONAL", "EN")
    assert (details["AdditionalContactEmailAddresses"], details["UseCaseDescription"]) == (contacts, "Invoices.")
    assert "ProductionAccessEnabled" not in details
    assert refused(client.put_account_details, **ASK) == ("ConflictException", None, 409)

    display_id = details["ReviewDetails"]["CaseId"]
    assert display_id.isdigit()
    assert len(display_id) == 15
    case = support.describe_cases(displayId=display_id)["cases"][0]
    assert case["status"] == "opened"
    assert here.play("ask") == "AWS asked for more information: the case waits for your answer."
    case = support.describe_cases(displayId=display_id)["cases"][0]
    assert case["status"] == "pending-customer-action"
    assert "how you maintain your recipient lists" in case["recentCommunications"]["communications"][0]["body"]
    assert client.get_account()["Details"]["ReviewDetails"]["Status"] == "PENDING"

    here.play("grant")
    after = client.get_account()
    assert after["ProductionAccessEnabled"] is True
    assert after["Details"]["ReviewDetails"] == {"Status": "GRANTED", "CaseId": display_id}
    assert (after["SendQuota"]["Max24HourSend"], after["SendQuota"]["MaxSendRate"]) == (50_000.0, 14.0)
    assert support.describe_cases(displayId=display_id)["cases"] == []
    assert support.describe_cases(displayId=display_id, includeResolvedCases=True)["cases"][0]["status"] == "resolved"


def test_aws_decides_by_itself_within_a_day(stage: Begin) -> None:
    here = stage("ready")
    client = here.client("sesv2")
    client.put_account_details(**ASK)
    here.pass_minutes(23 * 60)
    assert client.get_account()["ProductionAccessEnabled"] is False
    here.pass_minutes(61)
    assert client.get_account()["ProductionAccessEnabled"] is True


def test_a_request_without_identities_is_denied_at_once(stage: Begin) -> None:
    here = stage()
    client = here.client("sesv2")
    client.put_account_details(**ASK)
    here.pass_minutes(2)
    assert client.get_account()["Details"]["ReviewDetails"]["Status"] == "DENIED"
    assert refused(client.put_account_details, **ASK) == ("ConflictException", None, 409)


def test_denied_then_an_answer_then_granted(stage: Begin) -> None:
    here = stage("denied")
    client, support = here.client("sesv2"), here.client("support")
    review = client.get_account()["Details"]["ReviewDetails"]
    assert review["Status"] == "DENIED"
    assert refused(client.put_account_details, **ASK) == ("ConflictException", None, 409)
    case = support.describe_cases(displayId=review["CaseId"], includeResolvedCases=True)["cases"][0]
    assert support.add_communication_to_case(caseId=case["caseId"], communicationBody="We ...")["result"] is True
    assert support.describe_cases(displayId=review["CaseId"])["cases"][0]["status"] == "reopened"
    assert client.get_account()["Details"]["ReviewDetails"]["Status"] == "DENIED"
    here.pass_minutes(11)
    after = client.get_account()
    assert after["ProductionAccessEnabled"] is True
    assert after["Details"]["ReviewDetails"]["Status"] == "GRANTED"


def test_failed_may_be_sent_again(stage: Begin) -> None:
    here = stage("pending")
    client = here.client("sesv2")
    before = client.get_account()["Details"]["ReviewDetails"]["CaseId"]
    here.play("fail")
    assert client.get_account()["Details"]["ReviewDetails"]["Status"] == "FAILED"
    client.put_account_details(**ASK)
    review = client.get_account()["Details"]["ReviewDetails"]
    assert review["Status"] == "PENDING"
    assert review["CaseId"] != before


def test_granted_while_the_sandbox_stays_for_a_while(stage: Begin) -> None:
    here = stage("pending")
    client = here.client("sesv2")
    here.play("grant_later")
    account = client.get_account()
    assert (account["ProductionAccessEnabled"], account["Details"]["ReviewDetails"]["Status"]) == (False, "GRANTED")
    here.pass_minutes(61)
    assert client.get_account()["ProductionAccessEnabled"] is True


def test_details_without_asking_open_no_review(stage: Begin) -> None:
    client = stage().client("sesv2")
    client.put_account_details(MailType="MARKETING", WebsiteURL="https://example.com", ContactLanguage="JA")
    details = client.get_account()["Details"]
    assert details == {"MailType": "MARKETING", "WebsiteURL": "https://example.com", "ContactLanguage": "JA"}


def test_each_region_has_its_own_sandbox(stage: Begin) -> None:
    here = stage("paused")
    assert here.client("sesv2").get_account()["ProductionAccessEnabled"] is True
    elsewhere = here.client("sesv2", "eu-west-1").get_account()
    assert elsewhere["ProductionAccessEnabled"] is False
    assert elsewhere["EnforcementStatus"] == "HEALTHY"
    assert "Details" not in elsewhere
    assert here.client("sesv2", "eu-west-1").list_email_identities()["EmailIdentities"] == []


def test_a_region_that_is_not_enabled_refuses_the_keys(stage: Begin) -> None:
    here = stage()
    assert refused(here.client("sesv2", "eu-south-1").get_account)[0] == "UnrecognizedClientException"
    assert refused(here.client("sts", "eu-south-1").get_caller_identity)[0] == "InvalidClientTokenId"
    status = here.client("account").get_region_opt_status(RegionName="eu-south-1")["RegionOptStatus"]
    assert status == "DISABLED"
    regions = here.client("account").list_regions()["Regions"]
    assert {"RegionName": "eu-west-1", "RegionOptStatus": "ENABLED_BY_DEFAULT"} in regions


def test_the_suppression_list_comes_page_by_page(stage: Begin) -> None:
    client = stage("paused").client("sesv2")
    first = client.list_suppressed_destinations(PageSize=100)
    rest = client.list_suppressed_destinations(PageSize=100, NextToken=first["NextToken"])
    reasons = [item["Reason"] for page in (first, rest) for item in page["SuppressedDestinationSummaries"]]
    assert (len(first["SuppressedDestinationSummaries"]), len(reasons), reasons.count("COMPLAINT")) == (100, 135, 4)
    assert "NextToken" not in rest


def test_suppression_works_in_the_sandbox_but_not_its_list(stage: Begin) -> None:
    here = stage("pending")
    client = here.client("sesv2")
    client.put_account_suppression_attributes(SuppressedReasons=["BOUNCE"])
    assert client.get_account()["SuppressionAttributes"]["SuppressedReasons"] == ["BOUNCE"]
    entry = {"EmailAddress": "gone@example.org", "Reason": "BOUNCE"}
    assert "sandbox" in str(refused(client.put_suppressed_destination, **entry)[1])
    source = {"S3Url": "s3://bucket/list.csv", "DataFormat": "CSV"}
    destination = {"SuppressionListDestination": {"SuppressionListImportAction": "PUT"}}
    assert refused(client.create_import_job, ImportDestination=destination, ImportDataSource=source)[0] == (
        "BadRequestException"
    )
    here.play("grant")
    client.put_suppressed_destination(**entry)
    assert client.list_suppressed_destinations()["SuppressedDestinationSummaries"][0]["EmailAddress"] == (
        "gone@example.org"
    )
    assert client.get_suppressed_destination(EmailAddress="gone@example.org")["SuppressedDestination"]["Reason"] == (
        "BOUNCE"
    )
    client.delete_suppressed_destination(EmailAddress="gone@example.org")
    assert refused(client.get_suppressed_destination, EmailAddress="gone@example.org")[0] == "NotFoundException"
