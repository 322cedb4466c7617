"""A proof of the bounce path, from the first call to the clean-up.

Each call is sent once under an intent of its own; what an earlier one returned is put into a later one. Whatever
happens after the first call, what was made is taken away again; a process that is killed leaves intents by which the
next start finds it.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from dlaas_onboard.journey import console_links
from dlaas_onboard.journey.bounces import proof
from dlaas_onboard.journey.facts.reading import ProblemKind
from dlaas_onboard.journey.situation.calls import Call
from dlaas_onboard.journey.situation.intents import Intent, Phase
from dlaas_onboard.journey.text import plural
from dlaas_onboard.onboarding.call_results import UnknownResultError, filled, number_of
from dlaas_onboard.onboarding.view import ActionResult

if TYPE_CHECKING:
    from datetime import datetime

    from dlaas_onboard.journey.facts import Place
    from dlaas_onboard.onboarding.entering import Entering
    from dlaas_onboard.onboarding.intent_journal import IntentJournal
    from dlaas_onboard.onboarding.state import State
    from dlaas_onboard.onboarding.view import Prepared
    from dlaas_onboard.ports import Clock, Cloud

PATIENCE = 120.0  # seconds to wait for the events
POLL = 3  # seconds that one ReceiveMessage waits: well below the time-out of a read, and how late escape may act
APART = 1.2  # seconds between two messages: the sandbox allows one a second (docs/ses.md, "Sandbox")
PAUSE = 2.0  # seconds before receiving again after a failure
CLEANING = ("sns:Unsubscribe", "sqs:DeleteQueue")


@dataclass
class Proving:
    """One proof; ``stop`` ends its waiting."""

    cloud: Cloud
    clock: Clock
    state: State
    intents: IntentJournal
    entering: Entering
    prepared: Prepared
    place: Place
    stop: threading.Event
    unsaved: OSError | None = None  # what could not be written down, to be told when everything is cleaned up
    _proof: proof.Proof | None = None
    _sent: dict[int, Intent] = field(default_factory=dict)  # by the number of the call, from 1
    _seen: dict[str, tuple[proof.ProofEvent, datetime]] = field(default_factory=dict)  # by event

    @property
    def ids(self) -> tuple[str, ...]:
        """Return the intents of the proof in the order in which they were sent."""
        return tuple(intent.id for intent in self._sent.values())

    def run(self) -> ActionResult:
        """Make the proof and clean up; return what came of it."""
        calls = dict(enumerate(self.prepared.calls, 1))
        why = ""
        left: list[str] = []
        try:
            why = self._set_up({number: call for number, call in calls.items() if call.name not in CLEANING})
            if not why:
                why = self._wait()
            if not why:
                why = self._keep()
        finally:
            left = self._clean_up({number: call for number, call in calls.items() if call.name in CLEANING})
        return self._action_result(why, left)

    def _set_up(self, calls: Mapping[int, Call]) -> str:
        """Make queue and subscriptions and send both messages; return why that ended early, ``""`` if it did not."""
        for number, call in calls.items():
            if call.operation == "SendEmail":
                # One second after another message, and after the subscription: it may take a moment to count.
                self.stop.wait(APART)
            if self.stop.is_set():
                return "you ended it."
            self.state.say(f"call {number}: {call.operation}")
            try:
                intent = self._send(number, call)
            except (OSError, UnknownResultError) as error:
                return f"{call.name} was not sent. {error}"
            if intent.phase != Phase.ACCEPTED or not _brought(intent):
                return _failed(intent)
        return ""

    def _send(self, number: int, call: Call) -> Intent:
        whole = filled(call, self._result)
        try:
            intent = self.intents.send(self.cloud, self.prepared, whole, self.place)
        except OSError as error:
            self.unsaved = error
            raise
        self._sent[number] = intent
        return intent

    def _result(self, number: int) -> str:
        """Return what a call made: the id in its answer, or what is found at AWS where it may have taken effect."""
        intent = self._sent.get(number)
        if intent is None or intent.phase == Phase.REJECTED:
            return ""
        result = _brought(intent)
        params = intent.call.params
        if intent.call.operation == "CreateQueue":
            return result or self.cloud.queue(str(params["QueueName"])).value or ""
        if intent.call.operation == "Subscribe" and not result.startswith("arn:"):
            topic = self.cloud.topic(str(params["TopicArn"])).value
            listed = topic.subscriptions if topic is not None else ()
            return next((item.arn for item in listed if item.endpoint == params["Endpoint"]), "")
        return result

    # Waiting

    def _messages(self) -> dict[str, Intent]:
        """Return both messages by their ids."""
        sent = [intent for intent in self._sent.values() if intent.call.operation == "SendEmail"]
        return {intent.outcome.result: intent for intent in sent if intent.outcome is not None}

    def _wait(self) -> str:
        """Receive until both events were seen; return why they were not, ``""`` if they were."""
        messages = self._messages()
        wanted = dict(zip(messages, proof.EVENTS, strict=False))
        if len(wanted) != len(proof.EVENTS):
            return "SES gave both messages one id."
        url = self._result(1)
        began = self.clock.now()
        until = began + timedelta(seconds=PATIENCE)
        trouble = ""
        while True:
            missing = [event for event in proof.EVENTS if event not in self._seen]
            if not missing:
                return ""
            passed = (self.clock.now() - began).total_seconds()
            names = " and ".join(event.lower() for event in missing)
            if self.stop.is_set():
                return f"you ended the waiting for the {names} event after {plural(round(passed), 'second')}."
            if self.clock.now() >= until:
                return f"the {names} event did not arrive within {PATIENCE:g} seconds. {trouble}".rstrip()
            self.state.say(f"{passed:.0f} s for {', '.join(event.lower() for event in missing)}")
            reading = self.cloud.receive(url, POLL)
            now = self.clock.now()
            for body in reading.value or ():
                notice = proof.seen(body, wanted)
                if notice is not None:
                    self._seen.setdefault(notice.event, (notice, now))
            if reading.problem is not None:
                trouble = f"{reading.problem.message} {reading.problem.remedy}"
                if reading.problem.kind in (ProblemKind.DENIED, ProblemKind.CREDENTIALS, ProblemKind.NOT_FOUND):
                    return f"the queue could not be read. {trouble}"
                self.stop.wait(PAUSE)

    def _keep(self) -> str:
        """Save the proof; return why it could not be saved."""
        messages = self._messages()
        topics = [str(i.call.params["TopicArn"]) for i in self._sent.values() if i.call.operation == "Subscribe"]
        arrivals = []
        for event in proof.EVENTS:
            notice, at = self._seen[event]
            outcome = messages[notice.message_id].outcome
            # Without the envelope the message does not say which topic; with one topic there is no doubt.
            topic = notice.topic if notice.topic in topics else topics[0] if len(topics) == 1 else ""
            if outcome is None or not topic:
                return f"the {event.lower()} event does not say which topic it came through."
            arrivals.append(
                proof.Arrival(event, notice.message_id, notice.feedback_id, topic, outcome.at, max(at, outcome.at))
            )
        situation = self.state.situation
        place, identity = situation.place, situation.identity
        new_proof = proof.Proof(
            marker=self.prepared.marker,
            account=place.account,
            partition=console_links.partition(place),
            region=place.region,
            endpoint=place.endpoint,
            identity=identity.name if identity else "",
            configuration_set=identity.configuration_set if identity else "",
            sender=situation.sender,
            by=next(iter(self._sent.values())).by,
            arrivals=tuple(arrivals),
        )
        self._proof = new_proof
        try:
            self.entering.save(proof.FIELD, proof.write(new_proof))
        except OSError as error:
            self.unsaved = error
            return f"both events arrived, but that could not be saved. {error}"
        return ""

    # Cleaning up

    def _clean_up(self, calls: Mapping[int, Call]) -> list[str]:
        """Take away what was made, each with one call; return what is or may be left, in words."""
        left = []
        for number, call in calls.items():
            (template,) = call.params.values()
            source = self._sent.get(number_of(template))
            if source is None or source.phase == Phase.REJECTED:
                continue  # it was never made
            what = "the queue" if call.operation == "DeleteQueue" else "the subscription"
            self.state.say(f"cleaning up: {call.operation}")
            try:
                intent = self._send(number, call)
            except UnknownResultError:
                left.append(f"whether {what} was made is not known")
            except OSError as error:
                left.append(f"{what} is still there: {call.operation} was not sent. {error}")
            else:
                if intent.phase != Phase.ACCEPTED:
                    problem = intent.outcome.problem if intent.outcome else None
                    left.append(f"{what} is still there, or may be: {problem.message if problem else intent.phase}")
        return left

    def _action_result(self, why: str, left: list[str]) -> ActionResult:
        text = f"Not proved: {why}" if why else f"Proved. {proof.sentence(self._proof)}" if self._proof else ""
        if left:
            return ActionResult(
                f"{text} Left behind: {'; '.join(left).rstrip('.')}. Clean up after the proof takes it away.", False
            )
        return ActionResult(f"{text} {'What was made for it is taken away.' if self._sent else ''}".strip(), not why)


def _brought(intent: Intent) -> str:
    return intent.outcome.result if intent.outcome else ""


def _failed(intent: Intent) -> str:
    """Return what became of a call that ended the proof."""
    problem = intent.outcome.problem if intent.outcome else None
    word = {Phase.REJECTED: "was refused", Phase.UNKNOWN: "may have taken effect"}.get(intent.phase, "brought no id")
    reason = f" {problem.message} {problem.remedy}" if problem else ""
    return f"{intent.call.name} {word}.{reason}".rstrip()
