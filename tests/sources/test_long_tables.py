"""Any table with a row per day and model joins the history of adoption, or is refused with a reason."""

from __future__ import annotations

import gzip
import itertools
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
from click.testing import CliRunner, Result

from oss_ai_monitor import warehouse
from oss_ai_monitor.cli import main
from oss_ai_monitor.history import catch_up, recorded_days
from oss_ai_monitor.landing import Landing
from oss_ai_monitor.patterns import pattern
from oss_ai_monitor.sources import SourceError, long_tables
from tests.conftest import built_of, land_rows

REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "adoption" / (
    "transformersjs_feature_extraction_2024-05-08_2025-08-31.parquet"
)  # fmt: skip
GOOD = "day,id,downloads,likes\n2024-05-08,a/a,5,1\n2024-05-08,a/b,7,0\n2024-05-10,a/a,6,1\n2024-05-10,a/b,7,2\n"


def ingest(folder: Path, *arguments: str | Path) -> Result:
    command = ["--warehouse", str(folder), "ingest", "adoption", "--from", *map(str, arguments)]
    return CliRunner().invoke(main, command)


def landed(folder: Path) -> list[tuple[Any, ...]]:
    runs = sorted(Landing(folder / "landing").manifests("hub_adoption"), key=lambda run: run.as_of)
    with duckdb.connect() as db:
        return [
            row
            for run in runs
            for row in db.execute("from read_parquet($paths)", {"paths": [str(path) for path in run.paths]}).fetchall()
        ]


def test_a_table_is_described_and_lands(tmp_path: Path) -> None:
    path = tmp_path / "table.csv.gz"
    path.write_bytes(gzip.compress(GOOD.encode()))
    land_rows(tmp_path, "hub_listing", [{"id": "a/a"}, {"id": "a/c"}], as_of=datetime(2026, 1, 2, tzinfo=UTC))
    ran = ingest(tmp_path, path, "--licence", "CC-BY-4.0")
    assert ran.exit_code == 0, ran.output
    for line in (
        "licence: CC-BY-4.0",
        "4 rows: 2 days from 2024-05-08 to 2024-05-10, 2 models, 2 to 2 on a day",
        "1 day between them has no rows, and stays a gap: 2024-05-09",
        "no column of downloads_all_time: unknown on these days",
        "1 of its 2 ids is in the newest full listing of 2 models (2026-01-02): 50.00% of it",
        "2 days from 2024-05-08 to 2024-05-10 are kept",
    ):
        assert line in ran.output, ran.output
    runs = Landing(tmp_path / "landing").manifests("hub_adoption")
    assert [(run.as_of, run.as_of_rule) for run in runs] == [
        (datetime(2024, 5, 8, tzinfo=UTC), "day in the data"), (datetime(2024, 5, 10, tzinfo=UTC), "day in the data")
    ]  # fmt: skip
    assert "licence of the table: CC-BY-4.0" in runs[0].notes
    assert [(row[0], row[4], row[7:10]) for row in landed(tmp_path) if row[3]] == [
        (date(2024, 5, 8), "first", (5, None, 1)), (date(2024, 5, 8), "first", (7, None, 0)),
        (date(2024, 5, 10), "moved", (6, None, 1)), (date(2024, 5, 10), "moved", (7, None, 2)),
    ]  # fmt: skip
    again = ingest(tmp_path, path)
    assert "2 days from 2024-05-08 to 2024-05-10 are in the history already" in again.output


