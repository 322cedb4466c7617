"""Following ``next`` blindly, from an account in which nothing exists to the filed request and on to live.

The script knows only the document of ``next --json`` and the commands that it names. A person answers what only a
person knows; the world's part, such as publishing records or opening links, is played where the document says that
somebody else has to act.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # ships no types

from dlaas_onboard.headless.documents import NextDocument
from dlaas_onboard.journey.published_document import json_schema
from dlaas_onboard.rehearsal import scenarios
from dlaas_onboard.rehearsal.launcher import SAMPLE_PROJECT
from tests.e2e.conftest import FIELDS, World, WorldMaker
from tests.e2e.tools import main

SCHEMA = Draft202012Validator(json_schema(NextDocument))
MOST = 60  # things until a loop counts as one that leads nowhere
ANSWERS = {
    **FIELDS,
    "domain": scenarios.DOMAIN,
    "sender": f"support@{scenarios.DOMAIN}",
    "mail_type": "TRANSACTIONAL",
    "private_website": "yes",
    "business": "Lantern rents bicycles to people in Bern. Lantern GmbH, Bern, runs it.",
    "mail_content": "A welcome message when somebody registers, and an invoice when an order is paid.",
    "first_recipient": "friend@example.org",
}


class Follower:
    """Follows ``next`` in one world, and keeps what it was told."""

    def __init__(self, world: World, capsys: pytest.CaptureFixture[str], project: str) -> None:
        self._world = world
        self._capsys = capsys
        self._project = project
        self._answers: Mapping[str, str] = {**ANSWERS, "website_url": world.url}
        self.told: list[dict[str, Any]] = []

    def follow(self, until: str) -> dict[str, Any]:
        """Do what is next until it is of the kind ``until``; return that."""
        for _ in range(MOST):
            thing = self._next()
            if thing["kind"] == until:
                return thing
            assert self.told.count(thing) < 3, f"the loop does not advance: {thing}"
            self._do(thing)
        raise AssertionError(f"never {until}: {[(item['step']['id'], item['what']) for item in self.told]}")

    def run(self, command: str) -> int:
        """Run a command as it stands in the document."""
        program, *words = shlex.split(command)
        assert program == "dlaas-onboard"
        return main(self._world, *words, project=self._project)

    def _next(self) -> dict[str, Any]:
        self._capsys.readouterr()
        assert main(self._world, "next", "--json", project=self._project) == 0
        thing: dict[str, Any] = json.loads(self._capsys.readouterr().out)
        SCHEMA.validate(thing)
        self.told.append(thing)
        return thing

    def _do(self, thing: Mapping[str, Any]) -> None:
        match thing["kind"]:
            case "action" | "file" | "declaration":
                assert self.run(thing["command"]) == 0, (thing, self._capsys.readouterr())
            case "answer":
                text = self._answer(thing["answer"]["field"])
                command = shlex.join(word.replace("VALUE", text) for word in shlex.split(thing["command"]))
                assert self.run(command) == 0, (thing, self._capsys.readouterr())
            case "records" | "outside" | "wait":
                self._world_acts(thing["actor"])
            case kind:
                raise AssertionError(f"{kind}: {thing}")

    def _answer(self, field: str) -> str:
        if field == "first_headers":
            return self._world.play("first_message").partition("\n\n")[2]
        return self._answers[field]

    def _world_acts(self, actor: str) -> None:
        events = {
            "operator": ("click_link", "publish_website", "confirm_subscription"),
            "dns": ("publish_records", "hour"),
            "terraform": ("apply", "publish_records", "hour"),  # the code was changed as it was said
            "aws": ("hour", "grant"),
        }
        for event in events[actor]:
            self._world.play(event)


def commands(follower: Follower) -> list[str]:
    """Return the actions that were asked for, each once in a row."""
    return [thing["action"] for thing in follower.told if thing["kind"] == "action"]


@pytest.mark.timeout(300)
@pytest.mark.parametrize("project", ["", str(SAMPLE_PROJECT)], ids=["bare folder", "checkout"])
def test_from_nothing_to_filed_and_on_to_live(
    project: str,
    world: WorldMaker,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    here = world("fresh")
    monkeypatch.chdir(tmp_path)
    follower = Follower(here, capsys, project or str(tmp_path))
    filing = follower.follow("file")
    assert len(here.writes("PutAccountDetails")) == 0
    assert "prove_bounces" in commands(follower)
    declared = [thing["answer"]["field"] for thing in follower.told if thing["kind"] == "declaration"]
    assert declared == ["declare_terms", "declare_recipients", "declare_bounces"]
    made_by_code = [thing for thing in follower.told if thing["actor"] == "terraform"]
    assert bool(made_by_code) == bool(project)
    assert ("create_domain" in commands(follower)) != bool(project), "what the code declares is not made from here"

    assert follower.run(filing["command"]) == 0
    assert len(here.writes("PutAccountDetails")) == 1
    waiting = follower.follow("wait")
    assert (waiting["step"]["id"], waiting["actor"]) == ("decision", "aws")
    assert waiting["command"].endswith(" watch")
    live = follower.follow("done")
    assert live["step"]["id"] == "go_live"
    assert live["actor"] == "nobody"
    assert {"send_first", "create_alarms"} <= set(commands(follower))
    assert len(here.writes("PutAccountDetails")) == 1


@pytest.mark.timeout(120)
def test_a_denial_is_answered_and_never_filed_again(world: WorldMaker, capsys: pytest.CaptureFixture[str]) -> None:
    here = world("denied")
    follower = Follower(here, capsys, str(SAMPLE_PROJECT))
    reply = follower.follow("action")
    assert (reply["step"]["id"], reply["action"]) == ("decision", "reply_case")
    assert "Put right what you can first, and say so: " in reply["why"]
    assert follower.run(reply["command"]) == 0
    assert follower.follow("done")["step"]["id"] == "go_live"
    assert not here.writes("PutAccountDetails")


def test_a_look_that_fails_is_said(world: WorldMaker, capsys: pytest.CaptureFixture[str]) -> None:
    here = world("no_permission")
    here.server.account.state.denied.append("sesv2:GetAccount")
    assert main(here, "next", "--json") == 3
    out, err = capsys.readouterr()
    thing = json.loads(out)
    SCHEMA.validate(thing)
    assert thing["kind"] == "look"
    assert "ses:GetAccount" in err
