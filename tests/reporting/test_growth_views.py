"""What people read of a growth programme: answer, target, costs, tiers and funnel, against the numbers behind it."""

import math
import re

import numpy as np
import pandas as pd
import pytest

from simkit.experiments.compare import Comparison
from simkit.outcomes.profit import Profit
from simkit.reporting import earnings, funnel, growth, profit, tiers
from simkit.reporting.markup import Html
from simkit.reporting.texts import LANGUAGES, Language
from tests.reporting import fake_runs as fake
from tests.reporting.fakes import HOSTILE

TODAY, REMINDER, RFM, ALL, WHOLE = (
    "as today",
    "CRM reminder",
    "RFM treatments",
    "full programme",
    "Dual wheel",
)
NAMES = (TODAY, REMINDER, RFM, ALL, WHOLE)
NAN = float("nan")
UNSURE = [0.3, -0.2, 0.05]
PARTS = {
    "growth_new_customers": 0.2,
    "growth_repurchase": 0.25,
    "growth_order_value": -0.04,
    "growth_other": 0.0,
}


def compared(
    values: dict[str, dict[str, float | list[float]]] | None = None,
    owner: str | None = "sales_director",
    reached: object = True,
    gains: tuple[float | None, ...] = (500_00, 100_00, 200_00, 50_00),
    **tables: pd.DataFrame,
) -> Comparison:
    policies: dict[str, dict[str, object]] = {
        REMINDER: {"policy__funnel__crm_reminder": True},
        RFM: {"policy__segments__dormant__discount_share": 0.2},
        ALL: {"policy__funnel__crm_reminder": True, "policy__segments__dormant__discount_share": 0.2},
        WHOLE: {"policy__contract__term_days": 20},
    }
    scenarios = [fake.scenario(name, **policies.get(name, {})) for name in NAMES]
    effects: dict[str, dict[str, float | list[float]]] = {
        TODAY: {"sales_growth": 0.04, "profit_fen": 3e9},
        REMINDER: {"sales_growth": 0.11, "profit_fen": 3.2e9},
        RFM: {"sales_growth": 0.20, "profit_fen": 2.2e9},
        ALL: {"sales_growth": 0.45, "profit_fen": 2.4e9, "target_gap": 0.15, **PARTS},
        WHOLE: {"sales_growth": 0.01, "profit_fen": 1.7e9},
    }
    for name, given in (values or {}).items():
        effects[name] = effects[name] | given
    made = {
        "growth": fake.repeated(fake.growth_rows(dict.fromkeys(NAMES, (0.13, -0.07, -0.02, 0.0)))),
        "key_results": fake.repeated(fake.key_result_rows(NAMES, owner, reached)),
        "tiers": fake.repeated(
            [
                row
                for name in NAMES
                for row in fake.tier_rows(name, (0.1, 0.2, 0.3, 0.3, 0.1), 0.7 if name == RFM else 0.5)
            ]
        ),
        **fake.funnel_tables(NAMES, gains),
    }
    return fake.comparison(scenarios, effects, made | tables)


def programme(**given: object) -> growth.Programme:
    return growth.Programme(compared(**given), ALL, WHOLE)  # type: ignore[arg-type]


def test_the_programme_knows_its_scenarios() -> None:
    made = programme()
    assert (made.today, made.single, made.shown) == (TODAY, (REMINDER, RFM), (TODAY, ALL, WHOLE))
    assert [made.measure_of(section) for section in ("funnel", "segments", "credit")] == [REMINDER, RFM, ALL]


def test_a_difference_is_paired_and_leaves_out_what_is_undefined() -> None:
    made = programme(
        values={
            TODAY: {"orders": [1, NAN, 3], "leads": [1, 1, 1]},
            ALL: {"orders": [4, 9, 8], "leads": [2, 2, 2]},
        }
    )
    found = made.difference(ALL, "orders")
    half = 12.706 * np.std([3, 5], ddof=1) / math.sqrt(2)
    assert found.mean == 4
    assert found.high == pytest.approx(4 + half, rel=1e-4)
    assert made.difference(ALL, "orders", "leads").mean == 5


