"""Relations: correlations against SciPy on a small warehouse and on the simulated community."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from oss_ai_monitor import warehouse
from oss_ai_monitor.app.card_content import content
from oss_ai_monitor.app.cards import Card
from oss_ai_monitor.perspectives import Filters
from oss_ai_monitor.perspectives.relations import texts
from oss_ai_monitor.perspectives.relations.correlations import COLUMNS, LOGARITHM, LOGARITHM_OF_COUNT, interval, matrix
from oss_ai_monitor.perspectives.relations.view import Relations
from oss_ai_monitor.sources import simulated
from oss_ai_monitor.warehouse import Warehouse
from tests.conftest import COMMUNITY_MODELS, COMMUNITY_SEED, built_of
from tests.oracle.books import books_of

NUMBERS = st.one_of(st.none(), st.integers(0, 6), st.floats(0, 1e6))


@given(st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS), min_size=0, max_size=40))
def test_correlations_are_those_of_scipy_over_the_rows_that_have_both(rows: list[tuple[Any, ...]]) -> None:
    frame = pd.DataFrame(rows, columns=["a", "b", "c"], dtype="float64")
    result = matrix(frame, {"c": LOGARITHM_OF_COUNT})
    assert list(result.columns) == COLUMNS
    assert result[["variable", "other"]].to_numpy().tolist() == [["a", "b"], ["a", "c"], ["b", "c"]]
    for row in result.itertuples():
        both = frame[[row.variable, row.other]].dropna()
        one, other = both[row.variable].to_numpy(), both[row.other].to_numpy()
        assert row.n == len(both)
        if len(both) < 2 or np.ptp(one) == 0 or np.ptp(other) == 0:
            assert np.isnan(row.spearman)
            continue
        assert row.spearman == pytest.approx(stats.spearmanr(one, other).statistic, abs=1e-9)
        other = np.log10(other + 1) if row.other == "c" else other
        if np.std(one) > 1e-9 * abs(one).max() and np.std(other) > 1e-9 * abs(other).max():
            assert row.pearson == pytest.approx(stats.pearsonr(one, other).statistic, abs=1e-6)


def test_intervals_are_fishers_and_of_ranks_wider_ones() -> None:
    x = np.arange(40.0)
    y = np.where(np.arange(40) % 3 == 0, -x, x)
    expected = stats.pearsonr(x, y)
    limits = expected.confidence_interval(0.95)
    assert interval(float(expected.statistic), 40) == pytest.approx((limits.low, limits.high), abs=1e-6)
    low, high = interval(0.5, 28, is_rank=True)  # by hand: atanh(0.5) ∓ 1.959964 √(1.125 ÷ 25)
    middle, error = 0.549306, 1.959964 * 0.212132
    assert (low, high) == pytest.approx((np.tanh(middle - error), np.tanh(middle + error)), abs=1e-5)
    assert np.isnan(interval(0.5, 3)).all()
    assert np.isnan(interval(1.0, 30)).all()


def test_zero_has_no_logarithm_but_one_more_has() -> None:
    frame = pd.DataFrame({"a": [1.0, 2.0, 3.0], "b": [0.0, 10.0, 100.0]})
    row = matrix(frame, {"b": LOGARITHM_OF_COUNT}).iloc[0]
    assert row["pearson"] == pytest.approx(np.corrcoef([1, 2, 3], np.log10([1, 11, 101]))[0, 1])
    assert np.isnan(matrix(frame, {"b": LOGARITHM}).iloc[0]["pearson"])


BASE = "mistralai/Mistral-7B-v0.1"
LISTED = [
    {
        "id": f"tin/m{n}",
        "created_at": f"2024-0{1 + n % 5}-03",
        "downloads": 10 * n,
        "tags": (["license:mit"] if n % 3 else []) + (["dataset:tin/data"] if n % 4 == 0 else [])
        + ([f"base_model:finetune:tin/m{n - 1}"] if n % 2 else []),
    }
    for n in range(40)
]  # fmt: skip
BOARD = [
    {"fullname": f"tin/m{n}", "average": 50 + n / 10, "hub_likes": (n * 7) % 11, "params_b": 1.0 + n % 9,
     "arc": 40.0 + n % 13, "type": "🔶 fine-tuned" if n < 30 else "💬 chat models"}
    for n in range(45)
]  # fmt: skip


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    with built_of(tmp_path_factory.mktemp("relations"), hub_listing=LISTED, leaderboard_v1=BOARD) as opened:
        yield opened


def shown(opened: Warehouse, dataset: str = "v1", shared: dict[str, Any] | None = None, **choices: Any) -> Relations:
    filters = Filters(opened)
    filters.dataset = dataset
    filters.param.update(**(shared or {}))
    view = Relations(opened, filters)
    view.param.update(**choices)
    view.open()
    assert view.state == "ready", view.reason
    return view


def cell(view: Relations, one: str, other: str) -> dict[str, Any]:
    rows = view.correlations
    return dict(rows[(rows["variable"] == one) & (rows["other"] == other)].iloc[0])


def test_each_cell_is_over_the_models_of_which_both_are_known(small: Warehouse) -> None:
    view = shown(small)
    n = np.arange(45)
    assert cell(view, "average", "likes")["n"] == 45
    assert cell(view, "average", "likes")["spearman"] == pytest.approx(stats.spearmanr(n, (n * 7) % 11).statistic)
    downloads = cell(view, "likes", "downloads in 30 days")
    assert downloads["n"] == 40  # five are on the leaderboard only
    assert downloads["spearman"] == pytest.approx(stats.spearmanr(((n * 7) % 11)[:40], n[:40]).statistic)
    logarithms = np.log10((n * 7) % 11 + 1.0)[:40], np.log10(10.0 * n[:40] + 1)
    assert downloads["pearson"] == pytest.approx(np.corrcoef(*logarithms)[0, 1])
    assert cell(view, "descendants", "data declared")["spearman"] == pytest.approx(
        stats.spearmanr((n[:40] + 1) % 2, n[:40] % 4 == 0).statistic
    )
    assert cell(view, "average", "licence declared")["n"] == 45
    assert "downloads in 30 days not known of 5 models" in view.left_out(view.answer)
    never = "not known of any of these models: HellaSwag, MMLU, TruthfulQA, Winogrande, GSM8K, downloads of all time,"
    assert any(note.startswith(never) for note in view.left_out(view.answer))
    assert "commits" not in view.charts[0].columns["cells"]["x_name"]


def test_cells_of_few_models_are_pale_and_a_chosen_subset_is_warned_of(small: Warehouse) -> None:
    view = shown(small, types=["chat"])
    assert cell(view, "average", "likes")["n"] == 15
    assert set(view.charts[0].columns["cells"]["alpha"]) == {0.3}
    assert "chosen by" not in view.charts[0].caption
    assert "chosen by" not in shown(small, subset="50").charts[0].caption, "there are 45 in all"
    sized = shown(small, shared={"at_most_b": 5.0})
    assert sized.values["parameters"].max() <= 5
    assert "chosen by parameters" in sized.charts[0].caption


def test_a_click_on_a_cell_draws_its_models(small: Warehouse) -> None:
    view = shown(small)
    card = Card(view, view.charts[0], content(view, view.charts[0]), add_table=lambda *_: None)
    card._handle_msg({"action": "pick", "names": ["parameters", "nothing"]})
    assert (view.x, view.y) == ("likes", "average")
    card._handle_msg({"action": "pick", "names": ["parameters", "ARC"]})
    assert view.to_query() == {"x": "parameters", "y": "ARC"}
    points = view.table(view.charts[1])
    assert points[["x", "value"]].to_numpy().tolist() == [
        [1.0 + n % 9, 40.0 + n % 13] for n in sorted(range(45), reverse=True)
    ]
    assert view.charts[1].columns["points"]["model_id"][0] == "tin/m44"
    assert "A point is one of 45 models; Spearman's rank correlation is" in view.charts[1].caption
    again = shown(small)
    assert again.from_query({"x": "parameters", "y": "GSM8K", "subset": "100"}) == []
    assert again.from_query({"x": "size"}) == ["Relations has no x “size”: it is left out."]


def test_the_sentence_says_whether_likes_go_with_scores(small: Warehouse) -> None:
    view = shown(small)
    row = cell(view, "average", "likes")
    figure = f"{row['spearman']:.2f}".replace("-", "−")
    start = f"Of 45 evaluated models, likes hardly go with the average score: rank correlation {figure}"
    assert view.answer_text.startswith(start)
    link = "the strongest link of a variable other than likes and scores: 1.00"
    assert f"downloads in 30 days go with higher average scores, {link}" in view.answer_text


def test_a_correlation_below_a_fifth_is_called_weak() -> None:
    def sentence_of(**correlations: float) -> str:
        rows = [
            {"variable": "average", "other": name, "n": 3_000, "spearman": r, "low": r - 0.03, "high": r + 0.03}
            for name, r in correlations.items()
        ]
        return texts.sentence(pd.DataFrame(rows), "average", "average score", "3,000 evaluated models")

    assert sentence_of(likes=0.11).startswith(
        "Of 3,000 evaluated models, likes go weakly with higher average scores: rank"
    )
    assert sentence_of(likes=0.11).endswith("; no other variable clearly goes with it, apart from scores.")
    assert sentence_of(likes=-0.19, age=-0.3).endswith(
        "age goes with lower average scores, the strongest link of a variable other than likes and scores: −0.30 (95% "
        "interval −0.33 to −0.27, 3,000 models)."
    )
    assert "likes go weakly with lower average scores" in sentence_of(likes=-0.19, age=-0.3)
    assert "likes go with higher average scores" in sentence_of(likes=0.2)
    assert (
        sentence_of(age=0.05)
        == "Of 3,000 evaluated models, no variable clearly goes with the score, apart from other scores."
    )


@pytest.mark.parametrize(
    ("types", "architectures", "sizes", "text"),
    [
        ([], [], "", ""),
        (["multimodal"], [], " of at most 0.1 B parameters", " of type multimodal and of at most 0.1 B parameters"),
        (["chat", "merge"], ["Llama"], "", " of the types chat and merge and with the architecture Llama"),
        (["unknown"], ["Llama", "Qwen"], " of 3-9 B parameters",
         " of unknown type, with the architectures Llama and Qwen and of 3-9 B parameters"),
    ],
)  # fmt: skip
def test_a_sentence_says_of_which_models_it_speaks(
    types: list[str], architectures: list[str], sizes: str, text: str
) -> None:
    assert texts.which_models(types, architectures, sizes) == text


def test_without_a_model_it_says_so(small: Warehouse) -> None:
    filters = Filters(small)
    filters.param.update(dataset="v1", at_most_b=1e-7)
    view = Relations(small, filters)
    view.param.update(types=["chat"])
    view.open()
    assert view.state == "empty"
    assert view.answer_text == "No model of type chat and of at most 0.0000001 B parameters is evaluated here."


def test_few_variables_have_their_intervals_and_numbers_in_the_cells(small: Warehouse) -> None:
    view = shown(small, variables=["average", "likes"])
    (one, other) = view.charts[0].columns["cells"]["text"]
    row = cell(view, "average", "likes")
    limits = f"{row['low']:.2f} to {row['high']:.2f}".replace("-", "−")
    assert one == other == f"{row['spearman']:.2f}".replace("-", "−") + f"\n{limits}\nn 45"
    alone = shown(small, variables=["likes"]).charts[0].columns["cells"]
    assert set(alone["y_name"]) == {"likes"}
    assert {"average", "parameters"} <= set(alone["x_name"])


def test_many_variables_have_theirs_on_more_lines(small: Warehouse) -> None:
    cells = shown(small).charts[0].columns["cells"]
    assert len(set(cells["x_name"])) > texts.MOST_ON_ONE_LINE
    row = cell(shown(small), "average", "likes")
    low, high = (f"{row[end]:.2f}".replace("-", "−") for end in ("low", "high"))
    value = f"{row['spearman']:.2f}".replace("-0.00", "0.00").replace("-", "−")
    texts_by_pair = dict(zip(zip(cells["x_name"], cells["y_name"], strict=True), cells["text"], strict=True))
    assert texts_by_pair["likes", "average"] == f"{value}\n{low} to\n{high}\nn 45"
    assert {text.count("\n") for text in cells["text"] if text} == {3}
    assert texts.cell_lines(1.0, np.nan, np.nan, 1_234, is_narrow=True) == "1.00\nno\ninterval\nn 1,234"
    assert texts.cell_lines(np.nan, np.nan, np.nan, 2, is_narrow=True) == ""


@pytest.fixture(scope="module")
def simulated_community(community: Path) -> Iterator[Warehouse]:
    opened = warehouse.Warehouse.open(community)
    yield opened
    opened.close()


@pytest.mark.parametrize("board", ["v1", "v2"])
def test_variables_equal_the_books(simulated_community: Warehouse, board: str) -> None:
    invented = simulated.community(COMMUNITY_MODELS, COMMUNITY_SEED)
    count = simulated.evaluations_of(COMMUNITY_MODELS, None)
    books = books_of(invented, {each: simulated.submissions(invented, each, count) for each in ("v1", "v2")})
    expected = pd.DataFrame(
        [
            (name, e.score, e.likes, None if (day := books.appeared[name][0]) is None else -day.toordinal())
            for (each, name), e in books.represented.items()
            if each == board
        ],
        columns=["model_id", "score", "likes", "age"],
    ).dropna(subset="score")
    view = shown(simulated_community, board)
    assert view.answer["average"].notna().sum() == len(expected) > 100
    for name in ("likes", "age"):
        both = expected[["score", name]].astype("float64").dropna()
        row = cell(view, "average", name)
        assert row["n"] == len(both)
        assert row["spearman"] == pytest.approx(stats.spearmanr(both["score"], both[name]).statistic, abs=1e-9)


def test_the_best_are_those_with_the_highest_chosen_score(simulated_community: Warehouse) -> None:
    scored = shown(simulated_community, "v1").answer
    best = shown(simulated_community, "v1", subset="50")
    assert "beware: these models were chosen by average" in best.charts[0].caption
    assert "Of the 50 best of " in best.answer_text
    assert sorted(best.answer["average"]) == sorted(scored["average"].nlargest(50))
    by_arc = shown(simulated_community, "v1", {"benchmark": "arc"}, subset="50")
    assert "chosen by ARC" in by_arc.charts[0].caption
    assert sorted(by_arc.answer["benchmark_1"]) == sorted(scored["benchmark_1"].nlargest(50))


def test_every_dataset_has_relations(simulated_community: Warehouse) -> None:
    for dataset in Filters(simulated_community).datasets.names:
        view = shown(simulated_community, dataset)
        assert view.answer_text
        assert (view.scores_from != "") == (dataset == "hub")
        assert " to " not in view.scores_from  # it has no dates
        assert "whatever the dates. " in view.charts[0].details
