"""How a lever is pulled: on the switch date of a company that is otherwise left as it is.

As the same names have the same luck under every policy, most effects have a sign for each single thing (order, line,
lead, month), which is a theorem and not a tendency.
"""

import ast
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

import pandas as pd

from simkit.engine.book import Book
from simkit.engine.calendar import Calendar
from simkit.engine.des import Region
from simkit.engine.luck import Luck
from simkit.engine.selling import Selling, rows
from simkit.engine.terms import Terms
from simkit.portfolio.synthetic import draw_customers
from simkit.scenario.policy import Policy
from simkit.scenario.run import Run
from simkit.scenario.scenario import Scenario
from simkit.scenario.world import World
from tests.engine.levers.drawn import drawn_world
from tests.engine.plain import QUIET, Changes
from tests.engine.worlds import changed

UP, DOWN = 1, -1
SWITCH, SIZE = 30, {"customers": 5, "warm_up_days": 30, "policy_days": 150, "run_out_days": 90}

Values = dict[Any, float]


class Company:
    """A company in a world: who its customers are, and what happens to it."""

    def __init__(self, scenario: Scenario, people: pd.DataFrame) -> None:
        self.scenario = scenario
        self.people = people

    @cached_property
    def book(self) -> Book:
        """What happened."""
        return Region(self.scenario, 0, self.people).run()

    @cached_property
    def scores(self) -> Values:
        """Score of every customer on the first day by the policy."""
        draw = Luck(self.scenario.run.seed, 0).draw
        selling = Selling(self.scenario.world, draw, Calendar(self.scenario.run))
        terms = Terms.of(self.scenario.policy, self.scenario.world)
        customers = selling.customers(rows(self.people))
        for customer in customers:
            selling.score(customer, 0, terms)
        return {customer.customer_id: customer.score for customer in customers}


@lru_cache(maxsize=2000)
def _world(number: int, changes: str) -> tuple[World, Run, pd.DataFrame]:
    world = changed(World(), drawn_world(number) | ast.literal_eval(changes))
    run = changed(Run(), {"regions": ["One"], "seed": number} | SIZE)
    nobody = Policy()
    return world, run, draw_customers(Scenario(name="people", policy=nobody, world=world, run=run), 0)


@lru_cache(maxsize=500)
def _policy(changes: str) -> Policy:
    return changed(Policy(), QUIET | ast.literal_eval(changes))


@lru_cache(maxsize=300)
def _company(number: int, world: str, both: str, pulled: str) -> Company:
    drawn, run, people = _world(number, world)
    policy = repr(ast.literal_eval(both) | ast.literal_eval(pulled))
    scenario = Scenario(name="c", policy=_policy(policy), status_quo=_policy(both), world=drawn, run=run)
    return Company(scenario, people)


# ---------------------------------------------------------------- levers


@dataclass(frozen=True)
class Outcome:
    """Something that can be counted, thing by thing; `missing` counts where there is no such thing.

    Without `missing` only things that both companies have are compared.
    """

    name: str
    of: Callable[[Company], Values]
    missing: float | None = None


@dataclass(frozen=True)
class Lever:
    """A lever, pulled from one value to another, an outcome, and which way that moves.

    `both` is what the policy is besides, before and after the switch; `world` what is held still in the drawn worlds;
    `along` what must move with the lever for the policy to stay without contradictions.
    """

    path: str
    start: Any
    end: Any
    outcome: Outcome
    sign: int
    because: str
    both: Changes = field(default_factory=dict)
    world: Changes = field(default_factory=dict)
    along: Changes = field(default_factory=dict)
    on_average: bool = False

    def companies(self, number: int) -> tuple[Company, Company]:
        """Return the company without the lever pulled, and with."""
        world, both = repr(self.world), repr(self.both | {self.path: self.start})
        pulled = repr({self.path: self.end} | self.along)
        return _company(number, world, both, "{}"), _company(number, world, both, pulled)

    def changes(self, number: int) -> list[float]:
        """Return by how much the outcome moves in a world, thing by thing."""
        before, after = (self.outcome.of(company) for company in self.companies(number))
        missing = self.outcome.missing
        if missing is None:
            return [after[thing] - before[thing] for thing in before.keys() & after.keys()]
        return [
            after.get(thing, missing) - before.get(thing, missing) for thing in before.keys() | after.keys()
        ]
