"""Opens the app: it paints from what the last look saved, and everything else is loaded behind that paint.

This module and what it imports are all that stands between the command and the first screen
(docs/architecture.md, "Start-up").
"""

from __future__ import annotations

import gc
from contextlib import ExitStack
from typing import TYPE_CHECKING

from dlaas_onboard.options import Options, options_of
from dlaas_onboard.progress.last_look import last_look
from dlaas_onboard.progress.paths import rehearsal_folder, state_folder
from dlaas_onboard.tui.app import OnboardApp

if TYPE_CHECKING:
    from dlaas_onboard.arguments import Arguments
    from dlaas_onboard.journey.snapshot import Glance
    from dlaas_onboard.onboarding import Onboarding


def open_app(args: Arguments) -> int:
    """Run the app until the operator leaves, and return the exit status.

    Raises what :func:`dlaas_onboard.wiring.opened` does, once the screen is the terminal's own again.
    """
    gc.disable()  # nothing that start-up makes is garbage; the app turns it on again
    options = options_of(args)
    with ExitStack() as stack:

        def connect() -> Onboarding:
            from dlaas_onboard import wiring  # noqa: PLC0415 - loads all the rest, behind the first paint

            return stack.enter_context(wiring.opened(args))

        return OnboardApp(_snapshot(args, options), options, connect).run_to_its_end()


def _snapshot(args: Arguments, options: Options) -> Glance | None:
    try:
        chosen = args.state_dir
        folder = rehearsal_folder(chosen, options.rehearsal) if options.rehearsal else state_folder(chosen)
    except OSError:  # no home directory: the store says so at the top of the screen
        return None
    return last_look(folder, options.profile, options.region)
