"""Headline figures under each rule equal what the pages compute in a build with that rule alone."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from oss_ai_monitor import warehouse
from oss_ai_monitor.landing import Landing
from oss_ai_monitor.perspectives import Datasets, Selection
from oss_ai_monitor.sources import simulated
from oss_ai_monitor.warehouse import Warehouse
from tests import headline_builds
from tests.headline_builds import CHANGES, Figures

MODELS, SEED = 4_000, 5
DATASETS = ("v2", "v1", "hub")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A simulated community without its history, landed and built."""
    folder = tmp_path_factory.mktemp("headlines")
    landing = Landing(folder / "landing")
    for table in simulated.tables(MODELS, SEED):
        landing.land(table)
    warehouse.build(folder, landing.selected())
    return folder


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
    """What differs between the figures of a rule and those that are expected, of all figures that this rule can move."""
    listed = headlines.loc[dataset]
    texts = []
    for (view, figure), (value, name) in expected.items():
        if (view, figure, rule) not in listed.index:
            continue
        row = listed.loc[(view, figure, rule)]
        is_equal = math.isclose(row["value"], value, rel_tol=1e-9, abs_tol=1e-9) or (pd.isna(row["value"]) and pd.isna(value))
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
    assert len(expected) >= 18
    assert figures_with(headlines, dataset, "default") - set(expected) <= {("adoption", "most-used")}


@pytest.mark.parametrize("rule", CHANGES)
def test_a_rule_gives_what_a_build_with_it_alone_gives(
    folder: Path, opened: Warehouse, headlines: pd.DataFrame, tmp_path: Path, rule: str
) -> None:
    built = headline_builds.build_changed(tmp_path, folder / "landing", CHANGES[rule], opened)
    with contextlib.closing(built):
        found, compared = [], 0
        for dataset in DATASETS:
            selection = headline_builds.selection_like(built, selection_of(opened, dataset))
            expected = headline_builds.page_figures(built, selection)
            found += differences(headlines, dataset, rule, expected)
            compared += len(figures_with(headlines, dataset, rule) & set(expected))
    assert found == []
    assert compared >= 4
