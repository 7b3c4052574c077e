"""The command that writes the page of parameters."""

import subprocess
import sys
from pathlib import Path

import pytest

from simkit.scenario.reference_page import main, page


def test_the_page_goes_to_the_path_or_to_the_output(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(tmp_path / "page.md")]) == 0
    assert capsys.readouterr() == ("", "")
    assert (tmp_path / "page.md").read_bytes() == page().encode("utf-8")
    assert main([]) == 0
    assert capsys.readouterr().out == page()


def test_what_cannot_be_written_is_one_message(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path)]) == 2
    assert capsys.readouterr() == ("", f"{tmp_path}: cannot be written: Is a directory\n")
    assert main(["a", "b"]) == 2
    assert capsys.readouterr() == ("", "usage: python -m simkit.scenario.reference_page [PATH]\n")


def test_module_runs_as_a_command_without_a_word_too_many() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "simkit.scenario.reference_page"], capture_output=True, check=False
    )
    assert (run.returncode, run.stderr) == (0, b"")
    assert run.stdout.decode("utf-8") == page()
