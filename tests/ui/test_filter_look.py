"""What filtering looks like at 80 by 24 and 120 by 40: prompt, mistake, steps, bread-crumb."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.ui.test_snapshots import SIZES, _colours, after, make_app

if TYPE_CHECKING:
    from collections.abc import Callable

    Compare = Callable[..., bool]

__all__ = ["_colours"]


@pytest.mark.parametrize("size", SIZES)
def test_completion(snap_compare: Compare, size: tuple[int, int]) -> None:
    app = make_app()
    assert snap_compare(app, terminal_size=size, run_before=after("ampersand", *"service", "tab"))


def test_a_mistake(snap_compare: Compare) -> None:
    keys = ("ampersand", *"servic:iam")
    assert snap_compare(make_app(), terminal_size=(80, 24), run_before=after(*keys))


@pytest.mark.parametrize("size", SIZES)
def test_steps(snap_compare: Compare, size: tuple[int, int]) -> None:
    app = make_app()
    for text in ("service:(s3 iam ec2)", "is:error", "region:us-east-1"):
        app.session.push(text)
    app.session.push("is:write -is:aws", name="changes")
    app.session.switch(1)
    assert snap_compare(app, terminal_size=size, run_before=after("k"))


@pytest.mark.parametrize("size", SIZES)
def test_list_of_steps(snap_compare: Compare, size: tuple[int, int]) -> None:
    app = make_app()
    app.session.push("service:(s3 iam ec2)")
    app.session.push("is:write -is:aws", name="changes")
    app.session.switch(0)
    keys = (*("colon", *"filters", "enter"), "j")
    assert snap_compare(app, terminal_size=size, run_before=after(*keys))
