"""Targets against what was achieved: growth and its parts, and the key results that hang on them (Handbook A1)."""

from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from simkit.outcomes.collection_rate import Collected
from simkit.outcomes.growth import Growth, Sold
from simkit.outcomes.orders import Sales
from simkit.outcomes.ratio import difference
from simkit.outcomes.run import Run, Window
from simkit.outcomes.tally import Summary

PARTS = ("new_customers", "repurchase", "order_value")
UNASSIGNED = "unassigned"
WHOLE = "sales_growth"


@dataclass(frozen=True)
class Part:
    """A part of the growth target beside the same part of the growth achieved.

    ``target`` and ``achieved`` are points of growth (shares of the sales before). The parts sum to the whole: what
    the target does not assign is a part of its own, beside the growth that no part explains.
    """

    part: str
    share: float
    target: float
    target_fen: int
    achieved: float | None
    achieved_fen: int


@dataclass(frozen=True)
class KeyResult:
    """A result to reach, who answers for it (None: the company as a whole), and what was achieved."""

    key_result: str
    owner: str | None
    target: float
    achieved: float | None

    @property
    def gap(self) -> float | None:
        """Achieved less target; None when nothing can be said."""
        return difference(self.achieved, self.target)


def growth_parts(grown: Growth, targets: Any) -> list[Part]:
    """Return the parts of the growth target beside those achieved, the unassigned rest, and the whole.

    Parameters
    ----------
    grown : Growth
        The growth achieved, split.
    targets : object
        ``sales_growth`` and ``parts`` (shares of it for ``new_customers``, ``repurchase``, ``order_value``), as in
        the policy's targets.
    """
    shares = {name: float(getattr(targets.parts, name)) for name in PARTS}
    whole_fen = round(targets.sales_growth * grown.before_fen)
    fen = {name: round(share * targets.sales_growth * grown.before_fen) for name, share in shares.items()}
    rows = [
        _part(grown, name, share, targets.sales_growth, fen[name], getattr(grown, f"{name}_fen"))
        for name, share in shares.items()
    ]
    rest, left_fen = 1.0 - sum(shares.values()), whole_fen - sum(fen.values())
    return [
        *rows,
        _part(grown, UNASSIGNED, rest, targets.sales_growth, left_fen, grown.other_fen),
        _part(grown, WHOLE, 1.0, targets.sales_growth, whole_fen, grown.after_fen - grown.before_fen),
    ]


def _part(grown: Growth, name: str, share: float, target: float, target_fen: int, achieved_fen: int) -> Part:
    return Part(name, share, share * target, target_fen, grown.share(achieved_fen), achieved_fen)


def growth_table(run: Run | Summary) -> pd.DataFrame:
    """Return one row a part of the growth target: its share, target and achievement in points and in fen, the gap.

    Rows are new_customers, repurchase, order_value, unassigned and the whole (sales_growth); the first four sum to
    the last. Columns are those of :class:`Part` and ``gap`` (achieved - target) in points.
    """
    window = Window.of(run.scenario.run)
    grown = Sold.of(run).growth(window.warm_up_days, window.policy_days)
    rows = [asdict(part) for part in growth_parts(grown, run.scenario.policy.targets)]
    table = pd.DataFrame(rows).astype({"part": "string[pyarrow]", "achieved": "float64"})
    return table.assign(gap=table["achieved"] - table["target"])


def key_results(run: Run | Summary) -> list[KeyResult]:
    """Return the linked targets and key results of the policy year: growth, collection, and each owner's own.

    Sales growth and the collection rate are set together for the whole company (Handbook C1) and have no owner.
    """
    window, targets = Window.of(run.scenario.run), run.scenario.policy.targets
    lengths = (window.warm_up_days, window.policy_days)
    results = targets.key_results
    sold, collected = Sold.of(run), Collected.of(run).policy.value
    won, again = sold.new_customers_growth(*lengths), Sales.of(run).repurchased.value
    return [
        KeyResult("sales_growth", None, targets.sales_growth, sold.growth(*lengths).rate),
        KeyResult("collection_rate", None, targets.collection_rate, collected),
        KeyResult("new_customers_growth", results.new_customers_owner, results.new_customers_growth, won),
        KeyResult("repurchase_rate", results.repurchase_owner, results.repurchase_rate, again),
    ]


def key_results_table(run: Run | Summary) -> pd.DataFrame:
    """Return one row a key result: key_result, owner (NA: the company), target, achieved, gap and reached.

    ``achieved``, ``gap`` and ``reached`` are NaN or NA where the result is undefined.
    """
    rows = [asdict(result) | {"gap": result.gap} for result in key_results(run)]
    texts = dict.fromkeys(("key_result", "owner"), "string[pyarrow]")
    table = pd.DataFrame(rows).astype(texts | dict.fromkeys(("target", "achieved", "gap"), "float64"))
    return table.assign(reached=(table["gap"] >= 0).astype("boolean").mask(table["gap"].isna()))
