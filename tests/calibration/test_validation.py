import numpy as np
import pandas as pd
import pytest

from simkit.calibration.payment_model import fit_payment
from simkit.calibration.person_periods import OPEN, ledger_lines
from simkit.calibration.validation import TIMING, as_known_on, discrimination, timing
from simkit.scenario.world.payment import Payment

BASE = Payment()
AS_OF = pd.Timestamp("2024-10-22")


def lines_paid(days, end=200, share=1.0, weight=1.0):
    """Return lines due on day 0 and paid on the given days; None is open."""
    paid = np.array([OPEN if day is None else day for day in days])
    frame = pd.DataFrame({"customer": 0, "issue": -30, "due": 0, "first": -29, "paid": paid, "end": end})
    share_paid = np.where(paid == OPEN, 0.0, share)
    return frame.assign(paid_share=share_paid, weight=weight, amount_fen=100.0, written_off=False)


def test_timing_by_hand():
    told = timing(lines_paid([-5, -1, 0, 0, 1, 8, 31, 40, 150, None]))
    assert tuple(told) == TIMING
    assert told == pytest.approx(
        {
            "early_share": 0.2,
            "on_day_share": 0.2,
            "late_share": 0.6,
            "late_over_7_share": 0.5,
            "late_over_30_share": 0.4,
            "days_late_mean": 74 / 8,
            "days_late_median": 0,
        }
    )


def test_timing_asks_only_lines_that_can_answer():
    lines = pd.concat(
        [lines_paid([5, None], end=20), lines_paid([50, -3], end=60), lines_paid([-10], end=-4)]
    )
    told = timing(lines)
    assert told["late_share"] == 3 / 4
    assert told["early_share"] == 1 / 4
    assert told["late_over_30_share"] == 1 / 2
    assert np.isnan(told["days_late_mean"])
    followed = pd.concat([lines, lines_paid([7, 9, 121], end=121), lines_paid([60], end=119)])
    assert timing(followed)["days_late_mean"] == 8
    assert timing(followed)["days_late_median"] == 7


def test_timing_of_weights_and_parts():
    told = timing(pd.concat([lines_paid([10], share=0.25), lines_paid([-2], weight=3.0)]))
    assert told["late_share"] == pytest.approx(1 / 4)
    assert told["late_over_30_share"] == pytest.approx(0.75 / 4)
    assert told["days_late_mean"] == pytest.approx((0.25 * 10 - 3 * 2) / 3.25)
    assert told["days_late_median"] == -2


def test_timing_of_nothing_is_not_a_number():
    assert all(np.isnan(value) for value in timing(lines_paid([None], end=-5)).values())


def test_as_known_on_a_day():
    lines = pd.concat([lines_paid([-5, 3, None]), lines_paid([2]).assign(due=4)])
    early = as_known_on(lines, 1)
    assert len(early) == 3
    assert early["paid"].tolist() == [-5, OPEN, OPEN]
    assert early["paid_share"].tolist() == [1, 0, 0]
    assert set(early["end"]) == {1}


@pytest.fixture
def made_up(simulated_invoices):
    truth = Payment(**{**BASE.model_dump(), "frailty_sd": 1.3})
    lines, _ = ledger_lines(simulated_invoices(11, truth, customers=250), AS_OF)
    customers = int(lines["customer"].max()) + 1
    return lines, customers, fit_payment(lines, customers, BASE)


def test_a_true_model_foretells_and_is_calibrated(made_up):
    lines, customers, fit = made_up
    table, bins = discrimination(lines, customers, fit, BASE)
    assert table["sample"].tolist() == ["in", "out"]
    out = table.iloc[1]
    assert out["lines"] == pytest.approx(0.2 * len(lines), rel=0.05)
    assert out["auc"] > 0.7
    assert out["predicted_share"] == pytest.approx(out["late_share"], abs=4 * 0.5 / out["lines"] ** 0.5)
    assert (out["brier"] < out["late_share"] * (1 - out["late_share"])).all()
    assert table["auc"].iloc[0] >= out["auc"] - 0.03
    held_out = bins[bins["sample"] == "out"]
    assert held_out["bin"].tolist() == list(range(1, 11))
    assert held_out["lines"].sum() == out["lines"]
    error = 4 * np.sqrt(held_out["predicted"] * (1 - held_out["predicted"]) / held_out["lines"])
    assert ((held_out["predicted"] - held_out["observed"]).abs() < error + 0.03).all()


def test_what_happens_later_teaches_nothing(made_up):
    lines, _, _ = made_up
    day = int(np.quantile(lines["due"], 0.8))
    later = lines["paid"] > day
    other = lines.assign(
        paid=lines["paid"].mask(later, day + 1), paid_share=lines["paid_share"].mask(later, 1.0)
    )
    assert later.sum() > 100
    pd.testing.assert_frame_equal(as_known_on(lines, day), as_known_on(other, day))


def test_nothing_is_held_out_of_a_small_ledger(made_up):
    lines, customers, fit = made_up
    table, bins = discrimination(lines.head(60), customers, fit, BASE)
    assert table["sample"].tolist() == ["in"]
    assert set(bins["sample"]) == {"in"}


def test_a_ledger_in_which_nothing_is_due_yet(made_up):
    lines, customers, fit = made_up
    table, _ = discrimination(lines.assign(end=lines["due"]), customers, fit, BASE)
    assert table["lines"].tolist() == [0]
    assert np.isnan(table["auc"].iloc[0])


def test_early_lines_all_paid_at_once_hold_nothing_out(made_up):
    lines, customers, fit = made_up
    cutoff = int(np.quantile(lines["due"], 0.8))
    at_once = (lines["due"] <= cutoff).to_numpy()
    paid = np.where(at_once, lines["first"], lines["paid"])
    table, _ = discrimination(
        lines.assign(paid=paid, paid_share=np.where(at_once, 1.0, lines["paid_share"])), customers, fit, BASE
    )
    assert table["sample"].tolist() == ["in"]
