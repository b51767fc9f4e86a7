"""Where owners have their seat: as a reviewed list says, in any letter case, and never guessed."""

from __future__ import annotations

from tests.core.small_tables import WarehouseOf, evaluation, listed, rows


def test_the_region_of_an_owner_is_that_of_the_list_in_any_letter_case(warehouse_of: WarehouseOf) -> None:
    opened = warehouse_of(
        hub_listing=[listed("Qwen/one"), listed("Qwen/two"), listed("salesforce/one"), listed("tin/Qwen-copy")],
        leaderboard_v2=[evaluation("bigscience/one"), evaluation("TheBloke/one")],
    )
    owners = rows(opened, "select owner, region, kind, rule, source is not null from core.owners order by owner")
    assert owners == [
        ("Qwen", "china", "organisation", "in the reviewed list", True),
        ("TheBloke", "individuals", "individual", "in the reviewed list", True),
        ("bigscience", "other", "community", "in the reviewed list", True),
        ("salesforce", "us", "organisation", "in the reviewed list, in other letter case", True),
        ("tin", "not reviewed", "unknown", "not reviewed", False),
    ]
    models = rows(opened, "select dataset, model_id, region from marts.models order by all")
    assert models == [
        ("hub", "Qwen/one", "china"),
        ("hub", "Qwen/two", "china"),
        ("hub", "salesforce/one", "us"),
        ("hub", "tin/Qwen-copy", "not reviewed"),
        ("v2", "TheBloke/one", "individuals"),
        ("v2", "bigscience/one", "other"),
    ]
