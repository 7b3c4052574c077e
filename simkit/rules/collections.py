"""The collections ladder (Handbook B4)."""

from enum import IntEnum

from numba.extending import register_jitable

from simkit.rules.contract import share_of_fen


class Stage(IntEnum):
    """Steps of the ladder, in order; NONE before the first."""

    NONE = 0
    FRIENDLY = 1
    FORMAL = 2
    PLAN = 3
    LEGAL = 4


@register_jitable
def instalment_fen(debt_fen: int, share: float, count: int, number: int) -> int:
    """Return instalment `number` (from 1) of a debt: a share each, and with the last one all that is left.

    Examples
    --------
    >>> [instalment_fen(1001, 0.30, 3, n) for n in (1, 2, 3)]
    [300, 300, 401]
    """
    each = share_of_fen(debt_fen, share)
    if number < count:
        return min(each, max(0, debt_fen - (number - 1) * each))
    return max(0, debt_fen - (count - 1) * each)


@register_jitable
def step_opens(
    stage: int, due_day: int, start_day: int, notice_day: int, notice_days: int, held_until: int
) -> int:
    """Return the first day on which a step of the ladder may be taken.

    The step after a formal notice waits until the notice has run; no step is taken while an extension holds the ladder.

    Parameters
    ----------
    stage : int
        The step, a `Stage`.
    due_day, start_day : int
        Due date as a day number, and days overdue from which the ladder has the step.
    notice_day : int
        Day of the formal notice; negative when there was none.
    notice_days : int
        Days the notice gives for payment.
    held_until : int
        First day on which the line may be chased again.

    Examples
    --------
    >>> step_opens(2, 100, 8, -1, 3, 0), step_opens(3, 100, 16, 115, 3, 0), step_opens(2, 100, 8, -1, 3, 140)
    (108, 118, 140)
    """
    opens = max(due_day + start_day, held_until)
    if stage > 2 and notice_day >= 0:
        return max(opens, notice_day + notice_days)
    return opens


@register_jitable
def may_extend(stage: int, tier: int, enabled: bool, asked_before: bool) -> bool:
    """Tell whether an extension is put before the sales manager: once, for a core customer, instead of a notice.

    Examples
    --------
    >>> may_extend(2, 0, True, False), may_extend(2, 1, True, False), may_extend(3, 0, True, False)
    (True, False, False)
    """
    return enabled and stage == 2 and tier == 0 and not asked_before


@register_jitable
def queue_key(rule: int, due_day: int, amount_fen: int, risk: float) -> float:
    """Return a line's place in a desk's queue; the smallest is served first.

    Parameters
    ----------
    rule : int
        0 oldest due date first, 1 largest amount first, 2 largest expected loss (amount x risk) first.
    due_day : int
        Due date as a day number.
    amount_fen : int
        Open amount.
    risk : float
        The customer's risk by the company's estimate, 0 to 1: what its score lacks of full marks.
    """
    if rule == 0:
        return float(due_day)
    if rule == 1:
        return -float(amount_fen)
    return -amount_fen * risk
