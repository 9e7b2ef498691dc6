"""The detail pane: what it draws, where the cursor goes, what a cursor move costs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from textual.app import App
from textual.widgets import Button

from tests.terminal.program import Program, environment
from tui.ui.widgets.detail_lines import OPENED, DetailLines, clip, wrap
from tui.ui.widgets.detail_tree import DetailTree

if TYPE_CHECKING:
    from pathlib import Path

    from textual.app import ComposeResult

POLICY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "es:*", "Resource": "*"}],
}
RECORD = {
    "eventVersion": "1.08",
    "userIdentity": {"type": "IAMUser", "userName": "alice"},
    "eventTime": "2026-01-31T12:00:00Z",
    "requestParameters": {
        "domainName": "films",
        "accessPolicies": json.dumps(POLICY),
        "note": "word " * 59 + "word",
        "tagList": [],
        "filter": {},
        "nothing": None,
        "empty": "",
        "looksTrue": "true",
        "isTrue": True,
        "looksNumber": "12",
        "isNumber": 12,
        "list": ["a", {"b": 1}],
    },
    "responseElements": None,
    "recipientAccountId": "111122223333",
}
SUMMARY = ["alice as role Admin · 198.51.100.7", "UpdateDomainConfig on domain films"]


class TreeApp(App[None]):
    """A detail pane and something else that can have the focus."""

    CSS = "DetailTree { height: 1fr; } Button { dock: bottom; height: 1; border: none; }"

    def __init__(self, record: object = RECORD) -> None:
        super().__init__()
        self.record = record
        self.pane = DetailTree()
        self.posted: list[object] = []

    def compose(self) -> ComposeResult:
        yield self.pane
        yield Button("elsewhere")

    def on_mount(self) -> None:
        self.pane.show(self.record, summary=SUMMARY)
        self.pane.focus()

    def on_detail_tree_leave(self, message: DetailTree.Leave) -> None:
        self.posted.append(message)

    def on_detail_tree_cursor_moved(self, message: DetailTree.CursorMoved) -> None:
        self.posted.append(message)

    def on_detail_tree_refused(self, message: DetailTree.Refused) -> None:
        self.posted.append(message)


def screen(pane: DetailTree) -> list[str]:
    """The pane's lines as they are drawn."""
    return [pane.render_line(y).text.rstrip() for y in range(pane.size.height)]


def line_with(pane: DetailTree, text: str) -> str:
    return next(line for line in screen(pane) if text in line)


def go_to(pane: DetailTree, *path: str | int) -> None:
    node = pane.outline.find(path)
    assert node >= 0, path
    pane.go_to(node)


async def test_the_summary_stands_above_the_record_and_the_cursor_on_the_request() -> None:
    app = TreeApp()
    async with app.run_test(size=(80, 24)):
        lines = screen(app.pane)
        assert lines[:2] == SUMMARY
        assert lines[2] == '   eventVersion: "1.08"'
        assert lines[3] == " ▶ userIdentity  {2} type: IAMUser, userName: alice"
        assert lines[5] == "▌▼ requestParameters"
        assert app.pane.cursor_path == ("requestParameters",)
        assert app.pane.scroll_offset.y == 0


async def test_types_are_told_apart_without_colour() -> None:
    app = TreeApp()
    async with app.run_test(size=(80, 40)):
        app.pane.action_unfold_all()
        shown = {line.strip() for line in screen(app.pane)}
        for line in (
            "domainName: films",
            "tagList: []",
            "filter: {}",
            "nothing: null",
            'empty: ""',
            'looksTrue: "true"',
            "isTrue: true",
            'looksNumber: "12"',
            "isNumber: 12",
            "[0]: a",
            "▼ [1]",
            "responseElements: null",
        ):
            assert line in shown, line


