"""Two-track commission, appraisal, awards and careers (Handbook A3, B5)."""

from collections.abc import Sequence
from enum import IntEnum

from numba.extending import register_jitable

from simkit.rules.contract import share_of_fen


class Sanction(IntEnum):
    """What follows on months of poor collection."""

    NONE = 0
    PAY_CUT = 1
    DEMOTION = 2


@register_jitable
def signing_commission_fen(value_fen: int, rate: float, signing_share: float) -> int:
    """Return the part of the commission paid when the contract is signed, in fen.

    Examples
    --------
    >>> signing_commission_fen(1_000_000, 0.02, 0.6)
    12000
    """
    return share_of_fen(value_fen, rate * signing_share)


@register_jitable
def collection_commission_fen(cash_fen: int, rate: float, signing_share: float) -> int:
    """Return the part of the commission paid when the customer's cash comes in, in fen.

    Examples
    --------
    >>> collection_commission_fen(1_000_000, 0.02, 0.6)
    8000
    """
    return share_of_fen(cash_fen, rate * (1.0 - signing_share))


@register_jitable
def appraisal_fen(
    commission_fen: int,
    received_fen: int,
    due_fen: int,
    bonus_at: float,
    bonus_share: float,
    malus_below: float,
    malus_share: float,
) -> int:
    """Return what the month's collection rate adds to (or takes from) the month's commission, in fen.

    Nothing is added where nothing was due.

    Examples
    --------
    >>> [appraisal_fen(1000, r, 100, 0.95, 0.10, 0.80, 0.05) for r in (95, 94, 80, 79)]
    [100, 0, 0, -50]
    """
    if due_fen <= 0 or commission_fen <= 0:
        return 0
    rate = received_fen / due_fen
    if rate >= bonus_at:
        return share_of_fen(commission_fen, bonus_share)
    if rate < malus_below:
        return -share_of_fen(commission_fen, malus_share)
    return 0


@register_jitable
def cash_share_of_pay(signing_share: float, appraisal_weight: float) -> float:
    """Return w, the share of a rep's pay that depends on cash.

    What does not depend on cash is the signing track, and of that only the part not appraised on collection.

    Examples
    --------
    >>> round(cash_share_of_pay(0.6, 0.35), 3), cash_share_of_pay(1.0, 0.0)
    (0.61, 0.0)
    """
    return 1.0 - signing_share * (1.0 - appraisal_weight)


@register_jitable
def award_place(new_customers: Sequence[int], rep: int) -> int:
    """Return a rep's place among those who won most new customers in a month, 0 the best; the earlier wins a tie.

    Parameters
    ----------
    new_customers : sequence of int
        New customers of each rep.
    rep : int
        Position of the rep in it.

    Examples
    --------
    >>> [award_place((2, 0, 3, 2), rep) for rep in range(4)]
    [1, 3, 0, 2]
    """
    place = 0
    for other in range(len(new_customers)):
        ahead = new_customers[other] > new_customers[rep]
        place += ahead or (new_customers[other] == new_customers[rep] and other < rep)
    return place


@register_jitable
def award_fen(commission_fen: int, new_customers: int, place: int, winners: int, share: float) -> int:
    """Return the award of a rep who won new customers and is among the first of the month, in fen.

    Examples
    --------
    >>> award_fen(1000, 2, 2, 3, 0.10), award_fen(1000, 2, 3, 3, 0.10), award_fen(1000, 0, 0, 3, 0.10)
    (100, 0, 0)
    """
    if new_customers == 0 or place >= winners or commission_fen <= 0:
        return 0
    return share_of_fen(commission_fen, share)


@register_jitable
def team_bonus_fen(commission_fen: int, repeat_buyers: int, buyers: int, rate: float, share: float) -> int:
    """Return a rep's part of the team bonus, in fen: due when enough of the team's customers buy again.

    Parameters
    ----------
    commission_fen : int
        The rep's commission of the month.
    repeat_buyers, buyers : int
        Customers of the team who bought in the window before the month, and those of them who buy in it.
    rate, share : float
        Repurchase rate from which the bonus is paid, and the bonus as a share of commission.

    Examples
    --------
    >>> [team_bonus_fen(1000, repeat, 10, 0.40, 0.05) for repeat in (4, 3)], team_bonus_fen(1000, 0, 0, 0, 1)
    ([50, 0], 0)
    """
    if buyers == 0 or repeat_buyers / buyers < rate or commission_fen <= 0:
        return 0
    return share_of_fen(commission_fen, share)


@register_jitable
def career_fen(
    commission_fen: int, level: int, raise_share: float, sanctioned: bool, cut_share: float
) -> int:
    """Return what a rep's level adds to a month's commission, less the cut while a sanction lasts, in fen.

    Examples
    --------
    >>> career_fen(1000, 2, 0.10, False, 0.10), career_fen(1000, 0, 0.10, True, 0.10), career_fen(-5, 1, 0.1, True, 0.1)
    (200, -100, 0)
    """
    if commission_fen <= 0:
        return 0
    cut = cut_share if sanctioned else 0.0
    return share_of_fen(commission_fen, level * raise_share - cut)


@register_jitable
def earns_promotion(
    months_on_target: int, needed: int, satisfaction: float, least: float, level: int, highest: int
) -> bool:
    """Tell whether a rep is promoted: enough months in a row on target, and satisfied customers.

    Examples
    --------
    >>> earns_promotion(3, 3, 0.90, 0.90, 0, 2), earns_promotion(3, 3, 0.89, 0.90, 0, 2)
    (True, False)
    """
    return months_on_target >= needed and satisfaction >= least and level < highest


@register_jitable
def within_budget_fen(
    paid_fen: int, total_fen: int, budget_fen: int, shared_out_fen: int, is_last: bool
) -> int:
    """Return what a rep gets where a budget is held: its share of what all would get; the last takes the remainder.

    Parameters
    ----------
    paid_fen, total_fen : int
        What the rep and all reps would get without the budget; with nothing to share by, nothing is changed.
    budget_fen : int
        What all get together.
    shared_out_fen : int
        What the reps before got of it.
    is_last : bool
        Whether nobody comes after.

    Examples
    --------
    >>> within_budget_fen(300, 400, 200, 0, False), within_budget_fen(100, 400, 200, 150, True)
    (150, 50)
    >>> within_budget_fen(0, 0, 200, 0, True)
    0
    """
    if total_fen <= 0:
        return paid_fen
    if is_last:
        return budget_fen - shared_out_fen
    return share_of_fen(budget_fen, paid_fen / total_fen)
