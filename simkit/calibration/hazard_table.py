"""Payments a day at risk by bucket: what the ledger shows, what was fitted, what the matched simulation shows."""

import pandas as pd

from simkit.calibration.payment_model import PaymentFit
from simkit.calibration.simulated_match import Hazards, Match


def hazard_table(fit: PaymentFit, lines: pd.DataFrame, matched: Match) -> pd.DataFrame:
    """Return payments a day at risk by bucket, of the ledger and simulated (see `Validation`'s ``hazards``)."""
    ledger = Hazards.of(lines, fit.starts)
    return pd.DataFrame(
        {
            "bucket": range(len(fit.alpha)),
            "first_day": pd.array([None, *fit.starts], dtype="Int64"),
            "last_day": pd.array([*(start - 1 for start in fit.starts), None], dtype="Int64"),
            "days": ledger.days,
            "payments": ledger.payments,
            "ledger": ledger.rate,
            "simulated": matched.simulated.rate,
            "fitted_alpha": fit.alpha,
            "fitted_alpha_se": fit.alpha_se,
            "matched_alpha": matched.alpha,
        }
    )
