"""A selection never changes, so that any number of them stand side by side; controls edit which one is looked at."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from oss_ai_monitor.perspectives import Datasets, Filters, ModelTypes, Selection, address
from oss_ai_monitor.warehouse import Warehouse


@pytest.fixture
def board(warehouse_of: Callable[..., Warehouse]) -> Warehouse:
    rows = [
        {"fullname": f"tin/{n}", "average": 40.0, "date": f"2024-0{n}-05", "type": "pretrained", "params_b": 7.0}
        for n in range(2, 6)
    ]
    return warehouse_of(leaderboard_v1=rows, hub_listing=[{"id": "tin/listed", "created_at": "2024-02-03"}])


def test_two_selections_stand_side_by_side_and_each_has_its_own_answer(board: Warehouse) -> None:
    usual = Selection.defaults(Datasets(board), "v1")
    spring = dataclasses.replace(usual, dates=(dt.date(2024, 2, 1), dt.date(2024, 3, 31)), unit="month")
    early_summer = dataclasses.replace(usual, dates=(dt.date(2024, 4, 1), dt.date(2024, 5, 31)), unit="week")
    one, other = ModelTypes(board, spring), ModelTypes(board, early_summer)
    one.open()
    other.open()
    first, second = one.answer.copy(), other.answer.copy()
    assert first.loc[first["models"] > 0, "period"].dt.strftime("%Y-%m-%d").tolist() == ["2024-02-01", "2024-03-01"]
    assert second.loc[second["models"] > 0, "period"].dt.strftime("%Y-%m-%d").tolist() == ["2024-04-01", "2024-04-29"]
    one.filters.unit = "day"
    one.filters.sizes = ["> 80"]
    assert one.answer["models"].sum() == 0
    assert other.answer.equals(second)
    assert (other.selection, spring.unit, early_summer.sizes) == (early_summer, "month", ())


def test_a_selection_cannot_be_changed(board: Warehouse) -> None:
    selection = Selection.defaults(Datasets(board), "v1")
    with pytest.raises(dataclasses.FrozenInstanceError):
        selection.unit = "day"  # type: ignore[misc]


def test_what_was_selected_before_a_control_was_moved_stays_as_it_was(board: Warehouse) -> None:
    filters = Filters(board)
    filters.dataset = "v1"
    before = filters.selection
    filters.param.update(unit="day", sizes=["3–9"])
    assert (before.unit, before.sizes) != (filters.selection.unit, filters.selection.sizes)
    assert dataclasses.replace(before, unit="day", sizes=("3–9",)) == filters.selection
    filters.take(before)
    assert filters.selection == before


def test_an_address_and_a_selection_say_the_same(board: Warehouse) -> None:
    usual = Selection.defaults(Datasets(board), "v1")
    selection = dataclasses.replace(
        usual,
        unit="day",
        sizes=("< 3", "unknown"),
        at_most_b=0.5,
        dates=(dt.date(2024, 3, 1), dt.date(2024, 4, 2)),
        show_events=False,
    )
    words = address.write_selection(selection)
    assert words == {
        "dataset": "v1", "from": "2024-03-01", "to": "2024-04-02", "unit": "day", "sizes": "< 3,unknown",
        "at_most": "0.5", "show_events": "no",
    }  # fmt: skip
    assert address.read(address.write(words)) == words
    assert address.read_selection(words, usual) == (selection, [])


@pytest.mark.parametrize("text", ["big", "0", "-8", "nan", "inf", "1e9", "8,9", "8" * 500])
def test_a_limit_that_is_no_size_is_left_out_and_named(board: Warehouse, text: str) -> None:
    limited = dataclasses.replace(Selection.defaults(Datasets(board), "v1"), at_most_b=13.0)
    selection, notices = address.read_selection({"at_most": text}, limited)
    assert (selection.at_most_b, len(notices)) == (13.0, 1)
    assert notices[0].startswith("at_most is a number of billions of parameters, like 8, not “")
    assert address.read_selection({"at_most": ""}, limited)[0].at_most_b is None


@pytest.mark.parametrize(
    ("sizes", "at_most_b", "text"),
    [
        ((), None, "all sizes"),
        ((), 8.0, "at most 8 B parameters"),
        (("3–9", "9–20"), None, "size (B parameters) 3–9, 9–20"),
        (("3–9",), 7.5, "size (B parameters) 3–9, at most 7.5 B parameters"),
    ],
)
def test_the_sizes_in_words(board: Warehouse, sizes: tuple[str, ...], at_most_b: float | None, text: str) -> None:
    usual = Selection.defaults(Datasets(board), "v1")
    assert dataclasses.replace(usual, sizes=sizes, at_most_b=at_most_b).sizes_text == text


def test_another_dataset_keeps_dates_that_it_has_and_forgets_a_score_that_it_has_not(board: Warehouse) -> None:
    usual = Selection.defaults(Datasets(board), "v1")
    march = dataclasses.replace(usual, dates=(dt.date(2024, 3, 1), dt.date(2024, 3, 31)), benchmark="arc", unit="day")
    hub = march.on("hub")
    assert (hub.dataset, hub.dates, hub.unit, hub.benchmark) == ("hub", march.dates, "day", "average")
    assert march.on("hub", reset_dates=True).dates == Selection.defaults(usual.datasets, "hub").dates


@pytest.fixture
def boards(community: Path) -> Iterator[Warehouse]:
    opened = Warehouse.open(community)
    yield opened
    opened.close()


def test_dates_that_nobody_chose_become_those_of_each_dataset(boards: Warehouse) -> None:
    filters = Filters(boards)
    for dataset in ("v2", "v1", "v2", "hub", "v2", "hub", "v1", "hub"):
        filters.dataset = dataset
        assert filters.selection == Selection.defaults(filters.datasets, dataset)
        assert address.read_selection(address.write_selection(filters.selection), filters.selection)[1] == []
    filters.dataset = "v1"
    chosen = filters.dates[0], filters.dates[1] - dt.timedelta(days=1)
    filters.param.update(dates=chosen, unit="month")
    filters.dataset = "v2"
    assert (filters.dates, filters.unit) == (chosen, "month")


def test_a_unit_that_a_reader_chose_stays_where_the_dates_become_the_datasets_own(boards: Warehouse) -> None:
    datasets = Datasets(boards)
    by_day = dataclasses.replace(Selection.defaults(datasets, "v1"), unit="day")
    assert by_day.on("v2") == dataclasses.replace(Selection.defaults(datasets, "v2"), unit="day")
    assert by_day.on("v1") == by_day
