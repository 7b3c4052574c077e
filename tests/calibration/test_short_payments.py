import numpy as np
import pandas as pd

from simkit.calibration.person_periods import OPEN
from simkit.calibration.short_payments import ShortPayments, taken_as_paid

CUT = 1000


def lines_of(short):
    """Return 400 paid lines of 4 customers; which are paid short is given, and 40 % of such a line is paid."""
    number = np.arange(400)
    share = np.where(short, 0.4, 1.0)
    return pd.DataFrame(
        {"customer": number % 4, "paid": CUT - number % 100, "amount_fen": 1000.0 + number, "paid_share": share}
    )  # fmt: skip


def paid_on_paths(lines, later=True):
    shorts, amount = ShortPayments.of(lines, 4, 1, CUT), np.full(400, 1200.0)
    after = np.full(400, later)
    return np.array([shorts.paid_amounts(np.arange(400) % 4, amount, after, path) for path in range(20)])


def test_lines_are_paid_short_as_often_and_as_much_as_they_lately_were():
    paid = paid_on_paths(lines_of(np.arange(400) // 4 % 10 == 0))
    assert set(np.unique(paid)) == {480.0, 1200.0}
    assert abs((paid == 480).mean() - 0.1) < 0.02


def test_a_customer_who_pays_short_keeps_doing_it():
    by_customer = (
        (paid_on_paths(lines_of(np.arange(400) % 4 == 2)) == 480).mean(axis=0).reshape(-1, 4).mean(axis=0)
    )
    assert by_customer[2] > 0.8
    assert by_customer[[0, 1, 3]].max() < 0.1


def test_what_is_paid_already_and_what_is_long_ago_stays_out():
    short = lines_of(np.arange(400) % 4 == 2)
    assert (paid_on_paths(short, later=False) == 1200).all()
    assert (paid_on_paths(short.assign(paid=short["paid"] - 300)) == 1200).all()
    assert (paid_on_paths(lines_of(np.zeros(400, bool))) == 1200).all()


def test_a_short_payment_settles_its_line_for_the_fit():
    lines = pd.DataFrame({"paid": [3, OPEN], "paid_share": [0.4, 0.0]})
    assert taken_as_paid(lines)["paid_share"].tolist() == [1.0, 0.0]


def test_how_far_months_stray_is_how_far_the_months_to_come_may():
    luck = np.random.default_rng(2)
    number = np.arange(12_000)
    lines = pd.DataFrame(
        {"customer": number % 4, "paid": CUT - number // 500 * 30, "amount_fen": 1000.0 + number}
    )
    steady = lines.assign(paid_share=np.where(luck.random(len(lines)) < 0.1, 0.4, 1.0))
    level = np.exp(0.5 * luck.normal(size=24) - 0.125)
    moving = lines.assign(paid_share=np.where(luck.random(len(lines)) < 0.1 * level[number // 500], 0.4, 1.0))
    assert ShortPayments.of(steady, 4, 1, CUT).spread < 0.15
    shorts = ShortPayments.of(moving, 4, 1, CUT)
    assert 0.3 < shorts.spread < 0.8
    amount, later = np.full(4000, 1200.0), np.full(4000, True)
    often = [
        (shorts.paid_amounts(np.zeros(4000, np.int64), amount, later, path) < 1200).mean()
        for path in range(60)
    ]
    assert np.log(often).std() > 0.7 * shorts.spread
