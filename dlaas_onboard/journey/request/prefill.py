"""What a field offers where nothing was entered: what is known of it, and for the reply its draft."""

from __future__ import annotations

from dlaas_onboard.journey.facts import Facts
from dlaas_onboard.journey.review import amazon_reply, stages
from dlaas_onboard.journey.review.amazon_reply import Kind
from dlaas_onboard.journey.review.stages import Stage
from dlaas_onboard.journey.situation import inputs
from dlaas_onboard.journey.situation.answers import Answers
from dlaas_onboard.journey.situation.inputs import Input


def resolve(field_id: str, facts: Facts, answers: Answers) -> Input:
    """Return a field's effective text; for the reply its draft, once Amazon waits for one or has denied the request."""
    found = inputs.resolve(field_id, facts, answers)
    if field_id != "reply" or found.text or stages.stage(facts) not in (Stage.PENDING, Stage.DENIED):
        return found
    told = amazon_reply.newest(facts, answers)
    wanted = told is not None and told.mail.kind in (Kind.QUESTION, Kind.IDENTITY)
    if stages.stage(facts) == Stage.PENDING and not wanted:
        return found
    from dlaas_onboard.journey.request.reply_draft import reply_draft

    return Input(reply_draft(facts, answers), "default", "drafted from the claim ledger")
