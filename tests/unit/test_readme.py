"""The documents: generated parts are up to date, links lead somewhere, figures are the sample's."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING

import pytest

from tests.benchmarks import readme
from tests.benchmarks.picture import PICTURE
from tui import __version__
from tui.actions.registry import key_table
from tui.cli import build_parser
from tui.errors import ExitCode
from tui.settings import Settings, load_settings
from tui.ui.widgets.columns import columns_for

if TYPE_CHECKING:
    from pathlib import Path

ROOT = readme.README.parent
DOCUMENTS = ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "tui/core/rules/RULES.md")


@pytest.fixture(scope="module")
def text() -> str:
    return readme.README.read_text(encoding="utf-8")


def between(text: str, start: str, end: str) -> str:
    """What stands behind the first `start`, up to the next `end`."""
    _, found, rest = text.partition(start)
    assert found
    return rest.partition(end)[0]


def part(text: str, name: str) -> str:
    return between(text, f"<!-- {name} -->\n", f"<!-- /{name} -->")


def test_the_key_table_is_the_registrys(text: str) -> None:
    assert part(text, "keys") == key_table()


def test_the_command_line_has_every_option_of_the_help(text: str) -> None:
    options = set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", part(text, "help")))
    known = {option for action in build_parser()._actions for option in action.option_strings}
    assert known <= options
    assert {option for option in options if option.startswith("--")} <= known


def test_writing_the_parts_again_leaves_the_rest(text: str) -> None:
    torn = text.replace(key_table(), "| old |\n")
    assert torn != text
    assert part(readme.rewritten(torn), "keys") == key_table()
    assert readme.rewritten(torn) == readme.rewritten(text)
    kept = text.partition("<!-- keys -->")[0]
    assert readme.rewritten(torn).startswith(kept)
    with pytest.raises(ValueError, match="keys"):
        readme.rewritten(text.replace("<!-- keys -->", ""))


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_relative_link_leads_somewhere(document: str) -> None:
    path = ROOT / document
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", path.read_text(encoding="utf-8"))
    inner = [link for link in links if not link.startswith("https://")]
    assert [link for link in inner if not (path.parent / link).is_file()] == []
    assert all(link.startswith("https://") for link in links if "://" in link)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_the_documents_speak_of_the_project_alone(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    assert not re.search(r"/(work|tmp|home|root)/|\.\./shared|TODO|FIXME", text)
    assert max(len(line) for line in text.splitlines() if not line.startswith(("|", "!["))) <= 100


def test_every_module_that_is_named_exists() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    names = set(re.findall(r"`((?:[a-z_]+/)*[a-z_]+\.(?:py|md))`", text))
    assert len(names) > 15
    assert [
        name for name in names if not ((ROOT / name).is_file() or (ROOT / "tui" / name).is_file())
    ] == []


def test_every_make_target_that_is_named_exists() -> None:
    rules = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", rules, re.MULTILINE))
    for document in DOCUMENTS:
        text = (ROOT / document).read_text(encoding="utf-8")
        assert set(re.findall(r"`make ([a-z]+)`", text)) <= targets


def test_the_settings_of_the_readme_count_and_are_all(text: str, tmp_path: Path) -> None:
    example = between(text, "```toml\n", "```")
    file = tmp_path / "config.toml"
    file.write_text(example, encoding="utf-8")
    assert load_settings(file).mistakes == ()
    assert set(tomllib.loads(example)) == set(Settings.__slots__) - {"mistakes"}


def test_the_exit_codes_are_all_there(text: str) -> None:
    rows = between(text, "| exit code | when |", "\n\n")
    numbers = {int(number) for row in re.findall(r"^\| ([\d, ]+) \|", rows, re.MULTILINE)
               for number in row.split(",")}  # fmt: skip
    assert numbers == {int(code) for code in ExitCode}


def test_the_columns_come_at_the_widths_that_are_named(text: str) -> None:
    named = re.search(r"\| ([a-z, ]+) \| from ([\d, and]+) columns", text)
    assert named is not None
    fields = named[1].split(", ")
    widths = [int(width) for width in re.findall(r"\d+", named[2])]
    for field, width in zip(fields, widths, strict=True):
        assert field in {column.field for column in columns_for(width - 30, width)}
        assert field not in {column.field for column in columns_for(width - 31, width - 1)}


def test_the_picture_is_of_the_sample_and_loads_nothing() -> None:
    picture = PICTURE.read_text(encoding="utf-8").replace("&#160;", " ")
    assert "UpdateDomainConfig" in picture
    assert "accessPolicies" in picture
    assert "anyone at all may es:*" in picture
    assert not re.search(r"@font-face|url\(['\"]?http|<image|<script|xlink:href", picture)


def test_the_changelog_has_this_version() -> None:
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"## [{__version__}] - " in changes
