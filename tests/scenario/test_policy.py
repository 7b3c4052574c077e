"""What each section of a policy refuses, and the last values that it still takes."""

import re
from typing import Any

import pytest
from pydantic import ValidationError

from simkit.scenario.parameter import Parameters
from simkit.scenario.policy.approval import Meeting
from simkit.scenario.policy.collections import Collections, Instalments
from simkit.scenario.policy.contract import Contract
from simkit.scenario.policy.credit import Credit, Scorecard
from simkit.scenario.policy.incentives import Appraisal
from simkit.scenario.policy.monitoring import Alerts
from simkit.scenario.policy.segments import Segments
from simkit.scenario.policy.targets import GrowthParts

LIMITS = {"limits_fall": False}


def limits(**months: float) -> dict[str, Any]:
    return {"grades": {grade: {"credit_limit_months": value} for grade, value in months.items()}}


def given(section: type[Parameters], values: dict[str, Any]) -> Parameters:
    """A section with some values changed, however deep, and the others at their defaults."""
    return section.model_validate(_laid(section().model_dump(), values))


def _laid(below: Any, above: Any) -> Any:
    if isinstance(below, dict) and isinstance(above, dict):
        return below | {name: _laid(below.get(name), value) for name, value in above.items()}
    return above


@pytest.mark.parametrize(
    ("section", "values", "message"),
    [
        (Alerts, {"level_2_days": 3},
         "level_1_days (3) is not before level_2_days (3); alerts must be in order"),
        (Credit, limits(A=2.9),
         "grades.B.credit_limit_months (3) is above grades.A.credit_limit_months (2.9) while limits_fall is true; "
         "limits must not rise from A to D"),
        (Credit, limits(C=3.5),
         "grades.C.credit_limit_months (3.5) is above grades.B.credit_limit_months (3) while limits_fall is true"),
        (Credit, limits(D=2.5),
         "grades.D.credit_limit_months (2.5) is above grades.C.credit_limit_months (2) while limits_fall is true"),
        (Segments, {"core": {"recency_days": 61}},
         "core.recency_days (61) is above potential.recency_days (60); limits must loosen from core to basic"),
        (Segments, {"basic": {"recency_days": 59}},
         "potential.recency_days (60) is above basic.recency_days (59)"),
        (Segments, {"potential": {"frequency": 13}},
         "core.frequency (12) is below potential.frequency (13); limits must loosen from core to basic"),
        (Segments, {"basic": {"monetary_fen": 500_001}},
         "potential.monetary_fen (500000) is below basic.monetary_fen (500001)"),
        (GrowthParts, {"new_customers": 0.66},
         "new_customers + repurchase + order_value = 101.0% of the growth; at most 100 %"),
        (Meeting, {"refuse_below": 50.1},
         "refuse_below (50.1) is above collateral_below (50); they must rise"),
        (Meeting, {"below_score": 49.9},
         "collateral_below (50) is above below_score (49.9); they must rise"),
        (Instalments, {"count": 4}, "count x share = 4 x 0.3 = 120.0% of the debt; at most 100 %"),
        (Collections, {"plan": {"start_day": 8}},
         "formal.start_day (8) is not before plan.start_day (8); steps must follow each other"),
        (Collections, {"legal": {"start_day": 365}},
         "write_off_days (365) is not after legal.start_day (365)"),
        (Contract, {"lapse_days": 6}, "lapse_days (6) is before prepayment_due_days (7)"),
        (Appraisal, {"bonus_at": 0.79}, "bonus_at (0.79) is below malus_below (0.8)"),
        (Scorecard, {"capital": {"weight": 0.3}}, "the five weights sum to 1.1; they must sum to 1"),
    ],
)  # fmt: skip
def test_refused(section: type[Parameters], values: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=re.escape(message)) as caught:
        given(section, values)
    assert caught.value.error_count() == 1


@pytest.mark.parametrize(
    ("section", "values"),
    [
        (Alerts, {"level_2_days": 4}),
        (Alerts, {"before_due_days": 0}),
        (Credit, limits(A=3.0, C=3.0, D=3.0)),
        (Credit, limits(D=60.0) | LIMITS),
        (Segments, {"core": {"recency_days": 60, "frequency": 6, "monetary_fen": 500_000}}),
        (GrowthParts, {"new_customers": 0.65}),
        (GrowthParts, {"new_customers": 0.0, "repurchase": 0.0, "order_value": 0.0}),
        (Meeting, {"refuse_below": 50.0, "below_score": 50.0}),
        (Instalments, {"count": 10, "share": 0.1}),
        (Collections, {"legal": {"start_day": 364}}),
        (Contract, {"lapse_days": 7}),
        (Appraisal, {"bonus_at": 0.8}),
    ],
)
def test_taken(section: type[Parameters], values: dict[str, Any]) -> None:
    taken = given(section, values)
    assert _laid(taken.model_dump(), values) == taken.model_dump()
