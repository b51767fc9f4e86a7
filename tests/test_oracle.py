"""The warehouse and its queries against the books of the simulated community, which no SQL of ours has written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from oss_ai_monitor import warehouse
from tests import oracle
from tests.conftest import COMMUNITY_MODELS, COMMUNITY_SEED
from tests.oracle.books import Books, ReleaseBook

DATASETS = ("hub", "v2", "v1")
UNITS = ("day", "week", "month")


@pytest.fixture(scope="module")
def books() -> Books:
    return oracle.books(models=COMMUNITY_MODELS, seed=COMMUNITY_SEED)


@pytest.fixture(scope="module")
def opened(open_warehouse: Callable[[Path], warehouse.Warehouse], community: Path) -> warehouse.Warehouse:
    return open_warehouse(community)


def filter_parameters(dataset: str, unit: str = "month", **more: Any) -> dict[str, Any]:
    """The shared filters wide open."""
    switches = {"text_generation": False, "hide_derived": False, "downloaded": False}
    dates = {"start": date(2015, 1, 1), "end": date(2030, 1, 1), "unit": unit}
    return {"dataset": dataset, **dates, "sizes": [], "at_most_b": None, "benchmark": "average", **switches, **more}


def counts_by(frame: pd.DataFrame, by: str) -> Counter[tuple[date, str]]:
    with_models = frame[frame["models"] > 0]
    keys = zip(pd.to_datetime(with_models["period"]).dt.date, with_models[by], strict=True)
    return Counter(dict(zip(keys, with_models["models"].astype(int), strict=True)))


def test_the_union_of_all_repositories(opened: warehouse.Warehouse, books: Books) -> None:
    assert opened.sql_frame("select count(*) as n from core.models")["n"][0] == books.models


@pytest.mark.parametrize("dataset", DATASETS)
def test_totals_and_what_is_left_out(opened: warehouse.Warehouse, books: Books, dataset: str) -> None:
    book = books.datasets[dataset]
    row = opened.query("status").set_index("dataset").loc[dataset]
    assert (row["models"], row["dated"], row["undated"]) == (book.models, book.dated, book.undated)
    assert (row["flagged"], row["folded"]) == (book.flagged, book.folded)
    rules = opened.sql_frame(
        "select appeared_rule, count(*)::int as n from marts.models where dataset = $d group by all", {"d": dataset}
    )
    assert dict(zip(rules["appeared_rule"], rules["n"], strict=True)) == dict(book.by_rule)


@pytest.mark.parametrize("at_most_b", [0.5, 8.0, 70.0])
@pytest.mark.parametrize("dataset", DATASETS)
def test_models_up_to_a_size(opened: warehouse.Warehouse, books: Books, dataset: str, at_most_b: float) -> None:
    names = opened.sql_frame("select model_id from marts.models where dataset = $d", {"d": dataset})["model_id"]
    expected = sum(books.sizes.get(name, float("inf")) <= at_most_b for name in names)
    assert 0 < expected < len(names)
    hidden = opened.query("hidden", filter_parameters(dataset), at_most_b=at_most_b).iloc[0]
    assert (hidden["remaining"], hidden["sizes"]) == (expected, len(names) - expected)


@pytest.mark.parametrize("dataset", DATASETS)
def test_when_each_model_appeared(opened: warehouse.Warehouse, books: Books, dataset: str) -> None:
    frame = opened.sql_frame(
        "select model_id, appeared_on, appeared_rule from marts.models where dataset = $d", {"d": dataset}
    )
    dates = [None if pd.isna(value) else value.date() for value in frame["appeared_on"]]
    actual = dict(zip(frame["model_id"], zip(dates, frame["appeared_rule"], strict=True), strict=True))
    assert {name: appearance for name, appearance in actual.items() if books.appeared[name] != appearance} == {}


def test_what_each_model_stands_on(opened: warehouse.Warehouse, books: Books) -> None:
    frame = opened.sql_frame("select model_id, base_model_id from core.base_models")
    aliases = opened.sql_frame("select unnest(alias_ids) as alias, model_id from core.curated_bases")
    same = dict(zip(aliases["alias"], aliases["model_id"], strict=True))
    actual: dict[str, set[str]] = {}
    for model, base in zip(frame["model_id"], frame["base_model_id"], strict=True):
        actual.setdefault(model, set()).add(same.get(base, base))
    expected = {model: {same.get(base, base) for base in bases} for model, bases in books.edges.items()}
    pairs = {model: (actual.get(model), expected.get(model)) for model in actual.keys() | expected.keys()}
    assert {model: pair for model, pair in pairs.items() if pair[0] != pair[1]} == {}


def test_how_large_people_call_each_model(opened: warehouse.Warehouse, books: Books) -> None:
    frame = opened.sql_frame("select model_id, nominal_b from core.models where nominal_b is not null")
    actual = dict(zip(frame["model_id"], frame["nominal_b"], strict=True))
    pairs = {model: (actual.get(model), books.sizes.get(model)) for model in actual.keys() | books.sizes.keys()}
    assert {model: pair for model, pair in pairs.items() if pair[0] != pair[1]} == {}


def test_relations_and_architectures(opened: warehouse.Warehouse, books: Books) -> None:
    frame = opened.sql_frame("select model_id, relation, architecture, is_listed from core.models")
    listed = frame[frame["is_listed"]]
    assert dict(zip(listed["model_id"], listed["relation"], strict=True)) == books.relations
    actual = dict(zip(frame["model_id"], frame["architecture"], strict=True))
    assert {name: group for name, group in actual.items() if books.architectures[name] != group} == {}


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("dataset", DATASETS)
def test_new_models_by_type_and_by_architecture(
    opened: warehouse.Warehouse, books: Books, dataset: str, unit: str
) -> None:
    book = books.datasets[dataset]
    types = opened.query("model_types", filter_parameters(dataset, unit), types=[], by="type", weight="models")
    assert counts_by(types, "type") == book.new_by_type[unit]
    everyone = opened.sql_frame("select architecture from core.architectures")["architecture"].tolist()
    architectures = opened.query("architectures", filter_parameters(dataset, unit), architectures=everyone)
    assert counts_by(architectures, "architecture") == book.new_by_architecture[unit]
    stacked = opened.query("releases", filter_parameters(dataset, unit), architectures=everyone)
    assert counts_by(stacked, "architecture") == book.new_by_architecture[unit]
    assert types["models"].sum() == architectures["models"].sum() == book.dated


@pytest.mark.parametrize("dataset", ["v2", "v1"])
def test_the_most_active_authors(opened: warehouse.Warehouse, books: Books, dataset: str) -> None:
    frame = opened.query("author_activity", filter_parameters(dataset), by="owners", authors=[], most=4_000)
    assert frame.groupby("author")["model_id"].nunique().to_dict() == books.datasets[dataset].top_authors()
    assert set(frame["total"]) == {books.datasets[dataset].dated}


def test_the_most_active_authors_of_the_hub(opened: warehouse.Warehouse, books: Books) -> None:
    frame = opened.query("author_activity_hub", filter_parameters("hub"), by="owners", authors=[])
    assert frame.groupby("author")["models"].sum().to_dict() == books.datasets["hub"].top_authors()


@pytest.mark.parametrize("by", ["owners", "contributors"])
@pytest.mark.parametrize("switches", [{}, {"text_generation": True}, {"hide_derived": True, "downloaded": True}])
@pytest.mark.parametrize("days", [1, 60, 4000])
def test_authors_of_the_hub_have_the_rank_that_counting_all_gives(
    opened: warehouse.Warehouse, by: str, switches: dict[str, Any], days: int
) -> None:
    start = date(2024, 3, 5)
    filters = filter_parameters("hub", start=start, end=start + timedelta(days=days), **switches)
    author, more = {
        "owners": ("owner", ""),
        "contributors": ("contributor", "join core.contributors using (model_id)"),
    }[by]
    every = opened.sql_frame(
        f"select {author} as author, count(*) as models from marts.models {more} where dataset = 'hub'"
        " and appeared_on between $start and $end and (is_text_generation or not $text_generation)"
        " and (not is_derived or not $hide_derived) and (is_downloaded or not $downloaded) group by all",
        {name: filters[name] for name in ("start", "end", "text_generation", "hide_derived", "downloaded")},
    ).set_index("author")["models"]
    ranks = every.rank(method="min", ascending=False)
    added = [*every.sort_values().index[:1], *every.sort_values().index[len(every) // 2 :][:1], "nobody"]
    frame = opened.query("author_activity_hub", filters, by=by, authors=added).drop_duplicates("author")
    shown_ranks = ranks[(ranks <= 10) | ranks.index.isin(added)]
    assert dict(zip(frame["author"], frame["rank"], strict=True)) == shown_ranks.to_dict()
    assert dict(zip(frame["author"], frame["author_models"], strict=True)) == every[shown_ranks.index].to_dict()


@pytest.mark.parametrize("dataset", ["v2", "v1"])
def test_the_best_scores(opened: warehouse.Warehouse, books: Books, dataset: str) -> None:
    book = books.datasets[dataset]
    frame = opened.query("score_progress", filter_parameters(dataset), types=[])
    best = frame.groupby("type")["score"].max().dropna()
    assert best.to_dict() == pytest.approx(book.best_by_type)
    complete = frame[frame["is_complete"] & ~frame["is_filling"]].drop_duplicates("period").set_index("period")
    for month, score in book.running_best.items():
        if pd.Timestamp(month) in complete.index:
            assert complete.loc[pd.Timestamp(month), "best_so_far"] == pytest.approx(score)
    last = frame[frame["period"] == frame["period"].max()].set_index("type")["cumulative"]
    floor = sum(book.by_rule[rule] for rule in ("undated: createdAt floor", "undated: upload floor"))
    assert last.sum() == book.dated + floor


@pytest.mark.slow
@pytest.mark.parametrize("dataset", ["v2", "v1"])
def test_the_ladder_of_every_base_model(opened: warehouse.Warehouse, books: Books, dataset: str) -> None:
    ids = opened.sql_frame("select base_id, model_id from core.curated_bases").set_index("base_id")["model_id"]
    checked = 0
    for (board, base_id), book in books.base_models.items():
        if board != dataset:
            continue
        chosen: dict[str, Any] = {"bases": [ids[base_id]], "merges": True, "most": 4_000}
        frame = opened.query("base_models", filter_parameters(dataset), **chosen, resized=True)
        base_row = frame[frame["is_base"]].iloc[0]
        others = frame[~frame["is_base"]]
        drawn = others[(others["days"] >= 0) & others["gain"].notna()]
        assert base_row["base_score"] == pytest.approx(book.base_score)
        assert len(drawn) == book.drawn
        assert (drawn["gain"].max() if len(drawn) else None) == (book.best_gain and pytest.approx(book.best_gain))
        assert int((drawn["gain"] > 0).sum()) == book.above
        assert int(drawn["is_resized"].sum()) == book.resized
        same_size = opened.query("base_models", filter_parameters(dataset), **chosen, resized=False)
        assert int((~same_size["is_base"] & (same_size["days"] >= 0)).sum()) == book.drawn - book.resized
        rungs = frame[frame["is_rung"]].sort_values(["days", "gain"])
        assert rungs["gain"].is_monotonic_increasing
        assert rungs["gain"].is_unique
        if book.best_gain is not None and book.best_gain > 0:
            assert int(rungs["days"].iloc[-1]) == book.days_to_peak
        checked += 1
    assert checked >= 5


@pytest.mark.slow
@pytest.mark.parametrize("dataset", DATASETS)
def test_the_pull_of_every_release(opened: warehouse.Warehouse, books: Books, dataset: str) -> None:
    actual = {}
    for (where, release_id), book in books.releases.items():
        if where == dataset:
            frame = opened.query("release_derivatives", filter_parameters(dataset), release=release_id, repository="")
            if len(frame) == 209:  # the dataset reaches all of its days
                actual[release_id] = (ReleaseBook(book.direct, int(frame["derivatives"].sum())), book)
    assert len(actual) >= 10
    assert {name: pair for name, pair in actual.items() if pair[0] != pair[1]} == {}


@pytest.mark.parametrize("dataset", DATASETS)
def test_the_pull_of_each_repository_of_a_release(opened: warehouse.Warehouse, books: Books, dataset: str) -> None:
    checked = 0
    for release_id in ("llama-2", "mistral-7b", "llama-3", "llama-3.1", "qwen2.5", "gemma-2"):
        every = opened.query("release_derivatives", filter_parameters(dataset), release=release_id, repository="")
        for repository, (alone, among) in books.releases[dataset, release_id].nearest.items():
            frame = opened.query(
                "release_derivatives", filter_parameters(dataset), release=release_id, repository=repository
            )
            assert list(frame["date"]) == list(every["date"])
            if len(frame) == 209:
                assert alone <= frame["derivatives"].sum() <= among, repository
                checked += among > 0
    assert checked >= 5


@pytest.mark.parametrize("dataset", DATASETS)
def test_cumulative_models_never_fall(opened: warehouse.Warehouse, dataset: str) -> None:
    frame = opened.query("score_progress", filter_parameters(dataset, "week"), types=[])
    assert frame.groupby("type")["cumulative"].apply(lambda column: column.is_monotonic_increasing).all()
