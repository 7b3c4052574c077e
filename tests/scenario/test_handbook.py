"""The handbook policy sets every number of the handbook itself, and the defaults of the models are the same numbers."""

from functools import reduce
from pathlib import Path
from typing import Any

import pytest
import yaml

from simkit.scenario import Policy, load

FILE = Path(__file__).parents[2] / "params/policies/dual_wheel.yaml"

HANDBOOK: dict[str, Any] = {
    # A1 targets
    "targets.sales_growth": 0.30,
    "targets.parts.new_customers": 0.40,
    "targets.parts.repurchase": 0.25,
    "targets.parts.order_value": 0.10,
    "targets.key_results.new_customers_growth": 0.50,
    "targets.key_results.new_customers_owner": "sales_director",
    "targets.key_results.repurchase_rate": 0.40,
    "targets.key_results.repurchase_owner": "customer_success_manager",
    # A2 RFM
    "segments.core.recency_days": 30,
    "segments.core.frequency": 12,
    "segments.core.monetary_fen": 10_000 * 100,
    "segments.potential.recency_days": 60,
    "segments.potential.frequency": 6,
    "segments.potential.monetary_fen": 5_000 * 100,
    "segments.basic.recency_days": 90,
    "segments.basic.frequency": 3,
    "segments.basic.monetary_fen": 1_000 * 100,
    "segments.basic.treatment.discount_share": 0.10,
    "segments.dormant.discount_share": 0.20,
    # A3 sales team
    "incentives.commission.signing_share": 0.60,
    "incentives.awards.winners": 3,
    "incentives.awards.share": 0.10,
    "incentives.awards.team_repurchase_rate": 0.40,
    "incentives.career.promotion_months": 3,
    "incentives.career.promotion_satisfaction": 0.90,
    # B1 credit score and admission
    "credit.scorecard.character.weight": 0.30,
    "credit.scorecard.capacity.weight": 0.25,
    "credit.scorecard.capital.weight": 0.20,
    "credit.scorecard.collateral.weight": 0.15,
    "credit.scorecard.condition.weight": 0.10,
    "credit.grades.A.min_score": 80,
    "credit.grades.A.term_limit_days": 30,
    "credit.grades.A.security": "none",
    "credit.grades.B.min_score": 60,
    "credit.grades.B.term_limit_days": 60,
    "credit.grades.B.security": "guarantor",
    "credit.grades.C.min_score": 40,
    "credit.grades.C.term_limit_days": 90,
    "credit.grades.C.security": "collateral",
    "credit.grades.D.admission": "cash",
    "credit.audit_catch_rate": 1.0,
    # B2 contract
    "contract.prepayment_share": 0.30,
    "contract.prepayment_due_days": 7,
    "contract.term_days": 30,
    "contract.overdue_interest_per_day": 0.0005,
    "contract.penalty_share": 0.05,
    "contract.penalty_after_days": 30,
    # B3 monitoring
    "monitoring.alerts.before_due_days": 7,
    "monitoring.alerts.level_1_days": 3,
    "monitoring.alerts.level_2_days": 15,
    # B4 collections ladder
    "collections.friendly.start_day": 1,
    "collections.formal.start_day": 8,
    "collections.plan.start_day": 16,
    "collections.legal.start_day": 31,
    "collections.notice_days": 3,
    "collections.instalments.count": 3,
    "collections.instalments.share": 0.30,
    "collections.extension.enabled": True,
    # B5 incentive link
    "incentives.appraisal.bonus_at": 0.95,
    "incentives.appraisal.bonus_share": 0.10,
    "incentives.appraisal.malus_below": 0.80,
    "incentives.appraisal.malus_share": 0.05,
    "incentives.career.sanction_months": 3,
    # C coordination
    "targets.collection_rate": 0.90,
    "funnel.first_order.discount_share": 0.20,
    "funnel.first_order.lowest_grade": "B",
    "approval.good_grades_first": True,
    "approval.meeting.interval_days": 7,
}


def at(tree: Any, path: str) -> Any:
    return reduce(lambda node, name: node[name], path.split("."), tree)


@pytest.mark.parametrize("path", HANDBOOK)
def test_the_file_says_it_and_the_default_is_it(path) -> None:
    written = yaml.safe_load(FILE.read_text("utf-8"))["policy"]
    assert at(written, path) == HANDBOOK[path]
    assert at(load(FILE).policy.model_dump(), path) == HANDBOOK[path]
    assert at(Policy().model_dump(), path) == HANDBOOK[path]


def test_appraisal_weighs_the_collection_rate_as_the_handbook_allows() -> None:
    assert 0.30 <= load(FILE).policy.incentives.appraisal.weight <= 0.40
