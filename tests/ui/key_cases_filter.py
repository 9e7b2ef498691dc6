"""As `key_cases`, for the filter: the prompt, its steps, lenses, saved filters, stories."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.ui.key_cases import case
from tui.actions.registry import SIDEBAR, TREE
from tui.core.filters.lenses import LENSES
from tui.ui.screens.filter_prompt import FilterPrompt
from tui.ui.screens.filters import Picker, StepsScreen
from tui.ui.screens.prompts import Ask

if TYPE_CHECKING:
    from tests.ui.key_cases import Press
    from tests.ui.stand import Stand


def shown_people(it: Stand) -> set[str]:
    return {it.session.event(n).who for n in range(len(it.session))}


@case("filter")
async def filter_prompt(it: Stand, scope: str, press: Press) -> None:
    await press()
    assert isinstance(it.prompt, FilterPrompt)
    await it.press(*"who:bob", "enter")
    assert shown_people(it) == {"bob"}
    assert it.session.filter_text() == "who:bob"
    assert any("who:bob" in line for line in it.text())


@case("filters")
async def filters(it: Stand, scope: str, press: Press) -> None:
    await it.press(":", *"filters", "enter")
    assert it.message == "There is no filter"
    it.session.push("who:bob")
    it.session.push("service:s3")
    await it.press(":", *"filters", "enter")
    assert isinstance(it.app.screen, StepsScreen)
    await it.press("space")
    assert it.session.filter_text() == "service:s3"
    await it.press("j", "x", "escape")
    assert [step.text for step in it.session.steps.all] == ["who:bob"]


@case("undo")
async def undo(it: Stand, scope: str, press: Press) -> None:
    it.session.push("who:bob")
    it.session.push("is:error")
    await press()
    assert it.message == "Back to: who:bob"
    await press()
    assert it.message == "Back to: no filter"
    assert len(it.session) == it.session.total
    await press()
    assert it.message == "There is nothing to undo"


@case("redo")
async def redo(it: Stand, scope: str, press: Press) -> None:
    await press()
    assert it.message == "There is nothing to redo"
    it.session.push("who:bob")
    it.session.undo()
    await press()
    assert it.message == "Again: who:bob"
    assert shown_people(it) == {"bob"}


@case("toggle_filters")
async def toggle_filters(it: Stand, scope: str, press: Press) -> None:
    await press()
    assert it.message == "There is no filter"
    it.session.push("who:bob")
    await press()
    assert len(it.session) == it.session.total
    assert any("○who:bob" in line for line in it.text())
    await press()
    assert shown_people(it) == {"bob"}


@case("only")
async def only(it: Stand, scope: str, press: Press) -> None:
    if scope == TREE:
        await in_the_record(it, press, sign="")
        return
    if scope == SIDEBAR:
        field, value = "service", it.main.sidebar.cursor_value
    else:
        event = it.main.events.cursor_event
        assert event is not None
        field, value = "who", event.who
        it.main.events.column = "who"
    await press()
    shown = [it.session.event(n) for n in range(len(it.session))]
    assert {getattr(event, field) for event in shown} == {value}
    assert any(f"{field}:{value}" in line for line in it.text())


@case("exclude")
async def exclude(it: Stand, scope: str, press: Press) -> None:
    if scope == TREE:
        await in_the_record(it, press, sign="-")
        return
    if scope == SIDEBAR:
        field, value = "service", it.main.sidebar.cursor_value
    else:
        event = it.main.events.cursor_event
        assert event is not None
        field, value = "who", event.who
        it.main.events.column = "who"
    await press()
    shown = [it.session.event(n) for n in range(len(it.session))]
    assert 0 < len(shown) < it.session.total
    assert value not in {getattr(event, field) for event in shown}
    if scope == SIDEBAR:
        await press()
        assert len(it.session) == it.session.total


async def in_the_record(it: Stand, press: Press, *, sign: str) -> None:
    """An address: anywhere, then in its path, then not at all; a region: in its path at once."""
    tree = it.main.detail
    event = it.main.events.cursor_event
    assert event is not None
    # An event that was filtered out makes way for its neighbour's record only after a rest.
    it.main.fill_detail = lambda: None  # type: ignore[method-assign]
    tree.go_to(tree.outline.find(("sourceIPAddress",)))
    await press()
    assert it.session.filter_text() == f"{sign}{event.address}"
    assert "anywhere" in it.message
    it.session.steps = it.session.steps.clear().push(it.session.step(f"{sign}{event.address}"))
    tree.go_to(tree.outline.find(("sourceIPAddress",)))
    await press()
    assert it.session.filter_text() == f"{sign}sourceIPAddress:{event.address}"
    tree.go_to(tree.outline.find(("sourceIPAddress",)))
    await press()
    assert it.session.filter_text() == ""
    del it.main.fill_detail


@case("story")
async def story(it: Stand, scope: str, press: Press) -> None:
    # The made-up events name no keys; stories are told in test_story.
    await press()
    assert it.message == "This event names no access key: its story ends here"


@case(*(f"lens_{lens.name.replace(' ', '_').replace('-', '_')}" for lens in LENSES))
async def lens(it: Stand, scope: str, press: Press) -> None:
    await press()
    (step,) = it.session.steps.active
    found = next(lens for lens in LENSES if lens.name == step.name)
    assert step.text == found.text
    assert any(found.name in line for line in it.text()[:2])
    if "-is:aws" in found.text:
        assert "AWS-made" in it.message
    await press()
    assert it.session.steps.active == ()
    assert it.message == f"Without the lens {found.name}"


@case("lens")
async def lens_by_name(it: Stand, scope: str, press: Press) -> None:
    await it.press(":", *"lens sign-ins", "enter")
    assert [step.name for step in it.session.steps.active] == ["sign-ins"]
    await it.press(":", *"lens", "enter")
    assert isinstance(it.app.screen, Picker)
    await it.press("escape", ":", *"lens root", "enter")
    assert [step.name for step in it.session.steps.active] == ["root"]  # in place of that one
    await it.press("u")
    assert [step.name for step in it.session.steps.active] == ["sign-ins"]
    await it.press(":", *"lens nothing", "enter")
    assert it.message == "There is no lens nothing"


@case("save_filter", "load_filter")
async def save_and_load(it: Stand, scope: str, press: Press) -> None:
    await it.press(":", *"load", "enter")
    assert "No filter was saved yet" in it.message
    it.session.push("who:bob")
    await it.press(":", *"save", "enter")
    assert isinstance(it.prompt, Ask)
    await it.press(*"the bobs", "enter")
    assert it.message == "Saved as the bobs: who:bob"
    it.session.undo()
    await it.press(":", *"load", "enter")
    await it.press("enter")
    assert shown_people(it) == {"bob"}
    assert it.session.steps.all[-1].name == "the bobs"


@case("toggle_aws")
async def toggle_aws(it: Stand, scope: str, press: Press) -> None:
    await press()
    assert 0 < len(it.session) < it.session.total
    assert not any(it.session.event(n).by_aws for n in range(len(it.session)))
    assert "hidden" in it.message
    await press()
    assert len(it.session) == it.session.total
