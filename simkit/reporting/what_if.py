"""What-ifs by hand: sliders for the levers, and at once what they do to growth, getting paid and profit."""

import os
import re
import time
import webbrowser
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import altair as alt
import ipywidgets as widgets  # type: ignore[import-untyped]
import pandas as pd

from simkit.errors import UserError
from simkit.experiments.compare import Comparison
from simkit.experiments.whatif import WhatIf
from simkit.reporting.cards import answer as set_first
from simkit.reporting.comparison import evidence, measure_cards, spot
from simkit.reporting.markup import Html, element, joined
from simkit.reporting.pages import TEMPLATES, style
from simkit.reporting.report import build_report
from simkit.reporting.scatter import growth_against_overdue
from simkit.reporting.sliders import SLIDERS, Overrides, Slider, overrides, sized
from simkit.reporting.texts import Language, number, scenario_name, text
from simkit.reporting.verdict import Judgement, sentence, verdict
from simkit.scenario.loading import PathLike, load
from simkit.scenario.scenario import Scenario
from simkit.scenario.yaml_document import dump_yaml

TRAIL = 12
"""How many earlier answers stay on the picture."""

PANEL = "what-if"
"""Class of the panel."""

CHART_PIXELS = 640

WORDS = {"description_width": "51%"}
"""How much of a lever's width its words take."""

NAME = re.compile(r"\w[\w -]{0,60}")


