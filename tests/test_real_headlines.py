"""Headline figures of the real listing and boards, against pandas over the raw files and against published figures.

Skipped, saying so, where the files are absent.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from oss_ai_monitor.warehouse import Warehouse

V1 = "hub/datasets/open-llm-leaderboard-old/contents/data/train-00000-of-00001.parquet"
V2 = "hub/datasets/open-llm-leaderboard/contents/data/train-00000-of-00001.parquet"
SCORE = "Average ⬆️"


@pytest.fixture(scope="module")
def headlines(real_community: Path) -> Iterator[pd.DataFrame]:
    with contextlib.closing(Warehouse.open(real_community)) as opened:
        yield opened.sql_frame("from marts.headlines").set_index(["dataset", "view", "figure", "rule"]).sort_index()


@pytest.fixture(scope="module")
def submitted(real_data: Path) -> pd.DataFrame:
    """Every unflagged evaluation of the board, by the name of its repository in small letters."""
    rows = pd.read_parquet(real_data / V2)
    rows = rows[~rows["Flagged"]].assign(name=rows["fullname"].str.lower(), day=pd.to_datetime(rows["Submission Date"]))
    return rows.sort_values([SCORE, "Model sha"], ascending=[False, True])


def test_the_best_score_under_each_evaluation_is_that_of_the_raw_file(
    headlines: pd.DataFrame, submitted: pd.DataFrame
) -> None:
    first = submitted.sort_values("day", kind="stable").groupby("name")[SCORE].first()
    latest = submitted.sort_values("day", ascending=False, kind="stable").groupby("name")[SCORE].first()
    by_rule = {
        "default": submitted.groupby("name")[SCORE].max(),
        "evaluation-first": first,
        "evaluation-latest": latest,
        "evaluation-median": submitted.groupby("name")[SCORE].median(),
    }
    for rule, scores in by_rule.items():
        row = headlines.loc[("v2", "overview", "best-score", rule)]
        assert row["value"] == pytest.approx(scores.max(), abs=1e-6)
        assert row["name"].lower() == scores.idxmax()
    second = by_rule["default"].drop(by_rule["default"].idxmax())
    assert headlines.loc[("v2", "overview", "best-score", "largest-out"), "value"] == pytest.approx(
        second.max(), abs=1e-6
    )


def test_one_model_makes_most_of_the_concentration_of_owners(headlines: pd.DataFrame) -> None:
    """Published: the HHI of owners falls from 1,561 to 479 without MIT/ast-finetuned-audioset-10-10-0.4593."""
    by_rule = headlines.loc[("hub", "concentration", "owner-hhi")]["value"]
    assert [round(by_rule["default"]), round(by_rule["largest-out"])] == [1561, 479]
    largest = headlines.loc[("hub", "adoption", "most-used", "default"), "name"]
    assert largest == "MIT/ast-finetuned-audioset-10-10-0.4593"


def test_downloads_under_each_rule_are_those_of_the_landed_rows(real_community: Path, headlines: pd.DataFrame) -> None:
    """Gini, HHI and share of the first, from each model's downloads with NumPy."""
    with contextlib.closing(Warehouse.open(real_community)) as opened:
        models = opened.sql_frame(
            "select downloads_30d as downloads, is_merge, created_at from core.models"
            " where is_listed and downloads_30d is not null"
        )
    floor = pd.Timestamp("2022-03-02 23:29:00")
    is_of_floor = models["created_at"].between(floor, floor + pd.Timedelta(seconds=10))
    largest = models["downloads"].idxmax()
    rules = {
        "default": models,
        "merges-out": models[~models["is_merge"]],
        "largest-out": models.drop(index=largest),
    }
    for rule, rows in rules.items():
        downloads = rows["downloads"].sort_values().to_numpy("float64")
        n, total = len(downloads), downloads.sum()
        places = pd.RangeIndex(1, n + 1).to_numpy()
        expected = {
            "gini": 2 * (places * downloads).sum() / (n * total) - (n + 1) / n,
            "hhi": ((100 * downloads / total) ** 2).sum(),
            "first-share": 100 * downloads[-1] / total,
        }
        for figure, value in expected.items():
            row = headlines.loc[("hub", "concentration", figure, rule)]
            assert (row["value"], row["n"]) == (pytest.approx(value, abs=1e-6), n)
    dated_otherwise = headlines.loc[("hub", "concentration", "hhi", "floor-out"), "n"] - (~is_of_floor).sum()
    assert 0 <= dated_otherwise < 200  # of the oldest, those with a curated date stay