async def test_a_policy_is_decoded_in_place_with_its_statements_and_its_danger() -> None:
    app = TreeApp()
    async with app.run_test(size=(120, 40)) as pilot:
        policy = line_with(app.pane, "accessPolicies")
        assert policy.startswith("   ▼ accessPolicies  decoded JSON · ⚠ ")
        assert line_with(app.pane, "[0]").strip().startswith("▼ [0]  Allow ")
        go_to(app.pane, "requestParameters", "accessPolicies")
        assert app.pane.cursor_is_string
        app.pane.action_toggle_raw()
        assert 'accessPolicies  raw: {"Version"' in line_with(app.pane, "accessPolicies")
        assert app.pane.cursor_value_text == json.dumps(POLICY)
        app.pane.action_toggle_raw()
        assert json.loads(app.pane.cursor_value_text) == POLICY
        go_to(app.pane, "requestParameters", "filter")
        app.pane.action_toggle_raw()
        await pilot.pause()
        assert isinstance(app.posted[-1], DetailTree.Refused)


async def test_the_cursor_moves_line_by_line_and_tells() -> None:
    app = TreeApp()
    async with app.run_test(size=(80, 24)) as pilot:
        app.pane.action_cursor_down()
        await pilot.pause()
        moved = app.posted[-1]
        assert isinstance(moved, DetailTree.CursorMoved)
        assert moved.path == ("requestParameters", "domainName")
        assert moved.value == "films"
        assert app.pane.cursor_path_text == "requestParameters.domainName"
        assert line_with(app.pane, "domainName").startswith("▌")
        app.pane.action_cursor_up()
        app.pane.action_cursor_up()
        assert app.pane.cursor_path == ("eventTime",)
        app.pane.action_end()
        assert app.pane.cursor_path == ("recipientAccountId",)
        app.pane.action_cursor_down()
        assert app.pane.cursor_path == ("recipientAccountId",)
        app.pane.action_home()
        assert app.pane.cursor_path == ("eventVersion",)
        assert screen(app.pane)[0] == SUMMARY[0]


async def test_at_the_edge_it_scrolls_half_a_page_and_the_cursor_is_always_in_view() -> None:
    app = TreeApp({"requestParameters": {f"key{number}": number for number in range(50)}})
    async with app.run_test(size=(60, 21)):
        offsets = set()
        for number in range(50):
            app.pane.action_cursor_down()
            assert line_with(app.pane, f" key{number}:").startswith("▌")
            offsets.add(app.pane.scroll_offset.y)
        assert offsets == {0, 10, 20, 30, 33}
        for number in reversed(range(49)):
            app.pane.action_cursor_up()
            assert line_with(app.pane, f" key{number}:").startswith("▌")
        app.pane.action_cursor_up()
        app.pane.action_cursor_up()
        assert app.pane.scroll_offset.y == 0


async def test_pages_move_text_and_cursor() -> None:
    app = TreeApp({"requestParameters": list(range(50))})
    async with app.run_test(size=(60, 21)):
        app.pane.action_unfold_all()
        assert app.pane.size.height == 20
        app.pane.action_page_down()
        assert app.pane.cursor_path == ("requestParameters", 18)
        assert app.pane.scroll_offset.y == 19
        app.pane.action_half_page_down()
        assert app.pane.cursor_path == ("requestParameters", 28)
        app.pane.action_half_page_up()
        app.pane.action_page_up()
        assert app.pane.cursor_path == ("requestParameters",)
        assert app.pane.scroll_offset.y == 0


async def test_h_folds_then_goes_to_the_parent_then_leaves() -> None:
    app = TreeApp()
    async with app.run_test(size=(80, 24)) as pilot:
        go_to(app.pane, "requestParameters", "list")
        app.pane.action_fold_or_parent()
        assert line_with(app.pane, "list").strip() == "▌  ▶ list  [2] a, {1}".strip()
        app.pane.action_fold_or_parent()
        assert app.pane.cursor_path == ("requestParameters",)
        app.pane.action_fold_or_parent()
        assert "domainName" not in "\n".join(screen(app.pane)).replace("{12} domainName", "")
        await pilot.pause()
        assert not any(isinstance(message, DetailTree.Leave) for message in app.posted)
        app.pane.action_fold_or_parent()
        await pilot.pause()
        assert isinstance(app.posted[-1], DetailTree.Leave)


