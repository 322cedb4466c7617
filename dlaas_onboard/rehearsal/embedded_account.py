"""The embedded account: what happens in it by itself, and what AWS and the rest of the world do to it.

No HTTP and no sockets here. The clock is injected; a minute of AWS's takes ``60 / factor`` seconds. Behaviour after
docs/ses.md: "Sandbox", "Review", "Support API", "Identities".
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable
from pathlib import Path

from dlaas_onboard.rehearsal import review_mails
from dlaas_onboard.rehearsal.saved_state import (
    Case,
    Region,
    SavedEvent,
    SavedIdentity,
    SavedMessage,
    SavedQuotaRequest,
    SavedRecord,
    SavedReview,
    SavedState,
    dump,
    save,
)

# Minutes of AWS's time.
SETTLE = 2.0  # SES looks at DNS for the first time
SEARCH = 180.0  # SES stops looking; 72 hours on AWS, shortened so that a person sees it happen
LINK = 24 * 60.0  # the link in a verification mail works for 24 hours
REVIEW = 24 * 60.0  # "within 24 hours": the request-production-access page of the SES guide
REPLY = 10.0  # AWS reads an answer to a denial
NO_IDENTITIES = 1.0  # a request from an account without identities is denied at once
LIFT = 60.0  # GRANTED, but ProductionAccessEnabled follows later
EVENT = 0.5  # from the send to the SNS message

GRANTED_DAILY = 50_000.0
GRANTED_RATE = 14.0
QUOTA_CODES = {"L-804C8AE8": ("Sending quota", 200.0), "L-CDEF9B6B": ("Sending rate", 1.0)}
OPEN_QUOTA_REQUESTS = ("PENDING", "CASE_OPENED")

# Regions with a DKIM zone of their own: https://docs.aws.amazon.com/general/latest/gr/ses.html
_REGIONAL_DKIM = frozenset(
    {
        "af-south-1",
        "ap-northeast-3",
        "ap-south-2",
        "ap-southeast-3",
        "ap-southeast-5",
        "ca-west-1",
        "eu-central-2",
        "eu-south-1",
        "il-central-1",
        "me-central-1",
        "us-gov-east-1",
    }
)


def signing_hosted_zone(region: str) -> str:
    """Return the DNS zone of the Region's Easy DKIM keys."""
    return f"dkim.{region}.amazonses.com" if region in _REGIONAL_DKIM else "dkim.amazonses.com"


def partition(region: str) -> str:
    """Return the partition of a Region."""
    return "aws-us-gov" if region.startswith("us-gov-") else "aws"


