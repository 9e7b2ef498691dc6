"""What the screen asks of the engine whatever the filter: progress, problems, sources, coverage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.core.index.coverage import coverage_of
from tui.core.index.rows import Traffic
from tui.ui.protocols import LOADING_EARLIER

if TYPE_CHECKING:
    from tui.core.index.index import Index
    from tui.core.index.rows import Coverage, Problem, Progress, SourceLine, Sums
    from tui.ingest.pipeline import Pipeline


class EngineView:
    """The part of a session that no filter changes."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline
        self._problems: list[Problem] = []
        self._revision = 0

    @property
    def index(self) -> Index:
        """All events."""
        return self._pipeline.index

    def progress(self) -> Progress:
        """How far loading has come."""
        return self._pipeline.progress()

    def problems(self) -> list[Problem]:
        """What could not be read."""
        revision = self._pipeline.ledger.revision
        if revision != self._revision:
            self._revision = revision
            self._problems = self._pipeline.problems()
        return self._problems

    def sums(self) -> Sums:
        """What was found, and where each record of it is."""
        return self._pipeline.sums()

    def coverage(self) -> Coverage:
        """What was read, and so what can be found in it at all."""
        ledger = self._pipeline.ledger
        index = None if self._pipeline.empty else self.index
        return coverage_of(index, ledger.skipped, ledger.digests, ledger.pruned)

    # Where it comes from

    def lines(self) -> list[SourceLine]:
        """How each source is doing; of buckets each account, kind and region."""
        remote = self._pipeline.remote
        return self._pipeline.scouts.lines() + (remote.lines() if remote is not None else [])

    def traffic(self) -> Traffic:
        """What was asked of S3 until now."""
        remote = self._pipeline.remote
        return remote.traffic() if remote is not None else Traffic(0, 0, 0, 0, 0.0)

    def hint(self) -> str:
        """What the sources want to tell, empty for nothing."""
        return self._pipeline.scouts.hint

    def question(self) -> str:
        """What a source asks, empty for nothing."""
        return self._pipeline.scouts.question

    def answer(self, yes: bool) -> None:  # noqa: FBT001 - it is what was answered
        """Give the person's word to the source that asked."""
        self._pipeline.scouts.tell("yes" if yes else "no")

    def earlier(self) -> str:
        """Let the sources load the day before what they have; gives a sentence to show."""
        if self._pipeline.remote is None:
            return "All time is in view: only buckets have earlier days to load"
        if not self._pipeline.scouts.running:
            return "The sources are no longer looked at: start again with an earlier --since"
        lines = self.lines()
        if lines and all(line.state == "failed" for line in lines):
            return "No source can be read: r tries again"
        self._pipeline.scouts.tell("earlier")
        return LOADING_EARLIER
