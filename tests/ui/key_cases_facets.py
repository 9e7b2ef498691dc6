"""As `key_cases`, for the fields of the sidebar and their values at large."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.ui.key_cases import case
from tui.actions.registry import SIDEBAR
from tui.ui.screens.field_prompt import FieldPrompt
from tui.ui.screens.reading import ReadingScreen
from tui.ui.screens.top import TopScreen

if TYPE_CHECKING:
    from tests.ui.key_cases import Press
    from tests.ui.stand import Stand


@case("facet")
async def facet(it: Stand, scope: str, press: Press) -> None:
    await press()
    assert isinstance(it.prompt, FieldPrompt)
    await it.press(*"region", "enter")
    assert it.pane == SIDEBAR
    assert it.main.sidebar.field == "region"
    assert {value.value for value in it.main.sidebar.values} == {"eu-west-1", "us-east-1"}
    assert it.text()[0].startswith("── Regions")
    it.main.sidebar.show_field("service")


@case("facet_order")
async def facet_order(it: Stand, scope: str, press: Press) -> None:
    await press()
    values = [value.value for value in it.main.sidebar.values]
    assert values == sorted(values)
    await press()
    counts = [value.count for value in it.main.sidebar.values]
    assert counts == sorted(counts)
    await press()
    counts = [value.count for value in it.main.sidebar.values]
    assert counts == sorted(counts, reverse=True)


@case("narrow")
async def narrow(it: Stand, scope: str, press: Press) -> None:
    await press()
    await it.press("e", "C")
    values = [value.value for value in it.main.sidebar.values]
    assert sorted(values) == ["ec2", "secretsmanager"]
    await it.press("escape")
    assert len(it.main.sidebar.values) > 2
    assert it.pane == SIDEBAR


@case("top")
async def top(it: Stand, scope: str, press: Press) -> None:
    await press()
    await it.press("enter")
    assert isinstance(it.app.screen, TopScreen)


@case("copy_table")
async def copy_table(it: Stand, scope: str, press: Press) -> None:
    await press()  # the help has no table
    assert isinstance(it.app.screen, ReadingScreen)
    assert "not here" in it.app.screen.status.message
    await it.press("escape")
    it.main.facet_commands.action_top("who")
    await it.settle()
    before = len(it.copied)
    await press()
    assert len(it.copied) == before + 1
    text, what = it.copied[-1]
    assert what == "the table as Markdown"
    assert text.startswith("| events | share | who | first seen | last seen |\n")
