"""Visitors' SQL: what is answered, what is refused, and what no query can reach."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import psutil
import pytest

from oss_ai_monitor import warehouse
from oss_ai_monitor.landing import Landing
from oss_ai_monitor.sandbox import Limits, Refused, Result, Running, Sandbox, runner
from tests.conftest import finished

from .conftest import land_rows

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="a process is confined on Linux only")
WORKER_FOLDER = runner.WORKER.parent
PATIENT = Limits(seconds=120)  # for questions that are answered, on a machine that may be busy
IMPATIENT = Limits(seconds=2, rows=100, letters=50, answer_bytes=200_000)
LISTING = [{"id": "a/one", "downloads": 5}, {"id": "a/two", "downloads": 7}, {"id": "b/=three", "downloads": 1}]


@pytest.fixture(scope="module")
def generation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("asked")
    land_rows(folder, "hub_listing", LISTING)
    warehouse.build(folder, Landing(folder / "landing").selected())
    return warehouse.current(folder)


def run_query(path: Path, select: str, limits: Limits = PATIENT) -> Result:
    return finished(Sandbox(path, limits).run(select))


def refusal(path: Path, select: str, limits: Limits = PATIENT) -> str:
    with pytest.raises(Refused) as refused:
        run_query(path, select, limits)
    return str(refused.value)


def test_answers_with_names_types_and_rows(generation: Path) -> None:
    result = run_query(generation, "select model_id, downloads_30d as n from core.models order by n desc")
    assert [(column.name, column.type) for column in result.columns] == [("model_id", "VARCHAR"), ("n", "BIGINT")]
    assert result.rows == (("a/two", 7), ("a/one", 5), ("b/=three", 1))
    assert result.cut == ""


def test_carries_what_json_has_not_as_text(generation: Path) -> None:
    select = """
        select timestamptz '2024-06-15 12:00:00+02', 1.50::decimal(4, 2), [1, 2], {'a': null}, 2::hugeint ** 100,
            null, true, 'nan'::double, '\\x41\\xff'::blob, interval 1 day, date '2024-01-01'
    """
    (row,) = run_query(generation, select).rows
    assert row[:4] == ("2024-06-15 10:00:00+00", "1.50", "[1, 2]", "{'a': NULL}")
    assert row[5:7] == (None, True)
    assert row[7] != row[7]
    assert row[8:] == ("A\\xFF", "1 day", "2024-01-01")


@pytest.mark.parametrize("select", ["explain from core.models", "explain analyze select 1", "describe core.models"])
def test_explains(generation: Path, select: str) -> None:
    assert run_query(generation, select).rows


def test_summarizes(generation: Path) -> None:
    frame = run_query(generation, "summarize select downloads_30d from core.models").frame()
    assert frame[["column_name", "min", "max", "count"]].to_numpy().tolist() == [["downloads_30d", "1", "7", 3]]


def test_a_pivot_is_answered_where_it_names_its_values(generation: Path) -> None:
    models = "(select owner, is_listed from core.models)"
    pivot = f"pivot {models} on owner in ('a', 'b', 'c') using count(*)"
    expected = [("true", 2, 1, 0)]
    for select in (pivot, f"from ({pivot})", f"from {models} pivot (count(*) for owner in ('a', 'b', 'c'))"):
        assert [(str(row[0]).lower(), *row[1:]) for row in run_query(generation, select).rows] == expected
    for select in ("pivot core.models on owner using count(*)", "from (pivot core.models on owner)"):
        assert "pivot core.models on license_class in ('permissive', 'copyleft')" in refusal(generation, select)


def test_a_thousand_columns_of_one_name_are_cut_to_two_hundred(generation: Path) -> None:
    result = run_query(generation, f"select {', '.join(['1'] * 1000)}")
    assert [column.name for column in result.columns] == ["1", *(f"1_{n}" for n in range(1, 200))]
    assert result.rows == ((1,) * 200,)
    assert result.cut == "only the first 200 of 1,000 columns are kept"


def test_without_the_decision_too_nothing_is_opened_and_nobody_knows_where_the_warehouse_is(generation: Path) -> None:
    script = """
import json, sys
sys.path.insert(0, sys.argv[1])
import worker
limits = json.loads(sys.argv[2])
sys.path[:0] = limits["libraries"]
db = worker.Query(limits["path"], limits).db
outcomes = []
for select in sys.argv[3:]:
    try:
        outcomes.append(db.execute(select).fetchall()[0][0])
    except Exception as error:
        outcomes.append(str(error))
