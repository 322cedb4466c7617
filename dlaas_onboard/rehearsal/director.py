"""Makes AWS, the mailbox owner or the DNS host act in the embedded account: the events of a rehearsal."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dlaas_onboard.journey.text import plural
from dlaas_onboard.ports import RehearsalEvent
from dlaas_onboard.rehearsal import deployment, review_mails
from dlaas_onboard.rehearsal.embedded_account import OPEN_QUOTA_REQUESTS, EmbeddedAccount
from dlaas_onboard.rehearsal.saved_state import Region, SavedRecord, Sent
from dlaas_onboard.rehearsal.ses_identities import covering

HOUR = 3600.0
_ACCESS = "ses-production-access"  # the category of a case about production access
_TROUBLE = 10.0  # seconds that expired keys or throttling last


class AccountDirector:
    """Plays events on an account. ``play`` returns one sentence on what happened."""

    def __init__(self, account: EmbeddedAccount) -> None:
        self._account = account
        self._events: dict[str, tuple[RehearsalEvent, Callable[[], str]]] = {}
        for id_, title, help_, act in (
            (
                "click_link",
                "Click the verification link",
                "Opens the link that SES mailed to each waiting address.",
                self._click,
            ),
            ("publish_dkim", "Publish the DKIM records", "Adds the three CNAMEs of each domain to DNS.", self._dkim),
            ("publish_mail_from", "Publish the MAIL FROM records", "Adds the MX and the SPF record.", self._mail_from),
            ("publish_dmarc", "Publish a DMARC record", "Adds _dmarc with p=none.", self._dmarc),
            ("publish_inbox", "Publish an MX for the domain", "Lets mail to the From address arrive.", self._inbox),
            ("publish_records", "Publish every missing record", "All of the DNS records above.", self._records),
            ("apply", "Apply DLaaS's Terraform", "Makes the identity, MAIL FROM and its DNS records.", self._apply),
            ("publish_website", "Publish the website", "Gives the website its DNS name.", self._website),
            (
                "confirm_subscription",
                "Confirm the SNS subscriptions",
                "Clicks the links that SNS mailed.",
                self._confirm,
            ),
            ("ask", "AWS asks for more", "The case waits for your answer.", self._ask),
            ("grant", "AWS grants production access", "The review ends and the sandbox with it.", self._grant),
            (
                "grant_later",
                "AWS grants, the sandbox stays",
                "GRANTED, while ProductionAccessEnabled is false.",
                self._later,
            ),
            ("lift", "AWS ends the sandbox", "Sets ProductionAccessEnabled in this Region.", self._lift),
            ("deny", "AWS denies the request", "With the usual words and no reason.", self._deny),
            (
                "refuse",
                "AWS refuses with no reason",
                "The first refusal: 'could have a negative impact'. The case is closed.",
                lambda: self._refuse(review_mails.refused()),
            ),
            (
                "refuse_ask",
                "AWS denies, and asks for more",
                "DENIED, while the case waits for your answer.",
                lambda: self._refuse(review_mails.more_information(self._home().name), case="pending-customer-action"),
            ),
            (
                "refuse_final",
                "AWS refuses for good",
                "After another review; the case is closed.",
                lambda: self._refuse(review_mails.refused_for_good()),
            ),
            (
                "close_case",
                "AWS closes the case",
                "After a denial: the case is resolved, without another word.",
                self._close,
            ),
            ("mail", "Show the mail that AWS sent last", "To be pasted where the case cannot be read.", self._mail),
            ("fail", "The request fails inside AWS", "FAILED: AWS did not receive it.", self._fail),
            (
                "first_message",
                "The first message arrives",
                "After production access: shows its headers, to be pasted.",
                self._first_message,
            ),
            ("approve_quota", "AWS approves the quota requests", "Service Quotas gives what was asked.", self._quota),
            (
                "deny_quota",
                "AWS denies the quota requests",
                "Service Quotas says DENIED; the cases are resolved.",
                lambda: self._end_quota("DENIED"),
            ),
            (
                "close_quota",
                "AWS closes the quota cases",
                "CASE_CLOSED: only the case tells the outcome.",
                lambda: self._end_quota("CASE_CLOSED"),
            ),
            ("hour", "Let an hour pass", "Everything gets an hour older.", self._hour),
            ("days", "Let three days pass", "Everything gets 72 hours older.", self._days),
            ("pause", "AWS pauses sending", "SendingEnabled false, PROBATION.", self._pause),
            ("resume", "AWS resumes sending", "SendingEnabled true, HEALTHY.", self._resume),
            ("expire", "Let the credentials expire", "Every call is refused for 10 seconds.", self._expire),
            ("throttle", "Throttle every call", "AWS answers 'Rate exceeded' for 10 seconds.", self._throttle),
        ):
            self._events[id_] = (RehearsalEvent(id_, title, help_), act)

    @property
    def scenario(self) -> str:
        """Return the name of the scenario."""
        return self._account.state.scenario

    def events(self) -> Sequence[RehearsalEvent]:
        """Return all events, in the order of the journey."""
        return [event for event, _ in self._events.values()]

    def play(self, event_id: str) -> str:
        """Do it, save the account, and return one sentence. Raises ``KeyError`` for an event that does not exist."""
        act = self._events[event_id][1]
        with self._account.lock:
            self._account.settle()
            sentence = act()
            self._account.settle()
            self._account.save()
        return sentence

    def _home(self) -> Region:
        return self._account.region(self._account.state.home)

    def _reviewed(self, *statuses: str) -> Region | None:
        """Return the Region whose review is in one of ``statuses``, the latest first."""
        regions = [r for r in self._account.state.regions.values() if r.review and r.review.status in statuses]
        return max(regions, key=lambda region: region.review.since if region.review else 0.0, default=None)

    def _click(self) -> str:
        clicked = []
        for region in self._account.state.regions.values():
            for identity in region.identities.values():
                if not identity.domain and identity.status == "PENDING":
                    identity.status, identity.last_success = "SUCCESS", self._account.now()
                    clicked.append(identity.name)
        return (
            f"The link was clicked: {', '.join(clicked)} is verified." if clicked else "No address waits for a click."
        )

    def _apply(self) -> str:
        domain = deployment.apply(self._account, self._home())
        return f"Terraform was applied: the identity {domain.name} and its MAIL FROM domain are there."

    def _domains(self) -> list[tuple[Region, str]]:
        """Return the domains that records are for, the account's own even where SES has no identity of it."""
        domains = [(r, i.name) for r in self._account.state.regions.values() for i in r.identities.values() if i.domain]
        return domains or [(self._home(), self._account.state.domain)]

    def _dkim(self) -> str:
        records = [
            record
            for region in self._account.state.regions.values()
            for identity in region.identities.values()
            if identity.domain
            for record in self._account.dkim_records(region.name, identity)
        ]
        if not records:
            return "No domain identity exists yet, so there are no DKIM records to publish."
        return _published(self._account.publish(*records), "DKIM record")

    def _mail_from(self) -> str:
        records = []
        failed = False
        for region in self._account.state.regions.values():
            for identity in region.identities.values():
                if identity.mail_from is None:
                    continue
                failed = failed or identity.mail_from.status == "FAILED"
                mx, spf = self._account.mail_from_records(region.name, identity.mail_from.domain)
                records.append(mx)
                texts = self._account.lookup(spf.name, "TXT") or ()
                if not any("include:amazonses.com" in text for text in texts):
                    records.append(spf)
        if not records:
            return "No MAIL FROM domain is set yet, so there are no records to publish."
        sentence = _published(self._account.publish(*records), "MAIL FROM record")
        return sentence + (" SES gave up looking: set the MAIL FROM domain again." if failed else "")

    def _dmarc(self) -> str:
        records = [
            SavedRecord(f"_dmarc.{name}", "TXT", f"v=DMARC1; p=none; rua=mailto:dmarc@{name}")
            for name in dict.fromkeys(name for _, name in self._domains())
            if not any(text.startswith("v=DMARC1") for text in self._account.lookup(f"_dmarc.{name}", "TXT") or ())
        ]
        return _published(self._account.publish(*records), "DMARC record")

    def _inbox(self) -> str:
        records = [
            SavedRecord(name, "MX", f"10 inbound-smtp.{region.name}.amazonaws.com")
            for region, name in {name: (region, name) for region, name in self._domains()}.values()
            if not self._account.lookup(name, "MX")
        ]
        return _published(self._account.publish(*records), "MX record")

    def _records(self) -> str:
        before = list(self._account.state.zone)
        for act in (self._dkim, self._mail_from, self._dmarc, self._inbox):
            act()
        return _published(sum(record not in before for record in self._account.state.zone), "DNS record")

    def _website(self) -> str:
        domain = self._account.state.domain
        self._account.state.website_published = True
        new = self._account.publish(
            SavedRecord(domain, "A", "127.0.0.1"), SavedRecord(f"www.{domain}", "A", "127.0.0.1")
        )
        port = self._account.state.ports.get("website")
        url = f"https://{domain}:{port}/" if port else f"https://{domain}/"
        return f"The website {'is' if new else 'was already'} published at {url}."

    def _confirm(self) -> str:
        waiting = [key for key, confirmed in self._account.state.confirmations.items() if not confirmed]
        for key in waiting:
            self._account.state.confirmations[key] = True
        return f"{plural(len(waiting), 'subscription')} confirmed." if waiting else "No subscription waits for a click."

    def _ask(self) -> str:
        region = self._reviewed("PENDING")
        if region is None:
            return "No review is pending, so AWS has nothing to ask."
        self._account.ask(region)
        return "AWS asked for more information: the case waits for your answer."

    def _grant(self) -> str:
        region = self._reviewed("PENDING", "DENIED")
        if region is None:
            return "No review is pending or denied, so AWS has nothing to grant."
        self._account.grant(region)
        return f"AWS granted production access in {region.name}."

    def _later(self) -> str:
        region = self._reviewed("PENDING", "DENIED")
        if region is None:
            return "No review is pending or denied, so AWS has nothing to grant."
        self._account.grant(region, lift=False)
        return f"The review reads GRANTED, but {region.name} stays in the sandbox for a while."

    def _lift(self) -> str:
        region = self._reviewed("GRANTED")
        if region is None or region.production:
            return "No granted review still waits for the end of the sandbox."
        self._account.lift(region)
        return f"The sandbox has ended in {region.name}."

    def _deny(self) -> str:
        region = self._reviewed("PENDING")
        if region is None:
            return "No review is pending, so AWS has nothing to deny."
        self._account.deny(region)
        return f"AWS denied production access in {region.name}."

    def _refuse(self, mail: str, *, case: str = "resolved") -> str:
        region = self._reviewed("PENDING", "DENIED")
        if region is None:
            return "No review is pending or denied, so AWS has nothing to refuse."
        self._account.deny(region, mail, case=case)
        return f"AWS denied production access in {region.name}, and wrote: {_first_words(mail)}"

    def _close(self) -> str:
        region = self._reviewed("DENIED")
        if region is None or region.review is None:
            return "No review is denied, so AWS closes no case."
        # The review's own, and those that were opened about the denial.
        mine = [
            case
            for case in self._account.state.cases
            if case.status != "resolved"
            and (case.display_id == region.review.case or (case.category == _ACCESS and not case.region))
        ]
        for case in mine:
            case.status = "resolved"
        if not mine:
            return "The case is closed already."
        region.review.decide_at = None
        return f"AWS closed without another word: case {', '.join(case.display_id for case in mine)}."

    def _mail(self) -> str:
        region = self._reviewed("PENDING", "DENIED", "GRANTED", "FAILED")
        case = self._account.case(region.review.case) if region is not None and region.review is not None else None
        sent = [message.body for message in case.messages if message.by == "Amazon Web Services"] if case else []
        return sent[-1] if sent else "AWS has sent no mail yet."

    def _fail(self) -> str:
        region = self._reviewed("PENDING")
        if region is None:
            return "No review is pending, so nothing can fail."
        self._account.fail(region)
        return "The review reads FAILED: AWS did not receive the request."

    def _first_message(self) -> str:
        regions = [region for region in self._account.state.regions.values() if region.production]
        if not regions:
            return "Production access is not granted yet, so no message went to a real recipient."
        sent = [
            (message, region) for region in regions for message in region.sent if message.message_id and message.arrived
        ]
        if not sent:
            return "No message to a real recipient was sent in the last 24 hours, so none arrived."
        last, region = max(sent, key=lambda pair: pair[0].at)
        arrived = review_mails.headers(self._arrived(region, last))
        return f"The first message arrived at {last.arrived[0]}. Its headers, to be pasted:\n\n{arrived}"

    def _arrived(self, region: Region, sent: Sent) -> review_mails.ArrivedMail:
        """Return a message as its receiver finds it, by what is verified and published now."""
        domain = sent.sender.rpartition("@")[2].lower()
        identity = covering(region, domain)
        signed_by = identity.name if identity is not None and identity.signing_enabled else ""
        address = covering(region, sent.sender)
        mail_from = (address.mail_from if address else None) or (identity.mail_from if identity else None)
        own = mail_from.domain if mail_from is not None and mail_from.status == "SUCCESS" else ""
        # The hosts of SES's own Message-ID and MAIL FROM: us-east-1 has no Region in its name.
        host = "email.amazonses.com" if region.name == "us-east-1" else f"{region.name}.amazonses.com"
        return review_mails.ArrivedMail(
            message_id=f"{sent.message_id}@{host}",
            sender=sent.sender,
            recipient=sent.arrived[0],
            signed_by=signed_by,
            envelope=own or host,
            policy=self._policy(domain),
            aligned=bool(signed_by or own),
        )

    def _policy(self, domain: str) -> str:
        """Return ``p=`` of the DMARC record of a domain or of the nearest one above it; ``""`` for none."""
        labels = domain.split(".")
        for name in (".".join(labels[n:]) for n in range(len(labels) - 1)):
            for text in self._account.lookup(f"_dmarc.{name}", "TXT") or ():
                if text.startswith("v=DMARC1"):
                    tags = dict(tag.strip().partition("=")[::2] for tag in text.split(";"))
                    return tags.get("p", "none").strip().lower()
        return ""

    def _quota(self) -> str:
        count = 0
        for region in self._account.state.regions.values():
            for request in region.quota_requests:
                if request.status in OPEN_QUOTA_REQUESTS:
                    self._account.approve_quota(region, request)
                    count += 1
        return f"{plural(count, 'quota request')} approved." if count else "No quota request is open."

    def _end_quota(self, status: str) -> str:
        count = 0
        for region in self._account.state.regions.values():
            for request in region.quota_requests:
                if request.status in OPEN_QUOTA_REQUESTS:
                    self._account.end_quota(region, request, status)
                    count += 1
        return f"{plural(count, 'quota request')} now {status}." if count else "No quota request is open."

    def _hour(self) -> str:
        self._account.let_pass(HOUR)
        return "An hour has passed."

    def _days(self) -> str:
        self._account.let_pass(72 * HOUR)
        return "Three days have passed."

    def _pause(self) -> str:
        home = self._home()
        home.sending_enabled, home.enforcement = False, "PROBATION"
        return f"AWS paused sending in {home.name}."

    def _resume(self) -> str:
        home = self._home()
        home.sending_enabled, home.enforcement = True, "HEALTHY"
        return f"AWS resumed sending in {home.name}."

    def _expire(self) -> str:
        self._account.state.expired_until = self._account.now() + _TROUBLE
        return f"The credentials are refused for {_TROUBLE:g} seconds."

    def _throttle(self) -> str:
        self._account.state.throttled_until = self._account.now() + _TROUBLE
        return f"Every call is throttled for {_TROUBLE:g} seconds."


def _first_words(mail: str) -> str:
    """Return the first sentence of a mail after its greeting."""
    _, _, rest = mail.partition("\n\n")
    return rest.partition(". ")[0].rstrip(".") + "."


def _published(count: int, noun: str) -> str:
    return f"{plural(count, noun)} published." if count else f"Every {noun} was already there."
