"""Measures, and prints one table: ``python -m benchmarks [--runs N] [--json FILE] [--readme] [--check]``.

Times differ from machine to machine and from minute to minute; ratios of cases that ran in turn, in one run, hold.
``--check`` ends with 1 where a ratio is over its budget by more than a fifth.
"""

from __future__ import annotations

import argparse
import compileall
import contextlib
import json
import os
import random
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from benchmarks.bare import MARKER as BARE_MARKER
from benchmarks.slow_aws import REGION
from benchmarks.terminal import Terminal, environment
from dlaas_onboard.checkout.project import DlaasCheckout
from dlaas_onboard.journey.step_registry import STEPS
from dlaas_onboard.rehearsal.launcher import SAMPLE_PROJECT, launch

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
APP = (PYTHON, "-m", "dlaas_onboard")
MARKER = STEPS[-1].title  # the rail's last step: when it stands there, so does all above it
MARGIN = 1.2
INTERRUPTED = 130  # the exit status after ctrl+c
SANDBOX = 10  # the exit status of a look at a sandboxed account
KEYS = "12345678"
ROUNDS = 3  # in which keys are pressed, in turn at rest and under way


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
        lines = [
            *commands(place, args.runs),
            *one_look(place, args.runs),
            *first_paint(place, args.runs),
            *rehearsing(place, args.runs),
            *keys(place, args.keys),
            *leaving(place),
        ]
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
def aws(*delays: str) -> Iterator[dict[str, str]]:
    """Run the slow endpoint and yield the environment that leads to it."""
    process = subprocess.Popen(
        [PYTHON, "-m", "benchmarks.slow_aws", *delays], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    try:
        assert process.stdout is not None
        yield {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{process.stdout.readline().strip()}",
            "AWS_ACCESS_KEY_ID": "AKIABENCHMARK0000000",
            "AWS_SECRET_ACCESS_KEY": "none",
            "AWS_REGION": REGION,
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
    """Compare commands with an interpreter that does nothing."""
    cases = {"python -c pass": (PYTHON, "-c", "pass"), "--version": (*APP, "--version"), "--help": (*APP, "--help")}
    times: dict[str, list[float]] = {name: [] for name in cases}
    for turn in range(runs + 1):
        for name, command in cases.items():
            taken = run(command, place, {"PYTHONPATH": str(ROOT)})
            if turn:  # the first fills the caches
                times[name].append(taken)
    base = times.pop("python -c pass")
    for name, found in times.items():
        ratio = paired(base, found)
        yield Line(f"{name}, to python -c pass", f"{ratio:5.2f}  ({statistics.median(found):.0f} ms)", ratio, 3.0)


def one_look(place: Place, runs: int) -> Iterator[Line]:
    """Compare ``status --json`` on the embedded account with the AWS CLI, which is asked for the same call by call."""
    checkout = DlaasCheckout(str(SAMPLE_PROJECT)).read().value
    assert checkout is not None
    running = launch("dlaas", place.folder / "account", domain=checkout.domain, region=checkout.region)
    try:
        changes = running.environment(os.environ) | {"PYTHONPATH": str(ROOT), "AWS_DEFAULT_REGION": running.region}
        env = {name: value for name, value in changes.items() if value is not None} | {"AWS_PAGER": ""}
        words = ("--project", str(SAMPLE_PROJECT), "--dns-server", running.dns, "status", "--json")
        ours: list[float] = []
        theirs: list[float] = []
        program = shutil.which("aws")
        for turn in range(max(2, runs // 3) + 1):
            taken = run(place.command(*words), place, env)
            asked = (
                sum(run((program, *call), place, env) for call in _same_look(running.domain, running.owner))
                if program
                else 0.0
            )
            if turn:
                ours.append(taken)
                theirs.append(asked)
    finally:
        running.close()
    what, took = "status --json, to the AWS CLI's same look", f"{statistics.median(ours):.0f} ms"
    if program is None:
        yield Line(what, f"skipped, no aws on the PATH  ({took})", 0.0, None)
    else:
        ratio = paired(theirs, ours)
        yield Line(what, f"{ratio:5.2f}  ({took} to {statistics.median(theirs):.0f} ms)", ratio, 0.5)


def _same_look(domain: str, address: str) -> Iterator[Sequence[str]]:
    """Return what one look asks, in the words of the AWS CLI."""
    yield ("sts", "get-caller-identity")
    yield ("sesv2", "get-account")
    yield ("sesv2", "list-email-identities")
    yield ("sesv2", "list-configuration-sets")
    for name in (domain, address):
        yield ("sesv2", "get-email-identity", "--email-identity", name)
    yield ("ses", "get-send-statistics")
    yield ("ses", "get-identity-notification-attributes", "--identities", domain)
    yield ("support", "describe-severity-levels")
    for command in ("list-service-quotas", "list-aws-default-service-quotas"):
        yield ("service-quotas", command, "--service-code", "ses")
    for code in ("L-804C8AE8", "L-CDEF9B6B"):
        yield (
            *("service-quotas", "list-requested-service-quota-change-history-by-quota"),
            *("--service-code", "ses", "--quota-code", code),
        )
    query = (
        '[{"Id": "b", "MetricStat": {"Metric": {"Namespace": "AWS/SES", "MetricName": "Reputation.BounceRate"},'
        ' "Period": 3600, "Stat": "Average"}}]'
    )
    yield (
        *("cloudwatch", "get-metric-data", "--metric-data-queries", query),
        *("--start-time", "2026-01-01T00:00:00Z", "--end-time", "2026-01-02T00:00:00Z"),
    )


def run(command: Sequence[str], place: Place, env: Mapping[str, str]) -> float:
    """Run a command to its end and return the milliseconds; a look at an account in the sandbox ends with 10."""
    begin = time.perf_counter()
    done = subprocess.run(command, env=environment(env), cwd=place.folder, capture_output=True, check=False)
    taken = (time.perf_counter() - begin) * 1000
    if done.returncode not in (0, SANDBOX):
        raise SystemExit(f"{' '.join(command)} ended with {done.returncode}: {done.stderr.decode()}")
    return taken


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


def rehearsing(place: Place, runs: int) -> Iterator[Line]:
    """Time the first screen of a rehearsal, which starts an account of its own beside it, and leaving it."""
    opened: list[float] = []
    left: list[float] = []
    for turn in range(max(2, runs // 3) + 1):
        with Terminal(place.command("rehearse"), {"PYTHONPATH": str(ROOT)}, place.folder) as terminal:
            taken = painted(terminal, MARKER)
            terminal.rest(2.0, 2.5)
            seconds = terminal.leave("q", 20.0)
            if seconds is None:
                raise SystemExit(f"the rehearsal never ended; the screen was:\n{terminal.text()}")
            if turn:
                opened.append(taken)
                left.append(seconds)
    yield Line("first paint of a rehearsal, ms", f"{statistics.median(opened):.0f}", statistics.median(opened), None)
    yield Line("quit a rehearsal, s", f"{statistics.median(left):5.2f}", statistics.median(left), 0.5)


def keys(place: Place, count: int) -> Iterator[Line]:
    """Compare the time from a key to its step on the screen while nothing happens and while reads are under way."""
    idle: list[float] = []
    busy: list[float] = []
    reads: list[int] = []
    for _ in range(ROUNDS):
        with aws("0") as env, Terminal(place.command(), env, place.folder) as terminal:
            painted(terminal, MARKER)
            settled(terminal)
            idle += _press(terminal, count // ROUNDS, lambda: None)
        # The radar's Regions never answer, so its reads stay under way; looking again adds those of this Region.
        with aws("3", "never") as env, Terminal(place.command(), env, place.folder) as terminal:
            painted(terminal, MARKER)
            _wait_for(terminal, env, 20)
            busy += _press(terminal, count // ROUNDS, partial(_look_again, terminal, env, reads))
    yield Line("key to paint idle, p50 / p95 ms", f"{statistics.median(idle):5.1f} / {p95(idle):.1f}", p95(idle), None)
    ratio = p95(busy) / p95(idle)
    yield Line(
        f"key to paint with {statistics.median(reads):.0f} reads under way, p95 to idle",
        f"{ratio:5.2f}  ({statistics.median(busy):.1f} / {p95(busy):.1f} ms)",
        ratio,
        1.5,
    )


def _look_again(terminal: Terminal, env: Mapping[str, str], reads: list[int]) -> None:
    """Note how many reads are under way, and look again where they have become fewer than 30."""
    under_way = _under_way(env)
    if under_way < 30:
        terminal.press("\x12")
        terminal.rest(0.3, 0.6)
        under_way = _under_way(env)
    reads.append(under_way)


def _under_way(env: Mapping[str, str]) -> int:
    with urllib.request.urlopen(f"{env['AWS_ENDPOINT_URL']}/under-way") as answer:
        return int(answer.read())


def _wait_for(terminal: Terminal, env: Mapping[str, str], reads: int) -> None:
    end = time.perf_counter() + 30
    while time.perf_counter() < end:
        terminal.rest(0.2, 0.5)
        if _under_way(env) >= reads:
            return
    raise SystemExit(f"there were never {reads} reads under way; the screen was:\n{terminal.text()}")


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
    with aws("never") as env:
        command = place.command("status", "--json")
        with subprocess.Popen(command, env=environment(env), cwd=place.folder, stdout=subprocess.DEVNULL) as process:
            end = time.perf_counter() + 30
            while _under_way(env) == 0 and time.perf_counter() < end:
                time.sleep(0.1)
            begin = time.perf_counter()
            process.send_signal(signal.SIGINT)
            process.wait(20)
            seconds = time.perf_counter() - begin
        if process.returncode != INTERRUPTED:
            raise SystemExit(f"status ended with {process.returncode} instead of being interrupted")
        yield Line("ctrl+c out of status with calls that hang, s", f"{seconds:5.2f}", seconds, 0.5)


if __name__ == "__main__":
    sys.exit(main())
