"""Lineage of the real listing: chains, families and circles, walked in Python over the raw declarations.

Skipped, saying so, where the real data is absent.
"""

from __future__ import annotations

import csv
import gzip
import json
from collections import defaultdict, deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from oss_ai_monitor.perspectives import Filters
from oss_ai_monitor.perspectives.lineage.view import Lineage
from oss_ai_monitor.warehouse import Warehouse, sql_folder
from tests.raw_listing import LISTING

COMMAND_R, MISTRAL = "CohereForAI/c4ai-command-r-v01", "mistralai/Mistral-7B-v0.1"
LLAMA = "meta-llama/Meta-Llama-3-8B"


@pytest.fixture(scope="module")
def raw(real_data: Path) -> dict[str, dict[str, Any]]:
    """By id: what the listing declares as bases, downloads, and tags."""
    rows = {}
    with gzip.open(real_data / LISTING, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            bases = {tag[11:] for tag in row["tags"] if tag.startswith("base_model:")}
            rows[row["id"]] = {"bases": bases - {row["id"]}, "downloads": row["downloads"], "tags": row["tags"]}
    return rows


@pytest.fixture(scope="module")
def opened(real_community: Path) -> Iterator[Warehouse]:
    opened_warehouse = Warehouse.open(real_community)
    yield opened_warehouse
    opened_warehouse.close()


def lineage_of(warehouse: Warehouse, **choices: Any) -> Lineage:
    filters = Filters(warehouse)
    filters.dataset = "hub"
    lineage = Lineage(warehouse, filters)
    lineage.param.update(**choices)
    lineage.open()
    assert lineage.state == "ready", lineage.reason
    return lineage


def seed(name: str) -> list[dict[str, str]]:
    with (sql_folder() / "seeds" / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def descendants(raw: dict[str, dict[str, Any]], base: str) -> dict[str, int]:
    """The generation of each model that stands on a base, by declarations as they are spelt and by the seeds.

    Those say which repositories hold the weights of others, and which instruct models are an owner's own.
    """
    copies = {row["model_id"]: row["copy_of"] for row in seed("release_models") if row["copy_of"]}
    instruct = next((row["owner_instruct_ids"] for row in seed("base_models") if row["model_id"] == base), "")
    children = defaultdict(list)
    for model, row in raw.items():
        for name in {copies.get(name, name) for name in row["bases"]}:
            children[name].append(model)
    children[base] += [model for model in instruct.split(";") if model in raw]
    reached, queue = {base: 0}, deque([base])
    while queue:
        model = queue.popleft()
        for child in children[model]:
            if child not in reached:
                reached[child] = reached[model] + 1
                queue.append(child)
    return reached


def test_the_longest_chain_has_forty_generations(raw: dict[str, dict[str, Any]], opened: Warehouse) -> None:
    expected = descendants(raw, COMMAND_R)
    lineage = lineage_of(opened, root=[COMMAND_R])
    family = lineage.answer.query("generation >= 0")
    assert dict(zip(family["model_id"], family["generation"], strict=True)) == expected
    assert len(set(expected.values())) == 40  # with the base itself
    assert lineage.numbers.depth == 39
    assert len(lineage.charts[0].columns["nodes"]["x"]) == len(expected)  # each drawn one by one


def test_the_largest_family_counts_what_was_trained_from_copies_of_its_instruct_model(
    raw: dict[str, dict[str, Any]], opened: Warehouse
) -> None:
    lineage = lineage_of(opened)
    assert lineage.base() == LLAMA
    family, declared = set(lineage.answer.query("generation >= 0")["model_id"]), descendants(raw, LLAMA)
    assert len(declared) > len(descendants(raw, MISTRAL))
    # what is of another size than the base that it declares stands on another, and so does what descends from it
    elsewhere = set(declared) - family
    disputed = set(opened.sql_frame("select model_id from core.disputes where fact = 'base model'")["model_id"])
    assert {model for model in elsewhere if not raw[model]["bases"] & elsewhere} <= disputed
    assert len(elsewhere) < 0.02 * len(declared)
    assert len(family - set(declared)) < 0.03 * len(declared)  # from other sizes, generations and spellings


def test_what_stands_on_mistral_7b_is_what_the_listing_declares(
    raw: dict[str, dict[str, Any]], opened: Warehouse
) -> None:
    declared = descendants(raw, MISTRAL)
    lineage = lineage_of(opened, root=[MISTRAL])
    assert lineage.base() == MISTRAL
    family = lineage.answer.query("generation >= 0").set_index("model_id")
    assert set(declared) <= set(family.index)
    # by declarations in other letter cases, in addresses or on leaderboards
    assert len(family) - len(declared) < 0.005 * len(declared)
    same = sum(family.at[model, "generation"] == generation for model, generation in declared.items())
    assert same / len(declared) > 0.98
    used = {model: raw[model]["downloads"] for model in family.index if model in raw}
    share = 1 - used[MISTRAL] / sum(used.values())
    assert lineage.numbers.share() == pytest.approx(share)
    copies = [model for model in family.index if family.at[model, "relation"] == "quantized"]
    assert (
        f"{len(copies):,} of them are quantized, with {sum(used[m] for m in copies) / sum(used.values()):.1%}"
        in lineage.answer_text
    )


def test_every_circle_of_the_listing_is_named_in_its_family(raw: dict[str, dict[str, Any]], opened: Warehouse) -> None:
    pairs = {
        (one, two) for one, row in raw.items() for two in row["bases"] if one in raw.get(two, {"bases": ()})["bases"]
    }
    assert len(pairs) >= 6
    for one, two in sorted(pairs):
        lineage = lineage_of(opened, root=[one])
        caption = lineage.charts[0].caption
        assert "go round in 1 circle" in caption, (one, two)
        assert one in caption
        assert two in caption
