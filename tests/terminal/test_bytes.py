"""What the screen costs on a slow line: bytes on a raw terminal, 120 by 40, true colour."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

from tests.terminal.conftest import SAMPLE, Environ
from tests.terminal.program import Program

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pyte

END = b"\x1b[?2026l"
"""What ends a frame."""


def test_moves_pages_and_rest(environ: Callable[..., Environ]) -> None:
    with Program([str(SAMPLE)], environ()) as program:
        # A terminal that can show a frame at once says so; then frames can be counted.
        program.until_sent(b"\x1b[?2026$p")
        program.send("\x1b[?2026;2$y")
        program.until_shown("Events ─ 3,000", "● live", "requestParameters")
        # From the middle of the page, where nothing scrolls; the detail follows when it is quiet.
        program.press("kkkkkkkk", 0.6)
        for key in "jkkj":
            assert 0 < _first_frame(program, key) <= 700
        pages = [_first_frame(program, key) for key in ("\x15", "\x04", " ", "b")]
        assert 1000 < max(pages) <= 12_000, pages
        assert program.read(quiet=5, longest=5) == b""
        program.send("q")
        assert program.wait() == 0


def test_marks_of_a_search(environ: Callable[..., Environ]) -> None:
    with Program([str(SAMPLE)], environ()) as program:
        program.until_sent(b"\x1b[?2026$p")
        program.send("\x1b[?2026;2$y")
        program.until_shown("Events ─ 3,000", "● live", "requestParameters")
        # In nearly every row, and several times.
        program.press("/a\r", 0.6)
        program.until_shown("“a”", " of ")
        program.press("kkkkkkkk", 0.6)
        for key in "jkkj":
            assert 0 < _first_frame(program, key) <= 700
        # The count goes along in the status line.
        for key in "nnN":
            assert 0 < _first_frame(program, key) <= 1_200
        program.send("q")
        assert program.wait() == 0


def _first_frame(program: Program, key: str) -> int:
    """The bytes of the first frame that a key brings; the list is then as it stays.

    The detail of the event follows a while later.
    """
    begun = len(program.raw)
    before = _list(program.screen)
    program.send(key)
    program.until(lambda: program.raw.find(END, begun) >= 0)
    end = program.raw.find(END, begun)
    after = _list(program.screen_at(end))
    program.read(0.25)
    assert before != after == _list(program.screen)
    return end - begun


def _list(screen: pyte.Screen) -> list[str]:
    """The rows of the event list; its cursor is a mark at the left."""
    return [line[20:] for line in screen.display[1:22]]


def test_a_thousand_events_a_second(environ: Callable[..., Environ], tmp_path: Path) -> None:
    folder = tmp_path / "logs"
    folder.mkdir()
    written = 0

    def write(count: int) -> None:
        nonlocal written
        records = [_record(written + number) for number in range(count)]
        draft = folder / f"{written}.json.tmp"
        draft.write_text(json.dumps({"Records": records}))
        draft.rename(draft.with_suffix(""))
        written += count

    write(2_000)
    with Program([str(folder)], environ()) as program:
        program.until_shown("Events ─ 2,000 ", "● live", "requestParameters")
        program.read()
        begun, start = len(program.raw), time.monotonic()
        for step in range(1, 21):
            write(200)
            while (left := start + step * 0.2 - time.monotonic()) > 0:
                program.read(quiet=left, longest=left)
        seconds = time.monotonic() - start
        spent = len(program.raw) - begun
        program.until_shown(f"Events ─ {written:,} ", "following", f"Call{written - 1}")
        assert 0 < spent / seconds <= 30_000
        program.send("q")
        assert program.wait() == 0


def _record(number: int) -> dict[str, object]:
    services = ("s3", "ec2", "iam", "sts", "kms", "lambda", "dynamodb", "sqs")
    minutes, seconds = divmod(number // 10, 60)
    return {
        "eventVersion": "1.11",
        "userIdentity": {
            "type": "IAMUser",
            "arn": f"arn:aws:iam::111122223333:user/u{number % 40}",
            "userName": f"u{number % 40}",
        },
        "eventTime": f"2026-01-31T12:{minutes:02}:{seconds:02}Z",
        "eventSource": f"{services[number % len(services)]}.amazonaws.com",
        "eventName": f"Call{number}",
        "awsRegion": "us-east-1",
        "sourceIPAddress": f"192.0.2.{number % 250}",
        "requestParameters": {"bucketName": f"bucket-{number % 500}"},
        "eventID": f"00000000-0000-4000-8000-{number:012}",
    }


def test_keys_in_prompts(environ: Callable[..., Environ]) -> None:
    with Program([str(SAMPLE)], environ()) as program:
        program.until_sent(b"\x1b[?2026$p")
        program.send("\x1b[?2026;2$y")
        program.until_shown("Events ─ 3,000", "● live", "requestParameters")
        program.press("kkkkkkkk", 0.6)
        # A prompt covers its own lines, and what is beneath it is not sent again.
        assert _answer(program, "/", 2) <= 1_200
        assert _answer(program, "\x1b", 2) <= 3_000
        assert _answer(program, "&", 2) <= 6_000
        for key in "servi":
            assert _answer(program, key, 2) <= 6_000
        assert _answer(program, "\t", 2) <= 6_000
        # The choices go, and what the filter leaves comes.
        program.press("iam", 0.6)
        assert _answer(program, "\r", 3) <= 9_000
        program.press("u", 0.6)
        # The sidebar and the detail stay as they are beside the timeline.
        assert _answer(program, "i", 3) <= 10_000
        assert _answer(program, "i", 3) <= 10_000
        program.send("q")
        assert program.wait() == 0


def _answer(program: Program, key: str, most: int) -> int:
    """The bytes that answer a key, in at most so many frames."""
    answer = program.press(key, 0.5)
    assert 1 <= answer.count(END) <= most, (key, answer)
    return len(answer)
