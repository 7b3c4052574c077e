"""What a region's days leave behind, as columns: what `simkit.engine.tables` makes of a SimPy engine's book."""

from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from simkit.engine.calendar import Calendar
from simkit.engine.compiled.chasing import PAID, WRITTEN_OFF
from simkit.engine.compiled.lines import DISPUTED, SETTLED
from simkit.engine.compiled.records import NOBODY
from simkit.engine.compiled.setting import PEOPLE
from simkit.engine.compiled.state import ACTIONS, LEADS, LINES, ORDERS, RECEIPTS, Arrays
from simkit.engine.compiled.tables import Column, Words
from simkit.engine.desk_month import WORKING_MINUTES, month_columns
from simkit.engine.lead import STAGES
from simkit.engine.line import KINDS
from simkit.engine.tables import GRADES, PARTS, SECURITIES
from simkit.portfolio.roll import CHANNELS
from simkit.rules.approval import Route
from simkit.rules.segments import Tier

Ints = npt.NDArray[np.int64]
Records = npt.NDArray[np.void]

STATUSES = ("pending", "signed", "delivered", "lapsed", "declined", "refused", "withdrawn")
LINE_STATUSES = ("open", "paid", "rescheduled", "written_off", "credited")
RECEIPT_KINDS = ("payment", "interest", "penalty", "recovery")
STEPS = (
    "extension", "friendly", "formal", "plan", "legal", "alert_before_due", "alert_level_1", "alert_level_2",
)  # fmt: skip
OUTCOMES = ("open", "lost", "refused", "won")
EVENTS = ("none", "promotion", "pay_cut", "demotion", "quit")
PERIODS = ("warm_up", "policy", "run_out")
TIERS = tuple(tier.name.lower() for tier in Tier)
ROUTES = tuple(route.name.lower() for route in Route)
DESKS = (*PEOPLE, "meeting")
"""Words for the codes that records hold."""

NANOSECONDS = 86_400 * 10**9
"""Of a day, in which dates are kept."""
NO_DATE = np.datetime64("NaT", "ns").astype(np.int64)

PLACE_OF_RECEIPT = np.argsort(np.argsort(RECEIPT_KINDS))
PLACE_OF_STEP = np.argsort(np.argsort(STEPS))
"""The places of the words among themselves, by which rows are sorted."""


