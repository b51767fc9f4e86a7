"""The page Then and now: its address, what it offers and says, and hostile names and addresses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from oss_ai_monitor import warehouse
from oss_ai_monitor.app.citation import cite_text
from oss_ai_monitor.app.page_chart import HERE, PageChart
from oss_ai_monitor.comparing.figures import OF_ALL, OF_BOARDS
from oss_ai_monitor.landing import Landing
from oss_ai_monitor.notebook import Monitor
from oss_ai_monitor.pages.tables import VARIABLE
from oss_ai_monitor.pages.then_and_now import ThenAndNowPage
from oss_ai_monitor.pages.then_and_now.chart_links import chart_links_of
from oss_ai_monitor.perspectives import address
from oss_ai_monitor.programs import open_comparison, routes
from oss_ai_monitor.warehouse import Warehouse, by_snapshot_id
from tests.comparing.worlds import HOSTILE, NOW, SECOND, build_three_ends, build_two_days
from tests.conftest import land_rows


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("page")
    build_two_days(folder)
    return folder


@pytest.fixture
def page(folder: Path) -> Iterator[ThenAndNowPage]:
    opened = Warehouse.open(folder)
    yield ThenAndNowPage(opened)
    opened.close()


def text(page: ThenAndNowPage) -> str:
    return str(page._answer.object) + str(page._tables.object)


def test_it_opens_with_the_snapshot_before_the_newest_and_its_address_says_so(page: ThenAndNowPage) -> None:
    assert page.to_query() == {
        "view": "then-and-now", "dataset": "v2", "figure": "best-average", "then": "2024-07-01", "now": "2024-07-05",
        "step": "gone",
    }  # fmt: skip
    assert "60.00 points on 1 Jul 2024, 49.00 points on 5 Jul 2024, −11.00" in text(page)
    assert "Both ends are counted by the present rules" in text(page)
    (chart,) = page.charts
    assert chart.description() == (
        "Best average: from 1 Jul 2024 to 5 Jul 2024. Waterfall from 1 Jul 2024 60.00 to 5 Jul 2024 49.00. Steps: "
        "Models gone −10.00; Scored again −2.00; Other evaluation 0.00; New models +1.00."
    )


def test_an_address_opens_the_same_again(page: ThenAndNowPage) -> None:
    query = {
        "dataset": "v2",
        "figure": "permissive-share",
        "then": "2024-07-01",
        "now": "2024-07-05",
        "step": "licence",
    }
    page.from_query({"view": "then-and-now", **query})
    assert page.query == query
    assert "mit (permissive) → llama3 (community)" in text(page)
    assert "−33.3333" in text(page)


def test_a_step_of_the_chart_leads_to_its_rows(page: ThenAndNowPage) -> None:
    links = page.links_of(page.charts[0])
    assert list(links) == ["Models gone", "Scored again", "Other evaluation", "New models"]
    assert links["New models"].endswith("figure=best-average&then=2024-07-01&now=2024-07-05&step=new")
    assert PageChart(page.charts[0], links=links).links == links
    page.from_query({"figure": "best-average", "step": "new"})
    assert "New models: 1 model" in text(page)


def test_links_below_the_chart_lead_to_its_tables_its_selects_and_its_citation(page: ThenAndNowPage) -> None:
    page.from_query({"figure": "best-average", "then": "2024-07-01", "now": "2024-07-05", "step": "new"})
    (chart,) = page.charts
    chart_links = page.chart_links(chart)
    assert list(chart_links.tables) == ["CSV", "CSV of the models", "JSON"]
    steps, models, answer = (address.read(link.partition("?")[2]) for link in chart_links.tables.values())
    table = open_comparison(page.warehouse, {name: steps[name] for name in steps if name != "snapshot"})
    assert [table.frame["after"].iloc[0], table.frame["after"].iloc[-1]] == [60, 49]
    frame = open_comparison(page.warehouse, models).frame
    assert frame["step"].value_counts().to_dict() == {"gone": 2, "rescored": 1, "evaluation": 1, "new": 1}
    assert frame["model_id"].iloc[-1] == HOSTILE
    assert routes()["then-and-now"].answer(page.warehouse, answer)["difference"] == -11
    for name, value in (("SQL then", 60), ("SQL now", 49)):
        query = chart_links.selects[name]
        with closing(Warehouse(by_snapshot_id(page.warehouse.path.resolve().parents[1])[query["snapshot"]])) as end:
            assert end.sql_frame(query["q"])["value"].tolist() == [value]
    assert chart_links.cited is not None
    assert PageChart(chart, cited=chart_links.cited).citation["Text"].count(HERE) == 1
    citation = cite_text(chart_links.cited, "https://example.org/serve", dt.date(2024, 8, 1))
    assert "Best average: 4 Jul 2024" not in citation.text
    assert "Best average: 1 Jul 2024 and 5 Jul 2024 (Why does a number differ" in citation.text
    assert f"&snapshot={chart_links.cited.snapshot}" in citation.text


@pytest.mark.parametrize("name", [figure.name for figure in (*OF_BOARDS, *OF_ALL)])
def test_the_select_of_each_figure_gives_its_value(page: ThenAndNowPage, name: str) -> None:
    page.from_query({"figure": name})
    assert page.state is not None
    assert page.state.comparison is not None
    select = chart_links_of(page.warehouse, page.state.comparison, page.query, page.slug).selects["SQL now"]["q"]
    (value,) = page.warehouse.sql_frame(select)["value"]
    assert value == pytest.approx(page.state.comparison.now.value)


def test_names_of_strangers_mark_nothing_up(page: ThenAndNowPage) -> None:
    page.from_query({"figure": "best-average", "step": "new"})
    assert HOSTILE not in text(page)
    assert "evil/&lt;b&gt;x&lt;/b&gt;|`*" in text(page)
    assert "<b>x" not in text(page)


@pytest.mark.parametrize(
    ("query", "notice"),
    [
        ({"then": "<script>alert(1)</script>"}, "“&lt;script&gt;alert(1)&lt;/script&gt;” is no date like 2024-11-04"),
        ({"figure": "'; drop table x" * 100}, "There is no figure “"),
        ({"dataset": "hub"}, "There is no dataset “hub” here: showing v2."),
        ({"then": "1066-10-14"}, "No generation of 1066-10-14 with v2 is here"),
        ({"then": "2024-07-05", "now": "2024-07-01"}, "The earlier date comes first"),
        ({"now": "9999-12-31"}, "No generation of 9999-12-31"),
        ({"then": "9998-12-31", "now": "9999-12-31"}, "“then” (9998-12-31) lies in the future: choose 2"),
        ({"then": "2024-07-06"}, "“then” (2024-07-06) is later than “now” (2024-07-05). Choose 2024-07-05 or an"),
    ],
)
def test_an_address_that_is_wrong_says_why(page: ThenAndNowPage, query: dict[str, str], notice: str) -> None:
    page.from_query(query)
    assert notice in text(page)
    assert "<script" not in text(page)
    assert len(str(page._answer.object)) < 1_000
    assert all(len(value) < 100 for value in page.query.values())


@pytest.mark.parametrize(
    "message",
    [
        None, 1, "figure", [], {}, {"name": "figure"}, {"name": "figure", "value": 1},
        {"name": "figure", "value": "x" * 999},
        {"name": "query", "value": "best-average"}, {"name": "figure", "value": "nothing-like-it"},
        {"name": ["figure"], "value": "best-average"}, {"name": "then", "value": "../../etc/passwd"},
    ],
)  # fmt: skip
def test_a_message_that_offers_nothing_changes_nothing(page: ThenAndNowPage, message: Any) -> None:
    before = dict(page.query)
    page._chooser._handle_msg(message)
    assert page.query == before


def test_another_choice_drops_what_it_does_not_have(page: ThenAndNowPage) -> None:
    page.from_query({"figure": "permissive-share", "step": "licence"})
    page._chooser._handle_msg({"name": "figure", "value": "evaluated-models"})
    assert (page.query["figure"], page.query["step"]) == ("evaluated-models", "gone")
    page._chooser._handle_msg({"name": "then", "value": "2024-07-05"})
    assert page.query["then"] == "2024-07-05"
    assert "no change" in text(page)
    assert page.charts == []


def test_an_operator_who_withholds_rows_withholds_them_here(
    page: ThenAndNowPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, "off")
    page.from_query({"figure": "permissive-share", "step": "licence"})
    assert "tin/licence" not in text(page)
    assert "The operator of this page has switched off tables" in text(page)


def test_with_one_snapshot_it_says_what_to_run(tmp_path: Path) -> None:
    land_rows(tmp_path, "leaderboard_v2", NOW, as_of=SECOND)
    warehouse.build(tmp_path, Landing(tmp_path / "landing").selected())
    opened = Warehouse.open(tmp_path)
    try:
        page = ThenAndNowPage(opened)
        assert "there is nothing to compare it with" in text(page)
        assert page.charts == []
    finally:
        opened.close()


def test_a_notebook_says_the_same(page: ThenAndNowPage) -> None:
    plot = Monitor(page.warehouse).compare("permissive-share", then="2024-07-01")
    assert plot.frame[["step", "models"]].values.tolist() == [
        ["Models gone", 2],
        ["Other licence", 1],
        ["New models", 1],
    ]
    assert plot.frame["difference"].sum() == pytest.approx(-25)
    names = plot.rows["model_id"].tolist()
    assert [sorted(names[:2]), *names[2:]] == [["tin/flagged-later", "tin/gone"], "tin/licence", HOSTILE]
    assert plot.sentence.startswith("Share of permissive licences of Open LLM Leaderboard v2: 100.00% on 1 Jul 2024")
    with pytest.raises(ValueError, match="Those that are here: 2024-07-01, 2024-07-05"):
        Monitor(page.warehouse).compare("permissive-share", then="2024-07-02")
    with pytest.raises(ValueError, match="There is no figure"):
        Monitor(page.warehouse).compare("nothing", then="2024-07-01")


def test_generations_of_one_board_are_offered_each_and_compared(tmp_path: Path) -> None:
    build_three_ends(tmp_path)
    opened = Warehouse.open(tmp_path)
    try:
        page = ThenAndNowPage(opened)
        page.from_query({"figure": "merges-share"})
        assert page.query == {
            "dataset": "v2", "figure": "merges-share", "then": "2024-07-05", "now": "2024-07-09", "step": "merge",
        }  # fmt: skip
        offered = {name: [tuple(option) for option in options] for name, _, options in page._chooser.choices}
        assert offered["then"] == offered["now"] == [
            ("2024-07-09", "9 Jul 2024 (board of 5 Jul 2024)"), ("2024-07-05", "5 Jul 2024"),
        ]  # fmt: skip
        assert "0.00% as built for 5 Jul 2024, 20.00% as built for 9 Jul 2024 (scores of 5 Jul 2024), +20.00" in text(
            page
        )
        assert "<th role=rowheader scope=row>as built for 9 Jul 2024</th>" in text(page)
        (chart,) = page.charts
        assert chart.description() == (
            "Share of merges: as built for 5 Jul 2024 and for 9 Jul 2024 (scores of 5 Jul 2024). Waterfall from for 5 "
            "Jul 2024 0.00 to for 9 Jul 2024 20.00. Steps: Merge or not +20.00."
        )
        page.from_query({"dataset": "v2", "figure": "merges-share", "then": "2024-07-01"})
        assert "The earlier snapshot, of 2024-07-01, does not have the dataset v2" in text(page)
        page.from_query({"dataset": "hub"})
        assert "there is nothing to compare it with" in text(page)
    finally:
        opened.close()
