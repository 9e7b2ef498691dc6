"""As `key_cases`, for the timeline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.ui.key_cases import case

if TYPE_CHECKING:
    from tests.ui.key_cases import Press
    from tests.ui.stand import Stand


@case("timeline")
async def timeline(it: Stand, scope: str, press: Press) -> None:
    await press()
    assert it.pane == "timeline"
    assert any(
        "Timeline ─ 200 events" in line or "Timeline ─ 198 events" in line for line in it.text()
    )
    await press()
    assert it.pane == "list"
    assert not it.main.timeline.size.height


@case("zoom_out")
async def zoom_out(it: Stand, scope: str, press: Press) -> None:
    before = it.session.earlier_asked
    await press()
    assert it.session.earlier_asked == before + 1
    assert it.message == "Loading 2026-01-28 …"
    await it.press("i", "]")
    assert "a part of the time" in it.text()[0]
    await press()
    assert "a part of the time" not in it.text()[0]
    assert it.session.earlier_asked == before + 1


@case("zoom_in")
async def zoom_in(it: Stand, scope: str, press: Press) -> None:
    await press()
    assert it.pane == "timeline"
    assert it.main.timeline.zoomed
    bars = it.main.timeline.mark_span
    await press()
    closer = it.main.timeline.mark_span
    assert bars is not None
    assert closer is not None
    assert closer[1] - closer[0] < bars[1] - bars[0]


@case("bar_left", "bar_right")
async def bar(it: Stand, scope: str, press: Press) -> None:
    before, event = it.main.timeline.mark_span, it.main.events.cursor
    await press()
    after = it.main.timeline.mark_span
    assert before is not None
    assert after is not None
    assert after[0] == before[1] or after[1] == before[0]
    it.main.timeline_keys._lead()
    await it.settle()
    assert (it.main.events.cursor > event) is (after[0] == before[1])


@case("select_span")
async def select_span(it: Stand, scope: str, press: Press) -> None:
    bar = it.main.timeline.mark_span
    assert bar is not None
    await press()
    await it.press("left", "left")
    span = it.main.timeline.span
    assert span is not None
    assert span[0] < bar[0]
    assert span[1] == bar[1]
    await press()
    assert it.main.timeline.span == it.main.timeline.mark_span


@case("only_span", "exclude_span")
async def choose_span(it: Stand, scope: str, press: Press) -> None:
    await it.press("space", "left", "left", "left")
    span = it.main.timeline.span
    assert span is not None
    inside = {
        row.row for row in it.session._all if row.time is not None and span[0] <= row.time < span[1]
    }
    total = it.session.total
    assert 0 < len(inside) < total
    await press()
    text = it.session.filter_text()
    shown = {it.session.event(n).row for n in range(len(it.session))}
    if text.startswith("-"):
        assert shown == {row.row for row in it.session._all} - inside
    else:
        assert shown == inside
