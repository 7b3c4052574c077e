"""Where a policy misses its target, in words: the box of a planted corner, everywhere, nowhere."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from simkit.experiments.prim import Discovery, Misses
from simkit.reporting import discovery
from simkit.reporting.markup import foreign_markup
from simkit.reporting.texts import LANGUAGES, Language
from tests.reporting.fakes import HOSTILE

GROWTH, ECONOMY = "world.market.growth_per_year", "world.economy.factor"


def planted(kind: str = "corner") -> Misses:
    """Return 400 worlds in which the target is missed below 0 growth and above a factor of 0.5, or in all, or none."""
    rng = np.random.default_rng(3)
    worlds = pd.DataFrame({GROWTH: rng.uniform(-0.1, 0.1, 400), ECONOMY: rng.uniform(-1.5, 1.5, 400)})
    corner = ((worlds[GROWTH] < 0) & (worlds[ECONOMY] > 0.5)).to_numpy()
    missed = {"corner": corner, "all": np.ones(400, dtype=bool), "none": np.zeros(400, dtype=bool)}
    return Misses(worlds, missed[kind], (), 0)


def test_the_box_is_told_with_what_it_is_worth() -> None:
    found = planted()
    box = found.box()
    said = discovery.words("Status quo", "growth", found, box, "en").text
    assert box is not None
    assert f"misses its target, growth, in {found.missed.sum()} of 400 worlds" in said
    assert "“Growth of the market a year” is at most " in said
    assert "“State of the economy Z" in said
    assert "is at least 0.4" in said
    assert f"{box.density:.0%} of the worlds there miss it" in said
    assert f"{box.coverage:.0%} of all misses lie there" in said


def test_a_limit_on_both_sides_is_a_range() -> None:
    row = {"path": ECONOMY, "low": -0.51234, "high": 0.5, "from_low": -1.5, "from_high": 1.5}
    assert discovery.limit(row, "en").endswith("lies between −0.512 to 0.5 standard deviations")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["corner", "all", "none"])
def test_every_case_has_words(kind: str, language: Language) -> None:
    found = planted(kind)
    box = found.box()
    assert (box is None) == (kind != "corner")
    shown = discovery.limits(box, language)
    said = discovery.words(HOSTILE[0], HOSTILE[1], found, box, language)
    for html in (said, shown):
        assert foreign_markup(html.source) == []
        assert "nan" not in html.text
    assert "400" in said.text
    assert (shown.source == "") == (box is None)


def test_misses_all_over_are_no_box() -> None:
    found = planted()
    box = Discovery(pd.DataFrame(), pd.DataFrame(), 1.0, 0.2, 1.0, 0.2, found.worlds)
    assert "nowhere in particular" in discovery.words("x", "growth", found, box, "en").text
    assert discovery.limits(box, "en").source == ""


def test_the_box_is_recorded(recorded) -> None:
    discovery.record_box(planted(), planted().box())
    names = [output["metadata"]["simkit"]["name"] for output in recorded]
    assert f"box.{GROWTH}.high" in names
    assert len(set(names)) == len(names) == 9
    recorded.clear()
    discovery.record_box(planted("none"), None)
    assert [output["metadata"]["simkit"]["name"] for output in recorded] == ["worlds", "missed"]


def test_limits_that_chance_would_do_as_well_are_not_told_as_a_place() -> None:
    found = planted()
    box = found.box()
    assert box is not None
    chance = replace(box, limits=box.limits.assign(p_value=0.3))
    assert "nowhere in particular" in discovery.words("x", "growth", found, chance, "en").text
