"""``rehearse --serve``: the embedded account for other commands, until somebody interrupts it."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from dlaas_onboard.headless import diagnostics, output
from dlaas_onboard.headless.deadline import Deadline
from dlaas_onboard.headless.documents import EventDocument, RehearsalDocument
from dlaas_onboard.headless.signals import Stopped, TimeIsUp, stoppable
from dlaas_onboard.journey.errors import CannotLook

if TYPE_CHECKING:
    from dlaas_onboard.arguments import Arguments
    from dlaas_onboard.ports import ServedAccount


def run(account: ServedAccount, args: Arguments) -> int:
    """Print what leads other commands to the account, and return 0 once SIGINT or SIGTERM ends it."""
    with stoppable() as stopper:
        try:
            if args.json:
                output.document(_document(account).json_value(), one_line=True)
            else:
                output.write("\n".join(_lines(account)))
            diagnostics.say(
                f"serving account {account.account} in {account.region}, scenario {account.scenario}, until interrupted"
            )
            stopper.do(account.wait, Deadline.of(args).left)
        except (Stopped, TimeIsUp):
            return 0
    raise CannotLook("the embedded account ended by itself")


def _lines(account: ServedAccount) -> list[str]:
    """Return the environment as lines that a POSIX shell takes."""
    return [
        f"unset {name}" if value is None else f"export {name}={shlex.quote(value)}"
        for name, value in sorted(account.environment.items())
    ]


def _document(account: ServedAccount) -> RehearsalDocument:
    return RehearsalDocument(
        scenario=account.scenario,
        account=account.account,
        region=account.region,
        domain=account.domain,
        owner=account.owner,
        website=account.website,
        dns=account.dns,
        endpoint=account.endpoint,
        environment=dict(account.environment),
        events=[EventDocument(**event._asdict()) for event in account.events],
    )
