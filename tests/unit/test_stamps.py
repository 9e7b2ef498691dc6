"""Times and IDs of a whole batch are those of the slow way, one by one."""

from __future__ import annotations

import uuid

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.core.index.batch import UNDATED
from tui.core.when import event_time
from tui.ingest.encoding.stamps import event_numbers, event_times

times = (
    st.datetimes().map(lambda t: t.replace(microsecond=0).isoformat() + "Z")
    | st.from_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z", fullmatch=True)
    | st.sampled_from(
        [
            "2024-02-29T00:00:00Z",
            "2023-02-29T00:00:00Z",
            "1900-02-29T23:59:59Z",
            "2026-01-31 12:00:00",
            "2026-01-31T12:00:00.123456789Z",
            "2026-01-31T12:00:00+02:00",
            "1700000000",
            "redacted",
            "\uff12\uff1026-01-31T12:00:00Z",
            "",
        ]
    )
    | st.text(min_size=20, max_size=20)
)


@settings(deadline=None)
@given(st.lists(st.none() | times, max_size=12))
def test_times_are_those_of_the_slow_way(texts: list[str | None]) -> None:
    slow = [UNDATED if (value := event_time(text)) is None else value for text in texts]
    assert event_times(texts).tolist() == slow


@settings(deadline=None)
@given(st.lists(st.none() | st.uuids().map(str) | st.text(max_size=36), max_size=12))
def test_an_id_gives_the_same_number_in_any_company(texts: list[str | None]) -> None:
    alone = [int(event_numbers([text])[0]) for text in texts]
    assert event_numbers(texts).tolist() == alone
    assert all((number == 0) == (not text) for number, text in zip(alone, texts, strict=True))


def test_many_ids_have_as_many_numbers() -> None:
    texts = [str(uuid.UUID(int=number << 40 | number)) for number in range(20_000)]
    assert len(np.unique(event_numbers(texts))) == len(texts)
