"""The changes that a person makes to the filter's steps, whatever the events are."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from tui.core.counts.facet_names import is_path
from tui.core.filters.steps import Step, Steps, chosen
from tui.core.index.tables import FIELDS as COLUMNS
from tui.core.query.lexer import QueryError
from tui.core.query.names import FACETS, FIELDS
from tui.core.query.nodes import Path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from tui.core.query.nodes import Node

_NAMES = {FIELDS[name]: name for name in reversed(FACETS)}
"""An indexed field → what the filter language calls it."""


class FilterSteps:
    """The part of a session that keeps the steps; `sift` chooses the rows that they leave."""

    steps: Steps
    zone: dt.tzinfo
    """The zone of times that a filter names without one."""

    def _begin(self, accounts: Mapping[str, str], clock: Callable[[], float]) -> None:
        """Begin without a step; `accounts` are the names that a person gave to account IDs."""
        self._accounts = dict(accounts)
        self._clock = clock
        self.steps = Steps()
        self.zone = dt.UTC

    def sift(self, *, anew: bool = False) -> None:
        """Choose the rows that the filter leaves; `anew`: it is another one than before."""
        raise NotImplementedError

    def parse(self, text: str) -> Node:
        """A filter's text as its parts, times in the zone of the screen. Raises QueryError."""
        from tui.core.filters.filtering import with_account_names
        from tui.core.query.parser import parse

        now = dt.datetime.fromtimestamp(self._clock(), self.zone)
        node = parse(text, now=now, zone=self.zone)
        return with_account_names(node, self._accounts)

    def step(self, text: str, *, name: str = "") -> Step:
        """A step for the stack. Raises QueryError."""
        return Step(text, self.parse(text), name=name)

    def change(self, steps: Steps) -> bool:
        """Filter by other steps; False if they are the same."""
        if steps == self.steps:
            return False
        self.steps = steps
        self.sift(anew=True)
        return True

    def push(self, text: str, *, name: str = "", row: int = -1) -> None:
        """Filter by one more step; undoing it goes to the event `row`. Raises QueryError."""
        self.change(self.steps.push(self.step(text, name=name), row))

    def undo(self, row: int = -1) -> int | None:
        """Take back the last change; the event to go to, -1 to stay, None: there was no change.

        `row` is under the cursor now.
        """
        if not self.steps.past:
            return None
        steps, row = self.steps.undo(row)
        self.change(steps)
        return row

    def redo(self, row: int = -1) -> int | None:
        """Change again what was undone; as `undo`."""
        if not self.steps.future:
            return None
        steps, row = self.steps.redo(row)
        self.change(steps)
        return row

    def switch(self, number: int) -> None:
        """A step off, or on again."""
        self.change(self.steps.switch(number))

    def toggle_all(self) -> None:
        """All steps off, or on again as they were."""
        self.change(self.steps.toggle_all())

    @property
    def hide_aws(self) -> bool:
        """Is hidden what AWS services do by themselves?"""
        return self.steps.hides_aws

    def toggle_aws(self) -> None:
        """Hide what AWS services do by themselves, or show it again."""
        self.change(self.steps.toggle_aws())

    def filter_text(self) -> str:
        """What filters, as text: `service:(iam sts) -region:us-east-1 -is:aws`."""
        return self.steps.text

    # Steps whose values are toggled

    def field(self, name: str) -> str:
        """The indexed field behind one of its names; a path stays as it is. Raises KeyError."""
        if is_path(name):
            return name
        field = FIELDS.get(name, name)
        if field not in COLUMNS:
            raise KeyError(name)
        return field

    def path_keys(self, path: str) -> tuple[str, ...]:
        """The keys of a path as the filter language reads them. Raises QueryError."""
        node = self.parse(f"{path}:*")
        if not isinstance(node, Path):
            raise QueryError(f"{path} is not a path", 0, len(path))
        return node.keys

    def only(self, field: str, value: str) -> None:
        """Let in this value alone; if it is alone already, all values again."""
        wanted, unwanted = self._values(field)
        alone = wanted == [value] and not unwanted
        self._choose(field, [] if alone else [value], [])

    def toggle(self, field: str, value: str) -> None:
        """Let in this value too, or no longer."""
        wanted, unwanted = self._values(field)
        if value in wanted:
            wanted.remove(value)
        else:
            wanted.append(value)
        self._choose(field, wanted, [each for each in unwanted if each != value])

    def exclude(self, field: str, value: str) -> None:
        """Keep out this value too, or no longer."""
        wanted, unwanted = self._values(field)
        if value in unwanted:
            unwanted.remove(value)
        else:
            unwanted.append(value)
        self._choose(field, [each for each in wanted if each != value], unwanted)

    def clear(self, field: str) -> None:
        """Let in all values of a field."""
        self._choose(field, [], [])

    def _values(self, field: str) -> tuple[list[str], list[str]]:
        step = self.steps.choice(self.field(field))
        return (list(step.wanted), list(step.unwanted)) if step is not None else ([], [])

    def _choose(self, name: str, wanted: Iterable[str], unwanted: Iterable[str]) -> None:
        field = self.field(name)
        step = chosen(_NAMES.get(field, name), field, wanted, unwanted)
        if step is not None:
            if is_path(field):
                text = path_text(field, step.wanted, step.unwanted)
                step = step._replace(text=text, node=self.parse(text))
            else:
                from tui.core.filters.filtering import with_account_names

                step = step._replace(node=with_account_names(step.node, self._accounts))
        self.change(self.steps.choose(field, step))


def path_text(path: str, wanted: Iterable[str], unwanted: Iterable[str]) -> str:
    """The step that lets in and keeps out these values at a path; "" is that nothing is there."""
    from tui.core.query.parser import quoted

    parts = []
    for values, sign, opposite in ((tuple(wanted), "", "-"), (tuple(unwanted), "-", "")):
        named = [quoted(value) for value in values if value]
        choices = []
        if named:
            listed = named[0] if len(named) == 1 else f"({' '.join(named)})"
            choices.append(f"{sign}{path}:{listed}")
        if "" in values:
            choices.append(f"{opposite}{path}:*")
        either = len(choices) > 1 and not sign
        parts += [f"({' or '.join(choices)})"] if either else choices
    return " ".join(parts)
