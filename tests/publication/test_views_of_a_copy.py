"""Every view of a published copy draws, or says that the rows of leaderboards are not in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from oss_ai_monitor.app.layout import _rules_banner
from oss_ai_monitor.perspectives import Perspective, all_perspectives
from oss_ai_monitor.perspectives.opening import open_perspective
from oss_ai_monitor.warehouse import Warehouse

from .conftest import manifest_of


@pytest.fixture(scope="module")
def copy(publisher: Path) -> Iterator[Warehouse]:
    opened = Warehouse(publisher / "public" / manifest_of(publisher / "public").warehouse.path)
    yield opened
    opened.close()


@pytest.mark.parametrize("kind", all_perspectives, ids=lambda kind: kind.slug)
def test_every_view_of_a_copy_draws_or_says_what_is_missing(copy: Warehouse, kind: type[Perspective]) -> None:
    perspective = open_perspective(copy, kind, {}).perspective
    if kind.needs_scores:
        assert perspective.state == "no scores"
        assert perspective.reason == (
            "The Hub's listing holds no scores, and the rows of leaderboards are not in a published copy."
        )
    else:
        assert perspective.state in ("ready", "empty"), perspective.reason
        assert perspective.answer_text if perspective.state == "ready" else perspective.reason


def test_the_page_says_that_it_is_a_copy(copy: Warehouse) -> None:
    (banner,) = _rules_banner(copy)
    assert "Rows of leaderboards may not be passed on, and are not in it." in str(banner.object)  # type: ignore[attr-defined]
