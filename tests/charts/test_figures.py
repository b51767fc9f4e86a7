"""Figures that visitors get: alike, and with nothing in common."""

from __future__ import annotations

import pytest

from oss_ai_monitor.charts import Chart, Points, StackedAreas, StackedBars, Timeline, figures
from oss_ai_monitor.charts.day_bars import DayBars
from oss_ai_monitor.charts.ladder import Ladder
from oss_ai_monitor.charts.spread import Spread

COLOURS = {"chat": "#0072B2", "merge": "#009E73"}


def _pictures() -> list[Chart]:
    return [
        StackedBars("bars", by="type", colours=COLOURS),
        StackedAreas("areas", by="type", colours=COLOURS),
        Points("points", by="type", colours=COLOURS),
        Timeline("lanes", colours=COLOURS),
        DayBars("days", value="models", first=-1, last=1, y_title="models"),
        Spread("gains", x_title="points"),
        Ladder("ladder", x_title="days", y_title="points"),
    ]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_two_visitors_share_no_model_with_each_other_or_with_what_their_figures_are_twins_of() -> None:
    originals = {
        model.id for _ in _pictures() for figure in figures._originals.values() for model in figure.references()
    }
    for one, other in zip(_pictures(), _pictures(), strict=True):
        mine, theirs = ({model.id for model in chart.figure.references()} for chart in (one, other))
        assert mine.isdisjoint(theirs), one.key
        assert mine.isdisjoint(originals), one.key


def test_a_twin_draws_what_its_original_draws() -> None:
    _pictures()
    for kind, original in figures._originals.items():
        twin = figures.render(kind, lambda: None)
        kinds = [sorted(type(model).__name__ for model in figure.references()) for figure in (original, twin)]
        assert kinds[0] == kinds[1]
        assert [renderer.name for renderer in twin.renderers] == [renderer.name for renderer in original.renderers]
