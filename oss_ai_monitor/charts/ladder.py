"""Ladders: the gain of each new best score over the base model's own, as steps over days."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..plurals import counted
from . import alt_text
from .chart import NO_NUMBERS, Chart
from .ladder_template import HOVER_COLUMNS, make
from .name_styles import NUMBER as MOST_NAMES
from .periods import milliseconds, number_text
from .style import range_options
from .styled_lines import swatch_columns
from .template import template
from .trends import steps

OWNER_MARKER = "star"  # the marker of models by the owner of the base


class Ladder(Chart):
    """One ladder a name: steps from 0 on day 0, a point on every rung, other models faint, a band around zero.

    Rungs on days that lack submissions are hollow and their steps dotted, as is the line after the last rung.
    """

    def __init__(self, key: str, *, x_title: str, y_title: str, height: int = 480, **params: Any) -> None:
        super().__init__(
            template(("ladder", x_title, y_title, height), lambda: make(x_title, y_title, height)),
            height=height, key=key, **params,
        )  # fmt: skip
        self._sent: tuple[pd.DataFrame, list[str], float] | None = None

    def send(
        self,
        rows: pd.DataFrame,
        bases: pd.DataFrame,
        style_by_name: dict[str, tuple[str, str]],
        *,
        labels: bool,
        others: bool,
    ) -> int:
        """Send new ladders, and return how many points lie below the figure and are not drawn.

        rows: name, days, gain, is_rung, is_unsettled, is_own and the columns of the hover (model_id, score, on, type,
        base_score), in the order of their days; bases: name, until (the last day known), low, high, summary (for the
        hover); one row a name.
        """
        rows = rows.assign(look=rows["name"].map(style_by_name))
        rungs = rows[rows["is_rung"]]
        top = max(
            float(rungs["gain"].max()) if len(rungs) else 0.0, float(bases["high"].max()) if len(bases) else 0.0, 1.0
        )
        others_rows = rows[~rows["is_rung"] & (rows["is_own"] | others)]
        lowest_drawn = -max(top / 2, -float(bases["low"].min()) if len(bases) else 0.0, 2.0)
        drawn_others = others_rows[others_rows["gain"] >= lowest_drawn]
        self._sent = rungs, bases["name"].tolist(), max([1.0, *bases["until"]])
        self._send("rungs", _point_columns(rungs, is_faint=False))
        self._send("others", _point_columns(drawn_others, is_faint=True))
        settled, pending = _paths(rungs, bases, style_by_name)
        self._send("lines", settled)
        self._send("tails", pending)
        self._send_bands(bases, style_by_name)
        self._send_legend(style_by_name)
        last_rungs = rungs.drop_duplicates("name", keep="last") if labels else rungs.iloc[:0]
        lowest = min([0.0, *drawn_others["gain"], *bases["low"]])
        longest = max([1.0, *bases["until"]])
        self._set("x-range", **range_options(-0.012 * longest, 1.012 * longest))
        self._scale(lowest, top, lanes=1)
        self._send(
            "names",
            {
                "x": last_rungs["days"].to_numpy("float64"),
                "y": last_rungs["gain"].to_numpy("float64"),
                "text": [
                    f"{name} {gain:+.1f}" for name, gain in zip(last_rungs["name"], last_rungs["gain"], strict=True)
                ],
            },
        )
        self.is_empty = rows.empty
        return len(others_rows) - len(drawn_others)

    def _describe(self) -> str:
        assert self._sent is not None
        rungs, names, until = self._sent
        intro = f"Ladders of {counted(len(names), 'base model')}, day 0 to day {number_text(until)}"
        if rungs.empty:
            return f"{intro}; none has a rung."
        best = rungs.iloc[int(np.argmax(rungs["gain"].to_numpy("float64")))]
        last_rungs = rungs.drop_duplicates("name", keep="last").sort_values("gain", ascending=False, kind="stable")
        rungs_text = ", ".join(
            f"{alt_text.readable(name)} {alt_text.signed_number(gain, '+.1f')} on day {number_text(day)}"
            for name, gain, day in zip(last_rungs["name"], last_rungs["gain"], last_rungs["days"], strict=True)
        )
        peak = f"{alt_text.signed_number(best['gain'], '+.1f')} by {alt_text.readable(best['model_id'])}"
        return f"{intro}. Peak {peak}, derived from {alt_text.readable(best['name'])}. Last rungs: {rungs_text}."

    def _send_bands(self, bases: pd.DataFrame, style_by_name: dict[str, tuple[str, str]]) -> None:
        bands = bases[bases["high"] > bases["low"]]
        self._send(
            "bands",
            {
                "left": np.zeros(len(bands)),
                "right": bands["until"].to_numpy("float64"),
                "low": bands["low"].to_numpy("float64"),
                "high": bands["high"].to_numpy("float64"),
                "colour": [style_by_name[name][0] for name in bands["name"]],
                "name": bands["name"].tolist(),
                "summary": bands["summary"].tolist(),
            },
        )

    def _send_legend(self, style_by_name: dict[str, tuple[str, str]]) -> None:
        self._send("swatches", swatch_columns(style_by_name, MOST_NAMES))
        self._show_legend(dict(enumerate(list(style_by_name)[:MOST_NAMES])))


def _point_columns(rows: pd.DataFrame, *, is_faint: bool) -> dict[str, Any]:
    """Return the columns behind points; those of the base's owner are stars, those of unsettled days are hollow."""
    is_own, is_hollow = rows["is_own"].to_numpy(bool), rows["is_unsettled"].to_numpy(bool)
    alpha = np.where(is_own, 0.95, 0.3 if is_faint else 1.0)
    return {
        "x": rows["days"].to_numpy("float64"),
        "y": rows["gain"].to_numpy("float64"),
        "name": rows["name"].tolist(),
        "colour": [colour for colour, _ in rows["look"]],
        "marker": [
            OWNER_MARKER if is_owners else marker for (_, marker), is_owners in zip(rows["look"], is_own, strict=True)
        ],
        "size": np.where(is_own, 14.0, 5.5 if is_faint else 9.0),
        "fill": np.where(is_hollow, 0.0, alpha),
        "edge": alpha,
        "on": milliseconds(rows["on"]) if len(rows) else NO_NUMBERS,
        **{column: rows[column].tolist() for column in HOVER_COLUMNS if column != "on"},
    }


def _paths(
    rungs: pd.DataFrame, bases: pd.DataFrame, style_by_name: dict[str, tuple[str, str]]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the steps that are final, and those that may change together with the line to the last known day."""
    paths: tuple[dict[str, Any], ...] = tuple({"xs": [], "ys": [], "colour": [], "name": []} for _ in range(2))
    groups = dict(list(rungs.groupby("name", sort=False)))
    for name, last_day in zip(bases["name"].astype(str), bases["until"].astype(float), strict=True):
        group = groups.get(name, rungs.iloc[:0])
        xs = np.append(0.0, group["days"].to_numpy("float64"))
        ys = np.append(0.0, group["gain"].to_numpy("float64"))
        settled = 1 + int((~group["is_unsettled"].to_numpy(bool)).sum())
        until = max(last_day, float(xs[-1]))
        for path, (x, y) in zip(
            paths,
            (steps(xs[:settled], ys[:settled]), steps(xs[settled - 1 :], ys[settled - 1 :], until)),
            strict=True,
        ):
            path["xs"].append(x)
            path["ys"].append(y)
            path["colour"].append(style_by_name[name][0])
            path["name"].append(name)
    return paths[0], paths[1]