def test_the_best_score_of_v1_rose_from_that_of_llama_65b(headlines: pd.DataFrame, real_data: Path) -> None:
    """The best evaluation of its weights, by whichever copy; the flags of this file are inverted."""
    rows = pd.read_parquet(real_data / V1)
    scores = rows[rows["Flagged"]].groupby("fullname")[SCORE].max()
    llama = scores[["huggyllama/llama-65b", "huggingface/llama-65b", "Enoch/llama-65b-hf"]]
    for view, figure in (("score-progress", "rise"), ("overview", "best-gain")):
        row = headlines.loc[("v1", view, figure, "default")]
        assert row["value"] == pytest.approx(scores.max() - llama.max(), abs=1e-6) == 17.32
        assert set(row["holders"]) == {scores.idxmax(), llama.idxmax()}


def test_a_disputed_date_makes_another_record(headlines: pd.DataFrame) -> None:
    """A model older than its class held the record of v2 for a year: believed, it takes the year's gain away."""
    gains = headlines.loc[("v2", "overview", "best-gain")]["value"]
    assert gains["default"] == pytest.approx(22.3, abs=0.05)
    assert gains["dates-believed"] == pytest.approx(5.3, abs=0.05)


BENCHMARKS = (SCORE, "IFEval", "BBH", "MATH Lvl 5", "GPQA", "MUSR", "MMLU-PRO")


def records(scored: pd.DataFrame, days: pd.Series, first: pd.Timestamp, last: pd.Timestamp) -> int:
    """Days in these dates on which a model that appeared scored more than all before it, summed over benchmarks."""
    dated = scored.join(days.rename("appeared_on"), how="inner")
    count = 0
    for benchmark in BENCHMARKS:
        best = dated.groupby("appeared_on")[benchmark].max().sort_index()
        is_record = best > best.cummax().shift()
        count += int(is_record[(best.index >= first) & (best.index <= last)].sum())
    return count


def test_changes_of_the_board_are_the_records_of_the_raw_file(
    real_community: Path, headlines: pd.DataFrame, submitted: pd.DataFrame
) -> None:
    with contextlib.closing(Warehouse.open(real_community)) as opened:
        named = opened.sql_frame("select lower(model_id) as name, appeared_at::date as day from core.models")
        claims = opened.sql_frame(
            "select lower(model_id) as name, min(claim::date) as day from core.disputes"
            " where fact = 'date' and used != 'kept, in doubt' group by name"
        )
        first, last = opened.sql_frame(
            "select default_start, default_end from marts.datasets where dataset = 'v2'"
        ).iloc[0]
    days, claimed = (pd.to_datetime(frame.set_index("name")["day"]) for frame in (named, claims))
    latest_first = submitted.sort_values(["day", SCORE, "Model sha"], ascending=[True, False, True])
    rules = {
        "default": (submitted.groupby("name").first(), days),
        "evaluation-first": (latest_first.groupby("name").first(), days),
        "dates-believed": (submitted.groupby("name").first(), claimed.combine_first(days)),
    }
    for rule, (scored, dates) in rules.items():
        expected = records(scored, dates.dropna(), pd.Timestamp(first), pd.Timestamp(last))
        assert headlines.loc[("v2", "changes", "changes", rule), "value"] == expected, rule
    assert headlines.loc[("v2", "changes", "changes", "default"), "value"] == 88
    assert headlines.loc[("v2", "changes", "changes", "dates-believed"), "value"] == 31


