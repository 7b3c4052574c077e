"""Recorded numbers are shown rounded and kept in full."""

import json
import math

import numpy as np
import pytest
from IPython.core.displaypub import CapturingDisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from simkit.reporting.record import MARK, is_record, record, recorded, shown


@pytest.fixture
def publisher(monkeypatch: pytest.MonkeyPatch) -> CapturingDisplayPublisher:
    shell = InteractiveShell.instance()
    capturing = CapturingDisplayPublisher(shell=shell)
    monkeypatch.setattr(shell, "display_pub", capturing)
    return capturing


def test_the_text_is_stable_and_the_value_whole(publisher: CapturingDisplayPublisher) -> None:
    record("growth", 0.123456789)
    record("growth", 0.123456789 * (1 + 1e-9))
    first, second = publisher.outputs
    assert first["data"] == second["data"] == {"text/plain": "growth = 0.1235"}
    assert first["metadata"][MARK] == {"name": "growth", "value": 0.123456789}
    assert first["metadata"] != second["metadata"]


@pytest.mark.parametrize(
    ("value", "kept", "written"),
    [
        (np.float64(0.5), 0.5, "0.5"),
        (np.int64(12345678), 12345678, "12345678"),
        (np.bool_(True), True, "True"),
        (1234567.0, 1234567.0, "1.235e+06"),
        (-0.0, 0.0, "0"),
        ("words", "words", "words"),
        (None, None, "None"),
        (math.nan, None, "nan"),
        (math.inf, None, "inf"),
    ],
)
def test_values(publisher: CapturingDisplayPublisher, value: object, kept: object, written: str) -> None:
    record("x", value)
    [output] = publisher.outputs
    assert output["metadata"][MARK]["value"] == kept
    assert type(output["metadata"][MARK]["value"]) is type(kept)
    assert output["data"]["text/plain"] == f"x = {written}"
    json.dumps(output["metadata"], allow_nan=False)


@pytest.mark.parametrize("value", [[1], {"a": 1}, np.array([1.0, 2.0]), object()])
def test_other_things_are_refused(value: object) -> None:
    with pytest.raises(TypeError, match="cannot be recorded"):
        record("x", value)


def test_what_a_notebook_recorded_is_found_again() -> None:
    def output(name: str, value: object) -> object:
        metadata = {MARK: {"name": name, "value": value}}
        return new_output("display_data", {"text/plain": ""}, metadata=metadata)

    other = new_output("display_data", {"text/plain": "no number"})
    cells = [
        new_markdown_cell("words"),
        new_code_cell(outputs=[output("a", 1), other, new_output("stream", text="x")]),
        new_code_cell(outputs=[output("b", "two"), output("a", 3)]),
    ]
    assert recorded(new_notebook(cells=cells)) == {"a": 3, "b": "two"}
    assert not is_record(other)


def test_shown_is_the_same_on_either_side_of_zero() -> None:
    assert shown(-0.0) == shown(0.0) == "0"
