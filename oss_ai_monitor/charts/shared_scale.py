"""One scale for two charts of the same kind: each axis of both shows the numbers of both."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from . import alt_text
from .chart import Chart
from .heat_map import HeatMap
from .style import range_options

LINEAR, LOG, COUNTS, NAMES = "linear", "log", "counts", "names"
AXES = (("x-range", "x-ticker", "x-axis"), ("y-range", "y-ticker", "y-axis"))


def share_scale(left: Chart, right: Chart) -> str:
    """Give two charts one scale on each axis of numbers or dates, and return why not where that cannot be.

    Axes of names stay as they are. An empty chart has no numbers, so the other one keeps its scale.
    """
    if left.is_empty or right.is_empty:
        return ""
    kinds = [[_kind(chart, *names) for names in AXES] for chart in (left, right)]
    if type(left) is not type(right) or kinds[0] != kinds[1]:
        return "The two have axes of different kinds, so each keeps a scale of its own."
    for names, kind in zip(AXES, kinds[0], strict=True):
        if kind != NAMES:
            _share_axis(left, right, kind, *names)
    _share_dates(left, right)
    if isinstance(left, HeatMap) and isinstance(right, HeatMap):
        top = max(left.scale_end, right.scale_end)
        for chart in (left, right):
            chart.rescale(top)
    for chart in (left, right):
        chart.adapt_to_scale()
    return ""


def _kind(chart: Chart, range_name: str, ticker: str, axis: str) -> tuple[str, str] | str:
    """Return how the ticks of an axis place numbers, with its title; or that it has names, such as lanes."""
    options = chart.options
    ticks, about = options.get(ticker, {}).get("ticks", []), options.get(axis, {})
    if "factors" in options.get(range_name, {}):
        return NAMES
    labels = about.get("major_label_overrides", {})
    title = str(about.get("axis_label", ""))
    labelled = [(float(tick), str(labels[tick])) for tick in ticks if tick in labels]
    if not labelled:
        return LINEAR, title
    try:
        values = [(tick, float(text.replace(",", "").replace("−", "-"))) for tick, text in labelled]
    except ValueError:
        return NAMES
    for kind, position in _POSITIONS.items():
        if all(math.isclose(position(value), tick, rel_tol=1e-6, abs_tol=1e-9) for tick, value in values):
            return kind, title
    return NAMES


_POSITIONS: dict[str, Callable[[float], float]] = {
    LINEAR: lambda value: value,
    LOG: lambda value: math.log10(value) if value > 0 else math.nan,
    COUNTS: lambda value: math.log10(value + 1) if value > -1 else math.nan,
}


def _share_axis(
    left: Chart, right: Chart, kind: tuple[str, str] | str, range_name: str, ticker: str, axis: str
) -> None:
    """Give an axis of both charts the ticks that reach around those of both, and one range."""
    charts = (left, right)
    limits: list[dict[str, float]] = [chart.options.get(range_name, {}) for chart in charts]
    ticks: list[list[float]] = [chart.options.get(ticker, {}).get("ticks", []) for chart in charts]
    shared = _shared_ticks(*ticks, is_linear=kind[0] == LINEAR) if all(ticks) else []
    if all("start" in one and "end" in one for one in limits):
        start, end = min(one["start"] for one in limits), max(one["end"] for one in limits)
        if shared:  # room for labels is a share of the height
            length, pairs = shared[-1] - shared[0], list(zip(ticks, limits, strict=True))
            below, above = (max(_margin(*pair, end=n) for pair in pairs) for n in (0, -1))
            if range_name == "y-range":
                start, end = min(start, shared[0] - below * length), max(end, shared[-1] + above * length)
            start, end = min(start, shared[0]), max(end, shared[-1])
        for one in limits:
            one.update(range_options(start, end))
    if not shared:
        return
    labels: list[dict[float, str]] = [chart.options.get(axis, {}).get("major_label_overrides", {}) for chart in charts]
    for chart in charts:
        chart.options[ticker]["ticks"] = list(shared)
        if all(labels):
            chart.options[axis]["major_label_overrides"] = _labels(shared, labels)


def _margin(ticks: Sequence[float], limits: Mapping[str, float], *, end: int) -> float:
    """Return how far a range reaches beyond its first or last tick, as a share of the distance of the two."""
    overshoot = ticks[0] - limits["start"] if end == 0 else limits["end"] - ticks[-1]
    return max(overshoot / (ticks[-1] - ticks[0]), 0.0) if ticks[-1] > ticks[0] else 0.0


def _shared_ticks(left: Sequence[float], right: Sequence[float], *, is_linear: bool) -> list[float]:
    """Return ticks around both: of the wider axis, continued where the other one goes on."""
    if not is_linear:
        return sorted({*left, *right})
    wide, other = sorted((list(left), list(right)), key=lambda ticks: ticks[-1] - ticks[0], reverse=True)
    step = wide[-1] - wide[-2] if len(wide) > 1 else 1.0
    while other[0] < wide[0] - 1e-9 * step:
        wide.insert(0, round(wide[0] - step, 10))
    while other[-1] > wide[-1] + 1e-9 * step:
        wide.append(round(wide[-1] + step, 10))
    return wide


def _labels(ticks: Sequence[float], labels: Sequence[Mapping[float, str]]) -> dict[float, str]:
    """Return the label of each tick: one that a chart gave it, else its number."""
    label_of: dict[float, str] = {**labels[1], **labels[0]}
    return {tick: label_of.get(tick) or alt_text.signed_number(tick, ",.10g") for tick in ticks}


def _share_dates(left: Chart, right: Chart) -> None:
    """Give two grids of small panels the dates of both."""
    limits: list[dict[str, Any]] = [chart.options["dates"] for chart in (left, right) if "dates" in chart.options]
    if len(limits) == 2:
        start, end = min(one["start"] for one in limits), max(one["end"] for one in limits)
        for one in limits:
            one.update(start=start, end=end)
