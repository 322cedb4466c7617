"""``do`` on an embedded account over a socket: what was shown is what goes over the wire, and it is read back."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # ships no types

from dlaas_onboard.headless.documents import DoDocument
from dlaas_onboard.journey.published_document import json_schema
from dlaas_onboard.rehearsal.http_server import LoggedCall
from dlaas_onboard.rehearsal.scenarios import ACCOUNT
from tests.e2e.conftest import FIELDS, World, WorldMaker
from tests.e2e.test_proof import PROOF, SET_UP, nothing_left
from tests.e2e.tools import ROOT, command, fill, main

SCHEMA = Draft202012Validator(json_schema(DoDocument))


def do(
    world: World, capsys: pytest.CaptureFixture[str], *words: str, code: int = 0
) -> tuple[list[dict[str, Any]], list[LoggedCall]]:
    """Do an action; return the lines that it printed, and the writes that it sent."""
    before = len(world.writes())
    capsys.readouterr()
    assert main(world, "do", *words, "--json") == code, capsys.readouterr()
    printed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    for line in printed:
        SCHEMA.validate(line)
    assert [line["event"] for line in printed].count("result") == 1
    assert (printed[-1]["event"], printed[-1]["exit_status"]) == ("result", code)
    return printed, world.writes()[before:]


def names(calls: list[LoggedCall]) -> list[str]:
    return [f"{call.service}:{call.operation}" for call in calls]


def test_from_the_path_to_its_proof(world: WorldMaker, capsys: pytest.CaptureFixture[str]) -> None:
    here = world("dlaas")
    for event in ("click_link", "publish_records"):
        here.play(event)
    dry, nothing = do(here, capsys, "set_up_bounces", "--dry-run")
    assert nothing == []
    assert dry[-1]["outcome"] == "dry_run"
    printed, sent = do(here, capsys, "set_up_bounces", f"test_address={FIELDS['test_address']}", "--yes")
    assert names(sent) == SET_UP == [call["operation"] for call in printed[0]["calls"]]
    assert [line["phase"] for line in printed if line["event"] == "call"] == ["confirmed"] * len(SET_UP)
    assert any("hears of the topic" in sentence for sentence in printed[0]["afterwards"])
    for line, call in zip(printed[0]["calls"], sent, strict=True):
        if call.service == "sesv2":
            assert {**line["params"]} == call.params

    printed, sent = do(here, capsys, "prove_bounces", "--yes")
    assert names(sent) == PROOF == [call["operation"] for call in printed[0]["calls"]]
    told = [line["text"] for line in printed if line["event"] == "progress"]
    assert told[0] == "call 1: CreateQueue"
    assert "cleaning up: DeleteQueue" in told
    assert printed[-1]["message"].startswith("Proved.")
    assert nothing_left(here)


@pytest.mark.skipif(os.name != "posix", reason="a signal is POSIX's")
def test_a_proof_that_is_stopped_takes_away_what_it_made(world: WorldMaker) -> None:
    here = world("ready")
    fill(here)
    with subprocess.Popen(
        command(here, "do", "prove_bounces", "--yes", "--json"),
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if json.loads(line).get("text") == "call 2: Subscribe":
                process.send_signal(signal.SIGINT)
                break
        rest = [json.loads(line) for line in process.stdout]
    assert process.returncode == 130
    assert rest[-1]["outcome"] == "interrupted"
    assert "you ended it" in rest[-1]["message"]
    assert nothing_left(here)


def test_filing_wants_the_account_and_goes_out_once(world: WorldMaker, capsys: pytest.CaptureFixture[str]) -> None:
    here = world("ready")
    fill(here)
    assert main(here, "do", "file", "--yes") == 2
    do(here, capsys, "file", "--yes", "--account", "999999999999", code=30)
    printed, sent = do(here, capsys, "file", "--yes", "--account", ACCOUNT)
    assert [call.params for call in sent] == [call["params"] for call in printed[0]["calls"]]
    _, again = do(here, capsys, "file", "--yes", "--account", ACCOUNT, code=30)
    assert again == []


def test_a_reply_takes_the_evidence_along(world: WorldMaker, capsys: pytest.CaptureFixture[str]) -> None:
    here = world("ready")
    fill(here)
    do(here, capsys, "file", "--yes", "--account", ACCOUNT)
    here.play("refuse_ask")
    dry, nothing = do(here, capsys, "reply_case", "--dry-run")
    assert dry[0]["attachment"].startswith("Evidence for our request")
    assert nothing == []
    printed, sent = do(here, capsys, "reply_case", "reply=We only mail our own users.", "--yes")
    assert names(sent) == ["support:AddAttachmentsToSet", "support:AddCommunicationToCase"]
    assert sent[1].params["communicationBody"].startswith("We only mail our own users.")
    assert sent[1].params["communicationBody"] == printed[0]["calls"][1]["params"]["communicationBody"]
    again, nothing = do(here, capsys, "reply_case", "--yes", code=30)
    assert "Amazon has this text since" in again[-1]["message"]
    assert nothing == []


def test_a_write_that_aws_refuses(world: WorldMaker, capsys: pytest.CaptureFixture[str]) -> None:
    here = world("dlaas")
    here.server.account.state.denied.append("sesv2:CreateConfigurationSet")
    printed, sent = do(here, capsys, "create_configuration_set", "--yes", code=32)
    assert printed[-1]["outcome"] == "aws_refused"
    assert "ses:CreateConfigurationSet" in next(line for line in printed if line["event"] == "call")["problem"]
    assert len(sent) == 1
