"""What became of every object: read, skipped, broken, grown, gone. The numbers behind `P`."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tui.core.index.rows import GONE_UNREAD, Problem, Sums
from tui.ingest.files import Counts, File, PartState
from tui.ingest.jobs import VANISHED, Part
from tui.sources.base import ChangeKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui.core.index.batch import ObjectResult
    from tui.sources.base import Change, Notice

STRETCH = 16 << 20
"""Stored bytes of a file with a record a line that are read at once."""
SETTLED = 10.0
"""Seconds without a change after which a file that ends too early is said to be broken."""
STDIN = "-"
SCHEME = "s3://"
"""What the name of an object in a bucket begins with."""


class Ledger:
    """Files and their parts. A part's number is by what the index knows it."""

    def __init__(self, *, follow: bool, asked: frozenset[str], clock: Callable[[], float]) -> None:
        self.follow = follow
        """Files may still grow."""
        self._asked = asked
        self._clock = clock
        self.files: dict[str, File] = {}
        self.parts: list[PartState] = []
        self._held: set[int] = set()
        self._shared: dict[Counts, Counts] = {}
        self._troubled: dict[int, PartState] = {}
        self._notices: list[Problem] = []
        self.revision = 0
        """Grows whenever the problems may be others."""
        self.skipped: list[tuple[str, str]] = []
        self.digests = 0
        self.pruned = 0
        self.bytes_found = 0
        self.bytes_read = 0
        self.objects_read = 0

    # What sources say. Each gives the parts that are to be read.

    def note(self, notice: Notice) -> None:
        """Keep what a source says beside changes."""
        if notice.kind == "problem":
            self.problem(notice.where, notice.text)
        elif notice.kind == "solved":
            self.solved(notice.where)
        elif notice.kind == "skipped" and notice.text == "digest":
            self.digests += notice.count
        elif notice.kind == "skipped":
            self.skipped.append((notice.where, notice.text))
        elif notice.kind == "pruned":
            self.pruned += notice.count

    def problem(self, where: str, reason: str, *, harmless: bool = False) -> None:
        """Keep a problem that is not about the content of an object."""
        self._notices.append(Problem(where, -1, reason, 0, harmless))
        self.revision += 1

    def solved(self, where: str) -> None:
        """Forget the problems that were said of a place: it can be read again."""
        kept = [notice for notice in self._notices if notice.where != where]
        self.revision += len(kept) < len(self._notices)
        self._notices = kept

    def change(self, change: Change, *, late: bool) -> list[int]:
        """What an object's change asks to be read; `late`: it was not there when we came."""
        ref, kind = change.ref, change.kind
        file = self.files.get(ref.name)
        if kind == ChangeKind.UNREADABLE:
            self.problem(ref.name, change.note)
        if kind in (ChangeKind.GONE, ChangeKind.UNREADABLE):
            if file is not None:
                file.unreadable = change.note or "the file is gone"
            return []
        if self._notices:
            self.solved(ref.name)  # it could not be read before
        if file is None:
            file = self.files[ref.name] = File(ref)
            file.changed = self._clock() if late else 0.0
            self.bytes_found += max(0, ref.size)
            return [self._whole(file)]
        file.unreadable = ""
        file.changed = self._clock()
        old, file.ref = file.ref, ref
        self.bytes_found += max(0, ref.size) - max(0, old.size)
        if file.open:
            file.dirty = True
            return []
        return self._again(file, grown=kind == ChangeKind.GROWN)

    def _again(self, file: File, *, grown: bool) -> list[int]:
        """Read a file that changed: its new lines alone where that is possible."""
        if not (grown and file.lines and file.consumed):
            return [self._whole(file)]
        if file.ref.size <= file.consumed:
            return []
        start, head = file.consumed, file.head
        part = Part(
            len(self.parts),
            file.ref.name,
            start=start,
            length=STRETCH,
            more=True,
            stretch=True,
            head=head,
        )
        return [self._add(part, file)]

    def _whole(self, file: File) -> int:
        name = file.ref.name
        part = Part(
            len(self.parts),
            name,
            asked=name in self._asked or name == STDIN,
            more=(self.follow and not name.startswith(SCHEME)) or name == STDIN,
        )
        return self._add(part, file, file.parts)

    def again(self, object_id: int) -> int | None:
        """Read an object once more; gives the part to read, None if that is about to happen."""
        file = self.parts[object_id].file
        return None if file.open else self._whole(file)

    def cut_off(self) -> list[int]:
        """The parts that hold events outside the window: a wider one needs them again."""
        return [
            state.part.object_id
            for state in self.parts
            if state.counts is not None and state.counts.outside
        ]

    def _rest(self, file: File) -> list[int]:
        """The rest of a long file with a record a line, the newest lines first."""
        starts = range(STRETCH, file.ref.size, STRETCH)
        found = []
        for start in reversed(starts):
            part = Part(
                len(self.parts),
                file.ref.name,
                start=start,
                length=STRETCH,
                stretch=True,
                more=self.follow and start == starts[-1],
            )
            found.append(self._add(part, file))
        return found

    def _add(self, part: Part, file: File, replaces: tuple[int, ...] = ()) -> int:
        self.parts.append(PartState(part, file, replaces))
        file.open += 1
        return part.object_id

    # What reading gave

    def size(self, object_id: int) -> int:
        """Stored bytes that reading this part will take, as far as is known."""
        state = self.parts[object_id]
        return max(0, state.part.length if state.part.length >= 0 else state.file.ref.size)

    def begin(self, object_id: int) -> Part:
        """The part is about to be read."""
        state = self.parts[object_id]
        remote = state.part.name.startswith(SCHEME)  # read as it was when it was fetched
        if state.file.open == 1 and not state.file.lines and not remote:
            state.file.dirty = False  # it is read as it is now
        return state.part

    def drop(self, object_id: int) -> None:
        """The part will not be read."""
        self.parts[object_id].file.open -= 1

    def replaced_by(self, object_id: int, result: ObjectResult) -> list[int]:
        """The parts whose events this result replaces; they are forgotten here."""
        state = self.parts[object_id]
        if result.kind in ("failed", "changed", VANISHED) and state.file.kind:
            return []  # what was read before is better than nothing
        gone = [old for old in state.replaces if self.parts[old].counts is not None]
        for old in gone:
            self._forget(old)
        state.replaces = ()
        return gone

    def _forget(self, object_id: int) -> None:
        state = self.parts[object_id]
        state.counts = None
        state.held = ()
        self.revision += self._troubled.pop(object_id, None) is not None
        self._held.discard(object_id)
        state.file.parts = tuple(part for part in state.file.parts if part != object_id)

    def finished(self, object_id: int, result: ObjectResult) -> list[int]:
        """Keep a result; gives the parts that are to be read because of it."""
        state = self.parts[object_id]
        file, part = state.file, state.part
        file.open -= 1
        if result.kind == "changed":  # not the continuation of what we know: read it all
            return self._again(file, grown=False)
        if result.kind == VANISHED:
            return self._vanished(state)
        self._describe(state, result)
        if part.head[0]:
            self._went_on(file, part.start)
        self._count(object_id, state, result)
        more: list[int] = []
        if result.stretch and not part.stretch:
            state.part = part._replace(stretch=True, length=STRETCH)
            more = self._rest(file)
        went_on = bool(part.head[0]) and result.consumed > part.start
        if not file.open and (file.dirty or (went_on and file.ref.size > file.consumed)):
            file.dirty = False
            more += self._again(file, grown=True)
        return more

    def _vanished(self, state: PartState) -> list[int]:
        """A file went away before it was read: under a new name it is read as another one."""
        file = state.file
        if not file.kind:
            self.skipped.append((file.ref.name, GONE_UNREAD))
        file.unreadable = file.unreadable or "the file is gone"
        self.bytes_read = min(self.bytes_found, self.bytes_read + self.size(state.part.object_id))
        if file.open or not file.dirty:
            return []
        file.dirty = False
        return self._again(file, grown=False)

    def _describe(self, state: PartState, result: ObjectResult) -> None:
        file, part = state.file, state.part
        state.mode = result.mode
        file.parts += (part.object_id,)
        first = not file.kind
        file.kind = result.kind
        file.lines = result.lines
        file.head = result.head
        file.consumed = max(file.consumed if part.start else 0, result.consumed)
        if first:
            self.objects_read += 1
            if result.kind == "digest":
                self.digests += 1
            elif result.kind == "other":
                self.skipped.append((file.ref.name, result.what))
        if not state.replaces:
            self.bytes_read = min(self.bytes_found, self.bytes_read + self.size(part.object_id))

    def _count(self, object_id: int, state: PartState, result: ObjectResult) -> None:
        counts = Counts(
            result.found,
            result.unreadable,
            result.outside,
            result.truncated,
            result.troubles or (),
        )
        if result.truncated and self._may_grow(state.file):
            lost = sum(trouble.lost for trouble in counts.troubles)
            state.held = counts.troubles
            state.file.changed = state.file.changed or self._clock()
            counts = Counts(counts.found - lost, 0, counts.outside, truncated=False, troubles=())
            self._held.add(object_id)
        # Thousands of files have the same few numbers.
        state.counts = counts if counts.troubles else self._shared.setdefault(counts, counts)
        if counts.troubles:
            self._troubled[object_id] = state
            self.revision += 1

    def _went_on(self, file: File, start: int) -> None:
        """What was cut short at this byte has been read: it is no loss any more."""
        from tui.ingest.content.salvage import CUT

        for object_id in file.parts:
            state = self.parts[object_id]
            if state.counts is None:
                continue
            troubles = state.held or state.counts.troubles
            kept = [
                t for t in troubles if t.reason != CUT or t.position + state.part.start != start
            ]
            if len(kept) == len(troubles):
                continue
            found, unreadable, outside, _, _ = state.counts
            lost = sum(trouble.lost for trouble in kept)
            found += lost - unreadable
            state.counts = Counts(found, lost, outside, truncated=False, troubles=kept)
            state.held = []
            self._held.discard(object_id)
            self._troubled.pop(object_id, None)
            if kept:
                self._troubled[object_id] = state
            self.revision += 1

    def _may_grow(self, file: File) -> bool:
        if file.ref.name == STDIN or not self.follow:
            return self.follow
        if file.ref.name.startswith(SCHEME):
            return False  # an object is there as a whole or not at all
        if file.changed:
            return self._clock() - file.changed < SETTLED
        return time.time() - file.ref.stamp / 1e9 < SETTLED

    @property
    def unsettled(self) -> bool:
        """Is there a file that ends too early and may still be being written?"""
        return bool(self._held)

    def settle(self) -> bool:
        """Give up on files that have not changed for a while; True if there was one."""
        now = self._clock()
        due = [
            object_id
            for object_id in self._held
            if not self.follow or now - self.parts[object_id].file.changed >= SETTLED
        ]
        for object_id in due:
            self._held.discard(object_id)
            state = self.parts[object_id]
            if state.counts is None:
                continue
            found, unreadable, outside, _, _ = state.counts
            lost = sum(trouble.lost for trouble in state.held)
            state.counts = Counts(
                found + lost, unreadable + lost, outside, truncated=True, troubles=state.held
            )
            state.held = ()
            self._troubled[object_id] = state
            self.revision += 1
        return bool(due)

    # What is asked

    def problems(self) -> list[Problem]:
        """All that could not be read, files in the order in which they were read."""
        found = list(self._notices)
        for state in self._troubled.values():
            if state.counts is None:
                continue
            for position, reason, lost in state.counts.troubles:
                place = position + state.part.start if position >= 0 else position
                found.append(Problem(state.file.ref.name, place, reason, lost))
        return found

    def problem_count(self) -> int:
        """How many there are, without making the list."""
        troubled = self._troubled.values()
        return len(self._notices) + sum(len(s.counts.troubles) for s in troubled if s.counts)

    def totals(self) -> Counts:
        """All parts' numbers in one; `unreadable` counts spans, `troubles` is empty."""
        every = [state.counts for state in self.parts if state.counts is not None]
        return Counts(
            sum(counts.found for counts in every),
            sum(counts.unreadable for counts in every),
            sum(counts.outside for counts in every),
            truncated=False,
            troubles=(),
        )

    def sums(self, listed: int, duplicates: int) -> Sums:
        """What was found, and where each record of it is."""
        totals = self.totals()
        cut_short = sum(state.counts.truncated for state in self.parts if state.counts is not None)
        return Sums(
            found=totals.found,
            listed=listed,
            duplicates=duplicates,
            outside=totals.outside,
            unreadable=totals.unreadable,
            rest_unknown=cut_short,
            unsettled=len(self._held),
        )
