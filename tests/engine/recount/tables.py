"""The tables of a run with days for dates, its calendar, its policies and its luck."""

import math
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from types import SimpleNamespace as Row

import pandas as pd

from simkit.behaviour.default import conditional_pd, default_day, normal_quantile
from simkit.engine.result import Result
from simkit.portfolio.synthetic import draw_customers
from simkit.scenario.policy import Policy
from simkit.streams import Stream, uniform

SIGNED = ("signed", "delivered", "lapsed")
"""What a contract that was signed may have become."""


def half_up(amount: float) -> int:
    return math.floor(amount + 0.5)


def exponential_days(luck: float, mean_days: float) -> int:
    """An exponential wait to the nearest day; a small draw waits long."""
    return half_up(mean_days * -math.log(luck))


def rows(table: pd.DataFrame, start: date) -> list[Row]:
    """The rows of a table; dates are days of the run, what is missing is None."""
    plain = {}
    for name, column in table.items():
        if column.dtype.kind == "M":
            since = (column - pd.Timestamp(start)).dt.days
            plain[name] = [None if pd.isna(day) else int(day) for day in since]
        else:
            plain[name] = [None if pd.isna(value) else value for value in column.tolist()]
    return [Row(**dict(zip(plain, values, strict=True))) for values in zip(*plain.values(), strict=True)]


@dataclass(eq=False)
class Recount:
    """What a run says happened, ready to be counted a second time."""

    result: Result

    def __post_init__(self) -> None:
        result = self.result
        self.world, self.run_ = result.scenario.world, result.scenario.run
        self.start = self.run_.start_date
        self.horizon, self.switch = self.run_.horizon_days, self.run_.warm_up_days
        self.regions = self.run_.regions
        self.customers = {row.customer_id: row for row in self.rows("customers")}
        self.orders, self.lines = self.rows("orders"), self.rows("receivables")
        self.leads = {row.customer_id: row for row in self.rows("leads")}
        self.slips = {(row.rep_id, self.month(row.month)): row for row in self.rows("commissions")}
        people = draw_customers(result.scenario, result.replication)
        self.people = {row.customer_id: row for row in rows(people, self.start)}
        self.reps_of: dict[str, list[int]] = {
            region: sorted({row.rep_id for row in self.people.values() if row.region == region})
            for region in self.regions
        }
        self.order = {order.order_id: order for order in self.orders}
        self.line = {line.line_id: line for line in self.lines}
        self.lines_of = defaultdict(list)
        self.orders_of = defaultdict(list)
        for line in self.lines:
            self.lines_of[line.customer_id].append(line)
        for order in self.orders:
            self.orders_of[order.customer_id].append(order)

    def rows(self, table: str) -> list[Row]:
        return rows(getattr(self.result, table), self.start)

    # ------------------------------------------------------------ the calendar

    def policy(self, day: int) -> Policy:
        return self.result.scenario.status_quo if day < self.switch else self.result.scenario.policy

    def period(self, day: int) -> str:
        if day >= self.switch + self.run_.policy_days:
            return "run_out"
        return "policy" if day >= self.switch else "warm_up"

    def date(self, day: int) -> date:
        return self.start + timedelta(days=day)

    @cache  # noqa: B019
    def month(self, day: int) -> int:
        """Months since the first, which is 0."""
        today = self.date(day)
        return (today.year - self.start.year) * 12 + today.month - self.start.month

    @cache  # noqa: B019
    def starts_month(self, day: int) -> bool:
        return day == 0 or self.date(day).day == 1

    def first_days(self) -> list[int]:
        """The first day of each month that begins in the run."""
        return [day for day in range(self.horizon) if self.starts_month(day)]

    def month_end(self, day: int) -> int:
        while self.date(day + 1).day != 1:
            day += 1
        return day

    @cache  # noqa: B019
    def works(self, day: int) -> bool:
        return self.date(day).weekday() < 5 and self.date(day) not in self.run_.holidays

    def season(self, day: int) -> float:
        season = self.world.market.season
        return season[self.date(day).month - 1] / (sum(season) / 12)

    def draw(self, stream: Stream, entity: int, index: int = 0) -> float:
        return uniform(self.run_.seed, self.result.replication, stream.value, entity, index)

    # ------------------------------------------------------------ the fate of a customer

    @cache  # noqa: B019
    def default(self, customer_id: int) -> int | None:
        factor = self.world.economy.factor
        if factor is None:
            factor = normal_quantile(self.draw(Stream.ECONOMY, 0))
        person = self.people[customer_id]
        pd_now = conditional_pd(person.annual_pd, factor, self.world.economy.correlation)
        day = default_day(self.draw(Stream.DEFAULT, customer_id), pd_now, person.arrival_day, self.horizon)
        return day if day < self.horizon else None

    @cache  # noqa: B019
    def leaves(self, customer_id: int) -> int | None:
        """The day when as many years have passed as constant churn leaves this share of customers."""
        churn = self.world.customers.churn_per_year
        if churn == 0:
            return None
        years = math.log(self.draw(Stream.CHURN, customer_id)) / math.log(1 - churn)
        day = max(0, self.people[customer_id].arrival_day) + int(years * 365)
        return day if day < self.horizon else None

    def gone(self, customer_id: int, day: int) -> bool:
        last = [self.default(customer_id), self.leaves(customer_id)]
        return any(end is not None and day >= end for end in last)

    def failed(self, customer_id: int, day: int) -> bool:
        default = self.default(customer_id)
        return default is not None and default <= day

    def signed_first(self, customer_id: int) -> int | None:
        """The day on which a lead became a customer."""
        first = self.orders_of[customer_id][:1]
        return first[0].decided_date if first and first[0].status in SIGNED else None
