"""Gain over the base: counted by hand on a small warehouse, and from the simulator's books."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from oss_ai_monitor import warehouse
from oss_ai_monitor.app.card_content import content
from oss_ai_monitor.app.cards import Card
from oss_ai_monitor.charts import GREY
from oss_ai_monitor.perspectives import Filters
from oss_ai_monitor.perspectives.gain import texts
from oss_ai_monitor.perspectives.gain.view import Gain
from oss_ai_monitor.sources import simulated
from oss_ai_monitor.warehouse import Warehouse
from tests.conftest import COMMUNITY_MODELS, COMMUNITY_SEED, built_of
from tests.oracle.books import books_of
from tests.oracle.names import Names, children_of

BASE, PHI = "mistralai/Mistral-7B-v0.1", "microsoft/phi-2"
TUNED, CHAT, MERGE, PRETRAINED = "🔶 fine-tuned", "💬 chat models", "🤝 base merges and moerges", "🟢 pretrained"


def listed(name: str, *bases: str, data: tuple[str, ...] = (), relation: str = "finetune") -> dict[str, Any]:
    tags = [f"base_model:{relation}:{base}" for base in bases] + [f"dataset:{name}" for name in data]
    return {"id": name, "created_at": "2024-04-03", "tags": tags}


def evaluated(name: str, score: float, kind: str = TUNED, **more: Any) -> dict[str, Any]:
    return {"fullname": name, "average": score, "type": kind, "arc": score + 1, **more}


# Gains over the base of 60 points: −2, −1, 0.5, 1, 3 with the dataset tin/data, −3, −1, 0, 1, 2 without.
WITH, WITHOUT = (-2.0, -1.0, 0.5, 1.0, 3.0), (-3.0, -1.0, 0.0, 1.0, 2.0)
LISTED = [
    listed(BASE),
    listed(PHI),
    *(listed(f"tin{i}/with", BASE, data=("tin/data", "generator")) for i in range(5)),
    *(listed(f"lead/without{i}", BASE) for i in range(5)),
    listed("tin/chat", BASE, data=("zinc/data",)),
    listed("tin/of-chat", "tin/chat"),
    listed("tin/merge", "tin0/with", "lead/without0", relation="merge"),
    listed("tin/of-merge", "tin/merge"),
    listed("tin/of-nobody", "tin/not-evaluated"),
    listed("tin/no-base"),
    listed("tin/cut", PHI),
    listed("tin/pruned-1B", BASE),
]
BOARD = [
    evaluated(BASE, 60.0, PRETRAINED, params_b=7.0),
    evaluated(PHI, 50.0, PRETRAINED, params_b=2.78),
    *(evaluated(f"tin{i}/with", 60 + gain) for i, gain in enumerate(WITH)),
    *(evaluated(f"lead/without{i}", 60 + gain) for i, gain in enumerate(WITHOUT)),
    evaluated("tin/chat", 66.0, CHAT),
    evaluated("tin/of-chat", 64.0, CHAT),
    evaluated("tin/merge", 70.0, MERGE),
    evaluated("tin/of-merge", 71.0),
    evaluated("tin/of-nobody", 40.0),
    evaluated("tin/no-base", 41.0),
    evaluated("tin/cut", 52.0, CHAT, params_b=2.0),  # v1 cuts 2.78 to 2
    evaluated("tin/pruned-1B", 30.0, CHAT, params_b=1.0),
    evaluated("tin/not-listed", 45.0),
]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    with built_of(tmp_path_factory.mktemp("gain"), hub_listing=LISTED, leaderboard_v1=BOARD) as opened:
        yield opened


def shown(opened: Warehouse, dataset: str = "v1", **choices: Any) -> Gain:
    filters = Filters(opened)
    filters.dataset = dataset
    view = Gain(opened, filters)
    view.param.update(**choices)
    view.open()
    assert view.state == "ready", view.reason
    return view


def row(view: Gain, name: str) -> dict[str, Any]:
    return dict(view.answer.set_index("name").loc[name])


def test_quartiles_by_kind_are_those_of_the_gains(small: Warehouse) -> None:
    view = shown(small)
    gains = np.array([*WITH, *WITHOUT, 1.0])  # the last is of tin/of-merge over tin/merge
    tuned = row(view, "fine-tuned")
    assert (tuned["pairs"], tuned["bases"], tuned["owners"], tuned["pairs_of_one_owner"]) == (11, 2, 7, 5)
    assert [tuned[name] for name in ("lower_quartile", "median_gain", "upper_quartile")] == pytest.approx(
        np.quantile(gains, [0.25, 0.5, 0.75])
    )
    assert tuned["share_above"] == pytest.approx((gains > 0).mean())
    assert tuned["mean_gain"] == pytest.approx(gains.mean())
    assert (tuned["median_low"], tuned["median_high"]) == (-2.0, 2.0)  # places 2 and 10 of 11
    assert row(view, "chat")["pairs"] == 3
    assert view.charts[0].columns["rows"]["name"] == ["fine-tuned"]  # chat has three pairs only
    assert "1 kind with fewer than 5 pairs each: in the table only" in view.left_out_of(view.charts[0])


def test_the_interval_of_the_median_covers_it_in_95_of_100_samples() -> None:
    for n in range(6, 400):
        low = max(1, int(np.floor((n - 1.96 * np.sqrt(n)) / 2)))
        high = min(n, int(np.ceil(1 + (n + 1.96 * np.sqrt(n)) / 2)))
        assert stats.binom.cdf(high - 1, n, 0.5) - stats.binom.cdf(low - 1, n, 0.5) >= 0.95


def test_what_makes_no_pair_is_counted_by_reason(small: Warehouse) -> None:
    view = shown(small)
    assert view.left_out(view.answer) == [
        "3 models without a declared base model",
        "1 model of unknown base: not in the Hub's listing",
        "1 model with several declared bases",
        "1 model whose base is not evaluated here",
        "1 model grown or pruned: beyond 0.8 to 1.25 of the base's size",
    ]
    assert view.counts["models"].sum() == len(BOARD)
    assert view.answer_text.startswith("Of 14 models compared with the base that they declare, 57.1% score above it")
    assert shown(small, doubtful=True).counts.set_index("reason")["models"]["compared"] == 15


ONE = {"pairs": 9, "owners": 4, "pairs_of_one_owner": 4, "median_gain": 1.0, "name": "even", "all_names": 5}


def test_a_row_that_one_owner_decides_is_named_in_no_sentence(small: Warehouse) -> None:
    rows = pd.DataFrame(
        [
            ONE,
            ONE | {"name": "half", "pairs": 8, "median_gain": 0.5},  # half is not more than half
            ONE | {"name": "one owner's", "pairs_of_one_owner": 5, "median_gain": 9.0},
            ONE | {"name": "of two", "owners": 2, "median_gain": 8.0},
            ONE | {"name": "few", "pairs": 4, "pairs_of_one_owner": 1, "median_gain": 7.0},
        ]
    )
    assert texts.drawn(rows, "base")["name"].tolist() == ["one owner's", "even", "half"]
    assert texts.comparable(rows, "base")["name"].tolist() == ["even", "half"]
    assert texts.comparable(rows, "owner")["name"].tolist() == ["one owner's", "of two", "even", "half"]
    assert texts.not_drawn(rows, "base") == [
        "1 base with fewer than 5 pairs each: in the table only",
        "1 base with pairs of fewer than 3 owners each: in the table only",
    ]
    sentence = texts.sentence(rows, shown(small).counts, "base", "declared")
    assert "Of the 2 bases that are drawn and have at least 5 pairs by at least 3 owners, none" in sentence
    assert "none of whom has more than half, even goes with the highest median (+1.00, 9 pairs), half with" in sentence
    view = shown(small, by="base")
    colours = view.charts[0].columns["rows"]["colour"]
    assert view.answer.set_index("name").loc[BASE, "pairs_of_one_owner"] == 5  # those of lead, of eleven
    assert GREY not in colours


def test_one_benchmark_alone(small: Warehouse) -> None:
    filters = Filters(small)
    filters.param.update(dataset="v1", benchmark="arc")
    view = Gain(small, filters)
    view.open()
    assert row(view, "fine-tuned")["median_gain"] == 0.5
    assert view.pairs.set_index("model_id").loc["tin/chat", "base_score"] == 61.0


def test_training_data_and_the_contrast_within_the_same_base(small: Warehouse) -> None:
    view = shown(small, by="training data")
    assert set(view.answer["name"]) == {"tin/data", "zinc/data", "none declared"}  # generator is a loader
    assert (row(view, "tin/data")["pairs"], row(view, "tin/data")["median_gain"]) == (5, 0.5)
    others = np.median([*WITHOUT, 6.0])  # what descends from the base and does not declare it
    contrast = view.contrast.set_index("name").loc["tin/data"]
    assert contrast["median_contrast"] == pytest.approx(np.median(WITH) - others)
    assert [contrast["lower_quartile"], contrast["upper_quartile"]] == pytest.approx(
        np.quantile(np.array(WITH) - others, [0.25, 0.75])
    )
    assert contrast["share_above"] == pytest.approx((np.array(WITH) > others).mean())
    assert view.charts[1].is_offered
    assert not shown(small).charts[1].is_offered


def test_the_nearest_pretrained_ancestor_of_a_merge_and_of_what_stands_on_it(small: Warehouse) -> None:
    pairs = shown(small, basis="pretrained").pairs.set_index("model_id")
    assert pairs.loc["tin/merge", ["base_model", "declarations", "gain"]].tolist() == [BASE, 2, 10.0]
    assert pairs.loc["tin/of-merge", ["base_model", "declarations", "gain"]].tolist() == [BASE, 3, 11.0]
    assert pairs.loc["tin/of-chat", ["base_model", "declarations", "gain"]].tolist() == [BASE, 2, 4.0]


def test_a_click_draws_the_pairs_of_a_row_and_a_second_one_all(small: Warehouse) -> None:
    view = shown(small, by="base")
    card = Card(view, view.charts[0], content(view, view.charts[0]), add_table=lambda *_: None)
    for nonsense in (None, [], [1], ["a", "b", "c"], "base", ["nobody/has-this"]):
        card._handle_msg({"action": "pick", "names": nonsense})
    assert view.pairs_of == []
    card._handle_msg({"action": "pick", "names": [BASE]})
    assert view.pairs_of == [BASE]
    assert set(view.pairs["base_model"]) == {BASE}
    assert view.to_query() == {"by": "base", "pairs_of": BASE}
    card._handle_msg({"action": "pick", "names": [BASE]})
    assert view.pairs_of == []
    view.pairs_of = [BASE]
    view.by = "kind"
    assert view.pairs_of == []
    assert view.from_query({"by": "owner", "pairs_of": "lead"}) == []
    assert (view.by, view.pairs_of, len(view.pairs)) == ("owner", ["lead"], 5)


def test_on_the_hub_the_scores_are_those_of_the_newest_leaderboard(small: Warehouse) -> None:
    view = shown(small, "hub")
    assert view.scores_from == "Scores of Open LLM Leaderboard v1"
    assert "All evaluated models count, whatever the dates. " in view.charts[0].details
    assert view.answer.equals(shown(small).answer)


@pytest.fixture(scope="module")
def simulated_community(community: Path) -> Iterator[Warehouse]:
    opened = warehouse.Warehouse.open(community)
    yield opened
    opened.close()


@pytest.mark.parametrize("board", ["v1", "v2"])
def test_pairs_equal_the_books(simulated_community: Warehouse, board: str) -> None:
    invented = simulated.community(COMMUNITY_MODELS, COMMUNITY_SEED)
    count = simulated.evaluations_of(COMMUNITY_MODELS, None)
    books = books_of(invented, {each: simulated.submissions(invented, each, count) for each in ("v1", "v2")})
    names = [name or "" for name in invented.names(np.arange(len(invented)))]
    parents: dict[str, set[str]] = defaultdict(set)
    for base, below in children_of(books.edges, invented.seeds, Names(names, invented.seeds)).items():
        for child in below:
            parents[child].add(base)
    scores = {name: e.score for (each, name), e in books.represented.items() if each == board}
    expected, reasons = {}, Counter[str]()
    for name, score in scores.items():
        bases = parents.get(name, set())
        evaluated_bases = [base for base in bases if base in scores]
        if len(bases) != 1 or not evaluated_bases:
            reasons["no base" if not bases else "several bases" if len(bases) > 1 else "base not evaluated"] += 1
        elif score == score and scores[evaluated_bases[0]] == scores[evaluated_bases[0]]:
            expected[name] = (evaluated_bases[0], score - scores[evaluated_bases[0]])
    view = shown(simulated_community, board, doubtful=True)
    got = {
        model: (base, gain)
        for model, base, gain in view.pairs[["model_id", "base_model", "gain"]].itertuples(index=False)
    }
    assert len(expected) > 50
    assert {name: base for name, (base, _) in got.items()} == {name: base for name, (base, _) in expected.items()}
    assert [got[name][1] for name in expected] == pytest.approx([gain for _, gain in expected.values()])
    counts = view.counts.set_index("reason")["models"]
    counts["no base"] = counts.get("no base", 0) + counts.get("base not known", 0)
    assert {reason: counts.get(reason, 0) for reason in reasons} == reasons
    by_type = pd.DataFrame({"type": [books.represented[board, name].type for name in expected]})
    assert dict(view.answer.set_index("name")["pairs"]) == by_type["type"].value_counts().to_dict()
