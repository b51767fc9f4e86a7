"""Score progress: the best model of each type and period, what is best so far, and how many models there are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import param

from ..plots import (
    Band,
    Path,
    Picture,
    Points,
    StackedAreas,
    date_text,
    ends,
    joined,
    milliseconds,
    number_text,
    open_rows,
    steps,
    trend,
)
from .perspective import Perspective, counted

MOST = 4_000  # points that a picture of every model draws
PALE = 0.35
GAP = np.array([np.nan])
RUNNING, MEDIAN = "best so far", "median, quartiles"
SUMMARY = {RUNNING: "#8E6BD8", MEDIAN: "#8E6BD8"}  # a violet that no type has, for what is drawn over all types
SPREAD = (  # column, word, pixels
    ("lower_quartile", "lower quartile", 1.0),
    ("upper_quartile", "upper quartile", 1.0),
    ("median", "median", 2.5),
)


class ScoreProgress(Perspective):
    """Is open AI getting better?"""

    title, slug, query = "Score progress", "score-progress", "score_progress"
    own = ("what", "types")
    needs_scores = True

    what = param.Selector(
        default="best",
        objects={"Best of each period": "best", "Every model": "every"},
        label="What to show",
        doc="The best model of each type and period, or every model.",
    )
    types = param.ListSelector(default=[], objects=[], label="Types", doc="Types to show; none chosen means all.")

    def prepare(self) -> None:
        kinds = self.warehouse.query("type_colours")
        kinds = kinds[kinds["dataset_kind"] != "hub"]
        self._kinds = kinds.groupby("dataset_kind")["type"].agg(list).to_dict()
        self._colours = dict(zip(kinds["type"], kinds["color"], strict=True))
        self._models = pd.DataFrame()
        self.records = pd.DataFrame()

    def choices(self, name: str) -> list[str]:  # noqa: ARG002
        return list(self._kinds.get(self.filters.kind, []))

    def draw(self) -> list[Picture]:
        details = (("score", "y{0.0}"), ("appeared", "x{%-d %b %Y}"))
        self._points = Points("best", by="type", colours=self._colours | SUMMARY, details=details, height=420)
        self._areas = StackedAreas("so-far", by="type", colours=self._colours)
        return [self._points, self._areas]

    def ask(self) -> pd.DataFrame:
        """Per period and type; where every model is to be shown, those as well."""
        if self.what == "every":
            query, own = self._every()
            self._models = self.warehouse.query(query, self.filters.values(), **own)
        return super().ask()

    def behind(self, picture: Picture | None = None) -> tuple[str, dict[str, Any]]:
        is_every = picture is not None and picture is self._points and self.what == "every"
        return self._every() if is_every else (self.query, {"types": self.types})

    def _every(self) -> tuple[str, dict[str, Any]]:
        return "score_progress_models", {"types": self.types, "most": MOST}

    def show(self, answer: pd.DataFrame) -> None:
        self.records = self._records(answer)
        if self.what == "every":
            self._show_every(answer)
        else:
            self._show_best(answer)
        self._areas.param.update(
            title="Models so far, by type",
            shows="All models up to the end of each period, stacked by type, those from before the range included.",
        )
        self._areas.send(answer, self.filters.span)

    def _show_best(self, answer: pd.DataFrame) -> None:
        unit, best = self.filters.unit, _best(answer)
        self._points.param.update(
            title=f"Best {self.filters.score_name} of each type and {unit}",
            shows=f"Each point is the best model of its type and {unit}, on the day when it appeared (a click opens "
            f"it); the stepped line is the best so far in complete {unit}s, the broad lines are smooth trends (LOWESS) "
            f"of each type with at least eight of them. Pale points set no record.",
        )
        self._points.size(7)
        self._points.send(
            best, self.filters.span,
            lines=self._running(answer), trends=_trends(best), filling=self._hatched(answer),
        )  # fmt: skip

    def _show_every(self, answer: pd.DataFrame) -> None:
        unit, drawn = self.filters.unit, self._drawn(answer)
        total = int(self._models["models"].iloc[0]) if len(self._models) else 0
        thinned = (
            f" {number_text(len(drawn))} of {number_text(total)} are drawn: the best of each type and {unit}, and an "
            "even sample of the others; median and quartiles are over all."
        )
        self._points.param.update(
            title=f"{self.filters.score_name[:1].upper()}{self.filters.score_name[1:]} of every model",
            shows=f"Each point is a model, on the day when it appeared (a click opens it); the strong line is the "
            f"{unit}'s median, the band its middle half, where there are at least ten models."
            + (thinned if len(drawn) < total else ""),
        )
        self._points.size(4.5)
        lines, bands = _spread(self._models, unit)
        self._points.send(drawn, self.filters.span, lines=lines, bands=bands, filling=self._hatched(answer))

    def _drawn(self, answer: pd.DataFrame) -> pd.DataFrame:
        """The sample, and every best of a type and period."""
        columns = ["model_id", "type", "score", "appeared_on"]
        if self._models.empty:
            return _best(answer)[[*columns, "date"]].assign(alpha=0.45)
        sample = self._models.loc[self._models["model_id"].notna(), columns]
        bests = _best(answer)[columns]
        drawn = pd.concat([sample[~sample["model_id"].isin(bests["model_id"])], bests], ignore_index=True)
        return drawn.assign(date=drawn["appeared_on"], alpha=0.45)

    def _running(self, answer: pd.DataFrame) -> list[Path]:
        """The best so far, as a line with steps at the records, to the end of the last complete period."""
        whole = answer["period"].to_numpy()[~open_rows(answer)]
        if not len(whole) or self.records.empty:
            return []
        until = ends(whole[-1:], self.filters.unit)[0]
        score = self.records["score"].to_numpy("float64")
        return [Path(RUNNING, RUNNING, *steps(milliseconds(self.records["appeared_on"]), score, until), wide=2.2)]

    def _records(self, answer: pd.DataFrame) -> pd.DataFrame:
        """Each model that was better than all before, among complete periods; first what was best before the range."""
        score, day = answer["score"].to_numpy("float64"), answer["appeared_on"].to_numpy()
        before = answer["score_before_all"].iloc[0] if len(answer) else float("nan")
        rows = np.flatnonzero(np.isfinite(score) & ~open_rows(answer))
        rows = rows[np.lexsort((-score[rows], day[rows]))]
        beaten = np.maximum.accumulate(np.append(before if pd.notna(before) else -np.inf, score[rows]))[:-1]
        records = answer.iloc[rows[score[rows] > beaten]][["appeared_on", "score", "model_id", "type"]]
        if pd.notna(before):
            start = pd.Timestamp(self.filters.dates[0])
            first = pd.DataFrame({"appeared_on": [start], "score": [before], "model_id": [None], "type": [None]})
            records = pd.concat([first, records], ignore_index=True)
        return records

    def _hatched(self, answer: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
        periods = np.unique(answer["period"].to_numpy()[open_rows(answer)])
        return joined(milliseconds(periods), ends(periods, self.filters.unit))

    def sentence(self, answer: pd.DataFrame) -> str:  # noqa: ARG002
        records = self.records
        if records.empty:
            return f"No complete {self.filters.unit} holds a model with this score."
        first, last, score, times = records.iloc[0], records.iloc[-1], self.filters.score_name, len(records) - 1
        if not times:
            held = "a model of before the range" if pd.isna(last["model_id"]) else str(last["model_id"])
            return f"The best {score} is {last['score']:.1f} points, by {held}; nothing in the range has beaten it."
        gain = last["score"] - first["score"]
        return (
            f"The best {score} rose by {gain:.1f} points, from {first['score']:.1f} to {last['score']:.1f}, in "
            f"{counted(times, 'record')} between {date_text(first['appeared_on'])} and "
            f"{date_text(last['appeared_on'])}; the latest is {last['model_id']}."
        )

    def left_out(self, answer: pd.DataFrame) -> list[str]:
        unscored = int((answer["models"].to_numpy() - answer["scored"].to_numpy()).clip(min=0).sum())
        said = [f"{counted(unscored, 'dated model')} without this score"] if unscored else []
        beyond = answer["scored"].to_numpy()[open_rows(answer)].sum()
        if beyond:
            said.append(f"{counted(beyond, 'model')} of incomplete or still filling {self.filters.unit}s set no record")
        return said

    def table(self, picture: Picture) -> pd.DataFrame:
        if picture is self._areas:
            return self.answer[["period", "type", "models", "cumulative", "is_complete", "is_filling"]]
        if self.what == "every":
            return self._drawn(self.answer).drop(columns=["alpha", "date"]).sort_values(["appeared_on", "model_id"])
        columns = ["period", "type", "score", "model_id", "appeared_on", "scored", "best_of_type", "best_so_far"]
        return self.answer.loc[self.answer["score"].notna(), [*columns, "is_complete", "is_filling"]]


def _best(answer: pd.DataFrame) -> pd.DataFrame:
    rows = answer[answer["score"].notna()]
    return rows.assign(date=rows["appeared_on"], alpha=np.where(open_rows(rows), PALE, 0.9))


def _trends(best: pd.DataFrame) -> list[Path]:
    """A smooth trend of each type over its complete periods; none where there are fewer than eight."""
    kind, x, y = best["type"].to_numpy(object), milliseconds(best["appeared_on"]), best["score"].to_numpy("float64")
    whole = ~open_rows(best)
    kind, x, y = kind[whole], x[whole], y[whole]
    found = {name: trend(x[kind == name], y[kind == name]) for name in dict.fromkeys(kind)}
    return [Path(str(name), str(name), *line) for name, line in found.items() if len(line[0])]


def _spread(models: pd.DataFrame, unit: str) -> tuple[list[Path], list[Band]]:
    """Median and quartiles, held from each period's start to its end; broken where there are fewer than ten models."""
    rows = models.drop_duplicates("period")
    rows = rows[rows["median"].notna()]
    left, right = milliseconds(rows["period"]), ends(rows["period"], unit)
    stretches = np.split(np.arange(len(rows)), np.flatnonzero(left[1:] > right[:-1]) + 1) if len(rows) else []
    x = [np.column_stack([left[at], right[at]]).ravel() for at in stretches]
    y = {column: [np.repeat(rows[column].to_numpy("float64")[at], 2) for at in stretches] for column, *_ in SPREAD}
    drawn = SPREAD if unit != "day" else [("median", "median", 1.2)]  # three lines through days would be a thicket
    broken = [part for corners in x for part in (corners, corners[-1:])]
    lines = [
        Path(f"{word} of all models", MEDIAN, _joined(broken), _joined([p for c in y[column] for p in (c, GAP)]), wide)
        for column, word, wide in drawn
    ]
    # between stretches the band has no height
    around = [part for corners in x for part in (corners[:1], corners, corners[-1:])]
    low, high = (
        [
            part
            for corners, middle in zip(y[edge], y["median"], strict=True)
            for part in (middle[:1], corners, middle[-1:])
        ]
        for edge in ("lower_quartile", "upper_quartile")
    )
    return lines, [Band(MEDIAN, _joined(around), _joined(low), _joined(high))]


def _joined(parts: list[np.ndarray]) -> np.ndarray:
    return np.concatenate(parts) if parts else np.array([])
