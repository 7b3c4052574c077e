"""What a region's days start from: customers, leads, reps and desks as records, and room for all that will happen."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from simkit.engine.compiled import records
from simkit.engine.compiled.records import NO_DUE_DATE, NOBODY
from simkit.engine.compiled.setting import PEOPLE, Records, Setting
from simkit.engine.compiled.state import ARRAYS, LISTS, Arrays
from simkit.portfolio.roll import ON_THE_BOOKS
from simkit.scenario.scenario import Scenario


class Sizes:
    """How many things a run has room for."""

    def __init__(self, customers: pd.DataFrame, scenario: Scenario) -> None:
        years = scenario.run.horizon_days / 365 + 1
        books = customers["arrival_day"].to_numpy() == ON_THE_BOOKS
        orders = float(customers["orders_per_year"].to_numpy()[books].sum()) * years * 1.5
        self.orders = int(orders) + len(customers) + 100
        self.lines = 3 * self.orders
        self.purchases = 2 * self.orders
        self.jobs = 3 * self.orders
        self.receipts = 3 * self.orders
        self.actions = 6 * self.orders

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Return the shapes of the arrays that fill up as the days go by."""
        return {
            "purchases": (self.purchases,),
            "orders": (self.orders,),
            "lines": (self.lines,),
            "jobs": (self.jobs,),
            "receipts": (self.receipts,),
            "actions": (self.actions,),
            "queues": (len(PEOPLE), self.jobs),
            "inboxes": (len(PEOPLE), self.jobs),
            "agenda": (self.orders,),
            "reviewed": (self.orders,),
        }

    def double(self) -> None:
        """Make twice as much room."""
        for name, size in vars(self).items():
            setattr(self, name, 2 * size)


class Room(dict[str, npt.NDArray[Any]]):
    """Memory that regions use one after the other: what one leaves in it is written over by the next."""

    def array(self, name: str, shape: Sequence[int]) -> npt.NDArray[Any]:
        """Return an array of a shape, in the memory that was used for it before if that is large enough."""
        size = math.prod(shape)
        if name not in self or len(self[name]) < size:
            self[name] = np.empty(size, dtype=ARRAYS[name][0])
        return self[name][:size].reshape(shape)


def people(table: pd.DataFrame, indicators: Sequence[str], rep_ids: npt.NDArray[np.int64]) -> Records:
    """Return the customers and leads of a region, in the order of their ids."""
    c = np.zeros(len(table), dtype=records.CUSTOMER)
    for name, column in (
        ("customer_id", "customer_id"), ("channel", "channel"), ("arrival", "arrival_day"), ("quality", "quality"),
        ("frailty", "frailty"), ("annual_pd", "annual_pd"), ("orders_per_year", "orders_per_year"),
        ("order_value_fen", "order_value_fen"), ("wanted_days", "term_wanted_days"),
        ("monthly_purchases_fen", "monthly_purchases_fen"), ("late_lines", "history_late"),
        ("known_lines", "history_lines"), ("delay_days", "history_delay_days"), ("delay_lines", "history_delay_lines"),
    ):  # fmt: skip
        c[name] = table[column].to_numpy()
    c["rep"] = np.searchsorted(rep_ids, table["rep_id"].to_numpy())
    for place, name in enumerate(indicators):
        if name != "past_overdue":
            c["indicators"][:, place] = table[
                "net_assets_million" if name == "net_assets" else name
            ].to_numpy()
    c["grade"], c["tier"] = 3, 4
    for name in (
        "first_grade",
        "scored_by",
        "first_order",
        "last_purchase",
        "oldest",
        "last_line",
        "unjudged",
    ):
        c[name] = NOBODY
    c["next_due"] = NO_DUE_DATE
    return c


def lead_records(roll: pd.DataFrame, customers: Records, rep_ids: npt.NDArray[np.int64]) -> Records:
    """Return the leads of a region, each with the place of its customer's record, if it has one."""
    leads = np.zeros(len(roll), dtype=records.LEAD)
    for name, column in (
        ("lead_id", "customer_id"), ("channel", "channel"), ("arrival", "arrival_day"), ("reach", "reach"),
    ):  # fmt: skip
        leads[name] = roll[column].to_numpy()
    leads["rep"] = np.searchsorted(rep_ids, roll["rep_id"].to_numpy())
    for name in ("called", "qualified", "proposed", "applied", "decided", "grade", "customer"):
        leads[name] = NOBODY
    leads["score"] = np.nan
    place = np.searchsorted(customers["customer_id"], leads["lead_id"])
    inside = np.minimum(place, len(customers) - 1)
    drawn = customers["customer_id"][inside] == leads["lead_id"]
    leads["customer"][drawn] = inside[drawn]
    return leads


def rep_records(customers: Records, count: int) -> Records:
    """Return the reps of a region, each with what its customers on the books usually buy."""
    reps = np.zeros(count, dtype=records.REP)
    for name in ("sanctioned_until", "vacant_until", "new_until"):
        reps[name] = NOBODY
    books = customers["arrival"] < 0
    np.add.at(reps["usual_fen"], customers["rep"][books], customers["monthly_purchases_fen"][books])
    return reps


def desk_records(scenario: Scenario) -> Records:
    """Return the desks as the status quo staffs them."""
    desks = np.zeros(len(PEOPLE), dtype=records.DESK)
    desks["people"] = [getattr(scenario.status_quo.desks, name).staff for name in PEOPLE]
    return desks


def opening(
    setting: Setting, roll: pd.DataFrame, customers: pd.DataFrame, sizes: Sizes, room: Room
) -> Arrays:
    """Return the state of a region before its first day.

    Parameters
    ----------
    setting : Setting
        What the region shares with the others.
    roll : DataFrame
        Who is on the books of the region and which leads may come.
    customers : DataFrame
        Those of them who may become customers.
    sizes : Sizes
        How many things there is room for.
    room : Room
        The memory to use for them.
    """
    months = len(setting.calendar.month_ends)
    rep_ids = np.unique(roll["rep_id"].to_numpy(np.int64))
    c = people(customers, [table.name for table in setting.terms[0].indicators], rep_ids)
    leads = lead_records(roll[roll["arrival_day"] != ON_THE_BOOKS], c, rep_ids)
    empty = {
        "members": len(c),
        "desk_months": (len(PEOPLE) + 1, months + 1),
        "people": (len(PEOPLE), most_people(setting)),
        "months": (len(rep_ids), months + 1),
        "tiers": (months + 1, 5),
        "treatment_fen": (months + 1, 5),
        "waiting": len(leads),
        "used": 12,
    }
    return Arrays(
        setting.arrays
        | {name: np.zeros(shape, dtype=ARRAYS[name][0]) for name, shape in empty.items()}
        | {name: room.array(name, shape) for name, shape in sizes.shapes().items()}
        | {name: np.full(setting.calendar.horizon, NOBODY) for name in LISTS}
        | {"line_lists": np.full((3, setting.calendar.horizon), NOBODY)}
        | {
            "customers": c,
            "leads": leads,
            "reps": rep_records(c, len(rep_ids)),
            "desks": desk_records(setting.scenario),
            "rep_ids": rep_ids,
        }
    )


def most_people(setting: Setting) -> int:
    """Return the most people whom any desk has under either policy, at least one."""
    policies = (setting.scenario.status_quo, setting.scenario.policy)
    return max(1, *(getattr(policy.desks, name).staff for policy in policies for name in PEOPLE))
