"""What a person sets in a TOML file that this program reads and never writes.

    columns = ["time", "who", "event", "target", "result"]
    time_zone = "local"             # "utc", "local", or a name such as "Europe/Berlin"
    theme = "textual-ansi"
    mouse = false
    sidebar = true

    [keys]                          # action = its key, or all of its keys
    follow = ["f", "F5"]

    [accounts]                      # account ID = the name to show for it
    111122223333 = "prod"

    [lenses]                        # a name = a filter
    "denied to people" = "is:denied is:human"

A mistake never keeps the program from starting: it becomes a sentence, and what is right
around it counts. A file that is not TOML at all sets nothing.
"""

from __future__ import annotations

import dataclasses
import difflib
import os
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

CONFIG_VARIABLE = "CLOUDTRAIL_TUI_CONFIG"
"""Names another settings file than the usual one."""

LARGEST = 1 << 20
"""Bytes; a settings file that is longer is not one."""

COLUMNS = (
    "time",
    "who",
    "event",
    "target",
    "result",
    "address",
    "agent",
    "region",
    "account",
)
"""The columns of the event list, in their usual order."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the file says; where it says nothing, the program's own choice."""

    columns: tuple[str, ...] = COLUMNS
    time_zone: str = "utc"
    """`utc`, `local` or an IANA name that this machine knows."""
    theme: str | None = None
    mouse: bool = False
    sidebar: bool | None = None
    """None: as it was left the last time."""
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    """Action ID to the keys that replace its own; none at all takes its keys away."""
    accounts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Account ID to the name shown for it."""
    lenses: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Name to the filter that it stands for."""
    mistakes: tuple[str, ...] = ()
    """A sentence for each thing in the file that does not count."""

    def with_themes(self, themes: Collection[str]) -> Settings:
        """Check the theme once the known ones are known: the screen's toolkit loads late."""
        if self.theme is None or self.theme in themes:
            return self
        mistake = f"theme: there is no theme {self.theme!r}{_nearest(self.theme, themes)}."
        return dataclasses.replace(self, theme=None, mistakes=(*self.mistakes, mistake))


def settings_path() -> Path:
    """Where the settings are: the variable's file, else the usual folder of this system."""
    if named := os.environ.get(CONFIG_VARIABLE):
        return Path(named).expanduser()
    import platformdirs

    return Path(platformdirs.user_config_dir("cloudtrail-tui")) / "config.toml"


def load_settings(path: Path | None = None) -> Settings:
    """Read the settings; what is wrong with them is told, never raised."""
    named = path is not None or CONFIG_VARIABLE in os.environ
    path = settings_path() if path is None else path
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except FileNotFoundError:
        return Settings(mistakes=(f"{path}: there is no such file.",) if named else ())
    except OSError as error:
        return Settings(mistakes=(f"{path}: {error.strerror or 'it cannot be read'}.",))
    if len(content) > LARGEST:
        return Settings(mistakes=(f"{path}: it is too long for a settings file.",))
    import tomllib  # most have no settings to read

    try:
        tables = tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return Settings(mistakes=(f"{path}, line {line}: this is not UTF-8.",))
    except tomllib.TOMLDecodeError as error:
        return Settings(mistakes=(f"{path}: {error}; none of its settings count.",))
    except RecursionError:
        return Settings(mistakes=(f"{path}: its values are nested too deeply.",))
    reader = _Reader()
    reader.read(tables)
    return Settings(
        **reader.found,  # type: ignore[arg-type]  # each reading method gives its field's type
        mistakes=tuple(f"{path}: {mistake}" for mistake in reader.mistakes),
    )


