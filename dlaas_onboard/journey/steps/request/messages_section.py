"""The messages that the project sends: how many of each kind, when and to whom each goes, and who says so."""

from __future__ import annotations

from collections import Counter

from dlaas_onboard.journey.facts import Facts
from dlaas_onboard.journey.facts.reading import known
from dlaas_onboard.journey.request import evidence
from dlaas_onboard.journey.request.message_words import by_class, whole
from dlaas_onboard.journey.situation.message_row import UNTOLD, MessageClass, MessageRow, RowOrigin
from dlaas_onboard.journey.situation.message_rows import as_words
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.steps.verdict_builder import VerdictBuilder
from dlaas_onboard.journey.text import plural
from dlaas_onboard.journey.verdict import Mark

_SECTION = "Messages"
_NOT_COUNTED = {
    MessageClass.OPERATOR: "goes to the operator only",
    MessageClass.NOT_SENT: "the service does not send it",
}


def rows(builder: VerdictBuilder, situation: Situation) -> None:
    """Show the messages that were found or added, or why none can be shown."""
    facts, table = situation.facts, situation.messages
    counted = sorted((row for row in table.rows if row.message_class not in UNTOLD), key=by_class)
    if not table.rows and facts.checkout is not None and facts.checkout.known and facts.checkout.value is None:
        what = "none found, which does not say that none is sent" if known(facts.repository) else "no checkout"
        builder.add_row("Messages", f"{what}: describe them in the step Use case", facts.checkout, section=_SECTION)
        return
    if not table.rows and evidence.checkout(facts) is None:
        builder.missing("checkout", "Messages", facts.checkout, section=_SECTION)
        return
    classes = Counter(row.message_class.value if row.message_class else "unknown" for row in counted)
    total = ", ".join(f"{count} {name}" for name, count in classes.items()) or "none found"
    builder.add_row("Kinds", f"{plural(len(counted), 'message')}: {total}", facts.checkout, section=_SECTION)
    for row in counted:
        _counted_row(builder, facts, row)
    _not_counted_rows(builder, situation)


def _counted_row(builder: VerdictBuilder, facts: Facts, row: MessageRow) -> None:
    kind = "reads like marketing" if row.bulk else row.message_class.value if row.message_class else "unknown"
    to = f"to {row.recipient}, " if row.recipient else ""
    said = f"{kind}; {to}{row.trigger or 'trigger not known'}"
    builder.add_row(
        row.name or row.id,
        said if row.claims else f"to be confirmed: {said}",
        facts.checkout if facts.checkout and facts.checkout.value else facts.repository,
        Mark.WARN if row.bulk or row.origin == RowOrigin.GUESS else Mark.PLAIN,
        section=_SECTION,
        source=", ".join(map(str, row.sources)) or (f"confirmed by {row.by}" if row.by else ""),
        more=whole(row),
    )


def _not_counted_rows(builder: VerdictBuilder, situation: Situation) -> None:
    for row in situation.messages.rows:
        if row.message_class in UNTOLD:
            why = f"not counted: {_NOT_COUNTED[row.message_class]}"
            why = why if row.claims else f"to be confirmed: {why}"
            source = str(row.sample_source or "")
            builder.add_row(row.name, why, situation.facts.checkout, section=_SECTION, source=source)
    checkout = evidence.checkout(situation.facts)
    for mail in checkout.mails if checkout else ():
        if not mail.triggers:
            why = "not counted: no call that sends it was found"
            name = as_words(mail.name)
            builder.add_row(name, why, situation.facts.checkout, section=_SECTION, source=str(mail.source or ""))
