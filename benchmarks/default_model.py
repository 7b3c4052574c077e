"""The default model beside optbinning and scorecardpy, on the same folds of the same companies.

``python -m benchmarks.default_model`` reads the company data kept beside the repository (``../shared/data``) and puts
each library into a temporary environment of its own; neither is a dependency of simkit. Five stratified folds, seed 0;
every model makes all its choices inside the training folds. Intervals are 95 % bootstrap, those of a difference paired.

Polish companies, a year before they failed: five ratios of liquidity, turnover and leverage; a dozen, chosen in each
training fold by `simkit.calibration.indicator_selection` (ours alone); all 64; and all 64 for the companies whose
sales growth is known. Almost all that lack it failed: a mark of how the two groups were collected, which a user's
customers will not show. Taiwanese companies: all ratios.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import expit, logit
from sklearn.model_selection import StratifiedKFold

from simkit.calibration.default_metrics import MEASURES
from simkit.calibration.default_model import fit_default_model
from simkit.calibration.indicator_selection import select_indicators

DATA = Path(__file__).parents[2] / "shared/data"
PEER = Path(__file__).with_name("peers") / "scorecards.py"
PEERS = ("optbinning", "scorecardpy")
FIVE = ["X4", "X46", "X61", "X10", "X2"]
DOZEN = 12
FOLDS, SEED, RESAMPLES = 5, 0, 500
TIMEOUT = 600

Case = tuple[pd.DataFrame, np.ndarray]


def cases() -> dict[str, Callable[[], Case]]:
    """Return how to read each set of companies: indicators, and who failed."""

    def polish(names: list[str] | None = None) -> Case:
        table = pd.read_parquet(DATA / "polish_bankruptcy/year5.parquet").astype("float64")
        bad = table.pop("class").to_numpy(dtype=bool)
        return (table[names] if names else table), bad

    def complete() -> Case:
        table, bad = polish()
        known = table["X21"].notna().to_numpy()
        return table[known].reset_index(drop=True), bad[known]

    def taiwanese() -> Case:
        table = pd.read_parquet(DATA / "taiwan_bankruptcy/firms.parquet")
        bad = table.pop("bankrupt").to_numpy(dtype=bool)
        table = table.drop(columns=["row", "split"], errors="ignore").astype("float64")
        return table.set_axis([f"r{i}" for i in range(table.shape[1])], axis=1), bad

    return {
        "Polish, 5 ratios": lambda: polish(FIVE),
        "Polish, a dozen": polish,
        "Polish, all 64": polish,
        "Polish, all 64, growth known": complete,
        "Taiwanese, all 95": taiwanese,
    }


def folds_of(bad: np.ndarray) -> np.ndarray:
    """Return the fold in which each company is foretold."""
    fold = np.empty(len(bad), dtype=np.int64)
    for number, (_, judge) in enumerate(
        StratifiedKFold(FOLDS, shuffle=True, random_state=SEED).split(bad, bad)
    ):
        fold[judge] = number
    return fold


def ours(firms: pd.DataFrame, bad: np.ndarray, fold: np.ndarray, dozen: bool) -> tuple[np.ndarray, float]:
    """Return our log-odds, each company's by the other folds, and the median seconds of a fit."""
    log_odds, seconds = np.empty(len(bad)), []
    for each in range(FOLDS):
        inside = fold == each
        start = time.perf_counter()
        chosen = select_indicators(firms[~inside], bad[~inside], DOZEN) if dozen else None
        model = fit_default_model(firms[~inside], bad[~inside], SEED, chosen)
        log_odds[inside] = model.log_odds(firms[inside])
        seconds.append(time.perf_counter() - start)
    return log_odds, float(np.median(seconds))


