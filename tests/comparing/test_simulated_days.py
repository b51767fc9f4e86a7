"""Then and now on a simulated Hub: every waterfall adds up, to the unit, to what the simulator's books say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime

import pytest

from oss_ai_monitor import comparing, warehouse
from oss_ai_monitor.comparing import Comparison
from oss_ai_monitor.history import catch_up, catch_up_access, catch_up_changes
from oss_ai_monitor.landing import Keys, Landing
from tests.oracle.changes import Declared, DeclaredDay, declared_days

DAYS, FIRST, LAST = 40, 8, 36  # on neither is a repository missing that is not gone
FIGURES: dict[str, Callable[[Declared], bool]] = {
    "text-generation-models": lambda facts: facts["task"] == "text-generation",
    "gated-share": lambda facts: facts["gating"] in ("auto", "manual"),
    "permissive-share": lambda facts: facts["licence"] in ("mit", "apache-2.0"),
    "small-models": lambda facts: facts["parameters"] is not None,  # of 1 and of 7.2 billion parameters
}
FACTS = {
    "text-generation-models": "task", "gated-share": "access", "permissive-share": "licence",
    "small-models": "parameters",
}  # fmt: skip
Ends = tuple[DeclaredDay, DeclaredDay]


@pytest.fixture(scope="module")
def books() -> Ends:
    listings = list(declared_days(DAYS))
    return listings[FIRST], listings[LAST]


@pytest.fixture(scope="module")
def compare(tmp_path_factory: pytest.TempPathFactory, books: Ends) -> Iterator[Callable[[str], Comparison]]:
    """Land every day with its history, and compare two of them, each built as of it."""
    folder = tmp_path_factory.mktemp("simulated-days")
    landing = Landing(folder / "landing")
    for one in declared_days(DAYS):
        landing.land(one.table())
    catch_up(landing)
    catch_up_access(landing)
    catch_up_changes(landing)
    with ExitStack() as stack:
        ends = []
        for one in books:
            moment = datetime(one.day.on.year, one.day.on.month, one.day.on.day, 23, tzinfo=UTC)
            keys = Keys(landing, is_simulated=True)
            path = warehouse.build(folder, landing.selected(as_of=moment), keys=keys, is_pinned=True)
            ends.append(stack.enter_context(closing(warehouse.Warehouse(path))))
        yield lambda figure: comparing.compare(*ends, figure, "hub", most=500)


def counted(one: DeclaredDay, is_counted: Callable[[Declared], bool]) -> int:
    return sum(is_counted(one.declared[hub_id]) for hub_id in one.names)


@pytest.mark.slow
def test_who_came_and_went_is_what_the_books_say_and_a_renamed_repository_did_neither(
    compare: Callable[[str], Comparison], books: Ends
) -> None:
    then, now = books
    removed, new = set(then.names) - set(now.names), set(now.names) - set(then.names)
    renamed = {one for one in set(then.names) & set(now.names) if then.names[one] != now.names[one]}
    assert all((removed, new, renamed))
    comparison = compare("listed-models")
    assert (comparison.then.value, comparison.now.value) == (len(then.names), len(now.names))
    listed = {step.key: {row.model_id for row in step.listed} for step in comparison.steps}
    assert listed == {"gone": {then.names[one] for one in removed}, "new": {now.names[one] for one in new}}
    assert [step.difference for step in comparison.steps] == [-len(removed), len(new)]


@pytest.mark.slow
@pytest.mark.parametrize("figure", FIGURES)
def test_the_repositories_behind_a_changed_fact_are_those_of_the_books(
    compare: Callable[[str], Comparison], books: Ends, figure: str
) -> None:
    then, now = books
    is_counted = FIGURES[figure]
    comparison = compare(figure)
    counts = [counted(one, is_counted) for one in books]
    if comparison.figure.unit == "%":
        expected = [100 * count / len(one.names) for count, one in zip(counts, books, strict=True)]
        assert [comparison.then.value, comparison.now.value] == pytest.approx(expected, abs=1e-9)
        assert sum(step.difference for step in comparison.steps) == pytest.approx(expected[1] - expected[0], abs=1e-9)
    else:
        assert [comparison.then.value, comparison.now.value] == counts
        assert sum(step.difference for step in comparison.steps) == counts[1] - counts[0]
    both = set(then.names) & set(now.names)
    changed = {one for one in both if is_counted(then.declared[one]) != is_counted(now.declared[one])}
    assert changed
    step = comparison.step(FACTS[figure])
    assert step is not None
    assert {row.model_id for row in step.listed} == {now.names[one] for one in changed}
    if comparison.figure.unit != "%":
        gains = sum(is_counted(now.declared[one]) for one in changed)
        assert step.difference == gains - (len(changed) - gains)


@pytest.mark.slow
def test_downloads_add_up_to_the_unit(compare: Callable[[str], Comparison], books: Ends) -> None:
    then, now = ({one.hub_id: one.downloads_30d for one in end.day.listed} for end in books)
    comparison = compare("downloads")
    assert (comparison.then.value, comparison.now.value) == (sum(then.values()), sum(now.values()))
    differences = {step.key: step.difference for step in comparison.steps}
    assert differences == {
        "gone": -sum(then[one] for one in then.keys() - now.keys()),
        "downloads": sum(now[one] - then[one] for one in then.keys() & now.keys()),
        "new": sum(now[one] for one in now.keys() - then.keys()),
    }
