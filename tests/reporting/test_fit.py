"""What a fitted world tells a credit manager."""

import numpy as np
import pytest

import simkit
from simkit.reporting import fit
from simkit.reporting.texts import LANGUAGES, Language, text
from tests.reporting import fakes


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_degree_of_lateness_has_its_row(language: Language) -> None:
    shown = fit.foretold_table(fakes.Fitted(), language).text
    for value in ("0.81", "0.77", "0.70", "\N{EN DASH}", "1,234"):
        assert value in shown


def test_a_ledger_too_short_to_hold_lines_out_has_one_column() -> None:
    shown = fit.foretold_table(fakes.Fitted(fakes.Validation(samples=("in",))), "en").text
    assert "On the lines of the fit" in shown
    assert "unseen" not in shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_default_is_said_with_and_without_a_customer_master(language: Language) -> None:
    world = simkit.load("params/baseline.yaml")
    plain = fit.default(world, fakes.Fitted(), language).text
    assert "2.0%" in plain
    assert "--customers FILE" in plain
    told = fit.default(world, fakes.Fitted(portfolio=fakes.Portfolio()), language).text
    for shown in ("80", "12", "0.710", "0.620", "0.800", "1.400", "3.10%", "25.00%", "56.00%"):
        assert shown in told
    assert "--customers FILE" not in told
    assert "mean_pd" not in told


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_master_of_few_defaults_is_said_to_have_no_model(language: Language) -> None:
    shown = fit.default(
        simkit.load("params/baseline.yaml"), fakes.Fitted(portfolio=fakes.Portfolio(model=None)), language
    ).text
    assert text("fit.no_model", language) in shown
    assert "<ul" not in shown
    assert "<table" not in shown


def test_draws_of_default_are_told_where_a_customer_master_gives_them() -> None:
    drawn = [
        {"firms": {"default": {"mean_pd": pd, "drivers": {"debt_ratio": 10 * pd}}}}
        for pd in np.linspace(0.01, 0.03, 101)
    ]
    fitted = fakes.Fitted(portfolio=fakes.Portfolio(), draws=drawn)
    shown = fit.default(simkit.load("params/baseline.yaml"), fitted, "en").text
    assert "1.05% a year to 2.95% a year" in shown
    assert "0.105 logit to 0.295 logit" in shown
    assert "current_ratio" not in shown


def test_draws_are_told_as_their_middle_95_percent_and_only_where_they_differ() -> None:
    shown = fit.drawn_table(simkit.load("params/baseline.yaml"), fakes.Fitted(), "payment", "en").text
    assert "world.payment.frailty_sd" in shown
    assert "1.02 logit to 1.98 logit" in shown
    assert "quality_weight" not in shown
    assert "alpha" not in shown
