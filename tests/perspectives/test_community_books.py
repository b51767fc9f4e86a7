"""Community equals the books of the simulated community: who joined, who came back, how models are shared out."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from oss_ai_monitor.perspectives import Filters
from oss_ai_monitor.perspectives.community.charts import gini
from oss_ai_monitor.perspectives.community.view import Community
from oss_ai_monitor.warehouse import Warehouse
from tests import oracle
from tests.conftest import COMMUNITY_MODELS, COMMUNITY_SEED
from tests.oracle.books import Books
from tests.oracle.owners import OwnerBook, owner_book

DATASETS = ("hub", "v2", "v1")
BOTS = {"SFconvertbot", "librarian-bot", "leaderboard-pr-bot", "system"}


@pytest.fixture(scope="module")
def books() -> Books:
    return oracle.books(models=COMMUNITY_MODELS, seed=COMMUNITY_SEED)


@pytest.fixture(scope="module")
def opened(community: Path) -> Iterator[Warehouse]:
    warehouse = Warehouse.open(community)
    yield warehouse
    warehouse.close()


def view(opened: Warehouse, dataset: str, again: str = "in") -> Community:
    filters = Filters(opened)
    filters.param.update(dataset=dataset)
    filters.param.update(dates=(dt.date(2022, 1, 1), filters.selection.bounds[1]), unit="week")
    perspective = Community(opened, filters, again=again)
    perspective.open()
    assert perspective.state == "ready", perspective.reason
    return perspective


def frame_of(perspective: Community, key: str) -> pd.DataFrame:
    return perspective.answer_of(next(chart for chart in perspective.charts if chart.key == key))


@pytest.mark.parametrize("dataset", DATASETS)
def test_new_and_returning_owners(opened: Warehouse, books: Books, dataset: str) -> None:
    book = owner_book(books, dataset)
    rows = view(opened, dataset).answer.pivot(index="period", columns="standing", values="owners")
    assert len(rows) > 20
    for period, row in rows.iterrows():
        assert (row["new"], row["returning"]) == book.published(period.date()), period  # type: ignore[attr-defined]
    assert rows["new"].sum() == len(book.joined())


@pytest.mark.parametrize("dataset", DATASETS)
def test_owners_that_publish_again(opened: Warehouse, books: Books, dataset: str) -> None:
    book = owner_book(books, dataset)
    both = [frame_of(view(opened, dataset, again), "retention") for again in ("in", "later")]
    cells = both[0].merge(both[1], on=["joined_in", "months_since", "owners"], suffixes=("", "_or_later"))
    assert len(cells) == len(both[0]) > 100
    for row in cells.sample(min(len(cells), 200), random_state=1).itertuples():
        expected = book.returned(row.joined_in.date(), row.months_since)
        assert (row.owners, row.returned, row.returned_or_later) == expected
    assert (cells["share"] == cells["returned"] / cells["owners"]).all()


@pytest.mark.parametrize("dataset", DATASETS)
def test_what_is_forecast_from(opened: Warehouse, books: Books, dataset: str) -> None:
    """Whole months only, from the first after dates were recorded."""
    book, models = owner_book(books, dataset), Counter[dt.date]()
    for (month, _), number in books.datasets[dataset].new_by_type["month"].items():
        models[month] += number
    perspective = view(opened, dataset)
    series = frame_of(perspective, "forecast-models")
    assert series["period"].iloc[0] >= pd.Timestamp(2022, 4, 1)
    last = series["period"].iloc[-1] + pd.offsets.MonthEnd()
    assert last.date() < pd.Timestamp(perspective.selection.about["as_of"]).date()
    assert (series["period"].diff().dropna().dt.days.between(28, 31)).all()
    assert series["models"].tolist() == [models[period.date()] for period in series["period"]]
    assert series["owners"].tolist() == [book.published(period.date())[0] for period in series["period"]]


@pytest.mark.parametrize("dataset", DATASETS)
def test_how_models_are_shared_out(opened: Warehouse, books: Books, dataset: str) -> None:
    book: OwnerBook = owner_book(books, dataset)
    rows = frame_of(view(opened, dataset), "lorenz")
    rows = rows[rows["kind"] == "owners"]
    counts = np.sort(list(book.models.values()))
    assert dict(zip(rows["models"], rows["authors"], strict=True)) == dict(Counter(counts.tolist()))
    position = np.arange(1, len(counts) + 1)
    for row in rows.itertuples():
        assert row.author_share == pytest.approx((counts <= row.models).mean())
        assert row.model_share == pytest.approx(counts[counts <= row.models].sum() / counts.sum())
    n = len(counts)
    assert gini(rows) == pytest.approx(2 * (position * counts).sum() / (n * counts.sum()) - (n + 1) / n)


@pytest.mark.parametrize("dataset", DATASETS)
def test_whom_it_leaves_out(opened: Warehouse, books: Books, dataset: str) -> None:
    book = owner_book(books, dataset)
    reach = opened.query("community_reach", {"dataset": dataset}).iloc[0]
    assert (reach["owners"], reach["owners_before_dates"], reach["owners_undated"]) == (
        len(book.models), len(book.before_dates), len(book.undated),
    )  # fmt: skip


@pytest.fixture(scope="module")
def commits(community: Path) -> pd.DataFrame:
    """The summaries of commits as landed: of each repository its people, without bots, and its first and last day."""
    (path,) = (community / "landing" / "hub_commits").glob("*/*.parquet")
    frame = duckdb.read_parquet(str(path)).df()
    frame["people"] = [sorted(set(authors) - BOTS) for authors in frame["authors"]]
    return frame


def test_contributors_as_pandas_counts_them_over_the_landed_summaries(opened: Warehouse, commits: pd.DataFrame) -> None:
    people = commits.explode("people").assign(alone=commits["people"].str.len() == 1)
    people["first"] = people["first_commit_at"].dt.to_period("M")
    people["last"] = people["last_commit_at"].dt.to_period("M")
    people["latest"] = people["first"].where(people["alone"], people["last"])
    bounds = people.groupby("people").agg(earliest=("first", "min"), latest=("latest", "min"))
    expected: dict[pd.Period, Counter[str]] = defaultdict(Counter)
    for bound in bounds.itertuples():
        expected[bound.latest]["new" if bound.earliest == bound.latest else "new by then at the latest"] += 1
    alone = people[people["alone"]].drop_duplicates(["people", "first"])
    for row in alone.itertuples():
        if bounds.loc[row.people, "latest"] < row.first:
            expected[row.first]["returning, at least"] += 1
    rows = frame_of(view(opened, "hub"), "contributors")
    drawn = rows.pivot(index="period", columns="standing", values="contributors")
    assert drawn["new by then at the latest"].sum() > 10
    for period, row in drawn.iterrows():
        month = expected[pd.Timestamp(period).to_period("M")]  # type: ignore[arg-type]
        assert row.to_dict() == {name: month[name] for name in row.index}, period


def test_repositories_with_several_contributors(opened: Warehouse, books: Books, commits: pd.DataFrame) -> None:
    listed = commits[commits["model_id"].isin(list(books.relations))]
    several = listed.assign(
        month=[books.appeared[name][0] for name in listed["model_id"]], shared=listed["people"].str.len() > 1
    ).dropna(subset="month")
    several["month"] = pd.to_datetime(several["month"]).dt.to_period("M").dt.start_time
    expected = several.groupby("month")["shared"].agg(["size", "sum"])
    rows = frame_of(view(opened, "hub"), "repositories").set_index("period")
    assert rows["repositories"].tolist() == expected["size"].tolist()
    assert rows["shared"].tolist() == expected["sum"].tolist()
