"""Random draws that depend on nothing but their name: (seed, replication, stream, entity, index).

The generator is Philox4x32-10 (Salmon, Moraes, Dror & Shaw 2011, "Parallel random numbers: as easy as 1, 2,
3"): ten rounds of two 32-bit multiplications turn a 128-bit counter and a 64-bit key into four 32-bit words.
The key is (seed, replication), the counter (entity low word, entity high word, index, stream). No state is
kept, so the same customer has the same luck under every policy, in every engine, on any number of workers and
in any order.
"""

from enum import IntEnum, unique

import numpy as np
import numpy.typing as npt
from numba import njit

import simkit.jit  # noqa: F401  (before anything is compiled)

Word = np.uint64  # 32-bit words travel in 64-bit integers, so that no product overflows
Counter = tuple[np.uint64, np.uint64, np.uint64, np.uint64]

_LOW = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)
_MULTIPLIER_0 = np.uint64(0xD2511F53)
_MULTIPLIER_1 = np.uint64(0xCD9E8D57)
_WEYL_0 = np.uint64(0x9E3779B9)
_WEYL_1 = np.uint64(0xBB67AE85)
_ROUNDS = 10


@unique
class Stream(IntEnum):
    """What a draw is for; two purposes never share a number, and a number never changes its purpose."""

    # The portfolio: who the customers are.
    FIRM_SCORE = 1  # index: position in scenario.firms.SCORES
    FRAILTY = 2
    PLEDGEABLE_COVER = 3
    LEGAL_DISPUTES = 4
    INDUSTRY_PHASE = 5
    MARKET_RANK = 6
    ORDER_RATE = 7
    ORDER_VALUE_LEVEL = 8
    TERM_WANTED = 9
    HISTORY_LINES = 10
    HISTORY_LATE = 11
    REP = 12
    ARRIVALS = 13  # entity: region index + 1; index: day
    CHANNEL = 14
    REACH = 15

    # The engine: what happens to them.
    ECONOMY = 32
    DEFAULT = 33
    CHURN = 34
    ORDER_GAP = 35
    ORDER_VALUE = 36
    ACCEPTANCE = 37
    PAYMENT = 38
    PLAN = 39
    INTEREST = 40
    AUDIT = 41
    LEAD = 42  # index: stage of the funnel
    CALL = 43
    STAGE_WAIT = 44  # index: stage of the funnel
    PAPERS = 45
    CROSS_SELL = 46
    DISPUTE = 47  # index: whether, when, how long
    EXTENSION = 48
    QUIT = 49  # entity: rep; index: month
    PAST_ORDER_VALUE = 50  # index: gap of the clock

    # What is uncertain about a fitted world, and a backtest of it.
    WORLD_DRAW = 96  # entity: 0, one world for all regions
    RESAMPLE = 97  # replication: draw; entity: place in the resample
    PRIOR_DRAW = 98  # replication: draw; entity: parameter
    HABIT = 99  # replication: path; entity: customer; index: month x phases + phase
    COMMON_LUCK = 100  # replication: path; entity: 0; index: 2 x week + part
    CUSTOMER_LUCK = 101  # replication: path; entity: customer; index: 2 x week + part
    LINE_LUCK = 102  # replication: path; entity: line
    FUTURE_RATE = 103  # replication: path; entity: customer; index: rate, number
    FUTURE_LEVEL = 104  # replication: path; entity: month
    FUTURE_ORDER = 105  # replication: path; entity: order; index: day, which
    RUN_GAP = 107  # replication: path; entity: customer; index: run
    RUN_CHANCE = 108  # replication: path; entity: customer; index: age
    RUN_LINE = 109  # replication: path; entity: line; index: run
    SHORT_PAYMENT = 110  # replication: path; entity: line; index: whether, share, level
    HABIT_CHANGE = 111  # replication: path; entity: customer; index: month


@njit(cache=True)
def philox(c0: Word, c1: Word, c2: Word, c3: Word, k0: Word, k1: Word) -> Counter:
    """Return the four words of Philox4x32-10 for a counter and a key of 32-bit words held in uint64."""
    for _ in range(_ROUNDS):
        product_0 = _MULTIPLIER_0 * c0
        product_1 = _MULTIPLIER_1 * c2
        c0, c1, c2, c3 = (
            (product_1 >> _HALF) ^ c1 ^ k0,
            product_1 & _LOW,
            (product_0 >> _HALF) ^ c3 ^ k1,
            product_0 & _LOW,
        )
        k0 = (k0 + _WEYL_0) & _LOW
        k1 = (k1 + _WEYL_1) & _LOW
    return c0, c1, c2, c3


@njit(cache=True)
def open_unit(high: Word, low: Word) -> float:
    """Return the odd multiple of 2**-53 inside (0, 1) that the first 52 of 64 random bits stand for.

    A 53rd bit would do harm: half a step added to the largest value rounds to 1.
    """
    bits = (high << np.uint64(20)) | (low >> np.uint64(12))
    return (np.float64(bits) + 0.5) * 2.0**-52


@njit("float64(int64, int64, int64, int64, int64)", cache=True)
def uniform(seed: int, replication: int, stream: int, entity: int, index: int) -> float:
    """Return one uniform draw, strictly inside (0, 1).

    Parameters
    ----------
    seed, replication, stream, index : int
        From 0 to 2**32 - 1; higher bits are ignored.
    entity : int
        Id of whom or what the draw belongs to, from 0 to 2**63 - 1.

    Returns
    -------
    float
        An odd multiple of 2**-53: neither 0 nor 1 can come out, and ``u`` is as likely as ``1 - u``.
    """
    who = np.uint64(entity)
    high, low, _, _ = philox(
        who & _LOW,
        who >> _HALF,
        np.uint64(index) & _LOW,
        np.uint64(stream) & _LOW,
        np.uint64(seed) & _LOW,
        np.uint64(replication) & _LOW,
    )
    return open_unit(high, low)


@njit(cache=True)
def _fill(
    seed: int,
    replication: int,
    stream: int,
    entities: npt.NDArray[np.int64],
    indices: npt.NDArray[np.int64],
    out: npt.NDArray[np.float64],
) -> None:
    for n in range(out.size):
        out[n] = uniform(seed, replication, stream, entities[n], indices[n])


def uniforms(
    seed: int,
    replication: int,
    stream: int,
    entities: npt.ArrayLike,
    index: npt.ArrayLike = 0,
) -> npt.NDArray[np.float64]:
    """Return ``uniform`` for whole arrays of entities and indices, broadcast against each other.

    Parameters
    ----------
    seed, replication, stream : int
        As in ``uniform``.
    entities, index : array_like of int
        Ids and indices, any shapes that broadcast.

    Returns
    -------
    numpy.ndarray of float64
        Draws in the broadcast shape.
    """
    who, which = np.broadcast_arrays(np.asarray(entities, np.int64), np.asarray(index, np.int64))
    out = np.empty(who.size)
    _fill(seed, replication, int(stream), who.flatten(), which.flatten(), out)
    return out.reshape(who.shape)
