"""The counter-based generator: known answers, a second implementation, uniformity and independence."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import simkit.engine.streams
from simkit.streams import Stream, _fill, open_unit, philox, uniform, uniforms

# Random123's kat_vectors, lines "philox4x32 10": counter, key, answer.
KNOWN_ANSWERS = [
    (
        "00000000 00000000 00000000 00000000 00000000 00000000",
        "6627e8d5 e169c58d bc57ac4c 9b00dbd8",
    ),
    (
        "ffffffff ffffffff ffffffff ffffffff ffffffff ffffffff",
        "408f276d 41c83b0e a20bc7c6 6d5451fd",
    ),
    (
        "243f6a88 85a308d3 13198a2e 03707344 a4093822 299f31d0",
        "d16cfe09 94fdcceb 5001e420 24126ea1",
    ),
]

# Draws are fixed by their names, so this is no allowance for flakiness: a sound generator stays inside the
# bounds for all but one in a million choices of seed.
RARE = 1e-6
WORD = st.integers(0, 2**32 - 1)
ENTITY = st.integers(0, 2**63 - 1)


def words(text: str) -> list[np.uint64]:
    return [np.uint64(int(word, 16)) for word in text.split()]


def plain_philox(counter: list[int], key: list[int]) -> list[int]:
    """Philox4x32-10 on Python's unbounded integers, after the paper's figure 2."""
    for step in range(10):
        weyl = [(key[n] + step * (0x9E3779B9, 0xBB67AE85)[n]) % 2**32 for n in (0, 1)]
        high0, low0 = divmod(0xD2511F53 * counter[0], 2**32)
        high1, low1 = divmod(0xCD9E8D57 * counter[2], 2**32)
        counter = [high1 ^ counter[1] ^ weyl[0], low1, high0 ^ counter[3] ^ weyl[1], low0]
    return counter


@pytest.mark.parametrize("function", [philox, philox.py_func], ids=["compiled", "python"])
@pytest.mark.parametrize(("given_words", "answer"), KNOWN_ANSWERS)
def test_published_known_answers(function, given_words: str, answer: str) -> None:
    assert [int(word) for word in function(*words(given_words))] == [int(word) for word in words(answer)]


@settings(deadline=None)  # the first call compiles
@given(WORD, WORD, st.sampled_from(Stream), ENTITY, WORD)
def test_uniform_is_philox_of_its_name(seed, replication, stream, entity, index) -> None:
    first, second, *_ = plain_philox([entity % 2**32, entity >> 32, index, int(stream)], [seed, replication])
    bits = (first << 32 | second) >> 12
    expected = (2 * bits + 1) / 2**53
    assert uniform(seed, replication, int(stream), entity, index) == expected
    assert uniform.py_func(seed, replication, int(stream), entity, index) == expected


def test_ends_of_the_unit_interval_are_never_reached() -> None:
    zero, full = np.uint64(0), np.uint64(2**32 - 1)
    for function in (open_unit, open_unit.py_func):
        assert function(zero, zero) == 2.0**-53
        assert function(full, full) == 1 - 2.0**-53
        assert function(full, zero) + function(zero, full) == 1


def test_a_stream_may_be_given_as_member_or_number() -> None:
    assert uniform(1, 2, Stream.PAYMENT, 3, 4) == uniform(1, 2, Stream.PAYMENT.value, 3, 4)
    assert uniforms(1, 2, Stream.PAYMENT, 3, 4) == uniform(1, 2, Stream.PAYMENT, 3, 4)


def test_arrays_equal_scalars_whatever_the_shapes() -> None:
    entities = np.array([[5], [2**40 + 1]])
    index = np.array([0, 7, 9])
    table = uniforms(11, 3, Stream.DEFAULT, entities, index)
    assert table.shape == (2, 3)
    for row, column in itertools.product(range(2), range(3)):
        one = uniform(11, 3, Stream.DEFAULT, int(entities[row, 0]), int(index[column]))
        assert table[row, column] == one
    assert uniforms(11, 3, Stream.DEFAULT, np.empty(0, np.int64)).shape == (0,)
    row = np.empty(3)
    _fill.py_func(11, 3, int(Stream.DEFAULT), np.full(3, 5), index, row)
    assert np.array_equal(row, table[0])


def test_engine_shares_the_streams() -> None:
    assert simkit.engine.streams.uniform is uniform
    assert simkit.engine.streams.Stream is Stream


N = 200_000
ENTITIES = np.arange(N) + 10**8
VARIED = {
    "entities": lambda n: uniforms(1, 0, Stream.PAYMENT, ENTITIES + n * N),
    "high words of entities": lambda n: uniforms(1, 0, Stream.PAYMENT, ENTITIES + n * 2**32),
    "indices": lambda n: uniforms(1, 0, Stream.PAYMENT, ENTITIES, n),
    "replications": lambda n: uniforms(1, n, Stream.PAYMENT, ENTITIES),
    "seeds": lambda n: uniforms(n, 0, Stream.PAYMENT, ENTITIES),
    "streams": lambda n: uniforms(1, 0, n + 1, ENTITIES),
}


@pytest.fixture(scope="module", params=VARIED)
def draws(request) -> np.ndarray:
    """Four columns of draws whose names differ in one part."""
    return np.stack([VARIED[request.param](n) for n in range(4)], axis=1)


def test_draws_are_uniform(draws) -> None:
    for column in draws.T:
        assert stats.kstest(column, "uniform").pvalue > RARE
        cells = np.bincount((column * 1000).astype(int), minlength=1000)
        assert stats.chisquare(cells).pvalue > RARE


def test_draws_with_other_names_are_independent(draws) -> None:
    bound = stats.norm.isf(RARE / 2) / math.sqrt(N)
    for one, other in itertools.combinations(draws.T, 2):
        assert abs(np.corrcoef(one, other)[0, 1]) < bound
        cells = np.histogram2d(one, other, bins=16, range=[[0, 1], [0, 1]])[0]
        assert stats.chisquare(cells.ravel()).pvalue > RARE


def test_neighbouring_entities_and_indices_are_independent() -> None:
    bound = stats.norm.isf(RARE / 2) / math.sqrt(N)
    along_entities = uniforms(1, 0, Stream.ORDER_GAP, ENTITIES)
    along_indices = uniforms(1, 0, Stream.ORDER_GAP, 10**8, np.arange(N))
    for series in (along_entities, along_indices):
        for lag in (1, 2, 5):
            assert abs(np.corrcoef(series[lag:], series[:-lag])[0, 1]) < bound


def test_no_two_names_share_a_draw() -> None:
    names = [
        uniforms(seed, replication, stream, ENTITIES[:50], np.arange(3)[:, None]).ravel()
        for seed, replication, stream in itertools.product(range(3), range(3), Stream)
    ]
    everything = np.concatenate(names)
    assert np.unique(everything).size == everything.size  # a clash among 52 random bits has odds of 1e-6
