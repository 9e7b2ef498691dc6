"""Calls by code: what was called, and what a call lets us know without its whole record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tui.core.index.batch import Call
from tui.core.rules.call import service_name
from tui.ingest.encoding.naming import kind_of
from tui.ingest.encoding.vocabulary import flags_of

if TYPE_CHECKING:
    from tui.ingest.encoding.naming import Kind


class CallCodes:
    """Gives out codes; each distinct call is looked at once."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.kinds: list[Kind | None] = []
        self.quicks: list[dict[tuple[str, ...], Any] | None] = []
        """The `quick` of each call's Kind."""
        self._facts: dict[tuple[Any, ...], tuple[str, int, Kind | None]] = {}
        self._kinds_known: dict[tuple[str, str, bool], Kind | None] = {}

    def kind(self, source: str, event: str, type_: str, *, failed: bool) -> Kind | None:
        """What a call lets us know, by what decides that."""
        return self._facts_of(source, event, "x" if failed else "", None, type_, None)[2]

    def add(self, key: tuple[Any, ...]) -> int:
        """The code of a call that is new, given by the values of the encoder's `_call_key`."""
        source, event, region, account, error, read_only, type_, category, from_console = key
        decided = source, event, error, read_only, type_, from_console
        known = self._facts.get(decided)
        if known is None:
            known = self._facts[decided] = self._facts_of(*decided)
        service, flags, kind = known
        self.calls.append(
            Call(
                service,
                event or "",
                region or "",
                account or "",
                error or "",
                2 if read_only is None else int(read_only),
                type_ or "",
                category or "",
                flags,
            )
        )
        self.kinds.append(kind)
        self.quicks.append(None if kind is None else kind.quick)
        return len(self.kinds) - 1

    def _facts_of(
        self,
        source: str | None,
        event: str | None,
        error: str | None,
        read_only: bool | None,  # noqa: FBT001
        type_: str | None,
        from_console: object,
    ) -> tuple[str, int, Kind | None]:
        """Service, flags and Kind of a call, which do not depend on where it was called."""
        service = service_name(source or "")
        flags = flags_of(
            source or "", event or "", error or "", read_only, type_ or "", from_console
        )
        if type_ not in ("AwsApiCall", "", None):
            return service, flags, None
        asked = service, event or "", bool(error)
        if asked not in self._kinds_known:
            self._kinds_known[asked] = kind_of(*asked)
        return service, flags, self._kinds_known[asked]
