"""How long to wait before the next of several writes, so that SES does not refuse it for coming too soon."""

from __future__ import annotations

from dlaas_onboard.journey.facts import Facts
from dlaas_onboard.journey.review import stages
from dlaas_onboard.journey.situation.calls import Call

CONTROL = 1.0  # seconds: all SES actions but sending take one request a second (SES quotas)
_MARGIN = 1.2  # of a second that SES counts with its own clock
_LONGEST = 10.0


def pause(call: Call, facts: Facts) -> float:
    """Return the seconds between a call and one of its kind before it.

    Messages go no faster than the account's own sending rate; where Amazon does not say it, one a second, its lowest.
    """
    if call.operation == "SendEmail":
        account = stages.account(facts)
        rate = account.max_send_rate if account is not None else None
        if rate == -1:
            return 0.0
        return min(_LONGEST, _MARGIN / rate) if rate else _MARGIN
    # An emulator has no such limit.
    return CONTROL if call.service in ("sesv2", "ses") and facts.place.amazon else 0.0
