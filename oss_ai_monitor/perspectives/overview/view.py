"""Overview: tiles with a figure and a sentence each, and the chart of new models."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import param

from ...charts import Chart, StackedBars, date_text, number_text, open_rows
from ...plurals import counted
from .. import address
from ..copies import originals, with_notes
from ..declaration import COMPLETENESS, Source
from ..headlines import NO_RULE_CHANGES_IT, otherwise_briefly
from ..perspective import Perspective
from ..phrases import between, of_type, points_text, totals
from ..rising import QUERY, Rising
from ..tile import Link, Tile
from . import adoption as overview_adoption

NO_VALUE = "–"
SMALL_B = 8.0  # as in the query


class Overview(Perspective):
    """Tiles, each with a link to the perspective that shows more, and a chart of new models."""

    title, slug, group, order = "Overview", "overview", "Overview", 0
    question = "Where does open-source AI stand?"
    is_summary = True
    sources = {  # noqa: RUF012
        "new-models": Source(
            "model_types",
            columns={
                "period": "first day of the period, UTC",
                "type": "what kind of model it is",
                "models": "new models, a count",
                "share": "of the period's new models, 0 to 1",
                **COMPLETENESS,
            },
            constants={"types": [], "by": "type", "weight": "models"},
        )
    }
    wide_columns = {"new-models": "models"}  # noqa: RUF012
    other_queries = ("overview", QUERY, overview_adoption.QUERY)

    today = param.CalendarDate(
        default=None, allow_None=True, doc="The day from which ages are counted; None means today, UTC."
    )

    def prepare(self) -> None:
        self._colours = self.palette("types")
        self._originals = originals(self.warehouse)
        self._facts: dict[str, Any] = {}
        self._facts_of: dict[str, Any] = {}  # the bound parameters of their query
        self._adoption = self._adoption_tiles()

    @property
    def board(self) -> str:
        """The leaderboard of the best models: the dataset itself if it has scores, else the newest one."""
        if self.selection.has_scores:
            return str(self.selection.dataset)
        return self.selection.datasets.newest_leaderboard

    def fetch(self) -> pd.DataFrame:
        selection, board = self.selection, self.board
        end = selection.dates[1]
        if board and board != selection.dataset:
            end = selection.datasets.bounds(board)[1]
        values = selection.values() | {"board": board, "board_end": end}
        values.pop("unit")  # only the tile of new models uses it, which counts the bars
        if values != self._facts_of:
            row = self.warehouse.query("overview", values).iloc[0]
            self._facts, self._facts_of = {str(name): value for name, value in row.items()}, values
        return super().fetch()

    def draw(self) -> list[Chart]:
        self._counts = StackedBars("new-models", by="type", colours=self._colours, height=270)
        return [self._counts]

    def update(self, answer: pd.DataFrame) -> None:
        unit = self.selection.unit
        self._counts.param.update(
            title=f"New models per {unit}", caption=f"Models by the {unit} in which they appeared, stacked by type."
        )
        self._counts.send(answer, self.selection.span)
        facts = self._facts
        self.tiles = [
            self._with_headlines(self._tracked(facts), "models-tracked"),
            self._with_headlines(self._new(answer), "new-models"),
            self._with_headlines(self._best(facts), "best-score", "best-gain"),
            self._with_headlines(self._small(facts), "small-score"),
            self._with_headlines(self._leading(), "leading-share"),
            replace(self._age(), headlines_note="" if self.headlines_note else NO_RULE_CHANGES_IT),
            *[
                self._with_headlines(tile, figure)
                for tile, figure in zip(self._adoption, ("moved-most", "share-shift"), strict=False)
            ],
        ]

    def further_link(self, chart: Chart) -> tuple[str, Link] | None:  # noqa: ARG002
        return "Open Model types →", Link("model-types", str(self.selection.dataset))

    def sentence(self, answer: pd.DataFrame) -> str:
        by_type = totals(answer["type"], answer["models"])
        start, end = self.selection.dates
        when = f"on {date_text(start)}" if start == end else f"from {between(start, end)}"
        label = self.selection.about["label"]
        if not (total := sum(by_type.values())):
            return f"{label}: no new {self.selection.task_text}model {when} meets these filters."
        leader, leader_models = next(iter(by_type.items()))
        new = counted(total, f"new {self.selection.task_text}model")
        return f"{label}: {new} {when}, {leader_models / total:.0%} {of_type(leader)}."

    def _adoption_tiles(self) -> list[Tile]:
        """Return the tiles about the Hub's history of adoption, which no filter changes."""
        if overview_adoption.HUB not in self.selection.datasets.names:
            return []
        return overview_adoption.adoption_tiles(self.warehouse, self._short(overview_adoption.HUB))

    def _with_headlines(self, tile: Tile, *figures: str) -> Tile:
        """Add its figures under other rules, and to its sentence what these turn round."""
        headlines = [headline for headline in self.headlines if headline.figure in figures]
        if tile.figure == NO_VALUE or not headlines:
            return tile
        return replace(tile, sentence=tile.sentence + otherwise_briefly(headlines), headlines=tuple(headlines))

    def _tracked(self, facts: dict[str, Any]) -> Tile:
        of_task = f"{task.capitalize()}models only: " if (task := self.selection.task_text) else ""
        sentence = f"{of_task}{number_text(facts['dated'])} dated, {number_text(facts['undated'])} undated."
        return self._tile("Models tracked", number_text(facts["models"]), sentence, "model-types")

    def _new(self, answer: pd.DataFrame) -> Tile:
        unit = self.selection.unit
        title = f"New in the last complete {unit}"
        is_complete = ~open_rows(answer)
        periods, row = np.unique(answer["period"].to_numpy()[is_complete], return_inverse=True)
        models = np.bincount(row, answer["models"].to_numpy()[is_complete], len(periods))
        if not len(periods):
            return self._tile(title, NO_VALUE, f"No {unit} of the chosen dates is complete.", "model-types")
        period = _period(periods[-1], unit) + (f", {task}models" if (task := self.selection.task_text) else "")
        if len(periods) < 4:
            sentence = f"{period}; too few complete {unit}s before it to compare."
        else:
            comparison = _compared(models[-1], float(np.median(models[-4:-1])))
            sentence = f"{period}: {comparison} the median of the three {unit}s before."
        later = answer[answer["period"] > periods[-1]]
        for column, lack in (("is_filling", "still fill"), ("is_missing_late_submissions", "miss late submissions")):
            if later[column].any():
                sentence = f"{sentence[:-1]}; later {unit}s {lack}."
        return self._tile(title, number_text(models[-1]), sentence, "model-types")

    def _best(self, facts: dict[str, Any]) -> Tile:
        score, gain = facts["best_score"], facts["gain"]
        if pd.isna(score):
            return self._scored("Best open model", NO_VALUE, self._no_score(), "score-progress")
        is_undated = pd.isna(facts["best_appeared_on"])
        when = "undated" if is_undated else date_text(facts["best_appeared_on"])
        sentence = with_notes(facts["best_model_id"], self._originals, when)
        if not pd.isna(gain):
            sentence += f", {points_text(gain)} in the twelve months to {date_text(facts['board_end'])}"
        elif not is_undated:
            sentence += f"; no dated model of {date_text(facts['year_before'])} or before to compare with"
        tile = self._scored("Best open model", f"{score:.1f}", f"{sentence}.", "score-progress")
        return replace(tile, model=str(facts["best_model_id"]))

    def _small(self, facts: dict[str, Any]) -> Tile:
        score = facts["small_score"]
        if pd.isna(score):
            return self._scored("Best at ≤ 8 B", NO_VALUE, self._no_score(), "score-progress")
        best = facts["best_score"]
        share = f", {score / best:.0%} of the best ({best - score:.1f} points less)" if 0 < score <= best - 0.05 else ""
        name = with_notes(facts["small_model_id"], self._originals)
        sentence = f"{name}, {facts['small_parameters_b']:.1f} B{share}."
        limit = address.write_value(min(SMALL_B, self.selection.at_most_b or SMALL_B))
        tile = self._scored("Best at ≤ 8 B", f"{score:.1f}", sentence, "score-progress", {address.AT_MOST: limit})
        return replace(tile, model=str(facts["small_model_id"]))

    def _leading(self) -> Tile:
        rising = Rising(self.warehouse, self.selection)
        leader = rising.leader()
        if leader is None:
            reason = rising.too_few or f"No new model of a named one, {rising.dates}."
            return self._tile("Leading architecture", NO_VALUE, reason, "architectures")
        change = rising.change_text(leader)
        sentence = f"{leader['share']:.0%} of {rising.counted}, {rising.dates}; {change} against the 13 weeks before."
        return self._tile("Leading architecture", leader["architecture"], sentence, "architectures")

    def _age(self) -> Tile:
        today = self.today or dt.datetime.now(dt.UTC).date()
        about = self.selection.about
        all_rows = self.selection.datasets.rows_by_name.values()
        rows = [row for row in all_rows if row["kind"] != "benchmark" or row["dataset"] == about["dataset"]]
        ages = [_age_of(row, today) for row in rows]
        figure = "Archive" if not pd.isna(about["closed_on"]) else _days((today - about["as_of"].date()).days)
        return self._tile("Age of the data", figure, "; ".join(ages) + ".", "method")

    def _short(self, dataset: str) -> str:
        return str(self.selection.datasets.rows_by_name.get(dataset, {}).get("short_label", dataset))

    def _no_score(self) -> str:
        if self.board:
            return "No evaluated model meets these filters."
        why = self.warehouse.why_no_boards or "no leaderboard is in this warehouse"
        return f"{why[:1].upper()}{why[1:]}."

    def _tile(self, title: str, figure: str, sentence: str, slug: str) -> Tile:
        dataset = str(self.selection.dataset)
        return Tile(f"{title} · {self._short(dataset)}", figure, sentence, Link(slug, dataset))

    def _scored(
        self, title: str, figure: str, sentence: str, slug: str, query: Mapping[str, str] | None = None
    ) -> Tile:
        """Return a tile about the leaderboard, or about one of its benchmarks if one is chosen."""
        board = self.board or str(self.selection.dataset)
        labels = {name: label for label, name in self.selection.benchmarks.items()}
        chosen = self.selection.benchmark
        score = f", {labels.get(chosen, chosen)}" if chosen != "average" else ""
        return Tile(f"{title} · {self._short(board)}{score}", figure, sentence, Link(slug, board, query or {}))


def _period(start: Any, unit: str) -> str:
    day = pd.Timestamp(start)
    return {"day": date_text(day), "week": f"Week of {date_text(day)}"}.get(unit, f"{day:%B %Y}")


def _compared(number: float, middle: float) -> str:
    """Return how a count compares with another: 7% more than, as many as."""
    if middle == 0:
        return "more than" if number else "as many as"
    change = round((number / middle - 1) * 100)
    return "as many as" if change == 0 else f"{abs(change):,}% {'more' if change > 0 else 'fewer'} than"


def _days(days: int) -> str:
    return "Today" if days <= 0 else counted(days, "day")


def _age_of(about: Mapping[str, Any], today: dt.date) -> str:
    if not pd.isna(about["closed_on"]):
        day_label = "last submission" if about["is_closed"] else "snapshot of"
        day = about["last_submitted_on"] if about["is_closed"] else about["as_of"]
        return f"{about['short_label']} closed {date_text(about['closed_on'])}, {day_label} {date_text(day)}"
    days = (today - about["as_of"].date()).days
    if about["kind"] == "benchmark":
        return f"{about['short_label']} as of {date_text(about['as_of'])}"
    return "Hub listing of today" if days <= 0 else f"Hub listing {counted(days, 'day')} old"
