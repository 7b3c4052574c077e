from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import simkit
from simkit.calibration.person_periods import OPEN
from simkit.calibration.simulated_match import _HEAVIEST, Hazards, match, simulated_lines
from simkit.calibration.validation import TIMING, timing
from simkit.engine.simulation import simulate
from simkit.portfolio.synthetic import draw_customers
from simkit.scenario.draws import laid_over

BASELINE = Path(__file__).parents[2] / "params/baseline.yaml"
EPOCH = pd.Timestamp(0)


@pytest.fixture(scope="module")
def company():
    """The status quo with few customers who order often, and no default to blur what is compared."""
    scenario = simkit.load(
        BASELINE,
        overrides={
            "run.customers": 60,
            "run.regions": ["one"],
            "world.customers.orders_per_year": 24.0,
            "world.customers.orders_shape": 5.0,
            "world.payment.quality_weight": 0.0,
            "world.payment.frailty_sd": 0.7,
        },
    )
    return scenario.model_copy(update={"policy": scenario.status_quo})


@pytest.fixture(scope="module")
def result(company):
    return simulate(company, replication=3)


def test_simulated_lines_show_what_a_ledger_would(result):
    lines = simulated_lines(result, since_day=0)
    balances = result.receivables[result.receivables["kind"] == "balance"].reset_index(drop=True)
    assert len(lines) == len(balances)
    instalments = result.receivables[result.receivables["kind"] == "instalment"].groupby("order_id")
    seen = set()
    for line, balance in zip(lines.itertuples(), balances.itertuples(), strict=True):
        assert EPOCH + pd.Timedelta(days=line.issue) == balance.issue_date
        assert EPOCH + pd.Timedelta(days=line.due) == balance.due_date
        assert line.first == line.issue + 1
        paid = balance.paid_date
        if balance.status == "rescheduled":
            parts = instalments.get_group(balance.order_id)
            paid = parts["paid_date"].max() if (parts["status"] == "paid").all() else pd.NaT
        last = line.due + result.scenario.status_quo.collections.write_off_days
        expected = OPEN if pd.isna(paid) or (paid - EPOCH).days > last else (paid - EPOCH).days
        assert line.amount_fen == balance.amount_fen
        assert line.end == min(last, (result.daily["date"].max() - EPOCH).days)
        assert line.paid == expected
        assert line.paid_share == (expected < OPEN)
        seen.add((balance.status, line.paid_share))
    assert seen >= {
        ("paid", 1.0),
        ("rescheduled", 1.0),
        ("rescheduled", 0.0),
        ("open", 0.0),
        ("written_off", 0.0),
    }


def test_lost_lines_are_left_out_of_an_extract_of_settled_ones(result):
    everything = simulated_lines(result)
    settled = simulated_lines(result, settled_only=True)
    balances = result.receivables[result.receivables["kind"] == "balance"]
    defaulted = result.customers.dropna(subset="default_date")["customer_id"]
    assert len(settled) < len(everything)
    assert (settled["paid"] < OPEN).sum() == (everything["paid"] < OPEN).sum()
    lost = (balances["status"] == "written_off") | balances["customer_id"].isin(defaulted)
    assert len(everything) - len(settled) <= lost.sum()


def test_lines_of_the_first_days_are_left_out(result):
    start = (pd.Timestamp(result.scenario.run.start_date) - EPOCH).days
    assert simulated_lines(result)["issue"].min() >= start + 240
    assert simulated_lines(result, since_day=0)["issue"].min() < start + 240


