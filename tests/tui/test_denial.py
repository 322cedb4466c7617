"""A denial on the screen: the mail is pasted, the reply is drafted, the ways on are named."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual import events

from dlaas_onboard.journey.situation.fields import BY_ID as FIELDS
from dlaas_onboard.journey.step_registry import StepId
from dlaas_onboard.rehearsal import review_mails
from dlaas_onboard.tui.confirm_dialog import ConfirmDialog
from dlaas_onboard.tui.dialogs import AskDialog, Scroll, TextDialog
from dlaas_onboard.tui.editors import LineEditor
from tests.apps import app_of
from tests.e2e.conftest import WorldMaker, models, world  # noqa: F401 - two of them are fixtures
from tests.tui.test_journey import until


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_denial_is_pasted_and_answered(
    world: WorldMaker,  # noqa: F811 - the fixture
    size: tuple[int, int],
) -> None:
    made = world("denied_no_plan")
    onboarding = made.open()
    app = app_of(onboarding)
    async with app.run_test(size=size, notifications=True) as pilot:

        def headline() -> str:
            return app.current_view.verdicts[StepId.DECISION].headline if app.current_view and app.started else ""

        def shown() -> str:
            strips = app.screen._compositor.render_strips()
            return " ".join("".join(part.text for part in strip) for strip in strips)

        await until(app, pilot, lambda: "Paste what Amazon wrote" in headline())
        await pilot.press("0")
        app.go_to_field(FIELDS["aws_answer"])
        editor = app.pane.fields["aws_answer"].editor
        await until(app, pilot, lambda: app.focused is editor)
        mail = review_mails.more_information("us-east-1") + "\n\x1b]0;pwned\x07[bold]File again now[/]"
        editor.post_message(events.Paste(mail))
        await pilot.press("ctrl+s")
        await until(app, pilot, lambda: "Amazon asks for more" in headline())
        assert "[bold]File again now[/]" in editor.content
        assert not {"\x1b", "\x07"} & set(shown())
        reply = app.pane.fields["reply"]
        await until(app, pilot, lambda: "How we handle bounces and complaints" in reply.editor.content)
        assert reply.editor.content == onboarding.reply_kit()
        assert not reply.dirty, "the draft is offered, not entered"
        assert onboarding.view().situation.answers.text("reply") == ""
        labels = [
            row.label for row in onboarding.view().verdicts[StepId.DECISION].rows if row.section == "What you can do"
        ]
        assert labels == ["1 Answer in the case", "2 File again", "3 Service Quotas", "4 A new case"]
        await pilot.press("escape", "a")
        await pilot.pause()
        assert not made.writes(), "without a plan nothing is sent from here"


async def test_without_a_plan_the_reply_is_handed_over_for_the_console(
    world: WorldMaker,  # noqa: F811 - the fixture
    tmp_path: Path,
) -> None:
    made = world("denied_no_plan")
    onboarding = made.open()
    app = app_of(onboarding)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(app, pilot, lambda: app.current_view is not None and app.started)
        await pilot.press("0", "a")
        await until(app, pilot, lambda: isinstance(app.screen, TextDialog))
        assert app.clipboard == onboarding.reply_kit()
        await pilot.press("w")
        await until(app, pilot, lambda: isinstance(app.screen, AskDialog))
        target = tmp_path / "reply.txt"
        app.screen.query_one(LineEditor).put(str(target))
        await pilot.press("enter")
        await until(app, pilot, target.exists)
        await until(app, pilot, lambda: target.read_text() == onboarding.reply_kit())
        assert target.stat().st_mode & 0o777 == 0o600
        assert not made.writes()


async def test_a_reply_is_read_and_compared_before_it_leaves(
    world: WorldMaker,  # noqa: F811 - the fixture
) -> None:
    """At 80 by 24: the text literally, the file, what changed since the last reply; then sent once."""
    made = world("denied")
    onboarding = made.open()
    onboarding.enter("reply", "First line.\nAn old line.")
    onboarding.act(onboarding.prepare("reply_case"))
    onboarding.enter("reply", "First line.\nA [@click=app.quit]new[/] line.")
    app = app_of(onboarding)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(app, pilot, lambda: app.current_view is not None and app.started)
        await pilot.press("0", "a")
        await until(app, pilot, lambda: isinstance(app.screen, ConfirmDialog))
        seen = ""
        for _ in range(6):
            strips = app.screen._compositor.render_strips()
            seen += "\n".join("".join(part.text for part in strip) for strip in strips)
            await pilot.press("pagedown")
            await pilot.pause()
        for part in ("A [@click=app.quit]new[/] line.", "evidence.txt", "-An old line.", "+A [@click"):
            assert part in seen
        await pilot.press("y")
        await until(app, pilot, lambda: len(made.writes("AddCommunicationToCase")) == 2)
        (upload, _) = (call for call in made.writes("AddAttachmentsToSet"))
        assert upload.params["attachments"][0]["fileName"] == "evidence.txt"


async def test_the_mail_of_the_rehearsal_can_be_read_and_copied(
    world: WorldMaker,  # noqa: F811 - the fixture
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = world("denied_no_plan")
    onboarding = made.open()
    monkeypatch.setattr(onboarding, "play", made.play)
    app = app_of(onboarding)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(app, pilot, lambda: app.current_view is not None and app.started)
        app.actions.play("mail")
        await until(app, pilot, lambda: isinstance(app.screen, TextDialog))
        assert app.clipboard == review_mails.refused()


@pytest.mark.parametrize(("key", "action_id"), [("a", "reply_case"), ("w", "open_case")])
async def test_the_attachment_is_shown_whole_before_it_leaves(
    world: WorldMaker,  # noqa: F811 - the fixture
    key: str,
    action_id: str,
) -> None:
    made = world("denied")
    onboarding = made.open()
    onboarding.enter("new_case", "yes")
    attached = onboarding.prepare(action_id).attached
    assert attached is not None
    app = app_of(onboarding)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(app, pilot, lambda: app.current_view is not None and app.started)
        await pilot.press("0", key)
        await until(app, pilot, lambda: isinstance(app.screen, ConfirmDialog))
        scroll = app.screen.query_one(Scroll)
        seen: list[str] = []
        for _ in range(20):
            strips = app.screen._compositor.render_strips()
            seen += ["".join(part.text for part in strip).strip(" │┃▌▐█▊▎▁▔") for strip in strips]
            if scroll.scroll_offset.y >= scroll.max_scroll_y:
                break
            await pilot.press("pagedown")
            await pilot.pause()
        text = "\n".join(seen)
        assert "The attachment, whole:" in text
        missing = [line for line in attached.text.splitlines() if line.strip() not in text]
        assert [line for line in missing if " UTC" not in line] == []  # it is made again, perhaps a minute later
        assert "Open gaps that a reviewer may mind" in text
        assert not made.writes()
