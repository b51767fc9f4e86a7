"""The SQL room without a browser: what it asks, what it says, what it keeps in the address, what it draws and saves."""

from __future__ import annotations

import asyncio
import base64
import csv
import io
import sys
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import duckdb
import holoviews as hv
import panel as pn
import pytest

from oss_ai_monitor import warehouse
from oss_ai_monitor.app.session import Session
from oss_ai_monitor.landing import Landing
from oss_ai_monitor.pages.sql import page as sql_page
from oss_ai_monitor.pages.sql.answer_chart import AnswerChart
from oss_ai_monitor.pages.sql.answer_table import table
from oss_ai_monitor.pages.sql.editor import ace
from oss_ai_monitor.pages.sql.page import MAX_LINK_LENGTH, SqlPage
from oss_ai_monitor.sandbox import Column, Result
from oss_ai_monitor.warehouse import Warehouse

from ..conftest import land_rows

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="a process is confined on Linux only"),
    pytest.mark.filterwarnings("ignore:The inplace keyword"),  # Panel's tables and hvPlot, with pandas 3.1
]
LISTING = [
    {"id": f"a/{name}", "downloads": n, "created_at": "2024-02-01 10:00:00"} for n, name in enumerate(("one", "=two"))
]
CANARY = "<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    folder: Path = tmp_path_factory.mktemp("room")
    land_rows(folder, "hub_listing", LISTING)
    warehouse.build(folder, Landing(folder / "landing").selected())
    opened = Warehouse.open(folder)
    yield opened
    opened.close()


