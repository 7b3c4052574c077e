"""How well payment is foretold on real ledgers, by what was known when each line was issued.

``python -m benchmarks.payment_model [FOLDER]`` fits to the first 80 % of the lines by due date, as they were known on
that day (the cut), foretells the rest, and prints a Markdown table for each ledger of the folder (``../shared/data``).
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from simkit.calibration.drivers import DRIVERS
from simkit.calibration.history import with_priors
from simkit.calibration.payment_forecast import Forecast
from simkit.calibration.payment_model import fit_payment
from simkit.calibration.payment_predictor import fit_predictor
from simkit.calibration.person_periods import OPEN, Floats, ledger_lines
from simkit.calibration.validation import as_known_on
from simkit.outcomes.discrimination import gini
from simkit.portfolio.ledger_import import read_ledger
from simkit.scenario.world.payment import Payment

LEDGERS = ("highradius_ar/closed_invoices.csv.gz", "udyam_payables/invoices.csv.gz")
SHARE = 0.8
DAYS = (0, 7, 30)
RESAMPLES, SEED = 200, 20_240_101


def auc(chance: Floats, late: Floats) -> float:
    """Return the area under the ROC curve."""
    value = gini(-chance, late)
    return float("nan") if value is None else (value + 1) / 2


def slope(chance: Floats, late: Floats) -> float:
    """Return the slope of a logistic regression of late on the logit of the forecast: 1 if it is calibrated."""
    logit = np.log(np.clip(chance, 1e-6, 1 - 1e-6)) - np.log1p(-np.clip(chance, 1e-6, 1 - 1e-6))
    design, theta = np.column_stack([np.ones_like(logit), logit]), np.zeros(2)
    for _ in range(30):
        fitted = 1 / (1 + np.exp(-design @ theta))
        curvature = (design * (fitted * (1 - fitted))[:, None]).T @ design
        theta = theta + np.linalg.solve(curvature, design.T @ (late - fitted))
    return float(theta[1])


def interval(customer: np.ndarray, measure: Callable[[np.ndarray], float]) -> tuple[float, float]:
    """Return the 95 % interval of a measure of lines (given as positions) under a bootstrap of customers."""
    luck, places = np.random.default_rng(SEED), pd.Series(np.arange(len(customer))).groupby(customer).indices
    groups, found = list(places.values()), []
    for _ in range(RESAMPLES):
        drawn = luck.integers(0, len(groups), len(groups))
        found.append(measure(np.concatenate([groups[at] for at in drawn])))
    low, high = np.nanquantile(found, [0.025, 0.975])
    return float(low), float(high)


def rows(name: str, chance: Floats, median: Floats, days_late: Floats, customer: np.ndarray) -> str:
    """Return the row of the table of one way to foretell."""
    cells = []
    for column, after in enumerate(DAYS):
        late = (days_late > after).astype(np.float64)
        value = auc(chance[:, column], late)
        low, high = interval(customer, lambda at, c=column, y=late: auc(chance[at, c], y[at]))
        brier = ((chance[:, column] - late) ** 2).mean()
        cells.append(
            f"{value:.3f} ({low:.3f} .. {high:.3f}), {brier:.4f}, {slope(chance[:, column], late):.2f}"
        )
    return f"| {name} | " + " | ".join(cells) + f" | {mean_error(median, days_late, customer)} |"


def mean_error(median: Floats, days_late: Floats, customer: np.ndarray) -> str:
    """Return the mean absolute error of days late, of paid lines, with its interval."""
    error, paid = np.abs(median - days_late), days_late < OPEN // 2
    low, high = interval(customer[paid], lambda at: float(error[paid][at].mean()))
    return f"{error[paid].mean():.2f} ({low:.2f} .. {high:.2f})"


def report(path: Path) -> None:
    """Print the table of one ledger."""
    book = read_ledger(path)
    lines, _ = ledger_lines(book.invoices, book.as_of)
    customers, due = int(lines["customer"].max()) + 1, lines["due"].to_numpy()
    cut = int(np.quantile(due, SHARE))
    held_out, known = due > cut, as_known_on(lines, cut)
    base = with_priors(known, Payment())
    start = time.perf_counter()
    fit = fit_payment(known, customers, base)
    hazard_seconds, start = time.perf_counter() - start, time.perf_counter()
    predictor = fit_predictor(known, customers, base)
    predictor_seconds, start = time.perf_counter() - start, time.perf_counter()
    forecasts: dict[str, Forecast] = {
        "phases, all as of the cut": predictor.forecast(lines, cut),
        "phases, all as of the issue": predictor.forecast(lines),
    }
    foretold_seconds = time.perf_counter() - start
    forecasts["the engine's hazards, all as of the cut"] = fit.forecast(lines, known_until=cut)
    forecasts["the engine's hazards, records as of the issue"] = fit.forecast(lines)
    test, customer = lines[held_out], lines["customer"].to_numpy()[held_out]
    late = np.where(test["paid_share"] < 1, OPEN, test["paid"] - test["due"]).astype(np.float64)
    day = np.datetime64(cut, "D")
    print(f"\n### {path.parent.name}\n")
    print(
        f"{len(known):,} lines due until {day} (cut), {len(test):,} lines due later, of {len(np.unique(customer)):,} "
        f"customers; late {np.mean(late > 0):.1%}, more than 7 days {np.mean(late > 7):.1%}, more than 30 "
        f"{np.mean(late > 30):.1%}. AUC with 95 % interval ({RESAMPLES} bootstraps of customers, seed {SEED}), Brier "
        "score, calibration slope; mean absolute error of the median of days late, of paid lines.\n"
    )
    print(
        "| foretold by | late | more than 7 days | more than 30 days | error, days |\n|---|---|---|---|---|"
    )
    for name, made in forecasts.items():
        print(rows(name, made.unpaid[held_out][:, :3], made.median_days_late[held_out], late, customer))
    paid = known[known["paid"] < OPEN]
    delay = (paid["paid"] - paid["due"]).groupby(paid["customer"]).median()
    overall = float((paid["paid"] - paid["due"]).median())
    own = test["customer"].map(delay).fillna(overall).to_numpy()
    print(f"| the customer's median | | | | {mean_error(own, late, customer)} |")
    print(f"| the ledger's median | | | | {mean_error(np.full(len(own), overall), late, customer)} |")
    weights = ", ".join(
        f"{name.removesuffix('_weight')} {getattr(fit.payment, name):.2f} ± {1.96 * fit.errors[name]:.2f}"
        for name in DRIVERS
    )
    print(
        f"\nSeconds: hazards {hazard_seconds:.1f}, phases {predictor_seconds:.1f}, both forecasts of {len(lines):,} "
        f"lines {foretold_seconds:.1f}. Weights of the hazards: {weights}; frailty_sd {fit.frailty_sd:.2f} ± "
        f"{1.96 * fit.frailty_sd_se:.2f}."
    )


def main(folder: Path) -> None:
    """Report on each ledger that is there."""
    found = [folder / name for name in LEDGERS if (folder / name).exists()]
    if not found:
        sys.exit(f"no real ledger in {folder}")
    for path in found:
        report(path)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/data"))
