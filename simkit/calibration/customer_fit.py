"""What a customer master says: how balance sheets spread, what default depends on, and a default model."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import expit

from simkit.calibration.default_drivers import DefaultFit, fit_drivers
from simkit.calibration.default_metrics import HosmerLemeshow, default_metrics, hosmer_lemeshow
from simkit.calibration.default_model import FEWEST_DEFAULTS, DefaultModel, cross_validated, fit_default_model
from simkit.calibration.firm_spread import fit_spread, scores_of
from simkit.calibration.grade_bands import grade_table
from simkit.calibration.scorecard import points_table
from simkit.portfolio.customer_file import CustomerMaster
from simkit.scenario.firms import Firms

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

_DAYS_A_YEAR = 365.0


@dataclass(frozen=True, eq=False)
class Watch:
    """How long customers were watched, and who defaulted in that time.

    Attributes
    ----------
    customers : DataFrame
        Those watched, as in the master.
    defaulted : array of bool, shape (customers,)
    years : array, shape (customers,)
        From the start of the watch to its end, whether or not the customer defaulted in it.
    exposed : float
        Customer-years until default or the end, of all together.
    notes : list of str
    """

    customers: pd.DataFrame
    defaulted: Bools
    years: Floats
    exposed: float
    notes: list[str]


@dataclass(frozen=True, eq=False)
class OwnDefaultModel:
    """A default model of a master's own customers, judged on customers left out of the fit.

    Attributes
    ----------
    fitted : DefaultModel
    customers, defaults : int
        How many it was fitted to, and how many of them defaulted.
    metrics : DataFrame
        See `default_metrics`.
    lack_of_fit : HosmerLemeshow
        Shown, and never a gate: with many customers it rejects what serves well.
    grades : DataFrame
        Annual default probability by grade, see `grade_table`.
    points : DataFrame
        The scorecard, see `points_table`.
    """

    fitted: DefaultModel
    customers: int
    defaults: int
    metrics: pd.DataFrame
    lack_of_fit: HosmerLemeshow
    grades: pd.DataFrame
    points: pd.DataFrame

    @classmethod
    def fit(cls, master: CustomerMaster, watch: Watch, seed: int) -> Self:
        """Fit and judge the model on the customers watched."""
        firms, bad = watch.customers[list(master.indicators)], watch.defaulted
        held_out = cross_validated(firms, bad, seed)
        annual = -np.expm1(np.log1p(-expit(held_out)) / float(watch.years.mean()))
        model = fit_default_model(firms, bad, seed)
        return cls(
            fitted=model,
            customers=len(bad),
            defaults=int(bad.sum()),
            metrics=default_metrics(held_out, bad, seed),
            lack_of_fit=hosmer_lemeshow(expit(held_out), bad),
            grades=grade_table(annual, bad, watch.years),
            points=points_table(model),
        )

    def summary(self) -> list[str]:
        """Return the measures, and the annual default probability by grade, as lines of text."""
        test = self.lack_of_fit
        lines = [
            f"default model of {self.customers:,} customers, {self.defaults} of them defaulted, "
            "foretold without their fold"
        ]
        for row in self.metrics.to_dict("records"):
            lines.append(
                f"{row['measure'].replace('_', ' '):<22}{row['value']:>8.3f}   {row['low']:.3f} .. {row['high']:.3f}"
            )
        lines.append(
            f"{'Hosmer-Lemeshow':<22}{test.statistic:>8.1f}   p {test.p_value:.3f} ({test.degrees} degrees)"
        )
        lines += ["", f"{'grade':<8}{'customers':>10}{'defaults':>10}{'annual PD':>11}   95 % interval"]
        for row in self.grades.to_dict("records"):
            lines.append(
                f"{row['grade']:<8}{row['firms']:>10,}{row['defaults']:>10}{row['annual_pd']:>11.2%}   "
                f"{row['low']:.2%} .. {row['high']:.2%}"
            )
        return lines


@dataclass(frozen=True, eq=False)
class CustomerFit:
    """What a customer master says about the world.

    Attributes
    ----------
    firms : dict
        Values of ``world.firms``.
    default : DefaultFit or None
        How common default is and what it depends on; None where the master does not say who defaulted.
    model : OwnDefaultModel or None
        None where the master does not say who defaulted, or too few did.
    notes : list of str
    """

    firms: dict[str, Any]
    default: DefaultFit | None
    model: OwnDefaultModel | None
    notes: list[str]


def fit_customers(
    master: CustomerMaster, invoices: pd.DataFrame, as_of: pd.Timestamp, base: Firms, seed: int = 0
) -> CustomerFit:
    """Return what a customer master, watched over the time of a ledger, says about firms and their defaults.

    Parameters
    ----------
    master : CustomerMaster
    invoices : DataFrame
        The ledger's; a customer is watched from its first invoice, and one without any from the first of all.
    as_of : Timestamp
        End of the watch.
    base : Firms
        The base world's, towards which few customers are shrunk.
    seed : int
        Of folds and bootstrap.
    """
    part, notes = fit_spread(master.customers, base)
    if not master.outcomes:
        silent = "default kept from the base world: the customer master does not say who defaulted"
        return CustomerFit(part, None, None, [*notes, silent])
    watch = watched(master, invoices, as_of)
    spread = base.model_copy(update=part)
    drivers = fit_drivers(scores_of(watch.customers, spread), watch.defaulted, watch.years, base)
    defaults = int(watch.defaulted.sum())
    default = DefaultFit.of(defaults, watch.exposed, base.default.mean_pd, drivers)
    part["default"] = {
        "mean_pd": default.mean_pd,
        "drivers": {**drivers.weights, "unseen": base.default.drivers.unseen},
    }
    notes += [
        *watch.notes,
        f"default: {defaults} in {watch.exposed:,.1f} customer-years, shrunk towards the base world's "
        f"{base.default.mean_pd:.2%} a year: {default.mean_pd:.2%}; these were years of one state of the economy",
        "weights of default by ratio (standard error): "
        + ", ".join(
            f"{name} {value:+.2f} ({drivers.sd[name]:.2f})" for name, value in drivers.weights.items()
        ),
    ]
    if min(defaults, len(watch.defaulted) - defaults) < FEWEST_DEFAULTS:
        few = (
            f"no default model of the customers' own: {defaults} of {len(watch.defaulted)} defaulted, and at least "
            f"{FEWEST_DEFAULTS} that did and {FEWEST_DEFAULTS} that did not are needed"
        )
        return CustomerFit(part, default, None, [*notes, few])
    return CustomerFit(part, default, OwnDefaultModel.fit(master, watch, seed), notes)


def watched(master: CustomerMaster, invoices: pd.DataFrame, as_of: pd.Timestamp) -> Watch:
    """Return who was watched and for how long.

    With dates of default the watch is the ledger's time; without any it is taken to be a year.
    """
    customers = master.customers
    dates = customers["default_date"]
    if not dates.notna().any():
        bad = customers["defaulted"].to_numpy(dtype=bool)
        note = "no default has a date: the flags are taken to tell of the year after the statements"
        return Watch(customers, bad, np.ones(len(bad)), float(len(bad)), [note])
    first = invoices.groupby("customer_id")["issue_date"].min()
    start = customers["customer_id"].map(first)
    known = int(start.notna().sum())
    start = start.fillna(invoices["issue_date"].min())
    gone = dates < start
    notes = [f"customers of the master with an invoice in the ledger: {known:,} of {len(customers):,}"]
    if gone.any():
        notes.append(
            f"customers left out of default, who had failed before their first invoice: {int(gone.sum())}"
        )
    later = dates > as_of
    bad = (customers["defaulted"] & ~later)[~gone].to_numpy(dtype=bool)
    span = _years(as_of - start)[~gone]
    until = _years(dates.where(~later).fillna(as_of) - start)[~gone]
    return Watch(customers[~gone].reset_index(drop=True), bad, span, float(until.sum()), notes)


def _years(time: pd.Series) -> Floats:
    days: Floats = np.maximum(time.dt.days.to_numpy(np.float64), 1.0)
    return days / _DAYS_A_YEAR
