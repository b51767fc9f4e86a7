"""The command line as a person runs it."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import socket
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from oss_ai_monitor import warehouse
from oss_ai_monitor.cli import main
from oss_ai_monitor.landing import Landing

from .conftest import land_rows

README = Path(__file__).parent.parent / "README.md"
BOARD = [
    {"fullname": "tin/kettle", "average": 40.0, "type": "🟢 pretrained", "date": "2024-01-01T00:00:00Z"},
    {"fullname": "tin/lid", "average": 50.0, "type": "🔶 fine-tuned", "date": "2024-02-01T00:00:00Z", "flagged": True},
]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    land_rows(folder, "leaderboard_v1", BOARD)
    warehouse.build(folder, Landing(folder / "landing").selected())
    return folder


@pytest.fixture
def folder(built: Path, tmp_path: Path) -> Path:
    """A copy of its own for each test."""
    return Path(shutil.copytree(built, tmp_path, symlinks=True, dirs_exist_ok=True))


def run(folder: Path, *arguments: str, **more: str) -> Result:
    return CliRunner().invoke(main, ["--warehouse", str(folder), *arguments], catch_exceptions=False, **more)


def test_every_command_has_help_with_an_example(tmp_path: Path) -> None:
    for name in main.commands:
        result = run(tmp_path, name, "--help")
        assert result.exit_code == 0
        assert "oss-ai-monitor " + name in result.stdout, name
    assert set(main.commands) >= {"ingest", "build", "refresh", "status", "sql", "serve"}


@pytest.mark.skipif(os.name != "posix", reason="elsewhere the server is a process of its own")
@pytest.mark.parametrize(("options", "expected_text"), [([], None), (["--no-sql"], "off")])
def test_an_operator_can_switch_visitors_sql_off(
    folder: Path, monkeypatch: pytest.MonkeyPatch, options: list[str], expected_text: str | None
) -> None:
    became: list[dict[str, str]] = []

    def become(program: str, command: list[str], environment: dict[str, str]) -> None:
        became.append(environment)
        raise SystemExit(0)

    monkeypatch.delenv("OSS_AI_MONITOR_SQL", raising=False)
    monkeypatch.setattr(os, "execve", become)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert run(folder, "serve", "--port", str(port), *options).exit_code == 0
    assert became[0].get("OSS_AI_MONITOR_SQL") == expected_text


@pytest.mark.parametrize(
    ("options", "expected_text"),
    [
        (["--port", "99999"], "99999 is not in the range 1<=x<=65535"),
        (["--basic-auth", "broken.json"], "broken.json is no JSON"),
        (["--embed-origin", "foo"], "--embed-origin foo: expected scheme and host"),
        (["--prefix", "../x"], "--prefix ../x: expected a path"),
        (["--prefix", "a b"], "--prefix a b: expected a path"),
        (["--address", "127.0.0.1", "--port", "taken"], "cannot be served: Address already in use"),
    ],
)
def test_serve_checks_its_options_before_it_names_an_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: list[str], expected_text: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "broken.json").write_text("{")
    (tmp_path / "broken.json").chmod(0o600)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        arguments = [str(listener.getsockname()[1]) if word == "taken" else word for word in options]
        result = run(tmp_path / "none", "serve", *arguments)
    assert result.exit_code != 0
    assert expected_text in result.stderr
    assert "http://" not in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["broken.json"]


def test_sql_prints_csv_and_json_on_stdout(folder: Path) -> None:
    query = "select model_id, score, submitted_on from core.evaluations"
    result = run(folder, "sql", query, "--format", "csv")
    assert list(csv.reader(io.StringIO(result.stdout))) == [
        ["model_id", "score", "submitted_on"],
        ["tin/kettle", "40.0", "2024-01-01"],
    ]
    result = run(folder, "sql", query, "--format", "json")
    assert json.loads(result.stdout) == [{"model_id": "tin/kettle", "score": 40.0, "submitted_on": "2024-01-01"}]


def test_sql_prints_a_table_and_reads_a_query_from_stdin(folder: Path) -> None:
    assert "tin/kettle" in run(folder, "sql", "-", input="select model_id from core.models").stdout


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("create table t as select 1", "Only SELECT and EXPLAIN can be asked here, this is CREATE"),
        ("set memory_limit = '1GB'", "this is SET"),
        ("install httpfs", "this is LOAD"),
        ("load httpfs", "this is LOAD"),
        ("attach ':memory:' as other", "this is ATTACH"),
        ("selec 1", "syntax error"),
        ("select 1; select 2", "one SELECT or EXPLAIN, this holds 2 statements"),
        ("select * from core.nothing", "nothing"),
        ("update extensions", "Only SELECT and EXPLAIN can be asked here"),
        ("pivot core.models on license_class using count(*)", "on license_class in ('permissive', 'copyleft') using"),
    ],
)
def test_sql_refuses_in_one_line_on_stderr(folder: Path, query: str, reason: str) -> None:
    result = run(folder, "sql", query)
    assert result.exit_code != 0
    assert reason in result.stderr
    assert result.stderr.count("\n") == 1
    assert result.stdout == ""


@pytest.mark.parametrize(
    "query", ["-- a comment\nselect 7 as n", "--a comment\nselect 7 as n", "-- a=b c\n\nselect 7 as n"]
)
def test_sql_takes_a_query_that_begins_with_a_comment(folder: Path, query: str) -> None:
    assert run(folder, "sql", "--format", "csv", query).stdout == "n\n7\n"
    assert run(folder, "sql", query, "--format", "csv").stdout == "n\n7\n"
    assert run(folder, "sql", "--format", "csv", "--", query).stdout == "n\n7\n"
    assert "No such option" in run(folder, "sql", "--formt", "csv", query).stderr


def test_sql_runs_an_example_as_the_readme_says(folder: Path) -> None:
    text = (README.parent / "sql" / "examples" / "01_best_small_model.sql").read_text(encoding="utf-8")
    assert run(folder, "sql", text, "--format", "csv").stdout.startswith("model_id,score,")
    assert run(folder, "sql", "-", "--format", "csv", input=text).stdout.startswith("model_id,score,")


@pytest.mark.parametrize("query", ["copy (select 1) to '{}'", "explain analyze copy (select 1) to '{}'"])
def test_sql_writes_no_file(folder: Path, tmp_path: Path, query: str) -> None:
    result = run(folder, "sql", query.format(tmp_path / "out.csv"))
    assert result.exit_code == 1
    assert "SELECT" in result.stderr
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize(
    "query",
    ["from core.models", "describe core.models", "show all tables", "explain from core.models", "values ('models')"],
)
def test_sql_answers_every_way_to_ask(folder: Path, query: str) -> None:
    assert "model" in run(folder, "sql", query, "--format", "csv").stdout


def test_sql_reads_what_has_landed(folder: Path) -> None:
    parts = folder / "landing" / "leaderboard_v1" / "*" / "part-*.parquet"
    assert (
        run(folder, "sql", f"select count(*) as n from read_parquet('{parts}')", "--format", "csv").stdout == "n\n2\n"
    )


def test_status_tells_rows_age_and_what_was_left_out(folder: Path) -> None:
    result = run(folder, "status", "--verbose").stdout
    assert "leaderboard_v1: 1 snapshot, " in result
    assert "2 rows" in result
    assert "1 flagged" in result
    result = run(folder, "status", "--format", "json").stdout
    assert json.loads(result)["datasets"][0]["flagged"] == 1


def test_the_environment_chooses_the_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OSS_AI_MONITOR_WAREHOUSE", str(folder))
    result = CliRunner().invoke(main, ["sql", "select count(*) as n from core.models", "--format", "json"])
    assert json.loads(result.stdout) == [{"n": 2}]


def test_bad_input_is_one_error_and_touches_nothing(folder: Path, tmp_path: Path) -> None:
    before = sorted(path.name for path in (folder / "landing").rglob("*"))
    broken = tmp_path / "broken.csv"
    broken.write_text("a,b\n1,2\n")
    result = run(folder, "ingest", "archive", "--from", str(broken))
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1
    assert "broken.csv" in result.stderr
    assert sorted(path.name for path in (folder / "landing").rglob("*") if path.name != ".lock") == [
        name for name in before if name != ".lock"
    ]


@pytest.mark.slow
def test_ingest_then_build_then_the_same_input_again(tmp_path: Path) -> None:
    assert run(tmp_path, "ingest", "simulated", "--models", "1000", "--seed", "3").exit_code == 0
    repeated_result = run(tmp_path, "ingest", "simulated", "--models", "1000", "--seed", "3")
    assert repeated_result.exit_code == 0
    assert "landed already" in repeated_result.stderr
    assert run(tmp_path, "build").exit_code == 0
    result = run(tmp_path, "sql", "select bool_and(is_simulated) as it from core.snapshots", "--format", "json")
    assert json.loads(result.stdout) == [{"it": True}]


@pytest.mark.parametrize(
    ("option", "expected_text"),
    [
        ("--landed-by", "nothing had landed in {folder} by 2020-01-01 23:59 UTC"),
        (
            "--as-of",
            "nothing that had landed in {folder} speaks of 2020-01-01 23:59 UTC or an earlier moment; "
            "'oss-ai-monitor --warehouse {folder} status' says what there is",
        ),
    ],
)
def test_a_build_of_a_day_before_there_was_anything_says_so(folder: Path, option: str, expected_text: str) -> None:
    result = run(folder, "build", option, "2020-01-01")
    assert result.exit_code == 1
    assert expected_text.format(folder=folder) in result.stderr


def test_build_as_of_a_day_shows_what_speaks_of_that_day(folder: Path) -> None:
    land_rows(folder, "leaderboard_v1", BOARD[:1], as_of=datetime(2024, 3, 4, 18, tzinfo=UTC))  # landed after June's
    assert run(folder, "build", "--as-of", "2024-03-04").exit_code == 0  # a day means its end
    dates_shown = run(folder, "sql", "select as_of::varchar as it from core.snapshots", "--format", "json")
    assert json.loads(dates_shown.stdout) == [{"it": "2024-03-04 18:00:00"}]


def test_status_names_what_an_older_reader_landed_and_a_newer_one_would_tell_more_of(folder: Path) -> None:
    dumped = {"id": "tin/kettle", "extra": '{"created_at":"2025-01-01 10:00:00+00:00"}'}
    land_rows(folder, "hub_listing", [dumped])
    land_rows(folder, "leaderboard_v2", [{"fullname": "tin/kettle", "submission_date": "12.06.2024"}])
    result = run(folder, "status", "--verbose").stdout
    assert result.count("worth ingesting again") == 3
    assert "submission_date: 1 date was not understood, of which today's reader knows more forms" in result
    ingest = f"'oss-ai-monitor --warehouse {folder} ingest archive --from 'made-up rows'"
    assert f"{ingest} --as-of 2024-06-15T12:00:00.000000'" in result
    expected_text = {
        source["source"]: [repeated_result["why"] for repeated_result in source["ingest_again"]]
        for source in json.loads(run(folder, "status", "--format", "json").stdout)["sources"]
    }
    assert expected_text["leaderboard_v1"] == ["version 0 of its reader landed it, and version 1 may read more"]
    assert expected_text["hub_listing"] == [
        "holds fields under the names of huggingface_hub's ModelInfo, such as created_at: read today"
    ]


def test_what_was_ingested_again_is_named_no_more(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "models.jsonl"
    path.write_text('{"id": "tin/kettle", "created_at": "2025-01-01"}\n{"id": "tin/lid"}\n')
    dumped = {"id": "tin/kettle", "extra": '{"created_at":"2025-01-01"}'}
    land_rows(folder, "hub_listing", [dumped])
    (manifest,) = Landing(folder / "landing").manifests("hub_listing")
    fields = json.loads((manifest.folder / "manifest.json").read_text())
    del fields["sha256"]  # as before November 2026, when manifests had none, and readers no version
    del fields["reader_version"]
    (manifest.folder / "manifest.json").write_text(json.dumps(fields | {"addresses": [str(path)]}))
    named = f"worth ingesting again: hub_listing {manifest.snapshot_id}"
    assert named in run(folder, "status").stdout
    assert run(folder, "ingest", "hub", "--from", str(path)).exit_code == 0
    assert named not in run(folder, "status", "--verbose").stdout


@pytest.mark.parametrize(
    ("arguments", "expected_text"),
    [
        (["check"], "nothing to check"),
        (["check", "--digest"], "is not there"),
        (["build"], "nothing had landed"),
        (["sql", "select 1"], "is not there"),
        (["dictionary"], "is not there"),
        (["thin", "--keep", "8d"], "0 of them were removed"),
        (["backup", "copy.tar"], "nothing"),
        (["restore", "missing.tar"], "missing.tar"),
        (["ingest", "archive", "--from", "missing.csv"], "missing.csv"),
    ],
)
def test_a_folder_that_is_not_there_is_told_and_not_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], expected_text: str
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run(tmp_path / "nope", *arguments)
    assert result.exit_code == (0 if arguments[0] == "thin" else 1)
    assert result.stderr.count("\n") == 1
    assert expected_text in result.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_a_past_snapshot_is_built_beside_what_serves_under_the_name_that_it_had(folder: Path) -> None:
    (name,) = warehouse.by_snapshot_id(folder)
    landed = warehouse.landed_by(name)
    assert landed is not None
    time.sleep(max(0.0, (landed.replace(tzinfo=UTC) - datetime.now(UTC)).total_seconds()))
    land_rows(folder, "leaderboard_v1", BOARD[:1], as_of=datetime(2024, 7, 1, tzinfo=UTC))
    for _ in range(2):  # the last one before it stays
        assert run(folder, "build").exit_code == 0
    serving = warehouse.current(folder)
    assert name not in warehouse.by_snapshot_id(folder)
    assert "needs --landed-by or --as-of" in run(folder, "build", "--beside").stderr
    assert run(folder, "build", "--landed-by", landed.isoformat(), "--beside").exit_code == 0
    assert warehouse.by_snapshot_id(folder)[name].parent.name == "beside"
    assert warehouse.current(folder) == serving
    assert run(folder, "build").exit_code == 0
    assert name in warehouse.by_snapshot_id(folder)


def test_options_that_do_not_belong_together_are_refused(tmp_path: Path) -> None:
    assert "belong to 'simulated'" in run(tmp_path, "ingest", "archive", "--seed", "1").stderr
    assert "reads no files" in run(tmp_path, "ingest", "simulated", "--from", "x").stderr
    assert "belong to 'hub' without files" in run(tmp_path, "ingest", "archive", "--full").stderr


def test_the_data_dictionary_is_what_the_warehouse_says(folder: Path) -> None:
    result = run(folder, "dictionary").stdout
    assert result == (README.parent / "DATA_DICTIONARY.md").read_text(encoding="utf-8"), "run 'make dictionary'"


def test_json_is_json_whatever_the_numbers(folder: Path) -> None:
    result = run(
        folder, "sql", "select 'nan'::double as n, 'inf'::double as i, 1.5::decimal(4, 2) as d", "--format", "json"
    )
    assert json.loads(result.stdout, parse_constant=pytest.fail) == [{"n": None, "i": None, "d": 1.5}]
    assert "two columns are called a" in run(folder, "sql", "select 1 as a, 2 as a", "--format", "json").stderr


def test_an_as_of_before_the_datas_own_dates_is_refused_at_ingest(real_data: Path, tmp_path: Path) -> None:
    board = real_data / "hub/datasets/open-llm-leaderboard/contents/data/train-00000-of-00001.parquet"
    result = run(tmp_path, "ingest", "archive", "--as-of", "2024-12-31", "--from", str(board))
    assert result.exit_code == 1
    assert "holds dates up to 2025-02-20" in result.stderr


def test_a_far_smaller_snapshot_is_told(tmp_path: Path) -> None:
    for number in (5, 2):
        items = tmp_path / f"{number}.json"
        items.write_text(json.dumps([{"id": f"tin/{n}", "tags": [], "downloads": n} for n in range(number)]))
        result = run(tmp_path / "warehouse", "ingest", "hub", "--as-of", "2024-06-15", "--from", str(items))
        assert result.exit_code == 0
    assert "attention: 2 rows, where one before it has 5" in result.stderr


@pytest.mark.parametrize("moment", ["0001-01-01T00:00+14:00", "9999-12-31T23:59-14:00"])
def test_a_moment_that_utc_cannot_write_is_refused(tmp_path: Path, moment: str) -> None:
    ran = CliRunner().invoke(main, ["--warehouse", str(tmp_path), "compare", "--then", moment])
    assert ran.exit_code == 2
    assert "is in UTC before the year 1 or after the year 9999" in ran.output


@pytest.mark.parametrize(
    "command",
    [
        ["--warehouse", "s3://bucket/warehouse", "ingest", "simulated"],
        ["status", "--warehouse", "https://data.example.org/warehouse"],
        ["deliver", "s3://bucket/warehouse", "--machine", "north"],
        ["backup", "s3://bucket/backup"],
        ["restore", "https://data.example.org/backup.tar"],
        ["report", "https://data.example.org/report.html"],
        ["build", "--engine", "spark", "--spark", "sc://127.0.0.1:1", "--scratch", "hdfs://cluster/scratch"],
    ],
)
def test_an_address_is_no_path_of_this_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, command)
    assert result.exit_code == 2
    assert "is an address; expected a path of this machine" in " ".join(result.stderr.split())
    assert not list(tmp_path.iterdir())
