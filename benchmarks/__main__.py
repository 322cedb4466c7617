"""Measures, and prints one table: ``python -m benchmarks [--runs N] [--json FILE] [--readme] [--check]``.

Times differ from machine to machine and from minute to minute; ratios of cases that ran in turn, in one run, hold.
``--check`` ends with 1 where a ratio is over its budget by more than a fifth.
"""

from __future__ import annotations

import argparse
import compileall
import contextlib
import json
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from benchmarks.bare import MARKER as BARE_MARKER
from benchmarks.terminal import Terminal, environment
from dlaas_onboard.journey.steps import STEPS

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
APP = (PYTHON, "-m", "dlaas_onboard")
MARKER = STEPS[-1].title  # the rail's last step: when it stands there, so does all above it
MARGIN = 1.2
SANDBOX = 10  # the exit status of a look at a sandboxed account
KEYS = "12345678"


class Line(NamedTuple):
    """One line of the table."""

    what: str
    measured: str
    value: float
    budget: float | None

    @property
    def over(self) -> bool:
        """Whether the budget is exceeded by more than the margin for noise."""
        return self.budget is not None and self.value > self.budget * MARGIN


class Place(NamedTuple):
    """Where the app under measurement lives."""

    folder: Path
    state: Path

    def command(self, *words: str) -> tuple[str, ...]:
        """Return the app's command line with a state directory of its own."""
        return (*APP, "--state-dir", str(self.state), *words)


