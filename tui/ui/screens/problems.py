"""Coverage and problems: what was read, what cannot be in it, what could not be read and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.ui.screens.reading import ReadingScreen
from tui.ui.standing import all_failed
from tui.ui.widgets.reader import Paragraph

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tui.core.index.rows import Coverage, Problem, Sums
    from tui.ui.keymap import Keymap
    from tui.ui.session.session import Session
    from tui.ui.times import TimeDisplay

_LABELS = 26
_MOST = 2_000
"""Problems and skipped files that are listed; the rest is counted."""


class ProblemsScreen(ReadingScreen):
    """The state when it was opened; it is made anew each time."""

    def __init__(
        self, keymap: Keymap, session: Session, times: TimeDisplay, mistakes: Sequence[str] = ()
    ) -> None:
        """`mistakes` are those in the settings."""
        loading = session.progress().loading and not all_failed(session.lines())
        super().__init__(
            keymap,
            "Coverage and problems",
            [
                *coverage_text(session.coverage(), times),
                *sums_text(session.sums(), loading=loading),
                *problems_text(session.problems(), unsettled=session.sums().unsettled),
                *skipped_text(session.coverage()),
                *mistakes_text(mistakes),
            ],
        )


def _pair(label: str, text: str, kind: str = "text") -> Paragraph:
    return Paragraph(text, kind, label=label, label_width=_LABELS)


def coverage_text(coverage: Coverage, times: TimeDisplay) -> list[Paragraph]:
    """Accounts, regions, time, and which kinds of events were recorded at all."""
    found = [
        Paragraph("Coverage", "heading"),
        _pair("accounts", _counts(coverage.accounts)),
        _pair("regions", _counts(coverage.regions)),
    ]
    if coverage.first is None:
        found.append(_pair("time", "no dated event", "loss"))
    else:
        found.append(_pair("first event", times.full(coverage.first)))
        found.append(_pair("last event", times.full(coverage.last)))
    if coverage.undated:
        found.append(_pair("undated", f"{_events(coverage.undated)}, listed above the oldest"))
    kinds = (
        ("management reads", coverage.management_reads, "a read of a resource's settings"),
        ("management changes", coverage.management_writes, "a change of a resource"),
        (
            "data events",
            coverage.data_events,
            "reading or deleting an S3 object, calling a function",
        ),
    )
    for label, count, example in kinds:
        if count:
            found.append(_pair(label, _events(count)))
        else:
            text = f"none was recorded: {example} cannot be found here"
            found.append(_pair(label, text, "loss"))
    if coverage.pruned:
        text = f"{_files(coverage.pruned)} whose names lie outside the window"
        found.append(_pair("not opened", text))
    return found


def sums_text(sums: Sums, *, loading: bool) -> list[Paragraph]:
    """Every event that was found, and where it went."""
    rows = (
        ("listed", sums.listed),
        ("+ duplicates", sums.duplicates),
        ("+ outside the window", sums.outside),
        ("+ unreadable", sums.unreadable),
        ("= found", sums.found),
    )
    widest = max(len(f"{count:,}") for _, count in rows)
    found = [Paragraph(""), Paragraph("Events", "heading")]
    found += [_pair(label, f"{count:>{widest},}") for label, count in rows]
    if sums.rest_unknown:
        # They end too early, or could not be had at all.
        text = f"{_files(sums.rest_unknown)}: how much is missing nobody can tell"
        found.append(_pair("not read whole", text, "loss"))
    if sums.unsettled:
        text = f"{_files(sums.unsettled)}, perhaps still being written: tried again"
        found.append(_pair("not whole yet", text, "loss"))
    if loading:
        found.append(Paragraph("Events are still being read: these figures will grow.", "quiet"))
    return found


def problems_text(problems: list[Problem], *, unsettled: int = 0) -> list[Paragraph]:
    """Each loss: the file, the byte, what is wrong and what would mend it."""
    found = [Paragraph(""), Paragraph(f"Problems: {len(problems):,}", "heading")]
    if not problems and unsettled:
        found.append(Paragraph("None so far.", "quiet"))
    elif not problems:
        found.append(Paragraph("Everything that was found could be read.", "quiet"))
    for problem in problems[:_MOST]:
        place = problem.where
        if problem.position >= 0:
            place += f", byte {problem.position:,}"
        found.append(Paragraph(place, "loss"))
        lost = f"{problem.reason.rstrip('.')}. Lost: {problem.lost:,}."
        found.append(Paragraph(f"  {lost if problem.lost else problem.reason}"))
    if len(problems) > _MOST:
        found.append(Paragraph(f"… and {len(problems) - _MOST:,} more", "quiet"))
    return found


def skipped_text(coverage: Coverage) -> list[Paragraph]:
    """What lies beside the logs and is something else: counted, not opened, no problem."""
    total = len(coverage.skipped) + coverage.digests
    found = [Paragraph(""), Paragraph(f"Beside the logs: {total:,}", "heading")]
    if not total:
        found.append(Paragraph("No file was skipped.", "quiet"))
    if coverage.digests:
        found.append(
            Paragraph(f"{_files(coverage.digests)}: digests, which list other files", "quiet")
        )
    for where, kind in coverage.skipped[:_MOST]:
        found.append(Paragraph(f"{where}: {kind}", "quiet"))
    if len(coverage.skipped) > _MOST:
        found.append(Paragraph(f"… and {len(coverage.skipped) - _MOST:,} more", "quiet"))
    return found


def mistakes_text(mistakes: Sequence[str]) -> list[Paragraph]:
    """What is wrong in the settings; nothing if nothing is."""
    if not mistakes:
        return []
    heading = Paragraph(f"Mistakes in the settings: {len(mistakes):,}", "heading")
    return [Paragraph(""), heading, *(Paragraph(mistake, "loss") for mistake in mistakes)]


def _counts(counts: Mapping[str, int]) -> str:
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{name or '(none)'} {count:,}" for name, count in ordered) or "none"


def _events(count: int) -> str:
    return f"{count:,} event" if count == 1 else f"{count:,} events"


def _files(count: int) -> str:
    return f"{count:,} file" if count == 1 else f"{count:,} files"