def test_the_answer_says_growth_its_sources_the_target_and_the_profit() -> None:
    assert growth.answer(programme(), "en").text == (
        "Full programme raises sales growth by 41.0 points (41.0 to 41.0 points): repurchase +25.0 points, "
        "new customers +20.0 points, other 0.00 points and order value −4.0 points. Growth comes to 45.0%, "
        "surely above the target of 30.0%; profit falls by ¥6.00 million a year (¥6.00 to ¥6.00 million). "
        "Taken alone, RFM treatments adds most growth (+16.0 points) and CRM reminder most profit (+⁠¥2.00 million)."
    )


@pytest.mark.parametrize(
    ("gap", "said"),
    [(-0.1, "surely below the target of 30.0%"), (UNSURE, "not surely different from the target of 30.0%")],
)
def test_the_answer_says_where_the_target_was_missed(gap: float | list[float], said: str) -> None:
    assert said in growth.answer(programme(values={ALL: {"target_gap": gap}}), "en").text


@pytest.mark.parametrize(
    ("growth_of", "profit_of", "said"),
    [
        (
            0.2,
            1e9,
            r"Taken alone, RFM treatments adds most growth \(\+16.0 points\); no measure surely adds profit\.",
        ),
        (
            UNSURE,
            4e9,
            r"Taken alone, RFM treatments adds most profit \(.*\); no measure surely adds growth\.",
        ),
        (UNSURE, 1e9, r"Taken alone, no measure surely adds growth or profit\."),
    ],
)
def test_only_what_is_sure_is_called_most(
    growth_of: float | list[float], profit_of: float, said: str
) -> None:
    values = {
        REMINDER: {"sales_growth": UNSURE, "profit_fen": 3e9},
        RFM: {"sales_growth": growth_of, "profit_fen": profit_of},
    }
    assert re.search(said, growth.answer(programme(values=values), "en").text)


def test_bars_of_growth_sum_to_the_whole_and_the_unassigned_part_stays() -> None:
    made = growth.growth_stacks(programme(), "en")
    assert [stack.name for stack in made] == [
        "Target",
        "As today",
        "CRM reminder",
        "RFM treatments",
        "Full programme",
        "Dual wheel",
    ]
    assert list(made[0].parts.values()) == pytest.approx([12.0, 7.5, 3.0, 7.5])
    assert made[0].shown == "+30.0"
    for stack in made:
        assert sum(stack.parts.values()) == pytest.approx(stack.whole)
        assert set(stack.parts) == set(growth.part_colours("en"))
    assert growth.assigned(programme()) == {"assigned": "75%", "unassigned": "25%"}


def test_an_undefined_growth_has_no_bar_and_a_dash() -> None:
    rows = fake.growth_rows({name: (NAN,) * 4 if name == TODAY else (0.1, 0.0, 0.0, 0.0) for name in NAMES})
    made = programme(growth=fake.repeated(rows))
    assert "As today" not in [stack.name for stack in growth.growth_stacks(made, "en")]
    assert "nan" not in growth.targets_table(made, "en").text
    assert "–" in growth.targets_table(made, "en").text


def cells(shown: Html) -> list[list[str]]:
    """Return the words of a table's cells, row by row, notes after a bar."""
    rows = re.findall(r"<tr>(.*?)</tr>", shown.source)
    split = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in rows]
    return [[Html(cell.replace('<div class="note">', "|")).text for cell in row] for row in split]


def test_the_table_of_the_target_shows_shares_that_sum_to_the_whole() -> None:
    shown = cells(growth.targets_table(programme(), "en"))
    assert [row[1] for row in shown[1:]] == ["40%", "25%", "10%", "25%", "100%"]
    assert shown[1][2:4] == ["+12.0", "+13.0"]
    assert shown[-1][2:4] == ["+30.0", "+4.0"]


@pytest.mark.parametrize(
    ("owner", "said"), [("sales_director", "sales director"), (HOSTILE[0], HOSTILE[0]), (None, "the company")]
)
def test_key_results_name_their_owner(owner: str | None, said: str) -> None:
    shown = growth.key_results_table(programme(owner=owner), "en")
    assert [row[:3] for row in cells(shown)[1:]] == [
        ["Sales growth", "the company", "40.0%"],
        ["Repurchase rate", said, "40.0%"],
    ]
    assert "<script" not in shown.source


@pytest.mark.parametrize(
    ("reached", "count"), [(True, 3), (np.True_, 3), (1.0, 3), (False, 0), (None, 0), (NAN, 0)]
)
def test_key_results_count_the_years_in_which_they_were_reached(reached: object, count: int) -> None:
    shown = cells(growth.key_results_table(programme(reached=reached), "en"))
    assert shown[1][3] == f"4.0%|4.0% to 4.0%|reached in {count} of 3 years"