print(json.dumps(outcomes))
"""
    limits = {"path": str(generation), "libraries": [str(Path(duckdb.__file__).parents[1])], "megabytes": 256}
    selects = [
        "select path from duckdb_databases() where database_name = 'warehouse'",
        *(f"from {read}('/etc/passwd')" for read in ("read_csv", "read_text", "read_json", "read_parquet", "glob")),
        "attach '/etc/passwd' as other",
        "copy core.models to '/tmp/stolen.csv'",
        "set enable_external_access = true",
    ]
    limits_text = json.dumps(limits | {"seconds": 60})
    command = [sys.executable, "-I", "-S", "-c", script, str(WORKER_FOLDER), limits_text, *selects]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd="/")
    path, *reasons = json.loads(done.stdout)
    assert re.fullmatch(r"/proc/self/fd/\d+", path)
    assert [reason for reason in reasons if "disabled" not in reason and "locked" not in reason] == []


def test_says_where_the_answer_was_cut(generation: Path) -> None:
    result = run_query(
        generation, "select i, repeat('x', i) from range(200) t(i)", dataclasses.replace(IMPATIENT, seconds=120)
    )
    assert len(result.rows) == 100
    assert result.rows[60][1] == "x" * 50 + "…"
    assert result.cut == "only the first 100 rows are kept; 49 long texts are shortened"


def test_two_columns_of_one_name_stay_two(generation: Path) -> None:
    frame = run_query(generation, "select 1 as a, 2 as a, 3 as a, 4 as a_1").frame()
    assert frame.to_dict("records") == [{"a": 1, "a_1": 2, "a_2": 3, "a_1_1": 4}]


def test_parquet_keeps_types_and_texts(generation: Path, tmp_path: Path) -> None:
    select = (
        'select 1 as n, 1.5::decimal(4, 2) as d, date \'2024-01-01\' as day, [1] as l, null as nothing, \'"\' as "q"""'
    )
    (tmp_path / "said.parquet").write_bytes(run_query(generation, select).parquet())
    read = duckdb.sql(f"from '{tmp_path / 'said.parquet'}'")
    assert [str(kind) for kind in read.types] == ["INTEGER", "DECIMAL(4,2)", "DATE", "VARCHAR", "VARCHAR", "VARCHAR"]
    assert read.fetchall()[0][3:] == ("[1]", None, '"')
    (tmp_path / "none.parquet").write_bytes(run_query(generation, "select 1 as n where false").parquet())
    assert duckdb.sql(f"from '{tmp_path / 'none.parquet'}'").fetchall() == []


NOT_ONE_QUERY = {
    "": "no question",
    " \n": "no question",
    "-- only a comment": "this holds 0 statements",
    "selec 1": "Parser Error",
    "select 1; select 2": "one question at a time",
    "select 1; drop table core.models": "one question at a time",
    "select \0": "NUL",
    "select " + "1," * 20_000 + "1": "longer than 20,000",
    "select $a": "parameters $a",
    "select * from nowhere": "nowhere",
    "from models": "Did you mean core.models or marts.models?",
    "select coutn(*)": "Did you mean count",
    "update extensions": "Only SELECT and EXPLAIN can be asked here",
    "select " + "+".join("1" * 5000): "expression depth",
}
CHANGES = [
    "create temp table t as select 1",
    "create table t as select 1",
    "create macro m() as 1",
    "drop table core.models",
    "insert into core.models select * from core.models",
    "delete from core.models",
    "update core.models set likes = 0",
    "set variable a = 1",
    "set memory_limit = '100GB'",
    "set enable_external_access = true",
    "reset lock_configuration",
    "pragma database_list",
    "pragma enable_logging",
    "call pragma_database_size()",
    "attach ':memory:' as other",
    "detach database memory",
    "use memory",
    "install httpfs",
    "load '/lib/x86_64-linux-gnu/libc.so.6'",
    "export database '/tmp/stolen'",
    "import database '/tmp/stolen'",
    "copy core.models to '/tmp/stolen.csv'",
    "copy (select 1) to '/dev/stdout'",
    "checkpoint",
    "vacuum",
    "begin",
    "prepare p as select 1",
    "execute p",
    "explain insert into core.models from core.models",
    "explain copy core.models to '/tmp/stolen.csv'",
    "explain analyze delete from core.models",
]
HUNGRY = [
    "select repeat('x', 2_000_000_000)",
    "select list(range) from range(1_000_000_000)",
    "select range(1_000_000_000)",
    "select string_agg(repeat('x', 1000)) from range(100_000_000)",
    "select sum(a.i * b.i) from range(10_000_000) a(i), range(10_000_000) b(i)",
    "with recursive t as (select 1 as a union all select a + 1 from t) select max(a) from t",
    "with recursive t as (select 1 as a union all select a + 1 from t) select * from t order by a desc",
    "select count(distinct md5(i::varchar)) from range(1_000_000_000) t(i)",
    "select * from range(1_000_000_000) order by hash(range)",
    "select i, repeat('x', 50), repeat('y', 50), repeat('z', 50) from range(1_000_000) t(i)",
    "select regexp_matches(repeat('a', 1_000_000), '(a*)*(a*)*b') from range(100_000_000)",
    "select " + "(" * 3000 + "1" + ")" * 3000,
    "explain analyze select count(*) from range(10_000_000) a, range(10_000_000) b",
]


