"""Weekly snapshots of others fill the days before our own history, with their licence said, and nothing invented."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from oss_ai_monitor.cli import main
from oss_ai_monitor.history import recorded_days
from oss_ai_monitor.landing import Landing
from oss_ai_monitor.sources import weekly
from oss_ai_monitor.sources.table import SourceError
from tests.conftest import land_rows
from tests.hub_server import Hub
from tests.hub_world import World


def snapshot(folder: Path, day: str, select: str) -> Path:
    path = folder / "models" / day / "models.parquet"
    path.parent.mkdir(parents=True)
    with duckdb.connect() as db:
        db.sql(select).write_parquet(str(path))
    return path


def test_weeks_come_before_our_own_days(tmp_path: Path) -> None:
    snapshot(
        tmp_path,
        "2024-07-24",
        "select 'a/a' as id, 7 as downloads, 1 as likes, 'x' as cardData union all select 'a/b', 5, 0, ''",
    )
    snapshot(tmp_path, "2024-07-31", "select 'a/a' as id, 9 as downloads, 90::bigint as downloadsAllTime, 1 as likes")
    folder = tmp_path / "warehouse"
    land_rows(folder, "hub_listing", [{"id": "a/a", "downloads": 4}], as_of=datetime(2024, 8, 2, tzinfo=UTC))
    ran = CliRunner().invoke(main, ["--warehouse", str(folder), "ingest", "weekly", "--from", str(tmp_path / "models")])
    assert ran.exit_code == 0, ran.output
    assert "ODbL-1.0" in ran.output
    runs = Landing(folder / "landing").manifests("hub_adoption")
    assert [run.as_of.date() for run in runs] == [date(2024, 7, 24), date(2024, 7, 31)]
    assert "downloadsAllTime is not in the file: unknown on that day" in runs[0].notes
    assert all(weekly.LICENCE in run.notes for run in runs)
    with duckdb.connect() as db:
        rows = db.execute(
            """
            select day::varchar, change, downloads_30d, downloads_all_time from read_parquet($paths)
            where series_id > 0 order by day, series_id
            """,
            {"paths": [str(path) for run in runs for path in run.paths]},
        ).fetchall()
    assert rows == [
        ("2024-07-24", "first", 7, None), ("2024-07-24", "first", 5, None),
        ("2024-07-31", "known", 9, 90), ("2024-07-31", "gone", 5, None),
    ]  # fmt: skip


def test_weeks_are_fetched_through_the_hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {
        f"datasets/{weekly.REPOSITORY}/models/{day}/models.parquet": snapshot(
            tmp_path, day, f"select 'a/a' as id, {n} as downloads"
        ).read_bytes()
        for n, day in enumerate(("2024-07-24", "2024-07-31", "2024-08-07"))
    }
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "cache"))
    with Hub(World(files=files)) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        folder = tmp_path / "warehouse"
        ran = CliRunner().invoke(main, ["--warehouse", str(folder), "ingest", "weekly", "--since", "2024-07-30"])
    assert ran.exit_code == 0, ran.output
    days = recorded_days(Landing(folder / "landing"), is_simulated=False)
    assert [day.on for day in days] == [date(2024, 7, 31), date(2024, 8, 7)]
    assert days[0].run.addresses[0].startswith(f"{hub.url}/datasets/{weekly.REPOSITORY}/resolve/")


def test_a_dataset_that_is_gone_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Hub(World()) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        with pytest.raises(
            SourceError, match=r"hub_weekly_snapshots: could not be fetched \(HTTP 404\); it may be gone"
        ):
            list(weekly.fetch(date(2024, 7, 24)))


@pytest.mark.parametrize(
    ("day", "select", "message"),
    [
        ("2024-07-24", "select 'a' as id, 'b' as tags", "hold no id with downloads or likes"),
        ("latest", "select 'a' as id, 1 as downloads", "has no date in its name"),
    ],
)
def test_a_file_that_is_no_snapshot_is_refused(tmp_path: Path, day: str, select: str, message: str) -> None:
    path = snapshot(tmp_path, day, select)
    with pytest.raises(SourceError, match=message):
        list(weekly.read([path]))


def test_weekly_is_off_unless_it_is_asked_for(tmp_path: Path) -> None:
    ran = CliRunner().invoke(main, ["--warehouse", str(tmp_path), "ingest", "weekly"])
    assert ran.exit_code == 2
    assert "--since DATE" in ran.output


def test_an_id_that_the_hub_cannot_have_is_left_out_and_counted(tmp_path: Path) -> None:
    ids = "union all select ".join(f"'{name}' as id, 7 as downloads " for name in ("a/a", "a b", "a/b/c", "x" * 201))
    (week,) = weekly.read([snapshot(tmp_path, "2024-07-24", f"select {ids}")])
    with duckdb.connect() as db:
        names = db.execute(f"select model_id from ({week.select})", {"paths": [str(week.path)]}).fetchall()
    assert names == [("a/a",)]
    assert (
        "3 rows are left out: no id, id longer than 200 characters, or id that the Hub cannot have, with a space, a "
        "control character or a second slash"
    ) in week.notes