def test_columns_have_the_names_that_options_give(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text(
        "When;Repo;Key;Month;Ever;Hearts\n2025-03-01T06:30:00Z;a/a;65a0000000000000000000aa;5;50;1\n"
        "20250302;a/renamed;65a0000000000000000000aa;6.0;52;1\n"
    )
    ran = ingest(
        tmp_path, path, "--day-column", "When", "--id-column", "Repo", "--hub-id-column", "Key",
        "--downloads-column", "Month", "--all-time-column", "Ever", "--likes-column", "hearts",
    )  # fmt: skip
    assert ran.exit_code == 0, ran.output
    assert [row[3:10] for row in landed(tmp_path) if row[3]] == [
        (1, "first", "a/a", "65a0000000000000000000aa", 5, 50, 1), (1, "moved", "a/renamed", None, 6, 52, 1)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "options", "message"),
    [
        ("when,id,likes\n2024-05-08,a,1\n", [], "has no column called day or date; its columns are when, id, likes"),
        ("day,name,likes\n2024-05-08,a,1\n", [], "has no column called id or modelId or model_id"),
        ("day,id,tags\n2024-05-08,a,1\n", [], "has no column of figures"),
        (GOOD, ["--likes-column", "hearts"], "has no column 'hearts'; its columns are day, id, downloads, likes"),
        ("day,id,likes\n2024-05-08,a,1\n08/05/2024,a,1\n", [], "line 3: day is '08/05/2024', which is no day"),
        ("day,id,likes\n,a,1\n", [], "line 2: day is None, which is no day"),
        ("day,id,likes\n1715126400,a,1\n", [], "which is no day; expected one like 2024-05-08"),
        ("day,id,likes\n2999-01-01,a,1\n", [], "which is later than today"),
        ("day,id,likes\n1970-01-01,a,1\n", [], "before the Hub had models"),
        ("day,id,likes\n2024-05-08 (BC),a,1\n", [], "line 2: day is '2024-05-08 (BC)', before the Hub had models"),
        (f"day,id,likes\n2024-05-08,a,{'9' * 2_100_000}\n", [], "line 2: has more than 2,000,000 bytes"),
        ("day,id,likes\n2024-05-08,a,many\n", [], "likes is 'many', and no row holds a count there"),
        ("day,id,likes\n2024-05-08,,1\n", [], "no row names a model"),
        ("day,id,likes\n", [], "a header and no rows"),
        ("day,id,likes\n2024-05-08,a\n", [], "2 columns where the header has 3"),
        ("day,id,likes,likes\n2024-05-08,a,1,2\n", [], "column likes comes twice"),
        ('{"day": "2024-05-08"}', [], "is JSON; expected Parquet or CSV"),
        ('[{"day": "2024-05-08"}]', [], "is a list in JSON; expected Parquet or CSV"),
    ],
)
def test_what_is_no_such_table_is_refused(tmp_path: Path, content: str, options: list[str], message: str) -> None:
    path = tmp_path / "table.csv"
    path.write_text(content)
    ran = ingest(tmp_path, path, *options)
    assert ran.exit_code == 1
    assert message in ran.output, ran.output
    assert str(path) in ran.output
    assert Landing(tmp_path / "landing").manifests() == []


def test_a_damaged_parquet_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "table.parquet"
    path.write_bytes(b"PAR1 and nothing else")
    ran = ingest(tmp_path, path)
    assert (ran.exit_code, "is no whole Parquet file" in ran.output) == (1, True)


