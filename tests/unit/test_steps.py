"""The stack of filter steps: what filters, how it reads, and that every change can be undone."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tui.core.filters.steps import KEPT, Step, Steps, chosen, joined
from tui.core.query import parser as query
from tui.core.query.nodes import And, Exact, Field, Is, Not, Or, Word

NOW = dt.datetime(2026, 1, 31, 12, tzinfo=dt.UTC)


def word(text: str, *, on: bool = True) -> Step:
    return Step(text, Word(text), on=on)


def stack(*texts: str) -> Steps:
    steps = Steps()
    for text in texts:
        steps = steps.push(word(text))
    return steps


def test_steps_stand_side_by_side_and_an_or_in_parentheses() -> None:
    either = Step("a or b", Or((Word("a"), Word("b"))))
    assert stack("a", "b").text == "a b"
    assert Steps().push(either).text == "a or b"
    assert Steps().push(either).push(word("c")).text == "(a or b) c"
    assert joined([]) == ""


def test_a_step_that_is_off_does_not_filter_and_keeps_its_place() -> None:
    steps = stack("a", "b", "c").switch(1)
    assert [step.text for step in steps.active] == ["a", "c"]
    assert [step.text for step in steps.all] == ["a", "b", "c"]
    assert steps.switch(1).text == "a b c"


def test_all_off_and_on_keeps_which_were_off() -> None:
    steps = stack("a", "b", "c").switch(1)
    off = steps.toggle_all()
    assert off.active == ()
    assert off.toggle_all().now == steps.now


def test_all_on_where_each_is_off_by_itself() -> None:
    steps = stack("a", "b").switch(0).switch(1)
    assert steps.active == ()
    assert steps.toggle_all().text == "a b"


def test_there_is_nothing_to_switch_where_there_is_no_step() -> None:
    assert Steps().toggle_all() == Steps()


def test_what_is_pushed_while_all_are_off_filters_alone() -> None:
    steps = stack("a", "b").toggle_all().push(word("c"))
    assert steps.text == "c"
    assert [step.on for step in steps.all] == [False, False, True]


def test_a_step_is_replaced_and_removed_where_it_stands() -> None:
    steps = stack("a", "b", "c")
    assert steps.replace(1, word("x")).text == "a x c"
    assert steps.remove(0).text == "b c"
    assert steps.clear().text == ""
    for number in (-1, 3):
        with pytest.raises(IndexError):
            steps.remove(number)


def test_the_last_step_removed_while_all_are_off_leaves_none_off() -> None:
    assert stack("a").toggle_all().remove(0).push(word("b")).text == "b"


def test_a_field_has_one_step_whose_values_are_toggled() -> None:
    one = chosen("service", "service", ["iam"], [])
    two = chosen("service", "service", ["iam", "s3"], [])
    steps = stack("a").choose("service", one).push(word("z")).choose("service", two)
    assert steps.text == "a service:(iam s3) z"
    assert steps.choose("service", None).text == "a z"
    assert steps.choose("region", None) == steps


def test_a_field_chosen_while_all_are_off_filters_alone() -> None:
    one = chosen("service", "service", ["iam"], [])
    two = chosen("service", "service", ["s3"], [])
    steps = stack("a").choose("service", one).toggle_all().choose("service", two)
    assert steps.text == "service:s3"
    assert steps.undo()[0].active == ()


def test_a_step_that_is_off_is_no_choice() -> None:
    one = chosen("service", "service", ["iam"], [])
    steps = Steps().choose("service", one)
    assert steps.choice("service") == one
    assert steps.switch(0).choice("service") is None
    assert steps.toggle_all().choice("service") is None


def test_what_aws_made_is_a_step_like_others() -> None:
    steps = stack("a").toggle_aws()
    assert steps.text == "a -is:aws"
    assert steps.hides_aws
    assert not steps.toggle_aws().hides_aws
    assert steps.switch(1).toggle_aws().text == "a -is:aws"
    assert len(steps.switch(1).toggle_aws().all) == 2


@pytest.mark.parametrize(
    ("wanted", "unwanted", "text"),
    [
        (["iam"], [], "service:iam"),
        (["iam", "s3"], [], "service:(iam s3)"),
        ([], ["iam"], "-service:iam"),
        ([], ["iam", "s3"], "-service:(iam s3)"),
        (["iam"], ["s3"], "service:iam -service:s3"),
    ],
)
def test_values_read_as_the_language_takes_them(
    wanted: list[str], unwanted: list[str], text: str
) -> None:
    step = chosen("service", "service", wanted, unwanted)
    assert step is not None
    assert step.text == text
    assert repr(query.parse(text, now=NOW, zone=dt.UTC)) == repr(step.node)


def test_no_value_is_no_step() -> None:
    assert chosen("service", "service", [], []) is None


@pytest.mark.parametrize("value", ["", "a b", 'say "hi"', "a*b?", "a\\b", "or", "-x", "(a)", "/a/"])
def test_any_value_is_read_back_as_itself(value: str) -> None:
    step = chosen("who", "who", [value], [value])
    assert step is not None
    assert step.node == And((Field("who", (Exact(value),)), Not(Field("who", (Exact(value),)))))
    assert repr(query.parse(step.text, now=NOW, zone=dt.UTC)) == repr(step.node)


def test_a_value_is_in_out_or_neither() -> None:
    step = chosen("who", "who", ["a"], ["b"])
    assert step is not None
    assert [step.state(value) for value in "abc"] == [1, -1, 0]


def test_an_undone_story_returns_to_its_event_and_comes_back() -> None:
    steps = stack("a").changed(stack("a", "b").now, row=7)
    before, row = steps.undo(row=99)
    assert (before.text, row) == ("a", 7)
    again, row = before.redo(row=7)
    assert (again.text, row) == ("a b", 99)
    assert again.undo(row=99)[1] == 7


def test_other_changes_move_nothing() -> None:
    steps, row = stack("a", "b").undo(row=5)
    assert (steps.text, row) == ("a", -1)
    assert steps.redo(row=5)[1] == -1


def test_what_changes_nothing_is_no_change() -> None:
    steps = stack("a").undo()[0]
    assert steps.changed(steps.now) == steps
    assert len(steps.future) == 1


def test_only_so_many_changes_are_kept() -> None:
    steps = Steps()
    for number in range(KEPT + 20):
        steps = steps.push(word(str(number)))
    assert len(steps.past) == KEPT


class UndoMachine(RuleBasedStateMachine):
    """Beside the steps a plain list of all stacks, and where in it we are."""

    def __init__(self) -> None:
        super().__init__()
        self.steps = Steps()
        self.history = [self.steps.now]
        self.at = 0

    def _change(self, steps: Steps) -> None:
        if steps.now != self.history[self.at]:
            self.history = [*self.history[: self.at + 1], steps.now]
            self.at += 1
        self.steps = steps

    @rule(text=st.sampled_from("abcd"))
    def push(self, text: str) -> None:
        self._change(self.steps.push(word(text)))

    @rule(values=st.sets(st.sampled_from(["iam", "s3", "sts"])), out=st.booleans())
    def choose(self, values: set[str], out: bool) -> None:
        sides = ([], sorted(values)) if out else (sorted(values), [])
        self._change(self.steps.choose("service", chosen("service", "service", *sides)))

    @rule()
    def aws(self) -> None:
        self._change(self.steps.toggle_aws())

    @rule()
    def toggle_all(self) -> None:
        before = self.steps
        self._change(self.steps.toggle_all())
        if before.active:
            assert self.steps.active == ()
            assert self.steps.toggle_all().active == before.active

    @precondition(lambda self: self.steps.all)
    @rule(data=st.data())
    def switch_or_remove(self, data: st.DataObject) -> None:
        number = data.draw(st.integers(0, len(self.steps.all) - 1))
        what = data.draw(st.sampled_from(["switch", "remove"]))
        self._change(getattr(self.steps, what)(number))

    @rule()
    def undo(self) -> None:
        self.steps, _ = self.steps.undo()
        self.at = max(self.at - 1, 0)

    @rule()
    def redo(self) -> None:
        self.steps, _ = self.steps.redo()
        self.at = min(self.at + 1, len(self.history) - 1)

    @invariant()
    def stands_where_the_list_says(self) -> None:
        assert self.steps.now == self.history[self.at]
        assert [place.stack for place in self.steps.past] == self.history[: self.at]
        assert len(self.steps.future) == len(self.history) - 1 - self.at

    @invariant()
    def a_field_has_one_step(self) -> None:
        fields = [step.field for step in self.steps.all if step.field]
        assert len(fields) == len(set(fields))
        assert self.steps.hides_aws == (Not(Is("aws")) in [s.node for s in self.steps.active])


UndoMachine.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
TestUndo = UndoMachine.TestCase
