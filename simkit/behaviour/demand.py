"""How customers respond to what they are offered."""

import math

from numba.extending import register_jitable

from simkit.behaviour.leads import stage_odds

LARGEST_VALUE_FEN = 1e15
"""Ten trillion yuan."""


@register_jitable
def order_intensity(
    orders_per_day: float,
    season: float,
    term_days: int,
    wanted_days: int,
    term_response: float,
    goodwill: float,
    treatment: float,
) -> float:
    """Return the expected orders of a customer in a day.

    Parameters
    ----------
    orders_per_day : float
        The customer's own rate.
    season : float
        Season, market and selling effort, as one factor.
    term_days, wanted_days : int
        Credit term offered and wanted.
    term_response : float
        Log-change of intensity for 30 days more term.
    goodwill : float
        Log-change left by past collection steps and disputes.
    treatment : float
        Log-change by what is done for the customer's tier (see `treatment_effect`).

    Examples
    --------
    >>> order_intensity(0.02, 1.0, 60, 60, 0.06, 0.0, 0.0)
    0.02
    """
    shift = term_response * (term_days - wanted_days) / 30.0 + goodwill + treatment
    return orders_per_day * season * math.exp(shift)


@register_jitable
def treatment_effect(
    account_manager: bool,
    self_service: bool,
    discount_share: float,
    account_manager_response: float,
    self_service_response: float,
    discount_response: float,
) -> float:
    """Return the log-change of order intensity by what is done for a customer's RFM tier (Handbook A2).

    Parameters
    ----------
    account_manager, self_service : bool
        What the tier gets.
    discount_share : float
        Discount on repeat orders.
    account_manager_response, self_service_response : float
        Log-change with each.
    discount_response : float
        Log-change for 10 points of discount.

    Examples
    --------
    >>> treatment_effect(False, False, 0.0, 0.25, 0.03, 0.08)
    0.0
    >>> round(treatment_effect(True, False, 0.2, 0.25, 0.03, 0.08), 12)
    0.41
    """
    effect = discount_response * discount_share * 10.0
    if account_manager:
        effect += account_manager_response
    if self_service:
        effect += self_service_response
    return effect


@register_jitable
def cross_sell_factor(draw: float, rate: float, response: float, offered: bool, uplift: float) -> float:
    """Return the factor on an order's value by a further product; 1 on average when none is offered.

    Parameters
    ----------
    draw : float
        The order's luck, inside 0 and 1: a small draw takes the further product.
    rate : float
        Share of orders with a further product when none is offered.
    response : float
        Change of the logit when reps offer it.
    offered : bool
        Whether they do.
    uplift : float
        Value of the further product, of the order's.

    Examples
    --------
    >>> cross_sell_factor(0.9, 0.15, 0.64, False, 0.30) < 1.0 < cross_sell_factor(0.2, 0.15, 0.64, True, 0.30)
    True
    """
    taken = draw < stage_odds(rate, response if offered else 0.0)
    return (1.0 + (uplift if taken else 0.0)) / (1.0 + uplift * rate)


@register_jitable
def order_day(done: float, goal: float, since: int, until: int, intensity: float) -> int:
    """Return the first day in [since, until) by whose end the accumulated intensity reaches the goal, else `until`.

    Parameters
    ----------
    done : float
        Intensity accumulated before `since`.
    goal : float
        Intensity at which the order is placed.

    Examples
    --------
    >>> order_day(0.0, 1.0, 10, 40, 0.25), order_day(0.0, 1.0, 10, 12, 0.25), order_day(2.0, 1.0, 10, 12, 0.25)
    (13, 12, 10)
    """
    missing = goal - done
    if missing <= intensity:
        return since if since < until else until
    if intensity <= 0.0 or missing > intensity * (until - since):
        return until
    return min(until, since + int(math.ceil(missing / intensity)) - 1)


@register_jitable
def gap(draw: float, shape: float, log_mean: float) -> float:
    """Return the gap to the next order in mean gaps: Weibull with mean 1; a shape below 1 gives bursts.

    Parameters
    ----------
    draw : float
        The order's luck, inside 0 and 1.
    shape : float
        Shape of the distribution.
    log_mean : float
        `log_mean_gap` of the shape, computed once.

    Examples
    --------
    >>> round(gap(math.exp(-2.0), 1.0, log_mean_gap(1.0)), 12)
    2.0
    """
    return math.exp(math.log(-math.log(draw)) / shape - log_mean)


def log_mean_gap(shape: float) -> float:
    """Return the log-mean of a Weibull gap of scale 1.

    For Python alone: the log-gamma function of compiled code differs in the last digits, and both engines must
    wind the same clocks.
    """
    return math.lgamma(1.0 + 1.0 / shape)


@register_jitable
def acceptance(
    intercept: float,
    per_30_days: float,
    term_days: int,
    wanted_days: int,
    per_10_points: float,
    prepaid_share: float,
    conditions: float,
) -> float:
    """Return the probability that a customer accepts an offer: logistic in its conditions.

    Parameters
    ----------
    intercept : float
        Logit of accepting an offer without conditions.
    per_30_days : float
        Change of the logit for 30 days less term than wanted.
    per_10_points : float
        Change of the logit for 10 points of prepayment.
    conditions : float
        Sum of the logits of the other conditions (security, cash only, waiting, discount).
    """
    shortfall = max(0, wanted_days - term_days) / 30.0
    logit = intercept + per_30_days * shortfall + per_10_points * prepaid_share * 10.0 + conditions
    return 1.0 / (1.0 + math.exp(-logit))


@register_jitable
def order_value_fen(median_fen: int, factor: float, spread: float, z: float) -> int:
    """Return the value of an order by the list: log-normal around the customer's own median, at least one yuan.

    Compiled code holds whole numbers in 64 bits: no order is worth more than `LARGEST_VALUE_FEN`.

    Parameters
    ----------
    median_fen : int
        The customer's own median.
    factor : float
        Factor by a further product (see `cross_sell_factor`).
    spread : float
        Log-standard deviation of a customer's orders.
    z : float
        The order's luck, standard normal.

    Examples
    --------
    >>> order_value_fen(1_000_000, 1.0, 0.6, 0.0), order_value_fen(1, 1.0, 0.6, 0.0)
    (1000000, 100)
    """
    value = min(median_fen * factor * math.exp(spread * z), LARGEST_VALUE_FEN)
    return max(100, int(math.floor(value + 0.5)))


@register_jitable
def leaving_day(draw: float, arrival_day: int, churn_per_year: float, horizon_days: int) -> int:
    """Return the day a customer stops buying, when a constant share of customers leaves each year.

    Examples
    --------
    >>> leaving_day(0.5, 100, 0.5, 1000), leaving_day(0.5, 100, 0.0, 1000)
    (465, 1000)
    """
    if churn_per_year == 0.0:
        return horizon_days
    years = math.log(draw) / math.log1p(-churn_per_year)
    return arrival_day + int(min(years, 1000.0) * 365)
