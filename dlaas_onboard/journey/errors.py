"""The errors that end a command, each with one sentence for the operator."""

from __future__ import annotations


class OnboardError(Exception):
    """An error that is told in one sentence: ``sentence`` says what is wrong and what to do next."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class UsageError(OnboardError):
    """What was asked for cannot be asked for: exit status 2."""


class CannotLook(OnboardError):  # noqa: N818 - read as a sentence: the command cannot look
    """AWS, the network or the credentials cannot be reached: exit status 3."""


class Refused(OnboardError):  # noqa: N818 - read as a sentence: the action is refused
    """An action cannot be done now."""


class Unsaved(OSError):  # noqa: N818 - no failure of the request: what became of it could not be saved
    """A request left, and what became of it could not be saved; its text is one sentence for the operator."""
