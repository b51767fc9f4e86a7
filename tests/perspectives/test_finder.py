"""The finder on a small leaderboard, counted by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from oss_ai_monitor.landing import Landing
from oss_ai_monitor.perspectives import Filters
from oss_ai_monitor.perspectives.finder import texts
from oss_ai_monitor.perspectives.finder.view import Finder
from oss_ai_monitor.warehouse import Warehouse, build
from tests.conftest import land_rows

BENCHMARKS = ("ifeval", "bbh", "math_lvl_5", "gpqa", "musr", "mmlu_pro")


def scored(name: str, score: float, size: float | None, day: str, **more: Any) -> dict[str, Any]:
    """An evaluation whose benchmarks are a step apart, so that no two of them are the same."""
    benchmarks = {benchmark: score + n - 2.5 for n, benchmark in enumerate(BENCHMARKS)}
    days = {"upload_to_hub_date": day, "submission_date": day}
    about = {"fullname": name, "average": score, "params_b": size, "hub_license": "apache-2.0", "type": "chat", **days}
    return about | benchmarks | more


BOARD = [
    scored("tin/one", 20.0, 1.1, "2024-07-01"),
    scored("tin/seven", 30.0, 7.6, "2024-07-02"),
    scored("tin/better-seven", 30.4, 7.7, "2024-08-01", hub_license="mit", precision="bfloat16"),
    scored("tin/better-seven", 29.8, 7.7, "2024-08-01", hub_license="mit", precision="float16"),
    scored("Qwen/fourteen", 41.0, 14.8, "2024-08-02", hub_license="cc-by-nc-4.0", official_providers=True),
    scored("lead/fourteen-14b", 40.9, 14.8, "2024-09-01", base_model="Qwen/fourteen", merged=True),
    scored("lead/copy-14b", 40.9, 14.8, "2024-09-05", hub_license="mit"),  # every score as lead/fourteen-14b
    scored("lead/large", 50.0, 70.6, "2024-10-01", merged=True, hub_license="other"),
    scored("lead/unsized", 12.0, None, "2024-07-03"),
    scored("lead/flagged", 60.0, 7.0, "2024-07-03", flagged=True),
    scored("lead/packed-32b", 45.0, 17.6, "2024-10-02"),  # half of what its name says: disputed
]
LISTED = [{"id": "tin/seven", "downloads": 5_000, "created_at": "2024-07-02"}]
WIDE = (dt.date(2024, 7, 20), dt.date(2024, 12, 1))


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    folder = tmp_path_factory.mktemp("finder")
    as_of = dt.datetime(2024, 12, 1, tzinfo=dt.UTC)
    land_rows(folder, "leaderboard_v2", BOARD, as_of=as_of)
    land_rows(folder, "hub_listing", LISTED, as_of=as_of)
    build(folder, Landing(folder / "landing").selected())
    opened = Warehouse.open(folder)
    yield opened
    opened.close()


def shown(
    small: Warehouse, dates: tuple[dt.date, dt.date] = WIDE, at_most_b: float | None = None, **choices: Any
) -> Finder:
    filters = Filters(small)
    filters.dataset = "v2"
    filters.param.update(dates=dates, at_most_b=at_most_b)
    view = Finder(small, filters, **choices)
    view.open()
    assert view.state in ("ready", "empty"), view.reason
    return view


def names(view: Finder) -> list[str]:
    return view.answer["model_id"].tolist()


def test_candidates_are_ordered_by_score_and_copies_are_folded(small: Warehouse) -> None:
    view = shown(small)
    assert names(view) == [
        "lead/large", "Qwen/fourteen", "lead/fourteen-14b", "tin/better-seven", "tin/seven", "tin/one", "lead/unsized"
    ]  # fmt: skip
    assert view.left_out_text == (
        "1 scored model whose size is in doubt: a switch shows them · 1 scored model with the same score on every "
        "benchmark as an earlier candidate · 1 candidate without a size: on no frontier"
    )


def test_a_lead_within_the_spread_of_repeated_evaluations_is_a_tie(small: Warehouse) -> None:
    # tin/better-seven alone was evaluated twice: 30.4 and 29.8, so that the median spread is 0.6
    view = shown(small, at_most_b=15.0)
    assert view.answer_text == (
        "The best open model of at most 15 B parameters seen by 1 Dec 2024 is Qwen/fourteen (average score 41.0, "
        "14.8 B, licence cc-by-nc-4.0), 0.10 ahead of the runner-up lead/fourteen-14b (40.9, 14.8 B, licence "
        "apache-2.0): a tie, for repeated evaluations of a model differ in the median by 0.60 points."
    )
    assert view.answer_models == ["Qwen/fourteen", "lead/fourteen-14b"]
    assert view.answer["is_tie"].tolist() == [False, True, False, False, False], "none ties with itself"
    colours = dict(zip(*(view.charts[1].columns["rows"][name] for name in ("name", "colour")), strict=True))
    assert colours["fourteen"] == colours["fourteen-14b"] != colours["seven"]


def test_a_lead_beyond_it_is_none(small: Warehouse) -> None:
    assert "9.10 ahead of the runner-up Qwen/fourteen" not in shown(small, at_most_b=15.0).answer_text
    assert shown(small).answer_text == (
        "The best open model seen by 1 Dec 2024 is lead/large (average score 50.0, 70.6 B, licence other), 9.00 ahead "
        "of the runner-up Qwen/fourteen (41.0, 14.8 B, licence cc-by-nc-4.0), no tie, for that is more than the 0.60 "
        "points by which repeated evaluations of a model differ in the median."
    )


def test_stricter_terms_of_an_ancestor_are_told(small: Warehouse) -> None:
    view = shown(small, licenses=["permissive"])
    assert names(view)[:2] == ["lead/fourteen-14b", "tin/better-seven"]
    assert view.answer_text == (
        "The best open model under a permissive licence seen by 1 Dec 2024 is lead/fourteen-14b (average score 40.9, "
        "14.8 B, licence apache-2.0), 10.50 ahead of the runner-up tin/better-seven (30.4, 7.7 B, licence mit), "
        "no tie, for that is more than the 0.60 points by which repeated evaluations of a model differ in the median. "
        "It descends from a model with stricter terms (non-commercial)."
    )


@pytest.mark.parametrize(
    ("choices", "expected"),
    [
        ({"without_merges": True}, ["Qwen/fourteen", "lead/copy-14b", "tin/better-seven", "tin/seven", "tin/one"]),
        ({"regions": ["china"]}, ["Qwen/fourteen"]),
        ({"organisations": True}, ["Qwen/fourteen"]),
        ({"downloads_at_least": 1_000.0}, ["tin/seven"]),
        ({"memory_gb": 7.5, "bits": "4"}, ["Qwen/fourteen", "lead/fourteen-14b", "tin/better-seven", "tin/seven"]),
        ({"memory_gb": 7.5, "bits": "8"}, ["tin/one"]),
        ({"memory_gb": 2.2}, ["tin/one"]),
        ({"bases": ["Qwen/fourteen"]}, ["Qwen/fourteen", "lead/fourteen-14b"]),
        ({"licenses": ["non-commercial", "other"]}, ["lead/large", "Qwen/fourteen"]),
    ],
)
def test_each_choice_leaves_what_meets_it(small: Warehouse, choices: dict[str, Any], expected: list[str]) -> None:
    assert [name for name in names(shown(small, **choices)) if name != "lead/unsized"][: len(expected)] == expected
    assert len(names(shown(small, **choices))) <= len(expected) + 2


def test_models_of_unknown_downloads_are_not_called_too_little_downloaded(small: Warehouse) -> None:
    # the listing has tin/seven alone; of nine models with an unflagged score, eight are not in it
    view = shown(small, downloads_at_least=1_000.0)
    assert view.answer_text == (
        "Among models whose downloads are known, the best open model with at least 1,000 downloads in the 30 days "
        "before the listing of 1 Dec 2024 seen by 1 Dec 2024 is tin/seven (average score 30.0, 7.6 B, licence "
        "apache-2.0); there is no other candidate. 8 scored models whose downloads are not known are left out."
    )
    assert view.left_out_text == (
        "8 scored models whose downloads in the 30 days before the listing of 1 Dec 2024 are not known"
    )
    view = shown(small, downloads_at_least=6_000.0)
    assert view.answer_text.startswith("Among models whose downloads are known, no open model with at least 6,000")
    assert view.left_out_text.startswith("1 scored model hidden by the choices · 8 scored models whose downloads")
    view = shown(small, downloads_at_least=1_000.0, regions=["china"])
    assert view.answer_text.endswith("1 scored model whose downloads are not known is left out.")
    assert view.left_out_text.startswith("8 scored models hidden by the choices · 1 scored model whose downloads")


def test_a_copy_stands_for_itself_where_the_first_one_is_hidden(small: Warehouse) -> None:
    assert "lead/copy-14b" not in names(shown(small))
    assert "lead/copy-14b" in names(shown(small, without_merges=True))


def test_disputed_sizes_are_one_switch_away(small: Warehouse) -> None:
    assert "lead/packed-32b" not in names(shown(small))
    view = shown(small, doubted=True)
    assert names(view)[:2] == ["lead/large", "lead/packed-32b"]
    doubt = view.answer.set_index("model_id")["size_doubt"]["lead/packed-32b"]
    assert "about half or twice of what its name" in doubt


def test_the_frontier_at_two_dates(small: Warehouse) -> None:
    view = shown(small)
    corners = [(f"{row.seen_by:%d %b}", row.model_id) for row in view.frontier.itertuples()]
    assert corners == [
        ("20 Jul", "tin/one"), ("20 Jul", "tin/seven"), ("01 Dec", "tin/one"), ("01 Dec", "tin/seven"),
        ("01 Dec", "tin/better-seven"), ("01 Dec", "Qwen/fourteen"), ("01 Dec", "lead/large"),
    ]  # fmt: skip
    chart = next(chart for chart in view.charts if chart.key == "frontier")
    assert chart.columns["names"]["text"] == ["one", "seven", "better-seven", "fourteen", "large"]
    assert chart.columns["lines"]["name"] == ["by 20 Jul 2024", "by 1 Dec 2024"]


def test_the_smallest_model_that_reaches_a_score(small: Warehouse) -> None:
    view = shown(small)
    steps = [(row.level, row.model_id, row.is_before) for row in view.smallest.itertuples()]
    assert steps == [
        (10.0, "tin/one", True), (20.0, "tin/one", True), (30.0, "tin/seven", True),
        (40.0, "Qwen/fourteen", False), (50.0, "lead/large", False),
    ]  # fmt: skip


def test_nothing_is_left_and_the_page_says_so(small: Warehouse) -> None:
    view = shown(small, at_most_b=0.5)
    assert view.state == "empty"
    assert view.answer_text == "No open model of at most 0.5 B parameters seen by 1 Dec 2024 has this score."
    assert view.reason.endswith("meets these choices. Widen or remove one of them: sizes.")
    view = shown(small, at_most_b=1e-7, regions=["china"], without_merges=True)
    assert view.answer_text.startswith("No open model of at most 0.0000001 B parameters of owners from")
    assert view.reason.endswith("Widen or remove one of them: sizes, regions and without merges.")
    assert shown(small, dates=(dt.date(2024, 6, 1), dt.date(2024, 6, 2))).reason.endswith("meets these choices.")


def test_what_is_larger_than_the_limit_is_within_it_by_name(small: Warehouse) -> None:
    text = shown(small, at_most_b=14.0, licenses=["permissive"]).answer_text
    assert "lead/fourteen-14b (average score 40.9, 14.8 B, 14 B by name, licence apache-2.0)" in text
    view = shown(small, at_most_b=7.0)
    assert "by name" not in view.answer_text
    row = pd.Series({"model_id": "tin/seven", "score": 30.0, "parameters_b": 7.4, "nominal_b": 7.0, "license": None})
    assert texts._model_text(row, view.selection, {}) == "tin/seven (30.0, 7.4 B, rounded 7 B, no licence declared)"


def test_on_the_hub_scores_are_those_of_the_newest_leaderboard(small: Warehouse) -> None:
    filters = Filters(small)
    filters.dataset = "hub"
    view = Finder(small, filters)
    view.open()
    assert view.scores_from.startswith("Scores of Open LLM Leaderboard v2")
    assert names(view)[0] == "lead/large"


def test_bases_are_searched_by_name(small: Warehouse) -> None:
    assert shown(small).search("bases", "qwen") == ["Qwen/fourteen"]
    assert shown(small).search("bases", "lead/fourteen") == []


def test_a_sentence_names_few_bases_and_no_endless_ones(small: Warehouse) -> None:
    view = shown(small, bases=["Qwen/fourteen", "b" * 5_000, "tin/c", "tin/d", "tin/e"])
    assert f"that descends from Qwen/fourteen, {'b' * 96}, tin/c or 2 others seen by" in view.answer_text


def doubted(warehouse: Warehouse) -> list[str]:
    frame = warehouse.sql_frame(
        "select model_id from marts.doubted_sizes join core.models using (model_key)"
        " where starts_with(why, 'it scores') order by model_id"
    )
    return [str(name) for name in frame["model_id"]]


def test_a_size_that_the_score_contradicts_is_in_doubt(tmp_path: Path) -> None:
    # forty models from 0.5 to 2.5 B score 3 to 7, and larger ones 25 and 35
    ordinary = [scored(f"tin/small-{n}", 3 + n / 10, 0.51 + n / 20.1, "2024-07-01") for n in range(40)]
    rows = [
        *ordinary,
        scored("tin/eight", 25.0, 8.03, "2024-07-01"),
        scored("tin/seventy", 35.0, 70.1, "2024-07-01"),
        # counted, and far above all of up to eight times its size, and above the next twenty
        scored("lead/tiny", 22.0, 0.007, "2024-07-01"),
        scored("lead/tiny-too", 5.0, 0.008, "2024-07-01"),
        # a whole number, and no counted model of up to 2 B comes near
        scored("lead/from-its-name-1b", 20.0, 1.0, "2024-07-01"),
        # counted: tin/eight has more, and is less than eight times as large
        scored("lead/counted", 12.0, 2.2, "2024-07-01"),
    ]
    land_rows(tmp_path, "leaderboard_v2", rows)
    build(tmp_path, Landing(tmp_path / "landing").selected())
    opened = Warehouse.open(tmp_path)
    assert doubted(opened) == ["lead/from-its-name-1b", "lead/tiny"]
    opened.close()


def test_an_undated_model_counts_from_its_submission(tmp_path: Path) -> None:
    rows = [
        scored("tin/dated", 20.0, 1.1, "2024-07-01"),
        scored("tin/undated", 30.0, 1.2, "", submission_date="2024-09-01"),
        scored("tin/floor", 10.0, 0.9, "2022-03-02", submission_date="2024-09-01"),
    ]
    land_rows(tmp_path, "leaderboard_v2", rows)
    build(tmp_path, Landing(tmp_path / "landing").selected())
    opened = Warehouse.open(tmp_path)
    frame = opened.sql_frame("select model_id, seen_on from marts.candidates order by model_id").set_index("model_id")
    assert frame["seen_on"]["tin/undated"] == pd.Timestamp("2024-09-01")
    assert frame["seen_on"]["tin/floor"] == pd.Timestamp("2022-03-02")
    opened.close()
