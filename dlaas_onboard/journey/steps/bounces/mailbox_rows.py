"""Whether mail arrives at the addresses that answers and bounces go to."""

from __future__ import annotations

from dlaas_onboard.journey.bounces import bounce_path
from dlaas_onboard.journey.dns import mailboxes
from dlaas_onboard.journey.dns.mailboxes import Post
from dlaas_onboard.journey.request import evidence
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.steps.verdict_builder import VerdictBuilder
from dlaas_onboard.journey.verdict import Mark, Severity

_MAIL = "Mailboxes"
_ROLES = {
    "From": "the From address",
    "Reply-To": "the Reply-To address",
    "Feedback": "FeedbackForwardingEmailAddress",
}
_FINDING_IDS = {  # by role
    "From": "inbox",
    "Reply-To": "reply_inbox",
    "Feedback": "feedback_inbox",
    "Complaints": "complaints_inbox",
}
_ELSEWHERE = {  # by field: what takes the mail instead
    "reply_to": "let your code set a Reply-To address that is read, and enter it",
    "feedback_to": "let your code pass a FeedbackForwardingEmailAddress that is read, and enter it",
    "complaints_to": "name the one in which you read complaints",
}


def mailbox_rows(builder: VerdictBuilder, situation: Situation) -> None:
    """Say where answers and bounces go, and whether mail arrives there."""
    own = [(role, address) for role, address in situation.mail_addresses if role in _FINDING_IDS]
    if not situation.sender:
        builder.add_row("Mailbox of the From address", "no From address entered", mark=Mark.UNKNOWN, section=_MAIL)
    if not own:
        return
    for label, (role, address) in (
        ("Answers go to", mailboxes.answers_to(situation)),
        ("Bounces are mailed to", mailboxes.bounces_to(situation)),
    ):
        if address:
            builder.add_row(label, f"{address} ({_ROLES[role]})", section=_MAIL)
    complaints_to = situation.answers.text("complaints_to")
    if complaints_to:
        source = evidence.entered("complaints_to", situation.answers)
        builder.add_row("You read complaints in", complaints_to, section=_MAIL, source=source)
    lost = bounce_path.lost(situation)
    roles: dict[str, str] = {}
    for role, address in own:
        roles.setdefault(address, role)
    for address, role in roles.items():
        _mailbox(builder, mailboxes.post(situation.facts, address), role, lost.get(address, ""))
    builder.add_row("How this is known", mailboxes.BY_DNS, section=_MAIL)


def _mailbox(builder: VerdictBuilder, post: Post, role: str, lost: str) -> None:
    """Say whether mail to one of the service's own addresses arrives; ``lost`` is what nothing else would take."""
    words = {True: "can receive: ", False: "cannot receive: ", None: "unknown: "}[post.arrives]
    mark = {True: Mark.GOOD, False: Mark.BAD if lost else Mark.WARN, None: Mark.UNKNOWN}[post.arrives]
    builder.add_row(
        f"Mailbox {post.address}",
        f"{words}{post.why}",
        post.reading,
        mark,
        section=_MAIL,
        expected="an MX record that leads to a host" if post.arrives is False else "",
    )
    name = _FINDING_IDS[role]
    only_bounces = role == "Feedback" or (lost and not lost.startswith("answers"))
    field = "complaints_to" if role == "Complaints" else "feedback_to" if only_bounces else "reply_to"
    if post.arrives is False:
        builder.add_finding(
            name,
            Severity.BLOCKER if lost else Severity.WARNING,
            f"Mail to {post.address} cannot arrive{f': {lost} are lost' if lost else ''}.",
            evidence=f"{post.why}; {post.reading.source}" if post.reading else post.why,
            remedy=f"Set up a mailbox or a forwarder for it and publish its MX record, or {_ELSEWHERE[field]}.",
            field=field,
            guide_step=9,
        )
    elif post.arrives is None and post.reading is not None:
        problem = post.reading.problem
        builder.add_finding(
            f"{name}_unread",
            Severity.UNKNOWN,
            f"Whether mail to {post.address} can arrive is not known: {post.why.rstrip('.')}.",
            evidence=post.reading.source,
            remedy=problem.remedy if problem and problem.remedy else "Look again.",
            guide_step=9,
        )