def test_parts_of_profit_sum_to_it() -> None:
    rng = np.random.default_rng(3)
    names = [name for name in Profit.__annotations__ if name != "profit_fen"]
    values = {}
    for scenario in NAMES:
        drawn = {
            name: rng.integers(0, 10**9, fake.REPLICATIONS).tolist() for name in [*names, "discount_fen"]
        }
        profits = [
            Profit(**{name: drawn[name][place] for name in names}).profit_fen
            for place in range(fake.REPLICATIONS)
        ]
        values[scenario] = drawn | {"profit_fen": profits}
    made = programme(values=values)
    for name in NAMES[1:]:
        assert sum(profit.changes(made.compared, name, earnings.COSTS).values()) == pytest.approx(
            made.difference(name, "profit_fen").mean
        )
    for stack in profit.profit_stacks(made.compared, profit.OF_GROWTH, "en"):
        assert sum(stack.parts.values()) == pytest.approx(stack.whole)
        assert set(stack.parts) == set(profit.part_colours(profit.OF_GROWTH, "en"))


def test_the_cost_table_has_one_unit_and_profit_for_a_point_of_growth() -> None:
    values = {RFM: {"discount_fen": 9e8, "gross_profit_fen": -9e8}}
    shown = cells(earnings.cost_table(programme(values=values), "en"))
    assert shown[0][0] == "Measure"
    rfm = next(row for row in shown if row[0] == "RFM treatments")
    assert rfm[1] == "+16.0|+16.0 to +16.0"
    assert rfm[2:4] == ["0.00", "−9.00"]
    assert rfm[-2:] == ["−8.00|−8.00 to −8.00", "−0.50"]
    assert shown[-1][-1] == "–"
    chinese = cells(earnings.cost_table(programme(values=values), "zh"))
    assert next(row for row in chinese if row[0] == "RFM 分层维护")[3] == "−900.0"


def test_an_undefined_profit_has_no_bar() -> None:
    made = programme(values={RFM: {"profit_fen": NAN}, ALL: {"discount_fen": NAN}})
    assert [stack.name for stack in profit.profit_stacks(made.compared, profit.OF_GROWTH, "en")][:1] == [
        "CRM reminder"
    ]
    assert "RFM treatments" not in [
        stack.name for stack in profit.profit_stacks(made.compared, profit.OF_GROWTH, "en")
    ]
    assert "nan" not in earnings.cost_table(made, "en").text


def test_discounts_that_take_the_margin_are_named() -> None:
    eaten = fake.scenario(
        "x",
        policy__segments__dormant__discount_share=0.2,
        policy__segments__basic__treatment__discount_share=0.1,
    )
    assert earnings.margin_note(eaten, "en").text.startswith(
        "Discounts come off a margin of 18%: 20% to win dormant customers back take"
    )
    assert (
        earnings.margin_note(fake.scenario("y"), "en").text
        == "Discounts come off a margin of 18%; none takes all of it."
    )


PAIR = (TODAY, RFM)


def test_tiers_stand_beside_what_the_handbook_expects() -> None:
    rows = tiers.share_rows(compared(), "customer_share", PAIR, "en")
    assert list(rows.columns) == ["name", "series", "share"]
    assert len(rows) == 15
    handbook = rows[rows["series"] == "Handbook"]["share"].tolist()
    assert handbook[:4] == pytest.approx([0.1, 0.2, 0.5, 0.2])
    assert math.isnan(handbook[4])
    assert set(rows["series"]) == set(tiers.series_colours(PAIR, "en"))


def test_the_tier_furthest_from_the_handbook_is_named() -> None:
    assert tiers.misfit(compared(), PAIR, "en").text == (
        "Basic is furthest from the handbook: 30.0% of customers, expected 50%. "
        "10.0% of customers with 10.0% of sales fit no rule."
    )
    nobody = fake.repeated([row for name in NAMES for row in fake.tier_rows(name, (NAN,) * 5)])
    assert tiers.misfit(compared(tiers=nobody), PAIR, "en").source == ""


