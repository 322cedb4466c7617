"""The one object that both faces drive: observe, enter, act, reconcile, report."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, Any

from dlaas_onboard import __version__
from dlaas_onboard.journey.console_links import link
from dlaas_onboard.journey.dns import record_export
from dlaas_onboard.journey.errors import Refused
from dlaas_onboard.journey.looks import Look
from dlaas_onboard.journey.report_input import ReportInput
from dlaas_onboard.journey.request import reply_review
from dlaas_onboard.journey.request.reply_draft import reply_text
from dlaas_onboard.journey.review.sending_regions import worth_a_sweep
from dlaas_onboard.journey.writes.differences import beside_records
from dlaas_onboard.journey.writes.iam_policy import document
from dlaas_onboard.onboarding.acting import Acting
from dlaas_onboard.onboarding.entering import Entering
from dlaas_onboard.onboarding.exporting import events, export
from dlaas_onboard.onboarding.intent_journal import IntentJournal
from dlaas_onboard.onboarding.observing import Observing, looks_of
from dlaas_onboard.onboarding.preparing import blocked_because, cli_lines, prepare, registry
from dlaas_onboard.onboarding.state import State
from dlaas_onboard.onboarding.view import Prepared, View
from dlaas_onboard.onboarding.views import Views
from dlaas_onboard.options import Options

if TYPE_CHECKING:
    from dlaas_onboard.journey.facts import Place
    from dlaas_onboard.journey.review.timeline import Event
    from dlaas_onboard.journey.situation.intents import Intent
    from dlaas_onboard.journey.situation.journal import Merged
    from dlaas_onboard.journey.snapshot import Glance
    from dlaas_onboard.journey.step_registry import StepId
    from dlaas_onboard.journey.writes.actions import Action
    from dlaas_onboard.ports import CallRecord, Ports, RehearsalEvent


class Onboarding:
    """One operator's way out of the sandbox for one account and Region.

    Everything here may be called from any thread. What waits for the network blocks its caller; faces call it from
    a daemon thread and get told through :meth:`subscribe`.
    """

    def __init__(self, ports: Ports, options: Options) -> None:
        self._ports = ports
        self._options = options
        self._state = State(options.profile, options.region, options.region_source)
        self._views = Views(self._state, ports.store, options)
        self._intents = IntentJournal(ports, self._state)
        self._entering = Entering(ports, self._state)
        self._observing = Observing(ports, options, self._state, self._views, self._intents)
        self._acting = Acting(
            ports,
            self._state,
            self._views,
            intents=self._intents,
            entering=self._entering,
            observing=self._observing,
        )
        self._ask_code: Callable[[str], str] = _no_code

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
        self._state.subscribe(listener)

    def start(self, ask_code: Callable[[str], str], wanted: Callable[[Place], bool] | None = None) -> None:
        """Load what is saved, read the checkout, connect, look at everything, settle what was left open.

        ``wanted`` is told where and as whom we are, before anything else is asked, and may say that this is enough.
        """
        self._ask_code = ask_code
        generation = self._state.generation
        self._observing.load(self._state.facts.place)
        self._observing.read_checkout(generation)
        if not self._observing.connect(generation, ask_code):
            self._observing.read_code(generation)  # what the code wants can be said without AWS
            return
        if wanted is not None and not wanted(self._state.facts.place):
            return
        self._intents.adopt_orphans()
        self.look()
        options = self._options
        if options.radar or (options.radar_if_needed and worth_a_sweep(self._state.situation)):
            self.look({Look.RADAR})

    def view(self) -> View:
        """Return the present view."""
        return self._views.current()

    def calls(self) -> Sequence[CallRecord]:
        """Return the latest calls on the wire, oldest first."""
        cloud = self._observing.cloud
        return cloud.calls() if cloud else ()

    def rehearsal_events(self) -> Sequence[RehearsalEvent]:
        """Return what the embedded account can be made to do; nothing outside a rehearsal."""
        return self._ports.director.events() if self._ports.director else ()

    def play(self, event_id: str) -> str:
        """Make the embedded account do something, look again, and return what happened."""
        if self._ports.director is None:
            raise Refused("There is nothing to play: this is a real account.")
        sentence = self._ports.director.play(event_id)
        self.look()
        return sentence

    def profiles(self) -> tuple[str, ...]:
        """Return the profiles of the AWS configuration."""
        return self._ports.profiles()

    def regions(self) -> tuple[str, ...]:
        """Return the Regions where SES has an endpoint."""
        cloud = self._observing.cloud
        return cloud.regions() if cloud else ()

    # Looking

    def look(self, looks: Collection[Look] = ()) -> None:
        """Look at everything, or at some things, again; returns when all have answered or were given up."""
        self._observing.look(looks, self._ask_code)

    def close(self) -> None:
        """Give up what is under way and free the progress for the next one; nothing waits for the network."""
        self.cancel()
        self._observing.close()
        self._ports.store.close()

    def cancel(self) -> None:
        """Stop waiting for the looks under way, whose late answers are dropped, and for the events of a proof."""
        self._acting.stop()
        self._state.cancel()

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
        with self._acting.idle:
            self._observing.leave(profile, region)
        self.start(ask_code or self._ask_code, wanted)

    # Entering

    def enter(self, field_id: str, text: str) -> str:
        """Save an answer as it was typed.

        Returns what is wrong with it, ``""`` if nothing: a wrong answer is kept, so that nothing typed is lost, and
        is judged as wrong. Raises ``OSError`` with a sentence if it cannot be saved.
        """
        return self.enter_all([(field_id, text)])

    def enter_all(self, assignments: Sequence[tuple[str, str]]) -> str:
        """Save several answers in this order, all of them or none; otherwise as :meth:`enter`."""
        wrong = self._entering.enter(assignments)
        looks = looks_of(field_id for field_id, _ in assignments)
        if looks and self._observing.cloud is not None:
            self._ports.spawn(lambda: self.look(looks))
        return wrong

    # Acting

    def actions(self, step: StepId | None = None) -> Sequence[tuple[Action, str]]:
        """Return each action with the reason why it cannot be done now, ``""`` if it can."""
        view = self.view()
        return tuple(
            (action, blocked_because(action, view)) for action in registry() if step is None or action.step == step
        )

    def cli_lines(self, action: Action) -> tuple[str, ...]:
        """Return the AWS CLI lines that would do the same as an action now; none while it cannot be done."""
        return cli_lines(action, self.view())

    def prepare(self, action_id: str, *, dry_run: bool = False) -> Prepared:
        """Return the exact calls of an action; those of a ``dry_run`` even where nothing may be written.

        Raises :class:`Refused` with the reason if it cannot be done now.
        """
        return prepare(action_id, self.view(), lambda: self.report("txt", "aws"), dry_run=dry_run)

    def doing(self) -> str:
        """Return what a long action does now, ``""`` while none is under way."""
        return self._state.doing

    def act(self, prepared: Prepared, digits: str = "") -> Sequence[Intent]:
        """Send what was prepared, each call once and under an intent of its own, then read it back.

        A call that was not accepted stops those after it; a proof waits for its events, and cleans up in any case.
        Raises :class:`Refused` when nothing was sent, with the
        reason; ``OSError`` when an intent cannot be saved: then nothing was sent either, except that
        :class:`~dlaas_onboard.journey.errors.Unsaved` says that it was and only its outcome could not be saved.
        """
        return self._acting.act(prepared, digits, self._ask_code)

    def give_up(self, marker: str) -> Sequence[Intent]:
        """Send nothing more, treat the call under way as what may have taken effect, and wait for nothing.

        Returns the writes of this marker as they stand then. Nothing can be sent afterwards.
        """
        self._intents.end()
        self.cancel()
        return [intent for intent in self.view().situation.intents if intent.marker == marker]

    def reconcile(self) -> None:
        """Settle open writes by what was just read."""
        self._observing.reconcile()

    # Handing on

    def report_input(self) -> ReportInput:
        """Return everything a report says, in one record."""
        return ReportInput(
            at=self._ports.clock.now(),
            version=__version__,
            judgement=self.view().judgement,
            journal=self._ports.store.journal(),
            history=self._ports.store.history(),
        )

    def chronicle(self) -> tuple[Event, ...]:
        """Return everything that happened here, oldest first."""
        view = self.view()
        return events(self._ports.store, view.place, view.situation.intents, view.facts)

    def export_progress(self) -> str:
        """Return this onboarding as one JSON document that another machine takes over.

        Raises :class:`Refused` where the account is not known, ``OSError`` where the progress cannot be read.
        """
        return export(self._ports, self.view().place)

    def import_progress(self, text: str, *, dry_run: bool = False) -> Merged:
        """Take over what another machine exported; with ``dry_run`` only say what would come.

        Raises ``ValueError`` with a sentence for a document that does not belong here, and :class:`Refused` and
        ``OSError`` where nothing can be taken over now.
        """
        with self._acting.idle:  # no write is under way meanwhile
            place = self.view().place
            if not self._observing.connected:
                raise Refused("Nothing was imported: AWS did not say which account this is.")
            now, who = self._ports.clock.now(), self._ports.who
            merged = self._ports.store.merge(text, place, by=who, at=now, dry_run=dry_run)
            if not dry_run:
                self._observing.load(place)
                self._state.changed()
        return merged

    def report(self, format: str, audience: str) -> bytes:  # noqa: A002 - the flag's name
        """Return the readiness report in one of html, md, json for one of private, aws, public."""
        return self._ports.reporter.render(self.report_input(), format, audience)

    def status(self) -> dict[str, Any]:
        """Return the document of ``status --json``."""
        return self._ports.reporter.status(self.report_input())

    def draft(self) -> dict[str, Any]:
        """Return the document of ``draft --json``."""
        return self._ports.reporter.draft(self.view().judgement)

    def records(self, format: str) -> str:  # noqa: A002 - the flag's name
        """Return the records that are missing or wrong as one of table, zone, route53, terraform.

        Raises :class:`~dlaas_onboard.journey.errors.Refused` where Route 53 would take them and nobody would see them.
        """
        view = self.view()
        if format == "terraform":
            return self._ports.project.terraform(self.report_input())
        notes = beside_records(view.situation)
        if format == "zone":
            return record_export.zone(view.judgement.records, view.situation.input("domain").text, notes)
        if format == "route53":
            return record_export.route53(view.judgement.records, view.facts.hosted_zones, view.facts.delegation, notes)
        return record_export.table(view.judgement.records, notes)

    def policy(self, purpose: str) -> str:
        """Return the least-privilege IAM policy for ``read`` or ``file`` as JSON."""
        return json.dumps(document(purpose, self._state.facts.place), indent=2)

    def reply_kit(self) -> str:
        """Return the text for the review's case: the operator's own reply, or else the draft, at most 8000 characters.

        Raises :class:`~dlaas_onboard.journey.errors.Refused` where a fact denies what it says: it is not handed over.
        """
        situation = self.view().situation
        untrue = reply_review.untrue(situation)
        if untrue:
            raise Refused(untrue)
        return reply_text(situation)

    def console_link(self, page: str) -> str:
        """Return the address of a page of the AWS console for this partition and Region."""
        return link(self._state.facts.place, page)


def _no_code(prompt: str) -> str:
    raise Refused(f"A code is needed: {prompt}")
