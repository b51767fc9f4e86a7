"""Releases: derivatives by lineage, day by day; what cannot be chosen says why, and nothing is called a cause."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from oss_ai_monitor.perspectives import Filters, Releases, filters_text, how_counted, provenance_text
from oss_ai_monitor.warehouse import Warehouse

LLAMA_3, MISTRAL = (
    "meta-llama/Meta-Llama-3-8B",
    "mistralai/Mistral-7B-v0.1",
)  # released 18 April 2024, 27 September 2023


def model(name: str, day: str, architecture: str = "llama", base: str | None = None) -> dict[str, Any]:
    tags = [architecture, *([f"base_model:{base}", f"base_model:finetune:{base}"] if base else [])]
    return {"id": name, "created_at": f"{day} 09:00:00", "pipeline_tag": "text-generation", "tags": tags}


@pytest.fixture(scope="module")
def listing(warehouse_of: Callable[..., Warehouse]) -> Warehouse:
    rows = [
        model(LLAMA_3, "2024-04-17"),
        model(MISTRAL, "2023-09-20", "mistral"),
        model("tin/ancient", "2023-01-10", "gpt2"),
        model("tin/early", "2024-04-17", base=LLAMA_3),
        model("tin/first", "2024-04-20", base=LLAMA_3),
        model("tin/second", "2024-04-20", base="tin/first"),
        model("tin/far", "2024-06-14", base=LLAMA_3),
        model("tin/today", "2024-06-15", base=LLAMA_3),
        model("tin/floor", "2022-03-02", base=LLAMA_3) | {"created_at": "2022-03-02 23:29:04"},
        *(model(f"tin/other-{n}", "2024-04-20", "phi3") for n in range(2)),
        *(model(f"tin/crowd-{n}", "2024-06-14", "gemma") for n in range(29)),
    ]
    return warehouse_of(hub_listing=rows)


def opened(warehouse: Warehouse, start: dt.date = dt.date(2024, 3, 1), **choices: Any) -> Releases:
    filters = Filters(warehouse)
    filters.param.update(dates=(start, dt.date(2024, 6, 15)), unit="month")
    perspective = Releases(warehouse, filters)
    perspective.param.update(**choices)
    perspective.open()
    assert perspective.state == "ready", perspective.reason
    return perspective


def test_derivatives_are_followed_through_others_day_by_day(listing: Warehouse) -> None:
    days = opened(listing).days.set_index("day")
    assert days.loc[days["derivatives"] > 0, "derivatives"].to_dict() == {
        0: 1,
        2: 2,
        57: 1,
        58: 1,
    }  # a day early is day 0
    assert (days.index[0], days.index[-1]) == (-28, 58)  # the listing ends there
    assert days.loc[[2, 57], "share"].tolist() == [0.5, 1 / 30]
    assert days.loc[58, "is_complete"] == False  # noqa: E712
    assert days[["undated", "earlier", "later"]].iloc[0].tolist() == [1, 0, 0]


def test_what_the_days_leave_out_is_counted(listing: Warehouse) -> None:
    left = opened(listing).left_out_text
    assert "derivatives of the release not drawn: 1 undated · " in left
    assert "122 days of the 209 beyond the reach of the data" in left


def test_what_follows_a_release_day_by_day_does_not_speak_of_the_chosen_dates(listing: Warehouse) -> None:
    perspective = opened(listing)
    bars, *days = [provenance_text(perspective, chart) for chart in perspective.charts]
    assert "dated outside the range" in bars
    assert "derivatives of the release not drawn" not in bars
    for note in days:
        assert "the range" not in note
        assert "Rare" not in note
        assert "derivatives of the release not drawn" in note
    assert [filters_text(perspective, one).partition(";")[0] for one in perspective.charts[:2]] == [
        "1 Mar 2024 to 15 Jun 2024", "all sizes"
    ]  # fmt: skip


def test_the_sentence_counts_complete_days_and_names_what_else_was_released(listing: Warehouse) -> None:
    sentence = opened(listing).answer_text
    assert sentence.startswith(
        "In the 57 days after Llama 3 (18 Apr 2024), 4 declared text-generation derivatives appeared, at most 2 on one "
        "day (20 Apr 2024, day 2). Around it, within 28 days: "
    )
    assert "Phi-3-mini (23 Apr 2024)" in sentence
    assert "Mistral 7B" not in sentence
    assert "caus" not in sentence


def test_the_most_derived_from_comes_first_until_another_is_chosen(listing: Warehouse) -> None:
    perspective = opened(listing, start=dt.date(2023, 9, 1))
    assert perspective.followed is not None
    assert perspective.followed["release_id"] == "llama-3"
    perspective.release = "mistral-7b"
    assert perspective.followed["release_id"] == "mistral-7b"
    assert perspective.charts[1].title == "Declared derivatives of Mistral 7B per day"
    assert perspective.to_query() == {"release": "mistral-7b"}


def test_a_release_without_a_repository_cannot_be_chosen_and_says_why(listing: Warehouse) -> None:
    perspective = opened(listing)
    assert perspective.disabled_options == {"release": ["llama"]}
    labels = {value: label for label, value in perspective.param["release"].names.items()}
    assert labels["llama"] == "LLaMA, 24 Feb 2023: no repository of its own"
    assert "cannot be chosen: LLaMA, without a repository of its own" in perspective.left_out_text
    notices = perspective.from_query({"release": "llama", "architectures": "Phi"})
    assert notices == ["LLaMA cannot be chosen: it has no repository of its own that a model could name as its base."]
    assert (perspective.release, perspective.architectures) == ("", ["Phi"])


def test_named_others_are_rare_and_no_model_is_lost(listing: Warehouse) -> None:
    answer = opened(listing, architectures=["Gemma"]).answer
    months = answer.pivot_table(index="period", columns="architecture", values="models", aggfunc="sum")
    assert list(months.columns) == ["Gemma", "Rare"]
    assert months["Gemma"].tolist() == [0, 0, 0, 29]
    assert months["Rare"].tolist() == [0, 6, 0, 2]  # of them Meta-Llama-3-8B itself, on its release day
    assert answer.drop_duplicates("period")["total"].tolist() == [0, 6, 0, 31]


def test_lines_come_with_the_most_derived_from_first_and_chosen_ones_are_always_drawn(listing: Warehouse) -> None:
    perspective = opened(listing, start=dt.date(2023, 9, 1))
    lines = perspective._reach.lines(perspective.selection, perspective.releases)
    assert lines["label"].iloc[0] == "Llama 3"
    assert "Mistral 7B" in set(lines["label"])
    assert not lines["must"].any()
    perspective.releases = ["codegemma"]
    drawn = perspective.charts[0].columns["lines"]
    assert drawn["label"] == ["CodeGemma"]
    assert drawn["on"] == ["9 Apr 2024"]
    assert drawn["source"][0].startswith("https://")
    assert drawn["must"] == [True]


def test_a_release_can_be_narrowed_to_one_of_its_repositories(listing: Warehouse) -> None:
    """All six derivatives are of the 8B, some through another derivative."""
    releases = opened(listing, release="llama-3")
    offered = releases.param["repository"].names
    assert list(offered) == ["All its repositories", LLAMA_3]
    total = int(releases.table(releases.charts[1])["derivatives"].sum())
    releases.repository = LLAMA_3
    assert int(releases.table(releases.charts[1])["derivatives"].sum()) == total
    assert f" of {LLAMA_3} appeared" in releases.answer_text
    assert releases.to_query()["repository"] == LLAMA_3
    releases.release = "mistral-7b"
    assert releases.repository == ""  # a choice of another release


def test_an_address_names_a_repository_of_its_release(listing: Warehouse) -> None:
    releases = opened(listing)
    assert releases.from_query({"release": "llama-3", "repository": LLAMA_3}) == []
    assert releases.repository == LLAMA_3
    assert releases.from_query({"release": "llama-3", "repository": MISTRAL}) == [
        f"Releases has no repository “{MISTRAL}” of that release: it is left out."
    ]


def test_what_the_dated_lines_stand_for_is_listed_though_only_some_have_room(listing: Warehouse) -> None:
    """Names and days as published; the most important come first."""
    perspective = opened(listing)
    bars = next(chart for chart in perspective.charts if chart.key == "new-models")
    assert how_counted(perspective, bars)["Releases"] == [
        "releases in these dates: Llama 3 (18 Apr 2024), Mixtral 8x22B (10 Apr 2024), Phi-3-mini (23 Apr 2024), "
        "Phi-3 small/medium/vision (21 May 2024), Mistral 7B v0.3 (22 May 2024), Qwen2 (6 Jun 2024)"
    ]
