"""A command that was named, with the flags that lead it where this one looked."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from dlaas_onboard.journey.command_lines import PROGRAM

if TYPE_CHECKING:
    from dlaas_onboard.arguments import Arguments


def with_flags(command: str, args: Arguments) -> str:
    """Return ``command`` with the flags of ``args`` that say which account, project and progress are meant."""
    flags = shlex.join(args.flags_again())
    return command.replace(PROGRAM, f"{PROGRAM} {flags}", 1) if flags and command.startswith(PROGRAM) else command
