"""The SQL room without a browser: what it asks, what it says, what it keeps in the address, what it draws and saves."""

from __future__ import annotations

import asyncio
import base64
import csv
import gc
import io
import json
import re
import sys
import weakref
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import duckdb
import panel as pn
import pytest

from oss_ai_monitor.app.session import Session
from oss_ai_monitor.pages.sql import page as sql_page
from oss_ai_monitor.pages.sql.answer_chart import AnswerChart
from oss_ai_monitor.pages.sql.answer_table import AnswerTable, Question
from oss_ai_monitor.pages.sql.editor import ace
from oss_ai_monitor.pages.sql.page import MAX_LINK_LENGTH, SqlPage
from oss_ai_monitor.sandbox import Column, Result, Running
from oss_ai_monitor.warehouse import Warehouse
from tests.conftest import Until

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="a process is confined on Linux only"),
    pytest.mark.filterwarnings("ignore:The inplace keyword"),  # Panel's tables and hvPlot, with pandas 3.1
]
LISTING = [
    {"id": f"a/{name}", "downloads": n, "created_at": "2024-02-01 10:00:00"} for n, name in enumerate(("one", "=two"))
]
CANARY = "<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def small(warehouse_of: Callable[..., Warehouse]) -> Warehouse:
    return warehouse_of(hub_listing=LISTING)


def finished(work: Coroutine[Any, Any, Any]) -> Any:
    """Runs in a thread of its own: a browser's tests leave a loop running in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


@pytest.fixture(autouse=True)
def _own_loop_each(monkeypatch: pytest.MonkeyPatch) -> None:
    sql_page._sandboxes.clear()
    monkeypatch.setattr(sql_page, "_running", Running(sql_page.MAX_PROCESSES))


def answered(page: SqlPage, text: str) -> SqlPage:
    async def run() -> None:
        page.run(text)
        assert page.editor.state == "running"
        await page.wait()

    finished(run())
    return page


def sent(page: SqlPage, message: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the editor sends when a browser has sent it a message, and all that this begins has ended."""
    messages: list[dict[str, Any]] = []
    monkeypatch.setattr(page.editor, "_send_msg", messages.append)

    async def run() -> None:
        page.editor._handle_msg(message)
        await page.wait()

    finished(run())
    return messages


def saved(page: SqlPage, monkeypatch: pytest.MonkeyPatch, kind: str) -> tuple[str, bytes]:
    pieces = sent(page, {"save": kind}, monkeypatch)
    assert [piece["is_last"] for piece in pieces] == [False] * (len(pieces) - 1) + [True]
    return pieces[0]["name"], b"".join(base64.b64decode(piece["base64"]) for piece in pieces)


def at_once(make: Callable[[], Any], then: Callable[[Any], None]) -> None:
    """Does in the same thread what a page has done in another one."""
    then(make())


def pages_for(table: AnswerTable, message: Any) -> list[dict[str, Any]]:
    """The pages that a table sends for a message of a browser."""
    messages: list[dict[str, str]] = []
    table._send_msg = messages.append
    table._handle_msg(message)
    return [json.loads(one["page"]) for one in messages]


def question(page: int = 1, sort: Sequence[tuple[int, str]] = (), filters: Sequence[tuple[int, str]] = ()) -> Any:
    sorts = [{"field": f"c{n}", "dir": direction} for n, direction in sort]
    texts = [{"field": f"c{n}", "value": text} for n, text in filters]
    return {"page": json.dumps({"number": 7, "page": page, "sort": sorts, "filter": texts})}


def test_an_answer_is_shown_and_its_question_kept_in_the_address(small: Warehouse) -> None:
    page = answered(SqlPage(small), "select model_id, downloads_30d from core.models order by 2")
    assert page.editor.state == "answered"
    assert re.fullmatch(r"2 rows in \d+\.\d\d s\.", page.editor.message)
    assert page.query == {"q": "select model_id, downloads_30d from core.models order by 2"}
    (table,) = page._answers
    assert table.columns == [["model_id", False], ["downloads_30d", True]]
    assert page.result
    (shown,) = pages_for(AnswerTable(page.result, at_once), question())
    assert shown == {"number": 7, "last_page": 1, "rows": [["a/one", "0"], ["a/=two", "1"]]}


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


