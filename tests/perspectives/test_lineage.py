"""Lineage: a made-up world of three hundred models, counted again from the rows sent, and small ones by hand."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter, deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import numpy as np
import pandas as pd
import pytest

from oss_ai_monitor.app.controls import Controls
from oss_ai_monitor.app.session import Session
from oss_ai_monitor.charts import date_text
from oss_ai_monitor.landing import Landing
from oss_ai_monitor.perspectives import Filters
from oss_ai_monitor.perspectives.lineage.bundles import READABLE, bundle_name, nodes_of
from oss_ai_monitor.perspectives.lineage.charts import LineageCharts
from oss_ai_monitor.perspectives.lineage.layout import layout
from oss_ai_monitor.perspectives.lineage.picture import Choices, send
from oss_ai_monitor.perspectives.lineage.view import Lineage
from oss_ai_monitor.perspectives.opening import open_perspective
from oss_ai_monitor.perspectives.provenance import _left_out
from oss_ai_monitor.warehouse import Warehouse, build
from tests.conftest import land_rows
from tests.hostile import TEXTS

WarehouseOf = Callable[..., Warehouse]
RELATIONS = ("finetune", "adapter", "quantized", "merge", "")
STRENGTH = ("merge", "quantized", "adapter", "finetune", "base without relation")
LICENCES = {"apache-2.0": "permissive", "llama2": "community", "cc-by-nc-4.0": "non-commercial", "": "unknown"}


def listed(name: str, *bases: str, relation: str = "", **facts: Any) -> dict[str, Any]:
    """A row of the listing: a model that declares these bases."""
    licence = facts.pop("licence", "")
    tags = [f"base_model:{relation}:{base}" if relation else f"base_model:{base}" for base in bases]
    row = {"id": name, "created_at": "2024-03-01", "downloads": 0, "pipeline_tag": "text-generation"}
    return row | {"tags": [*tags, *([f"license:{licence}"] if licence else [])]} | facts


def sent() -> list[dict[str, Any]]:
    """Three hundred models: later ones stand on earlier ones, some on two, some on what nobody lists."""
    dice = random.Random(17)
    rows = []
    for n in range(300):
        some = [f"tin/{dice.randrange(max(n // 2, 1)):03}" for _ in range(dice.choice((1, 1, 1, 2)))] if n else []
        bases = list(dict.fromkeys([*some, *(["away/base"] if dice.random() < 0.1 else [])]))
        rows.append(
            listed(
                f"tin/{n:03}", *bases, relation=dice.choice(RELATIONS) if len(bases) == 1 else "merge",
                licence=dice.choice(list(LICENCES)), downloads=dice.randrange(5_000),
                created_at=f"2024-{1 + n // 75:02}-{1 + n % 28:02}",
            )
        )  # fmt: skip
    return rows


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    folder: Path = tmp_path_factory.mktemp("lineage")
    land_rows(folder, "hub_listing", sent())
    build(folder, Landing(folder / "landing").selected())
    opened_warehouse = Warehouse.open(folder)
    yield opened_warehouse
    opened_warehouse.close()


def opened(warehouse: Warehouse, **choices: Any) -> Lineage:
    filters = Filters(warehouse)
    filters.dataset = "hub"
    lineage = Lineage(warehouse, filters)
    lineage.param.update(**choices)
    lineage.open()
    assert lineage.state == "ready", lineage.reason
    return lineage


def bases_of(rows: list[dict[str, Any]]) -> dict[str, list[str]]:
    return {row["id"]: [tag.rpartition(":")[2] for tag in row["tags"] if tag.startswith("base_model:")] for row in rows}


def distances(start: str, following: dict[str, list[str]]) -> dict[str, int]:
    """How many steps lie between a model and all that can be reached from it, on the shortest way."""
    reached, queue = {start: 0}, deque([start])
    while queue:
        model = queue.popleft()
        for other in following.get(model, []):
            if other not in reached:
                reached[other] = reached[model] + 1
                queue.append(other)
    return reached


def children_of(rows: list[dict[str, Any]]) -> dict[str, list[str]]:
    children: dict[str, list[str]] = {}
    for model, bases in bases_of(rows).items():
        for base in bases:
            children.setdefault(base, []).append(model)
    return children


def relation_of(row: dict[str, Any]) -> str:
    declared = {tag.split(":")[1] for tag in row["tags"] if tag.startswith("base_model:") and tag.count(":") == 2}
    named = any(tag.startswith("base_model:") for tag in row["tags"])
    return next((name for name in STRENGTH if name in declared), STRENGTH[-1] if named else "none declared")


@pytest.mark.parametrize("root", ["tin/000", "tin/007", "away/base"])
def test_generations_are_those_of_a_breadth_first_walk(world: Warehouse, root: str) -> None:
    rows = sent()
    lineage = opened(world, root=[root])
    expected = distances(root, children_of(rows))
    family = lineage.answer[lineage.answer["generation"].notna()]
    assert dict(zip(family["model_id"], family["generation"], strict=True)) == expected
    outside = {base for model in expected for base in bases_of(rows).get(model, [])} - set(expected)
    outside |= set(distances(root, bases_of(rows))) - {root}
    assert set(lineage.answer["model_id"]) - set(expected) == outside
    by_id = {row["id"]: row for row in rows}
    counts = Counter((n, relation_of(by_id[model])) for model, n in expected.items() if n)
    uses: Counter[tuple[int, str]] = Counter()
    for model, n in expected.items():
        if n:
            uses[n, relation_of(by_id[model])] += by_id[model]["downloads"]
    below = lineage._answers["generations"].query("generation > 0")
    keys = list(zip(below["generation"], below["relation"], strict=True))
    assert dict(zip(keys, below["models"], strict=True)) == counts
    assert dict(zip(keys, below["downloads_30d"], strict=True)) == uses
    of_all = {n: count for n, count in Counter(expected.values()).items() if n}
    numbers = lineage.numbers
    assert numbers.descendants == len(expected) - 1
    assert numbers.depth == max(expected.values())
    assert numbers.width[1] == max(of_all.values())
    inside = [(base, model) for model in expected for base in bases_of(rows).get(model, []) if base in expected]
    assert numbers.pairs == len(inside)
    assert numbers.branching == pytest.approx(len(inside) / len({base for base, _ in inside}))
    of_root = by_id[root]["downloads"] if root in by_id else 0
    assert numbers.share() == pytest.approx(sum(uses.values()) / (sum(uses.values()) + of_root))
    copies = sum(number for (_, relation), number in uses.items() if relation == "quantized")
    assert f"{copies / (sum(uses.values()) + of_root):.1%}" in lineage.answer_text


def test_changes_compare_each_model_with_each_base_of_the_family(world: Warehouse) -> None:
    rows = sent()
    licence = {row["id"]: next((t[8:] for t in row["tags"] if t.startswith("license:")), "") for row in rows}
    family = distances("tin/000", children_of(rows))
    expected = Counter(
        (LICENCES[licence[base]], LICENCES[licence[model]])
        for model in family
        for base in bases_of(rows)[model]
        if base in family
    )
    changes = opened(world, root=["tin/000"])._answers["changes"].query("aspect == 'licence'")
    pairs = list(zip(changes["base_value"], changes["model_value"], strict=True))
    assert dict(zip(pairs, changes["pairs"], strict=True)) == expected
    outcomes = dict(zip(pairs, changes["outcome"], strict=True))
    assert outcomes["permissive", "permissive"] == "same"
    assert outcomes["permissive", "non-commercial"] == "stricter"
    assert outcomes["community", "permissive"] == "looser"
    assert outcomes["unknown", "permissive"] == "one or both not known"


def test_the_line_of_a_model_is_whole_whatever_is_hidden(world: Warehouse) -> None:
    rows = sent()
    up = distances("tin/290", bases_of(rows))
    down = distances("tin/020", children_of(rows))
    lineage = opened(world, root=["tin/000"], model=["tin/290"], depth="1", least="10000")
    line = lineage.answer[lineage.answer["line"] != ""]
    assert dict(zip(line["model_id"], line["steps"], strict=True)) == up
    chart = lineage.charts[0].columns["nodes"]
    strong = {name for name, outline in zip(chart["heading"], chart["outline"], strict=True) if outline == 1.0}
    assert strong == set(up)
    lineage.param.update(model=["tin/020"], depth="0", least="0")
    below = lineage.answer[lineage.answer["line"].isin(["descendant", "chosen"])]
    assert dict(zip(below["model_id"], below["steps"], strict=True)) == down


def test_the_choices_hide_models_and_say_how_many(world: Warehouse) -> None:
    rows = {row["id"]: row for row in sent()}
    family = distances("tin/000", children_of(sent()))
    lineage = opened(world, root=["tin/000"], depth="2", relations=["quantized"], least="1000")
    expected = {
        model
        for model, n in family.items()
        if n == 0 or (n <= 2 and relation_of(rows[model]) == "quantized" and rows[model]["downloads"] >= 1000)
    }
    assert set(lineage.answer.query("generation >= 0")["model_id"]) == expected
    assert f"{len(family) - len(expected)} models hidden" in lineage.left_out_text
    lineage.param.update(depth="0", relations=[], least="0", dated=True)
    assert lineage.uses("dates")
    lineage.filters.dates = (dt.date(2024, 2, 1), dt.date(2024, 3, 31))
    expected = {model for model in family if rows[model]["created_at"][5:7] in ("02", "03")} | {"tin/000"}
    assert set(lineage.answer.query("generation >= 0")["model_id"]) == expected
    lineage.dated = False
    assert not lineage.uses("dates")
    assert set(lineage.answer.query("generation >= 0")["model_id"]) == set(family)


@pytest.mark.parametrize("openings", [0, 1, 3])
def test_each_model_is_in_one_node_however_many_bundles_are_opened(world: Warehouse, openings: int) -> None:
    lineage = opened(world, root=["tin/000"])
    for _ in range(openings):
        lineage.param.update(opened=[*lineage.opened, lineage._drawn.bundles[0]])
    drawn = lineage._drawn
    assert drawn.single + drawn.in_bundles == len(lineage.answer)
    nodes = lineage.charts[0].columns["nodes"]
    assert len(set(nodes["heading"])) == len(nodes["heading"])
    changes = [parse_qs(text) for text in nodes["changes"] if "opened" in text]
    assert len(changes) == len(drawn.bundles)


def crowd(number: int, owners: int) -> pd.DataFrame:
    dice = np.random.default_rng(number)
    owner = [f"owner{n:02}" for n in dice.integers(0, owners, number)]
    return pd.DataFrame(
        {
            "model_id": [f"{name}/{n}" for n, name in enumerate(owner)], "owner": owner, "layer": 1,
            "relation": dice.choice(list(RELATIONS[:4]), number), "line": "", "is_single": False,
            "weight": dice.permutation(number).astype("float64"),
        }
    )  # fmt: skip


def test_a_layer_is_bundled_only_where_it_cannot_be_read() -> None:
    assert not any(node.is_bundle for node in nodes_of(crowd(READABLE, 3), []))
    models = crowd(3_000, 40)
    nodes = nodes_of(models, [])
    assert sorted(np.concatenate([node.rows for node in nodes])) == list(range(3_000))
    assert len(nodes) < 2 * READABLE
    heaviest = set(models.nlargest(5, "weight")["model_id"])
    assert heaviest <= {node.name for node in nodes if not node.is_bundle}
    largest = next(node for node in nodes if node.is_bundle and not node.name.startswith("other owners"))
    owner, relation, _ = largest.name.split(" · ")
    parts = [largest.name]
    while any(node.is_bundle and node.name == parts[-1] for node in nodes_of(models, parts[:-1])):
        parts.append(bundle_name(owner, relation, 1, len(parts) + 1))
    of_bundle = models[(models["owner"] == owner) & (models["relation"] == relation)]
    shown = {node.name for node in nodes_of(models, parts) if not node.is_bundle}
    assert set(of_bundle["model_id"]) <= shown
    assert bundle_name("", relation, 1, 2) == f"other owners · {relation} · generation 1 · part 2"


def test_nodes_of_a_layer_do_not_cover_each_other() -> None:
    dice = np.random.default_rng(3)
    days, layers = dice.uniform(0, 300, 60) * 86_400_000.0, dice.integers(0, 6, 60)
    days[:3] = np.nan
    sizes = np.full(60, 12.0)
    place = layout(days, layers, sizes, [(0, 5), (5, 9)])
    assert place.x[0] < np.nanmin(days)
    pixels = place.x / np.ptp(place.x) * 620.0
    for one in range(60):
        assert place.layers[layers[one]][1] <= place.y[one] <= place.layers[layers[one]][2]
        for other in range(one):
            if place.y[one] == place.y[other] and not (np.isnan(days[one]) and np.isnan(days[other])):
                assert abs(pixels[one] - pixels[other]) >= 12.0 - 1e-6


STATED: list[tuple[str, dict[str, Any], str, str]] = [
    ("tin/base-GGUF", {}, "quantized", "quantized copy, by tag or name"),
    ("tin/files", {"more": ["gguf", "trl"]}, "quantized", "quantized copy, by tag or name"),
    ("tin/peft-GGUF", {"library_name": "peft"}, "quantized", "quantized copy, by tag or name"),
    ("tin/eight", {"more": ["8-bit", "bitsandbytes"]}, "quantized", "quantized copy, by tag or name"),
    ("tin/tuned-GPTQ", {"more": ["trl"]}, "quantized", "quantized copy, by tag or name"),
    ("tin/from-GPTQ", {"more": ["trl"], "base": "tin/base-4bit"}, "finetune", "fine-tuned, by tag"),
    ("tin/trained-8bit", {"more": ["generated_from_trainer", "8-bit"]}, "finetune", "fine-tuned, by tag"),
    ("tin/parts", {"library_name": "peft"}, "adapter", "adapter, by library or tag peft"),
    ("tin/qlora-4bit", {"library_name": "peft", "more": ["4-bit"]}, "adapter", "adapter, by library or tag peft"),
    ("tin/peft", {"library_name": "transformers", "more": ["peft"]}, "adapter", "adapter, by library or tag peft"),
    ("tin/style", {"library_name": "diffusers", "more": ["template:sd-lora"]}, "adapter", "adapter, by tag"),
    ("tin/fused", {"library_name": "transformers", "more": ["lora"]}, "base without relation", "none declared"),
    ("tin/some-LoRA-v2", {"more": ["sft"]}, "adapter", "adapter, by name"),
    ("tin/lora-merged", {"more": ["sft"]}, "finetune", "fine-tuned, by tag"),
    ("tin/floral", {}, "base without relation", "none declared"),
    ("tin/blend", {"more": ["mergekit"]}, "merge", "merge, by tag"),
    ("tin/tuned", {"more": ["generated_from_trainer"]}, "finetune", "fine-tuned, by tag"),
    ("tin/plain", {}, "base without relation", "none declared"),
]
"""Model, library, further tags and base → relation and its rule."""


def test_relations_that_are_not_declared_are_those_of_tags_library_and_name(warehouse_of: WarehouseOf) -> None:
    rows = [listed("tin/base"), listed("tin/base-4bit", "tin/base", relation="quantized")]
    for name, facts, *_ in STATED:
        row = listed(name, facts.get("base", "tin/base"), **{n: v for n, v in facts.items() if n == "library_name"})
        rows.append(row | {"tags": [*row["tags"], *facts.get("more", [])]})
    rows += [
        listed("tin/two", "tin/base", "tin/tuned"),  # fine-tunes name steps of one line: several bases are no merge
        listed("tin/declared-gguf", "tin/base", relation="finetune"),
    ]
    warehouse = warehouse_of(hub_listing=rows)
    actual = opened(warehouse, root=["tin/base"]).answer.set_index("model_id")[["relation", "relation_rule"]]
    assert dict(zip(actual.index, actual.itertuples(index=False, name=None), strict=True)) == {
        "tin/base": ("none declared", "no base model declared"),
        "tin/base-4bit": ("quantized", "declared"),
        "tin/two": ("base without relation", "none declared"),
        "tin/declared-gguf": ("finetune", "declared"),
    } | {name: (relation, rule) for name, _, relation, rule in STATED}
    models = warehouse.sql_frame("select model_id, relation, relation_rule, is_merge, merge_rule from core.models")
    by_id = models.set_index("model_id")
    for name, _, relation, rule in STATED:
        expected = rule if relation != "base without relation" else "declared on the Hub"
        assert tuple(by_id.loc[name, ["relation", "relation_rule"]]) == (relation, expected), name
    assert tuple(by_id.loc["tin/blend", ["is_merge", "merge_rule"]]) == (True, "tag")


def test_a_repository_that_moved_has_the_licence_of_its_successor(warehouse_of: WarehouseOf) -> None:
    """Three names of one owner, declared as bases, are listed under another; of a fourth owner only one is."""
    rows = [
        *(listed(f"new/{name}", licence="apache-2.0", created_at="2023-05-01") for name in ("one", "two", "three")),
        *(listed(f"copy/{name}", licence="mit", created_at="2024-06-01") for name in ("one", "two", "three")),
        listed("away/alone", licence="mit", created_at="2023-05-01"),
        *(listed(f"tin/{name}", f"old/{name}", created_at="2024-01-01") for name in ("one", "two", "three")),
        listed("tin/alone", "gone/alone", created_at="2024-01-01"),
    ]
    warehouse = warehouse_of(hub_listing=rows)
    bases = warehouse.sql_frame("select model_id, license from marts.lineage_models where not is_known")
    assert dict(zip(bases["model_id"], bases["license"].fillna(""), strict=True)) == {
        "old/one": "apache-2.0", "old/two": "apache-2.0", "old/three": "apache-2.0", "gone/alone": "",
    }  # fmt: skip
    text = opened(warehouse, model=["tin/one"]).answer_text
    assert "declares no non-commercial licence" in text
    assert "not known" not in text


def test_a_model_is_said_to_descend_from_a_non_commercial_one(warehouse_of: WarehouseOf) -> None:
    warehouse = warehouse_of(
        hub_listing=[
            listed("tin/base", licence="apache-2.0"),
            listed("tin/closed", "tin/base", licence="cc-by-nc-4.0"),
            listed("tin/silent", "tin/base"),
            listed("tin/blend", "tin/closed", "tin/silent", "gone/away", licence="mit"),
            listed("tin/free", "tin/base", licence="mit"),
            listed("tin/alone", licence="mit"),
        ]
    )
    lineage = opened(warehouse, model=["tin/blend"])
    assert lineage.root == []  # the largest family is that of tin/base, and it is one of it
    assert lineage.answer_text == (
        "tin/blend (licence mit) stands on 4 models, over 2 generations up to tin/base. It descends from 1 model under "
        "a non-commercial licence: tin/closed (cc-by-nc-4.0); 1 other declares no licence; of 1 other the licence is "
        "not known. Nothing stands on it."
    )
    lineage.param.update(model=[*lineage.model, "tin/free"])
    assert lineage.model == ["tin/free"]
    assert lineage.answer_text == (
        "tin/free (licence mit) stands on 1 model, over 1 generation up to tin/base. That declares no non-commercial "
        "licence. Nothing stands on it."
    )
    lineage.param.update(model=["tin/alone"])
    assert (lineage.root, lineage.model) == (["tin/alone"], ["tin/alone"])
    assert lineage.answer_text == "tin/alone (licence mit) declares no base model; nothing stands on it."
    lineage.param.update(model=[])
    assert lineage.answer_text == "No model in this data declares tin/alone as its base, directly or through others."
    assert lineage.charts[0].columns["nodes"]["heading"] == ["tin/alone"]
    lineage.param.update(root=[*lineage.root, "tin/closed"])
    assert lineage.answer_text == (
        "1 model stands on tin/closed, in 1 generation; downloads of the family are not known. tin/closed itself "
        "stands on 1 model, up to tin/base. That declares no non-commercial licence."
    )
    lineage.param.update(model=["tin/free"])  # of another family than that of tin/closed
    assert lineage.root == ["tin/base"]
    lineage.param.update(root=["tin/closed"])
    assert lineage.model == []


def test_of_models_that_no_listing_names_the_licence_is_not_known(warehouse_of: WarehouseOf) -> None:
    """A leaderboard names two ancestors, one of them with its licence; the listing names one that declares none."""
    board = {"average": 40.0, "submission_date": "2024-02-05", "params_b": 7.0}
    warehouse = warehouse_of(
        leaderboard_v2=[
            {"fullname": "tin/old", "base_model": "tin/older", **board},
            {"fullname": "tin/older", **board},
        ],
        hub_listing=[
            listed("tin/new", "tin/old"),
            listed("tin/newer", "tin/new"),
            listed("tin/newest", "tin/silent", licence="mit"),
            listed("tin/silent"),
        ],
    )
    lineage = opened(warehouse, model=["tin/newer"])
    assert lineage.answer_text == (
        "tin/newer (no licence declared) stands on 3 models, over 3 generations up to tin/older. None of them declares "
        "a non-commercial licence; 1 declares no licence; of 2 the licence is not known. Nothing stands on it."
    )
    lineage.param.update(model=["tin/old"])
    assert lineage.answer_text == (
        "tin/old (licence not known) stands on 1 model, over 1 generation up to tin/older. The licence of that is not "
        "known. 2 models stand on it."
    )
    lineage.param.update(model=["tin/newest"])
    assert "tin/newest (licence mit) stands on 1 model" in lineage.answer_text
    assert "up to tin/silent. That declares no licence. " in lineage.answer_text


def test_an_undated_base_is_marked(warehouse_of: WarehouseOf) -> None:
    warehouse = warehouse_of(hub_listing=[listed("tin/one", "away/base"), listed("tin/two", "away/base")])
    lineage = opened(warehouse, root=["away/base"])
    assert sorted(lineage.charts[0].columns["names"]["text"]) == ["base (undated)", "one", "two"]
    assert "1 undated model, the base, stands at the left end" in lineage.charts[0].caption
    lineage.param.update(model=["tin/one"], root=["tin/one"])
    assert lineage.charts[0].columns["names"]["text"].count("base (undated)") == 1
    assert "1 undated model stands at the left end" in lineage.charts[0].caption


def test_on_a_leaderboard_the_chosen_dates_act_on_the_models_of_the_listing(community: Path) -> None:
    warehouse = Warehouse.open(community)
    filters = Filters(warehouse)
    filters.param.update(dataset="v2", sizes=["< 3"], at_most_b=1.0)
    lineage = Lineage(warehouse, filters)
    lineage.open()
    about = lineage.selection.datasets.rows_by_name["hub"]
    assert lineage.scores_from == f"Models of the {about['label']}, listing of {date_text(about['as_of'])}"
    for chart in lineage.charts:
        assert not any("hidden by the filters" in part for part in [*_left_out(lineage, chart)])
    all_dates = lineage.answer
    lineage.param.update(dated=True)
    appeared = all_dates.loc[all_dates["generation"] > 0, "appeared_on"].dropna().sort_values().dt.date.tolist()
    start, end = appeared[len(appeared) // 4], appeared[len(appeared) // 2]
    filters.dates = start, end
    dated = lineage.answer[lineage.answer["generation"] > 0]
    days = all_dates.loc[all_dates["generation"] > 0].set_index("model_id")["appeared_on"]
    is_in = days.isna() | ((days >= pd.Timestamp(start)) & (days <= pd.Timestamp(end)))
    assert set(dated["model_id"]) == set(days.index[is_in])
    assert 0 < len(dated) < len(days)
    assert f"of {date_text(start)} to {date_text(end)}, and undated models, too" in lineage.charts[0].caption
    for chart in lineage.charts[1:]:
        assert "whatever the dates" in chart.caption, chart.key
    controls = Controls(filters)
    controls.show(lineage)
    (control,) = [each for each in controls.descriptions if each["name"] == "shared.dates"]
    assert "idle" not in control
    assert "shared.text_generation" not in [each["name"] for each in controls.descriptions]
    filters.dataset = "hub"
    assert lineage.scores_from == ""
    warehouse.close()


def test_circles_are_walked_once_and_named(warehouse_of: WarehouseOf) -> None:
    warehouse = warehouse_of(
        hub_listing=[
            listed("tin/one", "tin/two"),
            listed("tin/two", "tin/three"),
            listed("tin/three", "tin/one"),
            listed("tin/copy", "tin/three", relation="quantized"),
        ]
    )
    lineage = opened(warehouse, root=["tin/two"])
    assert "1 circle, which is walked once (from a model to its base): " in lineage.charts[0].caption
    assert "tin/one → tin/two → tin/three → tin/one" in lineage.charts[0].caption
    generations = lineage.answer.set_index("model_id")["generation"].to_dict()
    assert generations == {"tin/two": 0, "tin/one": 1, "tin/three": 2, "tin/copy": 3}
    edges = lineage.charts[0].columns["edges"]
    kinds = {
        (parent, child): kind
        for parent, child, kind in zip(*(edges[n] for n in ("parent", "child", "kind")), strict=True)
    }
    assert kinds["tin/three", "tin/two"] == "closes a circle"
    assert kinds["tin/two", "tin/one"] == "base without relation"


def test_an_address_restores_the_view_and_wrong_names_are_noticed(world: Warehouse) -> None:
    lineage = opened(world, root=["tin/000"], model=["tin/290"])
    lineage.param.update(opened=[lineage._drawn.bundles[0]])
    query = lineage.page_query()
    again = open_perspective(world, Lineage, query)
    assert again.notices == []
    assert again.perspective.page_query() == query
    assert again.perspective.answer_text == lineage.answer_text
    mistaken = open_perspective(world, Lineage, {"dataset": "hub", "root": "no/body", "depth": "99", "opened": "a,b"})
    assert mistaken.notices == [
        "Lineage has no depth “99”: it is left out.",
        "No source names the model “no/body”: it is left out.",
        "There is no bundle “a”: it is left out.",
        "There is no bundle “b”: it is left out.",
    ]
    page = Session(world, "?view=lineage&root=nobody/unknown&model=tin/unknown")
    assert page.notices == [
        f"No source names the model “{name}”: it is left out." for name in ("nobody/unknown", "tin/unknown")
    ]
    page.restore("?view=lineage&model=tin/unknown")
    assert page.notices == ["No source names the model “tin/unknown”: it is left out."]
    away = open_perspective(world, Lineage, {"dataset": "hub", "root": "tin/290", "model": "tin/000"})
    assert away.notices == ["“tin/000” does not stand on “tin/290”: showing the family of tin/000."]
    assert mistaken.perspective.state == "ready"


@pytest.mark.parametrize("text", [*TEXTS, "x" * 10_000, "%,%2C,", "\x00"])
def test_strange_names_in_an_address_are_no_models(world: Warehouse, text: str) -> None:
    for name in ("root", "model", "opened"):
        opened_perspective = open_perspective(world, Lineage, {"dataset": "hub", name: text})
        assert opened_perspective.perspective.state == "ready"
    assert isinstance(opened_perspective.perspective, Lineage)
    for name in ("root", "model", "opened"):
        assert isinstance(opened_perspective.perspective.search(name, text), list)


def test_unknown_parents_are_counted_over_all_families(world: Warehouse) -> None:
    rows = sent()
    answer = opened(world)._answers["unknown-parents"]
    direct = children_of(rows)["away/base"]
    reached = distances("away/base", children_of(rows))
    row = answer.iloc[0]
    assert (row["model_id"], row["children"], row["descendants"]) == ("away/base", len(direct), len(reached) - 1)
    assert row["models_of_the_owner"] == 0
    assert row["downloads_30d"] == sum(row["downloads"] for row in rows if row["id"] in direct)


def test_without_any_declared_base_the_most_used_model_is_a_family_of_one(warehouse_of: WarehouseOf) -> None:
    lineage = opened(warehouse_of(hub_listing=[listed("tin/one"), listed("tin/two", downloads=5)]))
    assert lineage.answer_text == "No model in this data declares tin/two as its base, directly or through others."
    assert lineage.charts[0].columns["nodes"]["heading"] == ["tin/two"]
    assert [chart.is_empty for chart in lineage.charts] == [False, True, False, True, True]


def test_nothing_is_drawn_of_no_rows() -> None:
    graph = LineageCharts.draw({}).family
    choices = Choices("", "", (), "downloads_30d")
    assert send(graph, pd.DataFrame(columns=["model_id"]), pd.DataFrame(), choices).single == 0
    assert graph.is_empty