async def test_l_opens_then_goes_in_and_space_toggles() -> None:
    app = TreeApp()
    async with app.run_test(size=(80, 24)) as pilot:
        go_to(app.pane, "userIdentity")
        app.pane.action_unfold()
        assert line_with(app.pane, "userName: alice")
        app.pane.action_unfold()
        assert app.pane.cursor_path == ("userIdentity", "type")
        app.pane.action_unfold()
        await pilot.pause()
        assert isinstance(app.posted[-1], DetailTree.Refused)
        app.pane.action_to_parent()
        assert app.pane.cursor_path == ("userIdentity",)
        app.pane.action_toggle_fold()
        assert "▶" in line_with(app.pane, "userIdentity")
        app.pane.action_toggle_fold()
        assert "▼" in line_with(app.pane, "userIdentity")
        app.pane.action_to_parent()
        await pilot.pause()
        assert isinstance(app.posted[-1], DetailTree.Refused)


async def test_all_shut_puts_the_cursor_on_what_held_it() -> None:
    app = TreeApp()
    async with app.run_test(size=(80, 24)):
        go_to(app.pane, "requestParameters", "list", 1, "b")
        app.pane.action_fold_all()
        assert app.pane.cursor_path == ("requestParameters",)
        assert len(app.pane.outline.rows()) == len(RECORD)
        app.pane.action_unfold_all()
        assert line_with(app.pane, "userName: alice")


async def test_a_long_string_is_cut_with_its_length_and_opens_over_several_lines() -> None:
    app = TreeApp()
    async with app.run_test(size=(80, 40)):
        go_to(app.pane, "requestParameters", "note")
        cut = line_with(app.pane, " note: ")
        assert cut.endswith("… 299 characters")
        app.pane.action_toggle_fold()
        lines = screen(app.pane)
        first = next(y for y, line in enumerate(lines) if " note: " in line)
        opened = lines[first : first + 5]
        assert " ".join(opened).replace("▌", " ").split().count("word") == 60
        assert all(line.startswith("▌") for line in opened)
        assert all(len(line) <= 80 for line in opened)
        app.pane.action_cursor_down()
        assert app.pane.cursor_path == ("requestParameters", "tagList")
        app.pane.action_cursor_up()
        app.pane.action_fold_or_parent()
        assert line_with(app.pane, " note: ") == cut


async def test_a_text_taller_than_the_pane_is_scrolled_through() -> None:
    text = " ".join(f"w{number}" for number in range(400))
    app = TreeApp({"requestParameters": {"text": text, "after": 1}})
    async with app.run_test(size=(60, 15)):
        go_to(app.pane, "requestParameters", "text")
        app.pane.action_unfold()
        seen = set()
        for _ in range(30):
            seen.update(" ".join(screen(app.pane)).split())
            app.pane.action_cursor_down()
        assert {f"w{number}" for number in range(400)} <= seen
        assert app.pane.cursor_path == ("requestParameters", "after")
        for _ in range(30):
            app.pane.action_cursor_up()
        assert app.pane.cursor_path == ("requestParameters",)


async def test_the_next_record_keeps_the_place() -> None:
    app = TreeApp()
    other = {"requestParameters": {"bucketName": "x", "list": [1], "domainName": "books"}}
    async with app.run_test(size=(80, 24)):
        app.pane.show(other, summary=["next"])
        assert app.pane.cursor_path == ("requestParameters",)
        app.pane.show(RECORD, summary=SUMMARY)
        go_to(app.pane, "requestParameters", "domainName")
        app.pane.show(other, summary=["next"])
        assert app.pane.cursor_path == ("requestParameters", "domainName")
        assert app.pane.cursor_value_text == "books"
        app.pane.show({"requestParameters": None}, summary=["third"])
        assert app.pane.cursor_path == ("requestParameters",)
        app.pane.show({"eventName": "x"}, summary=["fourth"])
        assert app.pane.cursor_path == ("eventName",)
        app.pane.show(RECORD, summary=SUMMARY)
        assert app.pane.cursor_path == ("requestParameters", "domainName")


