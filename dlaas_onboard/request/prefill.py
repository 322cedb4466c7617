"""What a field offers where nothing was entered: what is known of it, and for the reply its draft."""

from __future__ import annotations

from dlaas_onboard.journey import inputs, review
from dlaas_onboard.journey.answers import Answers
from dlaas_onboard.journey.facts import Facts
from dlaas_onboard.journey.inputs import Input
from dlaas_onboard.journey.review import Stage
from dlaas_onboard.request import amazon_mail
from dlaas_onboard.request.amazon_mail import Kind


def resolve(field_id: str, facts: Facts, answers: Answers) -> Input:
    """Return a field's effective text; for the reply its draft, once Amazon waits for one or has denied the request."""
    found = inputs.resolve(field_id, facts, answers)
    if field_id != "reply" or found.text or review.stage(facts) not in (Stage.PENDING, Stage.DENIED):
        return found
    told = amazon_mail.newest(facts, answers)
    wanted = told is not None and told.mail.kind in (Kind.QUESTION, Kind.IDENTITY)
    if review.stage(facts) == Stage.PENDING and not wanted:
        return found
    from dlaas_onboard.request.reply_draft import reply_draft

    return Input(reply_draft(facts, answers), "default", "drafted from the claim ledger")