class Explorer:
    """A panel of sliders around one scenario.

    Parameters
    ----------
    file : path
        The scenario from which every slider starts, and with which every answer is compared.
    customers, replications : int
        Customers of each replication, and replications; their product is what one answer simulates.
    language : {"en", "zh"}
        Language of the words.
    save_to, report_to : path
        Folders where scenarios are saved, and where the report goes.
    workers : int, optional
        Processes; all cores when not given.
    browser : bool
        Open a report in the browser when it is made; a page from this machine's address may not link to a file.
    """

    def __init__(
        self,
        file: PathLike,
        customers: int = 5_000,
        replications: int = 4,
        language: Language = "en",
        save_to: PathLike = "params/policies",
        report_to: PathLike = "reports",
        workers: int | None = None,
        browser: bool = False,
    ) -> None:
        self.file, self.language = Path(file), language
        self.save_to, self.report_to = Path(save_to), Path(report_to)
        self.customers, self.browser = customers, browser
        self.base = load(file)
        self._named = {"name": text("whatif.name", language)}
        self._asked = WhatIf(sized(self.base, customers), replications=replications, workers=workers)
        self._trail: list[dict[str, Any]] = []
        self._saved: Path | None = None
        self._build()
        self._ask()

    @property
    def overrides(self) -> Overrides:
        """What the sliders set, by dotted path; empty where all stand as today."""
        positions = {name: slider.value for name, slider in self.sliders.items()}
        return overrides(self.base, positions, self.alerts.value)

    def scenario(self) -> Scenario:
        """Return the scenario that the sliders make.

        Raises
        ------
        UserError
            When they contradict each other.
        """
        made = sized(load(self.file, self.overrides), self.customers)
        return made.model_copy(update=self._named)

    def save(self, name: str) -> Path:
        """Write the scenario as a file that extends the one it started from, and return its path.

        Raises
        ------
        UserError
            When the name cannot be a file's, or is taken.
        """
        if not NAME.fullmatch(name):
            raise UserError(text("whatif.bad_name", self.language, name=repr(name)))
        path = self.save_to / f"{name.replace(' ', '_').lower()}.yaml"
        self.save_to.mkdir(parents=True, exist_ok=True)
        document = {
            "schema": 1,
            "name": name,
            "description": text("whatif.description", self.language, base=self.base.name),
            "extends": os.path.relpath(self.file.resolve(), self.save_to.resolve()),
            **_nested(self.overrides),
        }
        try:
            with path.open("x", encoding="utf-8", newline="\n") as stream:
                stream.write(dump_yaml(document))
        except FileExistsError:
            raise UserError(text("whatif.taken", self.language, file=str(path))) from None
        self._saved = path
        return path

    def report(self) -> Path:
        """Render the saved scenario beside the one it started from, and return the report's first page.

        Raises
        ------
        UserError
            When nothing is saved yet, or the report cannot be made.
        """
        if self._saved is None:
            raise UserError(text("whatif.save_first", self.language))
        return build_report([self.file, self._saved], language=self.language, out=self.report_to)

    def close(self) -> None:
        """Let the processes go."""
        self._asked.close()

    # ---------------------------------------------------------------- the panel

    def _build(self) -> None:
        self.sliders = {slider.name: self._slider(slider) for slider in SLIDERS}
        self.alerts = widgets.Checkbox(
            value=self.base.policy.monitoring.enabled,
            description=text("whatif.alerts", self.language),
            indent=False,
        )
        self.alerts.observe(self._ask, "value")
        reset = self._button("reset", self._reset)
        self.name = widgets.Text(description=text("whatif.save_as", self.language), style=WORDS)
        self.buttons = {
            "save": self._button("save", self._save),
            "report": self._button("report", self._report),
        }
        self.said = widgets.HTML()
        self.cards, self.table, self.verdict = widgets.HTML(), widgets.HTML(), widgets.HTML()
        alt.JupyterChart.enable_offline()
        blank = alt.Chart(pd.DataFrame()).mark_point()
        self.chart = alt.JupyterChart(blank, embed_options={"actions": False, "renderer": "svg"})
        levers = [*self.sliders.values(), self.alerts, reset, self.name, *self.buttons.values(), self.said]
        head = widgets.HTML(str(_head(self.language)))
        answers = [self.verdict, self.cards, self.chart, self.table]
        self.panel = widgets.Box([head, _column("levers", levers), _column("answers", answers)])
        head.add_class("page")
        self.panel.add_class(PANEL)

    def _slider(self, slider: Slider) -> Any:
        made = widgets.FloatSlider(
            value=slider.today(self.base),
            min=slider.low,
            max=slider.high,
            step=slider.step,
            description=text(f"whatif.{slider.name}", self.language),
            description_tooltip=text(f"whatif.{slider.name}_note", self.language),
            readout_format=".0f",
            continuous_update=False,  # asked when a lever rests: an answer takes longer than a step of a drag
            style=WORDS,
        )
        made.observe(self._ask, "value")
        return made

    def _button(self, name: str, pressed: Callable[[Any], None]) -> Any:
        button = widgets.Button(description=text(f"whatif.{name}", self.language))
        button.on_click(pressed)
        return button

    def _reset(self, _: object) -> None:
        with self._quietly():
            for slider in SLIDERS:
                self.sliders[slider.name].value = slider.today(self.base)
            self.alerts.value = self.base.policy.monitoring.enabled
        self._ask()

    def _quietly(self) -> Any:
        return self.sliders[SLIDERS[0].name].hold_trait_notifications()

    def _ask(self, _: object = None) -> None:
        start = time.perf_counter()
        try:
            answer = self._asked.answer(self.scenario())
        except UserError as error:
            self._say(str(error))
            return
        self._show(answer)
        self._say(
            text(
                "whatif.answered",
                self.language,
                seconds=number(time.perf_counter() - start, 2),
                customers=number(self.customers * answer.replications),
                replications=str(answer.replications),
            )
        )

    def _show(self, answer: Comparison) -> None:
        judgement: Judgement = verdict(answer.differences(), answer.names[0]).judgements[0]
        moved = bool(self.overrides)
        said = sentence(judgement, self.language) if moved else Html(text("whatif.start", self.language))
        self.verdict.value = str(set_first(said))
        self.cards.value = str(measure_cards(answer, answer.names[moved], self.language))
        self.table.value = str(evidence(answer, self.language))
        points = self._points(answer)
        self._trail = [*self._trail, points[-1] | {"label": "", "role": "dominated"}][-TRAIL:]
        drawn = growth_against_overdue(pd.DataFrame(points), self.language)
        # Of a fixed width, which the page scales: whoever asks a page that is still hidden for its width is told 0.
        self.chart.chart = drawn.properties(width=CHART_PIXELS)

    def _points(self, answer: Comparison) -> list[dict[str, Any]]:
        rows = list(self._trail)
        for name, role in zip(answer.names, ("status_quo", "recommended"), strict=True):
            shown = scenario_name(name, self.language)
            rows.append({"name": shown, "label": shown, "role": role} | spot(answer, name))
        return rows

    def _say(self, words: str) -> None:
        self.said.value = str(element("p", words, role="status"))

    def _save(self, _: object) -> None:
        try:
            path = self.save(self.name.value.strip())
        except UserError as error:
            self._say(str(error))
        else:
            self._say(text("whatif.saved", self.language, file=str(path)))

    def _report(self, _: object) -> None:
        self._say(text("whatif.rendering", self.language))
        try:
            page = self.report()
        except UserError as error:
            self._say(str(error))
        else:
            self._say(text("whatif.rendered", self.language, file=str(page)))
            if self.browser:
                webbrowser.open(page.resolve().as_uri())


def _head(language: Language) -> Html:
    """Return the page's title and question, and the look of the panel, which holds in JupyterLab as in Voilà."""
    own = (TEMPLATES / "what_if.css").read_text("utf-8")
    rules = f".{PANEL} {{ {style().replace(':root', '&', 1)} {own} }}"
    return joined(
        [
            element("style", Html(rules)),
            element("h1", text("page_title.what_if", language)),
            element("p", text("question.what_if", language), class_="question"),
        ]
    )


def _column(name: str, children: Sequence[Any]) -> Any:
    column = widgets.VBox(children)
    column.add_class(name)
    return column


def _nested(dotted: Overrides) -> dict[str, Any]:
    """Return overrides by dotted path as the sections of a scenario file.

    Examples
    --------
    >>> _nested({"policy.a.b": 1, "policy.a.c": 2})
    {'policy': {'a': {'b': 1, 'c': 2}}}
    """
    sections: dict[str, Any] = {}
    for path, value in dotted.items():
        *parents, last = path.split(".")
        place = sections
        for parent in parents:
            place = place.setdefault(parent, {})
        place[last] = value
    return sections
