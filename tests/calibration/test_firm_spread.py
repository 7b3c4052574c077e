import numpy as np
import pandas as pd
import pytest

from simkit.calibration.firm_spread import fit_spread, scores_of
from simkit.portfolio.balance_sheets import firm_scores, ratios
from simkit.portfolio.customer_ratios import INDICATORS
from simkit.scenario.firms import BOUNDS, KNOTS, Firms

BASE = Firms()


def customers(firms, count, seed=1):
    """Return a master of the engine's own customers, and the scores behind it."""
    luck = np.random.default_rng(seed)
    scores = firm_scores(firms, lambda stream, index: luck.random(count))
    shown = pd.DataFrame(ratios(firms, scores)).assign(profitability=np.nan)
    shown["total_assets_million"] = shown["net_assets_million"] / (1 - shown["debt_ratio"])
    return shown.reindex(columns=list(INDICATORS)), scores


@pytest.fixture(scope="module")
def truth():
    correlation = np.array(BASE.correlation)
    correlation[4, 5] = correlation[5, 4] = 0.3
    return Firms(
        current_ratio=[value * 1.5 for value in BASE.current_ratio], correlation=correlation.tolist()
    )


def test_spreads_and_correlations_of_the_engine_s_own_customers_are_recovered(truth):
    master, _ = customers(truth, 8_000)
    part, notes = fit_spread(master, BASE)
    fitted = Firms(**part)
    assert "profitability" not in part
    assert any(note.startswith("spreads kept from the base world: profitability") for note in notes)
    for name in set(BOUNDS) - {"profitability"}:
        # The share of the true world's customers below each fitted value: its standard error is at most 0.006.
        below = np.interp(getattr(fitted, name), getattr(truth, name), KNOTS)
        np.testing.assert_allclose(below, KNOTS, atol=0.02)
    np.testing.assert_allclose(
        np.array(fitted.correlation)[1:, 1:], np.array(truth.correlation)[1:, 1:], atol=0.04
    )


def test_few_customers_leave_the_base_world(truth):
    part, _ = fit_spread(customers(truth, 29)[0], BASE)
    assert part == {}
    part, _ = fit_spread(customers(truth, 31)[0], BASE)
    assert set(part) >= {"current_ratio", "correlation"}
    Firms(**part)


def test_customers_who_are_all_alike_or_contradict_each_other_still_make_a_world():
    alike = pd.DataFrame({name: np.ones(50) for name in INDICATORS}).assign(market_rank=0.5, debt_ratio=0.5)
    fitted = Firms(**fit_spread(alike, BASE)[0])
    assert fitted.current_ratio == [1.0] * len(KNOTS)
    assert np.isfinite(scores_of(alike, fitted)).all()
    ramp = np.arange(4_000.0) + 1
    twins = pd.DataFrame(dict.fromkeys(INDICATORS, ramp)).assign(quick_ratio=ramp**2, debt_ratio=ramp / 9_000)
    Firms(**fit_spread(twins.assign(industry_phase=0, market_rank=ramp / 4_000), BASE)[0])


def test_scores_are_those_that_were_drawn():
    master, drawn = customers(BASE, 2_000)
    found = scores_of(master, BASE)
    inner = np.abs(drawn[1]) < 2
    np.testing.assert_allclose(found[inner, 1], drawn[1][inner], atol=1e-6)
    np.testing.assert_allclose(
        found[inner, 4][np.abs(drawn[4][inner]) < 2], drawn[4][inner][np.abs(drawn[4][inner]) < 2], atol=1e-6
    )


def test_a_missing_score_is_its_conditional_mean():
    one = pd.DataFrame({name: [np.nan] for name in INDICATORS})
    assert (scores_of(one, BASE) == 0).all()
    known = one.assign(debt_ratio=BASE.debt_ratio[7])  # the value at 90 %
    score = scores_of(known, BASE)[0]
    assert score[4] == pytest.approx(1.2816, abs=1e-3)
    assert score[1] == pytest.approx(BASE.correlation[1][4] * 1.2816, abs=1e-3)


def test_disputes_cover_phases_and_rank():
    luck = np.random.default_rng(2)
    master, _ = customers(BASE, 3_000)
    size = luck.normal(size=3_000)
    master = master.assign(
        legal_disputes=luck.poisson(0.7, 3_000),
        pledgeable_cover=luck.lognormal(0.3, 0.5, 3_000),
        industry_phase=luck.choice([-2, 0, 1], 3_000, p=[0.2, 0.5, 0.3]),
        total_assets_million=np.exp(size),
        market_rank=0.5 + 0.1 * (0.6 * size + 0.8 * luck.normal(size=3_000)),
    )
    fitted = Firms(**fit_spread(master, BASE)[0])
    assert fitted.legal_disputes_mean == pytest.approx(0.7, abs=0.05)
    assert fitted.pledgeable_cover_median == pytest.approx(np.exp(0.3), rel=0.05)
    assert fitted.pledgeable_cover_spread == pytest.approx(0.5, abs=0.03)
    np.testing.assert_allclose(fitted.industry_phases, [0.2, 0, 0.5, 0.3, 0], atol=0.03)
    assert fitted.rank_follows_size == pytest.approx(0.6, abs=0.05)
