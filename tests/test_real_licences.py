"""Licences and what models declare in the real listing: against the raw rows, and against published figures.

Skipped, saying so, where the real data is absent. The published figures count tags of the listing; where our rules
differ, the test names the difference and its size.
"""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from oss_ai_monitor import warehouse
from tests.raw_listing import LISTING, names_of_details

SEEDS = warehouse.sql_folder() / "seeds"
# Share of new models that declare a licence, training data, a base model, in percent, by quarter of createdAt
PUBLISHED = {
    "2022Q3": (41.7, 21.8, 0.6), "2023Q2": (36.6, 9.2, 1.3), "2023Q4": (39.0, 9.2, 22.1), "2024Q2": (38.5, 8.0, 26.8),
}  # fmt: skip


def placeholders() -> set[str]:
    with (SEEDS / "training_data_placeholders.csv").open(encoding="utf-8") as file:
        return {row["name"] for row in csv.DictReader(file)}


def values_of(tags: list[str], prefix: str) -> list[str]:
    return [tag[len(prefix) :].strip() for tag in tags if tag.startswith(prefix)]


@pytest.fixture(scope="module")
def raw(real_data: Path) -> pd.DataFrame:
    """One row for each model of the listing: what its tags declare, with placeholders and without."""
    no_data = placeholders()
    rows: list[dict[str, Any]] = []
    with gzip.open(real_data / LISTING, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            licences, data = values_of(row["tags"], "license:"), values_of(row["tags"], "dataset:")
            rows.append(
                {
                    "model_id": row["id"], "downloads": row["downloads"], "quarter": row["createdAt"][:7],
                    "licence": licences[0] if licences else "", "has_data_tag": bool(data),
                    "has_data": any(name and name.lower() not in no_data for name in data),
                    "has_base": bool(values_of(row["tags"], "base_model:")),
                    "has_paper": any(name != "1910.09700" for name in values_of(row["tags"], "arxiv:")),
                }
            )  # fmt: skip
    frame = pd.DataFrame(rows)
    frame["quarter"] = pd.PeriodIndex(frame["quarter"], freq="M").asfreq("Q").astype(str)
    return frame


@pytest.fixture(scope="module")
def opened(open_warehouse: Callable[[Path], warehouse.Warehouse], real_community: Path) -> warehouse.Warehouse:
    return open_warehouse(real_community)


def ours(opened: warehouse.Warehouse) -> pd.DataFrame:
    return opened.sql_frame(
        "select model_id, created_at, license, license_class, license_rule, relation, downloads_30d, has_training_data,"
        " has_paper from core.models join core.openness using (model_id) where is_listed"
    )


def test_the_published_shares_hold_for_the_raw_tags(raw: pd.DataFrame) -> None:
    assert len(raw) == 760_000
    assert round((raw["licence"] == "").mean(), 3) == 0.622
    counts = raw["licence"].value_counts()
    assert round(counts["apache-2.0"] / counts["mit"], 2) == 2.33
    assert round(raw["has_data_tag"].mean(), 4) == 0.0998  # placeholders included
    assert round(raw.loc[raw["has_data_tag"], "downloads"].sum() / raw["downloads"].sum(), 3) == 0.281
    others = raw[raw["model_id"] != raw.loc[raw["downloads"].idxmax(), "model_id"]]
    assert round(others.loc[others["has_data_tag"], "downloads"].sum() / others["downloads"].sum(), 3) == 0.445
    for quarter, published in PUBLISHED.items():
        of_quarter = raw[raw["quarter"] == quarter]
        shares = [of_quarter["licence"] != "", of_quarter["has_data_tag"], of_quarter["has_base"]]
        assert [round(100 * share.mean(), 1) for share in shares] == list(published), quarter


def test_licences_that_only_tags_declare_are_those_of_the_tags(
    raw: pd.DataFrame, opened: warehouse.Warehouse, real_data: Path
) -> None:
    """Where the Hub answered about the model itself, its card goes first; a licence of a board fills what tags lack."""
    detailed = names_of_details(real_data)
    merged = raw.merge(ours(opened), on="model_id")
    assert len(merged) == len(raw)
    tagged = merged[~merged["model_id"].str.lower().isin(detailed)]
    none = tagged[tagged["licence"] == ""]
    by_rule = none["license_rule"].value_counts()
    assert set(by_rule.index) == {"none declared", "leaderboard"}
    assert by_rule["leaderboard"] < 0.003 * len(none)
    one = tagged[tagged["license_rule"] == "tag"]
    assert ((one["licence"] == one["license"]) | (one["license"] == "unknown")).mean() > 0.999


def test_what_is_declared_against_the_published_shares(raw: pd.DataFrame, opened: warehouse.Warehouse) -> None:
    """Ours are higher by licences of details and boards, lower by the word unknown and by placeholders."""
    frame = ours(opened)
    assert round(frame["license"].isna().mean(), 3) == pytest.approx(0.622, abs=0.003)
    said_unknown = (frame["license"] == "unknown").mean()
    assert frame["license_class"].eq("unknown").mean() == pytest.approx(frame["license"].isna().mean() + said_unknown)
    counts = frame["license"].value_counts()
    assert counts["apache-2.0"] / counts["mit"] == pytest.approx(2.33, abs=0.02)
    assert frame["has_training_data"].mean() == pytest.approx(raw["has_data"].mean(), abs=0.001)
    assert raw["has_data"].mean() < raw["has_data_tag"].mean() - 0.005  # placeholders are none
    assert frame["has_paper"].mean() == pytest.approx(raw["has_paper"].mean(), abs=0.002)
    downloads = frame["downloads_30d"].sum()
    assert frame.loc[frame["has_training_data"], "downloads_30d"].sum() / downloads == pytest.approx(0.281, abs=0.003)
    frame["quarter"] = pd.PeriodIndex(frame["created_at"], freq="Q").astype(str)
    for quarter, (licence, data, base) in PUBLISHED.items():
        of_quarter = frame[frame["quarter"] == quarter]
        assert 100 * of_quarter["license"].notna().mean() == pytest.approx(licence, abs=0.4), quarter
        with_data = raw.loc[raw["quarter"] == quarter, "has_data"].mean()
        assert of_quarter["has_training_data"].mean() == pytest.approx(with_data, abs=0.003), quarter
        assert 100 * with_data <= data, quarter
        assert 100 * (of_quarter["relation"] != "none declared").mean() == pytest.approx(base, abs=0.8), quarter


def test_the_view_gives_what_pandas_counts(raw: pd.DataFrame, opened: warehouse.Warehouse) -> None:
    """Downloads under each class of licence, all models of the listing: the classes are those of core.models."""
    values = {
        "dataset": "hub", "relation": "all", "sizes": [], "at_most_b": None, "text_generation": False,
        "hide_derived": False, "downloaded": False,
    }  # fmt: skip
    answer = opened.query("licences", values).set_index("license_class")
    frame = raw.merge(ours(opened)[["model_id", "license_class"]], on="model_id")
    sums = frame.groupby("license_class")["downloads"].sum()
    assert answer["downloads"].to_dict() == sums.to_dict()
    assert answer["models"].to_dict() == frame["license_class"].value_counts().to_dict()
    most_used = frame.loc[frame["downloads"].idxmax()]
    assert answer["most_used"].iloc[0] == most_used["model_id"] == "MIT/ast-finetuned-audioset-10-10-0.4593"
    others = sums - pd.Series({most_used["license_class"]: most_used["downloads"]}).reindex(sums.index, fill_value=0)
    assert (answer["share_without_the_most_used"] - others / others.sum()).abs().max() < 1e-12
    assert (
        round(answer.loc["permissive", "share_of_downloads"], 2),
        round(others["permissive"] / others.sum(), 2),
    ) == (
        0.78,
        0.65,
    )
