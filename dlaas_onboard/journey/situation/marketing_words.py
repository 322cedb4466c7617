"""Words by which a reader takes a message for marketing."""

from __future__ import annotations

import re

_MARKETING = re.compile(
    r"\bnewsletters?\b|\bpromo(?:tion(?:al|s)?|s)?\b|\bmailing list\b|\bspecial offers?\b|\bcoupons?\b"
    r"|\bdiscounts?\b|\bcampaigns?\b|\bblack friday\b|\b\d{1,2} ?% off\b|\bweekly digest\b",
    re.IGNORECASE,
)


def marketing_words(*texts: str) -> str:
    """Return the first words that read like marketing, as they stand there, ``""`` if none do."""
    found = (match[0] for text in texts if (match := _MARKETING.search(text)))
    return next(found, "")
