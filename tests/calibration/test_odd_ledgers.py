"""Small and odd ledgers: each gives a world that loads and runs, or is refused."""

import math
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import simkit
from simkit.calibration.simulated_match import Hazards, Match
from simkit.calibration.validation import timing
from simkit.calibration.world import calibrate
from simkit.cli import main
from simkit.errors import UserError

FIRST = pd.Timestamp("2023-01-01")
DAYS = 400
TINY = {"run.customers": 20, "run.warm_up_days": 60, "run.policy_days": 60, "run.run_out_days": 90}


@pytest.fixture(autouse=True)
def unmatched(monkeypatch):
    """Leave out the match of simulations: what it moves is the payment model's own, and it takes most of the time."""

    def match(lines, world, status_quo, run, lines_a_round):
        seen = pd.Series(timing(lines), name="ledger").rename_axis("measure").reset_index()
        same = seen.assign(simulated=seen["ledger"], low=seen["ledger"], high=seen["ledger"])
        hazards = Hazards.of(lines, tuple(world.payment.bucket_starts))
        return Match(np.array(world.payment.alpha), pd.DataFrame({"round": [1]}), same, hazards)

    monkeypatch.setattr("simkit.calibration.world.match", match)
    monkeypatch.setattr("simkit.calibration.uncertainty.DRAWS", 10)


def table(count=150, customers=20, term=30, late=(-10, 15), seed=1):
    """Return the rows of a ledger in which nothing is odd."""
    luck = np.random.default_rng(seed)
    issue = luck.integers(0, DAYS, count)
    paid = np.maximum(issue + term + luck.integers(*late, count), issue)
    return pd.DataFrame({
        "invoice_id": [f"i{number}" for number in range(count)],
        "customer_id": [f"c{number}" for number in luck.integers(0, customers, count)],
        "issue_date": FIRST + pd.to_timedelta(issue, unit="D"),
        "due_date": FIRST + pd.to_timedelta(issue + term, unit="D"),
        "paid_date": pd.Series(FIRST + pd.to_timedelta(paid, unit="D")).where(paid <= DAYS + 20),
        "amount": luck.lognormal(8, 1, count).round(2),
        "currency": "CNY",
    })  # fmt: skip


def written(frame, folder):
    path = folder / "books.csv"
    frame.to_csv(path, index=False)
    return path


def runs(fitted, folder):
    """Load a world from its file, run it, and return the file's text; no figure may be other than finite."""
    path = fitted.write(folder)
    text = path.read_text(encoding="utf-8").split("schema: 1")[1].lower()
    assert "nan" not in text
    assert "inf" not in text.replace("inflation", "")
    scenario = simkit.load("params/baseline.yaml", world=path, overrides=TINY)
    kpis = simkit.simulate(scenario).kpis
    assert all(value is None or math.isfinite(value) for value in kpis.values() if not isinstance(value, str))
    return scenario.world


def huge_by_lines():
    frame = table(600)
    return frame.assign(customer_id=frame["customer_id"].where(frame.index % 100 == 0, "HUGE"))


def huge_by_money():
    frame = table()
    return frame.assign(amount=frame["amount"].where(frame["customer_id"] != "c3", frame["amount"] * 1e4))


def duplicated():
    return pd.concat([table()] * 3)


def each_once():
    frame = table(1_000)
    return frame.assign(customer_id=frame["invoice_id"])


ODD = {
    "thirty invoices": lambda: table(30, 8),
    "one customer": lambda: table(100, 1),
    "nobody late": lambda: table(late=(-20, 0)),
    "everybody late": lambda: table(late=(1, 30)),
    "one huge customer by lines": huge_by_lines,
    "one huge customer by money": huge_by_money,
    "a single due date": lambda: table().assign(due_date=FIRST + pd.Timedelta(days=DAYS)),
    "all paid on the due day": lambda: table(late=(0, 1)),
    "no credit": lambda: table(term=0, late=(0, 10)),
    "every row three times": duplicated,
    "all on one day": lambda: table().assign(issue_date=FIRST),
    "a fen each": lambda: table().assign(amount=0.01),
    "a billion each": lambda: table().assign(amount=1e9),
}


@pytest.mark.parametrize("ledger", ODD.values(), ids=ODD)
def test_odd_ledgers_give_a_world_that_runs(ledger, tmp_path):
    world = runs(calibrate(written(ledger(), tmp_path)), tmp_path)
    assert 0 <= world.customers.churn_per_year < 0.95
    assert 0.1 < world.customers.orders_per_year < 1000


def test_copies_of_rows_change_nothing_but_the_count(tmp_path):
    once = calibrate(written(table(), tmp_path), name="a")
    again = calibrate(written(duplicated(), tmp_path), name="a")
    assert once.world == again.world


