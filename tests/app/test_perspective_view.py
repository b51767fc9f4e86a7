"""The place of a perspective on the page: what stands around its pictures follows them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from oss_ai_monitor.app.cards import Card
from oss_ai_monitor.app.perspective_view import PerspectiveView
from oss_ai_monitor.perspectives import Filters, Overview
from oss_ai_monitor.warehouse import Warehouse


def test_the_title_of_a_picture_follows_the_unit_where_no_sentence_changes(
    warehouse_of: Callable[..., Warehouse],
) -> None:
    rows = [{"fullname": f"tin/{n}", "average": 40.0, "date": f"2024-0{n}-05T00:00:00Z"} for n in range(2, 6)]
    filters = Filters(warehouse := warehouse_of(leaderboard_v1=rows))
    filters.param.update(dates=(dt.date(2024, 2, 1), dt.date(2024, 6, 1)), unit="month")
    overview = Overview(warehouse, filters)
    stage = PerspectiveView(overview)
    overview.open()
    sentence = overview.answer_text
    filters.unit = "week"
    assert overview.answer_text == sentence
    assert [card.texts["title"] for card in stage.view.select(Card)] == ["New models per week"]