def finished(work: Coroutine[Any, Any, Any]) -> Any:
    """Runs in a thread of its own: a browser's tests leave a loop running in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


@pytest.fixture(autouse=True)
def _own_loop_each() -> None:
    sql_page._sandboxes.clear()


def answered(page: SqlPage, text: str) -> SqlPage:
    async def run() -> None:
        page.run(text)
        assert page.editor.state == "running"
        await page.wait()

    finished(run())
    return page


def saved(page: SqlPage, monkeypatch: pytest.MonkeyPatch, kind: str) -> tuple[str, bytes]:
    sent: list[dict[str, str]] = []
    monkeypatch.setattr(page.editor, "_send_msg", sent.append)
    page.editor._handle_msg({"save": kind})
    return sent[0]["name"], base64.b64decode(sent[0]["base64"])


def test_an_answer_is_shown_and_its_question_kept_in_the_address(small: Warehouse) -> None:
    page = answered(SqlPage(small), "select model_id, downloads_30d from core.models order by 2")
    assert page.editor.state == "answered"
    assert page.editor.message.startswith("2 rows in 0.")
    assert page.query == {"q": "select model_id, downloads_30d from core.models order by 2"}
    assert [type(part) for part in page._answers] == [pn.widgets.Tabulator]
    assert page._answers[0].value.to_dict("list") == {"c0": ["a/one", "a/=two"], "c1": [0, 1]}


def test_says_when_it_was_cut(small: Warehouse) -> None:
    page = answered(SqlPage(small), "select range, case when range < 7 then repeat('x', 3000) end from range(6000)")
    assert "only the first 5,000 rows are kept; 7 long texts are shortened" in page.editor.message


def test_a_refusal_is_told_as_it_is_and_the_last_answer_stays(small: Warehouse) -> None:
    page = answered(SqlPage(small), "select 1 as n")
    answered(page, f"select '{CANARY}")
    assert page.editor.state == "refused"
    assert "Parser Error" in page.editor.message
    assert page._answers.objects
    answered(page, "drop table core.models")
    assert "Only SELECT and EXPLAIN" in page.editor.message


def test_a_question_from_a_link_waits_until_it_is_run(small: Warehouse) -> None:
    visit = Session(small, "?view=sql&q=select+42+as+answer")
    page = visit.page
    assert isinstance(page, SqlPage)
    assert page.editor.text == "select 42 as answer"
    assert page.editor.state == "idle"
    assert page.result is None
    assert visit.to_query() == "?view=sql&q=select+42+as+answer"


def test_a_question_too_long_for_a_link_is_in_none(small: Warehouse) -> None:
    long = f"select '{'é' * (MAX_LINK_LENGTH // 6)}'"
    page = answered(SqlPage(small), long)
    assert page.editor.state == "answered"
    assert page.query == {}
    assert page.editor.message.endswith(sql_page.TOO_LONG)


def test_stop_ends_the_question_and_another_can_be_asked(small: Warehouse) -> None:
    page = SqlPage(small)

    async def run() -> None:
        page.run("select count(*) from range(10_000_000) a, range(10_000_000) b")
        await asyncio.sleep(0.3)
        page.editor._handle_msg({"stop": True})
        await page.wait()

    finished(run())
    assert (page.editor.state, page.editor.message) == ("refused", "Stopped.")
    assert answered(page, "select 1 as n").editor.state == "answered"


def test_visitors_of_a_generation_share_one_workspace(small: Warehouse) -> None:
    one, other = SqlPage(small), SqlPage(small)
    assert one._sandbox is other._sandbox
    assert one._visitor != other._visitor


def test_a_system_that_cannot_confine_says_so(small: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oss_ai_monitor.sandbox.runner.sys.platform", "darwin")
    page = SqlPage(small)
    assert not page.editor.can_query
    assert "need Linux" in page.editor.message
    page.run("select 1")
    assert page.result is None


def test_what_no_button_sends_is_passed_over(small: Warehouse) -> None:
    page = SqlPage(small)
    page.editor._handle_msg({"save": "exe", "show": "everything", "nothing": "at all"})
    assert page.editor.answer_view == "table"


def test_csv_is_harmless_in_a_spreadsheet_and_whole_otherwise(
    small: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    select = (
        "select '=1+1' as \"=a\", '@b' as b, -1.5 as c, -2 as d, '-x' as e, 'é' as f, date '2024-01-01' as g, null as h"
    )
    name, content = saved(answered(SqlPage(small), select), monkeypatch, "csv")
    assert name.startswith("answer_")
    assert name.endswith("Z.csv")
    (row,) = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
    assert row == {
        "'=a": "'=1+1", "b": "'@b", "c": "-1.5", "d": "-2", "e": "'-x", "f": "é", "g": "2024-01-01", "h": "",
    }  # fmt: skip


def test_parquet_holds_what_was_answered(small: Warehouse, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _, content = saved(answered(SqlPage(small), "select '=1' as a, 1.5::decimal(4, 2) as b"), monkeypatch, "parquet")
    (tmp_path / "answer.parquet").write_bytes(content)
    read = duckdb.sql(f"from '{tmp_path / 'answer.parquet'}'")
    assert ([str(kind) for kind in read.types], str(read.fetchall()[0][1])) == (["VARCHAR", "DECIMAL(4,2)"], "1.50")


def result(columns: dict[str, str], *rows: tuple[Any, ...], more: bool = False) -> Result:
    return Result(tuple(Column(*one) for one in columns.items()), rows, more, 0, 0.1)


def test_the_table_sorts_numbers_as_numbers_and_keeps_titles_text() -> None:
    widget = table(
        result({CANARY: "VARCHAR", "d": "DECIMAL(4,2)", "n": "BIGINT"}, ("x", "9.50", 2**60), ("y", None, 1))
    )
    assert widget.titles["c0"] == "&lt;img src=x onerror=alert(1)&gt;"
    assert widget.value["c1"].tolist() == [9.5, None]
    assert widget.value["c2"].tolist() == [str(2**60), "1"]
    assert [column["field"] for column in widget._configuration["columns"]] == ["c1", "c2"]


def test_a_plan_is_shown_as_text(small: Warehouse) -> None:
    page = answered(SqlPage(small), "explain select 1 as n")
    assert page._answers[0].object.startswith("<pre>")


def test_a_chart_guesses_its_axes_and_follows_its_choices() -> None:
    rows = [(f"2024-0{n}-01", kind, str(n)) for n in range(1, 7) for kind in ("a", "b")]
    chart = AnswerChart(result({"month": "DATE", "kind": "VARCHAR", "models": "HUGEINT"}, *rows))
    assert (chart.x, chart.y, chart.by, chart.kind) == ("month", "models", "kind", "line")
    assert isinstance(chart._column[0].object, hv.NdOverlay)
    for kind in ("bar", "scatter", "line"):
        chart.kind = kind
        assert hv.render(chart._column[0].object) is not None
    chart.param.update(kind="hist", x="models", by="nothing")
    assert isinstance(chart._column[0].object, hv.Histogram)
    chart.x = "month"
    assert not len(chart._column)
    assert "needs a column of numbers" in chart._note.object


def test_a_chart_says_what_it_leaves_out() -> None:
    rows = [(f"name {n}", f"colour {n % 20}", float(n)) for n in range(100)] + [("none", "colour 1", None)]
    chart = AnswerChart(result({"name": "VARCHAR", "colour": "VARCHAR", "n": "DOUBLE"}, *rows))
    assert (chart.x, chart.kind) == ("name", "bar")
    assert "Only the first 60 of 100 names are drawn." in chart._note.object
    assert "1 rows without a value" in chart._note.object
    chart.by = "colour"
    assert "Only 12 of 20 values have a colour" in chart._note.object


@pytest.mark.parametrize("name", [CANARY, "$$x^2$$", "\\(x\\)", "@{y}", "x", "by", ""])
def test_a_chart_takes_no_name_for_more_than_a_name(name: str) -> None:
    columns = {name: "VARCHAR", "y" if name != "y" else "z": "DOUBLE"}
    chart = AnswerChart(result(columns, (CANARY, 1.0), ("$$y$$", 2.0)))
    figure = hv.render(chart._column[0].object)
    label = figure.xaxis[0].axis_label
    assert label.replace("\u200b", "") == name
    assert "$$" not in label
    assert "\\(" not in label
    assert not any("$$" in factor for factor in figure.x_range.factors)


def test_where_there_is_nothing_to_draw_the_chart_says_so() -> None:
    assert "no column of numbers" in AnswerChart(result({"a": "VARCHAR"}, ("x",)))._note.object
    assert "nothing to draw" in AnswerChart(result({"a": "DATE", "n": "HUGEINT"}))._note.object
    assert "no column of numbers" in AnswerChart(result({}))._note.object


def test_the_desk_knows_every_relation_and_only_plain_words(small: Warehouse) -> None:
    desk = SqlPage(small).editor
    names = [relation for relation, *_ in desk.schema]
    assert {"core.models", "marts.datasets"} <= set(names)
    assert names.index("core.lineage_by_key") > names.index("marts.scores")
    assert all(word.replace("_", "").isalnum() for word, _ in desk.words)
    assert {"keyword", "function"} == {kind for _, kind in desk.words}


def test_the_editor_is_among_what_panel_serves() -> None:
    folder = Path(pn.__file__).parent / "dist" / ace()
    assert {"ace.js", "ext-language_tools.js", "mode-pgsql.js"} <= {path.name for path in folder.iterdir()}