def test_what_treatments_change_is_paired_by_replication() -> None:
    table = fake.repeated([row for name in PAIR for row in fake.tier_rows(name, (0.1, 0.2, 0.3, 0.3, 0.1))])
    core = (table["tier"] == "core") & (table["scenario"] == RFM)
    table.loc[core, "repurchase_rate"] = [0.6, NAN, 0.7]
    made = compared(tiers=table.sample(frac=1, random_state=1))
    assert tiers.change_of(made, PAIR, "core", "repurchase_rate").mean == pytest.approx(0.15)
    shown = cells(tiers.response_table(made, PAIR, "en"))
    assert shown[1][:2] == ["Core", "50.0%\u00a0→\u00a065.0%|" + "−48.5 to +78.5 points"]
    assert shown[1][3] == "¥1.00 thousand"
    assert shown[2][1] == "50.0%\u00a0→\u00a050.0%|0.00 to 0.00 points"


def test_the_bottleneck_is_the_step_that_adds_most() -> None:
    made = compared()
    assert funnel.bottleneck(made, TODAY, "en").text == (
        "The bottleneck is lead to qualified: one more point of conversion there adds 2.0 customers and ¥500 of "
        "first-year sales a year (¥500 to ¥500). It is the bottleneck in 3 of 3 replications. The next best step "
        "is proposal to negotiation: ¥200."
    )
    rows = funnel.gain_rows(made, TODAY, "en")
    assert rows["marked"].tolist() == [True, False, False, False]
    assert rows["shown"].tolist() == ["¥500", "¥100", "¥200", "¥50"]


def test_a_funnel_nobody_went_through_has_no_bottleneck() -> None:
    nothing = compared(gains=(None,) * 4)
    assert funnel.bottleneck(nothing, TODAY, "en").source == ""
    rows = funnel.gain_rows(nothing, TODAY, "en")
    assert rows["shown"].tolist() == ["¥–"] * 4
    assert not rows["marked"].any()
    single = compared(gains=(None, 100_00, None, None))
    assert "next best" not in funnel.bottleneck(single, TODAY, "en").text
    assert [step.most for step in funnel.steps(single, TODAY)] == [0, 3, 0, 0]


def test_stages_are_split_by_channel() -> None:
    made = funnel.stage_stacks(compared(), TODAY, "en")
    assert [stack.shown for stack in made] == [
        "320",
        "160 (50.0%)",
        "80 (50.0%)",
        "40 (50.0%)",
        "20 (50.0%)",
        "10 (50.0%)",
    ]
    assert list(made[0].parts.items()) == [("Online ads", 160), ("Trade fairs", 80), ("Partners", 80)]
    assert set(made[0].parts) == set(funnel.channel_colours("en"))


def test_channels_are_compared_step_by_step() -> None:
    made = compared()
    assert funnel.cooling(made, (TODAY, ALL), "en").text == (
        "As today: 40.0% of leads cool off before they are called; Full programme: 40.0%."
    )
    shown = cells(funnel.channel_table(made, (TODAY, ALL), "en"))
    assert len(shown) == 1 + 3 * 5
    assert shown[1] == ["Online ads", "lead to qualified", "160", "50.0%", "50.0%", "2.0", "2.0"]
    assert shown[2][:2] == ["", "qualified to proposal"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_view_speaks_its_language(language: Language) -> None:
    made = programme()
    views = [
        growth.answer(made, language),
        growth.targets_table(made, language),
        growth.key_results_table(made, language),
        earnings.cost_table(made, language),
        tiers.misfit(made.compared, PAIR, language),
        tiers.response_table(made.compared, PAIR, language),
        funnel.bottleneck(made.compared, TODAY, language),
        funnel.channel_table(made.compared, (TODAY, ALL), language),
    ]
    for view in views:
        assert "{" not in view.text
        assert bool(re.search("[\u4e00-\u9fff]", view.text)) == (language == "zh")


def test_what_is_recorded_is_what_is_shown(recorded: list[dict[str, object]]) -> None:
    made = programme()
    growth.record_growth(made)
    tiers.record_tiers(made.compared, PAIR)
    funnel.record_funnel(made.compared, TODAY)
    found = {
        output["metadata"]["simkit"]["name"]: output["metadata"]["simkit"]["value"] for output in recorded
    }  # type: ignore[index]
    assert found[f"{ALL}.sales_growth.mean"] == pytest.approx(0.41)
    assert found[f"{RFM}.profit_fen.low"] == pytest.approx(-8e8)
    assert found["core.repurchase_rate.change"] == pytest.approx(0.2)
    assert found["funnel.lead.gain_fen"] == 500_00
