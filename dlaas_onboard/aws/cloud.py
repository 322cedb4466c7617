"""One AWS account in one Region: what ``ports.Cloud`` asks for."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from dlaas_onboard.aws import cloudwatch, route53, service_quotas, ses, sns, sqs, support, write_once
from dlaas_onboard.aws.client import AwsClient
from dlaas_onboard.aws.response_fields import ResponseFields, TroubleError
from dlaas_onboard.aws.session import Session, Timeouts, UnusableError, all_regions
from dlaas_onboard.journey import facts as f
from dlaas_onboard.journey.facts.reading import Reading
from dlaas_onboard.journey.situation.calls import Call, CallRecord
from dlaas_onboard.journey.situation.intents import Outcome
from dlaas_onboard.journey.text import line


class AwsCloud:
    """Reads return readings and never raise; writes are sent once. Safe to use from any number of threads.

    ``region`` is what the operator, the environment or the checkout named, ``region_source`` where that stands; with no
    ``region`` the one of the AWS configuration is used. Nothing is opened before :meth:`connect`.
    """

    def __init__(
        self, profile: str = "", region: str = "", region_source: str = "", *, timeouts: Timeouts | None = None
    ) -> None:
        self._profile = profile
        self._region = region
        self._region_source = region_source
        self._timeouts = timeouts or Timeouts()
        self._client = AwsClient(region)
        self._connecting = threading.Lock()
        self._place = f.Place(profile=line(profile), region=line(region), region_source=line(region_source))

    def connect(self, ask_code: Callable[[str], str]) -> Reading[f.Place]:
        """Resolve credentials and ask STS who we are.

        ``ask_code`` gets the prompt for an MFA code and returns the code, ``""`` to give up. After a failure of
        credentials or configuration everything is read afresh, so that a call after ``aws sso login`` succeeds;
        otherwise the credentials in use stay. With a problem the value holds what is known.
        """
        with self._connecting:
            try:
                if self._client.renew:
                    self._renew(ask_code)
                session = self._client.session
                self._client.forget_regions()
                answer = self._client.call("sts", "GetCallerIdentity")
                self._place = _caller_place(answer, replace(session.place, credentials=session.method()))
                self._client.belongs_to(self._place.account)
                problem = None
            except TroubleError as trouble:
                problem = trouble.problem
            return Reading(
                f"STS GetCallerIdentity {self._place.region}".rstrip(), datetime.now(UTC), self._place, problem
            )

    def account(self) -> Reading[f.Account]:
        """Read ``GetAccount``."""
        return ses.account(self._client)

    def statistics(self) -> Reading[tuple[f.SendPoint, ...]]:
        """Read the sending statistics of the last 14 days."""
        return ses.statistics(self._client)

    def mailing(self) -> Reading[f.Mailing]:
        """Read the contact lists with their topics, and the names of the stored templates."""
        return ses.mailing(self._client)

    def suppressed(self) -> Reading[f.SuppressedCount]:
        """Count the addresses on the account's suppression list, by reason."""
        return ses.suppressed(self._client)

    def identities(self) -> Reading[f.Identities]:
        """Read all identities of the Region."""
        return ses.identities(self._client)

    def identity(self, name: str) -> Reading[f.Identity]:
        """Read one identity; no value and no problem: SES has no identity of that name."""
        return ses.identity(self._client, name)

    def configuration_sets(self) -> Reading[tuple[f.ConfigurationSet, ...]]:
        """Read the configuration sets with their event destinations."""
        return ses.configuration_sets(self._client)

    def notifications(self, identity: str) -> Reading[f.Notifications]:
        """Read which topics hear of an identity's bounces and complaints."""
        return ses.notifications(self._client, identity)

    def topic(self, arn: str) -> Reading[f.Topic]:
        """Read an SNS topic: may SES publish, who listens; no value and no problem: it does not exist."""
        return sns.topic(self._client, arn)

    def queue(self, name: str) -> Reading[str]:
        """Read the URL of an SQS queue; no value and no problem: there is none of that name."""
        return sqs.url(self._client, name)

    def receive(self, queue_url: str, seconds: int) -> Reading[tuple[str, ...]]:
        """Receive up to ten messages of a queue, waiting up to so many seconds for the first; they are raw."""
        return sqs.receive(self._client, queue_url, seconds)

    def support_plan(self) -> Reading[f.SupportPlan]:
        """Find out whether the account's plan includes the Support API."""
        return support.plan(self._client)

    def case(self, display_id: str) -> Reading[f.SupportCase]:
        """Read a case by its display id, resolved ones too; no value and no problem: not found."""
        return support.case(self._client, display_id)

    def find_case(self, marker: str) -> Reading[f.SupportCase]:
        """Look among all cases for the one whose subject holds a marker; no value and no problem: there is none."""
        return support.find(self._client, marker)

    def case_codes(self) -> Reading[f.CaseCodes]:
        """Read under which codes a case about production access can be opened; no value: AWS lists none."""
        return support.codes(self._client)

    def quotas(self) -> Reading[f.Quotas]:
        """Read sending quota, sending rate and what was asked for."""
        return service_quotas.quotas(self._client)

    def reputation(self) -> Reading[f.Reputation]:
        """Read bounce and complaint rate."""
        return cloudwatch.reputation(self._client)

    def alarms(self) -> Reading[tuple[f.Alarm, ...]]:
        """Read the CloudWatch alarms on bounce and complaint rate."""
        return cloudwatch.alarms(self._client)

    def hosted_zones(self, domain: str, names: Sequence[str]) -> Reading[tuple[f.HostedZone, ...]]:
        """Read the Route 53 hosted zones that cover a domain, nearest first, with the records at ``names``."""
        return route53.hosted_zones(self._client, domain, names)

    def regions(self) -> tuple[str, ...]:
        """Return the Regions of the partition where SES has an endpoint, from the SDK's own data."""
        return all_regions(self._place.partition)

    def glance(self, region: str, domain: str) -> Reading[f.RegionGlance]:
        """Read another Region, and let go of what only that needed."""
        try:
            return ses.glance(self._client, region, domain)
        finally:
            self._client.release("sesv2", region)

    def write(self, call: Call) -> Outcome:
        """Send one write, once: no retry on the wire."""
        return write_once.write(self._client, call)

    def calls(self) -> Sequence[CallRecord]:
        """Return the latest calls, oldest first."""
        return self._client.records.latest()

    def on_call(self, listener: Callable[[CallRecord], None]) -> None:
        """Call ``listener`` after each call, in the thread that made it."""
        self._client.records.listen(listener)

    def close(self) -> None:
        """Let nobody wait any longer and close idle connections; a call under way keeps nothing from ending."""
        self._client.close()

    def _renew(self, ask_code: Callable[[str], str]) -> None:
        try:
            session = Session(
                profile=self._profile,
                region=self._region,
                region_source=self._region_source,
                ask_code=ask_code,
                timeouts=self._timeouts,
                prepare=self._client.prepare,
            )
        except UnusableError as unusable:
            self._place = unusable.place
            self._client.refuse(unusable.problem)
            raise
        self._place = session.place
        self._client.use(session)


def _caller_place(answer: ResponseFields, place: f.Place) -> f.Place:
    account = answer.must_text("Account")
    arn = answer.must_text("Arn")
    parts = arn.split(":", 2)
    if not (account.isdecimal() and len(account) == 12 and len(parts) == 3 and parts[0] == "arn" and parts[1]):
        raise answer.malformed("Account or Arn", "is not an account's")
    return replace(place, account=account, arn=arn, partition=parts[1])
