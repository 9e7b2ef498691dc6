"""Every key of the registry is pressed wherever it works, and does what its description says."""

from __future__ import annotations

import pytest

import tests.ui.key_cases_facets
import tests.ui.key_cases_filter  # (these add their cases)
import tests.ui.key_cases_list
import tests.ui.key_cases_more
import tests.ui.key_cases_out
import tests.ui.key_cases_time  # noqa: F401 (it adds its cases)
from tests.ui.key_cases import CASES
from tests.ui.stand import stand
from tui.actions.registry import ACTIONS, ANYWHERE, BY_ID, EVERY, LIST, TIMELINE
from tui.ui.keymap import Keymap


def test_every_action_has_a_case() -> None:
    assert set(CASES) == set(BY_ID)


@pytest.mark.parametrize("scope", [*EVERY, TIMELINE, ANYWHERE])
async def test_every_key_does_what_it_says(scope: str) -> None:
    where = LIST if scope == ANYWHERE else scope
    pressed = 0
    async with stand(events=200) as it:
        for bound, keys, action in Keymap().by_key():
            if bound != scope:
                continue
            await it.stand_in(where)

            async def press(keys: str = keys) -> None:
                await it.press(*keys.split(" "))

            try:
                await CASES[action.id](it, where, press)
            except AssertionError as error:
                raise AssertionError(f"{keys} ({action.id}) in {scope}") from error
            pressed += 1
        it.app.exit()
    assert pressed > {ANYWHERE: 0, TIMELINE: 8}.get(scope, 10)


def test_no_key_is_claimed_twice() -> None:
    claimed: dict[tuple[str, str], str] = {}
    for action in ACTIONS:
        for key in action.keys:
            only, colon, plain = key.partition(":")
            scopes = (only,) if colon and plain and only in EVERY else action.scopes
            for scope in scopes:
                place = (scope, plain if colon and plain and only in EVERY else key)
                assert claimed.setdefault(place, action.id) == action.id, place
