"""Two-track commission and monthly appraisal (Handbook A3, B5)."""

from numba.extending import register_jitable

from simkit.rules.contract import share_of_fen


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
