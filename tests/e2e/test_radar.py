"""The radar asks all Regions, a bounded number of them at the same time, and a defect in one costs only that one."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from typing import Any, cast

from dlaas_onboard.journey.answers import Answers
from dlaas_onboard.journey.facts import Facts, Place, RegionGlance
from dlaas_onboard.journey.looks import Look
from dlaas_onboard.journey.reading import Reading
from dlaas_onboard.onboarding.observing import Observer
from dlaas_onboard.ports import Ports

REGIONS = tuple(f"xx-west-{number}" for number in range(60))


class Sky:
    """As much of a cloud as the radar uses; counts how many reads are under way."""

    def __init__(self, broken: str = "") -> None:
        self.broken = broken
        self.lock = threading.Lock()
        self.under_way = 0
        self.peak = 0
        self.asked = 0
        self.full = threading.Event()

    def regions(self) -> tuple[str, ...]:
        return REGIONS

    def glance(self, region: str, domain: str) -> Reading[RegionGlance]:
        with self.lock:
            self.under_way += 1
            self.asked += 1
            self.peak = max(self.peak, self.under_way)
            if self.under_way == 20:
                self.full.set()
        self.full.wait(5)
        with self.lock:
            self.under_way -= 1
        if region == self.broken:
            raise LookupError(domain)
        return cast(Reading[RegionGlance], region)  # kept as it is


def sweep(sky: Sky, stopped: Callable[[], bool] = lambda: False) -> Facts:
    facts = [Facts(place=Place())]
    lock = threading.Lock()

    def put(change: Callable[[Facts], Facts]) -> None:
        with lock:
            facts[0] = change(facts[0])

    class World:
        @staticmethod
        def spawn(task: Callable[[], None]) -> None:
            def run() -> None:
                with contextlib.suppress(LookupError):  # the defect; pytest would report it in whichever test runs then
                    task()

            threading.Thread(target=run, daemon=True).start()

    Observer(
        cloud=cast(Any, sky),
        ports=cast(Ports, World()),
        facts=lambda: facts[0],
        answers=Answers,
        put=put,
        looking=lambda _look, _under_way: None,
        stopped=stopped,
    ).run(frozenset({Look.RADAR}))
    return facts[0]


def test_every_region_is_asked_and_twenty_at_the_same_time() -> None:
    sky = Sky()
    assert set(sweep(sky).radar) == set(REGIONS)
    assert sky.peak == 20


def test_a_defect_in_one_region_keeps_no_other_from_being_asked() -> None:
    assert set(sweep(Sky(REGIONS[3])).radar) == set(REGIONS) - {REGIONS[3]}


def test_no_further_region_is_asked_once_it_was_given_up() -> None:
    sky = Sky()
    sweep(sky, sky.full.is_set)
    assert sky.full.is_set()
    assert sky.asked == 20
