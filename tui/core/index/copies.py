"""Where the events that were delivered again stand: the second places of the rows kept for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from tui.core.index.columns import Column

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from tui.core.index.batch import Details
    from tui.core.index.slots import Numbers

    Place = tuple[int, int]
    """An object and the position in it."""


class Told(NamedTuple):
    """A copy that is known now, and is none any more until it has been compared again."""

    row: int
    """The row that it was taken to repeat."""
    object_id: int
    position: int
    details: Details


class Copies:
    """A row, an object, a position for each dropped duplicate, in the order in which they came.

    It is sure if neither of the two was PENDING when they were compared.
    """

    def __init__(self) -> None:
        self._row, self._object, self._position, self._sure = (Column() for _ in range(4))
        self._columns = (self._row, self._object, self._position, self._sure)

    def __len__(self) -> int:
        return len(self._row)

    @property
    def nbytes(self) -> int:
        """Bytes in use."""
        return sum(column.nbytes for column in self._columns)

    def add(
        self,
        rows: Numbers,
        objects: NDArray[Any],
        positions: NDArray[Any],
        sure: NDArray[np.bool_],
    ) -> None:
        """Remember the places of events that repeat these rows."""
        for column, values in zip(self._columns, (rows, objects, positions, sure), strict=True):
            column.append(values.astype(np.uint8) if values.dtype == np.bool_ else values)

    def of(self, row: int) -> list[Place]:
        """Where else this row was delivered."""
        return self._places(np.flatnonzero(self._row.values == row))

    def all(self) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
        """The rows that were delivered again, and in which object and where: three columns."""
        return self._row.values, self._object.values, self._position.values

    def drop_object(self, object_id: int) -> None:
        """Forget all places in an object."""
        self._drop(self._object.values == object_id)

    def take_over(self, rows: Numbers) -> tuple[Numbers, NDArray[Any], NDArray[Any]]:
        """Take the first place of each of these rows that has one, away from here.

        Returns those rows, their objects and their positions.
        """
        has_copy, where = np.unique(self._row.values, return_index=True)
        taken, at, _ = np.intersect1d(has_copy, rows, assume_unique=True, return_indices=True)
        used = where[at]
        objects, positions = self._object.values[used], self._position.values[used]
        marks = np.zeros(len(self), np.bool_)
        marks[used] = True
        self._drop(marks)
        return taken.astype(np.int64), objects, positions

    def unsure(self) -> list[Place]:
        """The places of those that may be no copies."""
        return self._places(np.flatnonzero(self._sure.values == 0))

    def unsure_rows(self) -> Numbers:
        """The rows that those are taken to repeat."""
        rows: Numbers = self._row.values[self._sure.values == 0].astype(np.int64)
        return rows

    def take_told(self, told: Mapping[Place, Details | None]) -> list[Told]:
        """Take the unsure ones of which something is known now away from here.

        Those of which nothing can be known (None) are taken for sure.
        """
        numbers = np.flatnonzero(self._sure.values == 0)
        marks = np.zeros(len(self), np.bool_)
        taken = []
        for number, place in zip(numbers.tolist(), self._places(numbers), strict=True):
            if place in told:
                details = told[place]
                if details is None:
                    self._sure.values[number] = 1
                else:
                    marks[number] = True
                    taken.append(Told(self._row[number], *place, details))
        self._drop(marks)
        return taken

    def _places(self, numbers: Numbers) -> list[Place]:
        objects, positions = self._object.values[numbers], self._position.values[numbers]
        return list(zip(objects.tolist(), positions.tolist(), strict=True))

    def _drop(self, marks: NDArray[np.bool_]) -> None:
        if marks.any():
            for column in self._columns:
                column.keep(0, ~marks)
