"""The filter as a stack of steps, each on or off, with every change undone and redone.

Nothing here is ever changed: each method gives another stack, so that undoing is keeping.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tui.core.query.nodes import And, Exact, Field, Is, Node, Not, Or

if TYPE_CHECKING:
    from collections.abc import Iterable

KEPT = 500
"""Changes that can be undone."""
AWS_MADE = "-is:aws"
_AWS = "is:aws"
"""In `Step.field`: the one step that hides what AWS services do by themselves."""


class Step(NamedTuple):
    """A part of the filter that is switched as a whole."""

    text: str
    """As the language takes it."""
    node: Node
    field: str = ""
    """Of a step whose values are toggled: its field; no other step has the same."""
    on: bool = True
    name: str = ""
    """Of a lens or a filter that was saved; empty for others."""
    wanted: tuple[str, ...] = ()
    """Of a step whose values are toggled: those let in; none: all of them."""
    unwanted: tuple[str, ...] = ()
    """And those kept out."""

    @property
    def shown(self) -> str:
        """What stands for it where room is short."""
        return self.name or self.text

    def state(self, value: str) -> int:
        """1 if a value is let in by name, -1 if it is kept out, else 0."""
        return 1 if value in self.wanted else -1 if value in self.unwanted else 0


class Stack(NamedTuple):
    """The steps at one time."""

    steps: tuple[Step, ...] = ()
    paused: bool = False
    """All of them count as off; which are on by themselves is kept."""

    @property
    def active(self) -> tuple[Step, ...]:
        """The steps that filter."""
        return () if self.paused else tuple(step for step in self.steps if step.on)


class Place(NamedTuple):
    """A stack that can be come back to, and the event that goes with it."""

    stack: Stack
    row: int = -1
    """The event that was under the cursor when it moved with the change; -1: it did not."""


class Steps(NamedTuple):
    """The stack of now, with those before it and those that were undone."""

    now: Stack = Stack()
    past: tuple[Place, ...] = ()
    future: tuple[Place, ...] = ()

    @property
    def all(self) -> tuple[Step, ...]:
        """The steps, whether on or off."""
        return self.now.steps

    @property
    def active(self) -> tuple[Step, ...]:
        """The steps that filter."""
        return self.now.active

    # Changes

    def push_alone(self, step: Step, row: int = -1) -> Steps:
        """One more step, and all others off."""
        others = tuple(each._replace(on=False) for each in self.all)
        return self.changed(Stack((*others, step)), row)

    def changed(self, stack: Stack, row: int = -1) -> Steps:
        """Another stack; `row` is the event to come back to when that is undone."""
        if stack == self.now:
            return self
        return Steps(stack, (*self.past, Place(self.now, row))[-KEPT:])

    def push(self, step: Step, row: int = -1) -> Steps:
        """One more step. Where all were off they stay so, and the new one filters alone."""
        return self.changed(Stack((*self._going_on, step)), row)

    @property
    def _going_on(self) -> tuple[Step, ...]:
        """The steps as they are once something is added: what was off stays off."""
        if not self.now.paused:
            return self.all
        return tuple(step._replace(on=False) for step in self.all)

    def replace(self, number: int, step: Step) -> Steps:
        """Another step in the place of one."""
        return self._with(number, (step,))

    def remove(self, number: int) -> Steps:
        """Without one step."""
        return self._with(number, ())

    def switch(self, number: int) -> Steps:
        """One step off, or on again."""
        step = self.all[number]
        return self._with(number, (step._replace(on=not step.on),))

    def _with(self, number: int, instead: tuple[Step, ...]) -> Steps:
        steps = self.all
        if not 0 <= number < len(steps):
            raise IndexError(number)
        stack = Stack((*steps[:number], *instead, *steps[number + 1 :]), self.now.paused)
        return self.changed(stack if stack.steps else Stack())

    def toggle_all(self) -> Steps:
        """All steps off, or those on again that were on."""
        if not self.all:
            return self
        now = self.now
        if not now.paused and not now.active:
            return self.changed(Stack(tuple(each._replace(on=True) for each in now.steps)))
        return self.changed(now._replace(paused=not now.paused))

    def clear(self) -> Steps:
        """No step at all."""
        return self.changed(Stack())

    # Undone and redone

    def undo(self, row: int = -1) -> tuple[Steps, int]:
        """The stack before, and the event to go to, -1 to stay; `row` is under the cursor."""
        if not self.past:
            return self, -1
        before = self.past[-1]
        here = Place(self.now, row if before.row >= 0 else -1)
        return Steps(before.stack, self.past[:-1], (*self.future, here)), before.row

    def redo(self, row: int = -1) -> tuple[Steps, int]:
        """The stack that was undone last, and the event to go to, -1 to stay."""
        if not self.future:
            return self, -1
        behind = self.future[-1]
        here = Place(self.now, row if behind.row >= 0 else -1)
        return Steps(behind.stack, (*self.past, here), self.future[:-1]), behind.row

    # Steps whose values are toggled

    def of_field(self, field: str) -> int:
        """The number of the step whose values of this field are toggled; -1: there is none."""
        return next((n for n, step in enumerate(self.all) if step.field == field), -1)

    def choice(self, field: str) -> Step | None:
        """That step, if it filters."""
        return next((step for step in self.active if step.field == field), None)

    def choose(self, field: str, step: Step | None) -> Steps:
        """This step on the field in the place of the one there is; None: no step on it."""
        number = self.of_field(field)
        if step is None:
            return self if number < 0 else self.remove(number)
        if number < 0:
            return self.push(step)
        steps = self._going_on
        return self.changed(Stack((*steps[:number], step, *steps[number + 1 :])))

    # What AWS made

    @property
    def hides_aws(self) -> bool:
        """Is the step on that hides what AWS services do by themselves?"""
        return self.choice(_AWS) is not None

    def toggle_aws(self) -> Steps:
        """Hide what AWS services do by themselves, or show it again."""
        return self.choose(_AWS, None if self.hides_aws else aws_step())

    # In words

    @property
    def text(self) -> str:
        """What filters now, as one filter."""
        return joined(self.active)


def aws_step() -> Step:
    """The step that hides what AWS services do by themselves."""
    return Step(AWS_MADE, Not(Is("aws")), _AWS)


def joined(steps: Iterable[Step]) -> str:
    """Steps as one filter: side by side, those that say `or` in parentheses."""
    parts = list(steps)
    alone = len(parts) < 2
    return " ".join(
        f"({step.text})" if isinstance(step.node, Or) and not alone else step.text for step in parts
    )


def chosen(name: str, field: str, wanted: Iterable[str], unwanted: Iterable[str]) -> Step | None:
    """The step that lets in and keeps out these values; None if it names none.

    `name` is what the language calls the field.
    """
    from tui.core.query.parser import quoted  # loaded by the first filter

    wanted, unwanted = tuple(wanted), tuple(unwanted)
    parts: list[Node] = []
    texts: list[str] = []
    for values, sign in ((wanted, ""), (unwanted, "-")):
        if not values:
            continue
        listed = " ".join(quoted(value) for value in values)
        texts.append(f"{sign}{name}:{listed if len(values) == 1 else f'({listed})'}")
        named = Field(field, tuple(Exact(value) for value in values))
        parts.append(Not(named) if sign else named)
    if not parts:
        return None
    node = parts[0] if len(parts) == 1 else And(tuple(parts))
    return Step(" ".join(texts), node, field, wanted=wanted, unwanted=unwanted)
