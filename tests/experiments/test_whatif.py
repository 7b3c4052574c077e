"""What-ifs give the answer that a comparison gives, by a shorter way."""

import pandas as pd
import pytest

import simkit
from simkit.errors import UserError
from simkit.experiments.whatif import WhatIf
from tests.engine.worlds import changed
from tests.experiments.scenarios import tiny

TERM = {"credit.grades.C.term_limit_days": 30}
CASH = {"contract.prepayment_share": 1.0}
MARKETING = {"funnel.marketing.online_ads": 1.8}
TWO = {"customers": 14, "regions": ["North", "South"]}


@pytest.fixture(scope="module")
def today():
    return tiny("today", run=TWO)


@pytest.fixture(scope="module")
def asked(today):
    with WhatIf(today, replications=3, workers=2) as found:
        yield found


@pytest.mark.parametrize("changes", [TERM, CASH, MARKETING], ids=["terms", "cash", "beyond the corners"])
def test_the_answer_is_the_comparison(today, asked, changes) -> None:
    other = tiny("other", changes, TWO)
    answer, compared = asked.answer(other), simkit.compare([today, other], 3, workers=1)
    pd.testing.assert_frame_equal(answer.kpis, compared.kpis, check_exact=True)
    pd.testing.assert_frame_equal(answer.differences(), compared.differences(), check_exact=True)


def test_what_cannot_be_compared_is_refused(asked) -> None:
    with pytest.raises(UserError, match="run.seed"):
        asked.answer(tiny("other", run=TWO | {"seed": 5}))
    with pytest.raises(UserError, match="the world is the reference's"):
        asked.answer(changed(tiny("other", run=TWO), {"world.economy.factor": 1.0}))
    with pytest.raises(UserError, match="replications: 0 given"):
        WhatIf(tiny("today", run=TWO), replications=0)