def test_the_models_that_move_a_figure_are_those_of_the_raw_file(
    headlines: pd.DataFrame, submitted: pd.DataFrame
) -> None:
    """The year's gain and the ladders of the board, from scores of the raw file, by the names beside them."""
    scores = submitted.groupby("name")[SCORE].max()
    for rule in ("default", "dates-believed", "largest-out"):
        row = headlines.loc[("v2", "overview", "best-gain", rule)]
        best, before = (scores[name.lower()] for name in row["holders"])
        assert row["value"] == pytest.approx(best - before, abs=1e-6)
    moved_by = {
        rule: headlines.loc[("v2", "overview", "best-gain", rule), "holders"][1]
        for rule in ("default", "dates-believed")
    }
    assert moved_by == {"default": "abacusai/Smaug-72B-v0.1", "dates-believed": "raphgg/test-2.5-72B"}
    for rule in ("default", "dates-believed", "largest-out"):
        row = headlines.loc[("v2", "base-models", "furthest", rule)]
        gain = scores[row["holders"][0].lower()] - scores["meta-llama/meta-llama-3.1-70b"]
        assert (row["value"], row["name"]) == (pytest.approx(gain, abs=1e-6), "Llama 3.1 70B")


def test_new_owners_under_each_rule_are_those_of_the_listing(real_community: Path, headlines: pd.DataFrame) -> None:
    with contextlib.closing(Warehouse.open(real_community)) as opened:
        models = opened.sql_frame(
            "select owner, is_merge, appeared_at, ends_with(appeared_rule, ' floor') as is_of_floor"
            " from core.models where is_listed"
        )
    models["month"] = models["appeared_at"].dt.to_period("M")
    last = pd.Period("2024-06")
    for rule, rows in {
        "default": models,
        "merges-out": models[~models["is_merge"]],
        "floor-out": models[~models["is_of_floor"]],
    }.items():
        joined = rows.dropna(subset="month").groupby("owner")["month"].min()
        joined = joined.drop(rows.loc[rows["is_of_floor"], "owner"].unique(), errors="ignore")
        row = headlines.loc[("hub", "community", "new-owners", rule)]
        everybody = rows.loc[rows["month"] == last, "owner"].nunique()
        assert (row["value"], row["n"]) == ((joined == last).sum(), everybody), rule


def test_a_family_is_what_stands_on_it_by_a_walk_over_declarations(
    real_community: Path, headlines: pd.DataFrame
) -> None:
    """Most models stand on Meta-Llama-3-8B, with its instruct model and the copies of both that others train from."""
    with contextlib.closing(Warehouse.open(real_community)) as opened:
        edges = opened.sql_frame("select model_id, ancestor_id as base from core.lineage where distance = 1")
        merges = set(opened.sql_frame("select model_id from core.models where is_merge")["model_id"])
    children = edges.groupby("base")["model_id"].apply(list).to_dict()

    def family(base: str) -> set[str]:
        seen, waiting = set[str](), [base]
        while waiting:
            for child in children.get(waiting.pop(), []):
                if child not in seen and child != base:
                    seen.add(child)
                    waiting.append(child)
        return seen

    for rule, left_out in (("default", set[str]()), ("merges-out", merges)):
        row = headlines.loc[("hub", "lineage", "family", rule)]
        assert row["value"] == len(family(row["name"]) - left_out), rule
    names = headlines.loc[("hub", "lineage", "family")]["name"]
    assert names["default"] == names["merges-out"] == "meta-llama/Meta-Llama-3-8B"


def test_the_hub_alone_dates_too_few_models_of_a_younger_board(headlines: pd.DataFrame) -> None:
    """The listing is of July 2024, the board of February 2025."""
    assert "hub-dates" not in headlines.loc["v2"].index.get_level_values("rule")
    assert "hub-dates" in headlines.loc["v1"].index.get_level_values("rule")
