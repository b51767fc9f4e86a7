"""Gain over the base on the published tool's files and on the real board, against pandas over the raw files.

Skipped, saying so, where the files are absent.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from oss_ai_monitor import warehouse
from oss_ai_monitor.perspectives import Filters
from oss_ai_monitor.perspectives.gain.view import Gain
from oss_ai_monitor.sources import archive, hub
from tests.test_real_data import V2, built

SCORE = "Average ⬆️"
# Pairs that better identities add to those by exact names: other spellings, mirrors of the same weights, a new owner of
# gpt2, an owner's own instruct model, and, of the last, the base of the size that its figures say.
ADDED = {
    "fine-tuned": {
        "CorticalStack/mistral-7b-openhermes-sft", "glenn2/gemma-7b-lora-distilabel-intel-orca-dpo-pairs",
        "google/gemma-7b-it", "jondurbin/airoboros-34b-3.3", "jondurbin/bagel-dpo-34b-v0.5",
        "liminerity/Mistral-quiet-star", "Mikivis/gpt2-large-lora-sft", "NovoCode/Tiger-DPO", "teknium/OpenHermes-13B",
        "TheBloke/WizardLM-33B-V1.0-Uncensored-GPTQ", "willnguyen/lacda-2-7B-chat-v0.1",
        # trained from four bits of mistralai/Mistral-7B-Instruct-v0.2, which another owner hands out
        "BarraHome/Lucie-7b", "BarraHome/Lucie-7b-3e-5", "BarraHome/Mistroll-7B-v0.1-16bit",
        "BarraHome/Wistral-7B-Instruct-v0.3", "BarraHome/Wistral-7B-Instruct-v0.4",
    },
    "chat": {
        "01-ai/Yi-34B-Chat", "Felladrin/TinyMistral-248M-Chat-v2", "Felladrin/TinyMistral-248M-SFT-v3",
        "Felladrin/TinyMistral-248M-SFT-v4", "google/gemma-1.1-7b-it", "jondurbin/bagel-dpo-7b-v0.4",
        "Locutusque/TinyMistral-248M-Instruct", "meta-llama/Meta-Llama-3-8B-Instruct",
        "microsoft/Phi-3-mini-128k-instruct", "mistralai/Mistral-7B-Instruct-v0.1",
        "mistralai/Mixtral-8x22B-Instruct-v0.1", "mistralai/Mixtral-8x7B-Instruct-v0.1", "teknium/OpenHermes-7B",
        "tiiuae/falcon-7b-instruct", "totally-not-an-llm/EverythingLM-13b-V3-peft",
    },
}  # fmt: skip
OTHER_BASES = {
    "eren23/finetune_test_qwen15-1-8b-sft-lora",  # disputed, and another one is used
    "KoboldAI/LLaMA2-13B-Estopia",  # a copy of Llama 2 13B, and the original is used
    "ehartford/minotaur-llama2-13b-qlora",  # the same
}
"""Their declared base is not the one that they are compared with."""


def lists(cell: Any) -> list[str]:
    """The texts of a cell, which is the repr of a list, or a text."""
    if not isinstance(cell, str):
        return []
    return [str(part) for part in ast.literal_eval(cell)] if cell.startswith("[") else [cell]


@pytest.fixture(scope="module")
def details(real_data: Path) -> pd.DataFrame:
    return pd.read_csv(real_data / "paper/repo_details_2024-04-17.csv").drop_duplicates("name").set_index("name")


@pytest.fixture(scope="module")
def expected(real_data: Path, details: pd.DataFrame) -> pd.DataFrame:
    """Model → type, base and gain, by exact names, of those that name exactly one base."""
    board = pd.read_csv(real_data / "paper/leaderboard_2024-05-20.csv", sep=";")
    board = board[(board["model_name_for_query"] != "baseline") & board["Flagged"]]  # inverted
    best = board.sort_values(SCORE).groupby("model_name_for_query").tail(1).set_index("model_name_for_query")
    rows = []
    for name, row in details.iterrows():
        tags = {tag.removeprefix("base_model:") for tag in lists(row["tags"]) if tag.startswith("base_model:")}
        bases = (tags | set(lists(row["base_model"]))) - {name}
        if len(bases) == 1 and name in best.index and (base := bases.pop()) in best.index:
            gain = best.loc[name, SCORE] - best.loc[base, SCORE]
            rows.append((name, str(best.loc[name, "TypeString"]), base, gain))
    frame = pd.DataFrame(rows, columns=["name", "type", "base", "gain"])
    types = ["chat" if "chat" in each else "fine-tuned" if "fine-tuned" in each else "" for each in frame["type"]]
    return frame.assign(type=types).set_index("name")


@pytest.fixture(scope="module")
def paper(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[warehouse.Warehouse]:
    folder = tmp_path_factory.mktemp("paper")
    tables = [
        *archive.read([real_data / "paper/leaderboard_2024-05-20.csv"]),
        *hub.read([real_data / "paper/repo_details_2024-04-17.csv"]),
    ]
    opened = built(folder, *tables)
    yield opened
    opened.close()


def shown(opened: warehouse.Warehouse, dataset: str, **choices: Any) -> Gain:
    filters = Filters(opened)
    filters.dataset = dataset
    view = Gain(opened, filters)
    view.param.update(**choices)
    view.open()
    return view


@pytest.mark.parametrize(
    ("kind", "published", "with_disputed", "right"),
    [
        ("fine-tuned", (294, -0.28, 0.401), (310, -0.375, 0.387), (296, -0.305, 0.399)),
        ("chat", (145, 0.19, 0.559), (160, 0.155, 0.55), (154, 0.215, 0.552)),
    ],
)
def test_gain_by_kind_of_the_published_tools_files(
    paper: warehouse.Warehouse, expected: pd.DataFrame, kind: str, published: tuple[float, ...],
    with_disputed: tuple[float, ...], right: tuple[float, ...],
) -> None:  # fmt: skip
    by_exact_name = expected[expected["type"] == kind]["gain"]
    figures = len(by_exact_name), by_exact_name.median(), (by_exact_name > 0).mean()
    assert figures == pytest.approx(published, abs=0.006)
    view = shown(paper, "v1", doubtful=True)
    pairs = view.pairs[view.pairs["type"] == kind].set_index("model_id")["gain"]
    assert {name.lower() for name in by_exact_name.index} <= {name.lower() for name in pairs.index}
    assert {name.lower() for name in pairs.index} - {name.lower() for name in by_exact_name.index} == {
        name.lower() for name in ADDED[kind]
    }
    ours = {name.lower(): gain for name, gain in pairs.items()}
    both = [name for name in by_exact_name.index if name not in OTHER_BASES]
    assert [ours[name.lower()] for name in both] == pytest.approx(by_exact_name[both].tolist())
    for doubtful, figures in ((True, with_disputed), (False, right)):
        row = shown(paper, "v1", doubtful=doubtful).answer.set_index("name").loc[kind]
        assert (row["pairs"], row["median_gain"], row["share_above"]) == pytest.approx(figures, abs=0.006)


def test_training_data_of_the_published_tools_files(paper: warehouse.Warehouse, real_data: Path) -> None:
    details = pd.read_csv(real_data / "paper/repo_details_2024-04-17.csv")
    tagged = {
        (str(name), tag.removeprefix("dataset:"))
        for name, cell in details.drop_duplicates("name").set_index("name")["tags"].items()
        for tag in lists(cell)
        if tag.startswith("dataset:")
    }
    assert (len({data for _, data in tagged}), len(tagged)) == (791, 3671)
    without_loader = {pair for pair in tagged if pair[1] != "generator"}
    assert (len({data for _, data in without_loader}), len(without_loader)) == (790, 3670)
    # nine more are words for nothing; one model has a new name, and two have tags in a repeated row only
    expected = {
        ("distilbert/distilgpt2" if name == "distilgpt2" else name.lower(), data)
        for name, data in without_loader
        if data not in ("original", "updated", "customized")
    } | {
        ("ucla-agi/zephyr-7b-sft-full-spin-iter0", "UCLA-AGI/SPIN_iter0"),
        ("abhaykoul/qwen1.5-vortex", "OEvortex/vortex-mini"),
    }
    used = paper.sql_frame("select lower(model_id) as model_id, dataset_id from core.training_data")
    assert set(used.itertuples(index=False, name=None)) == expected
    assert (used["dataset_id"].nunique(), len(used)) == (787, 3661)


def test_gain_on_the_second_leaderboard(real_community: Path, real_data: Path) -> None:
    raw = duckdb.execute(
        f'select fullname, "{SCORE}" as score, "Base Model" as base from read_parquet(?) where not "Flagged"',
        [str(real_data / V2)],
    ).df()
    best = raw.sort_values("score").groupby("fullname").tail(1).set_index("fullname")
    scores = {name.lower(): score for name, score in best["score"].items()}
    bases = {name.lower(): base.lower() for name, base in best["base"].items() if base.lower() != name.lower()}
    gains = {name: scores[name] - scores[base] for name, base in bases.items() if base in scores}
    assert len(gains) > 500
    opened = warehouse.Warehouse.open(real_community)
    view = shown(opened, "v2", doubtful=True)
    opened.close()
    pairs = view.pairs.assign(name=view.pairs["model_id"].str.lower(), base=view.pairs["base_model"].str.lower())
    same = pairs[[bases.get(name) == base for name, base in pairs[["name", "base"]].itertuples(index=False)]]
    assert len(same) > 0.9 * len(gains)
    assert same["gain"].tolist() == pytest.approx([gains[name] for name in same["name"]])
