"""What is worth ringing for while the operator waits: a change of the review, the sandbox, sending or the case."""

from __future__ import annotations

import dataclasses
from datetime import datetime
from typing import Any

from dlaas_onboard.journey.facts import Facts, Reading
from dlaas_onboard.journey.review.changes import decisive


def news(before: Facts, after: Facts) -> tuple[str, ...]:
    """Return what an operator who waits wants to be called for, one plain sentence each.

    Only what both looks read in full is compared: a look that failed is no news, and hides none either where
    ``before`` went through :func:`last_known`.
    """
    return tuple(change.text for change in decisive(before, after))


def last_known(before: Facts | None, after: Facts) -> Facts:
    """Return ``after`` with the account and the case as they were last read in full, in the same place.

    A look that failed in between would otherwise swallow the change: it can be compared with nothing.
    """
    if before is None or not before.place.same_as(after.place):
        return after
    return dataclasses.replace(
        after, account=_known(before.account, after.account), case=_known(before.case, after.case)
    )


def seen_since(facts: Facts, when: datetime) -> Facts:
    """Return the facts without an account or a case that was read before ``when``: at the last visit, perhaps."""
    return dataclasses.replace(facts, account=_since(facts.account, when), case=_since(facts.case, when))


def _known(old: Reading[Any] | None, new: Reading[Any] | None) -> Reading[Any] | None:
    return new if old is None or (new is not None and new.known) or not old.known else old


def _since(reading: Reading[Any] | None, when: datetime) -> Reading[Any] | None:
    return reading if reading is not None and reading.observed_at >= when else None