class EmbeddedAccount:
    """One account, kept in ``path`` (nowhere if ``None``). Callers hold :attr:`lock` around everything."""

    def __init__(
        self,
        state: SavedState,
        *,
        path: Path | None = None,
        clock: Callable[[], float] = time.time,
        factor: float = 60.0,
    ) -> None:
        self.state = state
        self.lock = threading.RLock()
        self.now = clock
        self._path = path
        self._seconds_a_minute = 60.0 / factor
        self._saved = b""

    def seconds(self, minutes: float) -> float:
        """Return how many seconds here AWS's ``minutes`` take."""
        return minutes * self._seconds_a_minute

    def save(self) -> None:
        """Write the state if it changed. Raises ``OSError`` if it cannot be written."""
        if self._path is None:
            return
        content = dump(self.state)
        if content != self._saved:
            save(self._path, content)
            self._saved = content

    def region(self, name: str) -> Region:
        """Return SES in a Region: a new one is in the sandbox and empty."""
        return self.state.regions.setdefault(name, Region(name))

    def digest(self, text: str) -> str:
        """Return 64 stable hexadecimal digits for ``text`` in this account."""
        return hashlib.sha256(f"{self.state.id} {text}".encode()).hexdigest()

    def next_number(self) -> int:
        """Return a number that was not used before."""
        self.state.counter += 1
        return self.state.counter

    # DNS

    def lookup(self, name: str, kind: str) -> tuple[str, ...] | None:
        """Return the values of one type at a name, ``None`` where the name does not exist."""
        name = name.rstrip(".").lower()
        records = [record for record in self.state.zone if record.name.lower() == name]
        if records:
            return tuple(record.value for record in records if record.type == kind)
        below = any(record.name.lower().endswith("." + name) for record in self.state.zone)
        return () if below else None

    def publish(self, *records: SavedRecord) -> int:
        """Put records into the zone, replacing those of the same name and type; return how many are new."""
        keys = {(record.name.lower(), record.type) for record in records}
        old = self.state.zone
        kept = [record for record in old if (record.name.lower(), record.type) not in keys]
        new = sum(record not in old for record in records)
        if new:
            self.state.zone = kept + list(records)
            self.state.serial += 1
        return new

    # Identities

    def tokens(self, region: str, domain: str, generation: int = 0) -> list[str]:
        """Return the three Easy DKIM tokens of a domain, 32 characters each."""
        return [self.digest(f"{region} {domain.lower()} {generation} {n}")[:32] for n in range(3)]

    def dkim_records(self, region: str, identity: SavedIdentity) -> list[SavedRecord]:
        """Return the CNAMEs that SES looks for."""
        zone = signing_hosted_zone(region)
        return [
            SavedRecord(f"{token}._domainkey.{identity.name}", "CNAME", f"{token}.{zone}") for token in identity.tokens
        ]

    def mail_from_records(self, region: str, domain: str) -> list[SavedRecord]:
        """Return the MX and the SPF record of a MAIL FROM domain."""
        return [
            SavedRecord(domain, "MX", f"10 feedback-smtp.{region}.amazonses.com"),
            SavedRecord(domain, "TXT", "v=spf1 include:amazonses.com ~all"),
        ]

    def _settle_identity(self, region: Region, identity: SavedIdentity, now: float) -> None:
        waited = now - identity.since
        if identity.status == "PENDING" and not identity.domain:
            if waited > self.seconds(LINK):
                identity.status = "FAILED"
        elif identity.status == "PENDING" and waited >= self.seconds(SETTLE):
            identity.last_checked = now
            identity.error_type = self._dkim_error(region.name, identity)
            if not identity.error_type:
                identity.status, identity.last_success = "SUCCESS", now
            elif waited > self.seconds(SEARCH):
                identity.status = "FAILED"
        mail_from = identity.mail_from
        if mail_from is not None and mail_from.status == "PENDING":
            waited = now - mail_from.since
            if waited >= self.seconds(SETTLE) and self._mail_from_found(region.name, mail_from.domain):
                mail_from.status = "SUCCESS"
            elif waited > self.seconds(SEARCH):
                mail_from.status = "FAILED"  # final until it is put again: the mail-from page of the SES guide

    def _dkim_error(self, region: str, identity: SavedIdentity) -> str:
        error = ""
        for record in self.dkim_records(region, identity):
            targets = self.lookup(record.name, "CNAME")
            if targets is None:
                error = error or "HOST_NOT_FOUND"
            elif not targets:
                error = error or "TYPE_NOT_FOUND"
            elif [value.rstrip(".").lower() for value in targets] != [record.value]:
                error = "INVALID_VALUE"
        return error

    def _mail_from_found(self, region: str, domain: str) -> bool:
        mx = self.lookup(domain, "MX") or ()
        txt = self.lookup(domain, "TXT") or ()
        host = f"feedback-smtp.{region}.amazonses.com"
        # Exactly one MX, or the set-up fails: https://docs.aws.amazon.com/ses/latest/dg/mail-from.html
        return (
            len(mx) == 1
            and mx[0].split()[-1].rstrip(".").lower() == host
            and any(value.startswith("v=spf1") and "include:amazonses.com" in value for value in txt)
        )

    # Reviews

    def begin_review(self, region: Region) -> SavedReview:
        """Open the review of a request: AWS opens a case with it."""
        now = self.now()
        case = self.open_case(
            "Request for production access to Amazon SES",
            service="service-limit-increase",
            category="ses-production-access",
            region=region.name,
        )
        case.messages.append(SavedMessage("Amazon Web Services", now, review_mails.received(region.name)))
        review = SavedReview("PENDING", case.display_id, now)
        if region.identities:
            review.decide_at, review.decision = now + self.seconds(REVIEW), "GRANTED"
        else:
            review.decide_at, review.decision = now + self.seconds(NO_IDENTITIES), "DENIED"
        region.review = review
        return review

    def pending(self) -> list[tuple[Region, SavedReview]]:
        """Return the reviews that wait for AWS's decision."""
        return [(r, r.review) for r in self.state.regions.values() if r.review and r.review.status == "PENDING"]

    def grant(self, region: Region, *, lift: bool = True) -> None:
        """Grant production access; without ``lift`` the sandbox stays for a while, as has been seen."""
        review = region.review
        if review is None:
            return
        now = self.now()
        review.status, review.decide_at, review.since = "GRANTED", None, now
        review.lift_at = None if lift else now + self.seconds(LIFT)
        self._answer(review, review_mails.granted(region.name, GRANTED_DAILY, GRANTED_RATE), "resolved")
        if lift:
            self.lift(region)

    def lift(self, region: Region) -> None:
        """End the sandbox in a Region."""
        region.production = True
        region.daily, region.rate = max(region.daily, GRANTED_DAILY), max(region.rate, GRANTED_RATE)
        if region.review is not None:
            region.review.lift_at = None

    def deny(self, region: Region, mail: str = "", *, case: str = "resolved") -> None:
        """Deny production access, with AWS's usual mail or another one; ``case`` is the status of its case."""
        if region.review is None:
            return
        review = region.review
        review.status, review.decide_at, review.since = "DENIED", None, self.now()
        self._answer(review, mail or review_mails.denied(), case)

    def fail(self, region: Region) -> None:
        """Let the request fail inside AWS: it was not received, and may be sent again."""
        if region.review is None:
            return
        region.review.status, region.review.decide_at, region.review.since = "FAILED", None, self.now()

    def ask(self, region: Region) -> None:
        """Ask the operator for more; AWS decides nothing until the case is answered."""
        if region.review is None:
            return
        region.review.decide_at = None
        self._answer(region.review, review_mails.more_information(region.name), "pending-customer-action")

    def _answer(self, review: SavedReview, body: str, status: str) -> None:
        case = self.case(review.case)
        if case is not None:
            case.messages.append(SavedMessage("Amazon Web Services", self.now(), body))
            case.status = status

    # Cases

    def open_case(self, subject: str, *, service: str, category: str, region: str = "", severity: str = "low") -> Case:
        """Open a case without a message."""
        number = self.next_number()
        now = self.now()
        year = time.strftime("%Y", time.gmtime(now))
        case = Case(
            id=f"case-{self.state.id}-muen-{year}-{self.digest(f'case {number}')[:16]}",
            display_id=f"17893{int(self.digest('cases')[:8], 16) % 10**6:06d}{number:04d}",
            subject=subject,
            status="opened",
            created=now,
            service=service,
            category=category,
            severity=severity,
            region=region,
        )
        self.state.cases.append(case)
        return case

    def case(self, any_id: str) -> Case | None:
        """Return a case by its display id or its long id."""
        return next((case for case in self.state.cases if any_id in (case.id, case.display_id)), None)

    def reply(self, case: Case, body: str) -> None:
        """Take the operator's answer to a case, and let AWS act on it after a while."""
        case.messages.append(SavedMessage(self.operator_arn, self.now(), body))
        case.status = {"pending-customer-action": "customer-action-completed", "resolved": "reopened"}.get(
            case.status, case.status
        )
        if case.region:
            self.reconsider(self.region(case.region), "PENDING", "DENIED")

    def reconsider(self, region: Region, *statuses: str) -> None:
        """Let AWS decide anew, in the operator's favour, if the review is in one of ``statuses``."""
        review = region.review
        if review is not None and review.status in statuses and self.state.grants_after_reply and region.identities:
            review.decide_at, review.decision = self.now() + self.seconds(REPLY), "GRANTED"

    @property
    def operator_arn(self) -> str:
        """Return who calls."""
        return f"arn:{partition(self.state.home)}:iam::{self.state.id}:user/operator"

    # Quotas

    def approve_quota(self, region: Region, request: SavedQuotaRequest) -> None:
        """Give what a quota request asked for."""
        request.status, request.updated = "APPROVED", self.now()
        if request.code == "L-804C8AE8":
            region.daily = request.desired
        else:
            region.rate = request.desired
        case = self.case(request.case)
        if case is not None:
            case.messages.append(SavedMessage("Amazon Web Services", self.now(), review_mails.quota(request.desired)))
            case.status = "resolved"

    def end_quota(self, region: Region, request: SavedQuotaRequest, status: str) -> None:
        """End a quota request without giving anything: ``DENIED``, ``NOT_APPROVED``, or ``CASE_CLOSED``."""
        request.status, request.updated = status, self.now()
        case = self.case(request.case)
        if case is not None:
            case.messages.append(SavedMessage("Amazon Web Services", self.now(), review_mails.no_quota(region.name)))
            case.status = "resolved"

    # Events

    def queue(self, region: str, topic: str, source: str, body: str) -> None:
        """Let SES publish an SNS message shortly."""
        self.state.outbox.append(SavedEvent(self.now() + self.seconds(EVENT), region, topic, source, body))

    def due(self) -> list[SavedEvent]:
        """Take the events whose time has come."""
        now = self.now()
        due = [event for event in self.state.outbox if event.at <= now]
        self.state.outbox = [event for event in self.state.outbox if event.at > now]
        return due

    # Time

    def settle(self) -> None:
        """Let everything happen that is due."""
        now = self.now()
        for region in self.state.regions.values():
            for identity in region.identities.values():
                self._settle_identity(region, identity, now)
            region.sent = [sent for sent in region.sent if now - sent.at < 86400]
            review = region.review
            if review is not None and review.decide_at is not None and now >= review.decide_at:
                if review.decision == "GRANTED":
                    self.grant(region)
                else:
                    self.deny(region)
            if review is not None and review.lift_at is not None and now >= review.lift_at:
                self.lift(region)

    def let_pass(self, seconds: float) -> None:
        """Make everything that is remembered older by ``seconds``: the clock on the wall stays right."""
        for region in self.state.regions.values():
            _age(region, seconds)
        for case in self.state.cases:
            case.created -= seconds
            for message in case.messages:
                message.at -= seconds
        for files in self.state.attachment_sets:
            files.until -= seconds
        for event in self.state.outbox:
            event.at -= seconds
        self.settle()


def _age(region: Region, seconds: float) -> None:
    """Make what a Region remembers older."""
    for identity in region.identities.values():
        identity.since -= seconds
        identity.last_checked = identity.last_checked and identity.last_checked - seconds
        identity.last_success = identity.last_success and identity.last_success - seconds
        if identity.mail_from is not None:
            identity.mail_from.since -= seconds
    review = region.review
    if review is not None:
        review.since -= seconds
        review.decide_at = review.decide_at and review.decide_at - seconds
        review.lift_at = review.lift_at and review.lift_at - seconds
    for sent in region.sent:
        sent.at -= seconds
    for point in region.points:
        point[0] -= seconds
    for request in region.quota_requests:
        request.created -= seconds
        request.updated -= seconds
