"""What finding is measured with: repaints that are awaited, searches that end, the bare loop."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

from tests.benchmarks.bench_find import KINDS, NEEDLES, TYPED, VARIED, WORDS, slowest, typing
from tests.benchmarks.bench_find_loop import bare
from tests.benchmarks.bench_find_screen import MISSING, OF, Answer, Finder
from tests.benchmarks.bench_ground import Ground
from tests.benchmarks.bench_screen import await_listed
from tests.benchmarks.bench_terminal import Screen

if TYPE_CHECKING:
    from pathlib import Path


def test_there_is_another_text_for_each_round(tmp_path: Path) -> None:
    rounds = Ground(1, folder=tmp_path).rounds
    for texts in (*KINDS.values(), VARIED, TYPED, WORDS, NEEDLES):
        assert len(texts) >= rounds
        assert all(texts.count(text) == 1 for text in texts)


def test_the_slowest_kind_makes_the_line() -> None:
    line = slowest("find: x", {"quick": [1, 2, 3], "slow": [10, 90, 30]}, 50)
    assert (line.measured, line.missed) == (30, False)
    assert line.note.startswith("slowest: slow 30, quick 2")
    line = slowest("find: x", {"quick": [1, 2, 3], "silent": [MISSING, MISSING, 3]}, 50)
    assert (line.measured, line.missed) == (None, True)
    assert "silent" in line.note


def test_a_key_without_an_answer_makes_a_miss() -> None:
    keys = [Answer(ms, b"", 100) for ms in (10.0, 20.0, 30.0)]
    assert typing("find: x", keys).measured == 20
    assert typing("find: x", [*keys, Answer(MISSING, b"", 0)]).missed


def test_a_title_tells_what_is_left() -> None:
    assert Answer(1, "── Events ─ 1,234 of 5,000 · is:denied".encode(), 9).left == 1234
    assert Answer(1, "── Events ─ 5,000 ──".encode(), 9).left == -1


def test_the_bare_loop_looks_into_every_file(tmp_path: Path) -> None:
    for number in range(5):
        text = f"nothing {number}" if number % 2 else "a Needle, a NEEDLE"
        (tmp_path / f"{number}.gz").write_bytes(gzip.compress(text.encode()))
    told = bare("needle", tmp_path)
    assert told["places"] == 6
    assert told["seconds"] > 0


def test_filters_and_searches_are_timed_on_the_screen(tmp_path: Path) -> None:
    ground = Ground(2000, folder=tmp_path)
    folder, truth = ground.trail()
    with Screen(["-m", "tui", str(folder)], ground.home()) as screen:
        await_listed(screen, truth["events"])
        finder = Finder(screen)
        finder.settle()
        found = finder.filter("service:s3")
        assert 0 < found.left < truth["events"]
        assert 0 < found.ms < MISSING
        assert finder.undo().ms < MISSING
        assert finder.press(b"?", OF, longest=0.3).ms == MISSING
        finder.press(b"\x1b")
        finder.settle()
        look = finder.look(f"text:{truth['needle']}")
        assert look.left == len(truth["needles"])
        assert 0 < look.first <= look.done
        assert finder.weigh() == finder.most > 0
