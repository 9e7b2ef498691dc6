"""Folders made of keys: what is below one is passed over, however much it is."""

from __future__ import annotations

from tui.sources.s3.client import Entry, Page
from tui.sources.s3.folded import folded


def test_what_lies_in_a_folder_is_passed_over() -> None:
    below = [f"p/{name}/{number}" for name in "abc" for number in range(50)]
    keys = sorted([*below, "p/bb", "p/z"])
    asked: list[str] = []

    def ask(after: str) -> Page:
        asked.append(after)
        found = [key for key in keys if key > after]
        return Page([Entry(key, 1, "") for key in found[:10]], [], "more" if found[10:] else "")

    entries, folders = folded(ask, "p/", "/")
    assert [entry.key for entry in entries] == ["p/bb", "p/z"]
    assert folders == ["p/a/", "p/b/", "p/c/"]
    assert len(asked) <= 4


def test_a_server_that_begins_anew_each_time_is_not_asked_for_ever() -> None:
    page = Page([Entry("p/a/x", 1, "")], [], "more")
    assert folded(lambda _after: page, "p/", "/") == ([], ["p/a/"])
