"""An app whose crash prints nothing: Textual's own shows locals, records and raw controls."""

from __future__ import annotations

from typing import TypeVar

from textual.app import App

ReturnType = TypeVar("ReturnType")


class FaultKeepingApp(App[ReturnType]):
    """Leaves the screen on a fault and keeps it in `fault`, for `tui.faults` to tell."""

    @property
    def fault(self) -> Exception | None:
        """What ended the app, if it did not end by itself."""
        return self._exception

    def _handle_exception(self, error: Exception) -> None:
        self._return_code = 1
        if self._exception is None:
            self._exception = error
            # A pilot waits for this, and raises the exception in the test.
            self._exception_event.set()
        self._close_messages_no_wait()
