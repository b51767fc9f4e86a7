"""What else is read of a repository: licence, contributors, and one row where a listing has two."""

from __future__ import annotations

from tests.core.small_tables import WarehouseOf, evaluation, rows


def test_licences_are_classed_and_say_where_they_were_read(warehouse_of: WarehouseOf) -> None:
    opened = warehouse_of(
        hub_listing=[{"id": "tin/a", "tags": ["license:apache-2.0"]}, {"id": "tin/b", "tags": ["license:home-made"]}],
        hub_details=[{"id": "tin/c", "card_data": '{"license": ["CC-BY-NC-4.0"]}'}],
        leaderboard_v1=[evaluation("tin/d", 40.0, hub_license="?")],
    )
    actual = rows(opened, "select model_id, license, license_class, license_rule from core.models order by all")
    assert actual == [
        ("tin/a", "apache-2.0", "permissive", "tag"),
        ("tin/b", "home-made", "other", "tag"),
        ("tin/c", "cc-by-nc-4.0", "non-commercial", "model card"),
        ("tin/d", None, "unknown", "none declared"),
    ]


def test_bots_are_no_contributors(warehouse_of: WarehouseOf) -> None:
    opened = warehouse_of(hub_commits=[{"model_id": "tin/a", "authors": ["ann", "system", "SFconvertbot", "ann"]}])
    assert rows(opened, "select model_id, contributor, commits from core.contributors") == [("tin/a", "ann", None)]


def test_a_listing_that_names_a_model_twice_counts_it_once(warehouse_of: WarehouseOf) -> None:
    repeated_items = [
        {"id": "tin/a", "downloads": 5, "last_modified": "2024-01-01 00:00:00"},
        {"id": "tin/a", "downloads": 7, "last_modified": "2024-02-01 00:00:00"},
    ]
    opened = warehouse_of(hub_listing=repeated_items)
    assert rows(opened, "select model_id, downloads_30d from core.models") == [("tin/a", 7)]
