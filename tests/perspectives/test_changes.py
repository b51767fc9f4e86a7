"""What changed, in the view and on pages of models, owners and families: small listings, counted by hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from oss_ai_monitor import warehouse
from oss_ai_monitor.history import catch_up, catch_up_access, catch_up_changes
from oss_ai_monitor.landing import Landing
from oss_ai_monitor.perspectives import Filters
from oss_ai_monitor.perspectives.changes.view import Changes
from oss_ai_monitor.profiles import profile
from tests.conftest import land_rows


def built(folder: Path, listings: list[list[dict[str, Any]]]) -> warehouse.Warehouse:
    """Land listings of one day after another from 1 May 2026, record what changed, and build."""
    landing = Landing(folder / "landing")
    for on, rows in enumerate(listings, 1):
        items = [{"created_at": "2026-01-02", "likes": on} | row for row in rows]
        land_rows(folder, "hub_listing", items, as_of=datetime(2026, 5, on, 6, tzinfo=UTC))
    for record in (catch_up, catch_up_access, catch_up_changes):
        assert record(landing)[1] == []
    warehouse.build(folder, landing.selected())
    return warehouse.Warehouse.open(folder)


def listing(licence: str, task: str, *more: str) -> list[dict[str, Any]]:
    return [
        {"id": "tin/base", "tags": [f"license:{licence}"], "downloads": 50, "pipeline_tag": "fill-mask"},
        {"id": "zinc/copy", "tags": ["base_model:tin/base"], "downloads": 7, "pipeline_tag": task},
        {"id": "zinc/other", "tags": ["license:mit"], "downloads": 3},
        *({"id": name, "downloads": 1} for name in more),
    ]


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[warehouse.Warehouse]:
    """The licence of a base and the task of its copy change on the second day, and a model goes; a new one comes."""
    listings = [
        listing("mit", "fill-mask", "lead/one"), listing("apache-2.0", "text-generation"),
        listing("apache-2.0", "text-generation", "lead/two"),
    ]  # fmt: skip
    answer = built(tmp_path_factory.mktemp("changes"), listings)
    yield answer
    answer.close()


def view(opened: warehouse.Warehouse, **choices: Any) -> Changes:
    filters = Filters(opened)
    filters.param.update(dates=(date(2026, 5, 1), date(2026, 5, 3)), unit="day")
    changes = Changes(opened, filters)
    changes.param.update(**choices)
    changes.open()
    return changes


def test_changes_are_counted_by_kind_and_the_most_used_model_comes_first(opened: warehouse.Warehouse) -> None:
    changes = view(opened)
    assert changes.answer_text == (
        "3 changes from 1 May 2026 to 3 May 2026: 1 gone, 1 of licence and 1 of task. "
        "The most used: tin/base: licence from mit to apache-2.0 (2 May 2026)."
    )
    assert changes.answer_models == ["tin/base"]
    assert changes.lines["model_id"].tolist() == ["tin/base", "zinc/copy", "lead/one"]
    assert changes.left_out_text == "rescored and first place: no two snapshots of a leaderboard are compared"


@pytest.mark.parametrize(
    ("choices", "names"),
    [
        ({"kinds": ["task"]}, ["zinc/copy"]), ({"owners": ["tin"]}, ["tin/base"]),
        ({"families": ["tin/base"]}, ["tin/base", "zinc/copy"]), ({"licences": ["permissive"]}, ["tin/base"]),
        ({"text": "APACHE"}, ["tin/base"]), ({"kinds": ["gone"], "with_new": True}, ["lead/one", "lead/two"]),
        ({"text": "nothing has this"}, []),
    ],
)  # fmt: skip
def test_changes_are_chosen(opened: warehouse.Warehouse, choices: dict[str, Any], names: list[str]) -> None:
    assert sorted(view(opened, **choices).lines["model_id"]) == names


def test_pages_of_a_model_an_owner_and_a_family_list_their_changes(opened: warehouse.Warehouse) -> None:
    rows = {}
    for kind, name in (("model", "tin/base"), ("owner", "zinc"), ("family", "tin/base")):
        (section,) = [one for one in profile(opened, kind, name).sections if one.title == "What changed"]
        rows[kind] = [row[-4:] for row in section.rows]
    licence, task = ("licence", "", "mit", "apache-2.0"), ("task", "", "fill-mask", "text-generation")
    assert rows == {"model": [licence], "owner": [task], "family": [licence, task]}


def test_one_listing_alone_has_no_changes_and_the_view_says_why(tmp_path: Path) -> None:
    opened = built(tmp_path, [listing("mit", "fill-mask")])
    filters = Filters(opened)
    changes = Changes(opened, filters)
    changes.open()
    assert changes.state == "empty"
    assert changes.answer_text == "No change can be seen yet: only one snapshot of each source has landed."
    assert changes.reason.startswith("Changes are what differs between two snapshots of a source. They come with")
    opened.close()


def test_records_are_counted_where_one_snapshot_alone_has_landed(tmp_path: Path) -> None:
    """A record follows from one snapshot: the sentence must not say that nothing can be seen."""
    rows = [
        {"fullname": f"tin/kettle-{n}", "average": 40.0 + n, "params_b": 7.0, "date": f"2024-0{n}-01T00:00:00Z"}
        for n in (1, 2, 3)
    ]
    land_rows(tmp_path, "leaderboard_v1", rows)
    warehouse.build(tmp_path, Landing(tmp_path / "landing").selected())
    opened = warehouse.Warehouse.open(tmp_path)
    changes = Changes(opened, Filters(opened))
    changes.open()
    assert changes.answer_text.startswith("2 changes from "), "the first of all scores takes no record from another"
    assert ": 2 records." in changes.answer_text
    assert changes.answer_text.endswith(
        "Other kinds of change cannot be seen yet: only one snapshot of each source has landed."
    )
    changes.kinds = ["licence"]
    assert changes.answer_text == "No change can be seen yet: only one snapshot of each source has landed."
    opened.close()
