"""Every view of a published copy draws, or says that the rows of leaderboards are not in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from oss_ai_monitor import comparing
from oss_ai_monitor.app.layout import _real_data, _rules_banner
from oss_ai_monitor.pages import then_and_now
from oss_ai_monitor.perspectives import Perspective, all_perspectives
from oss_ai_monitor.perspectives.opening import open_perspective
from oss_ai_monitor.perspectives.overview.view import Overview
from oss_ai_monitor.programs import InvalidRequest, open_table
from oss_ai_monitor.programs.answers import view_answer
from oss_ai_monitor.programs.problem import Problem
from oss_ai_monitor.report import ReportError, report
from oss_ai_monitor.warehouse import Warehouse

from .conftest import manifest_of, run


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


def test_the_page_of_a_copy_of_simulated_data_names_the_publisher(copy: Warehouse) -> None:
    text = _real_data(copy)
    assert text.startswith("This is a copy: for real data ask its publisher, or follow an address that publishes them")
    assert text.endswith("oss-ai-monitor serve --follow ADDRESS”.")


def test_the_tiles_of_a_copy_say_what_is_not_in_it(copy: Warehouse) -> None:
    tiles = {tile.title.partition(" · ")[0]: tile for tile in open_perspective(copy, Overview, {}).perspective.tiles}
    for title in ("Best open model", "Best at ≤ 8 B"):
        assert tiles[title].sentence == "The rows of leaderboards are not in a published copy."


NOT_HERE = "There is no dataset “v2” here, and the rows of leaderboards are not in a published copy."


def test_programs_are_told_why_a_copy_has_no_leaderboard(copy: Warehouse) -> None:
    with pytest.raises(Problem) as problem:
        view_answer(copy, "gain", {"dataset": "v2"})
    assert problem.value.status == 400
    assert problem.value.detail == NOT_HERE
    with pytest.raises(InvalidRequest, match=NOT_HERE):
        open_table(copy, "model-types", {"dataset": "v2"})
    with pytest.raises(ReportError, match="there is no dataset v2, and the rows of leaderboards are not in a publ"):
        report(copy, perspectives=["model-types"], filters={"dataset": "v2"})
    with pytest.raises(ReportError, match="needs scores, and the rows of leaderboards are not in a published copy"):
        report(copy, perspectives=["gain"])
    with pytest.raises(comparing.NoEnd, match="and the rows of leaderboards are not in a published copy"):
        comparing.figure_of(copy, "listed-models", "v2")


def test_a_report_of_all_views_of_a_copy_leaves_out_those_that_need_scores(copy: Warehouse) -> None:
    page = report(copy)
    without = [kind for kind in all_perspectives if kind.needs_scores]
    assert re.findall('<section id="(.*?)">', page) == [kind.slug for kind in all_perspectives if kind not in without]
    assert without
    titles = ", ".join(kind.title for kind in without)
    reason = "The Hub&#x27;s listing holds no scores, and the rows of leaderboards are not in a published copy."
    assert f'<p class="note">Left out: {titles}. {reason}</p>' in page
    assert "Left out: " not in report(copy, perspectives=["model-types"])


def test_the_command_writes_a_report_of_a_copy(public: Path, tmp_path: Path) -> None:
    run(tmp_path / "copy", "follow", str(public))
    run(tmp_path / "copy", "report", str(tmp_path / "out.html"))
    assert "are not in a published copy.</p>" in (tmp_path / "out.html").read_text(encoding="utf-8")


def test_then_and_now_of_a_copy_asks_nobody_to_build(copy: Warehouse) -> None:
    state = then_and_now.state_of(copy, {"dataset": "v2"})
    assert NOT_HERE.removesuffix(".") in " ".join(state.notices)
    assert state.message.endswith("there is nothing to compare it with. It shows a copy, which is of one snapshot.")


def test_status_of_a_copy_says_that_the_data_are_simulated(public: Path, tmp_path: Path) -> None:
    run(tmp_path / "copy", "follow", str(public))
    for arguments in (["status"], ["status", "--verbose"]):
        lines = run(tmp_path / "copy", *arguments).stdout.splitlines()
        assert [line for line in lines if line.startswith("warehouse: ") and line.endswith(", of simulated data")]
