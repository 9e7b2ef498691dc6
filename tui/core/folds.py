"""What a person opened, shut or turned raw in the detail, by path, for the next record too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tui.core.outline_text import Path

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


def _keep(kept: dict[Path, bool], path: Path, *, on: bool) -> None:
    kept.pop(path, None)
    kept[path] = on
    if len(kept) > MAX_REMEMBERED:
        del kept[next(iter(kept))]
