"""SQL answers every type of value as CSV, JSON and a frame, in UTF-8, and takes only questions in UTF-8."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import oss_ai_monitor
from oss_ai_monitor import warehouse
from oss_ai_monitor.cli import main
from oss_ai_monitor.landing import Landing
from oss_ai_monitor.sources import SourceError, archive

from .conftest import land_rows
from .sources.test_board_shapes import SQUEEZED, written
from .test_sandbox import refusal, run_query

NOON = "timestamptz '2026-06-15 12:00:00+02'"
UTC_NOON = "2026-06-15 10:00:00+00"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    built = tmp_path_factory.mktemp("built")
    land_rows(built, "leaderboard_v1", [{"fullname": "tin/kettle", "average": 40.0, "date": "2024-01-01T00:00:00Z"}])
    warehouse.build(built, Landing(built / "landing").selected())
    return built


def run(folder: Path, *arguments: str, **more: Any) -> Result:
    return CliRunner().invoke(main, ["--warehouse", str(folder), "sql", *arguments], catch_exceptions=False, **more)


@pytest.mark.parametrize(
    ("value", "as_text", "as_json"),
    [
        (NOON, UTC_NOON, UTC_NOON),
        (f"[{NOON}]", f"['{UTC_NOON}']", [UTC_NOON]),
        (f"{{'t': {NOON}}}", f"{{'t': '{UTC_NOON}'}}", {"t": UTC_NOON}),
        (f"map {{{NOON}: 1}}", f"{{'{UTC_NOON}'=1}}", {UTC_NOON: 1}),
        (f"{{'a': [{{'b': {NOON}}}]}}", f"{{'a': [{{'b': '{UTC_NOON}'}}]}}", {"a": [{"b": UTC_NOON}]}),
        (f"union_value(at := {NOON})", UTC_NOON, {"at": UTC_NOON}),
        ("timestamp '2024-01-01' at time zone 'UTC'", "2024-01-01 00:00:00+00", "2024-01-01 00:00:00+00"),
        ("timetz '12:00:00+02'", "12:00:00+02", "12:00:00+02"),
        ("interval 3 days", "3 days", "3 days"),
        ("-interval 3 days", "-3 days", "-3 days"),
        ("timestamp 'infinity'", "infinity", "infinity"),
        ("timestamptz '-infinity'", "-infinity", "-infinity"),
        ("date '0044-03-15 (BC)'", "0044-03-15 (BC)", "0044-03-15 (BC)"),
        ("date '10000-01-01'", "10000-01-01", "10000-01-01"),
        ("'2026-06-15 12:00:00.123456789'::timestamp_ns", *["2026-06-15 12:00:00.123456789"] * 2),
        ("['infinity'::double, 'nan', 1.5]", "[inf, nan, 1.5]", [None, None, 1.5]),
        ("12345678901234567890123::hugeint", "12345678901234567890123", 12345678901234567890123),
        ("'a'::blob", "a", "a"),
        ("null", "", None),
        ("'-1+1'", "'-1+1", "-1+1"),
        ("['=1+1']", "['=1+1']", ["=1+1"]),
        ("'{\"a\": 1}'::json", '{"a": 1}', '{"a": 1}'),
    ],
)
def test_a_value_of_any_type_is_printed(folder: Path, value: str, as_text: str, as_json: Any) -> None:
    query = f"select {value} as n"
    printed = run(folder, query, "--format", "csv")
    assert list(csv.reader(io.StringIO(printed.stdout))) == [["n"], [as_text] if as_text else [""]]
    assert json.loads(run(folder, query, "--format", "json").stdout, parse_constant=pytest.fail) == [{"n": as_json}]
    assert run(folder, query).exit_code == 0


@pytest.mark.parametrize("form", ["csv", "json"])
def test_nothing_is_printed_before_a_failure(folder: Path, form: str) -> None:
    failed = run(folder, "select error('no') as n from core.models", "--format", form)
    assert (failed.exit_code, failed.stdout) == (1, "")
    assert failed.stderr.count("\n") == 1


def test_the_order_and_all_rows_are_kept(folder: Path) -> None:
    query = "select range as n, [range]::varchar as t from range(25000) order by range % 7, range desc"
    printed = list(csv.reader(io.StringIO(run(folder, query, "--format", "csv").stdout)))
    expected = sorted(range(25_000), key=lambda n: (n % 7, -n))
    assert printed == [["n", "t"], *([str(n), f"[{n}]"] for n in expected)]


@pytest.mark.filterwarnings("ignore:The inplace keyword in DataFrame.drop")  # DuckDB's own, for moments with a zone
@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (f"{{'t': {NOON}}}", f"{{'t': '{UTC_NOON}'}}"),
        (f"map {{'t': {NOON}}}", f"{{t='{UTC_NOON}'}}"),
        ("timetz '12:00:00+02'", "12:00:00+02"),
        ("12::bignum", "12"),
        ("7", "7"),
        ("date 'infinity'", "NaT"),
        ("timestamp '-infinity'", "NaT"),
        ("timestamptz '0044-03-15 (BC) 00:00:00+00'", "NaT"),
        (NOON, UTC_NOON + ":00"),
    ],
)
def test_a_frame_holds_what_pandas_can_hold_and_text_of_the_rest(folder: Path, value: str, expected: str) -> None:
    monitor = oss_ai_monitor.open(folder)
    frame = monitor.sql(f"select {value} as n, $a as a -- end", {"a": 3})
    assert (str(frame["n"].iloc[0]), frame["a"].iloc[0]) == (expected, 3)
    assert expected in repr(frame)
    assert len(monitor.sql("\ufeffexplain select 1"))
    assert "model_id" in monitor.sql("describe core.models")["column_name"].tolist()
    monitor.warehouse.close()


@pytest.mark.skipif(sys.platform != "linux", reason="a process is confined on Linux only")
def test_the_page_answers_with_every_type(folder: Path) -> None:
    values = [
        NOON,
        f"{{'t': {NOON}}}",
        "timetz '12:00:00+02'",
        "date 'infinity'",
        "date '0044-03-15 (BC)'",
        "12::bignum",
    ]
    with_names = ", ".join(f"{value} as c{n}" for n, value in enumerate(values))
    result = run_query(warehouse.current(folder), f"select {with_names}")
    assert result.rows == ((UTC_NOON, f"{{'t': '{UTC_NOON}'}}", "12:00:00+02", "infinity", "0044-03-15 (BC)", "12"),)
    assert len(result.typed()) == len(result.parquet()[:1]) == 1


ENDS = ["; -- the end", ";\n-- the end\n", "\n-- a; b\n;;", " /* ; */ ; /* x */", "; -- it's 'half", ""]


@pytest.mark.parametrize("end", ENDS)
def test_a_question_may_end_with_a_semicolon_and_a_comment(folder: Path, end: str) -> None:
    query = f"select 'é;' as n, $$;$$ as m, 7 as \";\"{end}"
    assert run(folder, query, "--format", "csv").stdout == "n,m,;\né;,;,7\n"
    assert "é;" in run(folder, query).stdout
    monitor = oss_ai_monitor.open(folder)
    assert monitor.sql(query).values.tolist() == [["é;", ";", 7]]
    monitor.warehouse.close()


@pytest.mark.skipif(sys.platform != "linux", reason="a process is confined on Linux only")
def test_a_question_on_the_page_may_end_so_too(folder: Path) -> None:
    assert run_query(warehouse.current(folder), f"select 'é;' as n{ENDS[0]}").rows == (("é;",),)


LATIN = "select 'caf\udce9' as x"


@pytest.mark.parametrize(
    ("query", "stdin", "reason"),
    [
        ("-", b"select 'caf\xe9' as x", "the query is no UTF-8 at byte 12: save it as UTF-8"),
        (LATIN, None, "the query is no UTF-8 at byte 12"),
        ("-", "select 1 as x".encode("utf-16"), "the query is UTF-16, not UTF-8"),
    ],
)
def test_a_question_that_is_no_utf8_is_refused_in_a_line(
    folder: Path, query: str, stdin: bytes | None, reason: str
) -> None:
    for form in ("table", "csv"):
        refused = run(folder, query, "--format", form, input=stdin)
        assert (refused.exit_code, refused.stdout) == (1, "")
        assert refused.stderr == f"Error: {reason}\n" or refused.stderr.startswith(f"Error: {reason}: ")


def test_a_notebook_and_the_page_refuse_it_in_words(folder: Path) -> None:
    monitor = oss_ai_monitor.open(folder)
    with pytest.raises(ValueError, match="no UTF-8 text"):
        monitor.sql(LATIN)
    monitor.warehouse.close()
    if sys.platform == "linux":
        assert "no UTF-8 text" in refusal(warehouse.current(folder), LATIN)


def test_a_question_in_a_file_may_begin_with_a_byte_order_mark(folder: Path) -> None:
    assert run(folder, "-", "--format", "csv", input="\ufeffselect 'café' as x".encode()).stdout == "x\ncafé\n"
    assert run(folder, "\ufeffselect 7 as x", "--format", "csv").stdout == "x\n7\n"


def test_a_path_that_is_no_utf8_is_named_in_a_line(tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9")
    refused = run(tmp_path / name, "select 1")
    assert refused.exit_code == 2
    assert f"{tmp_path}/caf\\udce9 is no UTF-8, so DuckDB cannot open it" in refused.stderr
    board = written(tmp_path / f"{name}.csv", SQUEEZED)
    with pytest.raises(SourceError, match="has a path that is no UTF-8, so DuckDB cannot open it; rename it"):
        list(archive.read([board]))
    words = ["--warehouse", str(tmp_path / "w"), "ingest", "archive", "--from", str(board)]
    refused = CliRunner().invoke(main, words, catch_exceptions=False)
    assert (refused.exit_code, refused.stderr.count("\n")) == (1, 1)
    assert "caf\\udce9.csv: has a path that is no UTF-8" in refused.stderr
    written(tmp_path / "fine.csv", SQUEEZED)
    assert [table.addresses for table in archive.read([tmp_path])] == [(str(tmp_path / "fine.csv"),)]


@pytest.mark.parametrize("form", ["csv", "json", "table"])
def test_an_answer_is_utf8_also_in_a_locale_without_it(folder: Path, form: str) -> None:
    environment = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    words = ["--warehouse", str(folder), "sql", "select 'café 🟢' as x", "--format", form]
    answered = subprocess.run(
        [sys.executable, "-m", "oss_ai_monitor.cli", *words], env=environment, capture_output=True, check=False
    )
    assert (answered.returncode, answered.stderr) == (0, b"")
    assert "café 🟢" in answered.stdout.decode("utf-8")
