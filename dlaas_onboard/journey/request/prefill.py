"""What a field offers where nothing was entered: what is known of it, and for the reply its draft."""

from __future__ import annotations

from dlaas_onboard.journey.request.reply_draft import reply_draft
from dlaas_onboard.journey.review import amazon_reply, stages
from dlaas_onboard.journey.review.amazon_reply import ReplyKind
from dlaas_onboard.journey.review.stages import Stage
from dlaas_onboard.journey.situation.inputs import Input
from dlaas_onboard.journey.situation.situation import Situation


def resolve(field_id: str, situation: Situation) -> Input:
    """Return a field's effective text; for the reply its draft, once Amazon waits for one or has denied the request."""
    effective = situation.input(field_id)
    if field_id != "reply" or effective.text or stages.stage(situation.facts) not in (Stage.PENDING, Stage.DENIED):
        return effective
    newest_reply = amazon_reply.newest(situation)
    wanted = newest_reply is not None and newest_reply.mail.kind in (ReplyKind.QUESTION, ReplyKind.IDENTITY)
    if stages.stage(situation.facts) == Stage.PENDING and not wanted:
        return effective

    return Input(reply_draft(situation), "default", "drafted from the claim ledger")
