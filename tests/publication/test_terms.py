"""What may be passed on, run by run: by the terms of where it came from."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from oss_ai_monitor.publication import public_addresses, public_notes, select

WEEKLY = "from hfmlsoc/hub_weekly_snapshots, licence ODbL-1.0: share-alike for databases; name it where …"
STATS = "from cfahlgren1/hub-stats, licence Apache-2.0: name it where figures of these days are published"
OURS = "kept from hub_listing 20261129T090846.093935Z"
HISTORY = ("hub_access", "hub_adoption", "hub_adoption_weeks")


@dataclass(frozen=True)
class Run:
    """The attributes of a landed run that decide."""

    source: str
    notes: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ("https://huggingface.co/api/models",)
    is_simulated: bool = False


def sources(runs: list[Run], history: list[Run] | None = None) -> list[str]:
    return [run.source for run in select(runs, history or [])[0]]


def test_metadata_is_passed_on_and_rows_of_leaderboards_are_not() -> None:
    runs = [
        Run(name) for name in ("hub_listing", "hub_details", "leaderboard_v1", "leaderboard_changes", "hub_benchmarks")
    ]
    passed, reasons, recipes = select(runs)
    assert [run.source for run in passed] == ["hub_listing", "hub_details"]
    assert reasons == [
        "Rows of the official benchmarks' leaderboards.",
        "Changes between snapshots of a leaderboard: they hold its rows.",
        "Rows of the first Open LLM Leaderboard: its archive names no licence.",
    ]
    assert recipes == ["oss-ai-monitor ingest benchmarks", "oss-ai-monitor ingest archive"]


def test_a_source_that_nobody_has_reviewed_is_not_passed_on() -> None:
    passed, reasons, _ = select([Run("somebody_elses_scores")])
    assert passed == []
    assert reasons == ["Data of the source somebody_elses_scores: its terms have not been reviewed."]


@pytest.mark.parametrize("note", [OURS, STATS, "licence of the table: CC-BY-4.0", "licence of the table: mit"])
def test_the_history_is_passed_on_where_all_its_days_may_be(note: str) -> None:
    days = [
        Run("hub_adoption", (OURS,)),
        Run("hub_adoption", (note,)),
        Run("hub_access", (OURS,)),
        Run("hub_adoption_weeks"),
    ]
    assert sources(days, days) == [day.source for day in days]


@pytest.mark.parametrize("note", [WEEKLY, "licence of the table: ODbL-1.0", "licence of the table: none", ""])
def test_one_day_that_may_not_be_passed_on_keeps_all_of_the_history_back(note: str) -> None:
    """Weeks and later days are counted from it, also where no build reads the day itself any more."""
    day = Run("hub_adoption", (note,), ("table.csv",))
    others = [Run("hub_listing"), Run("hub_adoption", (OURS,)), Run("hub_adoption_weeks"), Run("hub_access", (OURS,))]
    assert sources([*others, day]) == ["hub_listing"]
    assert sources(others, [day]) == ["hub_listing"]
    assert "share-alike" in select(others, [day])[1][0]


def test_a_listing_that_is_share_alike_is_not_passed_on() -> None:
    assert sources([Run("hub_listing", (), ("/data/hub_weekly_snapshots/models/2024-07-24/models.parquet",))]) == []


def test_no_folder_of_the_machine_and_no_password_is_passed_on() -> None:
    addresses = (
        "/home/ann/listing.jsonl.gz",
        "C:\\data\\x.csv",
        "https://ann:secret@mirror.example.org/api",
        "simulated:a?b/c",
    )
    assert public_addresses(addresses) == (
        "listing.jsonl.gz",
        "x.csv",
        "https://mirror.example.org/api",
        "simulated:a?b/c",
    )
    assert public_notes(["read from /home/ann/data/x.csv"]) == ("read from …/x.csv",)
