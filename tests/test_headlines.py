"""Headline figures under each rule equal what the pages compute in a build with that rule alone."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from oss_ai_monitor.perspectives import Datasets, Selection
from oss_ai_monitor.warehouse import Warehouse
from tests import headline_builds
from tests.headline_builds import CHANGES, Figures

DATASETS = ("v2", "v1", "hub")


@pytest.fixture(scope="module")
def folder(community: Path) -> Path:
    """A simulated community with its history, landed and built."""
    return community


@pytest.fixture(scope="module")
def opened(folder: Path) -> Iterator[Warehouse]:
    with contextlib.closing(Warehouse.open(folder)) as opened:
        yield opened


@pytest.fixture(scope="module")
def headlines(opened: Warehouse) -> pd.DataFrame:
    return opened.sql_frame("from marts.headlines").set_index(["dataset", "view", "figure", "rule"]).sort_index()


def selection_of(opened: Warehouse, dataset: str) -> Selection:
    return Selection.defaults(Datasets(opened), dataset)


def differences(headlines: pd.DataFrame, dataset: str, rule: str, expected: Figures) -> list[str]:
    """What differs between figures of a rule and the expected ones, of all figures that this rule can move."""
    listed = headlines.loc[dataset]
    texts = []
    for (view, figure), (value, name) in expected.items():
        if (view, figure, rule) not in listed.index:
            continue
        row = listed.loc[(view, figure, rule)]
        is_equal = math.isclose(row["value"], value, rel_tol=1e-9, abs_tol=1e-6) or (
            pd.isna(row["value"]) and pd.isna(value)
        )
        if not is_equal or (name and row["name"] != name):
            texts.append(f"{dataset} {figure} {rule}: {row['value']} {row['name']}, expected {value} {name}")
    return texts


def figures_with(headlines: pd.DataFrame, dataset: str, rule: str) -> set[tuple[str, str]]:
    listed = headlines.loc[dataset].reset_index()
    return {tuple(pair) for pair in listed.loc[listed["rule"] == rule, ["view", "figure"]].to_numpy().tolist()}


@pytest.mark.parametrize("dataset", DATASETS)
def test_the_default_is_what_the_pages_say(opened: Warehouse, headlines: pd.DataFrame, dataset: str) -> None:
    expected = headline_builds.page_figures(opened, selection_of(opened, dataset))
    assert differences(headlines, dataset, "default", expected) == []
    assert len(expected) >= 30
    unseen = {("adoption", "most-used"), ("overview", "moved-most")}
    assert figures_with(headlines, dataset, "default") - set(expected) <= unseen


@pytest.mark.parametrize("rule", CHANGES)
def test_a_rule_gives_what_a_build_with_it_alone_gives(
    folder: Path, opened: Warehouse, headlines: pd.DataFrame, tmp_path: Path, rule: str
) -> None:
    built = headline_builds.build_changed(tmp_path, folder / "landing", CHANGES[rule], opened)
    with contextlib.closing(built):
        texts, compared = list[str](), 0
        for dataset in DATASETS:
            selection = headline_builds.selection_like(built, selection_of(opened, dataset))
            expected = headline_builds.page_figures(built, selection)
            texts += differences(headlines, dataset, rule, expected)
            compared += len(figures_with(headlines, dataset, rule) & set(expected))
    assert texts == []
    assert compared >= 4


WITHOUT_THE_BEST = {
    ("overview", "best-score"),
    ("overview", "best-gain"),
    ("score-progress", "rise"),
    ("finder", "lead"),
    ("relations", "likes-and-score"),
    ("relations", "size-and-score"),
}


LADDERS = {("base-models", "furthest"), ("base-models", "days-to-peak")}
OF_HUB = [
    (("overview", "share-shift"), {("overview", "share-shift"), ("concentration", "hhi"), ("concentration", "gini")}),
    (("lineage", "family-use"), {("lineage", "family-use")}),
]


@pytest.mark.parametrize(
    ("dataset", "figure", "compared"),
    [
        *[
            (board, figure, compared)
            for board in ("v1", "v2")
            for figure, compared in (
                (("overview", "best-score"), WITHOUT_THE_BEST),
                (("overview", "small-score"), {("overview", "small-score")}),
                (("base-models", "furthest"), LADDERS),
            )
        ],
        *[("hub", figure, compared) for figure, compared in OF_HUB],
    ],
)
def test_without_the_largest_one_is_a_build_without_it(
    folder: Path,
    opened: Warehouse,
    headlines: pd.DataFrame,
    tmp_path: Path,
    dataset: str,
    figure: tuple[str, str],
    compared: set[tuple[str, str]],
) -> None:
    largest = str(headlines.loc[(dataset, *figure, "default"), "holders"][0])
    built = headline_builds.build_changed(tmp_path, folder / "landing", headline_builds.without([largest]), opened)
    with contextlib.closing(built):
        selection = headline_builds.selection_like(built, selection_of(opened, dataset))
        figures = headline_builds.page_figures(built, selection)
        expected = {key: value for key, value in figures.items() if key in compared}
        assert set(expected) == compared
        assert differences(headlines, dataset, "largest-out", expected) == []


def test_without_the_largest_one_is_what_the_view_of_concentration_says(
    opened: Warehouse, headlines: pd.DataFrame
) -> None:
    for level, figure in (("model", "hhi"), ("owner", "owner-hhi")):
        rows = opened.query("concentration", dataset="hub", level=level).set_index("is_without_largest")
        assert headlines.loc[("hub", "concentration", figure, "largest-out"), "value"] == pytest.approx(
            rows.loc[True, "hhi"]
        )
    licences = opened.query(
        "licences", dataset="hub", relation="all", sizes=[], at_most_b=None, text_generation=True, hide_derived=False,
        downloaded=False,
    ).set_index("license_class")  # fmt: skip
    share = 100 * licences.loc["permissive", "share_without_the_most_used"]
    assert headlines.loc[("hub", "licences", "permissive-use", "largest-out"), "value"] == pytest.approx(share)


def test_pretrained_ancestors_are_the_other_base_of_the_view_of_gains(
    opened: Warehouse, headlines: pd.DataFrame
) -> None:
    for board in ("v1", "v2"):
        expected = headline_builds.gains(opened, selection_of(opened, board), "pretrained")
        assert len(expected) == 2
        assert differences(headlines, board, "base-root", expected) == []


def test_scores_of_the_hub_are_those_of_the_newest_leaderboard(headlines: pd.DataFrame) -> None:
    of_hub, of_board = (
        headlines.loc[name].query("view in ('finder', 'gain', 'relations', 'score-progress')") for name in ("hub", "v2")
    )
    pd.testing.assert_frame_equal(of_hub, of_board)


def test_a_rule_that_cannot_move_a_figure_has_no_row(opened: Warehouse, headlines: pd.DataFrame) -> None:
    listed = opened.sql_frame("select view, figure, rules from core.headline_figures")
    can_move = {(row.view, row.figure): {"default", *str(row.rules).split(";")} for row in listed.itertuples()}
    rows = headlines.reset_index()
    assert all(row.rule in can_move[row.view, row.figure] for row in rows.itertuples())
    rules = set(opened.sql_frame("select rule from core.headline_rules")["rule"])
    assert set().union(*can_move.values()) == rules
