"""Shell completion and the man page: made of the parser's arguments, and shells take them."""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.benchmarks import manpage
from tui.cli_parser import SHELLS, build_parser
from tui.completion import script
from tui.core.query.names import FACETS

if TYPE_CHECKING:
    from pathlib import Path

OPTIONS = sorted(
    option
    for action in build_parser()._actions
    for option in action.option_strings
    if option.startswith("--")
)

COMPLETE = """
source "$1"; shift
COMP_WORDS=(cloudtrail-tui "$@")
COMP_CWORD=$#
function_name=$(complete -p cloudtrail-tui | sed 's/.*-F \\([^ ]*\\).*/\\1/')
"$function_name"
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.fixture(scope="module")
def bash_script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("bash") is None:
        pytest.skip("there is no bash")
    path = tmp_path_factory.mktemp("completion") / "cloudtrail-tui"
    path.write_text(script("bash"))
    return path


def completed(path: Path, *words: str, folder: Path | None = None) -> list[str]:
    """What bash offers for the last of the words."""
    command = ["bash", "-c", COMPLETE, "bash", str(path), *words]
    run = subprocess.run(command, capture_output=True, text=True, timeout=20, cwd=folder)
    assert run.stderr == ""
    return sorted(run.stdout.split())


@pytest.mark.parametrize("shell", SHELLS)
def test_every_option_is_in_every_script(shell: str) -> None:
    text = script(shell)
    # fish has them without their hyphens.
    marks = ["-l {}" if shell == "fish" else "--{}"][0]
    assert [one for one in OPTIONS if marks.format(one[2:]) not in text] == []
    assert text.endswith("\n")


@pytest.mark.parametrize("shell", SHELLS)
def test_the_shell_itself_finds_no_fault(shell: str, tmp_path: Path) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"there is no {shell}")
    path = tmp_path / "script"
    path.write_text(script(shell))
    run = subprocess.run([shell, "-n", str(path)], capture_output=True, text=True, timeout=20)
    assert (run.returncode, run.stderr) == (0, "")


def test_bash_completes_options_and_their_values(bash_script: Path) -> None:
    assert completed(bash_script, "--") == OPTIONS
    assert completed(bash_script, "logs", "--ou") == ["--output"]
    assert completed(bash_script, "--output", "") == ["csv", "json", "lines"]
    assert completed(bash_script, "--top", "r") == sorted(f for f in FACETS if f.startswith("r"))
    assert completed(bash_script, "--completion", "z") == ["zsh"]


def test_bash_completes_sources_with_files(bash_script: Path, tmp_path: Path) -> None:
    (tmp_path / "trail.json").touch()
    (tmp_path / "trails").mkdir()
    found = completed(bash_script, "--since", "2h", "tra", folder=tmp_path)
    assert found == ["trail.json", "trails"]


def test_the_command_prints_it_and_ends() -> None:
    command = [sys.executable, "-m", "tui", "--completion", "bash"]
    run = subprocess.run(command, capture_output=True, text=True, timeout=20)
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout == script("bash")


def test_the_man_page_is_as_it_would_be_made_now() -> None:
    page = manpage.PAGE.read_text(encoding="utf-8")
    assert page == manpage.page(), "make man writes it again"
    told = [one for one in OPTIONS if one.replace("-", "\\-") in page]
    assert [one for one in OPTIONS if one not in told] == ["--help"]


@pytest.mark.skipif(shutil.which("groff") is None, reason="there is no groff")
def test_troff_finds_no_fault_in_the_man_page() -> None:
    command = ["groff", "-man", "-ww", "-K", "utf8", "-T", "utf8", str(manpage.PAGE)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=20)
    assert (run.returncode, run.stderr) == (0, "")
    assert "is:denied service:(iam sts)" in run.stdout