@pytest.mark.parametrize("select", NOT_ONE_QUERY)
def test_says_why_it_is_no_question(generation: Path, select: str) -> None:
    assert NOT_ONE_QUERY[select] in refusal(generation, select)


@pytest.mark.slow
@pytest.mark.parametrize("select", CHANGES)
def test_changes_nothing(generation: Path, select: str) -> None:
    before = generation.read_bytes()
    message = refusal(generation, select)
    assert "SELECT" in message or "Parser Error" in message, message
    assert generation.read_bytes() == before


@pytest.mark.slow
@pytest.mark.parametrize("select", HUNGRY)
def test_ends_what_asks_for_too_much(generation: Path, select: str) -> None:
    started_at, message = time.monotonic(), ""
    try:
        run_query(generation, select, IMPATIENT)
    except Refused as refused:
        message = str(refused)
    assert not message or any(word in message for word in ("memory", "seconds", "larger than", "expression depth")), (
        message
    )
    assert time.monotonic() - started_at < IMPATIENT.seconds + 300  # to be ended and told of; left alone it takes hours


def test_the_confined_process_has_no_file_left_to_open() -> None:
    """The system's own limits, not only DuckDB's settings: each is tried from inside."""
    script = """
import json, os, signal, socket, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
sys.path.insert(0, sys.argv[1])
import worker
worker.confinement.restrict({"megabytes": 64, "seconds": 5})
tried = {}
for name, what in {
    "file": lambda: open("/etc/hostname"), "socket": socket.socket, "memory": lambda: bytearray(2_000_000_000),
    "write": lambda: os.write(int(sys.argv[2]), b"x"),
}.items():
    try:
        what()
        tried[name] = "done"
    except (OSError, MemoryError) as error:
        tried[name] = type(error).__name__
print(json.dumps(tried))
"""

    async def run() -> dict[str, Any]:
        with tempfile.TemporaryFile() as file:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-I", "-S", "-c", script,
                str(WORKER_FOLDER), str(file.fileno()),
                pass_fds=[file.fileno()], stdout=asyncio.subprocess.PIPE,
            )  # fmt: skip
            out, _ = await process.communicate()
        return dict(json.loads(out))

    assert finished(run()) == {"file": "OSError", "socket": "OSError", "memory": "MemoryError", "write": "OSError"}


def test_one_question_per_visitor_and_few_at_once(generation: Path) -> None:
    async def run() -> list[Any]:
        sandbox = Sandbox(generation, dataclasses.replace(PATIENT, at_once=1, waiting=1))
        runs = [sandbox.run("select 1", visitor) for visitor in ("a", "a", "b", "c")]
        return await asyncio.gather(*runs, return_exceptions=True)

    first, second_of_a, second, third = finished(run())
    assert first.rows == second.rows == ((1,),)
    assert "still being answered" in str(second_of_a)
    assert "Too many questions" in str(third)


def test_few_questions_of_one_address_at_once(generation: Path) -> None:
    async def run() -> list[Any]:
        sandbox = Sandbox(generation, dataclasses.replace(PATIENT, at_once=1, per_address=2))
        addresses = ["192.0.2.1", "192.0.2.1", "192.0.2.1", "192.0.2.2", "", "", ""]
        runs = [sandbox.run("select 1", f"page {n}", address) for n, address in enumerate(addresses)]
        answers = await asyncio.gather(*runs, return_exceptions=True)
        return [*answers, await sandbox.run("select 1", "another page", "192.0.2.1")]

    answers = finished(run())
    assert "2 questions from your address" in str(answers.pop(2))
    assert [answer.rows for answer in answers] == [((1,),)] * 7


def test_the_limits_hold_for_all_generations_together(generation: Path) -> None:
    limits = dataclasses.replace(PATIENT, at_once=1, per_address=2)

    async def run() -> list[Any]:
        running = Running(limits.at_once)
        sandboxes = [Sandbox(generation, limits, running=running) for _ in range(3)]
        runs = [sandbox.run("select 1", f"page {n}", "192.0.2.1") for n, sandbox in enumerate(sandboxes)]
        return await asyncio.gather(*runs, return_exceptions=True)

    *answers, refused = finished(run())
    assert [answer.rows for answer in answers] == [((1,),)] * 2
    assert "2 questions from your address" in str(refused)


