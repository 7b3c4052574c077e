from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import simkit
from simkit.calibration import backtest as module
from simkit.calibration import changing_habits
from simkit.calibration.backtest import FORETOLD, ISSUED, backtest, latest
from simkit.calibration.book_measures import BUCKETS
from simkit.calibration.coverage import coverage
from simkit.calibration.cut import known_at
from simkit.cli import main
from simkit.errors import UserError
from simkit.portfolio.ledger_contract import INVOICES, status_of
from simkit.portfolio.ledger_import import read_ledger
from simkit.scenario.world.payment import Payment
from tests.calibration.conftest import START
from tests.calibration.made_up import restless_lines

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared/data"
CUT = pd.Timestamp("2024-03-31")
BANDS = ["mean", "median", "p2.5", "p10", "p90", "p97.5", "roll_rates", "median_days"]


@pytest.fixture(scope="module")
def world():
    return Payment(**{**Payment().model_dump(), "frailty_sd": 0.7, "history_weight": -1.2})


@pytest.fixture
def ledger(simulated_invoices, ledger_of, world):
    return ledger_of(simulated_invoices(5, world, customers=60, days=640, as_of_day=660), "2024-10-22")


def changed_later(ledger, invoices_too):
    """Return the ledger with another future: what is paid after the cut is paid a month later, or at another price."""
    invoices = ledger.invoices.copy()
    later = invoices["paid_date"] > CUT
    invoices.loc[later, "paid_date"] += pd.Timedelta(days=30)
    if invoices_too:
        new = invoices["issue_date"] > CUT
        paid = new & (invoices["status"] == "paid")
        invoices.loc[new, "amount_fen"] *= 3
        invoices.loc[paid, "paid_fen"] = invoices.loc[paid, "amount_fen"]
        invoices["status"] = status_of(invoices)
    return module.Ledger(**{**vars(ledger), "invoices": INVOICES.validate(invoices)})


def forecasts(ledger, view):
    points = backtest(ledger, CUT, paths=20, months=3).points
    return points.loc[points["view"] == view, BANDS].to_numpy(float)


@pytest.mark.parametrize(("view", "invoices_too"), [(FORETOLD, True), (ISSUED, False)])
def test_nothing_after_the_cut_is_seen(ledger, view, invoices_too):
    np.testing.assert_array_equal(
        forecasts(ledger, view), forecasts(changed_later(ledger, invoices_too), view)
    )


def test_a_planted_leak_is_caught(ledger, monkeypatch):
    """Let one payment after the cut through: the test above must see it."""

    def leaking(whole, cut):
        known = known_at(whole, cut)
        seen = whole.invoices[whole.invoices["issue_date"] <= cut].reset_index(drop=True)
        first = seen["paid_date"].where(seen["paid_date"] > cut).idxmin()
        told = (
            cut - (seen.loc[first, "paid_date"] - cut) // 10
        )  # 30 days later in the one ledger than in the other
        known.invoices.loc[first, ["paid_date", "paid_fen", "status"]] = [
            told,
            seen.loc[first, "paid_fen"],
            "paid",
        ]
        return known

    monkeypatch.setattr(module, "known_at", leaking)
    there, elsewhere = forecasts(ledger, FORETOLD), forecasts(changed_later(ledger, False), FORETOLD)
    assert not np.array_equal(there, elsewhere, equal_nan=True)


def test_a_ledger_at_a_cut_is_the_ledger_of_that_day(ledger):
    known = known_at(ledger, CUT).invoices
    assert known["issue_date"].max() <= CUT
    assert not (known["paid_date"] > CUT).any()
    later = ledger.invoices["paid_date"].gt(CUT) & ledger.invoices["issue_date"].le(CUT)
    assert (known["status"] == "open").sum() >= later.sum() > 0


def test_realised_values_are_the_ledgers_own(ledger):
    """Recount them from the invoices: cash of each week, open balances by age at each month end."""
    tested = backtest(ledger, CUT, paths=20, months=3)
    points = tested.points[tested.points["view"] == ISSUED].set_index(["measure", "date"])["realised"]
    paid = ledger.invoices.dropna(subset=["paid_date"])
    for week in points["cash"].index:
        inside = (paid["paid_date"] > week - pd.Timedelta(days=7)) & (paid["paid_date"] <= week)
        assert points["cash", week] == paid.loc[inside, "paid_fen"].sum()
    for end in points["not_due"].index:
        book = ledger.invoices[ledger.invoices["issue_date"] <= end]
        unpaid = book[~(book["paid_date"] <= end)]
        age = (end - unpaid["due_date"]).dt.days
        edges = pd.cut(age, [-10_000, 0, 30, 60, 90, 10_000], labels=BUCKETS)
        expected = unpaid.groupby(edges, observed=False)["amount_fen"].sum()
        assert [points[bucket, end] for bucket in BUCKETS] == expected.tolist()
        sales = book.loc[book["issue_date"] > end - pd.Timedelta(days=91), "amount_fen"].sum()
        assert points["dso", end] == pytest.approx(unpaid["amount_fen"].sum() / sales * 91)


