"""The one object that both faces drive: observe, enter, act, reconcile, report."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from dlaas_onboard import __version__
from dlaas_onboard.journey.errors import Refused
from dlaas_onboard.journey.facts.reading import so_far
from dlaas_onboard.journey.looks import Look
from dlaas_onboard.onboarding.acting import Acting
from dlaas_onboard.onboarding.intent_journal import Writes
from dlaas_onboard.onboarding.preparing import prepare, registry, unready
from dlaas_onboard.onboarding.view import Options, Prepared, View

if TYPE_CHECKING:
    from dlaas_onboard.journey.facts import Facts, Place
    from dlaas_onboard.journey.request.report_input import Dossier
    from dlaas_onboard.journey.review.timeline import Event
    from dlaas_onboard.journey.situation.answers import Answers, Entry
    from dlaas_onboard.journey.situation.intents import Intent
    from dlaas_onboard.journey.situation.journal import Merged
    from dlaas_onboard.journey.snapshot import Glance
    from dlaas_onboard.journey.step_registry import StepId
    from dlaas_onboard.journey.writes.actions import Action
    from dlaas_onboard.onboarding.observer import ProofTraces
    from dlaas_onboard.ports import CallRecord, Cloud, Cue, Ports

EVERYTHING = frozenset(Look) - {Look.RADAR}

# What has to be looked at again when an answer changes.
_LOOKS_OF_FIELD = {
    "domain": {Look.DOMAIN, Look.DNS, Look.ZONES, Look.BOUNCES},
    "sender": {Look.DNS},
    "reply_to": {Look.DNS},
    "feedback_to": {Look.DNS},
    "contacts": {Look.DNS},
    "test_address": {Look.TEST_ADDRESS, Look.RECIPIENTS},
    "test_recipients": {Look.RECIPIENTS},
    "website_url": {Look.WEBSITE},
    "private_website": {Look.WEBSITE},
    "service_name": {Look.WEBSITE, Look.BOUNCES},
}


def looks_of(fields: Iterable[str]) -> frozenset[Look]:
    """Return what has to be looked at again when these answers have changed."""
    return frozenset(look for field in fields for look in _LOOKS_OF_FIELD.get(field, ()))


class Onboarding:
    """One operator's way out of the sandbox for one account and Region.

    Everything here may be called from any thread. What waits for the network blocks its caller; faces call it from
    a daemon thread and get told through :meth:`subscribe`.
    """

    def __init__(self, ports: Ports, options: Options) -> None:
        self._ports = ports
        self._options = options
        self._lock = threading.RLock()
        self._listeners: list[Callable[[], None]] = []
        self._generation = 0
        self._looking: dict[Look, int] = {}
        self._cloud: Cloud | None = None
        self._connected = False
        self._view: View | None = None
        self._changes: tuple[str, ...] = ()
        self._news = False
        self._compared = False  # whether this session has compared a look with the last visit
        self._before: Facts | None = None
        self._place_options = (options.profile, options.region, options.region_source)
        self._known: Facts | None = None
        self._answers: Answers | None = None
        self._writes = Writes(ports, self._changed)
        self._ask_code: Callable[[str], str] = _no_code
        self._acting = Acting(
            ports,
            self._writes,
            view=self.view,
            facts=lambda: self._facts,
            look=self.look,
            keep=self._keep,
            changed=self._changed,
        )

    # What faces ask for

    @property
    def options(self) -> Options:
        """Return what the command line and the environment decided."""
        return self._options

    def glance(self) -> Glance | None:
        """Return what the last look showed: cheap, for the first paint."""
        return self._ports.store.glance(self._options.profile, self._options.region)

    def subscribe(self, listener: Callable[[], None]) -> None:
        """Call ``listener``, from any thread, when a new view is there."""
        self._listeners.append(listener)

    def start(self, ask_code: Callable[[str], str], wanted: Callable[[Place], bool] | None = None) -> None:
        """Load what is saved, read the checkout, connect, look at everything, settle what was left open.

        ``wanted`` is told where and as whom we are, before anything else is asked, and may say that this is enough.
        """
        self._ask_code = ask_code
        with self._lock:
            generation = self._generation
        self._load(self._facts.place)
        self._read_checkout(generation)
        if not self._connect(generation) or (wanted is not None and not wanted(self._facts.place)):
            return
        self._writes.adopt_orphans()
        self.look()
        if self._options.radar:
            self.look({Look.RADAR})

    def view(self) -> View:
        """Return the present view."""
        with self._lock:
            if self._view is None:
                self._view = self._judge()
            return self._view

    def calls(self) -> Sequence[CallRecord]:
        """Return the latest calls on the wire, oldest first."""
        return self._cloud.calls() if self._cloud else ()

    def cues(self) -> Sequence[Cue]:
        """Return what the embedded account can be made to do; nothing outside a rehearsal."""
        return self._ports.director.cues() if self._ports.director else ()

    def play(self, cue_id: str) -> str:
        """Make the embedded account do something, look again, and return what happened."""
        if self._ports.director is None:
            raise Refused("There is nothing to play: this is a real account.")
        sentence = self._ports.director.play(cue_id)
        self.look()
        return sentence

    def profiles(self) -> tuple[str, ...]:
        """Return the profiles of the AWS configuration."""
        return self._ports.profiles()

    def regions(self) -> tuple[str, ...]:
        """Return the Regions where SES has an endpoint."""
        return self._cloud.regions() if self._cloud else ()

    # Looking

    def look(self, looks: Collection[Look] = ()) -> None:
        """Look at everything, or at some things, again; returns when all have answered or were given up."""
        wanted = frozenset(looks) or EVERYTHING
        with self._lock:
            generation = self._generation
            connected = self._connected
        if not connected and not self._connect(generation):
            return
        cloud = self._cloud
        if cloud is None:
            return
        from dlaas_onboard.onboarding.observer import Observer

        observer = Observer(
            cloud=cloud,
            ports=self._ports,
            facts=lambda: self._facts,
            answers=self._current_answers,
            put=lambda change: self._put(generation, change),
            looking=self._track(generation),
            stopped=lambda: self._generation != generation,
            proofs=self._proof_traces,
            opened=self._opened_case,
        )
        observer.run(wanted)
        if self._generation == generation:
            self.reconcile()
            self._remember()

    def close(self) -> None:
        """Give up what is under way and free the progress for the next one; nothing waits for the network."""
        self.cancel()
        if self._cloud is not None:
            self._cloud.close()
        self._ports.store.close()

    def cancel(self) -> None:
        """Stop waiting for the looks under way, whose late answers are dropped, and for the events of a proof."""
        self._acting.stop()
        with self._lock:
            self._generation += 1
            self._looking.clear()
            self._view = None
        self._tell()

    def move(
        self,
        profile: str,
        region: str,
        ask_code: Callable[[str], str] | None = None,
        wanted: Callable[[Place], bool] | None = None,
    ) -> None:
        """Turn to another profile or Region, and look at everything there, as :meth:`start` does.

        A write under way is waited for.
        """
        self._acting.stop()  # a proof ends its waiting and cleans up
        with self._acting.idle, self._lock:
            self._generation += 1
            self._looking.clear()
            self._place_options = (profile, region, "chosen here" if region else "")
            checkout = self._facts.checkout
            self._cloud = None
            self._connected = False
            self._before = None
            self._changes = ()
            self._compared = False
            self._acting.forget()
            self._answers = None
            self._writes.forget()
            self._facts = dataclasses.replace(self._no_facts(), checkout=checkout)
            self._view = None
        self._tell()
        self.start(ask_code or self._ask_code, wanted)

    def _read_checkout(self, generation: int) -> None:
        reading = self._ports.project.read()
        self._put(generation, lambda facts: dataclasses.replace(facts, checkout=reading))

    def _connect(self, generation: int) -> bool:
        """Build the cloud for the profile and Region in force and ask who we are."""
        profile, region, source = self._place_options
        checkout = so_far(self._facts.checkout)
        if checkout is not None:
            if not region and checkout.region:
                region, source = checkout.region, checkout.sources.get("region", "common/config.json")
            # The checkout's profile is a label that may not exist on this machine (docs/dlaas.md, "Configuration").
            known = self._ports.profiles() if checkout.profile else ()
            if not profile and not self._options.own_credentials and checkout.profile in known:
                profile = checkout.profile
        with self._lock:
            cloud = self._cloud
        if cloud is None:
            cloud = self._ports.cloud(profile, region, source)
            cloud.on_call(lambda _record: self._tell())
            with self._lock:
                self._cloud = cloud
        with self._marked(Look.CALLER, generation):
            reading = cloud.connect(self._ask_code)
        if self._generation != generation:
            return False
        named = dataclasses.replace(self._named_place(), profile=profile, region=region, region_source=source)
        place = reading.value or named
        connected = reading.problem is None
        if not connected:
            place = self._last_known(place)
        self._load(place)
        self._put(generation, lambda facts: dataclasses.replace(facts, caller=reading, place=place))
        with self._lock:
            self._connected = connected
        return connected

    def _last_known(self, place: Place) -> Place:
        """Return the place with the account of the last visit, so that what was entered is there when offline."""
        glance = self._ports.store.glance(place.profile, place.region)
        if glance is None or glance.region != place.region:
            return place
        return dataclasses.replace(
            place, account=glance.account, arn=glance.arn, endpoint=glance.endpoint, amazon=glance.amazon
        )

    @property
    def _facts(self) -> Facts:
        if self._known is None:
            self._known = self._no_facts()
        return self._known

    @_facts.setter
    def _facts(self, facts: Facts) -> None:
        self._known = facts

    def _no_facts(self) -> Facts:
        from dlaas_onboard.journey.facts import Facts  # 25 ms of frozen records: after the first paint

        return Facts(place=self._named_place())

    def _named_place(self) -> Place:
        from dlaas_onboard.journey.facts import Place

        profile, region, source = self._place_options
        return Place(profile=profile, region=region, region_source=source)

    def _load(self, place: Place) -> None:
        """Turn the store to this place and take over what it holds."""
        store = self._ports.store
        store.open(place)
        before = store.facts() if place.account else None
        with self._lock:
            self._answers = store.answers()
            self._writes.load(store.intents())
            if before is not None and self._before is None:
                self._before = before
                self._facts = dataclasses.replace(
                    before, place=place, caller=self._facts.caller, checkout=self._facts.checkout or before.checkout
                )
            self._view = None

    def _remember(self) -> None:
        """Save what was seen, and say what changed since the last visit."""
        from dlaas_onboard.journey.review.changes import changes
        from dlaas_onboard.journey.review.news import last_known
        from dlaas_onboard.journey.review.stages import account
        from dlaas_onboard.journey.situation.journal import LOOK, JournalEntry

        view = self.view()
        with self._lock:
            fresh = changes(self._before, view.facts) if self._before else ()
            if fresh:
                self._changes, self._news = fresh, self._compared
            self._compared = True
            first = self._before is None or account(self._before) is None
            known = self._before = last_known(self._before, view.facts)
            self._view = None
        if self._ports.store.read_only or not view.place.account:
            return
        try:
            for text in fresh:
                self._ports.store.note(JournalEntry(self._ports.clock.now(), "changed", text))
            if account(view.facts) is None:
                pass  # a look that could not read the account does not say that nothing changed
            elif first:
                self._ports.store.note(
                    JournalEntry(self._ports.clock.now(), LOOK, "Looked for the first time here.", self._ports.who)
                )
            elif not fresh:
                self._ports.store.note_look(self._ports.clock.now(), self._ports.who)
            self._ports.store.remember(known, self._glance_of(view))
        except OSError:
            # The snapshot is a convenience; what must not be lost is saved by enter() and act(), which do raise.
            pass
        self._tell()

    def _glance_of(self, view: View) -> Glance:
        from dlaas_onboard.journey.review.stages import access
        from dlaas_onboard.journey.snapshot import Glance, StepGlance

        place = view.place
        return Glance(
            at=self._ports.clock.now().isoformat(),
            profile=place.profile,
            region=place.region,
            account=place.account,
            arn=place.arn,
            endpoint=place.endpoint,
            amazon=place.amazon,
            access=access(view.facts),
            steps=tuple(
                StepGlance(verdict.step.value, verdict.state.value, verdict.headline)
                for verdict in view.verdicts.values()
            ),
        )

    # Entering

    def enter(self, field_id: str, text: str) -> str:
        """Save an answer as it was typed.

        Returns what is wrong with it, ``""`` if nothing: a wrong answer is kept, so that nothing typed is lost, and
        is judged as wrong. Raises ``OSError`` with a sentence if it cannot be saved.
        """
        from dlaas_onboard.journey.bounces.proof import FIELD
        from dlaas_onboard.journey.request import filing_snapshot
        from dlaas_onboard.journey.request.draft import check, normal
        from dlaas_onboard.journey.situation.answers import Entry

        if field_id == FIELD:
            raise Refused("A proof is made, not entered.")
        if field_id == filing_snapshot.FIELD:
            raise Refused("What held at a filing is kept by the filing, not entered.")
        text = normal(field_id, text)
        entry = Entry(text, self._ports.clock.now(), self._ports.who)
        self._keep(field_id, entry)
        self._note_entry(field_id, entry)
        looks = _LOOKS_OF_FIELD.get(field_id)
        if looks and self._cloud is not None:
            self._ports.spawn(lambda: self.look(looks))
        return check(field_id, text)

    def _keep(self, field_id: str, entry: Entry) -> None:
        self._ports.store.enter(field_id, entry)
        with self._lock:
            self._answers = self._current_answers().with_entry(field_id, entry)
        self._changed()

    def _note_entry(self, field_id: str, entry: Entry) -> None:
        from dlaas_onboard.journey.situation.fields import OVERRIDE
        from dlaas_onboard.journey.situation.journal import JournalEntry

        text = entry.text

        if field_id.startswith("declare_"):
            kind, said = "declared", f"{field_id}: {text or 'taken back'}"
        elif field_id.startswith(OVERRIDE):
            kind, said = "overrode", f"{field_id.removeprefix(OVERRIDE)}: {text or 'taken back'}"
        elif field_id == "aws_answer":
            kind, said = "answer", text
        else:
            return
        self._ports.store.note(JournalEntry(entry.at, kind, said, entry.by))

    # Acting

    def actions(self, step: StepId | None = None) -> Sequence[tuple[Action, str]]:
        """Return each action with the reason why it cannot be done now, ``""`` if it can."""
        view = self.view()
        return tuple((action, unready(action, view)) for action in registry() if step is None or action.step == step)

    def prepare(self, action_id: str) -> Prepared:
        """Return the exact calls of an action.

        Raises :class:`Refused` with the reason if it cannot be done now.
        """
        return prepare(action_id, self.view(), lambda: self.report("md", "aws"))

    def act(self, prepared: Prepared, digits: str = "") -> Sequence[Intent]:
        """Send what was prepared, each call once and under an intent of its own, then read it back.

        A call that was not accepted stops those after it; a proof waits for its events, and cleans up in any case.
        Raises :class:`Refused` when nothing was sent, with the
        reason; ``OSError`` when an intent cannot be saved: then nothing was sent either, except that
        :class:`~dlaas_onboard.journey.errors.Unsaved` says that it was and only its outcome could not be saved.
        """
        return self._acting.act(self._cloud, prepared, digits, self._ask_code)

    def _opened_case(self) -> str:
        from dlaas_onboard.journey.request.new_case import opened

        return opened(self._writes.intents)

    def _proof_traces(self) -> ProofTraces:
        from dlaas_onboard.journey.bounces.proof import queues, topics
        from dlaas_onboard.onboarding.observer import ProofTraces

        intents = self._writes.intents
        return ProofTraces(queues(intents, self._ports.clock.now()), topics(intents))

    def reconcile(self) -> None:
        """Settle open writes by what was just read."""
        from datetime import timedelta

        self._writes.reconcile(self._facts, timedelta(seconds=self._options.settle_seconds))

    # Handing on

    def dossier(self) -> Dossier:
        """Return everything a report says, in one record."""
        from dlaas_onboard.journey.request.report_input import Dossier

        view = self.view()
        return Dossier(
            at=self._ports.clock.now(),
            version=__version__,
            situation=view.situation,
            verdicts=view.verdicts,
            gates=view.gates,
            records=view.records,
            description=view.description,
            journal=self._ports.store.journal(),
            history=self._ports.store.history(),
        )

    def chronicle(self) -> tuple[Event, ...]:
        """Return everything that happened here, oldest first."""
        from dlaas_onboard.onboarding.exporting import events

        view = self.view()
        return events(self._ports.store, view.place, view.intents, view.facts)

    def export_progress(self) -> str:
        """Return this onboarding as one JSON document that another machine takes over.

        Raises :class:`Refused` where the account is not known, ``OSError`` where the progress cannot be read.
        """
        from dlaas_onboard.onboarding.exporting import export

        return export(self._ports, self.view().place)

    def import_progress(self, text: str, *, dry_run: bool = False) -> Merged:
        """Take over what another machine exported; with ``dry_run`` only say what would come.

        Raises ``ValueError`` with a sentence for a document that does not belong here, and :class:`Refused` and
        ``OSError`` where nothing can be taken over now.
        """
        with self._acting.idle:  # no write is under way meanwhile
            place = self.view().place
            if not self._connected:
                raise Refused("Nothing was imported: AWS did not say which account this is.")
            now, who = self._ports.clock.now(), self._ports.who
            merged = self._ports.store.merge(text, place, by=who, at=now, dry_run=dry_run)
            if not dry_run:
                self._load(place)
                self._changed()
        return merged

    def report(self, format: str, audience: str) -> bytes:  # noqa: A002 - the flag's name
        """Return the readiness report in one of html, md, json for one of private, aws, public."""
        return self._ports.reporter.render(self.dossier(), format, audience)

    def status(self) -> dict[str, Any]:
        """Return the document of ``status --json``."""
        return self._ports.reporter.status(self.dossier())

    def records(self, format: str) -> str:  # noqa: A002 - the flag's name
        """Return the records that are missing or wrong as one of table, zone, route53, terraform.

        Raises :class:`~dlaas_onboard.journey.errors.Refused` where Route 53 would take them and nobody would see them.
        """
        from dlaas_onboard.journey.dns import record_export

        view = self.view()
        if format == "terraform":
            return self._ports.project.terraform(self.dossier())
        if format == "zone":
            return record_export.zone(view.records, view.situation.input("domain").text)
        if format == "route53":
            return record_export.route53(view.records, view.facts.hosted_zones, view.facts.delegation)
        return record_export.table(view.records)

    def policy(self, purpose: str) -> str:
        """Return the least-privilege IAM policy for ``read`` or ``file`` as JSON."""
        import json

        from dlaas_onboard.journey.writes.iam_policy import document

        return json.dumps(document(purpose, self._facts.place), indent=2)

    def reply_kit(self) -> str:
        """Return the text for the review's case, at most 8000 characters: what Amazon asked is answered first."""
        from dlaas_onboard.journey.request.reply_draft import reply_draft

        view = self.view()
        return reply_draft(view.situation)

    def console_link(self, page: str) -> str:
        """Return the address of a page of the AWS console for this partition and Region."""
        from dlaas_onboard.journey.console_links import link

        return link(self._facts.place, page)

    # The inside

    def _current_answers(self) -> Answers:
        from dlaas_onboard.journey.situation.answers import Answers

        if self._answers is None:
            self._answers = Answers()
        return self._answers

    def _judge(self) -> View:
        from dlaas_onboard.journey.situation.situation import Situation
        from dlaas_onboard.journey.steps.all_steps import judge_all

        situation = Situation(self._facts, self._current_answers(), self._writes.intents)
        judged = judge_all(situation)
        return View(
            situation=situation,
            verdicts=judged.verdicts,
            gates=judged.gates,
            records=judged.records,
            description=judged.description,
            worksheet=judged.worksheet,
            looking=frozenset(self._looking),
            read_only="Started with --read-only." if self._options.read_only else self._ports.store.read_only,
            notice=self._ports.store.notice,
            changes=self._changes,
            first_step=judged.first_step,
            news=self._news,
            doing=self._acting.doing,
            told=self._acting.told,
        )

    def _put(self, generation: int, change: Callable[[Facts], Facts]) -> None:
        """Take over a new fact, unless what it was asked for has passed."""
        with self._lock:
            if self._generation != generation:
                return
            self._facts = change(self._facts)
            self._view = None
        self._tell()

    def _track(self, generation: int) -> Callable[[Look, bool], None]:
        def track(look: Look, under_way: bool) -> None:
            with self._lock:
                if self._generation != generation:
                    return
                count = self._looking.get(look, 0) + (1 if under_way else -1)
                if count > 0:
                    self._looking[look] = count
                else:
                    self._looking.pop(look, None)
                self._view = None
            self._tell()

        return track

    @contextmanager
    def _marked(self, look: Look, generation: int) -> Iterator[None]:
        track = self._track(generation)
        track(look, True)
        try:
            yield
        finally:
            track(look, False)

    def _changed(self) -> None:
        with self._lock:
            self._view = None
        self._tell()

    def _tell(self) -> None:
        for listener in self._listeners:
            listener()


def _no_code(prompt: str) -> str:
    raise Refused(f"A code is needed: {prompt}")
