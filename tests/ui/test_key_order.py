"""Keys that come at once are carried out one after another, whatever they open or close."""

from __future__ import annotations

import asyncio

import pytest

from tests.ui.stand import Stand, stand
from tui.ui import key_order


def seen(it: Stand) -> tuple[list[str], str]:
    """What a person has before them, the pane that has the focus too."""
    return it.text(), it.pane if it.app.screen is it.main else type(it.app.screen).__name__


async def rest(it: Stand) -> None:
    """Until what follows the cursor has come."""
    async with asyncio.timeout(30):
        while it.main._rest is not None or it.main.timeline_keys._rest is not None:
            await it.pilot.pause(0.02)
    await it.settle()


@pytest.mark.parametrize(
    "keys",
    [
        ":columns enter j j space escape j",
        ": t o p space w h o enter j y v q j",
        "? space q P q R q j j",
        "& i s : e r r o r enter : f i l t e r s enter space escape k",
        "M n m M y j",
        "/ i a m enter n n escape j",
        "tab j j H > escape k",
        "shift+tab j / i a enter space ! u u",
        "ctrl+p p r o b enter q ctrl+p h e l p enter escape j",
        "; n o t e enter j : m a r k s enter g",
    ],
)
async def test_the_end_is_as_if_each_had_come_by_itself(keys: str) -> None:
    pressed = [key for word in keys.split() for key in (word if word.startswith(":") else [word])]
    async with stand() as it:
        await it.press(*pressed)
        await rest(it)
        wanted = seen(it)
    async with stand() as it:
        await it.press_at_once(*pressed)
        await rest(it)
        assert seen(it) == wanted


@pytest.mark.parametrize("key", ["enter", "tab"])
async def test_keys_for_a_record_wait_until_it_is_there(key: str) -> None:
    async with stand() as it:
        it.main.events.go_to(100)
        it.main.fill_detail()
        await it.settle()
        it.engine.held = []
        for each in ("j", key, ">", "G"):
            it.app.post_message(it.key(each))
        while not it.engine.held:
            await it.pilot._wait_for_screen()
        for _ in range(20):
            await it.pilot._wait_for_screen()
        assert not it.app.key_order.idle
        it.engine.held.pop(0)()
        await it.settle()
        assert it.main.detail.cursor_path == ("eventID",)
        assert it.main.detail.cursor_value_text == "00000000-0000-4000-8000-000000000101"


async def test_a_key_that_is_never_carried_out_holds_up_the_others_for_a_while_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(key_order, "_PATIENCE", 0.05)
    async with stand() as it, asyncio.timeout(30):
        it.main.events.go_to(100)
        with monkeypatch.context() as lost:
            lost.setattr(it.app.key_order, "_climb", lambda path, then: None)
            it.app.post_message(it.key("k"))
            while it.main.events.cursor != 99:
                await it.pilot._wait_for_screen()
        it.app.post_message(it.key("k"))
        while it.main.events.cursor != 98:
            await it.pilot._wait_for_screen()
