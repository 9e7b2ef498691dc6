"""A row of the index in words: as the list shows it, and what a line of CSV says beside that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.core.export import More
from tui.core.index.batch import PENDING, UNDATED
from tui.core.index.rows import EventRow
from tui.core.index.tables import result_by_flags
from tui.core.rules.flags import Flag, level_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tui.core.index.columns import Column
    from tui.core.index.tables import Tables

GONE = 1 << 30
"""Beside the flags of a row whose object was removed."""
FLAGS = ~(PENDING | GONE) & 0xFFFF_FFFF
"""The bits of a row's flags that are flags of the event."""
_AWS = int(Flag.AWS)


class EventRows:
    """Puts the codes of a row into words."""

    def __init__(
        self, tables: Tables, rows: Mapping[str, Column], flags: Column, time: Column
    ) -> None:
        """`rows` are the columns of codes by their fields; all of them grow with the index."""
        self._tables = tables
        self._rows = rows
        self._flags = flags
        self._time = time

    def event(self, row: int) -> EventRow:
        """The event as the list shows it."""
        call = self._tables.call(self._rows["call"][row])
        (who,) = self._tables.identity(self._rows["origin"][row], "who")
        target, object_ = self._text("target", row), self._text("object", row)
        flags = self._flags[row] & FLAGS
        time = self._time[row]
        family = int(self._tables.families[self._rows["useragent"][row]])
        return EventRow(
            row=row,
            time=None if time == UNDATED else time,
            who=who,
            event=call.event,
            target=f"{target}/{object_}" if target and object_ else target or object_,
            note=self._text("note", row),
            result=result_by_flags(flags),
            address=self._text("address", row),
            agent=self._tables.texts["agent"].text(family),
            region=call.region,
            account=call.account,
            service=call.service,
            level=level_of(flags),
            by_aws=bool(flags & _AWS),
            flags=flags,
        )

    def more(self, row: int) -> More:
        """What a line of CSV says beside that; the text of the eventID is not known here."""
        call = self._tables.call(self._rows["call"][row])
        origin = self._rows["origin"][row]
        role, user, type_ = self._tables.identity(origin, "role", "user", "identity_type")
        return More(
            error=call.error,
            useragent=self._text("useragent", row),
            role=role,
            user=user,
            type=type_,
            access_key=self._tables.texts["key"].text(self._tables.origins.value("key", origin)),
            read_only=call.read_only,
            category=call.category,
            key_made=self._text("newkey", row),
        )

    def _text(self, field: str, row: int) -> str:
        return self._tables.texts[field].text(self._rows[field][row])
