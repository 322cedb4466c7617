"""What the service is configured with in order to send: nothing secret is stored here or asked for."""

from __future__ import annotations

from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.steps.verdict_builder import VerdictBuilder

_SECTION = "What the service needs to send"
_PARTITIONS = ("aws", "aws-us-gov")  # those whose SMTP hosts end with amazonaws.com
_GUIDE = "SES Developer Guide"


def setting_rows(builder: VerdictBuilder, situation: Situation) -> None:
    """Show Region, identity, configuration set and SMTP settings ("Connecting to an Amazon SES SMTP endpoint")."""
    place, identity = situation.place, situation.identity
    if not place.region:
        return
    builder.add_row("Region to send through", place.region, section=_SECTION)
    if identity is not None:
        builder.add_row("Identity", identity.name, situation.domain_identity, section=_SECTION)
        if identity.configuration_set:
            builder.add_row(
                "Configuration set",
                f"{identity.configuration_set}: the identity's default, used where the code names none",
                situation.domain_identity,
                section=_SECTION,
            )
    if place.partition not in _PARTITIONS:
        return
    builder.add_row(
        "SMTP endpoint",
        f"email-smtp.{place.region}.amazonaws.com",
        section=_SECTION,
        source=_GUIDE,
    )
    builder.add_row(
        "SMTP ports", "587, 2587 or 25 with STARTTLS; 465 or 2465 with TLS", section=_SECTION, source=_GUIDE
    )
    builder.add_row(
        "SMTP credentials",
        "SES console, SMTP settings, Create SMTP credentials: an IAM user who may ses:SendRawEmail; they hold in this "
        "Region alone. An AWS access key is no SMTP password. Nothing of them is stored or asked for here.",
        section=_SECTION,
        source=_GUIDE,
    )
