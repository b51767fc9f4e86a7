"""What a perspective has shown is shown again: the same as it would compute, after any other choices."""

from __future__ import annotations

import datetime as dt
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import param
import pytest

from oss_ai_monitor.app.card_content import PAIRS, chart_data
from oss_ai_monitor.app.cards import Card
from oss_ai_monitor.app.perspective_view import PerspectiveView
from oss_ai_monitor.perspectives import Filters, Perspective, all_perspectives
from oss_ai_monitor.perspectives.outcomes import Outcome, Outcomes
from oss_ai_monitor.warehouse import Warehouse


@pytest.fixture(scope="module")
def warehouse(community: Path) -> Any:
    opened = Warehouse.open(community)
    yield opened
    opened.close()


class Visitor:
    """Somebody who opens a view and makes choices."""

    def __init__(self, kind: type[Perspective], warehouse: Warehouse, like: Visitor | None = None) -> None:
        """Open it at first, or with the choices of somebody else."""
        self.filters = Filters(warehouse)
        if like:
            self.filters.take(like.filters.selection)
        self.perspective = kind(warehouse, self.filters)
        if like:
            values = {name: getattr(like.perspective, name) for name in like.perspective.parameters}
            self.perspective.param.update(**values)
        self.view = PerspectiveView(self.perspective)
        self.perspective.open()

    @property
    def cards(self) -> list[Card]:
        return list(self.view.view.select(Card))

    def shown(self) -> list[Any]:
        """What stands beside the charts, and the charts that are not hidden."""
        perspective, cards = self.perspective, [_parsed(card.texts, card.chart_data) for card in self.cards]
        visible = [parts for parts in cards if parts[0]["is_visible"]]
        return [perspective.answer_text, perspective.left_out_text, perspective.tiles, perspective.reason, *visible]

    def computed(self) -> list[Any]:
        """The same, computed now without what was shown before."""
        perspective = self.perspective
        text_before = perspective.answer_text
        perspective.catch_up()
        perspective.outcomes = perspective._answered = None
        perspective.refresh()
        assert perspective.recalled is None
        assert perspective.answer_text == text_before
        return self.shown()

    def choose(self, name: str, value: Any) -> None:
        owner = self.perspective if name in self.perspective.parameters else self.filters
        setattr(owner, name, value)


def _parsed(texts: dict[str, Any], chart_data: dict[str, Any]) -> list[Any]:
    """Return what a card shows; in which order options stand says nothing."""
    return [texts, chart_data["bytes"], json.loads(chart_data["parts"])]


def choices(visitor: Visitor, dice: random.Random) -> tuple[str, Any]:
    """Return something that a reader could choose now, and its value."""
    filters, perspective = visitor.filters, visitor.perspective
    name = dice.choice(["unit", "dates", "dataset", "show_events", "sizes", *perspective.parameters])
    first, last = filters.selection.bounds
    days = (last - first).days
    match name:
        case "unit":
            return name, dice.choice(["day", "week", "month"])
        case "dates":
            return name, (first + dt.timedelta(days // dice.choice([2, 3, 4])), last - dt.timedelta(days // 9))
        case "dataset":
            return name, dice.choice(["hub", "v2"])
        case "show_events":
            return name, dice.choice([True, False])
        case "sizes":
            return name, dice.choice([[], list(filters.datasets.sizes[:2])])
    parameter = perspective.param[name]
    if isinstance(parameter, param.Boolean):
        return name, dice.choice([True, False])
    if isinstance(parameter, param.ListSelector):
        return name, list(parameter.objects)[: dice.choice([0, 1, 2])]
    if isinstance(parameter, param.Selector) and parameter.objects:
        disabled = perspective.disabled_options.get(name, ())
        return name, dice.choice([value for value in parameter.get_range().values() if value not in disabled])
    return name, getattr(perspective, name)


@pytest.mark.parametrize("kind", all_perspectives)
def test_what_was_shown_before_is_what_would_be_computed(warehouse: Warehouse, kind: type[Perspective]) -> None:
    """One visitor makes choices, one after the other; each next one opens the page with them."""
    dice, recalled = random.Random(kind.slug), 0
    one = Visitor(kind, warehouse)
    for _ in range(8):
        another = Visitor(kind, warehouse, one)
        if another.perspective.recalled:
            recalled += 1
            assert another.shown() == another.computed()
        one.choose(*choices(one, dice))
    assert recalled > 1


@pytest.mark.parametrize("kind", all_perspectives)
def test_options_with_numbers_as_keys_arrive_with_numbers(warehouse: Warehouse, kind: type[Perspective]) -> None:
    """The labels of ticks are such: as JSON their numbers would be texts, and the axis would show its numbers."""
    perspective = Visitor(kind, warehouse).perspective
    for chart in perspective.charts:
        contents, options = json.loads(chart_data(chart)["parts"])
        assert list(contents) == list(chart.columns)
        for model, properties in chart.options.items():
            for name, value in properties.items():
                arrived = options[model][name]
                if isinstance(value, dict) and any(not isinstance(key, str) for key in value):
                    arrived = dict(arrived[PAIRS])  # as chart.js makes a Map of them
                    assert arrived == value, (model, name)
                assert all(isinstance(key, str) for inner in _inner(value) for key in inner), (model, name)


def _inner(value: Any) -> Iterator[dict[Any, Any]]:
    """Return the dictionaries inside a value."""
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ():
        if isinstance(part, dict):
            yield part
        yield from _inner(part)


@pytest.mark.filterwarnings("ignore:The inplace keyword")  # Panel's table
def test_a_table_is_of_what_is_shown(warehouse: Warehouse) -> None:
    kind = next(kind for kind in all_perspectives if kind.slug == "model-types")
    one, other = Visitor(kind, warehouse), Visitor(kind, warehouse)
    for unit in ("month", "week"):
        one.choose("unit", unit)
        other.choose("unit", unit)
    assert other.perspective.recalled
    assert other.perspective.answer.empty, "nothing was computed for him"
    other.cards[0]._handle_msg({"action": "table"})
    for unit in ("month", "week", "month"):
        other.choose("unit", unit)
        one.choose("unit", unit)
        one.perspective.catch_up()
        assert other.perspective.answer.equals(one.perspective.answer)


def test_what_was_asked_for_last_stays() -> None:
    outcomes = Outcomes(max_bytes=200_000)
    outcome = Outcome({}, [{"texts": {}, "chart_data": {"bytes": b"", "parts": ""}}])
    for n in range(20):
        outcomes.remember(n, outcome)
        outcomes.recall(0)
    assert [n for n in range(20) if outcomes.recall(n)] == [0, *range(11, 20)]


def test_what_is_too_large_is_not_kept() -> None:
    outcomes = Outcomes(max_bytes=200_000)
    outcomes.remember(1, Outcome({}, [{"chart_data": {"bytes": b"0" * 200_000, "parts": ""}}]))
    assert outcomes.recall(1) is None
