"""Two weeks of sending as a plot: sends a day, and the rates of bounces and complaints beside AWS's lines.

The lines are those of docs.aws.amazon.com/ses/latest/dg/reputationdashboardmessages.html: AWS reviews an account at
a bounce rate of 5 % and may pause it at 10 %; for complaints at 0.1 % and 0.5 %.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from dlaas_onboard.tui.safe_text import fit
from dlaas_onboard.tui.theme import DIM

DAYS = 14
BLOCKS = " ▁▂▃▄▅▆▇█"
# Braille dots by column and row, top to bottom: Unicode block 2800.
DOTS = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))
HEIGHT = 4


class Sends(NamedTuple):
    """One quarter of an hour of sending statistics."""

    at: datetime
    attempts: int
    bounces: int
    complaints: int


class Day(NamedTuple):
    """The sums of one day."""

    day: date
    attempts: int
    bounces: int
    complaints: int


class Line(NamedTuple):
    """A threshold: from here on AWS does something."""

    rate: float
    name: str
    color: str


class Rate(NamedTuple):
    """One rate plot."""

    title: str
    top: float  # the rate at the upper edge; what is above is drawn there
    lines: tuple[Line, ...]


BOUNCES = Rate("Bounces", 0.12, (Line(0.10, "10 % pause", "$text-error"), Line(0.05, "5 % review", "$text-warning")))
COMPLAINTS = Rate(
    "Complaints", 0.006, (Line(0.005, "0.5 % pause", "$text-error"), Line(0.001, "0.1 % review", "$text-warning"))
)


def by_day(points: Sequence[Sends], today: date) -> list[Day]:
    """Return the last 14 days, oldest first, days without a send as zeros."""
    sums = {today - timedelta(days=back): [0, 0, 0] for back in range(DAYS)}
    for point in points:
        row = sums.get(point.at.date())
        if row is not None:
            row[0] += point.attempts
            row[1] += point.bounces
            row[2] += point.complaints
    return [Day(day, *row) for day, row in sorted(sums.items())]


class Plot(Widget):
    """The three plots under each other."""

    ALLOW_SELECT = False

    def __init__(self) -> None:
        super().__init__(id="plot")
        self.display = False
        self._days: list[Day] = []

    def say(self, points: Sequence[Sends], today: date) -> None:
        """Plot ``points``; nothing is shown where nothing was ever sent."""
        days = by_day(points, today)
        if days != self._days:
            self._days = days
            self.display = bool(points)
            self.refresh(layout=True)

    def get_content_height(self, _container: Size, _viewport: Size, width: int) -> int:
        """Return the height of the three plots with their titles."""
        return len(plot(self._days, width)) if self._days else 0

    def render(self) -> Content:
        """Return the plots."""
        return Content("\n").join(plot(self._days, self.content_size.width))


def plot(days: Sequence[Day], width: int) -> list[Content]:
    """Return the lines of all plots for ``width``."""
    total = sum(day.attempts for day in days)
    title = Content.assemble(("14 days of sending", "bold"), (f"  {total:,} messages ".replace(",", " "), DIM))
    rule = Content.styled("─" * max(0, width - title.cell_length), "$foreground 20%")
    out = [Content(""), Content.assemble(title, rule)]
    axis = max(4, len(f"{max(day.attempts for day in days):,}") + 2)
    legend = 13
    room = max(DAYS, min(width - 2 - axis - legend, DAYS * 6))
    step = room // DAYS
    out += _bars(days, axis, step)
    out += _rate(BOUNCES, days, [day.bounces for day in days], axis, step)
    out += _rate(COMPLAINTS, days, [day.complaints for day in days], axis, step)
    return [line.truncate(width, ellipsis=True) for line in out]


def _bars(days: Sequence[Day], axis: int, step: int) -> list[Content]:
    top = max((day.attempts for day in days), default=0) or 1
    lines = []
    for row in range(HEIGHT, 0, -1):
        cells = ""
        for day in days:
            level = day.attempts / top * HEIGHT * 8 - (row - 1) * 8
            cells += BLOCKS[max(0, min(8, round(level)))] * max(1, step - 1) + (" " if step > 1 else "")
        label = f"{top:,}".replace(",", " ") if row == HEIGHT else "0" if row == 1 else ""
        lines.append(Content.assemble("  ", (f"{label:>{axis - 2}} ", DIM), ("┤", DIM), (cells, "$primary")))
    first, last = f"{days[0].day:%d %b}", f"{days[-1].day:%d %b}"
    gap = " " * max(1, step * DAYS - len(first) - len(last))
    lines.append(Content.styled(" " * (axis + 2) + first + gap + last, DIM))
    return lines


def _rate(rate: Rate, days: Sequence[Day], counts: Sequence[int], axis: int, step: int) -> list[Content]:
    rates = [count / day.attempts if day.attempts else None for day, count in zip(days, counts, strict=True)]
    dots = _line(rates, rate.top, step)
    lines = []
    for row in range(HEIGHT):
        threshold = next((line for line in rate.lines if _row(line.rate, rate.top) == row), None)
        cells = [_cell(dot, column, threshold) for column, dot in enumerate(dots[row])]
        label = fit(f" {threshold.name}", 13, threshold.color) if threshold else Content("")
        lines.append(Content.assemble("  ", (" " * (axis - 1) + "┤", DIM), *cells, label))
    return [_mean(rate, days, counts), *lines]


def _mean(rate: Rate, days: Sequence[Day], counts: Sequence[int]) -> Content:
    """Return the line over a rate plot: the mean of all days, and which of AWS's lines it is over."""
    sent = sum(day.attempts for day in days)
    mean = sum(counts) / sent if sent else 0.0
    worst = next((line for line in rate.lines if mean >= line.rate), None)
    text = f"{rate.title} {mean * 100:.2f} % of all messages"
    verdict = f", over the line: {worst.name}" if worst else ", under both lines"
    return Content.assemble("  ", (text, worst.color if worst else ""), (verdict, worst.color if worst else DIM))


def _cell(dot: int, column: int, threshold: Line | None) -> tuple[str, str]:
    """Return one cell of a rate plot with its style: the curve, else the threshold that runs through its row."""
    if dot != 0x2800:
        return chr(dot), "$secondary"
    if threshold is not None and column % 2 == 0:
        return "╌", threshold.color
    return " ", ""


def _row(value: float, top: float) -> int:
    return min(HEIGHT - 1, max(0, int((1 - value / top) * HEIGHT)))


def _line(rates: Sequence[float | None], top: float, step: int) -> list[list[int]]:
    """Return a braille curve through the days that have a rate; days without a send leave a gap."""
    grid = [[0x2800] * (step * DAYS) for _ in range(HEIGHT)]
    before: tuple[int, int] | None = None
    for index, value in enumerate(rates):
        if value is None:
            before = None
            continue
        point = (index * step * 2 + step - 1, round((1 - min(value, top) / top) * (HEIGHT * 4 - 1)))
        for x, y in _between(before or point, point):
            grid[y // 4][x // 2] |= DOTS[x % 2][y % 4]
        before = point
    return grid


def _between(start: tuple[int, int], end: tuple[int, int]) -> list[tuple[int, int]]:
    steps = max(abs(end[0] - start[0]), abs(end[1] - start[1]), 1)
    return [
        (round(start[0] + (end[0] - start[0]) * part / steps), round(start[1] + (end[1] - start[1]) * part / steps))
        for part in range(steps + 1)
    ]
