"""The open book at a cut, the models fitted to what was known then, and one future of it."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
from scipy.special import ndtri

from simkit.calibration.book_measures import SALES_DAYS, WEEK, Book, Dates
from simkit.calibration.bucket_match import Steps, steps
from simkit.calibration.changing_habits import ChangingHabits
from simkit.calibration.common_luck import CommonLuck, Part, State, estimate, forward, uniform_of
from simkit.calibration.followed import Followed
from simkit.calibration.forward import Lines, paid_days
from simkit.calibration.future_invoices import Orders
from simkit.calibration.history import with_priors
from simkit.calibration.payment_runs import PaymentRuns
from simkit.calibration.person_periods import OPEN, Floats, Ints
from simkit.calibration.phased_fit import PhasedFit, fit_phases
from simkit.calibration.short_payments import ShortPayments, taken_as_paid
from simkit.portfolio.ledger_import import Ledger
from simkit.scenario.scenario import Scenario
from simkit.streams import Stream, uniforms

MODELS = 50
"""Draws of the payment model that the paths share among them."""


@dataclass(frozen=True)
class OpenBook:
    """What is known at a cut.

    Attributes
    ----------
    seed : int
    ids : array of str, shape (customers,)
        Customers by code.
    lines : DataFrame
        The lines known, as `simkit.calibration.person_periods.ledger_lines` returns, with left_fen: what is not
        paid at the cut.
    open_lines : Lines
        Those that still matter: open, or paid before they are due, or in the sales of the last months.
    habits : ChangingHabits
    luck : CommonLuck
    everybody, everybody_state : Part, State
        What weeks add to everybody's odds of payment (logit).
    orders : Orders
    moved : Steps
    runs : PaymentRuns
    short : ShortPayments
    fit : PhasedFit
    models : list of PhasedFit
        The fit, its parameters drawn anew.
    dates : Dates
    """

    seed: int
    ids: "pd.Index[str]"
    lines: pd.DataFrame
    open_lines: Lines
    habits: ChangingHabits
    luck: CommonLuck
    everybody: Part
    everybody_state: State
    orders: Orders
    moved: Steps
    runs: PaymentRuns
    short: ShortPayments
    fit: PhasedFit
    models: list[PhasedFit]
    dates: Dates

    @classmethod
    def of(cls, known: Ledger, lines: pd.DataFrame, today: Scenario, dates: Dates, paths: int) -> Self:
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
        paths : int
            How many futures will be asked for.
        """
        undisputed = known.invoices[~known.invoices["disputed"]]
        ids, cut = pd.Index(np.unique(undisputed["customer_id"])), dates.cut
        left = undisputed["amount_fen"] - np.minimum(undisputed["paid_fen"], undisputed["amount_fen"])
        lines = lines.assign(left_fen=left.to_numpy(np.float64))
        base = with_priors(lines, today.world.payment)
        seed = today.run.seed
        runs = PaymentRuns.of(lines, seed, cut)
        singly = taken_as_paid(lines[~runs.pays(lines["customer"].to_numpy())])
        fit = fit_phases(singly, len(ids), base)
        habits = ChangingHabits.of(singly, fit, len(ids), cut)
        moved = steps(fit, habits, singly)
        followed = Followed.of(singly, fit, habits, moved)
        everybody, everybody_state = followed.everybody(cut)
        models = [fit.drawn(seed, number) for number in range(min(MODELS, paths))]
        return cls(
            seed=seed,
            ids=ids,
            lines=lines,
            open_lines=_open_lines(lines, dates),
            habits=habits,
            luck=estimate(followed.scores(), followed.customer, (followed.due - cut - 1) // WEEK, len(ids)),
            everybody=everybody,
            everybody_state=everybody_state,
            orders=Orders.of(lines, cut),
            moved=moved,
            runs=runs,
            short=ShortPayments.of(lines, len(ids), seed, cut),
            fit=fit,
            models=models,
            dates=dates,
        )

    def issued(self, ledger: Ledger, last: int) -> Lines:
        """Return the lines that the whole ledger shows to have been issued after the cut, unpaid."""
        later = self._later(ledger, last)
        codes = self.ids.append(
            pd.Index(np.unique(later.loc[~later["customer_id"].isin(self.ids), "customer_id"]))
        )
        customer = codes.get_indexer(pd.Index(later["customer_id"]))
        issue, due = _days(later["issue_date"]), _days(later["due_date"])
        order = np.lexsort((issue, customer))
        return Lines(
            customer=customer[order].astype(np.int64),
            issue=issue[order],
            due=due[order],
            first=issue[order] + 1,
            amount=later["amount_fen"].to_numpy(np.float64)[order],
            paid=np.full(len(order), OPEN),
        )

    def realised(self, ledger: Ledger, last: int) -> Book:
        """Return what became of the open book and of what was issued after the cut."""
        invoices = ledger.invoices[~ledger.invoices["disputed"]]
        before = invoices[_days(invoices["issue_date"]) <= self.dates.cut]
        matters = _matters(self.lines, self.dates.cut)
        left = self.lines["left_fen"].to_numpy()
        taken = np.where(left > 0, self.lines["amount_fen"] - left, 0.0)
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
            paid=np.full(len(lines), OPEN),
        )

    def customers_with(self, later: Lines) -> int:
        """Return how many customers there are, new ones included."""
        return max(len(self.ids), int(later.customer.max(initial=-1)) + 1)

    def path(self, number: int, later: Lines) -> Book:
        """Return one future of the open book and of lines issued after the cut."""
        model, customers = self.models[number % len(self.models)], self.customers_with(later)
        lines = self.open_lines.followed_by(later)
        habit = self.habits.drawn(self.seed, number, model.spread, customers, self.dates.last)
        other = model.habit - self.fit.habit  # what other parameters make of the same record
        habit[: len(self.ids)] += other[:, None]
        luck_of_lines = self._luck(number, lines, customers), self._busy_days(number)
        paid = paid_days(self.runs.settled(lines), model, self.moved, habit, luck_of_lines, self.dates.cut)
        paid = np.minimum(paid, self.runs.paid_days(lines, number, self.dates.last))
        paid_amount = self.short.paid_amounts(lines.customer, lines.amount, lines.paid == OPEN, number)
        return Book(lines.issue, lines.due, paid, lines.amount, paid_amount)

    def _luck(self, path: int, lines: Lines, customers: int) -> Floats:
        """Return the draw of each line: its own, and its customer's luck in the week it falls due."""
        weeks = max((self.dates.last - self.dates.cut) // WEEK + 1, 1)
        week = np.clip((lines.due - self.dates.cut - 1) // WEEK, 0, weeks - 1)
        luck = self.luck
        state = luck.customer_state
        new = customers - len(state.mean)
        known = type(state)(
            np.append(state.mean, np.zeros(new)),
            np.append(state.variance, np.full(new, luck.customer.lasting)),
        )
        own = forward(luck.customer, known, *self._draws(path, Stream.CUSTOMER_LUCK, customers, weeks))
        alone = ndtri(uniforms(self.seed, path, Stream.LINE_LUCK, np.arange(len(week))))
        return uniform_of(own[lines.customer, week] + luck.own_sd * alone)

    def _busy_days(self, path: int) -> Floats:
        """Return what each day after the cut adds to everybody's odds of payment."""
        days = np.arange(self.dates.last - self.dates.cut)
        weeks = int(days[-1]) // WEEK + 1
        draws = self._draws(path, Stream.COMMON_LUCK, 1, weeks)
        luck: Floats = forward(self.everybody, self.everybody_state, *draws)[0, days // WEEK]
        return luck

    def _draws(self, path: int, stream: Stream, rows: int, weeks: int) -> tuple[Floats, Floats, Floats]:
        index = np.arange(2 * weeks + 1)
        z = ndtri(uniforms(self.seed, path, stream, np.arange(rows)[:, None], index[None]))
        return z[:, 0], z[:, 1 : weeks + 1], z[:, weeks + 1 :]

    def notes(self) -> list[str]:
        """Return what the forecasts rest on."""
        luck, everybody, orders = self.luck, self.everybody, self.orders
        return [
            f"{len(self.lines):,} lines of {len(self.ids):,} customers known at the cut, "
            f"{int((self.open_lines.paid == OPEN).sum()):,} of them open",
            f"luck shared by the lines of one customer: {luck.customer.variance:.1%}, of which "
            f"{_share(luck.customer.lasting, luck.customer.variance)} lasts "
            f"({luck.customer.memory:.2f} from week to week)",
            f"habits change: {self.habits.change:.1%} of the customers a month become others",
            f"customers who pay in runs, many lines on few days: {len(self.runs.payers):,}",
            f"lines lately paid short and left open, which the forecast repeats: {len(self.short.shares):,}, "
            f"{self.short.spread:.0%} more or fewer",
            f"weeks differ by {np.sqrt(everybody.variance):.1%} in everybody's odds of payment, of which "
            f"{_share(everybody.lasting, everybody.variance)} lasts ({everybody.memory:.2f} from week to week)",
            f"orders from the last {orders.days} days; months stray by {orders.spread:.0%} from a level rate",
        ]


def _share(part: float, whole: float) -> str:
    return f"{part / whole:.0%}" if whole > 0 else "none"


def _matters(lines: pd.DataFrame, cut: int) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """Return which lines are open, fall due after the cut, or count in the sales that DSO is measured against."""
    return ((lines["left_fen"] > 0) | (lines["due"] > cut) | (lines["issue"] > cut - SALES_DAYS)).to_numpy()


def _open_lines(lines: pd.DataFrame, dates: Dates) -> Lines:
    lines = lines[_matters(lines, dates.cut)].sort_values(["customer", "issue"], kind="stable")
    is_open = (lines["left_fen"] > 0).to_numpy()
    amount = lines["left_fen"].where(is_open, lines["amount_fen"]).to_numpy(np.float64)
    return Lines(
        customer=lines["customer"].to_numpy(np.int64),
        issue=lines["issue"].to_numpy(),
        due=lines["due"].to_numpy(),
        first=np.where(
            is_open & (lines["paid_share"] == 0) & ~lines["written_off"], dates.cut + 1, dates.cut
        ),
        amount=amount,
        paid=np.where(is_open, OPEN, lines["paid"]),
    )


def _days(dates: "pd.Series[pd.Timestamp]") -> Ints:
    return dates.to_numpy("datetime64[D]").astype(np.int64)
