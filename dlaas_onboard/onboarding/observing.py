"""Where the onboarding looks, and what becomes of a look: connect, observe, reconcile, remember."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from dlaas_onboard.journey.looks import Look
from dlaas_onboard.journey.review.changes import changes
from dlaas_onboard.journey.review.review_news import last_known
from dlaas_onboard.journey.review.stages import access, account
from dlaas_onboard.journey.situation.journal import LOOK, JournalEntry
from dlaas_onboard.journey.snapshot import Glance, StepGlance
from dlaas_onboard.onboarding.observer import Observer

if TYPE_CHECKING:
    from dlaas_onboard.journey.facts import Facts, Place
    from dlaas_onboard.journey.review.changes import Change
    from dlaas_onboard.onboarding.intent_journal import IntentJournal
    from dlaas_onboard.onboarding.state import State
    from dlaas_onboard.onboarding.view import View
    from dlaas_onboard.onboarding.views import Views
    from dlaas_onboard.options import Options
    from dlaas_onboard.ports import Cloud, Ports

EVERYTHING = frozenset(Look) - {Look.RADAR}

# What has to be looked at again when an answer changes.
_LOOKS_OF_FIELD = {
    "domain": {Look.DOMAIN, Look.DNS, Look.ZONES, Look.BOUNCES},
    "sender": {Look.DNS},
    "reply_to": {Look.DNS},
    "feedback_to": {Look.DNS},
    "complaints_to": {Look.DNS},
    "contacts": {Look.DNS},
    "test_address": {Look.TEST_ADDRESS, Look.RECIPIENTS},
    "test_recipients": {Look.RECIPIENTS},
    "website_url": {Look.WEBSITE},
    "sign_up_url": {Look.WEBSITE},
    "privacy_url": {Look.WEBSITE},
    "private_website": {Look.WEBSITE},
    "service_name": {Look.WEBSITE, Look.BOUNCES},
}


def looks_of(fields: Iterable[str]) -> frozenset[Look]:
    """Return what has to be looked at again when these answers have changed."""
    return frozenset(look for field in fields for look in _LOOKS_OF_FIELD.get(field, ()))


class Observing:
    """Connects to the account of the place in force and looks at it."""

    def __init__(self, ports: Ports, options: Options, state: State, views: Views, intents: IntentJournal) -> None:
        self._ports = ports
        self._options = options
        self._state = state
        self._views = views
        self._intents = intents
        self._cloud: Cloud | None = None
        self._connected = False
        self._before: Facts | None = None  # what was known at the last visit, and since
        self._compared = False  # whether this session has compared a look with the last visit

    @property
    def cloud(self) -> Cloud | None:
        """Return the cloud of the place in force, ``None`` before the first attempt to connect."""
        return self._cloud

    @property
    def connected(self) -> bool:
        """Whether AWS said who we are."""
        return self._connected

    def leave(self, profile: str, region: str) -> None:
        """Turn to another place; :meth:`connect` goes there."""
        with self._state.lock:
            self._cloud = None
            self._connected = False
            self._before = None
            self._compared = False
            self._intents.forget()
            self._state.leave(profile, region, "chosen here" if region else "")
        self._state.changed()

    def read_checkout(self, generation: int) -> None:
        """Read the checkout, which may name profile and Region; of another folder it takes longer to read the code."""
        reading = self._ports.project.read()
        self._state.put(generation, lambda facts: dataclasses.replace(facts, checkout=reading))
        if reading.value is not None:
            self.read_code(generation)

    def read_code(self, generation: int) -> None:
        """Read what the infrastructure code declares."""
        code = self._ports.infrastructure()
        self._state.put(generation, lambda facts: dataclasses.replace(facts, infrastructure=code))

    def connect(self, generation: int, ask_code: Callable[[str], str]) -> bool:
        """Build the cloud for the profile and Region in force and ask who we are; return whether AWS answered."""
        profile, region, source = self._chosen()
        with self._state.lock:
            cloud = self._cloud
        if cloud is None:
            cloud = self._ports.cloud(profile, region, source)
            cloud.on_call(lambda _record: self._state.changed())
            with self._state.lock:
                self._cloud = cloud
        with self._state.marked(Look.CALLER, generation):
            reading = cloud.connect(ask_code)
        if self._state.generation != generation:
            return False
        named = dataclasses.replace(self._state.named_place(), profile=profile, region=region, region_source=source)
        place = reading.value or named
        connected = reading.problem is None
        if not connected:
            place = self._last_known(place)
        self.load(place)
        self._state.put(generation, lambda facts: dataclasses.replace(facts, caller=reading, place=place))
        with self._state.lock:
            self._connected = connected
        return connected

    def _chosen(self) -> tuple[str, str, str]:
        """Return profile, Region and what named it: what was chosen, else what the checkout says."""
        profile, region, source = self._state.wanted_place
        reading = self._state.facts.checkout
        checkout = reading.value if reading is not None else None
        if checkout is None:
            return profile, region, source
        if not region and checkout.region:
            region, source = checkout.region, checkout.sources.get("region", "common/config.json")
        # The checkout's profile is a label that may not exist on this machine (docs/dlaas.md, "Configuration").
        known = self._ports.profiles() if checkout.profile else ()
        if not profile and not self._options.own_credentials and checkout.profile in known:
            profile = checkout.profile
        return profile, region, source

    def _last_known(self, place: Place) -> Place:
        """Return the place with the account of the last visit, so that what was entered is there when offline."""
        glance = self._ports.store.glance(place.profile, place.region)
        if glance is None or glance.region != place.region:
            return place
        return dataclasses.replace(
            place, account=glance.account, arn=glance.arn, endpoint=glance.endpoint, amazon=glance.amazon
        )

    def load(self, place: Place) -> None:
        """Turn the store to this place and take over what it holds."""
        store, state = self._ports.store, self._state
        store.open(place)
        before = store.facts() if place.account else None
        with state.lock:
            facts = None
            if before is not None and self._before is None:
                self._before = before
                facts = dataclasses.replace(
                    before, place=place, caller=state.facts.caller, checkout=state.facts.checkout or before.checkout
                )
            state.load(store.answers(), store.intents(), facts)

    def look(self, looks: Collection[Look], ask_code: Callable[[str], str]) -> None:
        """Look at everything, or at some things, again; returns when all have answered or were given up."""
        with self._state.lock:
            generation = self._state.generation
            connected = self._connected
        if not connected and not self.connect(generation, ask_code):
            return
        cloud = self._cloud
        if cloud is None:
            return
        Observer(cloud, self._ports, self._state, generation).run(frozenset(looks) or EVERYTHING)
        if self._state.generation == generation:
            self.reconcile()
            self._remember()

    def reconcile(self) -> None:
        """Settle open writes by what was just read."""
        self._intents.reconcile(self._state.facts, timedelta(seconds=self._options.settle_seconds))

    def _remember(self) -> None:
        """Save what was seen, and say what changed since the last visit."""
        view = self._views.current()
        with self._state.lock:
            fresh = changes(self._before, view.facts) if self._before else ()
            if fresh:
                self._state.note_changes(tuple(change.text for change in fresh), news=self._compared)
            self._compared = True
            first = self._before is None or account(self._before) is None
            known = self._before = last_known(self._before, view.facts)
        if self._ports.store.read_only or not view.place.account:
            return
        with suppress(OSError):  # a convenience; what must not be lost is saved by enter() and act(), which do raise
            self._save(view, known, fresh, first=first)
        self._state.changed()

    def _save(self, view: View, known: Facts, fresh: tuple[Change, ...], *, first: bool) -> None:
        store, now, who = self._ports.store, self._ports.clock.now(), self._ports.who
        for change in fresh:
            store.note(JournalEntry(now, "changed", change.text, topic=change.topic))
        if account(view.facts) is None:
            pass  # a look that could not read the account does not say that nothing changed
        elif first:
            store.note(JournalEntry(now, LOOK, "Looked for the first time here.", who, looks=1))
        elif not fresh:
            store.note_look(now, who)
        store.remember(known, self._glance_of(view))

    def _glance_of(self, view: View) -> Glance:
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

    def close(self) -> None:
        """Let the cloud go; nothing waits for the network."""
        if self._cloud is not None:
            self._cloud.close()
