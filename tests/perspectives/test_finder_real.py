"""The finder on the real leaderboards equals what pandas reads in the raw file of the second."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from oss_ai_monitor.perspectives import Filters
from oss_ai_monitor.perspectives.finder.view import Finder
from oss_ai_monitor.warehouse import Warehouse
from tests.test_real_data import V2

END = dt.date(2025, 2, 20)


@pytest.fixture(scope="module")
def real(real_community: Path) -> Iterator[Warehouse]:
    opened = Warehouse.open(real_community)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def raw(real_data: Path) -> pd.DataFrame:
    with duckdb.connect() as db:
        frame = db.execute("from read_parquet($path)", {"path": str(real_data / V2)}).df()
    frame = frame[~frame["Flagged"]]
    return pd.DataFrame(
        {
            "model_id": frame["fullname"],
            "score": frame["Average ⬆️"],
            "size": frame["#Params (B)"],
            "license": frame["Hub License"],
        }
    )


def nominal(name: str, size: float) -> float | None:
    """Return the number in the name where it is within a quarter of the size."""
    numbers = [float(number) for number in re.findall(r"(?i)(?<![\d.])(\d+(?:\.\d+)?)b(?![a-z])", name)]
    near = [number for number in numbers if 0.75 * size <= number <= 1.25 * size]
    return near[0] if near else None


def called(names: pd.Series, sizes: pd.Series) -> list[float]:
    """Return the numbers in names; where there is none, what most names say whose models differ by at most 0.5%."""
    numbers = [nominal(name, size) for name, size in zip(names, sizes, strict=True)]
    named = pd.DataFrame({"size": sizes.to_numpy(), "number": numbers}).dropna()
    answers = []
    for number, size in zip(numbers, sizes, strict=True):
        nearby = named.loc[(named["size"] / size - 1).abs() <= 0.005, "number"].value_counts(normalize=True)
        usual = nearby.index[0] if len(nearby) and nearby.iloc[0] > 0.5 else round(size)
        answers.append(usual if number is None else number)
    return answers


def shown(real: Warehouse, **choices: Any) -> Finder:
    filters = Filters(real)
    filters.dataset = "v2"
    filters.param.update(dates=(dt.date(2024, 6, 26), END), at_most_b=choices.pop("at_most_b", None))
    view = Finder(real, filters, **choices)
    view.open()
    return view


def test_the_best_permissive_models_of_at_most_14_b(real: Warehouse, raw: pd.DataFrame) -> None:
    best = raw.sort_values("score", ascending=False).drop_duplicates("model_id")
    best = best[best["license"].isin(["apache-2.0", "mit"]) & (best["size"] > 0)]
    sizes = called(best["model_id"], best["size"])
    expected = best[pd.Series(sizes, index=best.index) <= 14].head(5)
    view = shown(real, at_most_b=14.0, licenses=["permissive"])
    assert view.answer["model_id"].head(5).tolist() == expected["model_id"].tolist()
    assert view.answer["score"].head(5).tolist() == pytest.approx(expected["score"].tolist())
    lead = expected["score"].iloc[0] - expected["score"].iloc[1]
    # another letter case is the same repository, and a name without an owner is its successor
    repository = raw["model_id"].str.lower().replace({"gpt2": "openai-community/gpt2"})
    ranges = raw.groupby(repository)["score"].agg(["min", "max", "count"])
    spread = (ranges["max"] - ranges["min"])[ranges["count"] > 1].median()
    assert view.answer["typical_spread"].iloc[0] == pytest.approx(spread)
    assert view.answer["is_tie"].head(2).tolist() == [False, lead <= spread]
    assert view.answer_text.startswith(
        "The best open model of at most 14 B parameters under a permissive licence seen by 20 Feb 2025 is "
        f"suayptalha/Lamarckvergence-14B (average score 43.3, 14.8 B, 14 B by name, licence apache-2.0), {lead:.3f} "
        "ahead of the runner-up sthenno/tempesthenno-ppo-ckpt40 (42.7, 14.8 B, called 14 B as others of its size, "
        f"licence apache-2.0), no tie, for that is more than the {spread:.3f} points by which repeated "
        "evaluations of a model differ in the median."
    )


def test_the_best_of_all_and_of_organisations(real: Warehouse) -> None:
    assert shown(real).answer["model_id"].iloc[0] == "MaziyarPanahi/calme-3.2-instruct-78b"
    assert shown(real, organisations=True).answer["model_id"].iloc[0] == "Qwen/Qwen2.5-72B-Instruct"


def test_sizes_that_nobody_believes_are_on_no_frontier(real: Warehouse) -> None:
    # the board's 0.007 B of a merge of 8 B models, a 3 B that it read in a name, and packed weights
    doubted = {
        "darkc0de/BuddyGlass_v0.3_Xortron7MethedUpSwitchedUp",
        "brgx53/3Bgeneralv2-ECE-PRYMMAL-Martial",
        "FINGU-AI/RomboUltima-32B",
        "PJMixers-Dev/Qwen2.5-RomboTiesTest-7B",
    }
    assert not doubted & set(shown(real).frontier["model_id"])
    assert doubted <= set(shown(real, doubted=True).frontier["model_id"])
    by_score = real.sql_frame(
        "select model_id from marts.doubted_sizes join core.models using (model_key)"
        " where starts_with(why, 'it scores') order by model_id"
    )
    assert by_score["model_id"].tolist() == [
        "brgx53/3Bgeneralv2-ECE-PRYMMAL-Martial", "darkc0de/BuddyGlass_v0.3_Xortron7MethedUpSwitchedUp"
    ]  # fmt: skip


def test_the_frontier_is_that_of_the_raw_sizes(real: Warehouse, raw: pd.DataFrame) -> None:
    view = shown(real)
    last = view.frontier[view.frontier["seen_by"] == pd.Timestamp(END)]
    best = raw.sort_values("score", ascending=False).drop_duplicates("model_id")
    counted = best[(best["size"] > 0) & ~best["model_id"].isin(_doubted(real))].set_index("model_id")
    for corner in last.itertuples():
        smaller = counted[(counted["size"] <= corner.parameters_b * 0.99) & (counted.index != corner.model_id)]
        assert not (smaller["score"] >= corner.score).any(), corner.model_id
    assert counted["score"].max() == pytest.approx(last["score"].max())


def _doubted(real: Warehouse) -> set[str]:
    frame = real.sql_frame("select model_id from marts.doubted_sizes join core.models using (model_key)")
    return set(frame["model_id"])