def test_values_that_are_no_counts_are_unknown_and_named(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    rows = [
        "2024-05-08,a/a,5,1", "2024-05-08,a/b,-7,2", "2024-05-08,a/c,nan,3", "2024-05-08,a/d,1e99,4",
        "2024-05-08,a/e,2.5,five", f"2024-05-08,{'x' * 201},1,1", "2024-05-08,,1,1", "2024-05-08,a/a,9,1",
    ]  # fmt: skip
    path.write_text("\n".join(["day,id,downloads,likes", *rows]))
    ran = ingest(tmp_path, path)
    assert ran.exit_code == 0, ran.output
    figures = {row[5]: row[7:10] for row in landed(tmp_path) if row[3]}
    assert figures == {
        "a/a": (9, None, 1), "a/b": (None, None, 2), "a/c": (None, None, 3), "a/d": (None, None, 4),
        "a/e": (None, None, None),
    }  # fmt: skip
    for line in (
        f"3 values of downloads are no count (a whole number, not negative), and unknown; the first: {path}, line 3",
        "1 value of likes is no count (a whole number, not negative), and unknown; the first: ",
        f"{path}, line 6, 'five'",
        "1 row without an id is left out",
        "1 row is left out: id longer than 200 characters",
        "1 row repeats a model on the same day, and one of them counts",
    ):
        assert line in ran.output, ran.output


@pytest.mark.parametrize("impossible", ["a b/c", "a/b\tc", "a/b\x1bc", "a/b\u202ec", "a/b\u00a0c", "a/b/c", "/b", "a/"])
def test_an_id_that_the_hub_cannot_have_is_left_out_and_named(tmp_path: Path, impossible: str) -> None:
    path = tmp_path / "table.csv"
    path.write_text(f"day,id,downloads\n2024-05-08,a/a,5\n2024-05-08,{impossible},7\n2024-05-08, gpt2 ,9\n")
    ran = ingest(tmp_path, path)
    assert ran.exit_code == 0, ran.output
    assert {row[5] for row in landed(tmp_path) if row[3]} == {"a/a", "gpt2"}
    assert (
        "1 row is left out: id that the Hub cannot have, with a space, a control character or a second slash; "
        f"the first: {path}, line 3, "
    ) in ran.output


def test_a_part_of_the_hub_is_no_shrunken_hub(tmp_path: Path) -> None:
    listed = [{"id": f"a/{n}", "downloads": 1} for n in range(1200)]
    land_rows(tmp_path, "hub_listing", listed, as_of=datetime(2024, 5, 9, tzinfo=UTC))
    path = tmp_path / "table.csv"
    path.write_text(GOOD)
    catch_up(Landing(tmp_path / "landing"))
    ran = ingest(tmp_path, path)
    assert "hub_adoption: 2024-05-08 is kept" in ran.output, ran.output
    assert "of 2024-05-10 holds 2 models where the kept day before it has 1,200: no full listing" in ran.output


def test_a_full_listing_after_a_part_of_the_hub_opens_a_stretch(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text(GOOD)
    ingest(tmp_path, path)
    listed = [{"id": f"a/{n}", "downloads": 1} for n in ["a", "b", *range(1200)]]
    land_rows(tmp_path, "hub_listing", listed, as_of=datetime(2024, 5, 12, tzinfo=UTC))
    catch_up(Landing(tmp_path / "landing"))
    path.write_text("day,id,likes\n2024-05-11,a/b,4\n")
    ran = ingest(tmp_path, path)
    assert "hub_adoption: 2024-05-11 is kept" in ran.output, ran.output
    days = recorded_days(Landing(tmp_path / "landing"), is_simulated=False)
    assert [(day.on.day, day.since and day.since.day) for day in days] == [(8, None), (10, 8), (11, 10), (12, None)]
    series = {row[5]: row[3] for row in landed(tmp_path) if row[5] in ("a/a", "a/b")}
    assert series == {"a/a": 1, "a/b": 2}


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse with the real series."""
    if not REAL.exists():
        pytest.skip(f"{REAL} is not there")
    folder = tmp_path_factory.mktemp("real")
    ran = ingest(folder, REAL)
    assert ran.exit_code == 0, ran.output
    assert "7 days between them have no rows" in ran.output
    return folder


def test_the_real_series_is_what_pandas_reads(real: Path) -> None:
    sent = _frame(REAL)
    sent["day"] = pd.to_datetime(sent["day"]).dt.date
    warehouse.build(real, Landing(real / "landing").selected())
    opened = warehouse.Warehouse.open(real)
    days = opened.sql_frame("select day, listed, downloads_30d, likes from core.adoption_days order by day")
    opened.close()
    by_day = sent.groupby("day").agg(listed=("id", "nunique"), downloads=("downloads", "sum"), likes=("likes", "sum"))
    assert days["day"].dt.date.tolist() == by_day.index.tolist()
    assert days[["listed", "downloads_30d", "likes"]].to_numpy().tolist() == by_day.to_numpy().tolist()
    assert len(days) == 474


def test_every_figure_of_the_real_series_is_read_back(real: Path) -> None:
    """Follow each series through its changes: on each day it has the figures that the table has, or is not listed."""
    sent = _frame(REAL)
    expected = {(pd.Timestamp(row.day).date(), row.id, int(row.downloads), int(row.likes)) for row in sent.itertuples()}
    names: dict[int, str] = {}
    current: dict[int, tuple[int, int]] = {}
    actual = set()
    for day, changes in itertools.groupby(landed(real), key=lambda row: row[0]):
        for _, _, _, series, change, name, _, downloads, _, likes, *_ in changes:
            if not series:
                continue
            names[series] = name or names[series]
            if change == "gone":
                del current[series]
            else:
                current[series] = downloads, likes
        actual |= {(day, names[series], *figures) for series, figures in current.items()}
    assert actual == expected
    assert len(names) == len(set(names.values())) == 215
    present = sent.assign(day=pd.to_datetime(sent["day"])).groupby("id")["day"].nunique()
    assert (present < 474).any(), "some left and came back"


def test_two_parts_one_after_the_other_are_the_whole(real: Path, tmp_path: Path) -> None:
    for name, condition in (("first", "<"), ("second", ">=")):
        with duckdb.connect() as db:
            part = db.sql(f"from '{REAL}' where day {condition} date '2025-01-17'")
            part.write_parquet(str(tmp_path / f"{name}.parquet"))
        ran = ingest(tmp_path, tmp_path / f"{name}.parquet")
        assert ran.exit_code == 0, ran.output
    assert landed(tmp_path) == landed(real)


def test_files_of_one_table_are_read_together(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(GOOD)
    (tmp_path / "b.csv").write_text("date,model_id,downloadsAllTime\n2024-05-11,a/a,90\n2024-05-11,a/b,80\n")
    with long_tables.read([tmp_path / "a.csv", tmp_path / "b.csv"]) as table:
        assert (table.rows, table.models, len(table.days), table.missing) == (6, 2, 3, ())
        assert table.days[-1] - table.days[0] == timedelta(days=3)


@pytest.mark.parametrize("name", ["t[1]", "t*", "t?"])
@pytest.mark.parametrize("kind", ["parquet", "csv"])
def test_a_file_whose_name_is_a_pattern_is_read_alone(tmp_path: Path, name: str, kind: str) -> None:
    folder = tmp_path / "[ab] warehouse?"
    for downloads, stem in enumerate(("t1", name), 5):
        relation = duckdb.sql(f"select date '2024-05-08' as day, 'a/a' as id, {downloads} as downloads")
        path = tmp_path / f"{stem}.{kind}"
        relation.write_parquet(str(path)) if kind == "parquet" else relation.write_csv(str(path))
    ran = ingest(folder, tmp_path / f"{name}.{kind}")
    assert ran.exit_code == 0, ran.output
    (run,) = Landing(folder / "landing").manifests("hub_adoption")
    with duckdb.connect() as db:
        figures = db.read_parquet(pattern(run.paths[0])).filter("series_id > 0").select("downloads_30d").fetchall()
    assert figures == [(6,)]
    assert [day.on for day in recorded_days(Landing(folder / "landing"), is_simulated=False)] == [date(2024, 5, 8)]


def test_a_warehouse_in_a_folder_whose_name_is_a_pattern_is_built(tmp_path: Path) -> None:
    with built_of(tmp_path / "[ab] house*", hub_listing=[{"id": "a/a", "downloads": 7}]) as opened:
        assert opened.sql_frame("select model_id from core.models")["model_id"].tolist() == ["a/a"]


def test_nothing_of_a_table_is_kept_when_a_later_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(GOOD)
    (tmp_path / "b.csv").write_text("date,model_id\n2024-05-11,a/a\n")
    with (
        pytest.raises(SourceError, match=r"b\.csv: has no column of figures"),
        long_tables.read([tmp_path / "a.csv", tmp_path / "b.csv"]),
    ):
        pass


def _frame(path: Path) -> pd.DataFrame:
    with duckdb.connect() as db:
        return db.sql(f"from '{path}'").df()