class _Reader:
    """Takes the tables apart; what is wrong goes to `mistakes`, the rest to `found`."""

    def __init__(self) -> None:
        self.found: dict[str, object] = {}
        self.mistakes: list[str] = []

    def read(self, tables: dict[str, object]) -> None:
        known: dict[str, Callable[[object], object]] = {
            "columns": self._columns,
            "time_zone": self._time_zone,
            "theme": self._theme,
            "mouse": lambda value: self._switch("mouse", value),
            "sidebar": lambda value: self._switch("sidebar", value),
            "keys": self._keys,
            "accounts": self._accounts,
            "lenses": self._lenses,
        }
        for key, value in tables.items():
            if key not in known:
                self.mistakes.append(f"there is no setting {key!r}{_nearest(key, known)}.")
            elif (setting := known[key](value)) is not None:
                self.found[key] = setting

    def _columns(self, value: object) -> tuple[str, ...] | None:
        if not isinstance(value, list) or not value:
            self.mistakes.append('columns: give a list of names, such as ["time", "who"].')
            return None
        columns: list[str] = []
        for name in value:
            if not isinstance(name, str) or name not in COLUMNS:
                near = _nearest(name, COLUMNS) if isinstance(name, str) else ""
                self.mistakes.append(f"columns: there is no column {name!r}{near}.")
            elif name in columns:
                self.mistakes.append(f"columns: {name!r} is there twice.")
            else:
                columns.append(name)
        return tuple(columns) or None

    def _time_zone(self, value: object) -> str | None:
        if not isinstance(value, str) or not value:
            self.mistakes.append('time_zone: give "utc", "local" or a name like "Europe/Berlin".')
            return None
        if value.lower() in {"utc", "local"}:
            return value.lower()
        import zoneinfo

        try:
            zoneinfo.ZoneInfo(value)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
            near = _nearest(value, zoneinfo.available_timezones())
            self.mistakes.append(f"time_zone: this machine knows no zone {value!r}{near}.")
            return None
        return value

    def _theme(self, value: object) -> str | None:
        if isinstance(value, str) and value:
            return value
        self.mistakes.append("theme: give the name of a theme.")
        return None

    def _switch(self, key: str, value: object) -> bool | None:
        if isinstance(value, bool):
            return value
        self.mistakes.append(f"{key}: give true or false.")
        return None

    def _keys(self, value: object) -> Mapping[str, tuple[str, ...]] | None:
        if not isinstance(value, dict):
            self.mistakes.append("keys: give a table, [keys], with a line for each action.")
            return None
        from tui.actions.registry import ACTIONS

        known = {action.id for action in ACTIONS}
        keys: dict[str, tuple[str, ...]] = {}
        for name, given in value.items():
            action = name.replace("-", "_")
            listed = given if isinstance(given, list) else [given]
            if action not in known:
                near = _nearest(action, known)
                self.mistakes.append(f"[keys] {name}: there is no such action{near}.")
            elif not all(isinstance(key, str) and key.strip() for key in listed):
                self.mistakes.append(
                    f'[keys] {name}: give a key, or a list of keys, such as "ctrl+f".'
                )
            else:
                keys[action] = tuple(key.strip() for key in listed)
        return MappingProxyType(keys)

    def _accounts(self, value: object) -> Mapping[str, str] | None:
        if not isinstance(value, dict):
            self.mistakes.append("accounts: give a table, [accounts], with a line for each ID.")
            return None
        names: dict[str, str] = {}
        for account, name in value.items():
            if isinstance(name, str) and name.strip():
                names[account] = name.strip()
            else:
                self.mistakes.append(f"[accounts] {account}: give the name to show, in quotes.")
        return MappingProxyType(names)

    def _lenses(self, value: object) -> Mapping[str, str] | None:
        if not isinstance(value, dict):
            self.mistakes.append("lenses: give a table, [lenses], with a line for each name.")
            return None
        import datetime as dt

        from tui.core.query.parser import QueryError, parse

        lenses: dict[str, str] = {}
        for name, text in value.items():
            if not isinstance(text, str) or not text.strip():
                self.mistakes.append(f"[lenses] {name}: give a filter, in quotes.")
                continue
            try:
                parse(text, now=dt.datetime.now(dt.UTC), zone=dt.UTC)
            except QueryError as error:
                self.mistakes.append(f"[lenses] {name}: {error.message}.")
            else:
                lenses[name] = text.strip()
        return MappingProxyType(lenses)


def _nearest(word: str, known: Collection[str]) -> str:
    """Say which known word may have been meant, to go behind the unknown one."""
    by_lower = {name.lower(): name for name in known}
    found = difflib.get_close_matches(word.lower(), by_lower, n=1)
    return f" (the nearest is {by_lower[found[0]]!r})" if found else ""
