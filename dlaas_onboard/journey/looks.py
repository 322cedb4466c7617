"""What can be looked at: each look fills one part of the facts, and depends on what it was asked about."""

from __future__ import annotations

from enum import StrEnum


class Look(StrEnum):
    """One independent look; the value is its name on the screen's progress line."""

    CALLER = "caller"
    ACCOUNT = "account"
    STATISTICS = "statistics"
    MAILING = "contact lists"
    SUPPRESSED = "suppressed addresses"
    IDENTITIES = "identities"
    DOMAIN = "domain identity"
    TEST_ADDRESS = "test address"
    RECIPIENTS = "test recipients"
    BOUNCES = "bounce path"
    DNS = "DNS"
    ZONES = "hosted zones"
    WEBSITE = "website"
    CHECKOUT = "checkout"
    SUPPORT = "support"
    QUOTAS = "quotas"
    REPUTATION = "reputation"
    RADAR = "Regions"
