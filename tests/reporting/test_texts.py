"""Both languages say the same things, everything said is in the catalogue, and nothing there is unsaid."""

import re
from pathlib import Path
from string import Formatter

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from simkit.errors import UserError
from simkit.outcomes.definitions import DEFINITIONS
from simkit.reporting import texts
from simkit.reporting.assumptions import DISTRIBUTION, parameters, translations
from simkit.reporting.markup import element
from simkit.reporting.measures import MEASURES
from simkit.reporting.pages import WORDS
from simkit.reporting.texts import LANGUAGES, Language, catalogue, language_of, text
from simkit.scenario import Policy, Run, Scenario, World, describe
from simkit.scenario.reference import choices, model_in

ROOT = Path(__file__).parents[2]
SOURCES = [*(ROOT / "simkit" / "reporting").glob("*.py"), *(ROOT / "notebooks").glob("*.py")]
ASKS = r"(?:(?<![\w.])(?:text|say|filled|_words)|catalogue\(language\)\.get)"
CALL = re.compile(ASKS + r"""\(\s*(f?)(["'])(.+?)\2""")
FAMILIES = ("page_title", "question")  # of a notebook's name, given as two words


def said() -> list[str]:
    """Return a pattern for every key that the package and the notebooks ask for."""
    found = []
    for path in SOURCES:
        for formatted, _, key in CALL.findall(path.read_text("utf-8")):
            literal = re.escape(key) if not formatted else re.sub(r"\\\{.*?\\\}", ".+", re.escape(key))
            if key in FAMILIES:
                literal += r"\..+"
            if literal != r".+\..+":
                found.append(literal)
    found += [r"executive\.(calibrated|assumed)", r"verdict\.(replications|one_replication|and|but)"]
    return [*found, r"number\.money_(small|middle|large|bare)", r"unit\..+", r"choice\..+"]


def test_both_languages_have_the_same_keys() -> None:
    assert set(catalogue("en")) == set(catalogue("zh"))


@pytest.mark.parametrize("key", sorted(catalogue("en")))
def test_both_languages_take_the_same_values(key: str) -> None:
    english, chinese = (
        {name for _, name, _, _ in Formatter().parse(catalogue(language)[key]) if name}
        for language in LANGUAGES
    )
    assert english == chinese


def test_every_key_is_used_and_every_used_key_exists() -> None:
    keys, patterns = sorted(catalogue("en")), [re.compile(pattern) for pattern in said()]
    assert [key for key in keys if not any(pattern.fullmatch(key) for pattern in patterns)] == []
    assert [pattern.pattern for pattern in patterns if not any(pattern.fullmatch(key) for key in keys)] == []


def test_a_scan_would_notice_a_key_that_is_gone() -> None:
    assert len(said()) > 60
    assert r"compare\.failed" in said()


@pytest.mark.parametrize("language", LANGUAGES)
def test_families_of_keys_are_whole(language: Language) -> None:
    words = catalogue(language)
    rows = [row for model in (Policy, World, Run) for row in describe(model)]
    wanted = {f"measure.{name}" for name in MEASURES}
    wanted |= {f"unit_name.{row.unit}" for row in rows if row.unit}
    wanted |= {f"source.{row.source}" for row in rows if row.source} | {"source.scenario", "source.ledger"}
    wanted |= {f"page.{word}" for word in WORDS}
    wanted |= {
        f"section.{'.'.join(row.path.split('.')[:2])}"
        for row in parameters(Scenario(name="x"))
        if row.path[:4] != "run."
    }
    wanted |= {
        f"unit.{kind}" for kind in ("points", *{measure.kind for measure in MEASURES.values()} - {"money"})
    }
    assert wanted <= set(words)


def test_measures_are_outcomes() -> None:
    assert set(MEASURES) <= set(DEFINITIONS)


def test_choices_of_parameters_are_worded() -> None:
    found = {
        choice
        for model in models(Scenario)
        for field in model.model_fields.values()
        for choice in choices(field.annotation)
    }
    assert found
    assert {f"choice.{choice}" for choice in found} <= set(catalogue("zh"))


def models(model: type) -> set[type]:
    """Return a model and every model inside it."""
    inner = {model_in(field.annotation) for field in model.model_fields.values()} - {None}
    return {model}.union(*(models(found) for found in inner))


def test_shipped_names_are_translated() -> None:
    files = [ROOT / "params" / "baseline.yaml", *(ROOT / "params" / "policies").glob("*.yaml")]
    names = {yaml.safe_load(file.read_text("utf-8"))["name"] for file in files}
    for file in (ROOT / "params" / "sweeps").glob("*.yaml"):
        grid = yaml.safe_load(file.read_text("utf-8"))["grid"]
        names |= {setting["label"] for settings in grid.values() for setting in settings}
    assert {name for name in names if f"name.{name}" not in catalogue("zh")} == set()


def test_every_parameter_is_described_in_chinese() -> None:
    wanted = {row.description.partition(DISTRIBUTION)[0] for row in parameters(Scenario(name="x"))}
    assert {words for words in wanted if words not in translations()} == set(), (
        "add them to messages/parameters_zh.yaml"
    )
    assert {words for words in translations() if words not in wanted} == set(), (
        "no parameter has these any more"
    )


