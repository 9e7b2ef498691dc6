"""What the two readers make of files, in values: for the tests that compare them."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

from tui.core.index.batch import BY_ORDINAL
from tui.ingest.content import decode
from tui.ingest.encoding.encode import Encoder
from tui.ingest.scanning.scanner import Scanner

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tui.core.index.batch import Batch, Details

    Row = tuple[Any, ...]
    Tell = Callable[[bytes], Details | None]

LONE = ("0", "-0", "1", "12.5", "-3e7", "999999999999999", "1e99", "true", "false", "null")
ODD = ("01", "1e400", "123456789012345678901234567890", "-", "1.", ".5", "+1", "nul", "NaN", "'x'")


class Values:
    """Decodes the batches of one encoder: codes to what they mean, a tuple for each event."""

    def __init__(self) -> None:
        self._calls: list[Any] = []
        self._identities: list[Any] = []
        self._origins: list[list[int]] = []
        self._texts: dict[str, list[str]] = {}

    def of(self, batch: Batch) -> list[Row]:
        """The events of the next batch."""
        self._calls += zip(*batch.calls, strict=True)
        self._identities += zip(*batch.identities, strict=True)
        self._origins += batch.origins.tolist()
        for name, texts in batch.texts.items():
            self._texts.setdefault(name, [""]).extend(texts)
        rows = []
        for row in range(len(batch.time)):
            identity, key = self._origins[batch.origin[row]]
            rows.append(
                (
                    self._calls[batch.call[row]],
                    self._identities[identity],
                    self._texts["key"][key],
                    {n: self._texts[n][codes[row]] for n, codes in batch.codes.items()},
                    int(batch.time[row]),
                    int(batch.event_id[row]),
                    int(batch.flags[row]),
                    int(batch.object[row]),
                    int(batch.position[row]),
                )
            )
        return rows


class Plain:
    """The plain reader, with its dictionaries."""

    def __init__(self) -> None:
        self._encoder = Encoder()
        self._values = Values()

    def read(self, content: bytes, which: int, tell: Tell | None) -> tuple[list[Row], list[int]]:
        """The events of a file, and which of them still wait for a look at the whole record."""
        reading = decode.read(content)
        assert reading.mode == BY_ORDINAL, "the tolerant reader has to take this one"
        assert not reading.troubles
        raws = decode.raws_of(content, reading)
        pending = self._encoder.add(reading.records, which) if raws else []
        waiting = []
        for row in pending:
            details = tell(raws[row]) if tell is not None else None
            if details is None:
                waiting.append(row)
            else:
                self._encoder.amend(row, details)
        return self._values.of(self._encoder.take()[0]), waiting


class Pair:
    """Both readers, which live on from one group of files to the next."""

    def __init__(self, call: Callable[..., int]) -> None:
        encoder = Encoder()
        self._encoder = encoder
        self._values = Values()
        self.scanner = Scanner(encoder, call)
        self._plain = Plain()
        self.seen: list[Row] = []
        """What the last call of `agree` read."""

    def agree(self, contents: Sequence[bytes], tell: Tell | None = None) -> list[int]:
        """Assert that they say the same of what the compiled one takes; how many events it took."""
        which = [3 * number + 1 for number in range(len(contents))]
        counts = list(map(self.scanner.take, contents, which))
        finished = self.scanner.finish(tell)
        rows = self.seen = self._values.of(self._encoder.take()[0])
        waiting = {(which.index(file), position): raw for file, position, raw in finished}
        assert len(waiting) == len(finished)
        start = 0
        for file, count in enumerate(counts):
            if count < 0:
                continue
            expected, left = self._plain.read(contents[file], which[file], tell)
            assert count == len(expected), contents[file]
            for found, wanted in zip(rows[start : start + count], expected, strict=True):
                assert found == wanted, contents[file]
            found_waiting = {row: waiting.pop((file, row), None) for row in left}
            raws = decode.raws_of(contents[file], decode.read(contents[file])) if left else []
            assert found_waiting == {row: raws[row] for row in left}, contents[file]
            start += count
        assert start == len(rows)
        assert not waiting
        return counts


class Writer:
    """Writes values as JSON in ways that mean the same, chosen by a seed; some mean more."""

    def __init__(self, seed: int, *, oddness: float = 0.0) -> None:
        """`oddness` is how likely a value is written in a way that delivered files have not."""
        self._random = random.Random(seed)
        self._oddness = oddness
        self._blank = self._random.choice(["", "", "", " ", "\n  ", "\r\n\t"])

    def write(self, value: object) -> str:
        """The value as JSON."""
        chance = self._random.random
        if self._oddness and chance() < self._oddness / 4:
            return self._random.choice(LONE + ODD)
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, dict):
            pairs = [(key, inner) for key, inner in value.items()]
            if pairs and self._oddness and chance() < self._oddness:
                pairs.insert(self._random.randrange(len(pairs) + 1), self._random.choice(pairs))
            if self._oddness and chance() < self._oddness:
                self._random.shuffle(pairs)
            written = [
                f"{self._text(key)}{self._blank}:{self._space()}{self.write(inner)}"
                for key, inner in pairs
            ]
            return self._within("{", written, "}")
        if isinstance(value, list):
            return self._within("[", [self.write(inner) for inner in value], "]")
        if value is None:
            return "null"
        return str(value).lower() if isinstance(value, bool) else str(value)

    def _within(self, opening: str, parts: list[str], closing: str) -> str:
        if not parts:
            return opening + (self._space() if self._oddness else "") + closing
        inside = f"{self._space()},{self._blank}".join(parts)
        return f"{opening}{self._blank}{inside}{self._blank}{closing}"

    def _space(self) -> str:
        return self._random.choice(["", self._blank])

    def _text(self, text: str) -> str:
        escaping = self._random.random() < self._oddness
        return f'"{"".join(self._letter(letter, escaping) for letter in text)}"'

    def _letter(self, letter: str, escaping: bool) -> str:
        code = ord(letter)
        if letter in '"\\':
            return "\\" + letter
        if code < 32 or (escaping and self._random.random() < 0.3):
            if code > 0xFFFF:
                return "".join(f"\\u{half:04x}" for half in _halves(code))
            return f"\\u{code:04X}"
        return "\\/" if letter == "/" and escaping else letter


def _halves(code: int) -> tuple[int, int]:
    code -= 0x10000
    return 0xD800 + (code >> 10), 0xDC00 + (code & 0x3FF)
