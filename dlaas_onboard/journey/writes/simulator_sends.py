"""What was sent from here to the mailbox simulator: bounces and complaints that are nobody's.

Whether ``GetSendStatistics`` counts them is open (docs/ses.md, "Mailbox simulator"), so they explain what it shows and
are never subtracted from it in a figure.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from dlaas_onboard.journey.situation.intents import Intent, Phase
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.text import plural
from dlaas_onboard.journey.writes import plans

COVERED = timedelta(days=14)  # by GetSendStatistics


class SimulatorSends(NamedTuple):
    """How many messages went to the simulator's addresses that bounce and that complain."""

    bounces: int = 0
    complaints: int = 0

    @property
    def words(self) -> str:
        """Return ``1 bounce and 2 complaints``, ``""`` where there are none."""
        parts = ((self.bounces, "bounce"), (self.complaints, "complaint"))
        return " and ".join(plural(count, noun) for count, noun in parts if count)


def simulator_sends(situation: Situation, seen_at: datetime) -> SimulatorSends:
    """Return what SES took from here in the two weeks before ``seen_at``, for this account, Region and endpoint."""
    place = situation.place
    here = (place.account, place.region, place.endpoint)
    kinds = Counter(
        kind
        for intent in situation.intents
        if intent.phase in (Phase.ACCEPTED, Phase.CONFIRMED)
        and (intent.place.account, intent.place.region, intent.place.endpoint) == here
        and seen_at - COVERED <= intent.created_at <= seen_at
        for kind in _simulated(intent)
    )
    return SimulatorSends(kinds["bounce"], kinds["complaint"])


def _simulated(intent: Intent) -> list[str]:
    """Return the simulator's address of each recipient, without a label: ``bounce`` of ``bounce+x@simulator…``."""
    if intent.call.name != "sesv2:SendEmail":
        return []
    destination: Any = intent.call.params.get("Destination")
    to = destination.get("ToAddresses", ()) if isinstance(destination, dict) else ()
    names = (str(address).lower().rpartition("@") for address in to)
    return [local.partition("+")[0] for local, _, domain in names if domain == plans.SIMULATOR]
