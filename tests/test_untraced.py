"""Tests marked no_cover run untraced, alone or in a process of pytest-xdist; all others are traced."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TESTS = """
import sys
import pytest

@pytest.mark.no_cover
def test_marked_is_untraced():
    assert sys.gettrace() is None

def test_other_is_traced():
    assert sys.gettrace() is not None
"""


@pytest.mark.parametrize("processes", ["0", "1"])
def test_marked_tests_are_not_traced(tmp_path: Path, processes: str) -> None:
    (tmp_path / "test_traced.py").write_text(TESTS)
    (tmp_path / "conftest.py").write_text((ROOT / "tests/conftest.py").read_text())
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("COV_", "PYTEST_"))}
    command = [sys.executable, "-m", "pytest", "--cov=.", "--cov-fail-under=0", "-n", processes]
    made = subprocess.run(command, cwd=tmp_path, env=clean, capture_output=True, text=True)
    assert made.returncode == 0, made.stdout