def test_a_generation_that_nobody_has_open_is_freed_after_a_question(small: Warehouse, until: Until) -> None:
    opened = Warehouse(small.path)
    page = answered(SqlPage(opened), "select 1 as n")
    assert page.editor.state == "answered"
    freed = weakref.ref(opened)
    opened.close()
    del opened, page

    def is_freed() -> bool:
        gc.collect()
        return freed() is None

    until(is_freed)  # the thread that answered holds its question until it has ended


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
    answered(page, "select 1 as n")
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
    lines = tuple(json.dumps(row).encode() for row in rows)
    return Result(tuple(Column(*one) for one in columns.items()), lines, more, 0, 0, 0.1)


def drawn(answer: Result) -> AnswerChart:
    chart = AnswerChart(answer, at_once)
    chart.draw()
    return chart


ROWS = [
    ("Two", "10.50", 2**60, [1], "", True),
    ("one", "9.50", 1, [2], None, False),
    ("two", None, None, [3], "x", None),
    ("Three", "-1.00", float("nan"), [4], "ONE", True),
]
KINDS = {"a": "VARCHAR", "d": "DECIMAL(4,2)", "n": "DOUBLE", "l": "INTEGER[]", "t": "VARCHAR", "b": "BOOLEAN"}


@pytest.mark.parametrize(
    ("asking", "names"),
    [
        (question(), "Two one two Three"),
        (question(sort=[(0, "asc")]), "one Three Two two"),
        (question(sort=[(1, "asc")]), "Three one Two two"),
        (question(sort=[(1, "desc")]), "Two one Three two"),
        (question(sort=[(2, "desc")]), "Two one two Three"),
        (question(sort=[(5, "asc"), (0, "desc")]), "one Two Three two"),
        (question(filters=[(0, "TW")]), "Two two"),
        (question(filters=[(4, "one")]), "Three"),
        (question(filters=[(1, ".50"), (5, "true")]), "Two"),
        (question(filters=[(0, "nothing")]), ""),
        (question(page=2), ""),
    ],
)
def test_a_table_sorts_numbers_as_numbers_and_filters_what_it_shows(asking: Any, names: str) -> None:
    ((page),) = pages_for(AnswerTable(result(KINDS, *ROWS), at_once), asking)
    assert " ".join(row[0] for row in page["rows"]) == names
    assert page["last_page"] == 1


def test_a_table_shows_a_page_of_texts() -> None:
    rows = [(n, 2**60 + n, "x" * 2000) for n in range(45)]
    table = AnswerTable(result({CANARY: "INTEGER", "n": "BIGINT", "t": "VARCHAR"}, *rows), at_once)
    assert table.columns == [[CANARY, True], ["n", True], ["t", False]]
    ((page),) = pages_for(table, question(page=3))
    assert page["rows"] == [[str(n), str(2**60 + n), "x" * 2000] for n in range(40, 45)]
    assert page["last_page"] == 3


def test_a_page_of_a_wide_table_is_not_large() -> None:
    columns = {f"column {n}": "VARCHAR" for n in range(200)}
    wide = AnswerTable(result(columns, *(("é" * 2000,) * 200 for _ in range(25))), at_once)
    ((page),) = pages_for(wide, question())
    assert page["rows"] == [["é" * 100 + "…"] * 200] * 20


@pytest.mark.parametrize(
    "message",
    [
        *(None, [], "page", {}, {"page": None}, {"page": "{"}, {"page": "[]"}, {"page": "null"}, {"other": "1"}),
        *(question(sort=[(3, "asc")]), question(filters=[(-1, "x")]), {"page": "[" * 100_000}),
        *({"page": json.dumps({"number": 1, "page": page, "sort": [], "filter": []})} for page in ("x", None, 1e400)),
        {"page": json.dumps({"number": 1, "page": 1, "sort": [{"field": "x", "dir": 1}], "filter": []})},
    ],
)
def test_a_table_passes_over_what_no_browser_asks(message: Any) -> None:
    assert pages_for(AnswerTable(result({"a": "INTEGER"}, (1,)), at_once), message) == []


def test_what_is_shown_is_of_the_newest_answer(small: Warehouse) -> None:
    page = answered(SqlPage(small), "select 1 as n")

    async def run() -> None:
        page.show("chart")
        page.run("select 2 as m")
        await page.wait()

    finished(run())
    (chart,) = page._answers
    assert list(page._views) == ["chart"]
    assert page.result
    assert page.result.rows == ((2,),)
    assert "m" in chart[0][1].options


def test_a_plan_is_shown_as_text(small: Warehouse) -> None:
    page = answered(SqlPage(small), "explain select 1 as n")
    assert page._answers[0].object.startswith("<pre>")