def main() -> int:
    """Measure everything and print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--runs", type=int, default=9, help="rounds of each case (9)")
    parser.add_argument("--keys", type=int, default=120, help="keys in each state (120)")
    parser.add_argument("--json", metavar="FILE", help="write the figures to FILE as well")
    parser.add_argument("--readme", action="store_true", help="put the table into README.md as well")
    parser.add_argument("--check", action="store_true", help="end with 1 where a budget is exceeded by a fifth")
    args = parser.parse_args()
    for package in ("dlaas_onboard", "benchmarks"):
        compileall.compile_dir(str(ROOT / package), quiet=1)
    with tempfile.TemporaryDirectory() as folder:
        place = Place(Path(folder), Path(folder) / "state")
        lines = [*commands(place, args.runs), *first_paint(place, args.runs), *keys(place, args.keys), *leaving(place)]
    width = max(len(line.what) for line in lines)
    for line in lines:
        budget = "" if line.budget is None else f"  budget {line.budget:g}{'  OVER' if line.over else ''}"
        print(f"{line.what:<{width}}  {line.measured}{budget}")
    if args.json:
        figures = [line._asdict() for line in lines]
        Path(args.json).write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    if args.readme:
        publish(lines)
    return 1 if args.check and any(line.over for line in lines) else 0


def publish(lines: Sequence[Line]) -> None:
    """Put the table between the markers of README.md."""
    readme = ROOT / "README.md"
    rows = [f"| {line.what} | {line.measured.strip()} | {line.budget or ''} |" for line in lines]
    table = "\n".join(["| what | measured | budget |", "|---|---|---|", *rows])
    before, _, rest = readme.read_text(encoding="utf-8").partition("<!-- speed:begin -->\n")
    _, _, after = rest.partition("<!-- speed:end -->")
    text = f"{before}<!-- speed:begin -->\n{table}\n<!-- speed:end -->{after}"
    readme.write_text(text, encoding="utf-8")


# Around the app


@contextlib.contextmanager
def aws(delay: str) -> Iterator[dict[str, str]]:
    """Run the slow endpoint and yield the environment that leads to it."""
    process = subprocess.Popen(
        [PYTHON, "-m", "benchmarks.slow_aws", delay], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    try:
        assert process.stdout is not None
        yield {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{process.stdout.readline().strip()}",
            "AWS_ACCESS_KEY_ID": "AKIABENCHMARK0000000",
            "AWS_SECRET_ACCESS_KEY": "none",
            "AWS_REGION": "eu-west-1",
            "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
            "AWS_EC2_METADATA_DISABLED": "true",
            "PYTHONPATH": str(ROOT),
            "NO_PROXY": "127.0.0.1",
        }
    finally:
        process.kill()
        process.wait()


def settled(terminal: Terminal) -> None:
    """Wait until the app has looked at everything."""
    if (
        terminal.wait(lambda text: re.search(r"\bread (now|\d+ \w+ ago)", text) and "looking at" not in text, 30)
        is None
    ):
        raise SystemExit(f"the app never came to rest; the screen was:\n{terminal.text()}")


def painted(terminal: Terminal, marker: str) -> float:
    """Return the milliseconds from the start until ``marker`` stands on the screen."""
    stamp = terminal.wait(partial(contains, marker), 30)
    if stamp is None:
        raise SystemExit(f"{marker!r} never showed; the screen was:\n{terminal.text()}")
    return (stamp - terminal.started) * 1000


def contains(words: str, text: str) -> bool:
    """Whether ``words`` stand in ``text``."""
    return words in text


def paired(base: Sequence[float], other: Sequence[float]) -> float:
    """Return the median of the ratios of each round."""
    return statistics.median(there / here for here, there in zip(base, other, strict=True))


def p95(values: Sequence[float]) -> float:
    """Return the 95th percentile."""
    return sorted(values)[min(len(values) - 1, int(0.95 * len(values)))]


# The measurements


def commands(place: Place, runs: int) -> Iterator[Line]:
    """Compare commands with an interpreter that does nothing; ``status`` looks at an endpoint that answers at once."""
    with aws("0") as env:
        cases: dict[str, Sequence[str]] = {
            "python -c pass": (PYTHON, "-c", "pass"),
            "--version": (*APP, "--version"),
            "--help": (*APP, "--help"),
            "status --json": place.command("status", "--json"),
        }
        times: dict[str, list[float]] = {name: [] for name in cases}
        for turn in range(runs + 1):
            for name, command in cases.items():
                begin = time.perf_counter()
                done = subprocess.run(command, env=environment(env), cwd=place.folder, capture_output=True, check=False)
                if done.returncode not in (0, SANDBOX):
                    raise SystemExit(f"{name} ended with {done.returncode}: {done.stderr.decode()}")
                if turn:  # the first fills the caches
                    times[name].append((time.perf_counter() - begin) * 1000)
    base = times.pop("python -c pass")
    for name, found in times.items():
        ratio = paired(base, found)
        budget = None if name.startswith("status") else 3.0
        yield Line(f"{name}, to python -c pass", f"{ratio:5.2f}  ({statistics.median(found):.0f} ms)", ratio, budget)


def first_paint(place: Place, runs: int) -> Iterator[Line]:
    """Compare the first screen, as it opens after an earlier visit, with one line of Textual."""
    bare: list[float] = []
    app: list[float] = []
    first: list[float] = []
    loaded: list[float] = []
    with aws("1") as env:
        for turn in range(runs + 1):
            with Terminal((PYTHON, "-m", "benchmarks.bare"), env, place.folder) as terminal:
                time_bare = painted(terminal, BARE_MARKER)
            with Terminal(place.command(), env, place.folder) as terminal:
                time_app = painted(terminal, MARKER)
                memory = terminal.megabytes()
                if turn == 0:
                    settled(terminal)  # so that there is an earlier visit
                    continue
                terminal.rest(3.0, 4.0)
                loaded.append(terminal.megabytes())
            bare.append(time_bare)
            app.append(time_app)
            first.append(memory)
    ratio = paired(bare, app)
    yield Line(
        "first paint, to bare Textual",
        f"{ratio:5.2f}  ({statistics.median(app):.0f} ms to {statistics.median(bare):.0f} ms)",
        ratio,
        1.3,
    )
    for what, found, budget in (
        ("memory at first paint, MB", first, 42.0),
        ("memory with AWS loaded, MB", loaded, 75.0),
    ):
        yield Line(what, f"{statistics.median(found):5.1f}", statistics.median(found), budget)


def keys(place: Place, count: int) -> Iterator[Line]:
    """Compare the time from a key to its step on the screen while nothing happens and while reads are under way."""
    with aws("0") as env, Terminal(place.command(), env, place.folder) as terminal:
        painted(terminal, MARKER)
        settled(terminal)
        idle = _press(terminal, count, lambda: None)
    with aws("1.5") as env, Terminal(place.command(), env, place.folder) as terminal:
        painted(terminal, MARKER)
        settled(terminal)
        peak = f"{env['AWS_ENDPOINT_URL']}/peak"
        urllib.request.urlopen(peak).read()
        busy = _press(terminal, count, lambda: terminal.press("\x12"))
        under_way = json.loads(urllib.request.urlopen(peak).read())
    yield Line("key to paint idle, p50 / p95 ms", f"{statistics.median(idle):5.1f} / {p95(idle):.1f}", p95(idle), None)
    ratio = p95(busy) / p95(idle)
    yield Line(
        f"key to paint with up to {under_way} reads under way, p95 to idle",
        f"{ratio:5.2f}  ({statistics.median(busy):.1f} / {p95(busy):.1f} ms)",
        ratio,
        1.5,
    )


def _press(terminal: Terminal, count: int, between: Callable[[], object]) -> list[float]:
    """Open steps by their keys; return milliseconds from each key to the step's purpose on the screen."""
    dice = random.Random(7)
    found: list[float] = []
    for key in KEYS:  # a pane is built when it is first opened
        terminal.press(key)
        terminal.rest(0.2, 1.0)
    for turn in range(count):
        if turn % 8 == 0:
            between()
        terminal.rest(0.04 + dice.random() * 0.03, 0.1)  # nobody types in step with the program's own clock
        step = STEPS[turn % len(KEYS)]
        sent = terminal.press(KEYS[turn % len(KEYS)])
        stamp = terminal.wait(partial(contains, step.purpose[:24]), 2.0)
        if stamp is None:
            raise SystemExit(f"{step.title} was never shown; the screen was:\n{terminal.text()}")
        found.append((stamp - sent) * 1000)
    return found


def leaving(place: Place) -> Iterator[Line]:
    """Time quitting at rest, and with calls that never answer."""
    for what, delay in (("quit at rest, s", "0"), ("quit with calls that hang, s", "never")):
        with aws(delay) as env, Terminal(place.command(), env, place.folder) as terminal:
            painted(terminal, MARKER)
            terminal.rest(2.0, 2.5)
            seconds = terminal.leave("q", 20.0)
            if seconds is None:
                raise SystemExit(f"it never ended; the screen was:\n{terminal.text()}")
            yield Line(what, f"{seconds:5.2f}", seconds, 0.5)


if __name__ == "__main__":
    sys.exit(main())
