"""Licences and openness: a made-up listing, counted again with pandas from the rows that were sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from oss_ai_monitor.charts import NOT_DRAWN
from oss_ai_monitor.perspectives import Filters
from oss_ai_monitor.perspectives.licences.sources import CLASSES, LEVELS
from oss_ai_monitor.perspectives.licences.texts import short
from oss_ai_monitor.perspectives.licences.view import Licences
from oss_ai_monitor.perspectives.source_facts import source_facts
from oss_ai_monitor.warehouse import Warehouse

CLASS = {
    "apache-2.0": "permissive", "mit": "permissive", "gpl-3.0": "copyleft", "creativeml-openrail-m": "OpenRAIL",
    "llama2": "community", "cc-by-nc-4.0": "non-commercial", "made-up-1.0": "other", "": "unknown",
    "unknown": "unknown",
}  # fmt: skip
START, END = dt.date(2024, 1, 1), dt.date(2024, 5, 31)


def sent() -> pd.DataFrame:
    """Two hundred models of five months, the first ten of which are bases of the others."""
    random = np.random.default_rng(16)
    n = 200
    frame = pd.DataFrame(
        {
            "id": [f"tin/{i:03}" for i in range(n)],
            "created_at": pd.Timestamp("2024-01-03") + pd.to_timedelta(random.integers(0, 148, n), unit="D"),
            "licence": random.choice(list(CLASS), n),
            "gated": random.choice(np.array(["false", "auto", "manual", None], dtype=object), n),
            "data": random.choice(["", "imagefolder", "tin/letters"], n),
            "paper": random.choice(["", "2407.01234"], n),
            "base": [""] * 10 + random.choice(["", "away/base", *(f"tin/{i:03}" for i in range(10))], n - 10).tolist(),
            "downloads": random.integers(0, 1_000, n),
        }
    )
    frame.loc[42, "downloads"] = 50_000
    return frame.assign(**{"class": frame["licence"].map(CLASS)})


@pytest.fixture(scope="module")
def hub(warehouse_of: Callable[..., Warehouse]) -> Warehouse:
    rows = []
    for row in sent().itertuples():
        named = {"license": row.licence, "dataset": row.data, "arxiv": row.paper, "base_model": row.base}
        tags = [f"{name}:{value}" for name, value in named.items() if value]
        created = row.created_at.isoformat()
        rows.append({"id": row.id, "created_at": created, "tags": tags, "gated": row.gated, "downloads": row.downloads})
    return warehouse_of(hub_listing=rows)


def opened(hub: Warehouse, **choices: Any) -> Licences:
    filters = Filters(hub)
    filters.param.update(dates=(START, END), unit="month", text_generation=False)
    perspective = Licences(hub, filters, **choices)
    perspective.open()
    assert perspective.state == "ready", perspective.reason
    return perspective


def table(perspective: Licences, key: str) -> pd.DataFrame:
    return perspective.table(next(chart for chart in perspective.charts if chart.key == key))


def weights(weight: str) -> tuple[pd.DataFrame, pd.Series[float]]:
    frame = sent()
    frame["period"] = frame["created_at"].dt.to_period("M").dt.to_timestamp()
    return frame, pd.Series(1.0 if weight == "models" else frame["downloads"].astype(float), frame.index)


def levels(frame: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "open weights": frame["gated"] == "false",
            "open licence": frame["class"].isin(["permissive", "copyleft"]),
            "training data": frame["data"] == "tin/letters",
            "paper": frame["paper"] != "",
            "base model": frame["base"].str.startswith("tin/"),
        }
    )


def level_names(frame: pd.DataFrame) -> pd.Series[str]:
    """Declared openness of each model: of four parts where access is not known."""
    level = levels(frame).sum(axis=1).astype(str)
    return level + np.where(frame["gated"].isna(), " of 4 known", " of 5")


@pytest.mark.parametrize("weight", ["models", "downloads"])
def test_shares_by_class_level_and_access_are_those_of_the_rows(hub: Warehouse, weight: str) -> None:
    perspective = opened(hub, weight=weight)
    frame, weighed = weights(weight)
    names = {
        "classes": frame["class"],
        "openness": level_names(frame),
        "access": frame["gated"].map({"false": "open", "auto": "auto", "manual": "manual"}).fillna("unknown"),
    }
    for key, name in names.items():
        sums = weighed.groupby([frame["period"], name]).sum().unstack(fill_value=0)
        expected = sums.div(sums.sum(axis=1), axis=0)
        actual = table(perspective, key).pivot(index="period", columns="name", values="share")
        pd.testing.assert_frame_equal(
            actual[expected.columns], expected, check_names=False, check_freq=False, check_index_type=False
        )


@pytest.mark.parametrize("weight", ["models", "downloads"])
def test_what_is_declared_is_no_placeholder_and_no_word_for_nothing(hub: Warehouse, weight: str) -> None:
    frame, weighed = weights(weight)
    facts = pd.DataFrame(
        {
            "licence": frame["class"] != "unknown",
            "base model": frame["base"] != "",
            "training data": frame["data"] == "tin/letters",
            "paper": frame["paper"] != "",
        }
    )
    sums = facts.mul(weighed, axis=0).groupby(frame["period"]).sum()
    expected = sums.div(weighed.groupby(frame["period"]).sum(), axis=0)
    actual = table(opened(hub, weight=weight), "disclosure").pivot(index="period", columns="fact", values="share")
    assert np.allclose(actual[expected.columns], expected)


def test_each_level_shows_its_parts(hub: Warehouse) -> None:
    parts, names, is_known = levels(sent()), level_names(sent()), sent()["gated"].notna()
    actual = table(opened(hub), "parts").set_index(["level", "part"])
    for level in sorted(set(names)):
        of_level = parts[names == level]
        for part in parts:
            row = actual.loc[(level, part)]
            is_unknown = part == "open weights" and "known" in level
            assert (row["with_part"], row["of_all"]) == (of_level[part].sum(), 0 if is_unknown else len(of_level))
            assert np.isnan(row["share"]) == is_unknown
    of_known = actual.loc[("all", "open weights")]
    assert (of_known["with_part"], of_known["of_all"]) == (parts["open weights"].sum(), is_known.sum())
    assert actual.loc[("all", "paper"), "with_part"] == parts["paper"].sum()


def test_the_sentence_says_the_share_of_use_with_and_without_the_most_used(hub: Warehouse) -> None:
    perspective = opened(hub)
    frame = sent()
    is_permissive, downloads = frame["class"] == "permissive", frame["downloads"]
    most_used = frame.loc[42]
    others = downloads.drop(42)
    share = downloads[is_permissive].sum() / downloads.sum()
    without = others[is_permissive.drop(42)].sum() / others.sum()
    assert f"{is_permissive.mean():.0%} of 200 models and {share:.0%} of their use" in perspective.answer_text
    assert f"({without:.0%} without {most_used['id']}, the most used)" in perspective.answer_text
    assert perspective.answer_models == [most_used["id"]]
    narrow = opened(hub, relation="none declared")
    alone = frame[frame["base"] == ""]
    assert f"of {len(alone)} models" in narrow.answer_text


@pytest.mark.parametrize("weight", ["models", "downloads"])
def test_the_drift_is_that_of_the_pairs(hub: Warehouse, weight: str) -> None:
    frame, weighed = weights(weight)
    pairs = frame.merge(frame[["id", "class"]], left_on="base", right_on="id", suffixes=("", "_of_base"))
    sums = (
        weighed[pairs["id"].str[4:].astype(int)].set_axis(pairs.index).groupby([pairs["class_of_base"], pairs["class"]])
    )
    expected = sums.sum() / sums.sum().groupby("class_of_base").transform("sum")
    drift = table(opened(hub, weight=weight), "drift").set_index(["base_class", "license_class"])
    assert drift["pairs"].to_dict() == sums.size().to_dict()
    assert np.allclose(drift["share"][expected.index], expected)


def test_pairs_behind_a_cell_name_the_most_used_models_of_each_pair_of_licences(hub: Warehouse) -> None:
    frame = sent()
    pairs = frame.merge(frame[["id", "licence", "class"]], left_on="base", right_on="id", suffixes=("", "_of_base"))
    is_in_cell = (pairs["class_of_base"] == "permissive") & (pairs["class"] == "permissive")
    changed = pairs[is_in_cell & (pairs["licence"] != pairs["licence_of_base"])]
    assert len(changed)
    perspective = opened(hub, base_class="permissive", derivative_class="permissive")
    rows = table(perspective, "pairs")
    for (base, licence), group in changed.groupby(["licence_of_base", "licence"]):
        pairs_of_models = rows[(rows["base_license"] == base) & (rows["license"] == licence)]
        assert pairs_of_models["model_downloads_30d"].tolist() == sorted(group["downloads"], reverse=True)[:3]
        assert set(pairs_of_models["pairs"]) == {len(group)}
        assert set(pairs_of_models["outcome"]) == {"other"}
    assert set(zip(rows["base_license"], rows["license"], strict=True)) == set(
        zip(changed["licence_of_base"], changed["licence"], strict=True)
    )
    perspective.changed = False
    rows = table(perspective, "pairs")
    assert "kept" in set(rows["outcome"])
    assert rows.set_index("base_license").loc["mit", "clause"].iloc[0].startswith("the sentence that begins")


@pytest.mark.parametrize("outcome", ["kept", "looser", "stricter", "other", "dropped"])
def test_pairs_of_one_outcome_are_those_that_the_drift_counts(hub: Warehouse, outcome: str) -> None:
    perspective = opened(hub, outcome=outcome, changed=False)
    drift, pairs = table(perspective, "drift"), table(perspective, "pairs")
    of_outcome = drift[drift["outcome"] != "not comparable"].groupby("outcome")["pairs"].sum()
    of_outcome["kept"] = drift["pairs_kept"].sum()
    of_outcome["other"] = of_outcome.get("other", 0) + of_outcome.pop("same class") - of_outcome["kept"]
    counted = of_outcome.get(outcome, 0)
    assert set(pairs["outcome"]) == ({outcome} if counted else set())
    assert pairs.drop_duplicates(["base_license", "license"])["pairs"].sum() == counted


def test_what_is_not_known_or_not_listed_is_said(hub: Warehouse) -> None:
    perspective = opened(hub)
    frame = sent()
    by_key = {chart.key: perspective.left_out_of(chart) for chart in perspective.charts}
    unlisted = (frame["base"] == "away/base").sum()
    assert by_key["drift"] == by_key["pairs"] == [f"{unlisted} pairs with a base model that no source lists"]
    unknown = frame["gated"].isna().sum()
    assert by_key["openness"] == [f"whether the weights of {unknown} models are open: their access is not known"]
    assert by_key["classes"] == []


def test_the_use_of_a_board_says_of_which_day_and_of_how_many_models_the_downloads_are(
    warehouse_of: Callable[..., Warehouse],
) -> None:
    """Four evaluated models, two of them in the listing: 300 of 400 downloads are of the permissive one."""
    board = [
        {"fullname": f"tin/{n}", "average": 40.0, "hub_license": licence, "date": "2024-05-05T00:00:00Z"}
        for n, licence in enumerate(["mit", "gpl-3.0", "mit", "mit"])
    ]
    listing = [
        {"id": "tin/0", "created_at": "2024-04-03", "downloads": 300, "tags": ["license:mit"]},
        {"id": "tin/1", "created_at": "2024-04-03", "downloads": 100, "tags": ["license:gpl-3.0"]},
    ]
    warehouse = warehouse_of(hub_listing=listing, leaderboard_v1=board)
    filters = Filters(warehouse)
    filters.dataset = "v1"
    of_all = Licences(warehouse, filters)
    of_all.open()
    assert of_all.answer_text.startswith("Permissive licences cover 50% of 2 models and 75% of their use"), "the Hub"
    assert of_all.scores_from == "Models of the Hugging Face Hub, listing of 15 Jun 2024"
    perspective = Licences(warehouse, filters, scope="evaluated")
    perspective.open()
    assert perspective.answer_text.startswith(
        "Permissive licences cover 75% of 4 models and 75% of the use of the 2 whose downloads in the 30 days before "
        "15 Jun 2024 are known ("
    )
    in_use = next(chart for chart in perspective.charts if chart.key == "in-use")
    assert "known for 2 of 4 models: shares of downloads are of these." in in_use.caption
    facts = source_facts(perspective, in_use)
    assert facts["data of"].endswith("; downloads and access: 15 Jun 2024")


def test_access_that_is_not_known_is_said_in_the_captions(hub: Warehouse) -> None:
    perspective = opened(hub)
    captions = {chart.key: chart.caption for chart in perspective.charts}
    sentence = f"access is not known for {sent()['gated'].isna().sum()} of 200 models, for the listing of 15 Jun 2024"
    assert all(sentence in captions[key] for key in ("access", "openness"))
    assert "four parts count (“1 of 4 known”)" in captions["openness"]


def test_shares_of_a_board_are_of_the_models_of_which_a_fact_is_known(warehouse_of: Callable[..., Warehouse]) -> None:
    """Of four evaluated models the listing holds two; one of these names data. The licences of all four are known."""
    board = [
        {"fullname": f"tin/{n}", "average": 40.0, "hub_license": licence, "date": "2024-05-05T00:00:00Z"}
        for n, licence in enumerate(["mit", "mit", "mit", ""])
    ]
    listing = [
        {"id": f"tin/{n}", "created_at": "2024-04-03", "tags": ["license:mit", *data], "gated": "false"}
        for n, data in enumerate([["dataset:tin/letters"], []])
    ]
    warehouse = warehouse_of(hub_listing=listing, leaderboard_v1=board)
    filters = Filters(warehouse)
    filters.param.update(dataset="v1", dates=(dt.date(2024, 4, 1), dt.date(2024, 5, 31)), unit="month")
    perspective = Licences(warehouse, filters, scope="evaluated")
    perspective.open()
    facts = table(perspective, "disclosure").groupby("fact")[["declaring", "of_all"]].sum()
    assert facts.loc["licence"].tolist() == [3, 4]
    assert facts.loc["training data"].tolist() == [1, 2]
    assert facts.loc["base model"].tolist() == [0, 2]
    shares = table(perspective, "disclosure").set_index(["period", "fact"])["share"]
    assert np.isnan(shares[pd.Timestamp("2024-05-01"), "paper"]), "the listing ends before: not known is no zero"
    levels = table(perspective, "openness").groupby("name")["models"].sum()
    assert levels[levels > 0].to_dict() == {"3 of 5": 1, "2 of 5": 1, "not known": 2}
    parts = table(perspective, "parts").set_index(["level", "part"])
    assert parts.loc[("all", "training data"), ["with_part", "of_all"]].tolist() == [1, 2]
    assert parts.loc[("not known", "open licence"), ["with_part", "of_all"]].tolist() == [1, 2]
    disclosure = next(chart for chart in perspective.charts if chart.key == "disclosure")
    assert perspective.left_out_of(disclosure) == [
        "whether training data or a paper is declared by 2 models: no source here says",
        "whether a base model is declared by 2 models: no source here says",
    ]


def test_choosing_classes_draws_fewer_and_changes_no_share(hub: Warehouse) -> None:
    unfiltered = table(opened(hub), "classes").set_index(["period", "name"])["share"]
    chosen = table(opened(hub, classes=["copyleft"]), "classes").set_index(["period", "name"])["share"]
    assert set(chosen.index.get_level_values("name")) == {"copyleft", NOT_DRAWN}
    copyleft = chosen.xs("copyleft", level="name")
    pd.testing.assert_series_equal(copyleft, unfiltered.xs("copyleft", level="name"))


def test_every_name_of_the_charts_has_a_colour_and_its_place(hub: Warehouse) -> None:
    perspective = opened(hub)
    assert set(table(perspective, "classes")["name"]) == set(CLASSES)
    assert set(table(perspective, "openness")["name"]) <= set(LEVELS)


def test_counts_in_cells_are_short() -> None:
    assert [short(n) for n in (0, 9_999, 12_345, 3_400_000, 123_456_789)] == ["0", "9,999", "12 k", "3.4 M", "123 M"]
