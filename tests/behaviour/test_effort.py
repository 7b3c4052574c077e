"""Reps' response to the share of pay that depends on cash."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simkit.behaviour.effort import response

SHARE = st.floats(0, 1)
ELASTICITY = st.floats(-10, 10)


@given(ELASTICITY, SHARE, SHARE)
def test_response_is_log_linear(elasticity, w, w0) -> None:
    assert math.log(response(elasticity, w, w0)) == pytest.approx(elasticity * (w - w0))


@given(SHARE, ELASTICITY, SHARE)
def test_no_elasticity_or_no_change_is_no_response_to_the_last_bit(w, elasticity, w0) -> None:
    assert response(0.0, w, w0) == 1.0
    assert response(elasticity, w0, w0) == 1.0
