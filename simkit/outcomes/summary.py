"""All that the outcomes of a run are computed from, counted region by region and added up."""

from collections.abc import Iterable
from functools import reduce
from operator import add

from simkit.outcomes.ageing import Balances
from simkit.outcomes.cohorts import Cohort
from simkit.outcomes.collection_rate import Collected
from simkit.outcomes.curves import DayTotals
from simkit.outcomes.desks import DeskMonths
from simkit.outcomes.diagnosis import Months, Years
from simkit.outcomes.discrimination import Scored
from simkit.outcomes.funnel import Leads
from simkit.outcomes.growth import Sold
from simkit.outcomes.orders import Admission, Sales
from simkit.outcomes.profit import Money
from simkit.outcomes.provision import Losses
from simkit.outcomes.run import Run
from simkit.outcomes.tally import Summary, Tally
from simkit.outcomes.team import RepMonths
from simkit.outcomes.tiers import Tiers

OF_KPIS: tuple[type[Tally], ...] = (
    Sold,
    Sales,
    Admission,
    Scored,
    Tiers,
    Leads,
    Balances,
    Collected,
    Cohort,
    Losses,
    Money,
    Months,
    DeskMonths,
    RepMonths,
)
"""What the figures of `simkit.outcomes.kpis` are made of."""

TALLIES: tuple[type[Tally], ...] = (*OF_KPIS, Years, DayTotals)
"""What those are made of, and every breakdown beside them."""


def summarise(run: Run | Summary) -> Summary:
    """Return the summary of a run, or of the regions of which its tables hold all rows; a summary as it is."""
    return run if isinstance(run, Summary) else Summary.count(run, TALLIES)


def fold(regions: Iterable[Run]) -> Summary:
    """Return the summary of a company whose regions come one after another; none is kept.

    The same as that of its whole ledger: money and counts to the last digit, sums of shares in the regions' order.
    """
    return reduce(add, map(summarise, regions))