def test_each_tenth_of_habits_weighs_what_it_is_expected_to_order(result):
    lines = simulated_lines(result, since_day=0)
    balances = result.receivables[result.receivables["kind"] == "balance"]
    weight = (
        pd.Series(lines["weight"].to_numpy(), index=balances["customer_id"].to_numpy())
        .groupby(level=0)
        .first()
    )
    drawn = draw_customers(result.scenario, result.replication).set_index("customer_id").loc[weight.index]
    orders = drawn["orders_per_year"] * (970 - drawn["arrival_day"].clip(lower=0))
    # Customers of one tenth share a weight; weighted, each tenth orders as much, but for those who never order, and for
    # a tenth with so few customers that its weight meets the bound.
    by_tenth = (orders * weight).groupby(weight.round(9)).sum()
    assert len(by_tenth) == 10
    unbound = by_tenth[by_tenth.index < _HEAVIEST]
    assert len(unbound) >= 9
    assert unbound.max() < 1.1 * unbound.min()
    assert by_tenth.max() < 1.1 * unbound.min()
    frailty = drawn["frailty"].groupby(weight.round(9)).agg(["min", "max"]).sort_values("min")
    assert (frailty["max"].to_numpy()[:-1] < frailty["min"].to_numpy()[1:]).all()


def test_hazards_by_hand():
    lines = pd.DataFrame({"customer": 0, "issue": 0, "due": 3, "first": 1, "paid": [3, 5, OPEN], "end": 9})
    lines = lines.assign(paid_share=[1.0, 1.0, 0.0], weight=[1.0, 2.0, 1.0])
    found = Hazards.of(lines, (0, 1, 50))
    np.testing.assert_allclose(found.days, [8, 4, 2 * 2 + 6, 0])
    np.testing.assert_allclose(found.payments, [0, 1, 2, 0])
    np.testing.assert_allclose(found.rate, [0, 1 / 4, 2 / 10, np.nan])
    assert np.isfinite(found.smooth_logit).all()


def test_merged_world_is_checked(company):
    changed = laid_over(company.world, {"payment": {"frailty_sd": 0.25}})
    assert changed.payment.frailty_sd == 0.25
    assert changed.customers == company.world.customers
    with pytest.raises(ValueError, match="frailty_sd"):
        laid_over(company.world, {"payment": {"frailty_sd": -1.0}})


def test_a_wrong_world_is_brought_to_the_ledger(company):
    """The ledger comes from the engine itself; bucket effects a full logit off must come back."""
    ledger = pd.concat([simulated_lines(simulate(company, replication=number)) for number in (50, 51)])
    truth = np.array(company.world.payment.alpha)
    wrong = laid_over(company.world, {"payment": {"alpha": [float(value) for value in truth - 1.0]}})
    found = match(ledger, wrong, company.status_quo, company.run, lines_a_round=2000)
    told = found.timing.set_index("measure")
    assert list(told.index) == list(TIMING)
    assert told.loc["late_share", "ledger"] == timing(ledger)["late_share"]
    first = found.rounds.iloc[0]
    assert abs(first["late_share"] - told.loc["late_share", "ledger"]) > 0.08
    assert abs(told.loc["late_share", "simulated"] - told.loc["late_share", "ledger"]) < 0.03
    assert abs(told.loc["days_late_mean", "simulated"] - told.loc["days_late_mean", "ledger"]) < 3
    off = np.abs(found.alpha - truth)
    assert off[:14].max() < 0.3  # up to half a year late
    # Few simulated lines get older, and the ledger was watched for longer: there the start, 1 off, is kept or bettered.
    assert off[14] < 1.25
    assert (found.timing["low"] <= found.timing["simulated"]).all()
    assert found.rounds["largest_step"].iloc[-1] < found.rounds["largest_step"].iloc[0] / 2


@pytest.mark.parametrize("paid", [-3, 4], ids=["nobody late", "nobody early"])
def test_a_ledger_of_one_kind_moves_no_bucket_it_is_silent_on(company, paid):
    issue = 20_000 + np.arange(60)
    lines = pd.DataFrame({"customer": 0, "issue": issue, "due": issue + 30, "first": issue + 1})
    lines = lines.assign(paid=issue + 30 + paid, end=21_000, paid_share=1.0, weight=1.0)
    found = match(lines, company.world, company.status_quo, company.run, lines_a_round=300)
    start = np.array(company.world.payment.alpha)
    told = Hazards.of(lines, tuple(company.world.payment.bucket_starts)).payments > 0
    assert (found.alpha[~told] == start[~told]).all()
    assert (found.alpha[told] != start[told]).any()
    assert np.isfinite(found.alpha).all()
