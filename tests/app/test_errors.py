"""The notice about a change that failed goes when a later one is applied."""

from __future__ import annotations

from collections.abc import Callable

from bokeh.document import Document
from panel.io.document import unlocked
from panel.io.state import set_curdoc

from oss_ai_monitor.app import errors
from oss_ai_monitor.app.perspective_view import PerspectiveView
from oss_ai_monitor.perspectives import Filters, Overview
from oss_ai_monitor.warehouse import Warehouse


def test_a_change_that_works_removes_the_notice_of_one_that_failed(warehouse_of: Callable[..., Warehouse]) -> None:
    rows = [{"fullname": f"tin/{n}", "average": 40.0, "date": f"2024-0{n}-05T00:00:00Z"} for n in range(2, 6)]
    filters = Filters(warehouse_of(leaderboard_v1=rows))
    overview = Overview(filters.datasets.warehouse, filters)
    PerspectiveView(overview)
    with set_curdoc(Document()), unlocked():
        area = errors.notice_area()
        overview.open()
        errors._show_error(KeyError("gained"))
        assert len(area) == 1
        filters.unit = "week" if filters.unit != "week" else "month"
        assert overview.state == "ready"
        assert not len(area)