class Ledger:
    """The columns of a region's tables; nothing of the state is held by them.

    Parameters
    ----------
    arrays : Arrays
        The state after the last day.
    calendar : Calendar
        Days of the run.
    """

    def __init__(self, arrays: Arrays, calendar: Calendar) -> None:
        self.arrays = arrays
        self.calendar = calendar
        self.rep_ids = arrays["rep_ids"]
        self.start = np.datetime64(calendar.start, "ns").astype(np.int64)
        used = arrays["used"]
        self.customers = arrays["customers"]
        self.orders = arrays["orders"][: used[ORDERS]]
        self.lines = arrays["lines"][: used[LINES]]
        self.receipts = arrays["receipts"][: used[RECEIPTS]]
        self.actions = arrays["actions"][: used[ACTIONS]]
        self.leads = arrays["leads"][: used[LEADS]]

    def columns(self) -> dict[str, dict[str, Column]]:
        """Return the columns of every table by name."""
        return {
            "customers": self._customers(),
            "orders": self._orders(),
            "receivables": self._receivables(),
            "receipts": self._receipts(),
            "actions": self._actions(),
            "commissions": self._commissions(),
            "leads": self._leads(),
            "segments": self._segments(),
            "desks": self._desks(),
        }

    # ---------------------------------------------------------------- columns

    @cached_property
    def by_line_id(self) -> Ints:
        """Where the lines are, in the order of their ids."""
        return np.argsort(self.lines["line_id"])

    @cached_property
    def line_places(self) -> Ints:
        """The place of each line among all, in the order of their ids."""
        places = np.empty(len(self.lines), dtype=np.int64)
        places[self.by_line_id] = np.arange(len(places))
        return places

    def day(self, days: Ints, missing: int = NOBODY) -> npt.NDArray[np.datetime64]:
        """Return days of the run as dates; `missing` is no date."""
        moments = days * NANOSECONDS + self.start
        moments[days == missing] = NO_DATE
        return moments.view("datetime64[ns]")

    def period(self, days: Ints) -> Words:
        """Return which part of the run days lie in."""
        switch, end = self.calendar.switch, self.calendar.policy_end
        return Words((days >= switch).astype(np.int64) + (days >= end), PERIODS)

    # ---------------------------------------------------------------- tables

    def _customers(self) -> dict[str, Column]:
        c = Columns(self.customers, np.flatnonzero(self.customers["active"]))
        horizon = self.calendar.horizon
        return {
            "customer_id": c["customer_id"],
            "rep_id": self.rep_ids[c["rep"]],
            "channel": Words(c["channel"], CHANNELS),
            "new": c["arrival"] >= 0,
            "arrival_date": self.day(c["arrival"]),
            "first_order_date": self.day(c["first_order"]),
            "score": c["score"],
            "grade": Words(np.where(c["first_grade"] == NOBODY, NOBODY, c["grade"]), GRADES),
            "first_grade": Words(c["first_grade"], GRADES),
            "tier": Words(c["tier"], TIERS),
            "annual_pd": c["annual_pd"],
            "default_date": self.day(np.minimum(c["defaults"], horizon), horizon),
            "leaves_date": self.day(np.minimum(c["leaves"], horizon), horizon),
            "term_wanted_days": c["wanted_days"],
            "quality": c["quality"],
            "frailty": c["frailty"],
        }

    def _orders(self) -> dict[str, Column]:
        o = Columns(self.orders, np.argsort(self.orders["order_id"]))
        c = Columns(self.customers, o["customer"])
        return {
            "order_id": o["order_id"],
            "customer_id": c["customer_id"],
            "rep_id": self.rep_ids[c["rep"]],
            "order_date": self.day(o["day"]),
            "decided_date": self.day(o["decided"]),
            "list_value_fen": o["list_value_fen"],
            "discount_fen": o["discount_fen"],
            "value_fen": o["list_value_fen"] - o["discount_fen"],
            "cross_sold": o["cross_sold"] == 1,
            "tier": Words(o["tier"], TIERS),
            "grade": Words(o["grade"], GRADES),
            "score": o["score"],
            "term_wanted_days": c["wanted_days"],
            "term_days": o["term_days"],
            "prepayment_fen": o["prepayment_fen"],
            "security": Words(o["security"], SECURITIES),
            "route": Words(o["route"], ROUTES),
            "status": Words(o["status"], STATUSES),
            "delivered_date": self.day(o["delivered"]),
            "new_customer": o["is_new"] == 1,
            "period": self.period(dated(o)),
        }

    def _receivables(self) -> dict[str, Column]:
        line = Columns(self.lines, self.by_line_id)
        o, c = Columns(self.orders, line["order"]), Columns(self.customers, line["customer"])
        return {
            "customer_id": c["customer_id"],
            "order_id": o["order_id"],
            "line_id": line["line_id"],
            "rep_id": self.rep_ids[c["rep"]],
            "kind": Words(line["kind"], KINDS),
            "grade": Words(line["grade"], GRADES),
            "issue_date": self.day(line["issued"]),
            "due_date": self.day(line["due"]),
            "amount_fen": line["amount_fen"],
            "paid_date": self.day(np.where(line["status"] == PAID, line["closed"], NOBODY)),
            "paid_fen": line["paid_fen"],
            "status": Words(line["status"], LINE_STATUSES),
            "stage_reached": line["stage"],
            "alert_reached": line["alert"],
            "disputed_date": self.day(np.where(line["dispute"] >= DISPUTED, line["disputes"], NOBODY)),
            "settled_date": self.day(np.where(line["dispute"] == SETTLED, line["settles"], NOBODY)),
            "extended_date": self.day(line["extended"]),
            "closed_date": self.day(line["closed"]),
            "written_off_fen": np.where(
                line["status"] == WRITTEN_OFF, line["amount_fen"] - line["paid_fen"], 0
            ),
            "period": self.period(dated(o)),
        }

    def _receipts(self) -> dict[str, Column]:
        receipt = Columns(self.receipts)
        line, kind = self.line_places[receipt["line"]], PLACE_OF_RECEIPT[receipt["kind"]]
        order = sorted_places(receipt["day"] * len(self.lines) + line, receipt["amount_fen"], kind)
        row = Columns(self.receipts, order)
        return {
            "date": self.day(row["day"]),
            "line_id": self.lines["line_id"][row["line"]],
            "amount_fen": row["amount_fen"],
            "kind": Words(row["kind"], RECEIPT_KINDS),
        }

    def _actions(self) -> dict[str, Column]:
        act = Columns(self.actions)
        step = act["stage"] * len(STEPS) + PLACE_OF_STEP[act["step"]]
        steps = len(STEPS) * (int(act["stage"].max(initial=0)) + 1)
        order = sorted_places(self.line_places[act["line"]] * steps + step, act["opened"], act["finished"])
        row = Columns(self.actions, order)
        return {
            "line_id": self.lines["line_id"][row["line"]],
            "stage": row["stage"],
            "step": Words(row["step"], STEPS),
            "desk": Words(row["desk"], DESKS),
            "opened_date": self.day(row["opened"], missing=-(10**9)),
            "finished_date": self.day(row["finished"]),
            "minutes": row["minutes"],
            "cost_fen": row["cost_fen"],
        }

    def _commissions(self) -> dict[str, Column]:
        """Return the reps' months, those that end within the run, month after month."""
        ends = [end for end in self.calendar.month_ends[:-1] if end < self.calendar.horizon]
        months, reps = len(ends), len(self.rep_ids)
        m = self.arrays["months"][:, :months].T.reshape(-1)
        month = np.repeat(self.arrays["month_starts"][:months], reps)
        due = m["due_fen"]
        money = {name: m[name] for name in PARTS}
        return {
            "rep_id": np.tile(self.rep_ids, months),
            "month": self.day(month),
            **money,
            "total_fen": np.sum([*money.values()], axis=0, dtype=np.int64),
            "due_fen": due,
            "received_fen": m["received_fen"],
            "sales_fen": m["sales_fen"],
            "target_fen": m["target_fen"],
            "new_customers": m["new_customers"],
            "satisfaction": m["satisfaction"],
            "level": m["level"],
            "vacant": m["vacant"] == 1,
            "event": Words(m["event"], EVENTS),
            "training_fen": m["training_fen"],
            "collection_rate": np.where(due > 0, m["received_fen"] / np.maximum(due, 1), np.nan),
        }

    def _leads(self) -> dict[str, Column]:
        lead = Columns(self.leads, np.flatnonzero(self.leads["came"]))
        return {
            "customer_id": lead["lead_id"],
            "rep_id": self.rep_ids[lead["rep"]],
            "channel": Words(lead["channel"], CHANNELS),
            "arrival_date": self.day(lead["arrival"]),
            "called_date": self.day(lead["called"]),
            "qualified_date": self.day(lead["qualified"]),
            "proposal_date": self.day(lead["proposed"]),
            "application_date": self.day(lead["applied"]),
            "decided_date": self.day(lead["decided"]),
            "stage": Words(lead["stage"], STAGES),
            "outcome": Words(lead["outcome"], OUTCOMES),
            "cooled": lead["cooled"] == 1,
            "lead_fen": self.arrays["world"][0]["lead_fen"][lead["channel"] - 1],
            "score": lead["score"],
            "grade": Words(lead["grade"], GRADES),
            "period": self.period(lead["arrival"]),
        }

    def _segments(self) -> dict[str, Column]:
        starts = self.arrays["month_starts"]
        months = int(np.searchsorted(starts, self.calendar.horizon))
        return {
            "month": self.day(np.repeat(starts[:months], len(TIERS))),
            "tier": Words(np.tile(np.arange(len(TIERS)), months), TIERS),
            "customers": self.arrays["tiers"][:months].reshape(-1),
            "treatment_fen": self.arrays["treatment_fen"][:months].reshape(-1),
        }

    def _desks(self) -> dict[str, Column]:
        policies, names = self.arrays["policies"], sorted(DESKS)
        desks = []
        for name in names:
            place, meets = DESKS.index(name), name == "meeting"
            people = policies["meeting_capacity"] if meets else policies["staff"][:, place]
            staffed = [*zip((0, self.calendar.switch), people.tolist(), strict=True)]
            months = np.array(self.arrays["desk_months"][place].tolist())
            desks.append(month_columns(months, staffed, self.calendar, 0 if meets else WORKING_MINUTES))
        numbers = {field: np.concatenate([desk[field] for desk in desks]) for field in desks[0]}
        whose = np.repeat(np.arange(len(names)), len(desks[0]["month"]))
        return {
            "desk": Words(whose, names),
            **numbers,
            "month": self.day(self.arrays["month_starts"][numbers["month"]]),
        }


