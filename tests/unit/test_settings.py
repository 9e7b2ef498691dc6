"""What a person may write in the settings file, and what is said about mistakes in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tui.settings import COLUMNS, CONFIG_VARIABLE, Settings, load_settings, settings_path

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def _load(config: Path, text: str) -> Settings:
    config.write_text(text, encoding="utf-8")
    return load_settings(config)


def test_everything_that_can_be_set(config: Path) -> None:
    settings = _load(
        config,
        """
        columns = ["time", "event", "who"]
        time_zone = "Europe/Berlin"
        theme = "nord"
        mouse = true
        sidebar = false
        [keys]
        cursor_down = "x"
        cursor-up = ["ctrl+p", "y e", "list:space"]
        home = []
        [accounts]
        111122223333 = "prod"
        "444455556666" = "audit"
        """,
    )
    assert settings.mistakes == ()
    assert settings.columns == ("time", "event", "who")
    assert settings.time_zone == "Europe/Berlin"
    assert settings.theme == "nord"
    assert settings.mouse is True
    assert settings.sidebar is False
    assert settings.keys == {
        "cursor_down": ("x",),
        "cursor_up": ("ctrl+p", "y e", "list:space"),
        "home": (),
    }
    assert settings.accounts == {"111122223333": "prod", "444455556666": "audit"}


def test_without_a_file_the_program_chooses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(CONFIG_VARIABLE, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert settings_path().is_relative_to(tmp_path)
    assert load_settings() == Settings()
    assert Settings().columns == COLUMNS


def test_the_variable_names_the_file(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CONFIG_VARIABLE, str(config))
    config.write_text("mouse = true\n")
    assert load_settings().mouse is True
    config.unlink()
    assert load_settings().mistakes == (f"{config}: there is no such file.",)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("mouse = true\ntheme = \n", "line 2"),
        ("mouse = true\nmouse = false\n", "line 2"),
        ('theme = "unclosed\n', "line 1"),
    ],
)
def test_a_syntax_error_is_named_with_its_line(config: Path, text: str, named: str) -> None:
    settings = _load(config, text)
    (mistake,) = settings.mistakes
    assert str(config) in mistake
    assert named in mistake
    assert settings.mouse is False


def test_bytes_that_are_no_text_are_named_with_their_line(config: Path) -> None:
    config.write_bytes(b"mouse = true\n# fine\ntheme = '\xff'\n")
    assert "line 3" in load_settings(config).mistakes[0]


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        ("mose = true", ("'mose'", "'mouse'")),
        ('colums = ["time"]', ("'colums'", "'columns'")),
        ('columns = ["time", "whoo"]', ("columns", "'whoo'", "'who'")),
        ('columns = ["time", 3]', ("columns", "3")),
        ('columns = ["time", "time"]', ("columns", "twice")),
        ('columns = "time"', ("columns", "list")),
        ("columns = []", ("columns", "list")),
        ('time_zone = "Europe/Berln"', ("time_zone", "'Europe/Berlin'")),
        ('time_zone = "Europe"', ("time_zone", "'Europe'")),
        ('time_zone = "../../etc/passwd"', ("time_zone",)),
        ("time_zone = 2", ("time_zone",)),
        ("theme = 1", ("theme",)),
        ('theme = ""', ("theme",)),
        ('mouse = "yes"', ("mouse", "true or false")),
        ("sidebar = 0", ("sidebar", "true or false")),
        ('keys = "x"', ("keys", "[keys]")),
        ('accounts = ["x"]', ("accounts", "[accounts]")),
        ('[keys]\ncursor_dwn = "x"', ("[keys] cursor_dwn", "'cursor_down'")),
        ("[keys]\ncursor_down = 3", ("[keys] cursor_down",)),
        ('[keys]\ncursor_down = ["x", ""]', ("[keys] cursor_down",)),
        ("[accounts]\n111122223333 = 4", ("[accounts] 111122223333",)),
        ('lenses = "is:write"', ("lenses", "[lenses]")),
        ("[lenses]\nmine = 4", ("[lenses] mine", "in quotes")),
        ('[lenses]\nmine = "is:writ"', ("[lenses] mine", "is:writ", "write")),
        ('[accounts]\n111122223333 = " "', ("[accounts] 111122223333",)),
    ],
)
def test_a_mistake_is_named_and_the_rest_counts(
    config: Path, line: str, parts: tuple[str, ...]
) -> None:
    top_level = 'theme = "nord"\n' if not line.startswith("theme") else "mouse = true\n"
    settings = _load(config, top_level + line + "\n")
    (mistake,) = settings.mistakes
    assert mistake.startswith(f"{config}: ")
    assert all(part in mistake for part in parts), mistake
    assert mistake.endswith(".")
    assert (settings.theme, settings.mouse) in {("nord", False), (None, True)}


def test_right_entries_beside_a_wrong_one_count(config: Path) -> None:
    settings = _load(config, 'columns = ["time", "whoo", "event"]\n[accounts]\n1 = "a"\n2 = 2\n')
    assert settings.columns == ("time", "event")
    assert settings.accounts == {"1": "a"}
    assert len(settings.mistakes) == 2


def test_what_is_no_file_is_named(tmp_path: Path) -> None:
    (mistake,) = load_settings(tmp_path).mistakes
    assert str(tmp_path) in mistake


def test_a_huge_file_is_refused(config: Path) -> None:
    assert "too long" in _load(config, "# " + "x" * (1 << 20)).mistakes[0]


def test_deep_nesting_is_survived(config: Path) -> None:
    settings = _load(config, "theme = " + "[" * 20_000 + "]" * 20_000)
    assert len(settings.mistakes) == 1


def test_themes_are_checked_when_they_are_known(config: Path) -> None:
    settings = _load(config, 'theme = "nrod"\nmouse = true\n').with_themes(["nord", "gruvbox"])
    assert settings.theme is None
    assert settings.mouse is True
    assert "'nord'" in settings.mistakes[0]
    assert _load(config, 'theme = "nord"\n').with_themes(["nord"]).theme == "nord"
    assert Settings().with_themes(["nord"]) == Settings()


def test_the_example_in_the_docstring_is_right(config: Path) -> None:
    import tui.settings

    example = (tui.settings.__doc__ or "").partition("\n\n")[2].rpartition("\n\n")[0]
    settings = _load(config, example)
    assert settings.mistakes == ()
    assert settings.keys
    assert settings.accounts == {"111122223333": "prod"}


def test_lenses_of_ones_own(config: Path) -> None:
    text = '[lenses]\n"by people" = " is:denied is:human "\nbad = "is:("\n'
    settings = _load(config, text)
    assert settings.lenses == {"by people": "is:denied is:human"}
    assert len(settings.mistakes) == 1
