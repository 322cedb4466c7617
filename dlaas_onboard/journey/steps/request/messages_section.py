"""The messages that the code sends: how many of each kind, and when and to whom each goes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from dlaas_onboard.journey.facts import Facts, Mail
from dlaas_onboard.journey.request import evidence
from dlaas_onboard.journey.request.message_rows import by_kind, label, recipient, when, whole
from dlaas_onboard.journey.steps.verdict_builder import VerdictBuilder
from dlaas_onboard.journey.text import plural
from dlaas_onboard.journey.verdict import Mark

_SECTION = "Messages"


def rows(builder: VerdictBuilder, facts: Facts) -> None:
    """Show the messages that were found in the checkout, or why none can be shown."""
    reading = facts.checkout
    if reading is not None and reading.known and reading.value is None:
        builder.add_row("Messages", "no checkout: describe them in the step Use case", reading, section=_SECTION)
        return
    checkout = evidence.checkout(facts)
    if checkout is None:
        builder.missing("checkout", "Messages", reading, section=_SECTION)
        return
    counted = sorted(evidence.mails(facts), key=by_kind)
    kinds = Counter(mail.kind or "unknown" for mail in counted)
    total = ", ".join(f"{count} {kind}" for kind, count in kinds.items()) or "none found"
    builder.add_row("Kinds", f"{plural(len(counted), 'message')}: {total}", reading, section=_SECTION)
    for mail in counted:
        _counted_row(builder, facts, mail)
    _not_counted_rows(builder, facts, checkout.mails, counted)


def _counted_row(builder: VerdictBuilder, facts: Facts, mail: Mail) -> None:
    kind = "reads like marketing" if mail.bulk else mail.kind or "unknown"
    to = f"to {recipient(mail)}, " if recipient(mail) else ""
    builder.add_row(
        label(mail),
        f"{kind}; {to}{when(mail)}",
        facts.checkout,
        Mark.WARN if mail.bulk else Mark.PLAIN,
        section=_SECTION,
        source=", ".join(str(site) for site in mail.call_sites) or str(mail.source or ""),
        more=whole(mail),
    )


def _not_counted_rows(
    builder: VerdictBuilder, facts: Facts, mails: Collection[Mail], counted: Collection[Mail]
) -> None:
    for mail in mails:
        if mail not in counted:
            why = (
                "not counted: no call that sends it was found"
                if not mail.triggers
                else "not counted: goes to the operator only"
            )
            builder.add_row(label(mail), why, facts.checkout, section=_SECTION, source=str(mail.source or ""))
