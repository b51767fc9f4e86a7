"""`oss-ai-monitor mcp`, asked by a client of the protocol's own SDK."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from mcp import Client, StdioServerParameters, stdio_client

from oss_ai_monitor import mcp_server, warehouse
from oss_ai_monitor.cli import main
from oss_ai_monitor.landing import Landing
from oss_ai_monitor.mcp_server import server
from oss_ai_monitor.notebook import Monitor
from oss_ai_monitor.perspectives import all_perspectives
from oss_ai_monitor.programs import view_answer
from oss_ai_monitor.sandbox import Limits
from oss_ai_monitor.warehouse import Warehouse
from tests.conftest import PATIENCE, finished, land_rows

ROOT = Path(__file__).parents[1]
TOOLS = ["list_views", "ask_view", "explain", "search_names", "describe_relations", "query_sql"]
Questions = Callable[[Client], Coroutine[Any, Any, Any]]
ROWS = [
    {"fullname": f"tin/kettle-{n}", "average": 40.0 + n, "params_b": 7.0, "date": "2024-03-01T00:00:00Z"}
    for n in range(12)
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("asked")
    land_rows(folder, "leaderboard_v1", ROWS)
    warehouse.build(folder, Landing(folder / "landing").selected())
    return folder


@pytest.fixture(scope="module")
def monitor(folder: Path) -> Monitor:
    return Monitor(Warehouse.open(folder))


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A confined process has more than five seconds to start: the machine may be busy."""
    monkeypatch.setattr(mcp_server, "LIMITS", Limits(seconds=PATIENCE))


def by_stdio(folder: Path, questions: Questions, *options: str) -> Any:
    """What a client is answered by the command itself."""
    command = ["-W", "ignore", "-m", "oss_ai_monitor.cli", "--warehouse", str(folder), "mcp", *options]
    parameters = StdioServerParameters(command=sys.executable, args=command, env={"PYTHONPATH": str(ROOT)})

    async def ask() -> Any:
        async with Client(stdio_client(parameters)) as client:
            return await questions(client)

    return finished(ask())


def inside(folder: Path, questions: Questions, *, with_sql: bool = True) -> Any:
    """The same without a process."""

    async def ask() -> Any:
        async with Client(server(folder, with_sql=with_sql)) as client:
            return await questions(client)

    return finished(ask())


async def answer(client: Client, tool: str, **arguments: Any) -> Any:
    result = await client.call_tool(tool, arguments)
    for _ in range(20):  # on a busy machine a confined process may not start in the five seconds that it has
        if not result.is_error or "took longer" not in str(result.content):
            break
        result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content
    assert json.loads(result.content[0].text) == result.structured_content  # type: ignore[union-attr]
    return result.structured_content


async def refusal(client: Client, tool: str, **arguments: Any) -> str:
    result = await client.call_tool(tool, arguments)
    assert result.is_error
    return str(result.content[0].text)  # type: ignore[union-attr]


def test_a_client_answers_three_questions(folder: Path, monitor: Monitor) -> None:
    async def questions(client: Client) -> tuple[Any, ...]:
        return (
            [tool.name for tool in (await client.list_tools()).tools],
            await answer(client, "ask_view", view="model-types", choices={"dataset": "v1", "unit": "month"}),
            await answer(client, "explain", name="TIN/Kettle-3", fact="date"),
            await answer(client, "query_sql", select="select max(score) as best from core.evaluations"),
        )

    tools, types, why, best = by_stdio(folder, questions)
    assert tools == TOOLS
    assert types["answer"] == monitor.show("model-types", leaderboard="v1", unit="month").sentence
    assert (why["name"], [fact["value"] for fact in why["facts"]]) == ("tin/kettle-3", ["1 Mar 2024"])
    assert (best["columns"], best["rows"], best["rows_left_out"]) == ([{"name": "best", "type": "DOUBLE"}], [[51.0]], 0)
    identity = monitor.warehouse.identity
    assert identity
    for one in (types, why, best):
        assert (one["snapshot"], one["counting_rules"]) == (identity.snapshot_id, identity.rules)


def test_all_tools_only_read_and_say_what_they_take(folder: Path) -> None:
    async def questions(client: Client) -> Any:
        return (await client.list_tools()).tools

    for tool in inside(folder, questions):
        assert tool.annotations.read_only_hint
        assert tool.description.endswith(".")
        assert all(argument["description"] for argument in tool.input_schema["properties"].values())


