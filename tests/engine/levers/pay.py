"""Levers of targets, pay, careers and training (A1, A3, B5)."""

from tests.engine.levers import outcomes as seen
from tests.engine.levers.pull import DOWN, UP, Lever
from tests.engine.levers.still import LEADS, NO_MEMORY

NO_SELLING = {"reps.selling_response": 0.0}
SAME_EFFORT = {"reps.promoted_effort": 0.0, "reps.sanctioned_effort": 0.0}
EASY = {"targets.sales_growth": -0.8}
PROMOTED = EASY | {"incentives.career.promotion_months": 1, "incentives.career.promotion_satisfaction": 0.5}
SANCTIONED = {"incentives.appraisal.malus_below": 0.95, "incentives.career.sanction": "pay_cut",
              "incentives.career.sanction_months": 1, "incentives.career.pay_cut_share": 0.2}  # fmt: skip
AWARDED = {"incentives.awards.winners": 1, "incentives.awards.share": 0.1}
TEAM = {"incentives.awards.team_share": 0.1, "incentives.awards.team_repurchase_rate": 0.1}

PAY = [
    Lever("targets.sales_growth", -0.8, 0.5, seen.TARGET, UP, "it is in the target"),
    Lever("targets.sales_growth", -0.8, 0.5, seen.LEVEL, DOWN, "fewer months are on target", both=PROMOTED,
          world=SAME_EFFORT),
    Lever("incentives.commission.rate", 0.01, 0.05, seen.COMMISSION, UP, "it is the rate"),
    Lever("incentives.commission.signing_share", 1.0, 0.2, seen.PAID, DOWN, "who is paid on cash chases it more",
          world=NO_MEMORY | NO_SELLING),
    Lever("incentives.commission.signing_share", 1.0, 0.2, seen.ORDERED, UP, "who is paid on cash pushes sales less",
          world=NO_MEMORY),
    Lever("incentives.commission.signing_share", 1.0, 0.2, seen.SCORE, DOWN,
          "who is paid on cash colours scores less"),
    Lever("incentives.commission.budget", "free", "constant", seen.BUDGET_GAP, DOWN, "pay is brought to the budget",
          both=AWARDED | TEAM, world=LEADS),
    Lever("incentives.appraisal.weight", 0.0, 0.8, seen.PAID, DOWN, "who is judged on cash chases it more",
          world=NO_MEMORY | NO_SELLING),
    Lever("incentives.appraisal.weight", 0.0, 0.8, seen.ORDERED, UP, "who is judged on cash pushes sales less",
          world=NO_MEMORY),
    Lever("incentives.appraisal.bonus_at", 0.5, 0.95, seen.APPRAISAL, DOWN, "fewer months earn the bonus",
          both={"incentives.appraisal.bonus_share": 0.1, "incentives.appraisal.malus_below": 0.3}),
    Lever("incentives.appraisal.bonus_share", 0.0, 0.2, seen.APPRAISAL, UP, "it is the bonus"),
    Lever("incentives.appraisal.malus_below", 0.3, 0.9, seen.APPRAISAL, DOWN, "more months are cut",
          both={"incentives.appraisal.malus_share": 0.1}),
    Lever("incentives.appraisal.malus_share", 0.0, 0.2, seen.APPRAISAL, DOWN, "it is the cut"),
    Lever("incentives.awards.winners", 0, 1, seen.AWARD, UP, "more reps win", both={"incentives.awards.share": 0.1},
          world=LEADS),
    Lever("incentives.awards.share", 0.05, 0.2, seen.AWARD, UP, "it is the award", both=AWARDED, world=LEADS),
    Lever("incentives.awards.team_repurchase_rate", 0.1, 0.9, seen.TEAM_BONUS, DOWN, "fewer months reach the rate",
          both=TEAM),
    Lever("incentives.awards.team_share", 0.0, 0.2, seen.TEAM_BONUS, UP, "it is the bonus", both=TEAM),
    Lever("incentives.awards.repurchase_window_days", 1, 60, seen.TEAM_BONUS, UP,
          "at a rate of 0 all it takes is somebody who bought in the window",
          both=TEAM | {"incentives.awards.team_repurchase_rate": 0.0}),
    Lever("incentives.awards.repurchase_window_days", 30, 360, seen.TEAM_BONUS, DOWN,
          "a longer window adds customers who have stayed away, who buy again less often",
          both=TEAM | {"incentives.awards.team_repurchase_rate": 0.7}, on_average=True),
    Lever("incentives.career.promotion_months", 1, 3, seen.LEVEL, DOWN, "a longer run on target comes later",
          both=PROMOTED, world=SAME_EFFORT),
    Lever("incentives.career.promotion_satisfaction", 0.5, 0.93, seen.LEVEL, DOWN, "fewer reps please so much",
          both=PROMOTED, world=SAME_EFFORT),
    Lever("incentives.career.promotion_raise_share", 0.0, 0.3, seen.CAREER, UP, "it is the raise",
          both=PROMOTED, world=SAME_EFFORT),
    Lever("incentives.career.sanction", "none", "pay_cut", seen.CAREER, DOWN, "poor collection costs pay",
          both=SANCTIONED, world=SAME_EFFORT),
    Lever("incentives.career.sanction", "none", "pay_cut", seen.ORDERED, UP, "a sanctioned rep sells less",
          both=SANCTIONED, world=NO_MEMORY),
    Lever("incentives.career.sanction", "pay_cut", "demotion", seen.LEVEL, DOWN, "poor collection costs a level",
          both=PROMOTED | SANCTIONED, world=SAME_EFFORT),
    Lever("incentives.career.sanction_months", 1, 3, seen.CAREER, UP, "a longer run below comes later",
          both=SANCTIONED, world=SAME_EFFORT),
    Lever("incentives.career.pay_cut_share", 0.0, 0.3, seen.CAREER, DOWN, "it is the cut", both=SANCTIONED,
          world=SAME_EFFORT),
    Lever("incentives.career.sanction_lasts_months", 1, 4, seen.CAREER, DOWN, "it is the time of the cut",
          both=SANCTIONED, world=SAME_EFFORT),
    Lever("incentives.training.hours_per_month", 0.0, 20.0, seen.STAGE, UP,
          "trained reps win every stage more easily",
          world=LEADS),
    Lever("incentives.training.hours_per_month", 0.0, 20.0, seen.DISPUTED, DOWN, "trained reps sell what is needed",
          world=NO_MEMORY),
    Lever("incentives.training.hours_per_month", 0.0, 20.0, seen.TRAINING, UP, "it costs"),
]  # fmt: skip