class Columns:
    """Columns of records by name, in the order of their places, whole numbers in 64 bits, as tables have them."""

    def __init__(self, rows: Records, places: Ints | None = None) -> None:
        self.rows, self.places = rows, places

    def __getitem__(self, name: str) -> npt.NDArray[Any]:
        # Column by column: whole records would be several times the memory of what is asked of them.
        column = self.rows[name] if self.places is None else self.rows[name][self.places]
        return column.astype(np.int64 if column.dtype.kind == "i" else column.dtype)


def sorted_places(key: Ints, *then: Ints) -> Ints:
    """Return the places of rows in the order of a key, those of equal keys in the order of further ones.

    One key is sorted in a tenth of the time of two, and few rows need a second.
    """
    order: Ints = np.argsort(key)
    ordered = key[order]
    same = np.concatenate([[False], ordered[1:] == ordered[:-1], [False]])
    tied = np.flatnonzero(same[1:] | same[:-1])
    rows = np.sort(order[tied])
    order[tied] = rows[np.lexsort([further[rows] for further in (*then[::-1], key)])]
    return order


def dated(orders: Columns) -> Ints:
    """Return the day of each order's contract: when it was decided, while pending the day of the order."""
    days: Ints = np.where(orders["decided"] == NOBODY, orders["day"], orders["decided"])
    return days