def test_the_answers_are_those_of_the_addresses(folder: Path, monitor: Monitor) -> None:
    async def questions(client: Client) -> tuple[Any, ...]:
        return (
            await answer(client, "list_views"),
            await answer(client, "list_views", view="finder"),
            await answer(client, "ask_view", view="score-progress", choices={"sizes": ["3–9"], "at_most": 8}, rows=3),
            await answer(client, "search_names", words="kettle"),
            await answer(client, "describe_relations"),
            await answer(client, "describe_relations", relations=["core.models", "core.models"]),
            await answer(client, "query_sql", select="from core.models order by model_id", rows=2),
        )

    views, finder, progress, hits, relations, models, rows = inside(folder, questions)
    assert [view["view"] for view in views["views"]] == [kind.slug for kind in all_perspectives]
    assert [choice["choice"] for choice in finder["views"][0]["choices"]][:2] == ["licenses", "regions"]
    query = {"sizes": "3–9", "at_most": "8", "rows": "3"}
    expected = view_answer(monitor.warehouse, "score-progress", query)
    assert progress == json.loads(json.dumps(expected))
    assert {hit["name"] for hit in hits["results"]} >= {"tin/kettle-11"}
    listed = {one["relation"] for one in relations["relations"]}
    assert {"core.models", "core.evaluations", "marts.datasets"} <= listed
    columns = monitor.sql(
        "select column_name from duckdb_columns() where table_name = 'models' and schema_name = 'core'"
    )
    assert len(models["relations"]) == 1, "a relation that is named twice is described once"
    assert [column["name"] for column in models["relations"][0]["columns"]] == list(columns["column_name"])
    assert (len(rows["rows"]), rows["rows_in_all"], rows["rows_left_out"]) == (2, 12, 10)
    assert rows["left_out"] == ["the first 2 of 12 rows"]


@pytest.mark.parametrize(
    ("tool", "arguments", "reason"),
    [
        ("ask_view", {"view": "nothing"}, "There is no perspective nothing"),
        ("ask_view", {"view": "releases", "choices": {"unit": "<b>"}}, "There is no unit “<b>” here. list_views has"),
        ("ask_view", {"view": "releases", "choices": {"snapshot": "x"}}, "leave out snapshot"),
        ("ask_view", {"view": "releases", "choices": {"unit": "\ud800"}}, "There is no unit “?” here."),
        ("ask_view", {"view": "releases", "choices": {"view": "finder", "rows": "3"}}, "of its own: view, rows."),
        ("ask_view", {"view": "releases", "rows": 5_000}, "less than or equal to 1000"),
        ("ask_view", {"view": "../../etc/passwd"}, "There is no perspective"),
        ("list_views", {"view": "nothing"}, "There is no view nothing"),
        ("explain", {"name": "tin/kettle-99"}, "The nearest names are"),
        ("explain", {"name": "tin/kettle-1", "kind": "planet"}, "'model', 'owner' or 'family'"),
        ("explain", {"name": "x" * 10_000}, ""),
        ("search_names", {"words": "k"}, "Write 2 to 100 letters of a name."),
        ("describe_relations", {"relations": ["core.nothing"]}, "There is no relation core.nothing."),
        ("query_sql", {"select": "from '/etc/passwd'"}, "is not among the relations of the warehouse"),
        ("query_sql", {"select": "attach '/tmp/x.duckdb'"}, "Only SELECT and EXPLAIN"),
        ("query_sql", {"select": "select 1; select 2"}, "Ask one question at a time"),
        ("query_sql", {"select": "select getenv('HOME')"}, "is not among the functions"),
        ("query_sql", {"select": "x" * 30_000}, "longer than 20,000 letters"),
        ("query_sql", {"select": "select $name"}, "Write values in place of the parameters $name"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_the_reason(
    folder: Path, tool: str, arguments: dict[str, Any], reason: str
) -> None:
    message = inside(folder, lambda client: refusal(client, tool, **arguments))
    assert reason in message
    assert str(folder) not in message
    assert "Traceback" not in message


def test_what_an_operator_switches_off_is_off_here_too(folder: Path) -> None:
    async def questions(client: Client) -> tuple[Any, ...]:
        return (
            [tool.name for tool in (await client.list_tools()).tools],
            await answer(client, "ask_view", view="author-activity", choices={"dataset": "v1"}),
            await answer(client, "explain", name="tin/kettle-3"),
        )

    tools, activity, why = by_stdio(folder, questions, "--no-sql", "--no-leaderboard-rows")
    assert tools == TOOLS[:4]
    assert "kettle" not in json.dumps(activity)
    assert "switched off" in activity["withheld"]
    assert "43.0" not in json.dumps(why)


def test_who_is_left_out_later_is_in_no_later_answer(tmp_path: Path) -> None:
    land_rows(tmp_path, "leaderboard_v1", ROWS)
    warehouse.build(tmp_path, Landing(tmp_path / "landing").selected())

    async def questions(client: Client) -> tuple[Any, ...]:
        before = await answer(client, "search_names", words="kettle")
        warehouse.leave_out(tmp_path, ["tin"])
        warehouse.build(tmp_path, Landing(tmp_path / "landing").selected())
        count = "select count(*) as models from core.models where model_id like 'tin/%'"
        return (
            before,
            await answer(client, "search_names", words="kettle"),
            await answer(client, "query_sql", select=count),
            await refusal(client, "explain", name="tin/kettle-3"),
        )

    before, after, models, why = inside(tmp_path, questions)
    assert before["results"]
    assert after["results"] == []
    assert models["rows"] == [[0]]
    assert "There is no model" in why


def test_without_a_warehouse_it_says_what_to_run(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["--warehouse", str(tmp_path), "mcp"])
    assert done.exit_code == 1
    assert f"oss-ai-monitor --warehouse {tmp_path} refresh" in done.output