def test_a_chart_guesses_its_axes_and_follows_its_choices() -> None:
    rows = [(f"2024-0{n}-01", kind, str(n)) for n in range(1, 7) for kind in ("a", "b")]
    chart = drawn(result({"month": "DATE", "kind": "VARCHAR", "models": "HUGEINT"}, *rows))
    assert (chart.x, chart.y, chart.by, chart.kind) == ("month", "models", "kind", "line")
    for kind, glyphs in {"line": ["Line"] * 2, "bar": ["VBar"], "scatter": ["Scatter"] * 2}.items():
        chart.kind = kind
        assert [type(part.glyph).__name__ for part in chart._column[0].object.renderers] == glyphs
    chart.param.update(kind="hist", x="models", by="nothing")
    assert [type(part.glyph).__name__ for part in chart._column[0].object.renderers] == ["Quad"]
    chart.x = "month"
    assert not len(chart._column)
    assert "needs a column of numbers" in chart._note.object


def test_a_chart_says_what_it_leaves_out() -> None:
    rows = [(f"name {n}", f"colour {n % 20}", float(n)) for n in range(100)] + [("none", "colour 1", None)]
    chart = drawn(result({"name": "VARCHAR", "colour": "VARCHAR", "n": "DOUBLE"}, *rows))
    assert (chart.x, chart.kind) == ("name", "bar")
    assert "Only the first 60 of 100 names are drawn." in chart._note.object
    assert "1 row without a value is not drawn" in chart._note.object
    chart.by = "colour"
    assert "Only 12 of 20 values have a colour" in chart._note.object


@pytest.mark.parametrize("name", [CANARY, "$$x^2$$", "\\(x\\)", "@{y}", "x", "by", ""])
def test_a_chart_takes_no_name_for_more_than_a_name(name: str) -> None:
    columns = {name: "VARCHAR", "y" if name != "y" else "z": "DOUBLE"}
    chart = drawn(result(columns, (CANARY, 1.0), ("$$y$$", 2.0)))
    figure = chart._column[0].object
    label = figure.xaxis[0].axis_label
    assert label.replace("\u200b", "") == name
    assert "$$" not in label
    assert "\\(" not in label
    assert not any("$$" in factor for factor in figure.x_range.factors)


def test_where_there_is_nothing_to_draw_the_chart_says_so() -> None:
    assert "no column of numbers" in drawn(result({"a": "VARCHAR"}, ("x",)))._note.object
    assert "nothing to draw" in drawn(result({"a": "DATE", "n": "HUGEINT"}))._note.object
    assert "no column of numbers" in drawn(result({}))._note.object


def test_the_desk_knows_every_relation_and_only_plain_words(small: Warehouse) -> None:
    desk = SqlPage(small).editor
    names = [relation for relation, *_ in desk.schema]
    assert {"core.models", "marts.datasets"} <= set(names)
    assert names.index("core.lineage_by_key") > names.index("marts.scores")
    assert all(word.replace("_", "").isalnum() for word, _ in desk.words)
    assert {"keyword", "function"} == {kind for _, kind in desk.words}
    assert {"count", "is_chosen"} <= {word for word, _ in desk.words}, "what can be called is completed"
    assert not {"pg_sleep", "current_setting"} & {word for word, _ in desk.words}


def test_the_editor_is_among_what_panel_serves() -> None:
    folder = Path(pn.__file__).parent / "dist" / ace()
    assert {"ace.js", "ext-language_tools.js", "mode-pgsql.js"} <= {path.name for path in folder.iterdir()}


def test_filters_of_a_table_are_few_and_one_of_a_column() -> None:
    def question_of(fields: list[tuple[str, str]]) -> Question | None:
        filters = [{"field": field, "type": "like", "value": value} for field, value in fields]
        return Question.of(json.dumps({"number": 1, "page": 1, "sort": [], "filter": filters}), 200)

    same = question_of([("c0", ""), ("c1", "B"), ("c1", "A")] * 6_500)
    assert same is not None
    assert same.filters == ((1, "a"),)
    assert question_of([(f"c{n}", "x") for n in range(20)]) is not None
    assert question_of([(f"c{n}", "x") for n in range(21)]) is None


def test_one_file_at_a_time_is_made_for_a_visitor(small: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    page, messages = answered(SqlPage(small), "select 1 as n"), list[dict[str, Any]]()
    monkeypatch.setattr(page.editor, "_send_msg", messages.append)

    async def ask_often() -> None:
        for _ in range(20):
            page.editor._handle_msg({"save": "csv"})
        await page.wait()

    finished(ask_often())
    assert len(messages) == 1
    finished(ask_often())
    assert len(messages) == 2