def test_a_thousand_customers_once_are_no_regular_buyers(tmp_path):
    fitted = calibrate(written(each_once(), tmp_path))
    assert 0.1 < runs(fitted, tmp_path).customers.orders_per_year < 2
    assert any("of whom" in note and "were seen" in note for note in fitted.notes)


def test_a_huge_customer_does_not_set_the_order_value_of_all(tmp_path):
    plain = calibrate(written(table(), tmp_path)).world["customers"]
    huge = calibrate(written(huge_by_money(), tmp_path)).world["customers"]
    assert huge["order_value_fen"] < 2 * plain["order_value_fen"]
    assert huge["order_value_spread_between"] > plain["order_value_spread_between"]


def test_amounts_are_those_of_the_main_currency(tmp_path):
    plain = table()
    mixed = plain.assign(currency=np.where(plain.index % 5 == 0, "JPY", "CNY"))
    dear, cheap = (
        mixed.assign(amount=plain["amount"].where(mixed["currency"] == "CNY", plain["amount"] * rate))
        for rate in (20, 2_000)
    )
    fitted, other, alone = (calibrate(written(frame, tmp_path)) for frame in (dear, cheap, plain))
    in_yuan, whole = fitted.world["customers"], alone.world["customers"]
    assert in_yuan["order_value_fen"] == pytest.approx(whole["order_value_fen"], rel=0.2)
    assert in_yuan["orders_per_year"] == whole["orders_per_year"]
    # What a yen is worth changes nothing; how large an invoice counts among all does, by less than is known of it.
    assert fitted.payment.theta == pytest.approx(other.payment.theta, rel=1e-6)
    reach = np.sqrt(np.diag(alone.payment.covariance))
    assert (np.abs(fitted.payment.theta - alone.payment.theta) < 0.5 * reach).all()
    assert any(
        note.startswith("amounts are those of the 80% of invoices in CNY; those in JPY")
        for note in fitted.notes
    )
    assert not any("not converted to yuan" in note for note in fitted.notes)


REFUSED = {
    "no paid dates": (lambda: table().assign(paid_date=pd.NaT), "150 undisputed invoices, 0 of them with a payment"),
    "twenty-nine invoices": (lambda: table(29, late=(-10, 0)), "29 undisputed invoices"),
    "one row in another century": (
        lambda: pd.concat([table(), table(1).assign(invoice_id="far", issue_date=FIRST + pd.Timedelta(days=9_000),
                                                    due_date=FIRST + pd.Timedelta(days=9_030), paid_date=pd.NaT)]),
        "1 of 151 invoices are dated .* days or more after all others .*'far'.*slip of the pen",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("ledger", "said"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_calibrated_is_refused_and_nothing_written(ledger, said, tmp_path, capsys):
    path = written(ledger(), tmp_path)
    with pytest.raises(UserError, match=said):
        calibrate(path)
    assert main(["calibrate", str(path), "--out", str(tmp_path / "worlds")]) == 2
    assert "undisputed" in (told := capsys.readouterr().err) or "slip of the pen" in told
    assert not (tmp_path / "worlds").exists()


odd_tables = st.builds(
    lambda **given: given,
    count=st.sampled_from([25, 31, 60, 150]),
    customers=st.sampled_from([1, 2, 5, 60]),
    term=st.sampled_from([0, 1, 30, 400]),
    late=st.sampled_from([(-400, -1), (-30, 0), (0, 1), (1, 5), (-20, 20), (100, 300)]),
    seed=st.integers(0, 999),
)
twists = st.fixed_dictionaries({
    "amount": st.sampled_from([None, 0.01, 1e9]),
    "unpaid": st.sampled_from([0.0, 0.3, 0.6]),
    "same_day": st.booleans(),
    "same_due": st.booleans(),
    "currencies": st.integers(1, 3),
})  # fmt: skip


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(odd_tables, twists)
def test_any_ledger_gives_a_world_that_runs_or_is_refused(tmp_path, shape, twist):
    frame = table(**shape)
    luck = np.random.default_rng(shape["seed"])
    frame["paid_date"] = frame["paid_date"].where(luck.random(len(frame)) >= twist["unpaid"])
    frame["currency"] = luck.choice(["CNY", "USD", "EUR"][: twist["currencies"]], len(frame))
    if twist["amount"]:
        frame["amount"] = twist["amount"]
    if twist["same_day"]:
        frame["issue_date"] = FIRST
    if twist["same_due"]:
        frame["due_date"] = frame["due_date"].max()
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        try:
            fitted = calibrate(written(frame, tmp_path))
        except UserError:
            return
        runs(fitted, tmp_path)
