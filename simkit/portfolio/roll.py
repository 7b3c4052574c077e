"""The roll of a run: who is on the books on the first day, and which leads come on which day through which channel."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import bdtr, bdtrik, pdtr, pdtrik

from simkit.errors import UserError
from simkit.scenario.scenario import Scenario
from simkit.scenario.world.funnel import Funnel
from simkit.streams import Stream, uniforms

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

REGION_STEP = 10**8
LEAD_STEP = 5 * 10**7
REP_STEP = 10**4
ON_THE_BOOKS = -1
"""Arrival day of a customer who is on the books before the first day."""

MOST_MARKETING = 2.0
"""Largest factor that a policy may put on a channel's leads; as many are drawn, and come if the factor reaches them."""

CHANNELS = ("on_the_books", "online_ads", "trade_fairs", "partners")

_DAYS_A_YEAR = 365.0


def draw_roll(scenario: Scenario, replication: int) -> pd.DataFrame:
    """Return who there is: ids, region, rep, channel, reach and arrival day of every customer and lead.

    Parameters and errors are those of ``simkit.portfolio.synthetic.draw_customers``.
    """
    regions = range(len(scenario.run.regions))
    return pd.concat([region_roll(scenario, replication, region) for region in regions], ignore_index=True)


def region_roll(scenario: Scenario, replication: int, region: int) -> pd.DataFrame:
    """Return who there is in one region, given by its place among the run's regions (see `draw_roll`)."""
    run, per_rep = scenario.run, scenario.world.reps.customers_per_rep
    size = int(customers_by_region(run.customers, len(run.regions))[region])
    arrivals = _arrival_days(scenario, replication, region, size)
    reps = -(-size // per_rep)
    _check_ids(run.regions[region], reps, arrivals.size)
    base = (region + 1) * REGION_STEP
    leads = base + LEAD_STEP + np.arange(arrivals.size)
    luck, channel, reach = (
        uniforms(run.seed, replication, stream, leads)
        for stream in (Stream.REP, Stream.CHANNEL, Stream.REACH)
    )
    reps_of_all = np.concatenate([np.arange(size) // per_rep, (luck * reps).astype(np.int64)])
    channels = 1 + pick(_channel_mix(scenario.world.funnel), channel)
    name = pd.Series([run.regions[region]], dtype="string[pyarrow]").take(np.zeros(len(reps_of_all), int))
    return pd.DataFrame(
        {
            "customer_id": np.concatenate([base + np.arange(size), leads]),
            "region": name.array,
            "region_index": np.full(size + arrivals.size, region),
            "rep_id": (region + 1) * REP_STEP + reps_of_all,
            "channel": np.concatenate([np.zeros(size, np.int64), channels]),
            "reach": np.concatenate([np.zeros(size), MOST_MARKETING * reach]),
            "arrival_day": np.concatenate([np.full(size, ON_THE_BOOKS), arrivals]),
        },
        copy=False,
    )


def _arrival_days(scenario: Scenario, replication: int, region: int, size: int) -> Ints:
    """Return the day of each lead of a region: a Poisson number a day, by inversion of a draw a day."""
    run, world = scenario.run, scenario.world
    applications = world.customers.new_per_year * size / _DAYS_A_YEAR
    rate = MOST_MARKETING * applications * sum(_leads_per_application(world.funnel))
    days = np.arange(run.horizon_days)
    luck = uniforms(run.seed, replication, Stream.ARRIVALS, region + 1, days)
    # All days have one law: it is tabled up to the luckiest of them.
    upto = int(poisson_counts(luck.max(keepdims=True), rate)[0])
    return np.repeat(days, np.searchsorted(pdtr(np.arange(upto), rate), luck))


def _leads_per_application(funnel: Funnel) -> list[float]:
    """Return the leads of each channel that it takes, called in time, to come to one application of all channels."""
    return [
        channel.share / (channel.qualified * channel.proposal * channel.negotiation)
        for _, channel in funnel.channels
    ]


def _channel_mix(funnel: Funnel) -> list[float]:
    """Return the share of each channel in the leads."""
    leads = _leads_per_application(funnel)
    return [each / sum(leads) for each in leads]


def _check_ids(region: str, reps: int, leads: int) -> None:
    if reps > REP_STEP:
        raise UserError(
            f"region {region!r} would have {reps:,} reps and at most {REP_STEP:,} can be told apart; "
            "raise world.reps.customers_per_rep or use more regions"
        )
    if leads > LEAD_STEP:
        raise UserError(
            f"region {region!r} would have {leads:,} leads and at most {LEAD_STEP:,} can "
            "be told apart; lower world.customers.new_per_year or use more regions"
        )


def customers_by_region(customers: int, regions: int) -> Ints:
    """Return how many customers on the books each region has: even, the first regions taking the rest.

    Examples
    --------
    >>> customers_by_region(10, 4)
    array([3, 3, 2, 2])
    """
    share, rest = divmod(customers, regions)
    return share + (np.arange(regions) < rest).astype(np.int64)


def pick(shares: list[float], luck: Floats) -> Ints:
    """Return which of the alternatives with these shares each draw falls on."""
    return np.searchsorted(np.cumsum(shares)[:-1], luck, side="right")


def poisson_counts(luck: Floats, mean: Floats | float) -> Ints:
    """Return Poisson counts by inversion, the smallest whose distribution function reaches the luck."""
    return _inverted(luck, pdtr, pdtrik, np.broadcast_to(mean, luck.shape))


def binomial_counts(luck: Floats, trials: Ints, chance: Floats) -> Ints:
    """Return binomial counts by inversion, the smallest whose distribution function reaches the luck."""
    return _inverted(luck, bdtr, bdtrik, trials, chance)


def _inverted(luck: Floats, law: np.ufunc, inverse: np.ufunc, *parameters: npt.NDArray[Any]) -> Ints:
    """Return the smallest counts at which a law, continuously inverted by another function, reaches the luck."""
    counts = np.zeros(luck.shape)
    some = law(0, *parameters) < luck
    luck, parameters = luck[some], tuple(parameter[some] for parameter in parameters)
    upto = np.ceil(inverse(luck, *parameters))
    below = np.maximum(upto - 1, 0)
    counts[some] = np.where(law(below, *parameters) >= luck, below, upto)
    return counts.astype(np.int64)