async def test_without_focus_a_new_record_is_shown_from_its_summary() -> None:
    record = {**{f"field{number}": number for number in range(30)}, **RECORD}
    app = TreeApp(record)
    async with app.run_test(size=(80, 15)) as pilot:
        app.query_one(Button).focus()
        await pilot.pause()
        app.pane.show(record, summary=SUMMARY)
        assert screen(app.pane)[0] == SUMMARY[0]
        app.pane.scroll_by_lines(5)
        assert app.pane.scroll_offset.y == 5
        app.pane.show(record, summary=SUMMARY)
        assert app.pane.scroll_offset.y == 0
        app.pane.focus()
        await pilot.pause()
        assert line_with(app.pane, "requestParameters").startswith("▌")
        app.query_one(Button).focus()
        await pilot.pause()
        app.pane.show(record, summary=SUMMARY)
        app.pane.scroll_by_lines(3)
        app.pane.focus()
        await pilot.pause()
        assert app.pane.scroll_offset.y == 3
        assert screen(app.pane)[0].startswith("▌")


async def test_a_resize_keeps_the_cursors_line() -> None:
    app = TreeApp()
    async with app.run_test(size=(100, 30)) as pilot:
        go_to(app.pane, "requestParameters", "isNumber")
        await pilot.resize_terminal(40, 12)
        await pilot.pause()
        assert line_with(app.pane, "isNumber").startswith("▌")
        assert all(len(line) <= 40 for line in screen(app.pane))
        await pilot.resize_terminal(100, 30)
        await pilot.pause()
        assert line_with(app.pane, "isNumber").startswith("▌")


async def test_a_message_or_nothing_in_place_of_a_record() -> None:
    app = TreeApp()
    async with app.run_test(size=(40, 12)) as pilot:
        app.pane.show_message("The file is gone.\nWhat the index knows: " + "word " * 10)
        lines = screen(app.pane)
        assert lines[0] == "The file is gone."
        assert lines[1].startswith("What the index knows: word")
        assert lines[2].startswith("word")
        assert app.pane.cursor_path == ()
        assert app.pane.cursor_value_text == ""
        assert not app.pane.cursor_is_string
        for action in ("cursor_down", "cursor_up", "page_down", "page_up", "home", "end"):
            getattr(app.pane, f"action_{action}")()
        for action in ("unfold", "toggle_fold", "unfold_all", "fold_all", "to_parent"):
            getattr(app.pane, f"action_{action}")()
        app.pane.action_toggle_raw()
        app.pane.action_fold_or_parent()
        await pilot.pause()
        assert isinstance(app.posted[-1], DetailTree.Leave)
        app.pane.clear()
        assert not any(screen(app.pane))


async def test_nothing_in_a_record_reaches_the_screen_raw_or_as_markup() -> None:
    evil = "\x1b]52;c;aGk=\x07[/red]\u202e\x9b31m\ud800\x00\r\n"
    record = {evil: evil, "requestParameters": {evil: [evil, {evil: evil * 40}]}}
    app = TreeApp(record)
    async with app.run_test(size=(90, 40)):
        app.pane.show(record, summary=[evil], note=evil)
        app.pane.action_unfold_all()
        go_to(app.pane, "requestParameters", evil, 1, evil)
        app.pane.action_unfold()
        drawn = "".join(screen(app.pane))
        assert drawn.isprintable()
        assert "[/red]" in drawn
        app.pane.show_message(evil)
        assert "".join(screen(app.pane)).isprintable()


async def test_deep_levels_stay_within_the_width_and_say_how_deep() -> None:
    value: object = "bottom"
    for _ in range(500):
        value = {"in": value}
    app = TreeApp({"requestParameters": value})
    async with app.run_test(size=(80, 24)):
        app.pane.action_unfold_all()
        app.pane.action_end()
        assert line_with(app.pane, "bottom").split() == ["▌", "500:", "in:", "bottom"]


async def test_wide_characters_are_cut_within_the_width() -> None:
    record = {"requestParameters": {"名前": "漢字" * 100, "emoji": "🙂" * 100}}
    app = TreeApp(record)
    async with app.run_test(size=(50, 20)):
        for name in ("名前", "emoji"):
            go_to(app.pane, "requestParameters", name)
            app.pane.action_unfold()
        width = app.pane.scrollable_content_region.width
        for y in range(app.pane.size.height):
            assert app.pane.render_line(y).cell_length == width


