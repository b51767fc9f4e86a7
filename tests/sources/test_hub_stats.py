"""Dated revisions of somebody else's listing fill the days before our own, and only the needed bytes are asked for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner, Result

from oss_ai_monitor.cli import main
from oss_ai_monitor.history import recorded_days
from oss_ai_monitor.landing import Landing
from oss_ai_monitor.sources import SourceError, hub_stats
from tests.hub_datasets import Commit, DatedDataset
from tests.hub_server import Hub
from tests.hub_world import World

FIRST = datetime(2025, 2, 20, 5, tzinfo=UTC)
MODELS = 3000


def content(folder: Path, day: int) -> bytes:
    """The file of one day: the columns of figures beside one that is a hundred times larger."""
    all_time = ', i * 10 + $day as "downloadsAllTime"' if day >= 6 else ""
    path = folder / f"{day}.parquet"
    with duckdb.connect() as db:
        db.execute(
            f"""
            create table sent as
            select
                'o/m' || i as id, i + $day as downloads, i % 7 as likes, timestamp '2025-01-01' as "lastModified",
                (select string_agg(md5(i || ' ' || j), '') from range(40) as card(j)) as "cardData" {all_time}
            from range({MODELS} - $day) as model(i)
            order by i
            """,
            {"day": day},
        )
        db.table("sent").write_parquet(str(path), row_group_size=2048)
    return path.read_bytes()


@pytest.fixture(scope="module")
def contents(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    folder = tmp_path_factory.mktemp("hub-stats")
    return [content(folder, day) for day in range(9)]


@pytest.fixture
def hub(contents: list[bytes], monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """A Hub with nine days of the dataset, two commits a day: the file of models, then another one."""
    commits = []
    for day, models in enumerate(contents):
        moment = FIRST + timedelta(days=day)
        commits.append(Commit(moment, {"models.parquet": models}))
        commits.append(Commit(moment + timedelta(hours=1), {"models.parquet": models, "datasets.parquet": b"x"}, "Add"))
    with Hub(World()) as hub:
        hub.dated[hub_stats.REPOSITORY] = DatedDataset(commits)
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        yield hub


def ingest(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--warehouse", str(folder), "ingest", "hub-stats", *arguments])


def days(folder: Path) -> list[date]:
    return [day.on for day in recorded_days(Landing(folder / "landing"), is_simulated=False)]


def test_a_revision_of_each_period_is_recorded_by_the_day_of_its_commit(tmp_path: Path, hub: Hub) -> None:
    ran = ingest(tmp_path, "--since", "2025-02-19", "--every", "3d")
    assert ran.exit_code == 0, ran.output
    assert days(tmp_path) == [date(2025, 2, 20), date(2025, 2, 22), date(2025, 2, 25), date(2025, 2, 28)]
    runs = Landing(tmp_path / "landing").manifests("hub_adoption")
    assert [run.as_of_rule for run in runs] == ["date of the commit"] * 4
    assert all(hub_stats.LICENCE in run.notes for run in runs)
    assert runs[0].revision
    assert runs[0].addresses == (
        f"{hub.url}/datasets/{hub_stats.REPOSITORY}/resolve/{runs[0].revision}/models.parquet",
    )
    for line in (
        "Apache-2.0",
        "4 revisions from 2025-02-20 to 2025-02-28",
        "4 will be fetched, about 0.1 MB: only the columns id, _id, downloads, downloadsAllTime, likes, lastModified",
        "revision 4 of 4",
    ):
        assert line in ran.output, ran.output


def test_figures_are_those_of_the_revision_and_absent_ones_unknown(tmp_path: Path, hub: Hub) -> None:
    ingest(tmp_path, "--since", "2025-02-24", "--until", "2025-02-26", "--every", "1d")
    runs = Landing(tmp_path / "landing").manifests("hub_adoption")
    assert [any("downloadsAllTime is not in the revision" in note for note in run.notes) for run in runs] == [
        True, True, False,
    ]  # fmt: skip
    with duckdb.connect() as db:
        summaries = db.execute(
            """
            select day, summary.listed, summary.downloads_30d, summary.downloads_all_time, summary.likes, summary.gone
            from read_parquet($paths) where series_id = 0 order by day
            """,
            {"paths": [str(path) for run in runs for path in run.paths]},
        ).fetchall()
    expected = []
    for day in (4, 5, 6):
        models = range(MODELS - day)
        all_time = sum(n * 10 + day for n in models) if day >= 6 else None
        expected.append(
            (date(2025, 2, 20 + day), len(models), sum(n + day for n in models), all_time, sum(n % 7 for n in models),
             0 if day == 4 else 1)
        )  # fmt: skip
    assert summaries == expected


def test_a_figure_that_can_be_no_count_is_unknown(hub: Hub, tmp_path: Path) -> None:
    path = tmp_path / "sent.parquet"
    with duckdb.connect() as db:
        figures = "unnest([-1, 0, 10**15::bigint, 9223372036854775807])"
        db.sql(f"select 'o/m' as id, {figures} as downloads, {figures} as likes").write_parquet(str(path))
    hub.dated[hub_stats.REPOSITORY] = DatedDataset([Commit(FIRST, {"models.parquet": path.read_bytes()})])
    dataset = hub_stats.opened()
    (revision,) = dataset.revisions(FIRST.date(), FIRST.date(), timedelta(days=1))
    snapshot = dataset.fetch(revision, tmp_path)
    with duckdb.connect() as db:
        rows = (
            db.read_parquet(str(snapshot.path)).order("n").select("downloads_30d, downloads_all_time, likes").fetchall()
        )
    assert rows == [(None, None, None), (0, None, 0), (10**15, None, 10**15), (None, None, None)]


def test_only_a_fraction_of_the_bytes_is_asked_for(tmp_path: Path, hub: Hub, contents: list[bytes]) -> None:
    ingest(tmp_path, "--since", "2025-02-28", "--every", "1d")
    requested = 0
    for _, address, headers in hub.received_requests:
        if "/resolve/" in address:
            first, _, last = {name.lower(): value for name, value in headers.items()}["range"][6:].partition("-")
            requested += int(last) - int(first) + 1
    assert days(tmp_path) == [date(2025, 2, 28)]
    assert 0 < requested < len(contents[8]) / 20


def test_days_that_are_recorded_are_not_fetched_again(tmp_path: Path, hub: Hub) -> None:
    ingest(tmp_path, "--since", "2025-02-20", "--until", "2025-02-26", "--every", "3d")
    requests = len(hub.requests("/resolve/"))
    again = ingest(tmp_path, "--since", "2025-02-20", "--until", "2025-02-26", "--every", "3d")
    assert "3 of them are of days that the history has" in again.output
    assert len(hub.requests("/resolve/")) == requests
    between = ingest(tmp_path, "--since", "2025-02-21", "--until", "2025-02-21", "--every", "1d")
    assert "1 of them are of days that the history has, or that lie between two of its days" in between.output
    later = ingest(tmp_path, "--since", "2025-02-20", "--every", "3d")
    assert later.exit_code == 0
    assert len(days(tmp_path)) == 3  # the eighth day after the first opens no further period
    ingest(tmp_path, "--since", "2025-02-27", "--every", "1d")
    assert days(tmp_path)[-2:] == [date(2025, 2, 27), date(2025, 2, 28)]


@pytest.mark.parametrize("kind", ["503", "429", "hang-up", "short"])
def test_a_fault_that_passes_is_waited_for(tmp_path: Path, hub: Hub, kind: str) -> None:
    hub.fault(kind, on="/resolve/", seconds=0.1)
    ran = ingest(tmp_path, "--since", "2025-02-28")
    assert ran.exit_code == 0, ran.output
    assert days(tmp_path) == [date(2025, 2, 28)]


def test_what_was_recorded_before_a_failure_stands(tmp_path: Path, hub: Hub) -> None:
    dataset = hub.dated[hub_stats.REPOSITORY]
    refused = next(commit for commit in reversed(dataset.commits) if commit.date.date() == date(2025, 2, 25))
    hub.fault("403", on=f"/resolve/{refused.sha}", times=None)
    ran = ingest(tmp_path, "--since", "2025-02-24", "--until", "2025-02-26", "--every", "1d")
    assert (ran.exit_code, days(tmp_path)) == (1, [date(2025, 2, 24)])
    assert "The days that were recorded stand; run the same command again later" in ran.output
    hub.faults.clear()
    ran = ingest(tmp_path, "--since", "2025-02-24", "--until", "2025-02-26", "--every", "1d")
    assert (ran.exit_code, len(days(tmp_path))) == (0, 3)


def test_a_revision_without_a_whole_file_is_left_out(tmp_path: Path, hub: Hub) -> None:
    commits = hub.dated[hub_stats.REPOSITORY].commits
    del commits[9].files["models.parquet"]  # of 2025-02-24
    commits[11].files["models.parquet"] = b"PAR1 and nothing else"
    ran = ingest(tmp_path, "--since", "2025-02-23", "--until", "2025-02-26", "--every", "1d")
    assert ran.exit_code == 0, ran.output
    assert days(tmp_path) == [date(2025, 2, 23), date(2025, 2, 26)]
    assert "models.parquet: is not there, so this revision is left out" in ran.output
    assert "models.parquet: is no whole Parquet file, so this revision is left out" in ran.output


def test_a_whole_file_where_a_part_was_asked_for_is_refused(hub: Hub, tmp_path: Path) -> None:
    hub.ignores_ranges = True
    dataset = hub_stats.opened()
    (revision,) = dataset.revisions(date(2025, 2, 28), date(2025, 2, 28), timedelta(days=1))
    with pytest.raises(SourceError, match="the whole file was sent where a part was asked for"):
        dataset.fetch(revision, tmp_path)


def test_a_day_without_a_new_file_is_the_day_of_the_file(tmp_path: Path, hub: Hub, contents: list[bytes]) -> None:
    commits = hub.dated[hub_stats.REPOSITORY].commits
    commits[14:] = [Commit(FIRST + timedelta(days=7), {"models.parquet": contents[6], "x": b"y"}, "Only another file")]
    ran = ingest(tmp_path, "--since", "2025-02-26", "--every", "1d")
    assert ran.exit_code == 0, ran.output
    assert days(tmp_path) == [date(2025, 2, 26)]
    assert "its file is of 2025-02-26, and that day is in the history already; it is not fetched" in ran.output


def test_a_dataset_that_is_not_there_is_named(tmp_path: Path, hub: Hub) -> None:
    hub.dated.clear()
    ran = ingest(tmp_path, "--since", "2025-02-26")
    assert ran.exit_code == 1
    assert f"/datasets/{hub_stats.REPOSITORY}: could not be read (HTTP 404)" in ran.output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "hub-stats takes --since DATE"),
        (("--since", "2025-02-26", "--every", "0d"), "is no period; expected days or weeks, such as 7d or 2w"),
        (("--since", "2025-02-26", "--from", "x.parquet"), "without files"),
        (("--since", "2025-02-26", "--licence", "MIT"), "belong to 'adoption'"),
    ],
)
def test_it_is_off_unless_it_is_asked_for(tmp_path: Path, arguments: tuple[str, ...], message: str) -> None:
    ran = ingest(tmp_path, *arguments)
    assert (ran.exit_code, message in ran.output) == (2, True), ran.output
