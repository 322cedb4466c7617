"""Support with and without a plan, and Service Quotas."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dlaas_onboard.journey.dns import authentication_results
from dlaas_onboard.journey.dns.authentication_results import Checked
from dlaas_onboard.rehearsal import scenarios
from tests.rehearsal.conftest import Stage, refused

Begin = Callable[..., Stage]
CODES = {"serviceCode": "service-limit-increase", "categoryCode": "ses-production-access"}
# Every operation of Support that is answered, with parameters that are valid where there is a case "case-1".
CALLS: dict[str, dict[str, Any]] = {
    "describe_severity_levels": {},
    "describe_services": {"language": "en"},
    "describe_cases": {},
    "describe_communications": {"caseId": "case-1"},
    "add_attachments_to_set": {"attachments": [{"fileName": "a.txt", "data": b"a"}]},
    "add_communication_to_case": {"caseId": "case-1", "communicationBody": "a"},
    "create_case": {"subject": "a", "communicationBody": "b"},
    "resolve_case": {"caseId": "case-1"},
}


def test_the_codes_can_be_discovered(stage: Begin) -> None:
    support = stage().client("support")
    assert support.describe_severity_levels(language="en")["severityLevels"][0]["code"] == "low"
    services = {service["code"]: service for service in support.describe_services(language="en")["services"]}
    categories = [category["code"] for category in services["service-limit-increase"]["categories"]]
    assert "ses-production-access" in categories
    only = support.describe_services(serviceCodeList=["customer-account"])["services"]
    assert [service["code"] for service in only] == ["customer-account"]
    limits = {category["code"]: category["name"] for category in services["service-limit-increase"]["categories"]}
    assert limits["ses-production-access"] == "SES Service Limits"
    assert "service-code-ses" in limits
    assert any("Simple Email Service (SES)" in service["name"] for service in services.values())
    assert refused(support.describe_services, language="xx")[0] == "ValidationException"


@pytest.mark.parametrize(("scenario", "status"), [("no_plan", "PENDING"), ("denied_no_plan", "DENIED")])
def test_without_a_plan_every_call_is_refused(stage: Begin, scenario: str, status: str) -> None:
    here = stage(scenario)
    support = here.client("support")
    for name, params in CALLS.items():
        code, message, _ = refused(getattr(support, name), **params)
        assert code == "SubscriptionRequiredException"
        assert "Premium Support Subscription is required" in str(message)
    assert here.client("sesv2").get_account()["Details"]["ReviewDetails"]["Status"] == status
    assert here.account.state.attachment_sets == []


@pytest.mark.parametrize("name", CALLS)
def test_a_dry_run_of_any_call_is_the_modelled_error_and_changes_nothing(stage: Begin, name: str) -> None:
    here = stage("pending")
    support = here.client("support")
    params = dict(CALLS[name])
    if "caseId" in params:
        params["caseId"] = support.describe_cases()["cases"][0]["caseId"]
    before = support.describe_cases(includeResolvedCases=True)["cases"]
    with pytest.raises(support.exceptions.DryRunOperationException) as caught:
        getattr(support, name)(**params, dryRun=True)
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert support.describe_cases(includeResolvedCases=True)["cases"] == before
    assert here.account.state.attachment_sets == []


def test_a_dry_run_says_that_it_would_work_and_does_nothing(stage: Begin) -> None:
    here = stage("denied")
    support = here.client("support")
    before = len(support.describe_cases(includeResolvedCases=True)["cases"])
    params = {"subject": "SES", "communicationBody": "Please look again.", "issueType": "service-limit-increase"}
    codes = {"serviceCode": "service-limit-increase", "categoryCode": "ses-production-access", "severityCode": "low"}
    assert refused(support.create_case, **params, **codes, dryRun=True)[0] == "DryRunOperationException"
    assert refused(support.create_case, **params, serviceCode="nonsense", dryRun=True)[0] == "ValidationException"
    assert len(support.describe_cases(includeResolvedCases=True)["cases"]) == before
    created = support.create_case(**params, **codes, ccEmailAddresses=["ops@example.com"])
    case = support.describe_cases(caseIdList=[created["caseId"]])["cases"][0]
    assert (case["subject"], case["ccEmailAddresses"], case["severityCode"]) == ("SES", ["ops@example.com"], "low")
    here.pass_minutes(11)
    assert here.client("sesv2").get_account()["ProductionAccessEnabled"] is True


def test_cases_by_either_id_and_their_communications(stage: Begin) -> None:
    here = stage("pending")
    support = here.client("support")
    display_id = here.client("sesv2").get_account()["Details"]["ReviewDetails"]["CaseId"]
    here.play("ask")
    case = support.describe_cases(displayId=display_id, includeCommunications=False)["cases"][0]
    assert "recentCommunications" not in case
    assert refused(support.describe_communications, caseId=display_id)[0] == "CaseIdNotFound"
    assert refused(support.describe_cases, caseIdList=["case-none"])[0] == "CaseIdNotFound"
    assert support.describe_cases(displayId="1")["cases"] == []
    empty = here.client("support", parameter_validation=False).add_communication_to_case
    assert refused(empty, caseId=case["caseId"], communicationBody="x" * 8001)[0] == "ValidationException"
    assert refused(empty, caseId=case["caseId"], communicationBody="")[0] == "ValidationException"
    for n in range(12):
        support.add_communication_to_case(caseId=case["caseId"], communicationBody=f"Answer {n}")
    first = support.describe_communications(caseId=case["caseId"], maxResults=10)
    rest = support.describe_communications(caseId=case["caseId"], maxResults=10, nextToken=first["nextToken"])
    bodies = [item["body"] for item in first["communications"] + rest["communications"]]
    assert (len(bodies), bodies[0]) == (14, "Answer 11")
    assert support.describe_cases(displayId=display_id)["cases"][0]["status"] == "customer-action-completed"
    assert support.resolve_case(caseId=case["caseId"])["finalCaseStatus"] == "resolved"


def test_a_case_is_opened_only_by_what_the_services_list(stage: Begin) -> None:
    here = stage("denied")
    support = here.client("support", parameter_validation=False)
    good = {"subject": "SES", "communicationBody": "Please look again.", **CODES}
    wrong: list[dict[str, Any]] = [
        {"subject": None},
        {"subject": ""},
        {"communicationBody": None},
        {"communicationBody": ""},
        {"communicationBody": "x" * 8001},
        {"serviceCode": "amazon-ses"},
        {"categoryCode": "sending-limits"},
        {"categoryCode": "other-account-issues"},
        {"severityCode": "soon"},
        {"issueType": "complaint"},
        {"language": "xx"},
        {"ccEmailAddresses": [f"{n}@example.com" for n in range(11)]},
    ]
    before = len(here.account.state.cases)
    for change in wrong:
        params = {name: value for name, value in {**good, **change}.items() if value is not None}
        for dry in ({}, {"dryRun": True}):
            assert refused(support.create_case, **params, **dry)[0::2] == ("ValidationException", 400), change
    assert len(here.account.state.cases) == before
    longest = support.create_case(**{**good, "communicationBody": "x" * 8000})["caseId"]
    assert len(support.describe_communications(caseId=longest)["communications"][0]["body"]) == 8000


def test_a_new_case_is_found_in_every_way_and_a_resolved_one_only_when_asked_for(stage: Begin) -> None:
    here = stage("denied")
    support = here.client("support")
    here.play("hour")  # since the denial
    old = support.describe_cases(includeResolvedCases=True)["cases"][0]
    assert (old["status"], support.describe_cases()["cases"]) == ("resolved", [])
    now = datetime.now(UTC)
    more = {"language": "ja", "severityCode": "normal", "issueType": "service-limit-increase"}
    made = support.create_case(subject="SES", communicationBody="Please look again.", **CODES, **more)["caseId"]
    (case,) = support.describe_cases(caseIdList=[made])["cases"]
    assert case["displayId"].isdigit()
    assert case["displayId"] != old["displayId"]
    shown = {name: case[name] for name in ("status", "serviceCode", "categoryCode", "severityCode", "language")}
    assert shown == {"status": "opened", **CODES, "severityCode": "normal", "language": "ja"}
    assert case["recentCommunications"]["communications"][0]["body"] == "Please look again."
    assert support.describe_cases(displayId=case["displayId"])["cases"] == [case]
    assert support.describe_cases()["cases"] == [case]
    every = support.describe_cases(includeResolvedCases=True)["cases"]
    assert [found["caseId"] for found in every] == [made, old["caseId"]]
    for before, ids in ((60, [made]), (-60, []), (86400, [made, old["caseId"]])):
        after = (now - timedelta(seconds=before)).isoformat()
        found = support.describe_cases(includeResolvedCases=True, afterTime=after)["cases"]
        assert [item["caseId"] for item in found] == ids, before
    early = support.describe_cases(includeResolvedCases=True, beforeTime=(now - timedelta(minutes=1)).isoformat())
    assert [item["caseId"] for item in early["cases"]] == [old["caseId"]]
    told = support.describe_communications(caseId=old["caseId"], afterTime=(now - timedelta(minutes=65)).isoformat())
    assert len(told["communications"]) == 1  # the denial; what led to it is older
    assert refused(support.describe_cases, afterTime="yesterday")[0] == "ValidationException"
    assert refused(support.describe_cases, nextToken="x")[0] == "ValidationException"


def test_amazon_closes_the_case_of_a_denial(stage: Begin) -> None:
    here = stage("pending")
    support = here.client("support")
    assert here.play("close_case") == "No review is denied, so AWS closes no case."
    here.play("refuse_ask")
    (case,) = support.describe_cases()["cases"]
    assert case["status"] == "pending-customer-action"
    support.add_communication_to_case(caseId=case["caseId"], communicationBody="Here it is.")
    assert support.describe_cases()["cases"][0]["status"] == "customer-action-completed"
    assert case["displayId"] in here.play("close_case")
    assert support.describe_cases()["cases"] == []
    assert support.describe_cases(displayId=case["displayId"], includeResolvedCases=True)["cases"][0]["status"] == (
        "resolved"
    )
    here.pass_minutes(11)
    review = here.client("sesv2").get_account()["Details"]["ReviewDetails"]
    assert review["Status"] == "DENIED", "a case that was closed is not decided by itself"
    assert here.play("close_case") == "The case is closed already."
    made = support.create_case(subject="SES", communicationBody="Please look again.", **CODES)["caseId"]
    assert support.describe_cases(caseIdList=[made])["cases"][0]["displayId"] in here.play("close_case")
    assert support.describe_cases(caseIdList=[made])["cases"] == []


def test_files_go_with_a_message_from_a_set_that_lives_for_an_hour(stage: Begin) -> None:
    here = stage("pending")
    support = here.client("support")
    report = {"fileName": "readiness-report.txt", "data": b"# Ready\n"}
    assert refused(support.add_attachments_to_set, attachments=[report], dryRun=True)[0] == "DryRunOperationException"
    assert here.account.state.attachment_sets == []
    answer = support.add_attachments_to_set(attachments=[report])
    made = answer["attachmentSetId"]
    left = datetime.fromisoformat(answer["expiryTime"]).timestamp() - here.clock()
    assert here.account.seconds(59) < left <= here.account.seconds(60), "an hour of AWS's time"
    assert support.add_attachments_to_set(attachmentSetId=made, attachments=[report])["attachmentSetId"] == made
    big = {"fileName": "big.txt", "data": b"x" * (5 * 1024 * 1024 + 1)}
    for files in ([report] * 4, [big]):
        code = refused(support.add_attachments_to_set, attachments=files)[0]
        assert code == "AttachmentSetSizeLimitExceeded"
    full = refused(support.add_attachments_to_set, attachmentSetId=made, attachments=[report] * 2)[0]
    assert full == "AttachmentSetSizeLimitExceeded", "three in a set, however many calls they come with"
    unknown = refused(support.add_attachments_to_set, attachmentSetId="as-0", attachments=[report])
    assert unknown[0] == "AttachmentSetIdNotFound"
    case = support.describe_cases()["cases"][0]["caseId"]
    send = support.add_communication_to_case
    assert refused(send, caseId=case, communicationBody="a", attachmentSetId="as-0")[0] == "AttachmentSetIdNotFound"
    send(caseId=case, communicationBody="With files.", attachmentSetId=made)
    newest, before = support.describe_communications(caseId=case)["communications"][:2]
    assert [item["fileName"] for item in newest["attachmentSet"]] == ["readiness-report.txt"] * 2
    assert len({item["attachmentId"] for item in newest["attachmentSet"]}) == 2
    assert newest["attachments"] == newest["attachmentSet"]
    assert support.describe_cases()["cases"][0]["recentCommunications"]["communications"][0] == newest
    assert before["attachmentSet"] == []
    here.pass_minutes(61)
    assert refused(send, caseId=case, communicationBody="Late.", attachmentSetId=made)[0] == "AttachmentSetExpired"
    with pytest.raises(support.exceptions.AttachmentSetExpired):
        support.add_attachments_to_set(attachmentSetId=made, attachments=[report])
    late = {"subject": "SES", "communicationBody": "Late.", "attachmentSetId": made}
    assert refused(support.create_case, **late)[0] == "AttachmentSetExpired"
    bodies = [item["body"] for item in support.describe_communications(caseId=case)["communications"]]
    assert ("With files." in bodies, "Late." in bodies) == (True, False)
    fresh = support.add_attachments_to_set(attachments=[report])["attachmentSetId"]
    opened = support.create_case(subject="SES", communicationBody="New.", attachmentSetId=fresh)["caseId"]
    first = support.describe_communications(caseId=opened)["communications"][0]
    assert [item["fileName"] for item in first["attachmentSet"]] == ["readiness-report.txt"]
    here.play("hour")
    assert refused(send, caseId=case, communicationBody="Late.", attachmentSetId=fresh)[0] == "AttachmentSetExpired"


def _send(here: Stage, to: str) -> str:
    here.clock.ahead += 2
    body = {"Simple": {"Subject": {"Data": "Hello"}, "Body": {"Text": {"Data": "Hello"}}}}
    sender = f"DLaaS <support@{here.domain}>"
    answer = here.client("sesv2").send_email(FromEmailAddress=sender, Destination={"ToAddresses": [to]}, Content=body)
    return str(answer["MessageId"])


def test_the_first_message_arrives_with_the_headers_that_are_to_be_pasted(stage: Begin) -> None:
    here = stage("pending")
    _send(here, scenarios.OWNER)
    assert here.play("first_message").startswith("Production access is not granted yet")
    here = stage("production")
    assert here.play("first_message").startswith("No message to a real recipient")
    _send(here, "friend@example.org")
    last = _send(here, "ada@example.org")
    _send(here, "success@simulator.amazonses.com")
    said = here.play("first_message")
    assert said.startswith("The first message arrived at ada@example.org.")
    seen = authentication_results.read(said)  # as it is copied
    assert (seen.problem, seen.receiver) == ("", "mx.example.org")
    assert seen.message_id == f"{last}@email.amazonses.com"
    assert seen.sender == f"support@{here.domain}"
    assert seen.dkim == (Checked("pass", here.domain), Checked("pass", "amazonses.com"))
    assert seen.spf == Checked("pass", f"mail.{here.domain}")
    assert (seen.dmarc, seen.policy) == (Checked("pass", here.domain), "")
    assert all(len(row) <= 120 for row in said.splitlines())


def test_headers_say_what_is_not_in_place(stage: Begin) -> None:
    here = stage("production")
    _send(here, "friend@example.org")
    domain = here.account.region(scenarios.REGION).identities[here.domain]
    assert domain.mail_from is not None
    domain.mail_from.status = "FAILED"
    assert authentication_results.read(here.play("first_message")).spf == Checked("pass", "email.amazonses.com")
    domain.signing_enabled = False
    seen = authentication_results.read(here.play("first_message"))
    assert (seen.dkim, seen.dmarc) == ((Checked("pass", "amazonses.com"),), Checked("fail", here.domain))
    here.account.state.zone = [record for record in here.account.state.zone if "_dmarc" not in record.name]
    assert authentication_results.read(here.play("first_message")).dmarc == Checked("none", here.domain)


def test_quotas_are_listed_requested_and_approved(stage: Begin) -> None:
    here = stage("pending")
    quotas, support = here.client("service-quotas"), here.client("support")
    assert quotas.list_service_quotas(ServiceCode="ses")["Quotas"] == []
    names = {item["QuotaCode"]: item["QuotaName"] for item in _defaults(quotas)}
    assert names == {"L-804C8AE8": "Sending quota", "L-CDEF9B6B": "Sending rate"}
    assert refused(quotas.get_service_quota, ServiceCode="ses", QuotaCode="L-AE5D8F8A")[0] == (
        "NoSuchResourceException"
    )
    here.play("grant")
    values = {item["QuotaCode"]: item["Value"] for item in quotas.list_service_quotas(ServiceCode="ses")["Quotas"]}
    assert values == {"L-804C8AE8": 50_000.0, "L-CDEF9B6B": 14.0}
    params = {"ServiceCode": "ses", "QuotaCode": "L-804C8AE8"}
    ask = quotas.request_service_quota_increase
    assert refused(ask, **params, DesiredValue=100.0)[0] == "IllegalArgumentException"
    asked = ask(**params, DesiredValue=70_000.0)["RequestedQuota"]
    assert asked["Status"] == "CASE_OPENED"
    assert refused(ask, **params, DesiredValue=90_000.0)[0] == "ResourceAlreadyExistsException"
    case = support.describe_cases(displayId=asked["CaseId"])["cases"][0]
    assert "70,000" in case["recentCommunications"]["communications"][0]["body"]
    refusing = ask(ServiceCode="ses", QuotaCode="L-CDEF9B6B", DesiredValue=20.0, SupportCaseAllowed=False)
    assert refusing["RequestedQuota"]["Status"] == "NOT_APPROVED"
    assert here.play("approve_quota") == "1 quota request approved."
    history = quotas.list_requested_service_quota_change_history_by_quota(**params)["RequestedQuotas"]
    assert [(item["Id"], item["Status"]) for item in history] == [(asked["Id"], "APPROVED")]
    assert len(quotas.list_requested_service_quota_change_history(ServiceCode="ses")["RequestedQuotas"]) == 2
    assert quotas.get_requested_service_quota_change(RequestId=asked["Id"])["RequestedQuota"]["Status"] == "APPROVED"
    assert quotas.get_service_quota(**params)["Quota"]["Value"] == 70_000.0
    assert here.client("sesv2").get_account()["SendQuota"]["Max24HourSend"] == 70_000.0


def test_quota_requests_end_in_each_way(stage: Begin) -> None:
    here = stage("production")
    quotas, support = here.client("service-quotas"), here.client("support")
    history = quotas.list_requested_service_quota_change_history
    assert {item["Status"] for item in history(ServiceCode="ses")["RequestedQuotas"]} == {
        "CASE_CLOSED", "DENIED", "NOT_APPROVED", "APPROVED",
    }  # fmt: skip
    assert here.play("deny_quota") == here.play("close_quota") == "No quota request is open."
    params = {"ServiceCode": "ses", "QuotaCode": "L-804C8AE8", "DesiredValue": 70_000.0}
    for event, status in (("deny_quota", "DENIED"), ("close_quota", "CASE_CLOSED")):
        asked = quotas.request_service_quota_increase(**params)["RequestedQuota"]
        assert here.play(event) == f"1 quota request now {status}."
        found = quotas.get_requested_service_quota_change(RequestId=asked["Id"])["RequestedQuota"]
        assert found["Status"] == status
        case = support.describe_cases(displayId=asked["CaseId"], includeResolvedCases=True)["cases"][0]
        assert case["status"] == "resolved"
        assert "cannot raise it" in case["recentCommunications"]["communications"][0]["body"]
    assert here.client("sesv2").get_account()["SendQuota"]["Max24HourSend"] == 50_000.0


def test_the_history_goes_back_ninety_days(stage: Begin) -> None:
    here = stage("production")
    history = here.client("service-quotas").list_requested_service_quota_change_history
    assert len(history(ServiceCode="ses")["RequestedQuotas"]) == 4
    for _ in range(20):  # they were asked 27 to 30 days ago
        here.play("days")
    here.account.let_pass(1.5 * 86400)
    assert len(history(ServiceCode="ses")["RequestedQuotas"]) == 2
    here.play("days")
    assert history(ServiceCode="ses")["RequestedQuotas"] == []


def test_in_govcloud_arns_are_of_its_partition(stage: Begin) -> None:
    here = stage("fresh")
    here.account.state.home = "us-gov-west-1"
    region = {"region": "us-gov-west-1"}
    arn = here.client("sts", **region).get_caller_identity()["Arn"]
    listed = here.client("service-quotas", **region).list_aws_default_service_quotas(ServiceCode="ses")["Quotas"]
    assert arn.startswith("arn:aws-us-gov:iam::")
    assert {item["QuotaArn"].rpartition(":ses/")[0] for item in listed} == {
        f"arn:aws-us-gov:servicequotas:us-gov-west-1:{here.account.state.id}"
    }


def _defaults(quotas: object) -> list[dict[str, str]]:
    answer: list[dict[str, str]] = quotas.list_aws_default_service_quotas(ServiceCode="ses")["Quotas"]  # type: ignore[attr-defined]  # a boto3 client
    return answer
