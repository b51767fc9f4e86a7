"""Then and now: a figure at two dates, the steps between its values as a waterfall, and the models behind a step."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pandas as pd
import panel as pn

from ... import comparing
from ...charts import Chart, Waterfall, date_text
from ...comparing import Comparison
from ...perspectives import address
from ...profiles import STYLE
from ...warehouse import Warehouse
from ..cited import ChartLinks
from ..computing import Computing
from ..escaping import escape_html
from ..page import Page, heading
from ..tables import WITHHELD, are_rows_withheld
from ..theme import text_pane
from .chart_links import chart_links_of
from .chooser import Chooser
from .rows import STYLE as ROWS_STYLE
from .rows import notes_html, rows_html, steps_html
from .state import DATASET, FIGURE, NOW, STEP, THEN, State, state_of

QUESTION = "Why does a number differ between two dates?"
TEXT = "font-size: 0.95rem; line-height: 1.5;"
KEY = "steps"
COMPUTING = "The two snapshots are being compared …"
FAILED = "The two snapshots could not be compared; the log of the server says why."
THREAD = ThreadPoolExecutor(1, "comparisons")
"""One for all visitors: a comparison of millions of models takes seconds, and the other cores stay with the charts."""


class ThenAndNowPage(Page):
    """The page of one visitor; its address holds both dates, the dataset, the figure and the step."""

    title, slug = "Then and now", "then-and-now"

    def __init__(self, warehouse: Warehouse) -> None:
        super().__init__(warehouse)
        self.state: State | None = None
        self._chooser = Chooser(self.choose)
        self._answer, self._tables = (text_pane(TEXT, STYLE + ROWS_STYLE, margin=0) for _ in range(2))
        parts = (heading(self.title, QUESTION), self._chooser, self._answer, self.chart_area, self._tables)
        self.view = pn.Column(*parts, sizing_mode="stretch_width", margin=0)
        self._computing = Computing(
            THREAD, partial(state_of, warehouse), announce=self._announce, show=self._apply, fail=self._fail
        )
        self._labels = {row["dataset"]: row["label"] for row in warehouse.query("datasets").to_dict("records")}
        self._computing.request({})

    def from_query(self, query: Mapping[str, str]) -> None:
        """Show what an address names; what it does not name is as it is at first."""
        self._computing.request({name: query[name] for name in (DATASET, FIGURE, THEN, NOW, STEP) if query.get(name)})

    def choose(self, name: str, value: str) -> None:
        """Change one of the choices; another dataset or figure has other steps, and another dataset other dates."""
        query = {**self.query, name: value}
        forgotten = {DATASET: (FIGURE, THEN, NOW, STEP), FIGURE: (STEP,), THEN: (STEP,), NOW: (STEP,)}.get(name, ())
        self._computing.request({key: text for key, text in query.items() if key not in forgotten})

    def links_of(self, chart: Chart) -> dict[str, str]:  # noqa: ARG002 - there is one chart
        """Return the query that shows the models behind each step, by what the chart calls it."""
        state = self.state
        if state is None or state.comparison is None:
            return {}
        return {step.label: self._address(state, step.key) for step in state.comparison.all_steps}

    def chart_links(self, chart: Chart) -> ChartLinks:  # noqa: ARG002 - there is one chart
        """Return the tables of the steps and of the models behind one, and the figure at both ends in SQL."""
        state = self.state
        if state is None or (comparison := state.comparison) is None:
            return ChartLinks()
        return chart_links_of(self.warehouse, comparison, state.query(), self.slug)

    def _announce(self, query: Mapping[str, str]) -> None:
        self.query = dict(query)
        self._answer.object = escape_html(COMPUTING, "p")

    def _fail(self) -> None:
        self._answer.object = escape_html(FAILED, "p")

    def _apply(self, state: State) -> None:
        before = self.state.comparison if self.state else None
        self.state = state
        self._offer(state)
        self.query = state.query()
        sentence = comparing.sentence(state.comparison) if state.comparison else state.message
        notices = "".join(f"<p class=notice role=note>{escape_html(text)}</p>" for text in state.notices)
        self._answer.object = f'{notices}<p role="status">{escape_html(sentence)}</p>'
        self._tables.object = self._tables_html(state)
        if state.comparison is not before or not self.charts:
            self.charts = [waterfall(state.comparison)] if state.comparison and state.comparison.all_steps else []

    def _tables_html(self, state: State) -> str:
        comparison = state.comparison
        if comparison is None:
            return ""
        withheld = WITHHELD if comparison.is_of_board and are_rows_withheld() else ""
        links = steps_html(
            comparison, lambda key: self._address(state, key), state.step,
            names_leader=comparison.figure.names_leader and not withheld,
        )  # fmt: skip
        steps = f"<section><h3>Steps</h3>{links}</section>" if comparison.all_steps else ""
        step = comparison.step(state.step)
        rows = rows_html(step, comparison, self.pinned, withheld) if step else ""
        return f"{steps}{rows}{notes_html(comparison)}"

    def _address(self, state: State, step: str) -> str:
        return address.write({address.VIEW: self.slug, **state.query(), STEP: step, **self.pinned})

    def _offer(self, state: State) -> None:
        name = "listing" if state.dataset == "hub" else "board"
        days = [
            (str(day), date_text(day) if day == of_dataset else f"{date_text(day)} ({name} of {date_text(of_dataset)})")
            for day, of_dataset in reversed(state.days)
        ]
        offered = {
            DATASET: ("Dataset", [(name, str(self._labels[name])) for name in state.datasets]),
            FIGURE: ("Figure", [(figure.name, figure.title) for figure in state.figures]),
            THEN: ("Then", _with_value(days, state.then)),
            NOW: ("Now", _with_value(days, state.now)),
        }
        self._chooser.offer(offered, state.query())


def waterfall(comparison: Comparison) -> Chart:
    """Return the steps of a comparison as a chart."""
    figure, then, now = comparison.figure, comparison.then, comparison.now
    label_then, label_now = day_then, day_now = comparing.end_labels(comparison)
    between = f"from {label_then} to {label_now}"
    if one_day := comparing.one_day_text(comparison):
        day_then, day_now = (f"for {date_text(end.built_for)}" for end in (then, now))  # short, for narrow screens
        between = f"{label_then} and {day_now} ({one_day})"
    chart = Waterfall(KEY, title=f"{figure.title}: {between}")
    chart.caption = (
        "The figure at both dates as diamonds, and each step between them as a bar from before it to after it"
    )
    rows = [(day_then, then.value, then.value, figure.text(then.value), "the earlier snapshot")]
    rows += [
        (
            step.label, step.before, step.after, figure.text(step.difference, is_signed=True),
            comparing.counted_rows(step),
        )
        for step in comparison.steps
    ]  # fmt: skip
    rows.append((day_now, now.value, now.value, figure.text(now.value), "the later snapshot"))
    if (older := comparison.older_rules) and (step := older.step):
        chart.caption += ", and then to what older rules said"
        difference = figure.text(step.difference, is_signed=True)
        rows.append((step.label, step.before, step.after, difference, comparing.counted_rows(step)))
        text = figure.text(older.value)
        rows.append((comparing.OLDER_END, older.value, older.value, text, f"version {older.rules}"))
    frame = pd.DataFrame(rows, columns=["name", "before", "after", "text", "detail"])
    frame["is_value"] = frame.index.isin([0, len(comparison.steps) + 1, len(frame) - 1])
    chart.caption += "."
    chart.send(frame, x_title={"%": "percent"}.get(figure.unit, figure.unit))
    return chart


def _with_value(days: list[tuple[str, str]], value: str) -> list[tuple[str, str]]:
    """Return the days with the one of the address, which may be none of them."""
    return days if not value or value in [day for day, _ in days] else [(value, value), *days]
