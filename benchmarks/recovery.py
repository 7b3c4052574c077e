"""Does a calibration find the world that made the ledger? Many simulated ledgers, each fitted, against the truth.

``python -m benchmarks.recovery [LEDGERS]`` simulates ledgers of a company in which nothing bears on payment but the
hazards, fits each from another world's values, and prints how often each 95 % interval holds the truth.
"""

import sys
import time
from typing import Any

import numpy as np
from scipy.stats import beta

from simkit.calibration.payment_model import fit_payment, parameter_names, theta_of
from simkit.calibration.simulated_match import simulated_lines
from simkit.engine.simulation import simulate
from simkit.scenario.world.payment import Payment
from tests.engine.plain import STILL, plain

LEDGERS = 60
Z95 = 1.959964

DRIVEN: dict[str, Any] = {
    "payment.bucket_starts": [-14, -3, 0, 1, 4, 15, 31],
    "payment.alpha": [-5.0, -3.9, -2.9, -0.9, -1.8, -2.4, -2.8, -2.6],
    "payment.calendar.weekday": [0.2, 0.1, -0.1, -0.3, 0.1, -1.5, -2.5],
    "payment.calendar.month_end": 0.4,
    "payment.history_weight": -0.8,
    "payment.delay_weight": -0.6,
    "payment.delay_prior_days": 4.0,
    "payment.term_weight": -0.3,
    "payment.amount_weight": -0.1,
    "payment.frailty_sd": 0.7,
}
"""A world in which everything the hazards know of bears on payment."""

COMPANY: dict[str, Any] = {
    "customers.orders_per_year": 20.0,
    "customers.history_lines": 0.0,
    "customers.order_value_spread_between": 0.8,
    "customers.order_value_spread_within": 0.6,
    "customers.terms": [{"days": 30, "share": 0.5}, {"days": 60, "share": 0.3}, {"days": 90, "share": 0.2}],
}
SIZE = {"customers": 200, "warm_up_days": 150, "policy_days": 365, "run_out_days": 120}


def main(ledgers: int) -> None:
    """Simulate, fit, and print the table."""
    scenario = plain(both={"contract.term_negotiable": True}, world=STILL | COMPANY | DRIVEN, run=SIZE)
    truth, value = theta_of(scenario.world.payment), scenario.world.customers.order_value_fen
    given = {
        name: getattr(scenario.world.payment, name)
        for name in ("bucket_starts", "history_prior_share", "history_prior_lines", "delay_prior_days")
    }
    elsewhere = Payment(alpha=[-3.0] * len(scenario.world.payment.alpha), **given)
    estimates, errors, lines_seen, start = [], [], 0, time.perf_counter()
    for replication in range(ledgers):
        lines = simulated_lines(simulate(scenario, replication=replication), since_day=0).assign(weight=1.0)
        fit = fit_payment(lines, int(lines["customer"].max()) + 1, elsewhere, value)
        lines_seen += len(lines)
        estimates.append(fit.theta)
        errors.append(list(fit.errors.values()))
    found, error = np.array(estimates), np.array(errors)
    inside = np.abs(found - truth) < Z95 * error
    print(
        f"{ledgers} ledgers of about {lines_seen // ledgers:,} lines of {SIZE['customers']} customers, "
        f"{time.perf_counter() - start:.0f} s.\n"
    )
    print(
        "| parameter | truth | mean estimate | its error | spread of estimates | mean standard error | inside |"
    )
    print("|---|---|---|---|---|---|---|")
    for at, name in enumerate(parameter_names(len(scenario.world.payment.alpha))):
        spread = found[:, at].std(ddof=1)
        print(
            f"| {name} | {truth[at]:.3f} | {found[:, at].mean():.3f} | {spread / ledgers**0.5:.3f} | {spread:.3f} | "
            f"{error[:, at].mean():.3f} | {int(inside[:, at].sum())} of {ledgers} |"
        )
    held, cases = int(inside.sum()), inside.size
    low, high = beta.ppf([0.025, 0.975], [held, held + 1], [cases - held + 1, cases - held])
    print(
        f"\nAll: {held / cases:.1%} of the intervals hold the truth ({low:.1%} .. {high:.1%}); 95 % should."
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else LEDGERS)