def test_notebooks_are_named() -> None:
    stems = {path.stem for path in (ROOT / "notebooks").glob("*.ipynb")}
    assert stems
    assert {f"{family}.{stem}" for family in FAMILIES for stem in stems} <= set(catalogue("en"))


@pytest.mark.parametrize("given", ["fr", "EN", "", "zh-CN"])
def test_an_unknown_language_is_a_user_error(given: str) -> None:
    with pytest.raises(UserError, match=r"is not known; allowed are en, zh"):
        language_of(given)


def test_known_languages() -> None:
    assert [language_of(name) for name in ("en", "zh")] == ["en", "zh"]


def test_a_missing_key_or_value_is_a_mistake_of_the_program() -> None:
    with pytest.raises(KeyError):
        text("no.such.key", "en")
    with pytest.raises(KeyError):
        text("number.points", "en")


@pytest.mark.parametrize(
    ("value", "digits", "signed", "shown"),
    [
        (1234567.891, 0, False, "1,234,568"),
        (-0.04, 1, True, "0.0"),
        (-0.05001, 1, True, "−0.1"),
        (0.25, 1, True, "+0.2"),
        (float("nan"), 1, True, "–"),
        (float("inf"), 0, False, "–"),
    ],
)
def test_numbers(value: float, digits: int, signed: bool, shown: str) -> None:
    assert texts.number(value, digits, signed) == shown


@pytest.mark.parametrize(
    ("fen", "english", "chinese"),
    [
        (0, "¥0", "0 元"),
        (99_900, "¥999", "999 元"),
        (100_000, "¥1.00 thousand", "1,000 元"),
        (1_234_500, "¥12.3 thousand", "1.23 万元"),
        (123_456_789, "¥1.23 million", "123.5 万元"),
        (-1_234_567_890_00, "−\u2060¥1,235 million", "−\u206012.3 亿元"),
        (float("nan"), "¥–", "– 元"),
    ],
)
def test_money_is_counted_as_readers_count_it(fen: float, english: str, chinese: str) -> None:
    assert (texts.yuan(fen, "en"), texts.yuan(fen, "zh")) == (english, chinese)


def test_a_range_of_money_has_one_unit() -> None:
    assert (
        texts.yuan_range(-5_000_000, 123_456_789, "en", signed=True) == "−\u2060¥0.05 to +\u2060¥1.23 million"
    )
    assert texts.yuan_range(1_000_000, 2_000_000, "zh") == "1.00 至 2.00 万元"


@given(st.floats(-1e15, 1e15), st.sampled_from(LANGUAGES))
def test_money_keeps_its_size(fen: float, language: Language) -> None:
    written = texts.yuan(fen, language).replace("−\u2060", "-").replace(",", "")
    value = float(re.search(r"-?[\d.]+", written.replace("¥", ""))[0])  # type: ignore[index]
    words = {" thousand": 1e3, " million": 1e6, "万": 1e4, "亿": 1e8}
    scale = next((size for word, size in words.items() if word in written), 1)
    assert value * scale == pytest.approx(fen / 100, rel=0.006, abs=0.51)


def test_shares_points_days_and_lists() -> None:
    assert texts.percent(0.12345) == "12.3%"
    assert texts.percent(float("nan")) == "–"
    assert texts.points(-0.031, "en") == "−3.1 points"
    assert texts.points(0.031, "zh", signed=False) == "3.1 个百分点"
    assert texts.days(3.14, "en") == "3.1 days"
    assert [texts.listing(list("abc"[:n]), "en") for n in range(4)] == ["", "a", "a and b", "a, b and c"]
    assert texts.listing(["甲", "乙", "丙"], "zh") == "甲、乙和丙"


def test_scenario_names_are_translated_part_by_part() -> None:
    assert texts.scenario_name("Status quo", "zh") == "现状"
    assert texts.scenario_name("loose · my own", "zh") == "宽松分级 · my own"
    assert texts.scenario_name("My plan", "zh") == "My plan"


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp", "Zs"]), min_size=1))
def test_markdown_shows_a_value_letter_by_letter(value: str) -> None:
    rendered = MarkdownIt("commonmark").render(texts.plain(value))
    assert re.findall(r"<(?!/?p>)", rendered) == []
    inner = rendered.removeprefix("<p>").removesuffix("</p>\n")
    assert inner == MarkdownIt("commonmark").renderInline("x")[:-1] + _escaped(value)


def _escaped(value: str) -> str:
    return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def test_a_message_with_values_cannot_become_markup() -> None:
    said_ = texts.say("executive.next_improves", "en", name="<b>*x*\n\n# y").data
    rendered = MarkdownIt("commonmark").render(said_)
    assert "<b>" not in rendered
    assert "<em>" not in rendered
    assert "<h1>" not in rendered


def test_filled_escapes_text_and_keeps_markup() -> None:
    made = texts.filled("verdict.nothing", "en", status_quo=element("strong", "<x>"))
    assert "<strong>&lt;x&gt;</strong>" in made.source
