"""An error that the embedded account answers, before it has an envelope."""

from __future__ import annotations


class Refusal(Exception):  # noqa: N818 - what AWS does here is refuse
    """AWS's ``code`` and message with the HTTP status; ``message`` is ``None`` where AWS sends none."""

    def __init__(self, code: str, message: str | None = "", status: int = 400) -> None:
        super().__init__(f"{code}: {message or ''}")
        self.code = code
        self.message = message
        self.status = status


def bad_request(message: str) -> Refusal:
    """Return SESv2's refusal of a parameter."""
    return Refusal("BadRequestException", message)


def not_found(message: str) -> Refusal:
    """Return SESv2's refusal of a name that it does not know."""
    return Refusal("NotFoundException", message, 404)
