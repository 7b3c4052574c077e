from itertools import product

import numpy as np
import pytest
from scipy.special import logsumexp

from simkit.calibration import changing_habits as module
from simkit.calibration.changing_habits import CHANCES, ChangingHabits
from simkit.calibration.person_periods import OPEN
from simkit.calibration.phased_fit import fit_phases
from simkit.scenario.world.payment import Payment
from tests.calibration.made_up import known_by, lines_of, restless_lines

CUSTOMERS, CUT = 40, 660
WORLD = Payment(**{**Payment().model_dump(), "frailty_sd": 1.2, "history_weight": 0.0})
BASE = Payment()


def habits_of(lines, customers=CUSTOMERS, cut=CUT):
    return ChangingHabits.of(lines, fit_phases(lines, customers, BASE), customers, cut)


def by_hand(seen, prior, chance):
    """Return likelihood and smoothed probabilities by going through every pattern of changes between the months."""
    months, likely, smooth = len(seen), [], []
    for pattern in product([False, True], repeat=months - 1):
        spells = np.concatenate([[0], np.cumsum(pattern)])
        weight = np.log(np.where(pattern, chance, 1 - chance)).sum()
        joint = [np.log(prior) + seen[spells == spell].sum(axis=0) for spell in range(spells.max() + 1)]
        totals = np.array([logsumexp(each) for each in joint])
        likely.append(weight + totals.sum())
        smooth.append([np.exp(joint[spell] - totals[spell]) for spell in spells])
    share = np.exp(np.array(likely) - logsumexp(likely))
    return logsumexp(likely), np.tensordot(share, np.array(smooth), axes=1)


def test_likelihood_and_habits_are_those_of_all_patterns_of_changes():
    nodes = np.linspace(-3, 3, 25)
    prior = np.exp(-(nodes**2) / 2) / np.exp(-(nodes**2) / 2).sum()
    centre = np.array([1.5, 1.2, 0.0, -2.0, -1.0])
    seen = -2.0 * (nodes - centre[:, None]) ** 2
    busy = np.array([True, True, False, True, True])
    seen[~busy] = 0.0
    chance = 0.1
    likely, smooth = by_hand(seen, prior, chance)
    ours = module._log_likelihoods(busy, seen, prior, np.array([chance]))
    assert ours[0] == pytest.approx(likely, abs=1e-9)
    level, mean, sd = module._followed(busy, seen, nodes, prior, chance, 2000)
    np.testing.assert_allclose(mean, smooth @ nodes, atol=1e-9)
    np.testing.assert_allclose(sd, np.sqrt((smooth * (nodes - mean[:, None]) ** 2).sum(axis=1)), atol=1e-9)
    assert level.mean() == pytest.approx(mean[-1], abs=0.01)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_lasting_habits_are_taken_to_last(seed):
    assert habits_of(known_by(restless_lines(seed, WORLD), CUT)).change == 0.0


@pytest.mark.parametrize("seed", [1, 2])
def test_how_often_habits_change_is_found(seed):
    assert 0.03 <= habits_of(known_by(restless_lines(seed, WORLD, change=0.08), CUT)).change <= 0.15


def switching(cut):
    """Return lines of 20 customers, each paid 5 days early; the first six pay 20 days late from day 450 on."""
    luck = np.random.default_rng(7)
    rows = [
        (who, int(issue), 30, 30 + (20 if who < 6 and issue > 450 else -5) + int(luck.integers(-3, 4)), 1.0)
        for who in range(20)
        for issue in luck.integers(0, cut, 50)
    ]
    lines = lines_of(rows).assign(end=cut)
    later = lines["paid"] > cut
    return lines.assign(paid=lines["paid"].mask(later, OPEN), paid_share=lines["paid_share"].mask(later, 0.0))


def test_a_customer_who_has_become_slow_is_known_to_be():
    habits = habits_of(switching(600), 20, 600)
    assert habits.change > 0
    early = habits.level[:, 0].mean(axis=1)  # odds to pay before the due date
    assert early[:6].max() < early[6:].min()
    then, now = habits.mean[:6, 5, 0], habits.mean[:6, -1, 0]
    assert (then > now + 0.7).all(), "what it was before is not forgotten, only past"
    lasting = habits.mean[6:, 5, 0] - habits.mean[6:, -1, 0]
    assert np.abs(lasting).max() < 0.7


def test_lines_paid_on_one_day_are_one_decision():
    lines = lines_of([(0, 0, 10, day, 1.0) for day in (5, 5, 5, 5, 9, 9)] + [(1, 0, 10, 5, 1.0)] * 1)
    np.testing.assert_allclose(module._decisions_a_line(lines, 2), [1 / 3] * 6 + [1.0])


def test_runs_of_payments_are_not_taken_for_changes(monkeypatch):
    """Who pays all that is open on one day in five weeks has one habit."""
    luck, rows = np.random.default_rng(5), []
    for who in range(20):
        runs = np.arange(30 + who, 720, 35)
        for issue in luck.integers(0, 600, 60).tolist():
            paid = int(runs[runs > issue + 20][0])
            rows.append((who, issue, 30, paid - issue, 1.0))
    lines = lines_of(rows)
    known = lines.assign(
        end=CUT,
        paid=lines["paid"].mask(lines["paid"] > CUT, OPEN),
        paid_share=(lines["paid"] <= CUT).astype(float),
    )
    assert habits_of(known, 20).change == 0.0
    monkeypatch.setattr(module, "_decisions_a_line", lambda lines, customers: 1.0)
    assert habits_of(known, 20).change > 0.0


def test_habits_of_the_months_to_come():
    known = habits_of(known_by(restless_lines(4, WORLD, change=0.08), CUT))
    spread = np.array([1.0, 2.0, 3.0, 1.0, 1.0])
    still, moving = (
        ChangingHabits(change, CUT, known.level, known.mean, known.sd).drawn(
            1, 0, spread, 3000, CUT + 6 * module.MONTH_DAYS
        )
        for change in (0.0, 0.25)
    )
    assert still.shape == (3000, 6, 5)
    assert (still == still[:, :1]).all()
    assert (np.sort(known.level, axis=2) == known.level).all()
    old = still[:CUSTOMERS, 0]
    assert ((known.level[..., 0] <= old) & (old <= known.level[..., -1])).all()
    changed = (moving[:, 1:] != moving[:, :-1]).any(axis=2)
    assert changed.mean() == pytest.approx(0.25, abs=0.02)
    assert ((moving[:, 1:] != moving[:, :-1]).all(axis=2) == changed).all(), "a customer changes as a whole"
    np.testing.assert_allclose(moving[CUSTOMERS:].std(axis=(0, 1)), spread, rtol=0.05)


def test_the_chances_tried_begin_with_none():
    assert CHANCES[0] == 0.0
    assert (np.diff(CHANCES) > 0).all()
