"""What is drawn line by line is never out of date."""

from __future__ import annotations

from tests.ui.stand import stand


async def test_what_changed_while_it_was_hidden_is_shown_anew() -> None:
    async with stand((80, 24)) as it:
        await it.press("s", "s")
        it.session.only("who", "bob")
        it.main.take_in()
        await it.press("s")
        values = it.session.facet("service")[:3]
        assert len(values) == 3
        for line, value in zip(it.text()[1:4], values, strict=True):
            assert line.split()[:2] == [value.value, f"{value.count:,}"]
