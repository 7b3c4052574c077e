"""Is the fitted world true? Payment timing beside the ledger's, and the hazard model judged in and out of sample."""

from contextlib import suppress
from dataclasses import dataclass

import numpy as np
import pandas as pd

from simkit.calibration.history import with_priors
from simkit.calibration.payment_model import PaymentFit, fit_payment
from simkit.calibration.person_periods import OPEN, Floats, Ints, Told, is_late
from simkit.errors import UserError
from simkit.outcomes.discrimination import gini
from simkit.scenario.world.payment import Payment

HELD_OUT_SHARE = 0.2
BINS = 10
_FEWEST_HELD_OUT = 20

FOLLOW_UP_DAYS = 120
"""Days past its due date for which a line must have been observed to count in mean and median days late."""

LATER = (7, 30)
"""Days late beyond which lateness is foretold too."""

TIMING = (
    "early_share",
    "on_day_share",
    "late_share",
    "late_over_7_share",
    "late_over_30_share",
    "days_late_mean",
    "days_late_median",
)


@dataclass(frozen=True)
class Validation:
    """What speaks for and against a fitted world.

    Attributes
    ----------
    timing : DataFrame
        measure, ledger, simulated, low, high: payment timing over lines; simulated is the mean over replications not
        used in the fit and low..high its 95 % interval. Shares, and days.
    hazards : DataFrame
        bucket, first_day, last_day, days (at risk), payments, ledger (payments a day at risk), simulated, fitted_alpha,
        matched_alpha.
    discrimination : DataFrame
        sample (in, out), lines, late_share, predicted_share, auc, auc_over_7, auc_over_30, pooled_auc, brier. ``out``
        is the last fifth of the lines by due date, predicted from what was known when the first of them fell due. An
        AUC of more than so many days late is over the lines watched longer than that; NaN where all or none are.
    calibration : DataFrame
        sample, bin, lines, predicted, observed: mean predicted probability of being late, and the late share, by
        tenths of the predicted probability.
    rounds : DataFrame
        round, lines, late_share, days_late_mean, largest_step: how the match of the simulation went.
    """

    timing: pd.DataFrame
    hazards: pd.DataFrame
    discrimination: pd.DataFrame
    calibration: pd.DataFrame
    rounds: pd.DataFrame


def timing(lines: pd.DataFrame) -> dict[str, float]:
    """Return shares paid early, on the day, late, more than 7 and 30 days late, and mean and median days late.

    Each share is over the lines whose answer is known: those observed beyond the day asked about. Mean and median
    are over lines observed for `FOLLOW_UP_DAYS` past their due date and paid by then, so that a ledger and a
    simulation watched for different times can be compared. NaN where no line tells.
    """
    span = (lines["end"] - lines["due"]).to_numpy()
    days = (lines["paid"] - lines["due"]).to_numpy()
    weight, paid = lines["weight"].to_numpy(), lines["paid_share"].to_numpy()

    def share_after(day: int) -> float:
        told = span > day
        after = np.where(days > day, 1.0, 1 - paid)
        return _ratio(float(weight[told] @ after[told]), float(weight[told].sum()))

    told = (span >= FOLLOW_UP_DAYS) & (paid > 0) & (days <= FOLLOW_UP_DAYS)
    worth = (weight * paid)[told]
    late = share_after(0)
    before = weight * paid * (days < 0)
    early = _ratio(before[span > 0].sum(), weight[span > 0].sum())
    values = (
        early, 1 - early - late, late, share_after(7), share_after(30),
        _ratio(worth @ days[told], worth.sum()), _weighted_median(days[told], worth),
    )  # fmt: skip
    return dict(zip(TIMING, values, strict=True))


def discrimination(
    lines: pd.DataFrame, customers: int, fit: PaymentFit, base: Payment
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return how well the model foretells late payment, in sample and on the last fifth by due date.

    Returns
    -------
    discrimination, calibration : DataFrame
        As in `Validation`; only the sample ``in`` when too little is left for a held-out fifth.
    """
    known = (lines["end"] > lines["due"]).to_numpy()
    samples = [("in", fit, known)]
    cutoff = int(np.quantile(lines["due"].to_numpy()[known], 1 - HELD_OUT_SHARE)) if known.any() else 0
    held_out = known & (lines["due"] > cutoff).to_numpy()
    early = as_known_on(lines, cutoff)
    if held_out.sum() >= _FEWEST_HELD_OUT and (early["paid"] < OPEN).sum() >= _FEWEST_HELD_OUT:
        prior = with_priors(early, base)
        with suppress(UserError):  # raised when every early line was paid on its first day
            samples.append(("out", fit_payment(early, customers, prior, fit.order_value_fen), held_out))
    judged = [_judge(name, model, lines, told) for name, model, told in samples]
    table = pd.DataFrame([row for row, _ in judged])
    return table, pd.concat([bins for _, bins in judged], ignore_index=True)


def as_known_on(lines: pd.DataFrame, day: int) -> pd.DataFrame:
    """Return the lines due by a day as they were known on it: what was paid later is open."""
    early = lines[(lines["due"] <= day) & (lines["first"] <= day)]
    later = early["paid"] > day
    return early.assign(
        end=np.minimum(early["end"], day),
        paid=early["paid"].mask(later, OPEN),
        paid_share=early["paid_share"].mask(later, 0.0),
        written_off=early["written_off"] & (early["end"] <= day),
    )


def _judge(
    sample: str, model: PaymentFit, lines: pd.DataFrame, told: Told
) -> tuple[dict[str, object], pd.DataFrame]:
    """Return the row of the discrimination table and the bins of the calibration table of one sample."""
    unpaid = model.forecast(lines, [0, *LATER]).unpaid
    chance, pooled = unpaid[told, 0], model.pooled_late_probability(lines)[told]
    late = is_late(lines)[told]
    row = {
        "sample": sample,
        "lines": int(told.sum()),
        "late_share": _ratio(late.sum(), told.sum()),
        "predicted_share": _ratio(chance.sum(), told.sum()),
        "auc": _auc(chance, late),
        **{
            f"auc_over_{day}": _auc_after(day, unpaid[:, column], lines, told)
            for column, day in enumerate(LATER, start=1)
        },
        "pooled_auc": _auc(pooled, late),
        "brier": _ratio(((chance - late) ** 2).sum(), told.sum()),
    }
    rank = np.argsort(np.argsort(chance, kind="stable"), kind="stable")
    tenth = rank * BINS // max(len(chance), 1)
    frame = pd.DataFrame({"bin": tenth + 1, "predicted": chance, "observed": late.astype(np.float64)})
    bins = frame.groupby("bin").agg(
        lines=("bin", "size"), predicted=("predicted", "mean"), observed=("observed", "mean")
    )
    return row, bins.reset_index().assign(sample=sample)[["sample", "bin", "lines", "predicted", "observed"]]


def _auc_after(day: int, chance: Floats, lines: pd.DataFrame, told: Told) -> float:
    watched = told & (lines["end"] > lines["due"] + day).to_numpy()
    return _auc(chance[watched], is_late(lines.assign(due=lines["due"] + day))[watched])


def _auc(chance: Floats, late: Told) -> float:
    value = gini(-chance, late)
    return float("nan") if value is None else (value + 1) / 2


def _weighted_median(values: Ints, weight: Floats) -> float:
    if not weight.sum() > 0:
        return float("nan")
    order = np.argsort(values, kind="stable")
    return float(values[order][np.searchsorted(np.cumsum(weight[order]), weight.sum() / 2)])


def _ratio(part: float, whole: float) -> float:
    return float(part / whole) if whole > 0 else float("nan")
