"""The finder against the simulator's own books, and against what pandas reads in the landed evaluations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from oss_ai_monitor.perspectives import Filters
from oss_ai_monitor.perspectives.finder.view import Finder
from oss_ai_monitor.warehouse import Warehouse
from tests import oracle
from tests.conftest import COMMUNITY_MODELS, COMMUNITY_SEED
from tests.oracle.books import Books

BOARDS = ("v1", "v2")


@pytest.fixture(scope="module")
def books() -> Books:
    return oracle.books(models=COMMUNITY_MODELS, seed=COMMUNITY_SEED)


@pytest.fixture(scope="module")
def opened(community: Path) -> Iterator[Warehouse]:
    warehouse = Warehouse.open(community)
    yield warehouse
    warehouse.close()


def shown(opened: Warehouse, board: str, at_most_b: float | None = None) -> Finder:
    filters = Filters(opened)
    filters.dataset = board
    first, last = filters.selection.bounds
    filters.param.update(dates=(max(first, dt.date(2024, 1, 1)), last), at_most_b=at_most_b)
    view = Finder(opened, filters, doubted=True)
    view.open()
    assert view.state == "ready", view.reason
    return view


def dated(books: Books, board: str, until: dt.date, at_most_b: float = float("inf")) -> pd.DataFrame:
    """The dated models of a board up to a day and of at most a nominal size, best first."""
    rows = [
        (name, evaluation.score, books.sizes.get(name, float("nan")), books.appeared[name][0])
        for (where, name), evaluation in books.represented.items()
        if where == board and evaluation.score == evaluation.score
    ]
    frame = pd.DataFrame(rows, columns=["model_id", "score", "nominal_b", "day"]).dropna(subset=["day"])
    frame = frame[frame["day"] <= until]
    if at_most_b < float("inf"):
        frame = frame[frame["nominal_b"] <= at_most_b]
    return frame.sort_values(["score", "model_id"], ascending=[False, True]).reset_index(drop=True)


@pytest.mark.parametrize("board", BOARDS)
@pytest.mark.parametrize("at_most_b", [None, 14.0, 3.0])
def test_candidates_are_those_of_the_books(
    opened: Warehouse, books: Books, board: str, at_most_b: float | None
) -> None:
    view = shown(opened, board, at_most_b)
    expected = dated(books, board, view.selection.dates[1], at_most_b or float("inf"))
    answer = view.answer[view.answer["seen_rule"] == "the day when it appeared"]
    assert len(answer) >= 50
    assert answer["score"].round(6).tolist() == expected["score"].head(len(answer)).round(6).tolist()
    scores = expected.set_index("model_id")["score"]
    assert all(
        scores[name] == pytest.approx(score) for name, score in zip(answer["model_id"], answer["score"], strict=True)
    )


@pytest.mark.parametrize("board", BOARDS)
def test_no_candidate_is_smaller_and_better_than_a_corner(opened: Warehouse, books: Books, board: str) -> None:
    view = shown(opened, board)
    for seen_by, corners in view.frontier.groupby("seen_by"):
        frame = dated(books, board, seen_by.date())
        for corner in corners.itertuples():
            # nominal sizes are within a quarter of the parameters
            better = frame[(frame["nominal_b"] <= 0.75 * corner.parameters_b) & (frame["score"] >= corner.score + 1e-9)]
            assert better.empty
        assert corners["score"].is_monotonic_increasing
        assert corners["parameters_b"].is_monotonic_increasing
        assert corners["score"].iloc[-1] >= frame["score"].max() - 1e-9


@pytest.mark.parametrize("board", BOARDS)
def test_the_spread_is_that_of_the_landed_evaluations(opened: Warehouse, community: Path, board: str) -> None:
    parts = [str(part) for part in (community / "landing" / f"leaderboard_{board}").glob("*/part-*.parquet")]
    with duckdb.connect() as db:
        landed = db.execute("from read_parquet($parts)", {"parts": parts}).df()
    landed = landed[(landed["flagged"] == landed["flagged_inverted"]) & landed["average"].between(0, 100)]
    landed = landed[~landed["fullname"].str.strip().str.lower().isin(["", "baseline"])]
    scores = landed.groupby(landed["fullname"].str.strip().str.lower())["average"].agg(["min", "max", "count"])
    spread = (scores["max"] - scores["min"])[scores["count"] > 1]
    view = shown(opened, board)
    assert view.answer["typical_spread"].iloc[0] == pytest.approx(spread.median(), abs=0.005)
    repeated = view.answer[view.answer["evaluations"] > 1]
    assert len(repeated)
    for row in repeated.itertuples():
        if (name := row.model_id.lower()) in spread:
            assert row.spread == pytest.approx(max(spread[name], spread.median()), abs=0.005)