@pytest.mark.parametrize("theme", ["ansi-dark", "ansi-light", "textual-light"])
async def test_the_cursor_is_reversed_with_focus_and_marked_without(theme: str) -> None:
    app = TreeApp()
    async with app.run_test(size=(80, 24)) as pilot:
        app.theme = theme
        await pilot.pause()
        y = next(y for y, line in enumerate(screen(app.pane)) if line.startswith("▌"))
        assert any(part.style and part.style.reverse for part in app.pane.render_line(y))
        app.query_one(Button).focus()
        await pilot.pause()
        assert not any(part.style and part.style.reverse for part in app.pane.render_line(y))
        assert app.pane.render_line(y).text.startswith("▌")


async def test_a_click_puts_the_cursor_there_and_folds_there() -> None:
    app = TreeApp()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.click(DetailTree, offset=(5, 3))
        assert app.pane.cursor_path == ("userIdentity",)
        assert "▶" in line_with(app.pane, "userIdentity")
        await pilot.click(DetailTree, offset=(5, 3))
        assert "▼" in line_with(app.pane, "userIdentity")
        await pilot.click(DetailTree, offset=(5, 0))
        assert app.pane.cursor_path == ("userIdentity",)


async def test_only_changed_lines_are_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    app = TreeApp()
    async with app.run_test(size=(80, 40)) as pilot:
        await pilot.pause()
        drawn: list[int] = []
        render = DetailTree.render_line
        monkeypatch.setattr(
            DetailTree, "render_line", lambda pane, y: (drawn.append(y), render(pane, y))[1]
        )
        app.pane.show(RECORD, summary=SUMMARY)
        await pilot.pause()
        assert drawn == []
        app.pane.show({**RECORD, "eventTime": "2026-01-31T12:00:01Z"}, summary=SUMMARY)
        await pilot.pause()
        assert drawn == [4]
        drawn.clear()
        app.pane.action_cursor_down()
        await pilot.pause()
        assert drawn == [5, 6]


def test_clip_and_wrap_keep_to_their_width() -> None:
    assert clip("abcdef", 6) == "abcdef"
    assert clip("abcdef", 4) == "abc…"
    assert clip("漢字漢字", 5) == "漢字…"
    assert clip("abc", 0) == ""
    assert wrap("", 5, 5) == [""]
    assert wrap("one two three four", 8, 8) == ["one two ", "three ", "four"]
    assert wrap("abcdefghij", 3, 4) == ["abc", "defg", "hij"]
    assert wrap("漢字漢字漢", 5, 5) == ["漢字", "漢字", "漢"]


async def test_a_huge_string_opens_up_to_a_limit_that_is_said() -> None:
    app = TreeApp({"requestParameters": {"huge": "x" * (OPENED + 1_234)}})
    async with app.run_test(size=(100, 30)):
        go_to(app.pane, "requestParameters", "huge")
        app.pane.action_unfold()
        lines = DetailLines(app.pane.outline, (), 99)
        assert lines.line(len(lines) - 1)[-1][1] == "… 1,234 more characters"
        app.pane.action_end()
        assert line_with(app.pane, "1,234 more characters")


PROGRAM = """
import json
from textual.app import App
from textual.binding import Binding
from tui.ui.widgets.detail_tree import DetailTree

class Program(App):
    CSS = "DetailTree { height: 1fr; }"
    BINDINGS = [Binding("j", "move('cursor_down')"), Binding("k", "move('cursor_up')")]

    def compose(self):
        yield DetailTree()

    def on_mount(self):
        pane = self.query_one(DetailTree)
        pane.show({"requestParameters": {f"key{n}": "value " * 15 for n in range(30)}}, summary=[])
        pane.focus()

    def action_move(self, name):
        getattr(self.query_one(DetailTree), "action_" + name)()

Program().run()
"""


def test_a_cursor_move_writes_less_than_700_bytes(tmp_path: Path) -> None:
    with Program([], environment(tmp_path), code=PROGRAM) as program:
        program.until_shown("key20")
        program.read(quiet=0.5)
        moves = [len(program.press(key)) for key in "jjjkj"]
        assert 0 < max(moves) < 700, moves
        assert min(moves) > 0
