"""The curated facts against the full listing of the Hub, read raw; skipped, saying so, where it is absent."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from tests.test_seeds import rows

LISTING = "hub/api/models_listing_2024-07-11.jsonl.gz"
Listing = dict[str, tuple[datetime, str | None, list[str]]]


@pytest.fixture(scope="module")
def listing(real_data: Path) -> Listing:
    """Every listed id with its creation, its task and the bases that its tags declare."""
    actual = duckdb.execute(
        "select id, createdAt::timestamp, pipeline_tag, list_filter(tags, lambda tag: starts_with(tag, 'base_model:'))"
        " from read_json(?, columns ="
        " {id: 'varchar', createdAt: 'varchar', pipeline_tag: 'varchar', tags: 'varchar[]'})",
        [str(real_data / LISTING)],
    ).fetchall()
    return {
        name: (created_at, task, [tag.rsplit(":", 1)[1] for tag in tags or []])
        for name, created_at, task, tags in actual
    }


def test_a_renamed_id_is_not_listed_and_its_successor_is_from_the_first_second(listing: Listing) -> None:
    first = datetime.fromisoformat("2022-03-02 23:29:04")
    renamed = rows("renamed")
    assert len(renamed) == 43
    assert [row for row in renamed if row["old_id"] in listing] == []
    assert [row for row in renamed if listing[row["new_id"]][0] != first] == []
    old = {row["old_id"] for row in renamed}
    assert sum(base in old for _, _, bases in listing.values() for base in bases) == 16178


@pytest.mark.parametrize(
    ("release", "mirrors", "texts", "every"),
    [
        ("qwen1.5", True, 146, 1714),
        ("code-llama", False, 91, 280),
        ("code-llama", True, 92, 281),  # one merge names a mirror
        ("starcoder2", True, 25, 97),
    ],
)
def test_derivatives_of_a_release_are_those_of_all_its_repositories(
    listing: Listing, release: str, mirrors: bool, texts: int, every: int
) -> None:
    spelt = {name.lower(): name for name in listing}
    children = defaultdict(set)
    for name, (_, _, bases) in listing.items():
        for base in bases:
            children[base.lower()].add(name)
    members = [row for row in rows("release_models") if row["release_id"] == release]
    within = {row["model_id"].lower() for row in members}
    start = {row["model_id"].lower() for row in members if mirrors or row["kind"] != "mirror"}
    day = datetime.fromisoformat(next(row["released_on"] for row in rows("releases") if row["release_id"] == release))
    actual = {spelt[name] for name in _descendants(children, start) - within if name in spelt}
    derived = [name for name in actual if day <= listing[name][0] < day + timedelta(days=181)]
    assert sum(listing[name][1] == "text-generation" for name in derived) == texts
    assert len(derived) == every


def test_listed_repositories_of_old_releases_are_spelt_as_listed(listing: Listing) -> None:
    spelt = {name.lower(): name for name in listing}
    named = [row["model_id"] for row in rows("release_models")]
    assert [name for name in named if spelt.get(name.lower(), name) != name] == []


def test_no_mirror_is_older_than_what_it_mirrors(listing: Listing) -> None:
    dates = {row["release_id"]: row["released_on"] for row in rows("releases")}
    mirrors = [row for row in rows("release_models") if row["kind"] == "mirror" and row["model_id"] in listing]
    early = {
        row["model_id"]: listing[row["model_id"]][0].date().isoformat()
        for row in mirrors
        if listing[row["model_id"]][0].date().isoformat() < (row["released_on"] or dates[row["release_id"]])
    }
    assert early == {}


def _descendants(children: dict[str, set[str]], start: Iterable[str]) -> set[str]:
    reached = set(start)
    ahead = list(reached)
    while ahead:
        for child in children[ahead.pop()]:
            if child.lower() not in reached:
                reached.add(child.lower())
                ahead.append(child.lower())
    return reached


def test_regions_cover_a_share_of_the_downloads_that_is_reported(real_data: Path) -> None:
    """Published of the list alone, July 2024: us 19.4%, china 1.2%, eu 1.9% of all downloads."""
    owners = dict(
        duckdb.execute(
            "select split_part(id, '/', 1), sum(downloads)"
            " from read_json(?, columns = {id: 'varchar', downloads: 'bigint'}) group by all",
            [str(real_data / LISTING)],
        ).fetchall()
    )
    total = sum(owners.values())
    of_list, of_all = Counter[str](), Counter[str]()
    for row in rows("organisation_regions"):
        downloads = owners.get(row["owner"], 0)
        of_all[row["region"]] += downloads
        if "Interconnects-AI/tracked-models" in row["source"]:
            of_list[row["region"]] += downloads
    assert {region: f"{of_list[region] / total:.1%}" for region in ("us", "china", "eu")} == {
        "us": "19.4%",
        "china": "1.2%",
        "eu": "1.9%",
    }
    outlier = owners["MIT"]  # one model, 37% of all downloads
    assert f"{sum(of_all.values()) / total:.1%}" == "88.3%"
    assert f"{(sum(of_all.values()) - outlier) / (total - outlier):.1%}" == "81.5%"


def test_training_data_that_was_renamed_is_declared_under_both_names(real_data: Path) -> None:
    """Those of `not_yet` were moved, or named by their new name, after this listing: only the old one is in it."""
    not_yet = {
        *("ag_news", "billsum", "bookcorpus", "cnn_dailymail", "common_voice", "food101", "piqa", "scene_parse_150"),
        *("spider", "tweet_eval", "wnut_17", "xnli", "xtreme"),
    }
    declared = {
        name
        for (name,) in duckdb.execute(
            "select distinct lower(tag[9:]) from (select unnest(tags) as tag from"
            " read_json(?, columns = {tags: 'varchar[]'})) where starts_with(tag, 'dataset:')",
            [str(real_data / LISTING)],
        ).fetchall()
    }
    renamed = rows("renamed_training_data")
    assert [row["old_id"] for row in renamed if row["old_id"] not in declared] == []
    assert {row["old_id"] for row in renamed if row["new_id"].lower() not in declared} == not_yet
    assert {row["source"] for row in renamed} == {f"https://huggingface.co/datasets/{row['new_id']}" for row in renamed}
