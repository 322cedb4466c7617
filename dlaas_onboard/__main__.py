"""The way in: runs one command line and ends the process."""

from __future__ import annotations

import gc
import os
import sys

from dlaas_onboard.cli import main


def run() -> None:
    """Run the command line and end the process at once with its exit status.

    The collector stays off while modules load, and nothing is torn down at the end: for a short command both cost a
    third of its time. What is saved is on disk before a method of the store returns.
    """
    gc.disable()
    os._exit(_guarded())


def _guarded() -> int:
    try:
        code = main()
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
    except SystemExit as end:  # argparse, after --help and --version
        code = end.code if isinstance(end.code, int) else 0
        return _flushed(code)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return 141  # the reader went away: what a shell reports for SIGPIPE
    except Exception as error:  # the last line of defence: one line instead of a traceback
        return _defect(error)
    return code


def _flushed(code: int) -> int:
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        return 141
    return code


def _defect(error: Exception) -> int:
    """Say which error and where, without its message: that may hold what must not reach a terminal or a log."""
    from dlaas_onboard.headless import diagnostics

    if os.environ.get("DLAAS_ONBOARD_DEBUG") == "1":
        import traceback

        diagnostics.trace("".join(traceback.format_exception(error)))
        return 1
    trace = error.__traceback__
    where = ""
    while trace is not None:
        module = trace.tb_frame.f_globals.get("__name__", "")
        where = f"{module}:{trace.tb_lineno}" if module.startswith("dlaas_onboard") else where
        trace = trace.tb_next
    diagnostics.say(
        f"a defect of ours: {type(error).__name__} in {where}; what was saved is safe; "
        "set DLAAS_ONBOARD_DEBUG=1 to see all of it"
    )
    return 1


if __name__ == "__main__":
    run()
