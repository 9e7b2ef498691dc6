"""What is to be said of a filter step: what cannot be in the trail, what AWS made is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.core.filters.filtering import without_aws

if TYPE_CHECKING:
    from tui.core.filters.steps import Step
    from tui.ui.session.session import Session

_NOTHING = "Nothing is left"


def step_words(session: Session, number: int) -> str:
    """What a person should know once this step filters; empty for nothing."""
    step = session.steps.all[number]
    nothing = not len(session) and session.total and session.search_progress() is None
    aws = left_out_words(session, step, nothing=bool(nothing))
    words = [session.trouble(), session.absence(step), aws]
    if nothing and not aws.startswith(_NOTHING):
        words.insert(0, _NOTHING)
    return " · ".join(filter(None, words))


def left_out_words(session: Session, step: Step, *, nothing: bool = False) -> str:
    """How many AWS-made events are hidden, if the step is one that hides them.

    `nothing`: no event is left.
    """
    if without_aws(step.node) is step.node:
        return ""
    count = session.left_out_aws()
    if not count:
        none = "AWS-made events would add none"
        return f"{_NOTHING}: {none}" if nothing else none
    return f"{count:,} AWS-made {'event is' if count == 1 else 'events are'} left out"
