"""Days sales outstanding and its relatives, from totals."""

from collections.abc import Sequence

from simkit.outcomes.ratio import difference, ratio


def dso(receivables: float, sales: float, days: int) -> float | None:
    """Return days sales outstanding = end receivables x days / sales; None without sales.

    Called with the receivables that are not due it is the best-possible DSO.

    Examples
    --------
    >>> dso(receivables=200, sales=1_000, days=365)
    73.0
    """
    return ratio(receivables * days, sales)


def countback_dso(receivables: float, sales: Sequence[float], days: Sequence[int]) -> float | None:
    """Return the days of sales, counted back from the date, that the receivables stand for.

    Take off the latest month's sales and add its days, then the month before, and so on; the last month
    counts pro rata.

    Parameters
    ----------
    receivables : float
        Open receivables at the date.
    sales, days : sequences, latest month first
        Sales and days of each month.

    Returns
    -------
    float or None
        Days; None when the receivables exceed all the sales given.

    Examples
    --------
    >>> round(countback_dso(212, sales=[100, 80, 70], days=[30, 30, 30]), 1)
    73.7
    """
    left, counted = receivables, 0.0
    for month_sales, month_days in zip(sales, days, strict=True):
        if left < month_sales:
            return counted + month_days * left / month_sales
        if left == 0:
            return counted
        left -= month_sales
        counted += month_days
    return counted if left == 0 else None


def average_days_delinquent(dso_days: float | None, best_possible_days: float | None) -> float | None:
    """Return DSO less best-possible DSO: the days that late payment adds; None when either is."""
    return difference(dso_days, best_possible_days)


def collection_effectiveness_index(
    beginning: float, sales: float, months: float, end_total: float, end_current: float
) -> float | None:
    """Return the collection effectiveness index, 100 when everything that was due has been collected.

    (beginning + sales / months - end total) / (beginning + sales / months - end current) x 100; None when
    nothing was there to collect.

    Parameters
    ----------
    beginning, end_total, end_current : float
        Receivables at the start, at the end, and those of the end that are not due.
    sales : float
        Sales of the period.
    months : float
        Length of the period in months.

    Examples
    --------
    >>> collection_effectiveness_index(beginning=100, sales=300, months=3, end_total=110, end_current=80)
    75.0
    """
    offered = beginning + sales / months
    return ratio(100 * (offered - end_total), offered - end_current)
