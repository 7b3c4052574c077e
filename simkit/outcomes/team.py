"""The sales team: what it is paid on top, how careers go and how customers and collection fare (Handbook A3, B5)."""

import numpy as np
import pandas as pd

from simkit.outcomes.ratio import ratio
from simkit.outcomes.run import Run, Window
from simkit.outcomes.words import is_one_of

EVENTS = {"promotions": "promotion", "pay_cuts": "pay_cut", "demotions": "demotion", "quits": "quit"}
LOW_COLLECTION_RATE = 0.80
"""Collection rate below which a rep's month is a poor one (Handbook B5)."""


def team_table(run: Run, by_region: bool = True, low: float = LOW_COLLECTION_RATE) -> pd.DataFrame:
    """Return one row a year (warm_up, policy) and region, or a year alone, of the sales team.

    A year is the months that begin in it.

    Parameters
    ----------
    run : Run
        One replication.
    by_region : bool
        One row a region and year; a row a year for the whole company when false.
    low : float
        Collection rate below which a rep-month counts in ``months_below``.

    Returns
    -------
    DataFrame
        year, region (with ``by_region``), rep_months, award_fen, team_bonus_fen, career_fen, training_fen,
        promotions, pay_cuts, demotions, quits, level_mean (of the posts that are filled), satisfaction (mean of the
        rep-months with customers), months_below, vacancy_months. A mean of nothing is NaN.
    """
    window = Window.of(run.scenario.run)
    years = {
        "warm_up": window.warm_up_months(run.commissions),
        "policy": window.policy_months(run.commissions),
    }
    rows = []
    for year, months in years.items():
        if not by_region:
            rows.append({"year": year} | _row(months, low))
            continue
        region = months["region"].astype(str)
        for name in run.scenario.run.regions:
            rows.append({"year": year, "region": name} | _row(months[(region == name).to_numpy(bool)], low))
    texts = dict.fromkeys(("year", "region") if by_region else ("year",), "string[pyarrow]")
    return pd.DataFrame(rows).astype(texts | dict.fromkeys(("level_mean", "satisfaction"), "float64"))


def customer_satisfaction(commissions: pd.DataFrame) -> float | None:
    """Return the mean satisfaction of the given rep-months, each counting once; None when no rep had customers."""
    satisfaction = commissions["satisfaction"].to_numpy(np.float64)
    known = satisfaction[~np.isnan(satisfaction)]
    return ratio(known.sum(), len(known))


def _row(months: pd.DataFrame, low: float) -> dict[str, float | None]:
    vacant = months["vacant"].to_numpy(bool)
    level, rate = months["level"].to_numpy(np.int64), months["collection_rate"].to_numpy(np.float64)
    paid = ("award_fen", "team_bonus_fen", "career_fen", "training_fen")
    return {
        "rep_months": len(months),
        **{name: int(months[name].to_numpy(np.int64).sum()) for name in paid},
        **{name: int(is_one_of(months["event"], event).sum()) for name, event in EVENTS.items()},
        "level_mean": ratio(level[~vacant].sum(), np.count_nonzero(~vacant)),
        "satisfaction": customer_satisfaction(months),
        "months_below": int(np.count_nonzero(rate < low)),
        "vacancy_months": int(np.count_nonzero(vacant)),
    }
