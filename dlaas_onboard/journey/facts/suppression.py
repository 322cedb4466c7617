"""What the account's suppression list holds, as counts: no address of it is kept."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SuppressedCount:
    """How many addresses are on the account-level suppression list, by the reason that SES names."""

    bounces: int = 0
    complaints: int = 0
    other: int = 0  # for a reason that AWS added later

    @property
    def total(self) -> int:
        """Return how many that are, whatever the reason."""
        return self.bounces + self.complaints + self.other
