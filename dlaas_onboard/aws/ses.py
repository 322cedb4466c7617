"""What SES says: account, statistics, identities, configuration sets, and another Region at a glance.

API facts: docs/ses.md. None of the SESv2 lists has a paginator.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from dlaas_onboard.aws.client import AwsClient
from dlaas_onboard.aws.paging import StoppedError, reading
from dlaas_onboard.aws.response_fields import ResponseFields, TroubleError
from dlaas_onboard.journey import facts as f
from dlaas_onboard.journey.facts.reading import Problem, ProblemKind, Reading
from dlaas_onboard.journey.names import parents, within
from dlaas_onboard.journey.text import line, plural

_PAGE = 1000  # the most that ListEmailIdentities takes
_LISTS = 10  # pages of contact lists and of templates: small, for there are few
_TEMPLATES = 100  # the most that ListEmailTemplates takes
_SUPPRESSED_PAGES = 5  # each costs a call; what an account suppressed in years is counted no further
_SETS = 20  # read in detail; each costs two calls at one a second
_DESTINATIONS = {
    "SnsDestination": ("SNS", "TopicArn"),
    "EventBridgeDestination": ("EventBridge", "EventBusArn"),
    "KinesisFirehoseDestination": ("Firehose", "DeliveryStreamArn"),
    "PinpointDestination": ("Pinpoint", "ApplicationArn"),
    "CloudWatchDestination": ("CloudWatch", ""),
}


def account(client: AwsClient) -> Reading[f.Account]:
    """Read ``GetAccount``. ``Details`` is absent until a first request was made in the Region."""

    def look() -> f.Account:
        return _account(client.call("sesv2", "GetAccount"))

    return reading(f"SES GetAccount {client.region}", look)


def statistics(client: AwsClient) -> Reading[tuple[f.SendPoint, ...]]:
    """Read ``GetSendStatistics`` (SES v1): quarters of an hour of the last 14 days, oldest first."""

    def look() -> tuple[f.SendPoint, ...]:
        answer = client.call("ses", "GetSendStatistics")
        return tuple(sorted((_point(item) for item in answer.parts("SendDataPoints")), key=lambda point: point.at))

    return reading(f"SES GetSendStatistics {client.region}", look)


def mailing(client: AwsClient) -> Reading[f.Mailing]:
    """Read ``ListContactLists``, ``GetContactList`` of each, and ``ListEmailTemplates``.

    Where one of them fails, what was read before it is ``partial``: an account has one contact list at most, and
    templates in the hundreds.
    """

    def look() -> f.Mailing:
        lists: list[f.ContactList] = []
        names: list[str] = []
        try:
            for page in client.pages("sesv2", "ListContactLists", {"PageSize": _LISTS}, "NextToken"):
                for item in page.parts("ContactLists"):
                    lists.append(_contact_list(client, item.must_text("ContactListName")))
            for page in client.pages("sesv2", "ListEmailTemplates", {"PageSize": _TEMPLATES}, "NextToken"):
                names += [item.must_text("TemplateName") for item in page.parts("TemplatesMetadata")]
        except TroubleError as trouble:
            if not lists and not names:
                raise
            partial = f"{plural(len(lists), 'contact list')} and {plural(len(names), 'template')}"
            raise StoppedError(f.Mailing(tuple(lists), tuple(names)), trouble.problem, partial) from trouble
        return f.Mailing(tuple(lists), tuple(names))

    return reading(f"SES ListContactLists {client.region}", look)


def _contact_list(client: AwsClient, name: str) -> f.ContactList:
    answer = client.call("sesv2", "GetContactList", {"ContactListName": name})
    topics = tuple(
        f.ContactTopic(
            topic.must_text("TopicName"),
            topic.text("DisplayName"),
            topic.text("DefaultSubscriptionStatus") != "OPT_OUT",
        )
        for topic in answer.parts("Topics")
    )
    return f.ContactList(name, topics)


def suppressed(client: AwsClient) -> Reading[f.SuppressedCount]:
    """Count the addresses of ``ListSuppressedDestinations`` by reason; no address leaves this function.

    Up to five pages are read. Where the list goes on, or a page fails, what was counted is ``partial``: at least so
    many.
    """

    def look() -> f.SuppressedCount:
        reasons: Counter[str] = Counter()
        failed: Problem | None = None
        pages = client.pages("sesv2", "ListSuppressedDestinations", {"PageSize": _PAGE}, "NextToken")
        try:
            for page in pages:
                reasons.update(item.must_text("Reason") for item in page.parts("SuppressedDestinationSummaries"))
                if not page.raw("NextToken"):
                    return _suppressed_count(reasons)
                if pages.read == _SUPPRESSED_PAGES:
                    break
        except TroubleError as trouble:
            if not reasons:
                raise
            failed = trouble.problem
        raise StoppedError(_suppressed_count(reasons), failed, f"{plural(pages.read, 'page')} of suppressed addresses")

    return reading(f"SES ListSuppressedDestinations {client.region}", look)


def _suppressed_count(reasons: Counter[str]) -> f.SuppressedCount:
    bounces, complaints = reasons["BOUNCE"], reasons["COMPLAINT"]
    return f.SuppressedCount(bounces, complaints, reasons.total() - bounces - complaints)


def identities(client: AwsClient) -> Reading[f.Identities]:
    """Read all pages of ``ListEmailIdentities``; where a page fails, what was read before it is ``partial``."""

    def look() -> f.Identities:
        infos: list[f.IdentityInfo] = []
        pages = client.pages("sesv2", "ListEmailIdentities", {"PageSize": _PAGE}, "NextToken")
        try:
            for page in pages:
                infos += [_identity_info(item) for item in page.parts("EmailIdentities")]
        except TroubleError as trouble:
            if not infos:
                raise
            partial = f"{plural(pages.read, 'page')} of identities"
            raise StoppedError(f.Identities(tuple(infos)), trouble.problem, partial) from trouble
        return f.Identities(tuple(infos))

    return reading(f"SES ListEmailIdentities {client.region}", look)


def identity(client: AwsClient, name: str) -> Reading[f.Identity]:
    """Read ``GetEmailIdentity``; neither value nor problem where SES has no identity of that name."""

    def look() -> f.Identity | None:
        try:
            answer = client.call("sesv2", "GetEmailIdentity", {"EmailIdentity": name})
        except TroubleError as trouble:
            if trouble.problem.kind is ProblemKind.NOT_FOUND:
                return None
            raise
        return _identity(name, answer)

    return reading(f"SES GetEmailIdentity {line(name)} {client.region}", look)


def configuration_sets(client: AwsClient) -> Reading[tuple[f.ConfigurationSet, ...]]:
    """Read the configuration sets with their event destinations.

    Only sets that were read whole are in the value: one whose destinations could not be read would look like one
    that has none. What is left out is said in ``partial``.
    """

    def look() -> tuple[f.ConfigurationSet, ...]:
        names: list[str] = []
        failed: Problem | None = None
        try:
            for page in client.pages("sesv2", "ListConfigurationSets", {"PageSize": _PAGE}, "NextToken"):
                names += page.texts("ConfigurationSets") or _absent(page, "ConfigurationSets")
        except TroubleError as trouble:
            if not names:
                raise
            failed = trouble.problem
        sets: list[f.ConfigurationSet] = []
        for name in names[:_SETS]:
            try:
                sets.append(_configuration_set(client, name))
            except TroubleError as trouble:
                failed = trouble.problem
                if trouble.problem.kind is not ProblemKind.MALFORMED:
                    break
        if failed is not None:
            partial = f"{len(sets)} of {plural(len(names), 'configuration set')}"
            raise StoppedError(tuple(sets), failed, partial)
        if len(names) > _SETS:
            raise StoppedError(tuple(sets), None, f"{_SETS} of {len(names)} configuration sets")
        return tuple(sets)

    return reading(f"SES ListConfigurationSets {client.region}", look)


def notifications(client: AwsClient, identity: str) -> Reading[f.Notifications]:
    """Read ``GetIdentityNotificationAttributes`` (SES v1); neither value nor problem for an unknown identity."""

    def look() -> f.Notifications | None:
        answer = client.call("ses", "GetIdentityNotificationAttributes", {"Identities": [identity]})
        table = answer.part("NotificationAttributes")
        if table is None:
            raise answer.malformed("NotificationAttributes", "is missing")
        attributes = table.part(identity)
        if attributes is None:
            return None
        return f.Notifications(
            identity=line(identity),
            bounce_topic=attributes.text("BounceTopic"),
            complaint_topic=attributes.text("ComplaintTopic"),
            forwarding=attributes.flag("ForwardingEnabled"),
        )

    return reading(f"SES GetIdentityNotificationAttributes {line(identity)} {client.region}", look)


def glance(client: AwsClient, region: str, domain: str) -> Reading[f.RegionGlance]:
    """Read production access, review and the identities of ``domain`` in another Region.

    Those beneath the domain count, and a domain above it, which covers it once it is verified (SES Developer Guide,
    "Creating and verifying identities"). SES filters by what a name contains, so the shortest parent is asked for.
    """

    def look() -> f.RegionGlance:
        seen = _account(client.call("sesv2", "GetAccount", region=region))
        review = seen.details.review if seen.details else None
        region_glance = f.RegionGlance(
            region=line(region),
            production=seen.production,
            review=review.status if review else "",
            case_id=review.case_id if review else "",
            max_24_hour_send=seen.max_24_hour_send,
            max_send_rate=seen.max_send_rate,
        )
        above = parents(domain)
        if not above:
            return region_glance
        names: list[str] = []
        params = {"PageSize": _PAGE, "Filter": {"IDENTITY_NAME_CONTAINS": above[-1]}}
        try:
            for page in client.pages("sesv2", "ListEmailIdentities", params, "NextToken", region=region):
                names += [item.must_text("IdentityName") for item in page.parts("EmailIdentities")]
        except TroubleError as trouble:
            raise StoppedError(region_glance, trouble.problem, "without the identities") from trouble
        ours = tuple(name for name in names if within(name.rpartition("@")[2], domain) or name.lower() in above)
        return replace(region_glance, identities=ours, domain=above[0])

    return reading(f"SES GetAccount {line(region)}", look)


def _absent(page: ResponseFields, name: str) -> tuple[str, ...]:
    if page.texts(name) is None:
        raise page.malformed(name, "is missing")
    return ()


def _account(answer: ResponseFields) -> f.Account:
    quota = answer.part("SendQuota")
    suppression = answer.part("SuppressionAttributes")
    details = answer.part("Details")
    return f.Account(
        production=answer.must_flag("ProductionAccessEnabled"),
        sending_enabled=answer.flag("SendingEnabled"),
        enforcement=answer.text("EnforcementStatus"),
        max_24_hour_send=quota.number("Max24HourSend") if quota else None,
        max_send_rate=quota.number("MaxSendRate") if quota else None,
        sent_last_24_hours=quota.number("SentLast24Hours") if quota else None,
        suppressed_reasons=suppression.texts("SuppressedReasons") if suppression else None,
        details=_details(details) if details else None,
    )


def _details(details: ResponseFields) -> f.Details:
    review = details.part("ReviewDetails")
    status = review.text("Status") if review else ""
    return f.Details(
        mail_type=details.text("MailType"),
        website_url=details.text("WebsiteURL"),
        contact_language=details.text("ContactLanguage"),
        use_case_description=details.prose("UseCaseDescription"),
        contacts=details.texts("AdditionalContactEmailAddresses") or (),
        review=f.Review(status=status, case_id=review.text("CaseId")) if review and status else None,
    )


def _point(item: ResponseFields) -> f.SendPoint:
    at = item.time("Timestamp")
    if at is None:
        raise item.malformed("Timestamp", "is missing")
    return f.SendPoint(
        at=at,
        attempts=item.count("DeliveryAttempts"),
        bounces=item.count("Bounces"),
        complaints=item.count("Complaints"),
        rejects=item.count("Rejects"),
    )


def _identity_info(item: ResponseFields) -> f.IdentityInfo:
    return f.IdentityInfo(
        name=item.must_text("IdentityName"),
        type=item.text("IdentityType"),
        sending_enabled=item.flag("SendingEnabled"),
        verification_status=item.text("VerificationStatus"),
    )


def _identity(name: str, answer: ResponseFields) -> f.Identity:
    dkim = answer.part("DkimAttributes")
    mail_from = answer.part("MailFromAttributes")
    info = answer.part("VerificationInfo")
    return f.Identity(
        name=line(name),
        type=answer.must_text("IdentityType"),
        verified=answer.must_flag("VerifiedForSendingStatus"),
        verification_status=answer.text("VerificationStatus"),
        dkim=_dkim(dkim) if dkim else None,
        mail_from=_mail_from(mail_from) if mail_from else None,
        feedback_forwarding=answer.flag("FeedbackForwardingStatus"),
        configuration_set=answer.text("ConfigurationSetName"),
        verification_info=_verification_info(info) if info else None,
    )


def _dkim(part: ResponseFields) -> f.Dkim:
    return f.Dkim(
        status=part.text("Status"),
        signing_enabled=part.flag("SigningEnabled"),
        tokens=part.texts("Tokens") or (),
        signing_hosted_zone=part.text("SigningHostedZone"),
        origin=part.text("SigningAttributesOrigin"),
    )


def _mail_from(part: ResponseFields) -> f.MailFrom | None:
    # An identity whose MAIL FROM was taken back keeps BehaviorOnMxFailure and has no domain.
    domain = part.text("MailFromDomain")
    if not domain:
        return None
    return f.MailFrom(domain, part.text("MailFromDomainStatus"), part.text("BehaviorOnMxFailure"))


def _verification_info(part: ResponseFields) -> f.VerificationInfo:
    return f.VerificationInfo(
        error_type=part.text("ErrorType"),
        last_checked=part.time("LastCheckedTimestamp"),
        last_success=part.time("LastSuccessTimestamp"),
    )


def _configuration_set(client: AwsClient, name: str) -> f.ConfigurationSet:
    params = {"ConfigurationSetName": name}
    answer = client.call("sesv2", "GetConfigurationSet", params)
    destinations = client.call("sesv2", "GetConfigurationSetEventDestinations", params)
    sending = answer.part("SendingOptions")
    reputation = answer.part("ReputationOptions")
    suppression = answer.part("SuppressionOptions")
    return f.ConfigurationSet(
        name=answer.must_text("ConfigurationSetName"),
        sending_enabled=sending.flag("SendingEnabled") if sending else None,
        reputation_metrics=reputation.flag("ReputationMetricsEnabled") if reputation else None,
        suppressed_reasons=suppression.texts("SuppressedReasons") if suppression else None,
        destinations=tuple(_destination(item) for item in destinations.parts("EventDestinations")),
    )


def _destination(item: ResponseFields) -> f.EventDestination:
    kind, target = "", ""
    for member, (word, arn) in _DESTINATIONS.items():
        part = item.part(member)
        if part is not None:
            kind, target = word, part.text(arn) if arn else ""
            break
    return f.EventDestination(
        name=item.must_text("Name"),
        enabled=item.flag("Enabled") or False,
        event_types=item.texts("MatchingEventTypes") or (),
        kind=kind,
        target=target,
    )
