"""The engine compiled ahead is the engine that runs."""

from pathlib import Path

import pytest

from simkit.engine.compiled.run import run_days
from simkit.experiments import ahead


def test_stages_are_compiled_as_the_days_call_them() -> None:
    run_days.compile(ahead.SIGNATURE)
    ahead.compile_stages(1)
    assert [len(list(ahead.code_of(stage))) for stage in ahead.STAGES] == [1] * len(ahead.STAGES)


def test_stages_are_what_a_day_calls() -> None:
    called = set(run_days.py_func.__code__.co_names)
    assert {stage.py_func.__name__ for stage in ahead.STAGES} <= called


def test_nothing_is_compiled_where_code_is_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    told: list[str] = []
    run_days.compile(ahead.SIGNATURE)
    ahead.compile_ahead(2, told.append)
    assert told == []
    monkeypatch.setattr(run_days._cache, "_cache_path", str(tmp_path))
    assert not ahead.is_kept()
