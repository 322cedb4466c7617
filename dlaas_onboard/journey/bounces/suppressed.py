"""What the account's suppression list holds, in words."""

from __future__ import annotations

from dlaas_onboard.journey.facts import SuppressedCount
from dlaas_onboard.journey.facts.reading import Reading


def suppressed_words(reading: Reading[SuppressedCount]) -> str:
    """Return ``12 addresses: 9 for bounces, 3 for complaints``; ``at least`` where the list was not read to its end.

    ``""`` where nothing was counted.
    """
    count = reading.value
    if count is None:
        return ""
    at_least = "" if reading.known else "at least "
    if not count.total:
        return "no address" if reading.known else ""
    parts = ((count.bounces, "bounces"), (count.complaints, "complaints"), (count.other, "other reasons"))
    reasons = ", ".join(f"{number:,} for {reason}" for number, reason in parts if number)
    return f"{at_least}{count.total:,} address{'' if count.total == 1 else 'es'}: {reasons}"
