"""What stands under a chart: one sentence, and how it was counted, without zeros."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from oss_ai_monitor.perspectives import Filters, Perspective, all_perspectives, how_counted, provenance_text
from oss_ai_monitor.warehouse import Warehouse

SENTENCE_END = re.compile(r"[.!?](?=\s|$)")
ZERO = re.compile(r"(?<![\d.,:-])0(?![\d.,]*\d)")


@pytest.mark.parametrize("dataset", ["hub", "v1", "v2"])
@pytest.mark.parametrize("kind", all_perspectives)
def test_one_sentence_stands_under_each_chart_and_how_it_was_counted_has_no_zero(
    community: Path, kind: type[Perspective], dataset: str
) -> None:
    warehouse = Warehouse.open(community)
    perspective = kind(warehouse, filters := Filters(warehouse))
    filters.dataset = dataset
    perspective.open()
    for chart in perspective.charts:
        if chart.is_offered:
            assert SENTENCE_END.findall(chart.caption) == ["."], chart.caption
            parts = how_counted(perspective, chart)
            needed = {"Rules", "Data"} if perspective.is_dated else {"Data"}
            assert needed <= set(parts) <= {"Rules", "Left out", "Disputed", "Dated lines", "Releases", "Data"}
            assert all(texts and all(texts) for texts in parts.values())
            text = provenance_text(perspective, chart)
            assert ZERO.findall(text) == [], text
            assert not text[:1].islower(), text  # it stands behind a full stop
    warehouse.close()
