"""The radar asks all Regions, a bounded number of them at the same time, and a defect in one costs only that one."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest

from dlaas_onboard import cli
from dlaas_onboard.aws.session import all_regions
from dlaas_onboard.journey.facts import Facts, RegionGlance
from dlaas_onboard.journey.facts.reading import Reading
from dlaas_onboard.journey.looks import Look
from dlaas_onboard.onboarding.observer import Observer
from dlaas_onboard.onboarding.state import State
from dlaas_onboard.ports import Ports
from dlaas_onboard.rehearsal import ses_identities
from dlaas_onboard.rehearsal.operations import OPT_IN
from dlaas_onboard.rehearsal.scenarios import ACCOUNT
from dlaas_onboard.report.json_schema import StatusDocument
from tests.e2e.conftest import World, WorldMaker
from tests.e2e.tools import main

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


def sweep(sky: Sky, state: State | None = None) -> Facts:
    state = state or State()

    class World:
        @staticmethod
        def spawn(task: Callable[[], None]) -> None:
            def run() -> None:
                with contextlib.suppress(LookupError):  # the defect; pytest would report it in whichever test runs then
                    task()

            threading.Thread(target=run, daemon=True).start()

    Observer(cast(Any, sky), cast(Ports, World()), state, state.generation).run(frozenset({Look.RADAR}))
    return state.facts


def test_every_region_is_asked_and_twenty_at_the_same_time() -> None:
    sky = Sky()
    assert set(sweep(sky).radar) == set(REGIONS)
    assert sky.peak == 20


def test_a_defect_in_one_region_keeps_no_other_from_being_asked() -> None:
    assert set(sweep(Sky(REGIONS[3])).radar) == set(REGIONS) - {REGIONS[3]}


def test_no_further_region_is_asked_once_it_was_given_up() -> None:
    sky, state = Sky(), State()

    class GivenUp(threading.Event):
        def set(self) -> None:
            state.cancel()  # before the twenty that wait are let go
            super().set()

    sky.full = GivenUp()
    sweep(sky, state)
    assert sky.full.is_set()
    assert sky.asked == 20


# The same through the command line, on an embedded account that has two Regions in use and many that are off


@pytest.fixture
def two_regions(world: WorldMaker) -> World:
    """Return DLaaS in us-east-1, in the sandbox, and an approval with the domain's identity in eu-west-1."""
    here = world("dlaas")
    account = here.server.account
    with account.lock:
        sister = account.region("eu-west-1")
        ses_identities.begin(account, sister, account.state.domain)
        sister.details = {"MailType": "TRANSACTIONAL", "WebsiteURL": "https://x.example"}
        account.begin_review(sister)
        account.grant(sister)
    return here


def case_of(here: World) -> str:
    review = here.server.account.region("eu-west-1").review
    assert review is not None
    return review.case


def test_status_of_all_regions_prints_the_radar(two_regions: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(two_regions, "status", "--regions", "all") == 0
    out, err = capsys.readouterr()
    lines = {line.split()[2]: line for line in out.splitlines() if line.startswith("default ")}
    assert set(lines) == set(all_regions("aws"))
    assert "production" in lines["eu-west-1"]
    assert f"case {case_of(two_regions)}" in lines["eu-west-1"]
    assert f"identity {two_regions.server.account.state.domain}" in lines["eu-west-1"]
    assert "sandbox" in lines["us-east-1"]
    off = {region for region, line in lines.items() if "not enabled" in line}
    assert off == OPT_IN & set(lines)
    assert "is in the sandbox, but production access is in eu-west-1." in " ".join(out.split())
    assert err == ""
    assert not two_regions.writes()


def test_json_of_all_regions_is_a_document_for_each_enabled_one(
    two_regions: World, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(two_regions, "status", "--json", "--regions", "all") == 0
    out, err = capsys.readouterr()
    found = [StatusDocument.model_validate_json(line) for line in out.splitlines()]
    assert [one.region for one in found] == sorted(set(all_regions("aws")) - OPT_IN)
    assert {one.region for one in found if one.access == "production"} == {"eu-west-1"}
    assert err.startswith(f"dlaas-onboard: not enabled for account {ACCOUNT}: af-south-1, ")
    (home,) = (one for one in found if one.region == "us-east-1")
    assert "account.checkout_access_elsewhere" in {item.id for item in home.steps[0].findings}


def test_a_principal_that_may_not_ask_about_regions_is_told_what_is_missing(
    two_regions: World, capsys: pytest.CaptureFixture[str]
) -> None:
    two_regions.server.account.state.denied.append("account:ListRegions")
    assert main(two_regions, "status", "--regions", "all") == 3
    out, err = capsys.readouterr()
    assert "af-south-1       unknown" in out
    assert "not enabled  " not in out
    assert err.count("\n") == 1
    assert "account:ListRegions" in err


def test_the_sister_approval_becomes_a_sentence_with_its_case(two_regions: World) -> None:
    onboarding = two_regions.open()
    assert "eu-west-1" not in onboarding.view().judgement.description.text
    onboarding.look({Look.RADAR})
    case = case_of(two_regions)
    assert f"production access in eu-west-1 (case {case})." in onboarding.view().judgement.description.text


def test_all_profiles_are_each_account_and_region_once(
    two_regions: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "config"
    keys = "aws_access_key_id = AKIAREHEARSAL0000000\naws_secret_access_key = SECRETCANARY0000\n"
    config.write_text(
        f"[profile a]\nregion = us-east-1\n{keys}[profile b]\nregion = us-east-1\n{keys}"
        f"[profile bare]\nregion = us-east-1\n[profile c]\nregion = eu-west-1\n{keys}[profile lost]\n{keys}"
    )
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.chdir(tmp_path)
    state = ("--state-dir", str(tmp_path / "state"), "--dns-server", two_regions.dns)
    assert cli.main([*state, "status", "--json", "--all-profiles"]) == 3
    out, err = capsys.readouterr()
    found = [StatusDocument.model_validate_json(line) for line in out.splitlines()]
    assert [(one.account.profile, one.region, one.access) for one in found] == [
        ("a", "us-east-1", "sandbox"),
        ("bare", "us-east-1", "unknown"),
        ("c", "eu-west-1", "production"),
        ("lost", None, "unknown"),
    ]
    said = err.splitlines()
    assert said[0] == f"dlaas-onboard: profile b is the same account {ACCOUNT} in us-east-1 as profile a"
    assert said[1].startswith("dlaas-onboard: bare us-east-1: There are no AWS credentials for profile bare.")
    assert said[2].startswith("dlaas-onboard: lost no Region: ")
    assert len(said) == 3
    asked = [call for call in list(two_regions.server.log) if call.region == "us-east-1"]
    assert [call.operation for call in asked].count("GetAccount") == 1
    assert [call.operation for call in asked].count("GetCallerIdentity") == 2
