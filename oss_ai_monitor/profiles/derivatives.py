"""What descends from one model: counts by relation and generation, the most used, the best on each board, months."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pandas as pd

from ..charts import date_text, number_text
from ..perspectives.phrases import BASE_ELSEWHERE
from ..plurals import counted
from ..warehouse import Warehouse
from .profile import Cell, Query, Section, Series
from .wording import SCORES_WITHHELD, count, day, model_link, number, rows_of, text

NO_RELATION = "none declared"
LAST_DISTANCE = 6
"""Generations from this one on are counted together."""


class Descendants:
    """The descendants of one model, by its key; counts are read at once, the rest when it is asked for."""

    def __init__(self, warehouse: Warehouse, model_key: int) -> None:
        self._warehouse, self._key = warehouse, model_key
        rows = warehouse.query("derivative_counts", model_key=model_key)
        rows = rows.assign(relation=rows["relation"].map(_in_family, na_action="ignore"))
        self.counts = rows[rows["distance"].notna()]
        totals = next(rows_of(rows[rows["distance"].isna()]), None)
        self.models, self.owners, self.dated = (
            (int(totals.models), int(totals.owners), int(totals.dated)) if totals else (0, 0, 0)
        )
        self.downloads_30d = count(totals.downloads_30d) if totals else None
        self.first_on, self.last_on = (day(totals.first_on), day(totals.last_on)) if totals else (None, None)

    @property
    def direct(self) -> int:
        """How many have it as their direct base."""
        return int(self.counts.loc[self.counts["distance"] == 1, "models"].sum())

    def sections(self, most: int, *, shows_scores: bool) -> list[Section]:
        """Return counts, the most used and the best; none where nothing descends from the model."""
        if not self.models:
            return []
        best = scores_section("Best derivatives on each board", lambda: self._best(most), shows_scores=shows_scores)
        return [self._counted(), self._most_used(most), best]

    def _counted(self) -> Section:
        span = (
            f", the first on {date_text(self.first_on)}, the last on {date_text(self.last_on)}" if self.first_on else ""
        )
        sentence = (
            f"{counted(self.models, 'derivative')} by {counted(self.owners, 'owner')}, "
            f"{number_text(self.direct)} of them directly{span}."
        )
        if self.downloads_30d is not None:
            sentence += f" Together they were downloaded {counted(self.downloads_30d, 'time')} in 30 days."
        table = self.counts.pivot_table(index="relation", columns="distance", values="models", aggfunc="sum")
        table = table.assign(total=table.sum(axis=1)).sort_values("total", ascending=False)
        generations = [int(one) for one in table.columns if one != "total"]
        columns = ("relation", *(_generation(one) for one in generations), "in all")
        rows = tuple(
            (str(relation), *(count(line[one]) or 0 for one in generations), count(line["total"]))
            for relation, line in table.iterrows()
        )
        return Section("Derivatives by relation and generation", (sentence,), columns, rows)

    def _most_used(self, most: int) -> Section:
        rows = [
            (
                model_link(one.model_id), _in_family(one.relation), count(one.distance), day(one.appeared_on),
                number(one.nominal_b), count(one.downloads_30d), count(one.likes),
            )
            for one in rows_of(self._warehouse.query("most_used_derivatives", model_key=self._key, most=most))
        ]  # fmt: skip
        columns = ("model", "relation", "generation", "appeared", "B parameters", "downloads in 30 days", "likes")
        return Section("Most used derivatives", (), columns, tuple(rows))

    def _best(self, most: int) -> pd.DataFrame:
        return self._warehouse.query("best_derivatives", model_key=self._key, most=min(most, 5))

    def by_month(self) -> tuple[Series, ...]:
        """Return the descendants by the month in which they appeared, for a chart."""
        query = Query("derivatives_by_month", {"model_key": self._key})
        rows = self._warehouse.query(query.name, **query.parameters)
        return months("Derivatives by the month in which they appeared", rows, query)


def _generation(distance: int) -> str:
    return f"generation {distance}" + (" or later" if distance == LAST_DISTANCE else "")


SCORE_COLUMNS = ("board", "model", "score", "rank", "type", "B parameters", "appeared", "submitted")


def scores_section(title: str, query: Callable[[], pd.DataFrame], *, shows_scores: bool) -> Section:
    """Return a table of scored models, or that the operator has switched it off; `query` reads its rows."""
    if not shows_scores:
        return Section(title, (SCORES_WITHHELD,))
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            text(one.label), model_link(one.model_id), number(one.score), count(one.rank), text(one.type),
            number(one.nominal_b), day(one.appeared_on), day(one.submitted_on),
        )
        for one in rows_of(query())
    )  # fmt: skip
    return Section(title, ("Scores of different boards are different measures.",) if rows else (), SCORE_COLUMNS, rows)


def months(title: str, rows: pd.DataFrame, query: Query) -> tuple[Series, ...]:
    """Return models per month and relation, for a chart; none where fewer than two months have any."""
    if rows["period"].nunique() < 2:
        return ()
    points: list[tuple[dt.date, str, float]] = [
        (pd.Timestamp(one.period).date(), str(one.relation), float(one.models)) for one in rows_of(rows)
    ]
    return (Series(title, "bars", tuple(points), query),)


def _in_family(relation: object) -> str:
    """Return a relation as a table of descendants names it: all of them have a base, whoever names it."""
    return BASE_ELSEWHERE if relation == NO_RELATION else text(relation)
