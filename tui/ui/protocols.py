"""What the screen is given from outside, as protocols: engine, settings, clipboard, memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tui.ui.exporting import Export

LOADING_EARLIER = "Loading the day before"
"""What is said until it is known what came of it."""


class RecordAnswer(Protocol):
    """Called with a whole record; it may come late, for an event that is no longer shown.

    `record` is masked, None where it cannot be had any more; `raw` its bytes as delivered;
    `notes` are sentences to stand above it; `summary` the lines that open the detail.
    """

    def __call__(
        self,
        row: int,
        record: object | None,
        raw: bytes | None,
        notes: list[str],
        summary: list[str],
    ) -> None: ...


class Engine(Protocol):
    """What brings the events in; it works outside the process that draws."""

    @property
    def state(self) -> str:
        """`live`, `polling every 5 s: …`, `read once`: what following is at, in words."""

    def start(self, on_change: Callable[[], None]) -> None:
        """Begin; `on_change` is called on the event loop when there is something new."""

    def stop(self) -> None:
        """End everything that was started."""

    def poll_now(self) -> None:
        """Look for new files now."""

    def cancel(self) -> None:
        """Stop reading what is not read yet; what is listed stays."""

    def request_record(self, row: int, callback: RecordAnswer) -> None:
        """Fetch the whole record of an event; the answer comes on the event loop."""

    def export(self, export: Export, notes: Mapping[int, str], then: Callable[[], None]) -> None:
        """Write events into a file, with notes by row; `then` is called when that is over."""


class Clipboard(Protocol):
    """Takes a text and says in a sentence what was copied, or why it was not."""

    def __call__(self, text: str, what: str) -> tuple[bool, str]: ...


class Memory(Protocol):
    """What is kept from one run to the next: the part of `tui.state.State` the screen uses."""

    def get(self, section: str, key: str) -> object:
        """What was set, or None; it came from a file, so its type has to be checked."""

    def set(self, section: str, key: str, value: object) -> None:
        """Remember a value."""

    def keep(self) -> str:
        """Write down now what was set; why that cannot be done, empty for all is well."""


class ScreenSettings(Protocol):
    """What a person can change about the screen: the part of `tui.settings.Settings` it uses."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that may be shown, in this order."""

    @property
    def time_zone(self) -> str:
        """`utc`, `local` or an IANA name."""

    @property
    def theme(self) -> str | None:
        """`dark`, `light`, `ansi` or one of Textual's; None: what the terminal can do."""

    @property
    def sidebar(self) -> bool | None:
        """Whether a wide screen begins with the sidebar; None: it does."""

    @property
    def keys(self) -> Mapping[str, tuple[str, ...]]:
        """Action id → its keys."""

    @property
    def lenses(self) -> Mapping[str, str]:
        """Name → filter: lenses of one's own."""

    @property
    def mistakes(self) -> tuple[str, ...]:
        """What is wrong with the settings: a sentence each, shown at the start."""
