"""Author activity: the ranking is the range's own, ties at ten are all shown, and a tick never moves anyone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from oss_ai_monitor.charts import shortened
from oss_ai_monitor.perspectives import AuthorActivity, Filters
from oss_ai_monitor.perspectives.address import read_names, write_names
from oss_ai_monitor.perspectives.author_activity import view as author_activity
from oss_ai_monitor.warehouse import Warehouse

WarehouseOf = Callable[..., Warehouse]
LONG = "an-author-whose-name-is-longer-than-any-axis"


def community(number: int = 12) -> list[tuple[str, dt.date]]:
    """Models of authors 0, 1, 2 …: the first has most, the ninth to the last have one each."""
    models = []
    for author in range(number):
        for n in range(max(9 - author, 1)):
            day = dt.date(2024, 3, 1) + dt.timedelta(days=5 * n + author)
            models.append((f"{f'author-{author:02}' if author else LONG}/model-{n}", day))
    return models


def listed(models: list[tuple[str, dt.date]]) -> list[dict[str, Any]]:
    return [{"id": model, "created_at": f"{day} 10:00:00", "pipeline_tag": "text-generation"} for model, day in models]


def evaluated(models: list[tuple[str, dt.date]]) -> list[dict[str, Any]]:
    kinds = ("🟢 pretrained", "🔶 fine-tuned", "💬 chat")
    return [
        {"fullname": model, "average": 40.0 + n, "type": kinds[n % 3], "date": f"{day}T00:00:00Z"}
        for n, (model, day) in enumerate(models)
    ]


def opened(warehouse: Warehouse, dataset: str = "v1", **choices: Any) -> AuthorActivity:
    filters = Filters(warehouse)
    filters.dataset = dataset
    filters.dates = (dt.date(2024, 3, 1), dt.date(2024, 6, 15))
    perspective = AuthorActivity(warehouse, filters, **choices)
    perspective.open()
    assert perspective.state == "ready", perspective.reason
    return perspective


@pytest.fixture(scope="module")
def board(warehouse_of: Callable[..., Warehouse]) -> Warehouse:
    return warehouse_of(hub_listing=listed(community()), leaderboard_v1=evaluated(community()))


def ranking(perspective: AuthorActivity) -> list[tuple[str, int, int]]:
    rows = perspective.answer.drop_duplicates("author")
    return list(zip(rows["author"], rows["rank"], rows["author_models"], strict=True))


def lanes(perspective: AuthorActivity) -> list[str]:
    labels = perspective.charts[0].options["y-axis"]["major_label_overrides"]
    return [labels[place] for place in sorted(labels, reverse=True)]


def drawn(perspective: AuthorActivity, chart: int) -> dict[str, Any]:
    return perspective.charts[chart].columns["points"]


def colour_of(perspective: AuthorActivity, author: str) -> str:
    colours = perspective.charts[1].options["colours"]
    return str(dict(zip(colours["factors"], colours["palette"], strict=True))[author])


def test_ties_at_ten_are_all_shown_with_every_model(board: Warehouse) -> None:
    perspective = opened(board)
    assert [models for _, _, models in ranking(perspective)] == [9, 8, 7, 6, 5, 4, 3, 2, 1, 1, 1, 1]
    assert [rank for _, rank, _ in ranking(perspective)][-4:] == [9, 9, 9, 9]
    assert len(lanes(perspective)) == 12
    assert len(drawn(perspective, 0)["x"]) == len(drawn(perspective, 1)["x"]) == len(community())


def test_the_share_of_the_ten_in_all_is_told(warehouse_of: WarehouseOf) -> None:
    models = [(f"busy-{author}/model-{n}", dt.date(2024, 4, 1)) for author in range(10) for n in range(2)]
    models += [(f"rare-{author}/model", dt.date(2024, 4, 2)) for author in range(20)]
    sentence = opened(warehouse_of(hub_listing=listed(models), leaderboard_v1=evaluated(models))).answer_text
    assert sentence == (
        "The ten most active owners published 20 of 40 new models (50%) from 1 Mar 2024 to 15 Jun 2024; 10 have most, "
        "2 each. The best average score among the models of all ten: 59.0 points, by busy-9/model-1."
    )


@pytest.mark.parametrize(
    ("authors", "sentence"),
    [
        (["ann"], "Only ann published 2 of 2 new models (100%) from 1 Mar 2024 to 15 Jun 2024. The best average score "
         "among these models: 41.0 points, by ann/model-1."),
        (["ann", "bob"], "The 2 most active owners published 4 of 4 new models (100%) from 1 Mar 2024 to 15 Jun 2024; "
         "ann and bob have most, 2 each. The best average score among the models of both: 43.0 points, by "
         "bob/model-1."),
    ],
)  # fmt: skip
def test_the_sentence_says_whose_the_best_model_is(
    warehouse_of: WarehouseOf, authors: list[str], sentence: str
) -> None:
    models = [(f"{author}/model-{n}", dt.date(2024, 4, 1)) for author in authors for n in range(2)]
    assert opened(warehouse_of(hub_listing=listed(models), leaderboard_v1=evaluated(models))).answer_text == sentence


def test_a_tick_changes_what_is_drawn_and_not_the_ranking(board: Warehouse) -> None:
    perspective = opened(board)
    before, sentence = ranking(perspective), perspective.answer_text
    perspective.authors = ["author-05"]
    assert ranking(perspective) == before
    assert perspective.answer_text == sentence
    assert lanes(perspective) == ["author-05"]
    assert set(drawn(perspective, 1)["author"]) == {"author-05"}
    assert "11 authors not ticked" in perspective.left_out_text


def test_a_tick_does_not_change_an_authors_colour(board: Warehouse) -> None:
    perspective = opened(board)
    colour = colour_of(perspective, "author-03")
    perspective.authors = ["author-03"]
    assert set(drawn(perspective, 1)["author"]) == {"author-03"}
    assert colour_of(perspective, "author-03") == colour


def test_a_search_adds_anyone_and_the_address_keeps_it(warehouse_of: WarehouseOf) -> None:
    models = [(f"busy-{author}/model-{n}", dt.date(2024, 4, 1)) for author in range(10) for n in range(2)]
    models += [("rare-a/model", dt.date(2024, 4, 2)), ("other/model", dt.date(2024, 4, 2))]
    warehouse = warehouse_of(hub_listing=listed(models), leaderboard_v1=evaluated(models))
    perspective = opened(warehouse)
    assert "rare-a" not in lanes(perspective)
    assert perspective.search("added", "RARE") == ["rare-a"]
    perspective.added = ["rare-a"]
    assert lanes(perspective)[-1] == "rare-a"
    assert "20 of 22 new models" in perspective.answer_text
    again = AuthorActivity(warehouse, perspective.filters)
    assert again.from_query(perspective.to_query()) == []
    assert (again.added, again.authors, again.joined, again.by) == (["rare-a"], [], False, "owners")


def test_an_added_author_without_a_model_is_named(board: Warehouse) -> None:
    perspective = opened(board, added=["nobody"])
    assert "added or ticked without a model here: nobody" in perspective.left_out_text


def test_long_names_are_shortened_on_the_axis_and_whole_in_the_hover(board: Warehouse) -> None:
    perspective = opened(board)
    assert max(map(len, lanes(perspective))) <= 22
    assert LONG in drawn(perspective, 0)["author"]


def test_shortened_names_hold_no_hidden_signs_and_stay_apart() -> None:
    names = ["a" * 60 + "one-end", "a" * 61 + "one-end", "\u202eevil\n", ""]
    shown = shortened(names)
    assert len(set(shown)) == len(names)
    assert shown[2:] == ["evil", "(no name)"]


@pytest.mark.parametrize("longest", [18, 20, 22, 26, 36])
def test_names_of_one_owner_can_be_told_apart_when_they_are_short(longest: int) -> None:
    names = [
        *("meta-llama/Meta-Llama-3-8B-Instruct", "meta-llama/Meta-Llama-3-70B-Instruct"),
        *("meta-llama/Meta-Llama-3.1-8B-Instruct", "meta-llama/Llama-3.2-1B"),
    ]
    shown = shortened(names, longest)
    assert len(set(shown)) == len(names)
    assert max(map(len, shown)) <= longest
    assert not any(name.endswith(")") for name in shown), "numbered, which says nothing of a name"
    assert shown[3].endswith("/Llama-3.2-1B")
    assert shortened(["owner/model"], longest) == ["owner/model"]


def test_an_owner_is_cut_before_the_model() -> None:
    assert shortened(["meta-llama/Meta-Llama-3-8B-Instruct"], 36) == ["meta-llama/Meta-Llama-3-8B-Instruct"]
    assert shortened(["meta-llama/Meta-Llama-3-8B-Instruct"], 32) == ["meta-l…/Meta-Llama-3-8B-Instruct"]


def test_points_are_joined_on_request_only(board: Warehouse) -> None:
    perspective = opened(board)
    assert len(perspective.charts[1].columns["lines"]["xs"]) == 0
    perspective.joined = True
    assert len(perspective.charts[1].columns["lines"]["xs"]) == 12


def test_the_hub_has_counts_and_the_scores_of_the_newest_leaderboard(board: Warehouse) -> None:
    perspective = opened(board, "hub", authors=["author-01"])
    assert perspective.charts[1].title == (
        "How well their models do on Open LLM Leaderboard v1, 26 Feb 2024 to 15 Jun 2024: average score"
    )
    scores = dict(zip(drawn(perspective, 1)["model_id"], drawn(perspective, 1)["y"], strict=True))
    first = next(n for n, (model, _) in enumerate(community()) if model.startswith("author-01/"))
    assert scores == {f"author-01/model-{n}": 40.0 + first + n for n in range(8)}
    assert set(perspective.table(perspective.charts[1])["author"]) == {"author-01"}


def test_without_a_leaderboard_the_hub_has_counts_only(warehouse_of: WarehouseOf) -> None:
    perspective = opened(warehouse_of(hub_listing=listed(community())), "hub")
    assert [chart.is_offered for chart in perspective.charts] == [True, False]


def test_the_hub_counts_the_models_of_each_author(board: Warehouse) -> None:
    perspective = opened(board, "hub")
    rows = perspective.table(perspective.charts[0])
    assert rows["models"].sum() == len(community())
    assert rows.loc[rows["author"] == LONG, "models"].sum() == 9
    assert "published 48 of 48 new text-generation models" in perspective.answer_text


def test_contributors_are_offered_where_commits_tell_them(board: Warehouse, warehouse_of: WarehouseOf) -> None:
    without = opened(board)
    without.controls()
    assert list(without.param["by"].objects) == ["owners"]
    assert without.param["by"].label == "Authors are owners: the data names no contributors"
    assert AuthorActivity(board, without.filters).from_query({"by": "contributors"}) == [
        "No commits have landed that would tell contributors: showing owners."
    ]
    commits = [{"model_id": f"{LONG}/model-{n}", "authors": ["ann", "bob"][: 1 + n % 2]} for n in range(4)]
    warehouse = warehouse_of(
        hub_listing=listed(community()), leaderboard_v1=evaluated(community()), hub_commits=commits
    )
    perspective = opened(warehouse)
    perspective.controls()
    perspective.by = "contributors"
    assert ranking(perspective) == [("ann", 1, 4), ("bob", 2, 2)]
    assert "The 2 most active contributors published 4 of 48 new models" in perspective.answer_text


def test_names_with_commas_survive_the_address() -> None:
    names = ["a,b", "100%2C", "plain"]
    assert read_names(write_names(names)) == names


def test_nobody_in_the_range_is_an_empty_state(board: Warehouse) -> None:
    perspective = opened(board)
    perspective.filters.sizes = ["> 80"]
    assert perspective.state == "empty"
    assert "Widen the dates" in perspective.reason
    assert isinstance(perspective.table(perspective.charts[0]), pd.DataFrame)


def test_of_too_many_models_a_sample_is_drawn_with_the_best_of_each_author_and_the_note_says_so(
    board: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    complete = opened(board)
    monkeypatch.setattr(author_activity, "MAX_POINTS", 20)
    sampled = opened(board)
    assert len(complete.answer) == 48
    assert 12 <= len(sampled.answer) < 48
    assert ranking(sampled) == ranking(complete)
    assert sampled.answer_text == complete.answer_text
    assert f"{len(sampled.answer)} of 48 models are drawn and in the table" in sampled.left_out_text
    assert "are drawn and in the table" not in complete.left_out_text
    best = complete.answer.loc[complete.answer.groupby("author")["score"].idxmax(), "model_id"]
    assert set(best) <= set(sampled.answer["model_id"]) <= set(complete.answer["model_id"])
