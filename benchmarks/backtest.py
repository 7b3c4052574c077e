"""How often the bands of a backtest hold what came, beside two plain forecasts.

``python -m benchmarks.backtest`` prints a table of many ledgers simulated by the engine, whose world the fit does not
know but which keeps to the model, so that bands should hold at their nominal rates; and one of each real ledger at
rolling cuts, where ``../shared/data`` has it.
"""

import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

import simkit
from simkit.calibration.backtest import Backtest
from simkit.calibration.coverage import KEYS, coverage, errors
from simkit.engine.sample import SAMPLE, invoices_table
from simkit.engine.simulation import simulate
from simkit.portfolio.ledger_import import Ledger, read_ledger

SHARED = Path(__file__).resolve().parents[2] / "shared/data"
LEDGERS = 24
SIMULATED_CUT = "2026-10-31"
PATHS = 500
REAL = {
    "highradius_ar": (
        "closed_invoices.csv.gz",
        {"2019-04-30": 6, "2019-05-31": 5, "2019-06-30": 4, "2019-07-31": 3},
    ),
    "udyam_payables": (
        "invoices.csv.gz",
        {
            "2014-12-31": 6,
            "2015-03-31": 6,
            "2015-06-30": 6,
            "2015-09-30": 6,
            "2015-12-31": 6,
            "2016-03-31": 6,
            "2016-06-30": 6,
        },
    ),
}
"""Files, cuts and months followed: at highradius_ar up to October, after which the extract thins out."""


def simulated() -> Iterator[Backtest]:
    """Yield the backtests of ledgers of the sample's company, each with its own luck."""
    with tempfile.TemporaryDirectory() as folder:
        for number in range(1, LEDGERS + 1):
            path = Path(folder) / f"ledger {number}.csv"
            invoices_table(simulate(SAMPLE, replication=number)).to_csv(path, index=False)
            yield simkit.backtest(path, SIMULATED_CUT, PATHS, 6)


def real(name: str) -> Iterator[Backtest]:
    """Yield the backtests of a real ledger at its cuts."""
    file, cuts = REAL[name]
    ledger: Ledger = read_ledger(SHARED / name / file)
    for cut, months in cuts.items():
        yield simkit.backtest(ledger, cut, PATHS, months)


def table(tests: Iterator[Backtest]) -> str:
    """Return coverage and errors of several backtests together, as a table, with how many and how long they took."""
    start = time.perf_counter()
    every = list(tests)
    seconds = time.perf_counter() - start
    points = pd.concat([test.points for test in every])
    independent = pd.concat([test.independent for test in every])
    lines = [
        "| view | measure | months | points (independent) | in 80 % | in 95 % | WAPE | roll rates | median days |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for row in coverage(points, independent).merge(errors(points), on=KEYS).to_dict("records"):
        off = " | ".join(
            f"{row[f'wape_{name}']:.1%}" if row[f"wape_{name}"] == row[f"wape_{name}"] else "-"
            for name in ("median", "roll_rates", "median_days")
        )
        lines.append(
            f"| {row['view']} | {row['measure']} | {row['months']} | {row['points']} ({row['effective']:.0f}) | "
            f"{row['within_80']:.0%} | {row['within_95']:.0%} | {off} |"
        )
    per_cut = seconds / max(len(every), 1)
    lines += [
        "",
        f"{len(every)} backtests of {PATHS} paths, {per_cut:.0f} seconds each, seed of params/baseline.yaml",
    ]
    return "\n".join(lines)


def main(names: list[str]) -> None:
    """Print the tables asked for, all by default."""
    for name in names or ["simulated", *REAL]:
        if name == "simulated":
            print(
                f"{LEDGERS} ledgers of the sample's company, cut on {SIMULATED_CUT}\n\n{table(simulated())}\n"
            )
        elif (SHARED / name).is_dir():
            print(f"{name}, cut on {', '.join(REAL[name][1])}\n\n{table(real(name))}\n")
        else:
            print(f"{name}: not here ({SHARED / name})\n")


if __name__ == "__main__":
    main(sys.argv[1:])
