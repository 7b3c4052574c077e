"""The open book at a cut, the models fitted to what was known then, and one future of it."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
from scipy.special import ndtri

from simkit.calibration.book_measures import SALES_DAYS, Book, Dates
from simkit.calibration.bucket_match import Steps, steps
from simkit.calibration.common_luck import WEEK, CommonLuck, estimate, forward, scores, uniform_of
from simkit.calibration.forward import Lines, Record, forces, paid_days
from simkit.calibration.future_invoices import Orders
from simkit.calibration.history import history_driver, history_prior
from simkit.calibration.payment_model import PaymentFit, fit_payment
from simkit.calibration.person_periods import OPEN, Floats, Ints, is_late
from simkit.calibration.uncertainty import PaymentDraws
from simkit.portfolio.ledger_import import Ledger
from simkit.scenario.scenario import Scenario
from simkit.streams import Stream, uniforms

MODELS = 50
"""Draws of the payment model that the paths share among them."""


@dataclass(frozen=True)
class _Model:
    """A draw of the payment model: the model, and mean and standard deviation of each customer's habit."""

    fit: PaymentFit
    habit: Floats
    habit_sd: Floats


@dataclass(frozen=True)
class OpenBook:
    """What is known at a cut.

    Attributes
    ----------
    seed : int
    ids : array of str, shape (customers,)
        Customers by code.
    lines : DataFrame
        The lines known, as `simkit.calibration.person_periods.ledger_lines` returns, with amount_fen.
    open_lines : Lines
        Those that still matter: open, or paid before they are due, or in the sales of the last months.
    record : Record
    luck : CommonLuck
    orders : Orders
    moved : Steps
    models : list of _Model
    dates : Dates
    """

    seed: int
    ids: "pd.Index[str]"
    lines: pd.DataFrame
    open_lines: Lines
    record: Record
    luck: CommonLuck
    orders: Orders
    moved: Steps
    models: list[_Model]
    dates: Dates

    @classmethod
    def of(cls, known: Ledger, lines: pd.DataFrame, today: Scenario, dates: Dates) -> Self:
        """Return the book of a ledger cut off on a day, with everything fitted to it.

        Parameters
        ----------
        known : Ledger
            As `simkit.calibration.cut.known_at` returns.
        lines : DataFrame
            Its lines.
        today : Scenario
            Its world stands where the ledger is silent.
        dates : Dates
        """
        undisputed = known.invoices[~known.invoices["disputed"]]
        ids, cut = pd.Index(np.unique(undisputed["customer_id"])), dates.cut
        lines = lines.assign(amount_fen=undisputed["amount_fen"].to_numpy())
        share, worth = history_prior(lines, today.world.payment)
        base = today.world.payment.model_copy(
            update={"history_prior_share": share, "history_prior_lines": worth, "quality_weight": 0.0}
        )
        fit, seed = fit_payment(lines, len(ids), base), today.run.seed
        draws = PaymentDraws(fit)
        late_shares = history_driver(lines, share, worth)
        moved = steps(fit, lines, fit.history_weight * late_shares)
        models = [_model(fit.at(draws.same_customers(seed, number))) for number in range(MODELS)]
        told = (lines["due"] < cut).to_numpy()
        who = lines["customer"].to_numpy()
        late = is_late(lines)
        return cls(
            seed=seed,
            ids=ids,
            lines=lines,
            open_lines=_open_lines(lines, late_shares, dates),
            record=Record(
                np.bincount(who[told], minlength=len(ids)), np.bincount(who[told & late], minlength=len(ids))
            ),
            luck=_common_luck(lines, fit, moved, cut),
            orders=Orders.of(lines, cut),
            moved=moved,
            models=models,
            dates=dates,
        )

    def issued(self, ledger: Ledger, last: int) -> Lines:
        """Return the lines that the whole ledger shows to have been issued after the cut, unpaid."""
        later = self._later(ledger, last)
        codes = self.ids.append(
            pd.Index(np.unique(later.loc[~later["customer_id"].isin(self.ids), "customer_id"]))
        )
        customer = codes.get_indexer(later["customer_id"])
        issue, due = _days(later["issue_date"]), _days(later["due_date"])
        order = np.lexsort((issue, customer))
        count = len(order)
        return Lines(
            customer=customer[order].astype(np.int64),
            issue=issue[order],
            due=due[order],
            first=issue[order] + 1,
            amount=later["amount_fen"].to_numpy(np.float64)[order],
            late=np.full(count, np.nan),
            paid=np.full(count, OPEN),
        )

    def realised(self, ledger: Ledger, last: int) -> Book:
        """Return what became of the open book and of what was issued after the cut."""
        invoices = ledger.invoices[~ledger.invoices["disputed"]]
        before = invoices[_days(invoices["issue_date"]) <= self.dates.cut]
        at_cut = (self.lines["paid_share"] * self.lines["amount_fen"]).to_numpy()
        matters = _matters(self.lines, self.dates.cut)
        settled = (self.lines["paid_share"] >= 1).to_numpy()
        taken = np.where(settled, 0.0, at_cut)
        both = pd.concat([before[matters], self._later(ledger, last)])
        off = np.concatenate([taken[matters], np.zeros(len(both) - matters.sum())])
        dated = both["paid_date"].notna().to_numpy()
        paid = np.where(dated, _days(both["paid_date"].fillna(both["issue_date"])), OPEN)
        amount = both["amount_fen"].to_numpy(np.float64)
        received = np.minimum(both["paid_fen"].to_numpy(np.float64), amount) - off
        received, paid = np.where(dated, received, 0.0), np.where(dated & (received > 0), paid, OPEN)
        return Book(_days(both["issue_date"]), _days(both["due_date"]), paid, amount - off, received)

    def _later(self, ledger: Ledger, last: int) -> pd.DataFrame:
        invoices = ledger.invoices[~ledger.invoices["disputed"]]
        issue = _days(invoices["issue_date"])
        return invoices[(issue > self.dates.cut) & (issue <= last)]

    def repeated(self, last: int) -> Lines:
        """Return the invoices of as many days before the cut once more, moved behind it: a naive forecast."""
        days = last - self.dates.cut
        lines = self.lines[self.lines["issue"] > self.dates.cut - days].sort_values(
            ["customer", "issue"], kind="stable"
        )
        issue = lines["issue"].to_numpy() + days
        return Lines(
            customer=lines["customer"].to_numpy(),
            issue=issue,
            due=lines["due"].to_numpy() + days,
            first=issue + 1,
            amount=lines["amount_fen"].to_numpy(np.float64),
            late=np.full(len(lines), np.nan),
            paid=np.full(len(lines), OPEN),
        )

    def customers_with(self, later: Lines) -> int:
        """Return how many customers there are, new ones included."""
        return max(len(self.ids), int(later.customer.max(initial=-1)) + 1)

    def path(self, number: int, later: Lines) -> Book:
        """Return one future of the open book and of lines issued after the cut."""
        model, customers = self.models[number % len(self.models)], self.customers_with(later)
        fresh = customers - len(self.ids)
        lines = self.open_lines.followed_by(later)
        luck = ndtri(uniforms(self.seed, number, Stream.HABIT, np.arange(customers)))
        habit = np.append(model.habit, np.zeros(fresh)) + luck * np.append(
            model.habit_sd, np.full(fresh, model.fit.frailty_sd)
        )
        record = Record(
            *(
                np.append(counts, np.zeros(fresh, np.int64))
                for counts in (self.record.known, self.record.late)
            )
        )
        u = self._luck(number, lines, customers)
        paid = paid_days(lines, record, model.fit, self.moved, habit, u, self.dates.cut)
        return Book(lines.issue, lines.due, paid, lines.amount, lines.amount)

    def _luck(self, path: int, lines: Lines, customers: int) -> Floats:
        """Return the draw of each line: its own, its customer's and everybody's luck in the week it falls due."""
        weeks = max((self.dates.last - self.dates.cut) // WEEK + 1, 1)
        week = np.clip((lines.due - self.dates.cut - 1) // WEEK, 0, weeks - 1)
        luck = self.luck
        state = luck.customer_state
        new = customers - len(state.mean)
        known = type(state)(
            np.append(state.mean, np.zeros(new)),
            np.append(state.variance, np.full(new, luck.customer.lasting)),
        )
        everybody = forward(
            luck.everybody, luck.everybody_state, *self._draws(path, Stream.COMMON_LUCK, 1, weeks)
        )
        own = forward(luck.customer, known, *self._draws(path, Stream.CUSTOMER_LUCK, customers, weeks))
        alone = ndtri(uniforms(self.seed, path, Stream.LINE_LUCK, np.arange(len(week))))
        return uniform_of(everybody[0, week] + own[lines.customer, week] + luck.own_sd * alone)

    def _draws(self, path: int, stream: Stream, rows: int, weeks: int) -> tuple[Floats, Floats, Floats]:
        index = np.arange(2 * weeks + 1)
        z = ndtri(uniforms(self.seed, path, stream, np.arange(rows)[:, None], index[None]))
        return z[:, 0], z[:, 1 : weeks + 1], z[:, weeks + 1 :]

    def notes(self) -> list[str]:
        """Return what the forecasts rest on."""
        luck, orders = self.luck, self.orders
        return [
            f"{len(self.lines):,} lines of {len(self.ids):,} customers known at the cut, "
            f"{int((self.open_lines.paid == OPEN).sum()):,} of them open",
            f"luck shared by all customers: {luck.everybody.variance:.1%} of a line's, of which "
            f"{_share(luck.everybody.lasting, luck.everybody.variance)} lasts "
            f"({luck.everybody.memory:.2f} from week to week)",
            f"luck shared by the lines of one customer: {luck.customer.variance:.1%}, of which "
            f"{_share(luck.customer.lasting, luck.customer.variance)} lasts "
            f"({luck.customer.memory:.2f} from week to week)",
            f"orders from the last {orders.days} days; months stray by {orders.spread:.0%} from a level rate",
        ]


def _share(part: float, whole: float) -> str:
    return f"{part / whole:.0%}" if whole > 0 else "none"


def _model(fit: PaymentFit) -> _Model:
    mean = (fit.frailty * fit.frailty_probability).sum(axis=1)
    square = ((fit.frailty - mean[:, None]) ** 2 * fit.frailty_probability).sum(axis=1)
    return _Model(fit, mean, np.sqrt(square))


def _matters(lines: pd.DataFrame, cut: int) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """Return which lines are open, fall due after the cut, or count in the sales that DSO is measured against."""
    unpaid = lines["paid_share"] < 1
    return (unpaid | (lines["due"] > cut) | (lines["issue"] > cut - SALES_DAYS)).to_numpy()


def _open_lines(lines: pd.DataFrame, late: Floats, dates: Dates) -> Lines:
    lines = lines.assign(late=late)[_matters(lines, dates.cut)]
    lines = lines.sort_values(["customer", "issue"], kind="stable")
    is_open = (lines["paid_share"] < 1).to_numpy()
    left = np.where(is_open, 1 - lines["paid_share"], 1.0) * lines["amount_fen"].to_numpy(np.float64)
    return Lines(
        customer=lines["customer"].to_numpy(np.int64),
        issue=lines["issue"].to_numpy(),
        due=lines["due"].to_numpy(),
        first=np.where(is_open, dates.cut + 1, dates.cut),
        amount=left,
        late=lines["late"].to_numpy(),
        paid=np.where(is_open, OPEN, lines["paid"]),
    )


def _common_luck(lines: pd.DataFrame, fit: PaymentFit, moved: Steps, cut: int) -> CommonLuck:
    """Return the common luck of lines under the fitted hazards and each customer's mean habit."""
    habit = (fit.frailty * fit.frailty_probability).sum(axis=1)
    customer, due = lines["customer"].to_numpy(), lines["due"].to_numpy()
    shift = fit.history_weight * history_driver(lines, fit.prior_share, fit.prior_lines) + habit[customer]
    since, size = lines["first"].to_numpy() - due, moved.size_of(lines["amount_fen"].to_numpy(np.float64))
    paid = (lines["paid"] < OPEN).to_numpy()
    last = np.where(paid, lines["paid"], lines["end"] + 1) - due
    before = np.exp(-forces(since, np.maximum(last, since), shift, size, fit, moved))
    after = np.where(paid, np.exp(-forces(since, last + 1, shift, size, fit, moved)), 0.0)
    return estimate(scores(before, after), customer, (due - cut - 1) // WEEK, len(fit.frailty))


def _days(dates: "pd.Series[pd.Timestamp]") -> Ints:
    return dates.to_numpy("datetime64[D]").astype(np.int64)
