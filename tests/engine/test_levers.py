"""Every lever of a policy moves what it should, the right way, in every drawn world; none is left out or inert."""

import math
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from simkit.engine.result import Result
from simkit.engine.simulation import simulate
from simkit.scenario.policy import Policy
from simkit.scenario.world import World
from tests.engine.levers.drawn import WORLDS, drawn_world
from tests.engine.levers.pull import Lever
from tests.engine.levers.table import DESCRIBE, FIXED, LEVERS
from tests.engine.worlds import changed, scenario

SEEN_IN = 3
"""Worlds in which a lever must be seen to move something; most move something in each."""

ERRORS = 3.0
"""Standard errors by which a mean over the worlds must differ from 0: by luck one in 400 does."""


def leaves(section: dict[str, Any], above: str = "") -> Iterator[str]:
    for name, value in section.items():
        if isinstance(value, dict):
            yield from leaves(value, f"{above}{name}.")
        else:
            yield above + name


def label(lever: Lever) -> str:
    pulled = "" if isinstance(lever.start, list) else f" {lever.start} to {lever.end}"
    return re.sub(r"[^\w.]+", "_", f"{lever.path}{pulled} {lever.because}")


@pytest.mark.no_cover
@pytest.mark.parametrize("lever", LEVERS, ids=label)
def test_lever_moves_the_right_way(lever: Lever) -> None:
    changes = [lever.sign * np.array(lever.changes(number), dtype=float) for number in WORLDS]
    rounding = 1e-9
    assert sum((change > rounding).any() for change in changes) >= SEEN_IN, "inert"
    if lever.on_average:
        means = np.array([change.mean() for change in changes])
        assert means.mean() > ERRORS * means.std(ddof=1) / math.sqrt(len(means))
    else:
        assert not [n for n, change in zip(WORLDS, changes, strict=True) if (change < -rounding).any()]


def test_every_lever_is_in_the_table_once() -> None:
    moving = {lever.path for lever in LEVERS}
    assert moving | DESCRIBE.keys() | FIXED.keys() == set(leaves(Policy().model_dump()))
    assert not moving & DESCRIBE.keys()
    assert not (moving | DESCRIBE.keys()) & FIXED.keys()


@pytest.mark.parametrize("path", DESCRIBE)
def test_lever_that_only_describes_changes_no_byte(path) -> None:
    other, _ = DESCRIBE[path]
    base = scenario()
    pulled = base.model_copy(update={"policy": changed(base.policy, {path: other})})
    assert pulled.policy != base.policy
    one, two = simulate(base), simulate(pulled)
    for name in Result.names():
        pd.testing.assert_frame_equal(getattr(one, name), getattr(two, name), check_exact=True)


@pytest.mark.parametrize("path", FIXED)
@pytest.mark.parametrize("other", [0.5, 0.99])
def test_lever_with_one_value_takes_no_other(path, other) -> None:
    with pytest.raises(ValidationError):
        changed(Policy(), {path: other})


def test_worlds_differ_and_are_worlds() -> None:
    drawn = [changed(World(), drawn_world(number)) for number in WORLDS]
    assert len({world.model_dump_json() for world in drawn}) == len(WORLDS) == 30
