"""What an error means in this account: cause, who acts, what to do."""

from __future__ import annotations

from dataclasses import dataclass

from dlaas_onboard.journey.actor import WORDS, Actor

# Pages of the Amazon SES Developer Guide.
SENDING = "Amazon SES email sending errors"
SMTP = "Amazon SES SMTP issues"
QUOTAS = "Errors related to the sending quotas"


@dataclass(frozen=True, slots=True)
class Explanation:
    """One error that was recognised."""

    error: str  # as AWS names it
    cause: str  # what it means, and what this account shows of it
    actor: Actor
    remedy: str
    commands: tuple[str, ...] = ()  # that do it, or look
    source: str = SENDING  # where AWS documents it

    def lines(self) -> tuple[tuple[str, str], ...]:
        """Return what is said of it, each line with the words that it begins with."""
        return (
            ("Here: ", self.cause),
            (f"Do ({WORDS[self.actor]}): ", self.remedy),
            *(("$ ", command) for command in self.commands),
            ("Documented: ", self.source),
        )