def test_bands_hold_what_a_known_world_brings(simulated_invoices, ledger_of, world):
    """Ledgers of the model's own hazard: of the pooled points 80 % and 95 % bands hold about so many."""
    tests = [
        backtest(ledger_of(simulated_invoices(seed, world, customers=60, days=640), "2024-10-22"), CUT, 40, 3)
        for seed in range(31, 35)
    ]
    points = pd.concat([test.points[test.points["view"] == ISSUED] for test in tests])
    told = points[points["measure"].isin(["cash", "not_due", "overdue_1_30"])]
    inside = {
        width: ((told[low] <= told["realised"]) & (told["realised"] <= told[high])).mean()
        for width, low, high in ((80, "p10", "p90"), (95, "p2.5", "p97.5"))
    }
    assert 0.65 <= inside[80] <= 0.92
    assert inside[95] >= 0.85
    median = (told["median"] - told["realised"]).abs().sum()
    assert median < (told["median_days"] - told["realised"]).abs().sum()
    covered = coverage(points, pd.concat([test.independent for test in tests]))
    assert (covered["effective"] <= covered["points"]).all()


RESTLESS = Payment(**{**Payment().model_dump(), "frailty_sd": 1.2, "history_weight": 0.0})


@pytest.fixture
def restless(invoices_of, ledger_of):
    """Return a function that makes a ledger of customers whose odds of payment move."""

    def make(seed, **moves):
        lines = restless_lines(seed, RESTLESS, **moves)
        day = lines.assign(paid=lines["paid"].where(lines["paid"] <= 690))
        dates = {
            f"{name}_date": START + pd.to_timedelta(day[name].astype(float), unit="D")
            for name in ("issue", "due", "paid")
        }
        names = lines["customer"].map("c{:04}".format)
        invoices = invoices_of(customer_id=names, amount_fen=lines["amount_fen"], **dates)
        return ledger_of(invoices, START + pd.Timedelta(days=690))

    return make


def shares_held(ledgers):
    """Return the shares of points that the bands of 80 % and 95 % hold, invoices as issued, and all the points."""
    tests = [backtest(ledger, START + pd.Timedelta(days=569), 80, 4) for ledger in ledgers]
    told = pd.concat([test.points[test.points["view"] == ISSUED] for test in tests])
    told = told[told["measure"].isin(["cash", "not_due", "overdue_1_30", "late_share", "dso"])]
    inside = [
        ((told[low] <= told["realised"]) & (told["realised"] <= told[high])).mean()
        for low, high in (("p10", "p90"), ("p2.5", "p97.5"))
    ]
    return *inside, told


@pytest.mark.parametrize("moves", [{"change": 0.08}, {"shock": 0.4}])
def test_bands_hold_where_habits_change_or_months_differ(restless, moves):
    in_80, in_95, _ = shares_held([restless(seed, **moves) for seed in range(5)])
    assert 0.68 <= in_80 <= 0.9
    assert in_95 >= 0.85


def test_lasting_habits_get_no_wider_bands_for_nothing(restless, monkeypatch):
    ledgers = [restless(seed) for seed in (0, 1)]
    *_, free = shares_held(ledgers)
    monkeypatch.setattr(changing_habits, "CHANCES", np.array([0.0]))
    *_, lasting = shares_held(ledgers)
    pd.testing.assert_frame_equal(free, lasting)


def test_the_same_backtest_twice_is_the_same(ledger):
    one, two = (backtest(ledger, "2024-03-31", paths=20, months=2) for _ in range(2))
    pd.testing.assert_frame_equal(one.points, two.points)
    assert one.summary() == two.summary()


@pytest.mark.parametrize(
    ("cut", "paths", "months", "message"),
    [
        ("soon", 20, 3, "cut: 'soon' is not a date"),
        ("2024-10-20", 20, 3, "at least a month before its last entry, that is up to 2024-09-22"),
        ("2020-01-01", 20, 3, "is not inside the ledger"),
        ("2023-01-20", 20, 3, "too few to calibrate"),
        ("2024-03-31", 19, 3, "paths: 19 is not allowed; allowed are 20 to"),
        ("2024-03-31", 20, 0, "months: 0 is not allowed; allowed are 1 to 24"),
    ],
)
def test_what_cannot_be_done_is_said(ledger, cut, paths, months, message):
    with pytest.raises(UserError, match=message):
        backtest(ledger, cut, paths, months)


def test_a_short_ledger_has_no_latest_backtest(simulated_invoices, ledger_of, world):
    short = simulated_invoices(5, world, customers=20, days=60, as_of_day=100)
    assert latest(ledger_of(short, "2023-04-11"), paths=20) is None


def test_the_command_prints_coverage_and_writes_every_point(tmp_path, capsys):
    file = tmp_path / "points.csv"
    ledger = str(ROOT / "data/invoices.csv")
    told = ["backtest", ledger, "--cut", "2027-04-30", "--paths", "20", "--months", "2", "--out", str(file)]
    assert main(told) == 0
    assert "known to 2027-04-30, foretold to 2027-06-30, 20 paths" in capsys.readouterr().out
    assert len(pd.read_csv(file)) == 2 * (8 + 2 * 7)
    assert main([*told[:-1], str(tmp_path / "none" / "points.csv")]) == 2


@pytest.mark.skipif(not SHARED.is_dir(), reason=f"{SHARED} is not here")
def test_cash_of_a_real_ledger_is_foretold_better_than_by_roll_rates():
    ledger = read_ledger(SHARED / "highradius_ar/closed_invoices.csv.gz")
    tested = simkit.backtest(ledger, "2019-06-30", paths=40, months=3)
    errors = tested.errors().set_index(["view", "measure"])
    assert errors.loc[(ISSUED, "cash"), "wape_median"] < errors.loc[(ISSUED, "cash"), "wape_roll_rates"]
    covered = tested.coverage().set_index(["view", "measure"])
    assert covered.loc[(ISSUED, "cash"), "within_95"] >= 0.7