@pytest.mark.parametrize("is_running", [False, True])
def test_a_confined_process_ends_with_its_server(generation: Path, is_running: bool) -> None:
    """Killed, the server can end nothing itself."""
    script = f"""
import asyncio, os, sys
from pathlib import Path
from oss_ai_monitor.sandbox import Limits, Sandbox

async def serve():
    sandbox = Sandbox(Path(sys.argv[1]), Limits(seconds=600))
    await sandbox.prepare()
    print(sandbox._ready.pid, flush=True)
    if {is_running}:
        await sandbox.run({HUNGRY[4]!r})
    await asyncio.sleep(600)

asyncio.run(serve())
"""
    with subprocess.Popen([sys.executable, "-c", script, str(generation)], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        worker = psutil.Process(int(server.stdout.readline()))
        while "worker.py" not in "".join(worker.cmdline()) or (is_running and worker.cpu_times().user < 1):
            time.sleep(0.05)
        server.kill()
        assert psutil.wait_procs([worker], timeout=60)[1] == []


def test_a_process_ends_by_itself_where_nobody_ends_it(generation: Path) -> None:
    script = """
import sys
sys.path.insert(0, sys.argv[1])
import worker
worker.confinement.end_after(0.2)
while True: pass
"""
    done = subprocess.run([sys.executable, "-I", "-S", "-c", script, str(WORKER_FOLDER)], check=False, timeout=60)
    assert done.returncode == -signal.SIGALRM


def test_a_question_that_nobody_waits_for_ends(generation: Path) -> None:
    async def run() -> Result:
        sandbox = Sandbox(generation, dataclasses.replace(PATIENT, at_once=1))
        endless = asyncio.create_task(sandbox.run(HUNGRY[4], "a"))
        await asyncio.sleep(0.5)
        endless.cancel()
        with pytest.raises(asyncio.CancelledError):
            await endless
        return await sandbox.run("select 1", "a")

    started_at = time.monotonic()
    assert finished(run()).rows == ((1,),)
    assert time.monotonic() - started_at < PATIENT.seconds


def test_a_fault_of_ours_is_no_refusal(generation: Path) -> None:
    with pytest.raises(RuntimeError, match="confined process failed"):
        run_query(generation.with_name("gone.duckdb"), "select 1")


def recorded(function: Callable[..., Any], results: list[Any]) -> Callable[..., Any]:
    """The same coroutine function, which keeps its results in a list."""

    async def call(*arguments: Any, **options: Any) -> Any:
        results.append(await function(*arguments, **options))
        return results[-1]

    return call


def test_a_process_that_is_ready_answers_one_question_and_is_as_confined(
    generation: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def run() -> tuple[Result, Result, str]:
        sandbox = Sandbox(generation, PATIENT)
        started: list[asyncio.subprocess.Process] = []
        monkeypatch.setattr(asyncio, "create_subprocess_exec", recorded(asyncio.create_subprocess_exec, started))
        await asyncio.gather(*(sandbox.prepare() for _ in range(6)))
        ready = sandbox._ready
        assert started == [ready]
        await sandbox.prepare()
        assert sandbox._ready is ready, "one is enough"
        first = await sandbox.run("select count(*) from core.models")
        assert ready is not None
        assert ready.returncode == 0, "it ends with its answer"
        second = await sandbox.run("select 2")
        await sandbox.prepare()
        with pytest.raises(Refused) as refused:
            await sandbox.run("from '/etc/passwd'")
        return first, second, str(refused.value)

    first, second, reason = finished(run())
    assert (first.rows, second.rows) == (((3,),), ((2,),))
    assert "passwd" in reason


def test_a_process_that_ended_before_its_question_is_replaced(generation: Path) -> None:
    async def run() -> Result:
        sandbox = Sandbox(generation, PATIENT)
        await sandbox.prepare()
        assert sandbox._ready
        sandbox._ready.kill()
        await sandbox._ready.wait()
        return await sandbox.run("select 1")

    assert finished(run()).rows == ((1,),)


def test_a_process_without_a_question_ends(generation: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "READY_SECONDS", 0.2)

    async def run() -> int:
        sandbox = Sandbox(generation, PATIENT)
        await sandbox.prepare()
        process = sandbox._ready
        assert process
        code = await process.wait()
        assert sandbox._ready is None
        return code

    assert finished(run()) < 0
