"""Onboardings on which a filing meets something: a gate that is shut, a change, a write that does not come back."""

from __future__ import annotations

import errno
from dataclasses import replace

from dlaas_onboard.journey.situation.answers import Answers
from dlaas_onboard.journey.situation.intents import Phase
from dlaas_onboard.onboarding import Prepared
from tests import build
from tests.fakes.onboarding import WatchedOnboarding

REASON = "The record is published tomorrow."
RED = build.without_dmarc(build.complete())
UNSEEN = replace(build.complete(), website=build.unread("HTTPS"))
RED_AND_UNSEEN = replace(RED, website=build.unread("HTTPS"))
UNDECLARED = build.filled_in(test_address=build.ME, declare_terms="")


def overridden(gate: str) -> Answers:
    """Return the answers of an operator who gave a reason for that gate."""
    return build.entry(build.filled_in(test_address=build.ME), f"override.{gate}", REASON)


def becoming(phase: Phase) -> WatchedOnboarding:
    """Return an onboarding whose writes become that."""
    onboarding = WatchedOnboarding()
    onboarding.world.becomes = phase
    return onboarding


def unsettled() -> WatchedOnboarding:
    """Return an onboarding that cannot save what became of a write."""
    onboarding = WatchedOnboarding()
    onboarding.world.store.unsettled = OSError(errno.ENOSPC, "The disk is full.")
    return onboarding


def open_request() -> WatchedOnboarding:
    """Return an onboarding with a request of a moment ago of which nobody knows what became."""
    return WatchedOnboarding(intents=(build.intent(phase=Phase.UNKNOWN, at=build.NOW),))


def changed_meanwhile() -> WatchedOnboarding:
    """Return an onboarding on an account that changes once the request was prepared."""

    class Changed(WatchedOnboarding):
        def prepare(self, action_id: str, *, dry_run: bool = False) -> Prepared:
            prepared = super().prepare(action_id, dry_run=dry_run)
            self.world.facts = build.pending()
            return prepared

    return Changed()
