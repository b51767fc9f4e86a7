"""Each visitor gets copies of the figures, which look alike and share no model."""

from __future__ import annotations

import pytest

from oss_ai_monitor.charts import Chart, PanelGrid, Points, StackedAreas, StackedBars, Timeline, figures
from oss_ai_monitor.charts.day_bars import DayBars
from oss_ai_monitor.charts.ladder import Ladder
from oss_ai_monitor.charts.spread import Spread

COLOURS = {"chat": "#0072B2", "merge": "#009E73"}


def _charts() -> list[Chart]:
    return [
        StackedBars("bars", by="type", colours=COLOURS),
        StackedAreas("areas", by="type", colours=COLOURS),
        Points("points", by="type", colours=COLOURS),
        Timeline("lanes", colours=COLOURS),
        DayBars("days", value="models", first=-1, last=1, y_title="models"),
        Spread("gains", x_title="points"),
        Ladder("ladder", x_title="days", y_title="points"),
        PanelGrid("panels", by="type", colours=COLOURS),
    ]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_copies_for_two_visitors_share_no_model_with_each_other_or_with_the_original() -> None:
    originals = {model.id for _ in _charts() for figure in figures._originals.values() for model in figure.references()}
    for chart, other_chart in zip(_charts(), _charts(), strict=True):
        mine, theirs = ({model.id for model in member.figure.references()} for member in (chart, other_chart))
        assert mine.isdisjoint(theirs), chart.key
        assert mine.isdisjoint(originals), chart.key


def test_a_copy_draws_what_its_original_draws() -> None:
    _charts()
    for key, original in figures._originals.items():
        copy = figures.render(key, lambda: None)
        kinds = [sorted(type(model).__name__ for model in figure.references()) for figure in (original, copy)]
        assert kinds[0] == kinds[1]
        assert [renderer.name for renderer in copy.renderers] == [renderer.name for renderer in original.renderers]
