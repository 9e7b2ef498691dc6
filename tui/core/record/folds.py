"""What a person opened, shut or turned raw in the detail, by path, for the next record too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from tui.core.record.outline_text import Path

MAX_REMEMBERED: Final = 500


class Folds:
    """Choices by path: `everything` is shut, open, or as it comes; single paths differ from it."""

    def __init__(self) -> None:
        self.everything: bool | None = None
        self.shut: dict[Path, bool] = {}
        self.raw: dict[Path, bool] = {}

    def remember_shut(self, path: Path, *, shut: bool) -> None:
        _keep(self.shut, path, on=shut)

    def remember_raw(self, path: Path, *, raw: bool) -> None:
        _keep(self.raw, path, on=raw)

    def remember_all(self, *, shut: bool) -> None:
        self.everything = shut
        self.shut.clear()

    def copy(self) -> Folds:
        """The same choices, which later ones do not change."""
        other = Folds()
        other.take_over(self)
        return other

    def take_over(self, other: Folds) -> None:
        """Choose as `other` did."""
        self.everything, self.shut, self.raw = other.everything, dict(other.shut), dict(other.raw)


class Opened(NamedTuple):
    """Which nodes of an outline stood open or raw, and what was to be remembered of that."""

    folded: bytes
    raw: bytes
    folds: Folds


def _keep(kept: dict[Path, bool], path: Path, *, on: bool) -> None:
    kept.pop(path, None)
    kept[path] = on
    if len(kept) > MAX_REMEMBERED:
        del kept[next(iter(kept))]
