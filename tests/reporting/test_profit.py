"""What policies change in profit, in parts that sum to it."""

import numpy as np
import pytest

from simkit.outcomes.profit import Profit
from simkit.reporting import profit, theme
from simkit.reporting.texts import LANGUAGES, Language
from tests.reporting.fake_runs import comparison, scenario

SIGNS = dict.fromkeys(Profit.__dataclass_fields__, -1) | {"gross_profit_fen": 1, "interest_income_fen": 1}
ALL = (profit.OF_PAY, profit.OF_COLLECTION)


@pytest.mark.parametrize("parts", ALL)
def test_the_parts_are_those_of_the_profit_each_once(parts: profit.Parts) -> None:
    found = [item for outcomes in parts.values() for item in outcomes.items()]
    assert sorted(found) == sorted(SIGNS.items())
    assert len(set(profit.part_colours(parts, "en").values())) == len(parts)


def made(level: float):
    rng = np.random.default_rng(3)
    values = {}
    for name in ("as today", "alerts"):
        each = {kpi: rng.uniform(0, level, 3) for kpi in SIGNS}
        each["profit_fen"] = sum(sign * each[kpi] for kpi, sign in SIGNS.items())
        values[name] = {kpi: list(amounts) for kpi, amounts in each.items()}
    return comparison([scenario(name) for name in values], values, {})


@pytest.mark.parametrize("parts", ALL)
@pytest.mark.parametrize("language", LANGUAGES)
def test_bars_sum_to_the_change_of_profit(parts: profit.Parts, language: Language) -> None:
    compared = made(1e9)
    [stack] = profit.profit_stacks(compared, parts, language)
    assert sum(stack.parts.values()) == pytest.approx(stack.whole)
    unit = profit.unit_of(compared, parts, language)
    assert stack.whole * unit.fen == pytest.approx(compared.difference("alerts", "profit_fen").mean)
    assert list(stack.parts) == list(profit.part_colours(parts, language))
    assert theme.BLUE in profit.part_colours(parts, language).values()


def test_what_is_undefined_has_no_bar() -> None:
    nothing = {"alerts": dict.fromkeys((*SIGNS, "profit_fen"), float("nan"))}
    compared = comparison([scenario("as today"), scenario("alerts")], nothing, {})
    assert profit.profit_stacks(compared, profit.OF_PAY, "en") == []
    assert profit.unit_of(compared, profit.OF_PAY, "en").words == "yuan"
