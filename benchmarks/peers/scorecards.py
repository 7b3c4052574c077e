"""Scorecards of other libraries, each run by the Python of its own environment; imports nothing of ours.

``python scorecards.py optbinning|scorecardpy TABLE.parquet OUT.npz``: TABLE holds indicators, ``bad`` and ``fold``; OUT
gets the probability of each row by a model fitted to the other folds, and the seconds a fit took. Both libraries do as
their own guides show: optimal or tree bins, weights of evidence, logistic regression.
"""

import sys
import time

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression


def with_optbinning(known: pd.DataFrame, bad: pd.Series, asked: pd.DataFrame) -> np.ndarray:
    from optbinning import BinningProcess

    # By its default a missing value weighs nothing; here, as in the other models, it weighs what it says.
    binning = BinningProcess(list(known.columns)).fit(known, bad)
    woe = [binning.transform(frame, metric="woe", metric_missing="empirical") for frame in (known, asked)]
    model = LogisticRegression(max_iter=2000).fit(woe[0], bad)
    return model.predict_proba(woe[1])[:, 1]


def with_scorecardpy(known: pd.DataFrame, bad: pd.Series, asked: pd.DataFrame) -> np.ndarray:
    import scorecardpy

    bins = scorecardpy.woebin(known.assign(bad=bad), y="bad", print_info=False, no_cores=1)
    woe = [
        scorecardpy.woebin_ply(frame, bins, print_info=False, no_cores=1).select_dtypes("number")
        for frame in (known.assign(bad=bad), asked.assign(bad=0))
    ]
    names = [name for name in woe[0] if name.endswith("_woe")]
    model = LogisticRegression(max_iter=2000).fit(woe[0][names], bad)
    return model.predict_proba(woe[1][names])[:, 1]


PEERS = {"optbinning": with_optbinning, "scorecardpy": with_scorecardpy}


def main(peer: str, source: str, target: str) -> None:
    table = pd.read_parquet(source)
    bad, fold = table.pop("bad"), table.pop("fold")
    chance, seconds = np.empty(len(table)), []
    for each in sorted(fold.unique()):
        inside = fold == each
        start = time.perf_counter()
        chance[inside] = PEERS[peer](table[~inside], bad[~inside], table[inside])
        seconds.append(time.perf_counter() - start)
    np.savez(target, chance=chance, seconds=np.array(seconds))


if __name__ == "__main__":
    main(*sys.argv[1:])
