"""The funnel, fitted: tables of leads from known laws, the engine's own leads, and a real table."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize
from scipy.stats import beta, betabinom

import simkit
from simkit.calibration.funnel_model import fit_funnel
from simkit.calibration.funnel_step import fit_step
from simkit.errors import UserError
from simkit.portfolio.leads_file import Leads
from simkit.scenario.world.funnel import Channels, Funnel

SHARED = Path(__file__).parents[3] / "shared/data/olist_funnel"
START, AS_OF = pd.Timestamp("2023-01-01"), pd.Timestamp("2024-01-01")


def table(seed, chances, leads, scale=40.0, shape=0.7, recorded_from=0, dated_losses=False):
    """Return leads of a year, some of whose ends lie behind the day the table is drawn up."""
    luck = np.random.default_rng(seed)
    channel = luck.choice(list(chances), leads)
    came = luck.integers(0, 365, leads)
    passes = luck.random(leads) < [chances[name] for name in channel]
    ended = came + np.floor(scale * luck.weibull(shape, leads) + 0.5)
    told = (ended <= 365) & (ended >= recorded_from)
    day = START + pd.to_timedelta(ended, unit="D")
    frame = pd.DataFrame({"lead_id": np.arange(leads).astype(str), "channel": channel})
    frame["contact_date"] = START + pd.to_timedelta(came, unit="D")
    frame["won_date"] = pd.Series(day).where(passes & told)
    if dated_losses:
        frame["lost_date"] = pd.Series(day).where(~passes & told)
    return frame


def leads_of(frame):
    return Leads("leads", "0" * 64, frame, [])


@pytest.mark.parametrize(("recorded_from", "dated_losses"), [(0, False), (120, False), (0, True)])
def test_intervals_hold_the_truth_as_often_as_they_say(recorded_from, dated_losses):
    luck = np.random.default_rng(1)
    held, durations = [], []
    for seed in range(12):
        chances = dict(zip("abcdef", luck.beta(3, 12, 6), strict=True))
        frame = table(seed, chances, 1500, recorded_from=recorded_from, dated_losses=dated_losses)
        step = fit_step(frame, "contact_date", "won_date", AS_OF, "leads")
        truth = step.conversion.index.map(chances)
        held += ((step.conversion["low"] <= truth) & (truth <= step.conversion["high"])).tolist()
        durations.append(step.low_days <= 40 * math.gamma(1 + 1 / 0.7) <= step.high_days)
    # 72 and 12 intervals of 95 %: fewer than 61 and 8 right would come less than once in a thousand such tests.
    assert sum(held) >= 61
    assert sum(durations) >= 8


def test_without_censoring_it_is_the_beta_binomial():
    chances = {"a": 0.2, "b": 0.3, "c": 0.1, "d": 0.25}
    frame = table(3, chances, 800, scale=1.0, shape=1.0)
    frame.loc[0, ["contact_date", "won_date"]] = START  # the record begins with the first lead
    step = fit_step(frame, "contact_date", "won_date", AS_OF + pd.Timedelta(days=3000), "leads").conversion

    def deviance(free):
        mean, size = 1 / (1 + math.exp(-free[0])), math.exp(free[1])
        told = betabinom(step["leads"], mean * size, (1 - mean) * size).logpmf(step["passed"]).sum()
        return (free[1] - math.log(30)) ** 2 / (2 * 1.5**2) - told

    best = minimize(deviance, [-1.5, 3.0]).x
    mean, size = 1 / (1 + math.exp(-best[0])), math.exp(best[1])
    law = beta(mean * size + step["passed"], (1 - mean) * size + step["leads"] - step["passed"])
    assert step["mean"].to_numpy() == pytest.approx(law.mean(), rel=1e-3)
    assert step["low"].to_numpy() == pytest.approx(law.ppf(0.025), rel=0.03)
    assert step["high"].to_numpy() == pytest.approx(law.ppf(0.975), rel=0.03)


def test_a_channel_of_few_leads_is_drawn_to_the_others():
    frame = table(4, {"a": 0.15, "b": 0.2, "c": 0.12, "d": 0.18}, 4000)
    few = (
        frame[frame["channel"] == "a"].head(6).assign(channel="new", won_date=START + pd.Timedelta(days=364))
    )
    step = fit_step(pd.concat([frame, few]), "contact_date", "won_date", AS_OF, "leads").conversion
    assert step.loc["new", "passed"] == 6
    assert step.loc["new", "mean"] < 0.6
    assert step.loc["new", "high"] - step.loc["new", "low"] > 2 * (
        step.loc["a", "high"] - step.loc["a", "low"]
    )


def test_the_engines_own_leads():
    overrides = {"run.customers": 1000, "world.customers.new_per_year": 1.0, "policy.funnel.crm_reminder": True,
                 "world.funnel.proposal_days": 9.0, "world.funnel.forgetting_days": 0.0,
                 "world.reps.selling_response": 0.0, "world.reps.quits_when_sanctioned": 0.0}  # fmt: skip
    scenario = simkit.load("params/baseline.yaml", overrides=overrides)
    made = simkit.simulate(scenario).leads
    lost = made["decided_date"].where((made["outcome"] == "lost") & made["application_date"].isna())
    names = {"customer_id": "lead_id", "arrival_date": "contact_date"}
    frame = made.rename(columns=names).assign(lost_date=lost)
    frame = frame[
        [
            "lead_id",
            "channel",
            "contact_date",
            "qualified_date",
            "proposal_date",
            "application_date",
            "lost_date",
        ]
    ]
    frame["lead_id"] = frame["lead_id"].astype(str)
    dates = [name for name in frame if name.endswith("_date")]
    frame[dates] = frame[dates].astype("datetime64[ns]")
    fit = fit_funnel(leads_of(frame), Funnel())
    truth = scenario.world.funnel
    for name, channel in truth.channels:
        for stage, step in zip(("qualified", "proposal", "negotiation"), fit.steps.values(), strict=True):
            row = step.conversion.loc[name]
            widened = 0.5 * (row["high"] - row["low"])
            assert row["low"] - widened < getattr(channel, stage) < row["high"] + widened, (name, stage)
    assert fit.world["proposal_days"] == pytest.approx(9.0, rel=0.1)
    assert fit.world["negotiation_days"] == pytest.approx(truth.negotiation_days, rel=0.1)
    applied = frame["application_date"].notna().sum() / (scenario.run.horizon_days / 365)
    assert fit.applications_per_year == pytest.approx(applied, rel=0.1)
    Funnel.model_validate({**truth.model_dump(), **fit.world})


def test_channels_are_known_by_words_and_the_rest_left_out():
    frame = table(5, {"Paid search": 0.2, "上海展会": 0.3, "other": 0.1}, 3000)
    fit = fit_funnel(leads_of(frame), Funnel())
    channels = Channels.model_validate(fit.world["channels"])
    assert channels.partners == Funnel().channels.partners.model_copy(update={"share": 0.0})
    assert channels.trade_fairs.share == pytest.approx(0.6, abs=0.06)
    online = channels.online_ads
    assert online.qualified * online.proposal * online.negotiation == pytest.approx(0.2, abs=0.04)
    assert (online.proposal, online.negotiation) == (0.7, 0.65)
    assert fit.world["negotiation_days"] == pytest.approx(3 * fit.world["proposal_days"])
    assert any("other (no channel of the engine: left out)" in note for note in fit.notes)
    assert "channels no lead came through, whose share of applications is 0: partners" in fit.notes


def test_more_passes_than_the_base_worlds_later_stages_let_through():
    fit = fit_funnel(leads_of(table(6, {"referral": 0.9}, 500, scale=5.0)), Funnel())
    partners = Channels.model_validate(fit.world["channels"]).partners
    assert partners.qualified * partners.proposal * partners.negotiation == pytest.approx(0.9, abs=0.05)


def test_refusals():
    with pytest.raises(UserError, match="leads: no channel is known by its name \\(x, y\\)"):
        fit_funnel(leads_of(table(7, {"x": 0.5, "y": 0.5}, 200)), Funnel())
    with pytest.raises(UserError, match="leads: 0 leads with a won_date are too few; at least 5"):
        fit_funnel(leads_of(table(8, {"web": 0.0}, 200)), Funnel())


def test_real_leads_foretell_the_next_months():
    if not SHARED.exists():
        pytest.skip(f"{SHARED} is not here: real leads are kept beside the repository")
    leads = pd.read_csv(SHARED / "leads.csv.gz", parse_dates=["first_contact_date"])
    won = pd.read_csv(SHARED / "closed_deals.csv.gz", parse_dates=["won_date"])
    frame = leads.merge(won[["mql_id", "won_date"]], on="mql_id", how="left")
    frame = frame.rename(
        columns={"mql_id": "lead_id", "origin": "channel", "first_contact_date": "contact_date"}
    )
    frame["channel"] = frame["channel"].fillna("unknown")
    frame["won_date"] = frame["won_date"].dt.normalize()
    cut = pd.Timestamp("2018-04-01")
    known = frame[frame["contact_date"] <= cut].assign(
        won_date=frame["won_date"].where(frame["won_date"] <= cut)
    )
    step = fit_step(known, "contact_date", "won_date", cut, "leads")
    chance = known["channel"].map(step.conversion["mean"]).to_numpy()
    waited = (cut - known["contact_date"]).dt.days.to_numpy(float)
    open_ = known["won_date"].isna().to_numpy()
    before = step.passed_by(waited)
    coming = chance * (step.passed_by(waited + 60) - before) / (1 - chance * before)
    came = ((frame["won_date"] > cut) & (frame["won_date"] <= cut + pd.Timedelta(days=60))).sum()
    assert coming[open_].sum() == pytest.approx(came, rel=0.35)
