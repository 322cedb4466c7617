"""How fast calls leave: the SES control plane takes one request a second for each account and Region."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

RATE = 1.0  # requests a second, https://docs.aws.amazon.com/ses/latest/dg/quotas.html ("all actions except sending")
BURST = 10.0
ELSEWHERE = 20.0  # an emulator has no such limit; this only keeps a sweep of all Regions from drowning it


class Pace:
    """One token bucket, shared by all threads that read SES in one account and Region.

    AWS names one request a second and sends no ``Retry-After``; in practice it bears a short burst, and a first
    look makes about ten calls. So the first ten leave at once and the rest one a second: the screen is complete in
    one go, and a radar or a poll that goes on for minutes stays within the limit. An answer of 429 says that the
    allowance is used up, whoever used it (another tool, a console, a Terraform run), so the bucket is emptied and the
    next call waits a full second. botocore's own back-off repeats a throttled read behind this.
    """

    def __init__(self, rate: float, burst: float, now: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._burst = burst
        self._now = now
        self._lock = threading.Lock()
        self._tokens = burst
        self._filled_at = now()

    def read(self) -> float:
        """Take a place in the queue and return the seconds to wait for it."""
        with self._lock:
            self._fill()
            self._tokens -= 1
            return max(0.0, -self._tokens / self._rate)

    def write(self) -> float:
        """Return the seconds that a write waits: nothing while the bucket holds a token, else one interval.

        A write does not queue behind reads: the reads that are already waiting have their time, and a write that is
        confirmed leaves next. The interval keeps it from being refused with 429, which would cost the operator
        another confirmation.
        """
        with self._lock:
            self._fill()
            wait = 0.0 if self._tokens >= 1 else min(1.0, 1.0 - self._tokens) / self._rate
            self._tokens -= 1
            return wait

    def throttled(self) -> None:
        """Empty the bucket: AWS answered 429."""
        with self._lock:
            self._fill()
            self._tokens = min(self._tokens, 0.0)

    def _fill(self) -> None:
        now = self._now()
        self._tokens = min(self._burst, self._tokens + max(0.0, now - self._filled_at) * self._rate)
        self._filled_at = now


_paces: dict[tuple[str, str, str], Pace] = {}
_paces_lock = threading.Lock()


def pace_of(account: str, region: str, endpoint: str, *, amazon: bool = True) -> Pace:
    """Return the bucket of an account and Region at one endpoint: two profiles of one account share it."""
    with _paces_lock:
        return _paces.setdefault((account, region, endpoint), Pace(RATE if amazon else ELSEWHERE, BURST))
