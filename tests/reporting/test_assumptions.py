"""Parameters are shown with their value, unit and source, whatever the scenario."""

from pathlib import Path

import pytest
import yaml

from simkit.reporting.assumptions import (
    SAME,
    assumptions,
    calibrated_paths,
    changes,
    counts,
    description,
    fitted_parameters,
    parameters,
    source_of,
    value_of,
)
from simkit.reporting.texts import LANGUAGES, Language
from simkit.scenario import Policy, Scenario
from simkit.scenario.policy.contract import Contract
from tests.reporting.fakes import HOSTILE

TODAY = Scenario(name="Status quo")
LONGER = Scenario(name=HOSTILE[0], policy=Policy(contract=Contract(term_days=45, prepayment_share=0.0)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_parameter_is_shown_once(language: Language) -> None:
    shown = assumptions(TODAY, language).source
    for row in parameters(TODAY):
        assert shown.count(f"<code>{row.path}</code>") == 1
    assert shown.count("<details>") > 10


def test_sections_can_be_chosen() -> None:
    shown = assumptions(TODAY, "en", sections=("world.funnel", "run")).source
    assert shown.count("<details>") == 2
    for row in parameters(TODAY):
        chosen = row.path.startswith(("world.funnel.", "run."))
        assert shown.count(f"<code>{row.path}</code>") == chosen


def test_sources_are_told_apart() -> None:
    rows = {row.path: row for row in parameters(LONGER)}
    assert source_of(rows["policy.contract.term_days"]) == "scenario"
    assert source_of(rows["policy.contract.penalty_share"]) == "handbook"
    assert source_of(rows["world.payment.alpha"]) == "assumption"
    assert source_of(rows["world.payment.alpha"], ["world.payment.alpha"]) == "ledger"
    assert source_of(rows["world.payment.grade.A"], ["world.payment.grade"]) == "ledger"
    assert source_of(rows["world.payment.grade.A"], ["world.payment.gra"]) == "assumption"


def test_counts_add_up() -> None:
    before, after = counts(TODAY), counts(TODAY, ["world.payment"])
    assert int(before["all"]) == len(parameters(TODAY))
    assert int(after["assumed"]) < int(before["assumed"])
    assert counts(LONGER)["scenario"] == "2"


def test_only_what_differs_is_listed_with_a_dot_for_the_same() -> None:
    third = Scenario(name="Third", policy=Policy(contract=Contract(term_days=60)))
    shown = changes([TODAY, LONGER, third], "en")
    assert shown.source.count("<tr>") == 3
    assert "policy.contract.prepayment_share30%0%" + SAME in shown.text
    assert "policy.contract.term_days30 days45 days60 days" in shown.text
    assert "<script" not in shown.source


def test_paths_of_a_calibrated_world(tmp_path: Path) -> None:
    file = tmp_path / "world.yaml"
    file.write_text(yaml.safe_dump({"world": {"payment": {"alpha": [1.0]}, "customers": {"terms": []}}}))
    assert set(calibrated_paths(file)) == {"world.payment.alpha", "world.customers.terms"}
    assert calibrated_paths(None) == []


def test_fitted_parameters_are_the_ledgers() -> None:
    shown = fitted_parameters(TODAY, "en", ["world.payment.alpha", "world.payment.frailty_sd"])
    assert shown.source.count("<tr>") == 3
    assert shown.text.count("your ledger") == 2


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        ("0.3", "share", "30%"),
        ("0.0005", "share/day", "0.05% a day"),
        ("6000000", "fen", "¥60.0 thousand"),
        ("1", "days", "1 day"),
        ("2", "days", "2 days"),
        ("-0.4", "logit/30 days", "−0.4 logit per 30 days"),
        ("20250101", "-", "20250101"),
        ("1234", "customers", "1,234 customers"),
        ("true", "-", "yes"),
        ("false", "-", "no"),
        ("", "-", "–"),
        ("null", "-", "–"),
        ("credit", "-", "on credit"),
        ("2025-01-01", "date", "2025-01-01"),
        ('["East", "West"]', "-", "East, West"),
        ("[0.92, 1.08]", "factor", "0.92, 1.08"),
        ("[[0.0, 100], [0.2, 80]]", "score", "0, 100; 0.2, 80"),
        ('[{"days": 30, "share": 0.15}]', "", "days 30, share 0.15"),
        (0.25, "unheard of", "0.25 unheard of"),
    ],
)
def test_values_are_written_for_people(value: object, unit: str, shown: str) -> None:
    assert value_of(value, unit, "en") == shown


def test_descriptions_are_translated_and_distributions_by_their_subject() -> None:
    assert description("Weight of character.", "en") == "Weight of character."
    assert description("Weight of character.", "zh") == "品格的权重。"
    assert description("Sales / receivables: values at the cumulative shares 0%, 1% of firms", "zh") == (
        "销售额／应收账款：在企业中的分布"
    )
    assert description("Something new.", "zh") == "Something new."
