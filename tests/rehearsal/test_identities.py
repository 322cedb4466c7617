"""Identities, DKIM and MAIL FROM as they settle."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dlaas_onboard.rehearsal.saved_state import SavedRecord
from tests.rehearsal.conftest import Stage, refused

Begin = Callable[..., Stage]


def test_a_domain_is_verified_once_dns_holds_the_three_records(stage: Begin) -> None:
    here = stage()
    client = here.client("sesv2")
    created = client.create_email_identity(EmailIdentity=here.domain.upper(), Tags=[{"Key": "a", "Value": "b"}])
    assert created["IdentityType"] == "DOMAIN"
    assert created["VerifiedForSendingStatus"] is False
    tokens = created["DkimAttributes"]["Tokens"]
    assert len(set(tokens)) == 3
    assert created["DkimAttributes"]["SigningHostedZone"] == "dkim.amazonses.com"
    assert refused(client.create_email_identity, EmailIdentity=here.domain)[0] == "AlreadyExistsException"
    assert "VerificationInfo" not in client.get_email_identity(EmailIdentity=here.domain)

    here.pass_minutes(3)
    found = client.get_email_identity(EmailIdentity=here.domain)
    assert found["DkimAttributes"]["Status"] == "PENDING"
    assert found["VerificationInfo"]["ErrorType"] == "HOST_NOT_FOUND"
    names = [f"{token}._domainkey.{here.domain}" for token in tokens]
    with here.account.lock:
        here.account.publish(*(SavedRecord(name, "CNAME", "other.example.com") for name in names))
    assert client.get_email_identity(EmailIdentity=here.domain)["VerificationInfo"]["ErrorType"] == "INVALID_VALUE"
    assert here.play("publish_dkim") == "3 DKIM records published."
    found = client.get_email_identity(EmailIdentity=here.domain)
    assert found["DkimAttributes"]["Status"] == found["VerificationStatus"] == "SUCCESS"
    assert found["VerifiedForSendingStatus"] is True
    assert "ErrorType" not in found["VerificationInfo"]
    assert found["Tags"] == [{"Key": "a", "Value": "b"}]


def test_dkim_fails_in_the_end_and_begins_anew_with_other_tokens(stage: Begin) -> None:
    here = stage()
    client = here.client("sesv2")
    tokens = client.create_email_identity(EmailIdentity=here.domain)["DkimAttributes"]["Tokens"]
    here.play("days")
    assert client.get_email_identity(EmailIdentity=here.domain)["DkimAttributes"]["Status"] == "FAILED"
    params = {"EmailIdentity": here.domain, "SigningAttributesOrigin": "AWS_SES"}
    answer = client.put_email_identity_dkim_signing_attributes(**params)
    assert answer["DkimStatus"] == "PENDING"
    assert not set(answer["DkimTokens"]) & set(tokens)


def test_a_regional_dkim_zone_is_named(stage: Begin) -> None:
    here = stage()
    answer = here.client("sesv2", "ap-northeast-3").create_email_identity(EmailIdentity=here.domain)
    assert answer["DkimAttributes"]["SigningHostedZone"] == "dkim.ap-northeast-3.amazonses.com"


def test_an_address_waits_for_its_link(stage: Begin) -> None:
    here = stage()
    client = here.client("sesv2")
    client.create_email_identity(EmailIdentity="Ada@example.net")
    assert client.get_email_identity(EmailIdentity="Ada@example.net")["VerificationStatus"] == "PENDING"
    assert refused(client.get_email_identity, EmailIdentity="ada@example.net")[0] == "NotFoundException"
    here.pass_minutes(24 * 60 + 1)
    assert client.get_email_identity(EmailIdentity="Ada@example.net")["VerificationStatus"] == "FAILED"
    assert here.play("click_link") == "No address waits for a click."
    here.client("ses").verify_email_identity(EmailAddress="Ada@example.net")
    assert "Ada@example.net is verified" in here.play("click_link")
    assert client.get_email_identity(EmailIdentity="Ada@example.net")["VerifiedForSendingStatus"] is True
    client.delete_email_identity(EmailIdentity="Ada@example.net")
    assert refused(client.delete_email_identity, EmailIdentity="Ada@example.net") == (
        "NotFoundException",
        "Email identity Ada@example.net does not exist.",
        404,
    )


def test_what_is_no_domain_or_address_is_refused(stage: Begin) -> None:
    client = stage().client("sesv2")
    for name in ("example", "a b@example.com", "-x.example.com", "a@b@example.com", "x" * 64 + ".com"):
        assert refused(client.create_email_identity, EmailIdentity=name)[0] == "BadRequestException"


def test_identities_are_listed_in_pages_in_both_forms(stage: Begin) -> None:
    here = stage()
    client = here.client("sesv2")
    for n in range(5):
        client.create_email_identity(EmailIdentity=f"d{n}.example.com")
    client.create_email_identity(EmailIdentity="ada@example.com")
    first = client.list_email_identities(PageSize=4)
    second = client.list_email_identities(PageSize=4, NextToken=first["NextToken"])
    names = [item["IdentityName"] for item in first["EmailIdentities"] + second["EmailIdentities"]]
    assert names == ["ada@example.com", *(f"d{n}.example.com" for n in range(5))]
    assert "NextToken" not in second
    only = client.list_email_identities(Filter={"IDENTITY_TYPE": "EMAIL_ADDRESS"})["EmailIdentities"]
    assert only == [
        {
            "IdentityType": "EMAIL_ADDRESS",
            "IdentityName": "ada@example.com",
            "SendingEnabled": False,
            "VerificationStatus": "PENDING",
        }
    ]
    old = _get(here, "/v2/email/identities?PageSize=1")
    assert old["EmailIdentities"][0]["IdentityName"] == "ada@example.com"


def _get(here: Stage, path: str) -> dict[str, Any]:
    """Call SESv2 in the form that older clients use."""
    import json
    from http.client import HTTPConnection

    connection = HTTPConnection("127.0.0.1", here.server.port)
    scope = "Credential=AKIA/20260101/us-east-1/ses/aws4_request"
    connection.request("GET", path, headers={"Authorization": f"AWS4-HMAC-SHA256 {scope}, Signature=0"})
    content: dict[str, Any] = json.loads(connection.getresponse().read())
    connection.close()
    return content


def test_configuration_sets_answer_the_old_list_form(stage: Begin) -> None:
    here = stage("pending")
    assert _get(here, "/v2/email/configuration-sets")["ConfigurationSets"] == ["ses-events"]


def test_mail_from_succeeds_fails_and_begins_again(stage: Begin) -> None:
    here = stage("dlaas")
    client = here.client("sesv2")

    def status() -> str:
        found = client.get_email_identity(EmailIdentity=here.domain)
        return str(found["MailFromAttributes"]["MailFromDomainStatus"])

    assert status() == "FAILED"
    assert "set the MAIL FROM domain again" in here.play("publish_mail_from")
    here.pass_minutes(5)
    assert status() == "FAILED"
    params = {"EmailIdentity": here.domain, "MailFromDomain": f"mail.{here.domain}"}
    client.put_email_identity_mail_from_attributes(**params, BehaviorOnMxFailure="REJECT_MESSAGE")
    assert status() == "PENDING"
    here.pass_minutes(3)
    assert status() == "SUCCESS"
    found = client.get_email_identity(EmailIdentity=here.domain)["MailFromAttributes"]
    assert found["BehaviorOnMxFailure"] == "REJECT_MESSAGE"

    client.put_email_identity_mail_from_attributes(EmailIdentity=here.domain, MailFromDomain=f"other.{here.domain}")
    here.pass_minutes(100)
    assert status() == "PENDING"
    here.pass_minutes(100)
    assert status() == "FAILED"


def test_mail_from_wants_exactly_one_mx(stage: Begin) -> None:
    here = stage("pending")
    client = here.client("sesv2")
    name = f"two.{here.domain}"
    mx, spf = here.account.mail_from_records("us-east-1", name)
    with here.account.lock:
        here.account.publish(mx, SavedRecord(name, "MX", "20 backup.example.com"), spf)
    client.put_email_identity_mail_from_attributes(EmailIdentity=here.domain, MailFromDomain=name)
    here.pass_minutes(5)
    found = client.get_email_identity(EmailIdentity=here.domain)["MailFromAttributes"]
    assert found["MailFromDomainStatus"] == "PENDING"


def test_mail_from_has_to_be_a_subdomain(stage: Begin) -> None:
    here = stage("dlaas")
    call = here.client("sesv2").put_email_identity_mail_from_attributes
    code, message, _ = refused(call, EmailIdentity=here.domain, MailFromDomain="mail.example.com")
    assert code == "BadRequestException"
    assert "is not subdomain of the domain of the identity" in str(message)
    call(EmailIdentity=here.domain)
    assert "MailFromAttributes" not in here.client("sesv2").get_email_identity(EmailIdentity=here.domain)


def test_default_set_signing_and_feedback_of_an_identity(stage: Begin) -> None:
    here = stage("dlaas")
    client, v1 = here.client("sesv2"), here.client("ses")
    put = client.put_email_identity_configuration_set_attributes
    assert refused(put, EmailIdentity=here.domain, ConfigurationSetName="events")[0] == "NotFoundException"
    client.create_configuration_set(ConfigurationSetName="events")
    put(EmailIdentity=here.domain, ConfigurationSetName="events")
    client.put_email_identity_dkim_attributes(EmailIdentity=here.domain, SigningEnabled=False)
    found = client.get_email_identity(EmailIdentity=here.domain)
    assert found["ConfigurationSetName"] == "events"
    assert found["DkimAttributes"]["SigningEnabled"] is False

    forward = client.put_email_identity_feedback_attributes
    params = {"EmailIdentity": here.domain, "EmailForwardingEnabled": False}
    assert refused(forward, **params)[0] == "BadRequestException"
    topic = here.client("sns").create_topic(Name="feedback")["TopicArn"]
    for kind in ("Bounce", "Complaint"):
        v1.set_identity_notification_topic(Identity=here.domain, NotificationType=kind, SnsTopic=topic)
    forward(**params)
    attributes = v1.get_identity_notification_attributes(Identities=[here.domain, "nobody.example.com"])
    assert attributes["NotificationAttributes"] == {
        here.domain: {"BounceTopic": topic, "ComplaintTopic": topic, "ForwardingEnabled": False}
    }
    v1.set_identity_notification_topic(Identity=here.domain, NotificationType="Bounce")
    after = v1.get_identity_notification_attributes(Identities=[here.domain])["NotificationAttributes"][here.domain]
    assert after == {"ComplaintTopic": topic, "ForwardingEnabled": True}
    assert refused(v1.set_identity_notification_topic, Identity="x.example", NotificationType="Bounce")[0] == (
        "InvalidParameterValue"
    )
    v1.set_identity_feedback_forwarding_enabled(Identity=here.domain, ForwardingEnabled=True)
    v1.set_identity_headers_in_notifications_enabled(Identity=here.domain, NotificationType="Bounce", Enabled=True)
    after = v1.get_identity_notification_attributes(Identities=[here.domain])["NotificationAttributes"][here.domain]
    assert after["HeadersInBounceNotificationsEnabled"] is True
    assert here.domain in v1.list_identities(IdentityType="Domain")["Identities"]
    verified = v1.get_identity_verification_attributes(Identities=[here.domain])["VerificationAttributes"]
    assert verified[here.domain]["VerificationStatus"] == "Success"
    dkim = v1.get_identity_dkim_attributes(Identities=[here.domain])["DkimAttributes"][here.domain]
    assert (dkim["DkimEnabled"], dkim["DkimVerificationStatus"], len(dkim["DkimTokens"])) == (False, "Success", 3)
    mail_from = v1.get_identity_mail_from_domain_attributes(Identities=[here.domain])["MailFromDomainAttributes"]
    assert mail_from[here.domain]["MailFromDomainStatus"] == "Failed"
