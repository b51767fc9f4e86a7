"""The controls of the sidebar: what the browser is sent, and which of its messages change anything."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from oss_ai_monitor.app.controls import Controls
from oss_ai_monitor.charts import DATES_OF_ITS_OWN
from oss_ai_monitor.landing import Landing
from oss_ai_monitor.perspectives import (
    AuthorActivity,
    BaseModels,
    Filters,
    ModelTypes,
    Overview,
    Perspective,
    Releases,
    ScoreProgress,
)
from oss_ai_monitor.perspectives.changes.view import Changes
from oss_ai_monitor.warehouse import Warehouse, build
from tests.conftest import AS_OF, land_rows, shared_folder

WarehouseOf = Callable[..., Warehouse]
SHARED = ["shared.dataset", "shared.dates", "shared.unit"]
SIZES = ["sizes", "at_most_b"]
SHARED_SIZES = [f"shared.{name}" for name in SIZES]


def described(controls: Controls) -> dict[str, dict[str, Any]]:
    """The descriptions by the names of the controls, in reading order."""
    return {description["name"]: description for description in controls.descriptions}


def filters_with_an_event(warehouse: Warehouse, dataset: str) -> Filters:
    """Filters on a dataset, to whose leaderboard v1 something happened in its dates."""
    filters = Filters(warehouse)
    event = {"happened_on": [pd.Timestamp("2024-02-15")], "label": ["Tin is open"], "source": ["tin.org"]}
    filters.datasets._events["v1"] = pd.DataFrame(event)
    filters.dataset = dataset
    return filters


def shown(perspective: Perspective) -> Controls:
    controls = Controls(perspective.filters)
    controls.show(perspective)
    return controls


def send(controls: Controls, name: object, value: object, number: object = None) -> None:
    """What a browser sends for a change."""
    number = controls.answered + 1 if number is None else number
    controls._handle_msg({"name": name, "value": value, "number": number})


@pytest.fixture(scope="module")
def boards(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """A listing and a leaderboard with two types of models."""

    def fill(folder: Path) -> None:
        listed = [{"id": "tin/one", "created_at": "2024-02-01", "pipeline_tag": "text-generation"}]
        rows = [
            {"fullname": f"tin/{n}", "average": 40.0, "date": f"2024-0{n}-05T00:00:00Z", "type": kind}
            for n, kind in zip(range(2, 6), ("🟢 pretrained", "💬 chat") * 2, strict=True)
        ]
        land_rows(folder, "hub_listing", listed, as_of=AS_OF)
        land_rows(folder, "leaderboard_v1", rows, as_of=AS_OF)
        build(folder, Landing(folder / "landing").selected())

    warehouse = Warehouse.open(shared_folder(tmp_path_factory, "controls", fill))
    yield warehouse
    warehouse.close()


def test_few_bases_are_still_a_list_that_can_grey_out(warehouse_of: WarehouseOf) -> None:
    small_warehouse = warehouse_of(
        hub_benchmarks=[
            {"benchmark_id": "lab/math", "model_id": "base/one", "value": 40.0},
            {"benchmark_id": "lab/math", "model_id": "kid/one", "value": 50.0},
        ],
        hub_listing=[
            {"id": "base/one", "created_at": "2024-02-01"},
            {"id": "kid/one", "created_at": "2024-03-01", "tags": ["base_model:finetune:base/one"]},
        ],
    )
    filters = Filters(small_warehouse)
    filters.dataset = "lab/math"
    bases = BaseModels(small_warehouse, filters)
    bases.open()
    assert bases.bases == ["base/one"]
    controls = shown(bases)
    assert described(controls)["base-models.bases"]["kind"] == "choices"
    bases.disabled_options = {"bases": ["base/one"]}
    (option,) = described(controls)["base-models.bases"]["options"]
    assert (option[0], option[2]) == ("base/one", True)
    send(controls, "base-models.bases", [])
    assert bases.bases == []
    send(controls, "base-models.bases", ["base/one"])  # disabled: it could stay, but cannot be chosen
    assert bases.bases == []


def test_where_there_is_nothing_to_choose_there_is_no_control(boards: Warehouse) -> None:
    progress = ScoreProgress(boards, Filters(boards))
    controls = shown(progress)
    assert "score-progress.types" in described(controls)
    progress.param["types"].objects = []
    assert "score-progress.types" not in described(controls)
    assert "score-progress.types" not in controls.values


def test_dates_are_greyed_and_switches_gone_where_a_view_shows_a_leaderboards_scores_on_the_hub(
    boards: Warehouse,
) -> None:
    filters = Filters(boards)
    filters.dataset = "hub"
    controls = shown(ScoreProgress(boards, filters))
    assert described(controls)["shared.dates"]["idle"].startswith("Scores of Open LLM Leaderboard v1, ")
    assert "shared.text_generation" not in described(controls)
    controls.show(ModelTypes(boards, filters))
    assert "idle" not in described(controls)["shared.dates"]
    assert "shared.text_generation" in described(controls)


@pytest.mark.parametrize(
    ("perspective", "dataset", "names"),
    [
        (ModelTypes, "v1", ["dataset", "dates", "unit", *SIZES, "show_events"]),
        (ModelTypes, "hub", ["dataset", "dates", "unit", *SIZES, "text_generation", "hide_derived", "downloaded"]),
        (ScoreProgress, "v1", ["dataset", "dates", "unit", "benchmark", *SIZES, "show_events"]),
        (BaseModels, "v1", ["dataset", "dates", "benchmark", *SIZES]),
        (Overview, "v1", ["dataset", "dates", "unit", "benchmark", *SIZES, "show_events"]),
    ],
)
def test_a_shared_control_stands_only_where_it_changes_something(
    boards: Warehouse, perspective: type[Perspective], dataset: str, names: list[str]
) -> None:
    controls = shown(perspective(boards, filters_with_an_event(boards, dataset)))
    assert [name for name in described(controls) if name.startswith("shared.")] == [f"shared.{name}" for name in names]


def test_each_dataset_has_the_shared_controls_that_apply_to_it(boards: Warehouse) -> None:
    filters = Filters(boards)
    filters.dataset = "v1"
    controls = Controls(filters)
    assert list(described(controls)) == [*SHARED, "shared.benchmark", *SHARED_SIZES, "shared.show_events"]
    assert controls.notes == {}
    filters.dataset = "hub"
    switches = ["shared.text_generation", "shared.hide_derived", "shared.downloaded"]
    assert list(described(controls)) == [*SHARED, *SHARED_SIZES, *switches, "shared.show_events"]
    assert list(controls.notes) == switches
    assert described(controls)["shared.unit"] == {
        "name": "shared.unit", "kind": "segments", "label": "Unit",
        "options": [["day", "Day", False], ["week", "Week", False], ["month", "Month", False]],
    }  # fmt: skip
    assert described(controls)["shared.sizes"]["placeholder"] == "all sizes"
    assert [text for _, text, _ in described(controls)["shared.dataset"]["options"]] == [
        filters.datasets.rows_by_name[name]["label"] for name in filters.datasets.names
    ]


def test_alternatives_that_a_dataset_brings_are_a_menu_however_few(boards: Warehouse) -> None:
    filters = Filters(boards)
    releases, authors = shown(Releases(boards, filters)), shown(AuthorActivity(boards, filters))
    assert described(releases)["releases.repository"]["kind"] == "select"
    assert described(authors)["author-activity.by"]["kind"] == "segments"
    assert described(authors)["author-activity.added"]["kind"] == "search"


def test_another_perspective_brings_its_own_controls(boards: Warehouse) -> None:
    filters = Filters(boards)
    filters.dataset = "v1"
    types, progress = ModelTypes(boards, filters), ScoreProgress(boards, filters)
    controls = shown(types)
    types.types = ["chat"]
    assert controls.values["model-types.types"] == ["chat"]
    controls.show(progress)
    assert "model-types.types" not in controls.values
    progress.types = ["pretrained"]
    before = controls.values
    types.types = []  # a hidden perspective is not followed
    assert controls.values is before
    send(controls, "model-types.types", ["chat"])  # sent before the browser knew
    assert (types.types, progress.types) == ([], ["pretrained"])


def test_a_change_of_a_value_sends_no_descriptions(boards: Warehouse) -> None:
    filters = Filters(boards)
    filters.dataset = "v1"
    controls, changes = shown(ModelTypes(boards, filters)), []
    for name in ("descriptions", "values", "notes", "answered"):
        controls.param.watch(lambda event: changes.append(event.name), name)
    send(controls, "shared.unit", "month")
    assert filters.unit == "month"
    assert changes == ["values", "answered"]


VALID = [
    ("shared.unit", "day"),
    ("shared.dataset", "hub"),
    ("shared.dates", ["2024-02-10", "2024-03-10"]),
    ("shared.sizes", ["< 3"]),
    ("shared.at_most_b", 8.5),
    ("shared.at_most_b", None),
    ("shared.show_events", False),
    ("model-types.types", ["chat", "pretrained"]),
]


@pytest.mark.parametrize(("name", "value"), VALID)
def test_a_choice_in_the_browser_sets_the_parameter(boards: Warehouse, name: str, value: Any) -> None:
    filters = filters_with_an_event(boards, "v1")
    types = ModelTypes(boards, filters)
    controls = shown(types)
    send(controls, name, value, 7)
    owner = types if name.startswith("model") else filters
    actual = getattr(owner, name.partition(".")[2])
    assert ([str(day) for day in actual] if name == "shared.dates" else actual) == value
    assert (controls.values[name], controls.answered) == (value, 7)


HOSTILE: list[tuple[object, object]] = [
    ("shared.unit", "year"),
    ("shared.unit", None),
    ("shared.unit", ["day"]),
    ("shared.unit", "x" * 100_000),
    ("shared.dataset", "../../etc/passwd"),
    ("shared.dataset", {"id": "p1"}),
    ("shared.show_events", 1),
    ("shared.show_events", "no"),
    ("shared.sizes", "all"),
    ("shared.sizes", ["< 3", "< 3"]),
    ("shared.sizes", [["< 3"]]),
    ("shared.sizes", [float("nan")]),
    ("shared.sizes", ["a size"] * 100_000),
    ("shared.at_most_b", "8"),
    ("shared.at_most_b", True),
    ("shared.at_most_b", 0),
    ("shared.at_most_b", -8.0),
    ("shared.at_most_b", float("nan")),
    ("shared.at_most_b", float("inf")),
    ("shared.at_most_b", 10**400),
    ("shared.at_most_b", [8]),
    ("shared.dates", ["2024-03-10", "2024-02-10"]),
    ("shared.dates", ["0001-01-01", "9999-12-31"]),
    ("shared.dates", ["2024-02-30", "2024-03-10"]),
    ("shared.dates", ["2024-02-10"]),
    ("shared.dates", [None, 3]),
    ("model-types.types", ["<script>"]),
    ("model-types.types", {"types": "chat"}),
    ("model-types.warehouse", "x"),
    ("shared.warehouse", "x"),
    ("shared.__class__", "x"),
    ("types", ["chat"]),
    ("", ""),
]


@pytest.mark.parametrize(("name", "value"), HOSTILE)
def test_what_is_not_offered_is_refused_and_shown_as_it_was(
    boards: Warehouse, name: object, value: object, caplog: pytest.LogCaptureFixture
) -> None:
    filters = Filters(boards)
    filters.dataset = "v1"
    types = ModelTypes(boards, filters)
    controls = shown(types)
    before = filters.selection, types.types, controls.values
    with caplog.at_level(logging.WARNING):
        send(controls, name, value, 3)
    assert (filters.selection, types.types, controls.values) == before
    assert controls.answered == 3  # so the browser shows the old value again
    (record,) = caplog.records
    assert (record.exc_info, "refused" in record.message, len(record.message) < 400) == (None, True, True)


def test_half_a_character_is_no_text(boards: Warehouse, caplog: pytest.LogCaptureFixture) -> None:
    changes = Changes(boards, Filters(boards))
    controls = shown(changes)
    with caplog.at_level(logging.WARNING):
        send(controls, "changes.text", "a\ud83d", 3)
    assert (changes.text, controls.answered) == ("", 3)
    assert "half of a character" in caplog.text
    controls._handle_msg({"name": "changes.owners", "typed": "\ud83d\ude00\ud83d"})
    assert controls.suggestions["names"] == []


MALFORMED = [
    None, 7, "shared.unit", [], ["shared.unit", "day"], {}, {"name": "shared.unit"},
    {"name": 3, "value": 1, "number": 1},
    *({"name": "shared.unit", "value": "day", "number": number} for number in (None, "1", 0, -1, 1.5, True, 2**70)),
    {"name": "shared.unit", "typed": 3}, {"name": "shared.unit", "typed": "two"}, {"name": [], "typed": "two"},
]  # fmt: skip


@pytest.mark.parametrize("message", MALFORMED)
def test_a_message_that_no_control_sends_is_ignored(
    boards: Warehouse, message: object, caplog: pytest.LogCaptureFixture
) -> None:
    filters = Filters(boards)
    controls = Controls(filters)
    filters.unit = "month"
    with caplog.at_level(logging.WARNING):
        controls._handle_msg(message)
    assert (filters.unit, controls.answered, controls.suggestions) == ("month", 0, {})
    assert ["ignored" in record.message for record in caplog.records] == [True]


def test_only_names_that_the_search_suggested_can_be_added(boards: Warehouse) -> None:
    filters = Filters(boards)
    filters.dataset = "v1"
    authors = AuthorActivity(boards, filters)
    controls, name = shown(authors), "author-activity.added"
    send(controls, name, ["tin"])
    assert authors.added == []
    controls._handle_msg({"name": name, "typed": "t"})
    assert controls.suggestions == {"name": name, "typed": "t", "names": []}
    controls._handle_msg({"name": name, "typed": " TI" + " " * 5000})
    assert controls.suggestions == {"name": name, "typed": "TI", "names": ["tin"]}
    send(controls, name, ["tin"])
    assert (authors.added, controls.values[name]) == (["tin"], ["tin"])
    send(controls, name, ["tin", "zinc"])
    assert authors.added == ["tin"]
    send(controls, name, [])
    assert authors.added == []


def test_a_name_from_the_address_can_be_removed(boards: Warehouse) -> None:
    authors = AuthorActivity(boards, Filters(boards))
    authors.added = [f"author-{n}" for n in range(80)]
    send(shown(authors), "author-activity.added", authors.added[1:])
    assert len(authors.added) == 79


def test_a_range_of_one_day_is_a_range(warehouse_of: WarehouseOf) -> None:
    rows = [{"fullname": f"tin/{n}", "average": 40.0, "date": f"2024-0{n}-05T00:00:00Z"} for n in range(2, 6)]
    filters = Filters(warehouse_of(leaderboard_v1=rows))
    assert filters.from_query({"dataset": "v1", "from": "2024-03-05", "to": "2024-03-05"}) == []
    assert [str(day) for day in filters.dates] == ["2024-03-05", "2024-03-05"]
    assert "backwards" in filters.from_query({"dataset": "v1", "from": "2024-03-06", "to": "2024-03-05"})[0]
    controls = Controls(filters)
    send(controls, "shared.dates", ["2024-03-06", "2024-03-06"])
    assert filters.dates == (dt.date(2024, 3, 6), dt.date(2024, 3, 6))
    assert controls.values["shared.dates"] == ["2024-03-06", "2024-03-06"]
    assert described(controls)["shared.dates"]["bounds"] == [str(day) for day in filters.selection.bounds]


def test_what_is_left_out_adds_up_and_the_switches_say_the_same(warehouse_of: WarehouseOf) -> None:
    listed = [
        {"id": f"tin/{n}", "created_at": f"2024-0{n}-01", "pipeline_tag": "text-generation" if n % 2 else "fill-mask"}
        for n in range(2, 7)
    ]
    filters = Filters(warehouse_of(hub_listing=[*listed, {"id": "tin/floor", "created_at": "2022-03-02T23:29:04Z"}]))
    assert filters.from_query({"dataset": "hub", "from": "2024-03-01", "to": "2024-06-15"}) == []
    hidden = filters.selection.hidden()
    assert (hidden["models"], hidden["remaining"], hidden["in_range"], hidden["text_generation"]) == (6, 2, 2, 4)
    filters.text_generation = False
    hidden = filters.selection.hidden()
    assert (hidden["remaining"], hidden["in_range"], hidden["text_generation"]) == (6, 4, 4)  # what it would hide
    assert filters.selection.left_out() == ["1 dated outside the range", "1 undated and not drawn"]
    assert filters.selection.left_out(DATES_OF_ITS_OWN) == []
    filters.text_generation = True
    assert filters.selection.left_out() == ["4 hidden by the filters (4 by text generation only alone)"]
    overview = Overview(filters.warehouse, filters)
    overview.open()
    assert (overview.tiles[0].figure, overview.tiles[0].sentence) == (
        "2",
        "Text-generation models only: 2 dated, 0 undated.",
    )
    controls = Controls(filters)
    labels = [f"{description['label']} {controls.notes.get(name)}" for name, description in described(controls).items()]
    assert labels[5:7] == ["Text generation only (hides 4)", "Hide quantized and adapters (would hide 0)"]
    send(controls, "shared.text_generation", False)
    assert controls.notes["shared.text_generation"] == "(would hide 4)"