def installed(peer: str, folder: Path) -> Path | str:
    """Return the Python of an environment with a library in it, or why there is none."""
    python = folder / peer / "bin/python"
    uv = [sys.executable, "-m", "uv"]
    steps = (
        [*uv, "venv", "--quiet", "--python", sys.executable, str(folder / peer)],
        # Both were written for an older pandas.
        [
            *uv,
            "pip",
            "install",
            "--quiet",
            "--python",
            str(python),
            peer,
            "pandas<3",
            "pyarrow",
            "setuptools<81",
        ],
    )
    for step in steps:
        done = subprocess.run(step, capture_output=True, text=True)
        if done.returncode:
            return f"could not be installed ({(done.stderr.strip().splitlines() or ['no reason given'])[-1]})"
    return python


def theirs(python: Path, peer: str, table: pd.DataFrame, folder: Path) -> tuple[np.ndarray, float] | str:
    """Return a library's log-odds and the median seconds of a fit, or why there are none."""
    source, target = folder / "table.parquet", folder / f"{peer}.npz"
    table.to_parquet(source)
    try:
        done = subprocess.run(
            [python, str(PEER), peer, str(source), str(target)],
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
        )
    except subprocess.TimeoutExpired:
        return f"not done in {TIMEOUT} s"
    if done.returncode:
        return f"failed ({(done.stderr.strip().splitlines() or ['no reason given'])[-1]})"
    with np.load(target) as found:
        return logit(np.clip(found["chance"], 1e-9, 1 - 1e-9)), float(np.median(found["seconds"]))


def row(
    case: str, model: str, log_odds: np.ndarray, bad: np.ndarray, seconds: float, base: np.ndarray
) -> str:
    """Return a line of the table; the difference in AUC is from our model, on the same resamples."""
    luck = np.random.default_rng(SEED)
    classes = np.flatnonzero(bad), np.flatnonzero(~bad)
    drawn = [np.concatenate([luck.choice(c, len(c)) for c in classes]) for _ in range(RESAMPLES)]
    auc = MEASURES["auc"]
    spread = np.array([(auc(log_odds[d], bad[d]), auc(base[d], bad[d])) for d in drawn])
    low, high = np.quantile(spread[:, 0], [0.025, 0.975])
    difference = "-"
    if log_odds is not base:
        less, more = np.quantile(spread[:, 0] - spread[:, 1], [0.025, 0.975])
        difference = f"{auc(log_odds, bad) - auc(base, bad):+.3f} ({less:+.3f} .. {more:+.3f})"
    slope = MEASURES["calibration_slope"](log_odds, bad)
    assert np.isfinite(expit(log_odds)).all()
    return (
        f"| {case} | {model} | {auc(log_odds, bad):.3f} ({low:.3f} .. {high:.3f}) | {difference} "
        f"| {MEASURES['brier'](log_odds, bad):.4f} | {MEASURES['log_loss'](log_odds, bad):.4f} | {slope:.2f} "
        f"| {seconds:.1f} |"
    )


def main() -> None:
    """Measure and print."""
    if not DATA.exists():
        raise SystemExit("the company data are kept beside the repository, and are not here")
    print(
        "| companies | model | AUC (95 %) | AUC less ours | Brier | log-loss | calibration slope | s a fit |"
    )
    print("|---|---|---|---|---|---|---|---|")
    remarks = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pythons = {peer: installed(peer, folder) for peer in PEERS}
        for case, read in cases().items():
            firms, bad = read()
            fold, dozen = folds_of(bad), "dozen" in case
            base, seconds = ours(firms, bad, fold, dozen)
            print(row(case, "simkit", base, bad, seconds, base), flush=True)
            for peer, python in () if dozen else pythons.items():
                table = firms.assign(bad=bad.astype(int), fold=fold)
                found = python if isinstance(python, str) else theirs(python, peer, table, folder)
                if isinstance(found, str):
                    remarks.append(f"{peer}, {case}: {found}")
                else:
                    print(row(case, peer, found[0], bad, found[1], base), flush=True)
    print("\n".join(["", *dict.fromkeys(remarks)]) if remarks else "", end="")


if __name__ == "__main__":
    main()
