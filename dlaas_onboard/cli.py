"""Runs one command line. Everything heavy is imported by the command that needs it."""

from __future__ import annotations

import os
import sys
import time
from importlib import import_module

from dlaas_onboard.arguments import PROGRAM, Arguments, parse
from dlaas_onboard.journey.errors import CannotLook, OnboardError, Refused, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dlaas_onboard.onboarding import Onboarding


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line (``sys.argv`` without ``argv``) and return its exit status."""
    try:
        began = time.monotonic()
        return _run(parse(sys.argv[1:] if argv is None else argv).replace(began=began))
    except OnboardError as error:
        from dlaas_onboard.headless import diagnostics

        diagnostics.say(error.sentence)
        return {UsageError: 2, CannotLook: 3, Refused: 30}.get(type(error), 1)


def _run(args: Arguments) -> int:
    name = args.command
    if args.serve or args.play:
        return _served(args)
    if name in ("", "rehearse"):
        if args.timeout is not None:
            raise UsageError("--timeout is a deadline for commands, and the app waits for you: leave it out")
        if not args.plain and os.environ.get("TERM") != "dumb":
            return _app(args)
        name, args = "plain_mode", args.replace(plain=True)
    from dlaas_onboard import wiring

    command: Callable[[Onboarding, Arguments], int] = import_module(f"dlaas_onboard.headless.{name}").run
    with wiring.opened(args) as onboarding:
        return command(onboarding, args)


def _served(args: Arguments) -> int:
    """Serve the embedded account to other commands, or have the one that is served do something."""
    from dlaas_onboard import wiring
    from dlaas_onboard.headless import output, serve

    if args.play:
        output.write(wiring.play(args.play))
        return 0
    with wiring.serving(args) as account:
        return serve.run(account, args)


def _app(args: Arguments) -> int:
    if not all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        raise UsageError(
            "the app needs a terminal, and there is none here; "
            f"use `{PROGRAM} status` for one look, or `{PROGRAM} --plain` for plain questions"
        )
    from dlaas_onboard.startup import open_app

    return open_app(args)
