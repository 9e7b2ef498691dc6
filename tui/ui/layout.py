"""Which panes are to be seen at a size, how large they are, and which has the focus."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.geometry import Size
    from textual.widget import Widget

    from tui.ui.protocols import Memory
    from tui.ui.screens.main import MainScreen

THREE_WIDTH, THREE_HEIGHT = 100, 30
"""From this size on three panes stand side by side."""
BESIDE_WIDTH = 80
"""From this width on an opened sidebar stands beside the list, below it covers it."""
BROAD_WIDTH = 200
"""From this width on the sidebar is broader: the list has all its columns."""
LEAST_WIDTH, LEAST_HEIGHT = 60, 15

DETAIL_SHARE = 0.42
"""Of the rows, what the detail gets until a person chooses."""
_LEAST_DETAIL, _LEAST_LIST = 5, 6
_LEAST_TIMELINE, _MOST_TIMELINE = 7, 10
_LIST_BESIDE = 8
"""Rows that the list keeps where the timeline could be larger."""


class Layout:
    """Arranges the main screen; what a person opened stays open through every resize."""

    def __init__(self, screen: MainScreen, *, sidebar: bool | None, memory: Memory | None) -> None:
        """`sidebar` is what the settings say; None: as it was left the last time."""
        self._screen = screen
        self._memory = memory
        left = None if memory is None else memory.get("panes", "sidebar")
        self._wide_sidebar = sidebar if sidebar is not None else left is not False
        self._narrow_sidebar = False
        self._open = False
        self._timeline = False
        share = None if memory is None else memory.get("panes", "detail_share")
        self._share = share if isinstance(share, float) and 0 < share < 1 else DETAIL_SHARE
        self._size: Size | None = None
        self._detail_height: int | None = None
        self._timeline_height = 0
        self.three = False
        self.tiny = False
        self._left: Widget | None = None
        """Which pane had the focus when the terminal became too small."""

    @property
    def detail_shown(self) -> bool:
        """Whether the detail can be seen."""
        return not self.tiny and (self.three or self._open)

    @property
    def full_detail(self) -> bool:
        """Whether the detail fills the screen."""
        return self._open and not self.three

    @property
    def sidebar_shown(self) -> bool:
        """Whether the sidebar can be seen."""
        return (self._wide_sidebar if self.three else self._narrow_sidebar) and not self.full_detail

    @property
    def timeline_shown(self) -> bool:
        """Whether the large timeline can be seen."""
        return self._timeline and not self.tiny and not self.full_detail

    def arrange(self, size: Size) -> None:
        """Fit the panes to a size of the terminal."""
        self._size = size
        screen = self._screen
        was_three, shown = self.three, self.detail_shown
        self.three = size.width >= THREE_WIDTH and size.height >= THREE_HEIGHT
        tiny = size.width < LEAST_WIDTH or size.height < LEAST_HEIGHT
        if tiny != self.tiny:
            self.tiny = tiny
            if tiny:
                self._left = screen.pane
            screen.refresh()
        if was_three and not self.three:
            self._open = screen.pane is screen.detail
        sidebar = self.sidebar_shown
        covered = sidebar and size.width < BESIDE_WIDTH
        screen.events.beside = sidebar and not covered
        self._set_classes(
            {
                "-three": self.three,
                "-sidebar": sidebar,
                "-broad": size.width >= BROAD_WIDTH,
                "-covered": covered,
                "-detail": self.full_detail,
                "-tiny": self.tiny,
            }
        )
        height = None
        right = size.height - 1
        if self.three:
            most = right - _LEAST_LIST - (_LEAST_TIMELINE if self._timeline else 0)
            height = max(min(round(right * self._share), most), _LEAST_DETAIL)
        rows = 0
        if self._timeline:
            rows = right - (height or 0) - _LIST_BESIDE
            rows = max(min(rows, _MOST_TIMELINE), _LEAST_TIMELINE)
        if rows != self._timeline_height:
            # No class, no display: the style sheet would have the whole screen drawn anew.
            self._timeline_height = rows
            screen.timeline.styles.height = rows
        if height != self._detail_height:
            self._detail_height = height
            screen.detail.styles.height = height
        if self._left is not None and not tiny:
            # What is hidden loses the focus.
            left, self._left = self._left, None
            self._focus(left if self._is_shown(left) else screen.events)
        elif not sidebar and screen.pane is screen.sidebar:
            self._focus(screen.events)
        if sidebar and screen.is_mounted:
            screen.sidebar.freshen()
        if covered:
            self._focus(screen.sidebar)
        if self.full_detail:
            self._focus(screen.detail)
        if self.detail_shown and not shown and screen.is_mounted:
            screen.fill_detail()

    def _is_shown(self, pane: Widget) -> bool:
        screen = self._screen
        if pane is screen.sidebar:
            return self.sidebar_shown
        if pane is screen.timeline:
            return self.timeline_shown
        return pane is not screen.detail or self.detail_shown

    def _set_classes(self, classes: dict[str, bool]) -> None:
        """Set them all, then style the screen once: a style sheet is slow."""
        screen = self._screen
        before = screen.classes
        for name, there in classes.items():
            screen.set_class(there, name, update=False)
        if screen.is_mounted and screen.classes != before:
            screen.update_node_styles()

    def _again(self) -> None:
        if self._size is not None:
            self.arrange(self._size)

    def _focus(self, pane: Widget) -> None:
        screen = self._screen
        if screen.focused is not pane:
            # At once: the next key may be here already, and it is meant for this pane.
            screen.set_focus(pane, scroll_visible=False)
        if screen.focused is not pane:
            # What was hidden a moment ago counts as hidden until the next layout.
            screen.call_after_refresh(screen.set_focus, pane, scroll_visible=False)

    def to_list(self) -> None:
        """Back to the list, whatever is open."""
        screen = self._screen
        if self._open:
            self._open = False
            self._again()
        if self._narrow_sidebar and screen.pane is screen.sidebar and not self.three:
            self._narrow_sidebar = False
            self._again()
        self._focus(screen.events)

    def show_timeline(self, *, shown: bool) -> None:
        """Open the large timeline above the list and go there, or put it away."""
        screen = self._screen
        if shown:
            self.to_list()
        self._timeline = shown
        self._again()
        self._focus(screen.timeline if shown else screen.events)

    def show_sidebar(self) -> None:
        """Go to the sidebar, which is opened if it is not."""
        if self.full_detail:
            self.to_list()
        if not self.sidebar_shown:
            self.action_sidebar()
        self._focus(self._screen.sidebar)

    # Actions

    def action_open_detail(self) -> None:
        """To the detail, over the whole screen where it has no pane."""
        screen = self._screen
        if screen.events.cursor_event is None:
            screen.say("There is no event to open", warning=True)
            return
        if not self.three:
            self._open = True
            self._again()
        screen.fill_detail()
        self._focus(screen.detail)

    def action_sidebar(self) -> None:
        """Show or hide the sidebar; on a narrow screen it also takes the focus."""
        screen = self._screen
        if self.full_detail:
            screen.say("The sidebar stands beside the list: Esc goes back to it", warning=True)
        elif self.three:
            self._wide_sidebar = not self._wide_sidebar
            self._remember("sidebar", self._wide_sidebar)
            self._again()
        else:
            self._narrow_sidebar = not self._narrow_sidebar
            self._again()
            self._focus(screen.sidebar if self._narrow_sidebar else screen.events)

    def action_next_pane(self) -> None:
        self._turn(1)

    def action_previous_pane(self) -> None:
        self._turn(-1)

    def _turn(self, step: int) -> None:
        screen = self._screen
        panes: list[Widget] = []
        if self.sidebar_shown:
            panes.append(screen.sidebar)
        if not self.full_detail and not screen.has_class("-covered"):
            if self._timeline:
                panes.append(screen.timeline)
            panes.append(screen.events)
        if self.detail_shown:
            panes.append(screen.detail)
        if len(panes) < 2:
            screen.say("No other pane: Enter opens the event, s the sidebar", warning=True)
            return
        self._focus(panes[(panes.index(screen.pane) + step) % len(panes)])
        if screen.pane is screen.detail:
            screen.fill_detail()

    def action_detail_larger(self) -> None:
        self._resize_detail(2)

    def action_detail_smaller(self) -> None:
        self._resize_detail(-2)

    def _resize_detail(self, rows: int) -> None:
        if not self.three or self._size is None:
            self._screen.say("The detail has no size of its own here", warning=True)
            return
        right = self._size.height - 1
        before = round(right * self._share)
        wanted = max(min(before + rows, right - _LEAST_LIST), _LEAST_DETAIL)
        if wanted == before:
            words = "larger" if rows > 0 else "smaller"
            self._screen.say(f"The detail gets no {words}", warning=True)
            return
        self._share = wanted / right
        self._remember("detail_share", round(self._share, 3))
        self._again()

    def _remember(self, key: str, value: object) -> None:
        if self._memory is not None:
            self._memory.set("panes", key, value)
