"""What model cards and tags declare, in every form that was met: licences, base models, training data."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from oss_ai_monitor import warehouse
from oss_ai_monitor.landing import Landing
from oss_ai_monitor.sources import hub
from oss_ai_monitor.warehouse import Warehouse, sql_folder

WarehouseOf = Callable[..., Warehouse]
NO_DECLARATION = (None, "unknown", "none declared")
NAME = "license_name in the model card"


def rows(opened: Warehouse, select: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in opened._db.cursor().execute(select).fetchall()]


def detailed(n: int, **card: Any) -> dict[str, Any]:
    """A detail whose card holds this; models sort by their number."""
    return {"id": f"tin/{n:03}", "card_data": json.dumps(card)}


LICENCES: list[tuple[dict[str, Any], tuple[Any, ...]]] = [
    ({"license": "mit"}, ("mit", "permissive", "model card")),
    ({"license": "Apache-2.0"}, ("apache-2.0", "permissive", "model card")),
    ({"license": "Apache License 2.0"}, ("apache-2.0", "permissive", "model card")),
    ({"license": "https://www.apache.org/licenses/LICENSE-2.0"}, ("apache-2.0", "permissive", "model card")),
    ({"license": "Apache License, Version 2.0"}, ("apache-2.0", "permissive", "model card")),
    ({"license": " cc by nc 4.0\n"}, ("cc-by-nc-4.0", "non-commercial", "model card")),
    ({"license": {"name": "mit"}}, ("mit", "permissive", "model card")),
    ({"license": [{"name": "MIT License"}]}, ("mit", "permissive", "model card")),
    ({"license": ["mit"]}, ("mit", "permissive", "model card")),
    ({"license": [["mit"]]}, ("mit", "permissive", "model card")),
    ({"license": "home made"}, ("home-made", "other", "model card")),
    ({"license": ""}, NO_DECLARATION),
    ({"license": " "}, NO_DECLARATION),
    ({"license": False}, NO_DECLARATION),
    ({"license": None}, NO_DECLARATION),
    ({"license": []}, NO_DECLARATION),
    ({"license": [None, ""]}, NO_DECLARATION),
    ({"license": {}}, NO_DECLARATION),
    ({"license": {"name": None}}, NO_DECLARATION),
    ({}, NO_DECLARATION),
    ({"license": "unknown"}, ("unknown", "unknown", "model card")),
    ({"license": "None"}, ("unknown", "unknown", "model card")),
    ({"license": "other"}, ("other", "other", "model card")),
    ({"license": "other", "license_name": ""}, ("other", "other", "model card")),
    ({"license": "other", "license_name": "other"}, ("other", "other", "model card")),
    ({"license": "other", "license_name": "none"}, ("other", "other", "model card")),
    ({"license": "other", "license_name": "llama3"}, ("llama3", "community", NAME)),
    ({"license": "Other", "license_name": "Llama 3"}, ("llama3", "community", NAME)),
    ({"license": ["other"], "license_name": ["deepseek"]}, ("deepseek", "community", NAME)),
    ({"license": "other", "license_name": "tongyi-qianwen"}, ("tongyi-qianwen", "community", NAME)),
    ({"license": "other", "license_name": "tongyi-qianwen-research"},
     ("tongyi-qianwen-research", "non-commercial", NAME)),
    ({"license": "other", "license_name": "modified-mit", "license_link": "LICENSE"},
     ("modified-mit", "other", f"{NAME}, not a known one")),
    ({"license_name": "llama3"}, ("llama3", "community", NAME)),
    ({"license": "unknown", "license_name": "llama3"}, ("llama3", "community", NAME)),
    ({"license": "apache-2.0", "license_name": "yi-license"}, ("apache-2.0", "permissive", "model card")),
    ({"license": ["apache-2.0", "cc-by-nc-4.0"]},
     ("apache-2.0 and cc-by-nc-4.0", "non-commercial", "model card, several: the most restrictive counts")),
    ({"license": ["mit", "MIT License"]}, ("mit", "permissive", "model card")),
    ({"license": ["mit", "unknown"]}, ("mit", "permissive", "model card")),
    ({"license": ["mit", "other"], "license_name": "llama3"},
     ("mit and llama3", "community", f"{NAME}, several: the most restrictive counts")),
    ({"license": ["mit", "other"]}, ("mit and other", "other", "model card, several: the most restrictive counts")),
]  # fmt: skip


def test_a_licence_is_read_in_every_form_of_a_card(warehouse_of: WarehouseOf) -> None:
    opened = warehouse_of(hub_details=[detailed(n, **card) for n, (card, _) in enumerate(LICENCES)])
    actual = rows(opened, "select license, license_class, license_rule from core.models order by model_id")
    assert list(zip([card for card, _ in LICENCES], actual, strict=True)) == LICENCES


def test_a_licence_comes_from_the_card_then_the_tag_then_the_leaderboard(warehouse_of: WarehouseOf) -> None:
    opened = warehouse_of(
        hub_listing=[
            {"id": "tin/card", "tags": ["license:other"]},
            {"id": "tin/empty-card", "tags": ["license:mit"]},
            {"id": "tin/empty-tag", "tags": ["license:"]},
            {"id": "tin/tag-says-unknown", "tags": ["license:unknown"]},
            {"id": "tin/two-tags", "tags": ["license:mit", "license:gpl-3.0"]},
            {"id": "tin/unknown-alone", "tags": ["license:unknown"]},
        ],
        hub_details=[
            {"id": "tin/card", "card_data": '{"license": "other", "license_name": "gemma"}'},
            {"id": "tin/empty-card", "card_data": '{"license": []}'},
            {"id": "tin/tag-of-details", "tags": ["license:mit"], "card_data": '{"license": null}'},
        ],
        leaderboard_v1=[
            {"fullname": f"tin/{name}", "average": 40.0, "hub_license": "llama2"}
            for name in ("board", "empty-tag", "empty-card", "both-boards", "tag-says-unknown")
        ],
        leaderboard_v2=[{"fullname": "tin/both-boards", "average": 40.0, "hub_license": "llama3"}],
    )
    assert rows(opened, "select model_id, license, license_class, license_rule from core.models order by all") == [
        ("tin/board", "llama2", "community", "leaderboard"),
        ("tin/both-boards", "llama3", "community", "leaderboard"),
        ("tin/card", "gemma", "community", NAME),
        ("tin/empty-card", "mit", "permissive", "tag"),
        ("tin/empty-tag", "llama2", "community", "leaderboard"),
        ("tin/tag-of-details", "mit", "permissive", "tag"),
        ("tin/tag-says-unknown", "llama2", "community", "leaderboard"),
        ("tin/two-tags", "mit and gpl-3.0", "copyleft", "tag, several: the most restrictive counts"),
        ("tin/unknown-alone", "unknown", "unknown", "tag"),
    ]


ONE_BASE: list[tuple[str, str | None]] = [("acme/Base-7B", None)]
BOTH_BASES: list[tuple[str, str | None]] = [("acme/Base-27B", None), ("acme/Base-7B", None)]
BASES: list[tuple[Any, list[tuple[str, str | None]]]] = [
    ("acme/Base-7B", ONE_BASE),
    ({"name": "acme/Base-7B"}, ONE_BASE),
    ({"model": "acme/Base-7B"}, ONE_BASE),
    ({"id": "acme/Base-7B"}, ONE_BASE),
    ({"base_model": "acme/Base-7B"}, ONE_BASE),
    ({"base_model": ["acme/Base-7B", {"name": "acme/Base-27B"}]}, BOTH_BASES),
    ([{"model": "acme/Base-7B", "relation": "finetune"}], [("acme/Base-7B", "finetune")]),
    ([{"model": "acme/Base-7B", "relation": "Fine-Tuned"}], [("acme/Base-7B", "finetune")]),
    ([{"model": "acme/Base-7B", "relation": "QUANTIZED"}], [("acme/Base-7B", "quantized")]),
    ([{"model": "acme/Base-7B", "relation": "LoRA"}], [("acme/Base-7B", "adapter")]),
    ([{"model": "acme/Base-7B", "relation": "merged"}], [("acme/Base-7B", "merge")]),
    ([{"model": "acme/Base-7B", "relation": "cousin"}], ONE_BASE),
    ("https://huggingface.co/acme/Base-7B", ONE_BASE),
    ("https://huggingface.co/acme/Base-7B/", ONE_BASE),
    ("https://huggingface.co/acme/Base-7B/tree/main", ONE_BASE),
    ("http://www.huggingface.co/acme/Base-7B/blob/main/README.md", ONE_BASE),
    ("HTTPS://HF.CO/acme/Base-7B?library=x#usage", ONE_BASE),
    ("huggingface.co/acme/Base-7B", ONE_BASE),
    ("https://huggingface.co/acme/Base-7B.git", ONE_BASE),
    ("[acme/Base-7B](https://huggingface.co/acme/Base-7B)", ONE_BASE),
    ("<https://huggingface.co/acme/Base-7B>", ONE_BASE),
    ("`acme/Base-7B`", ONE_BASE),
    ("acme/Base-7B.", ONE_BASE),
    (" acme/Base-7B ", ONE_BASE),
    ("\u00a0acme/Base-7B", ONE_BASE),
    ("acme/Base-7B\n", ONE_BASE),
    ("acme/Base-7B/", ONE_BASE),
    ("acme/Base-7B@main", ONE_BASE),
    ("acme/Base-7B@refs/pr/1", ONE_BASE),
    ("- acme/Base-7B", ONE_BASE),
    ("- acme/Base-7B\n- acme/Base-27B\n", BOTH_BASES),
    ("acme/Base-7B, acme/Base-27B", BOTH_BASES),
    ("acme/Base-7B + acme/Base-27B", BOTH_BASES),
    ("['acme/Base-7B', 'acme/Base-27B']", BOTH_BASES),
    (["acme/Base-7B", "acme/Base-27B"], BOTH_BASES),
    ([["acme/Base-7B", "acme/Base-27B"]], BOTH_BASES),
    ([[["acme/Base-7B"], {"id": None, "name": "acme/Base-27B"}]], BOTH_BASES),
    ("Base-7B", [("Base-7B", None)]),
    ("https://huggingface.co/Base-7B/tree/main", [("Base-7B", None)]),
]


def test_a_base_is_read_in_every_form_of_a_card(warehouse_of: WarehouseOf) -> None:
    opened = warehouse_of(hub_details=[detailed(n, base_model=base) for n, (base, _) in enumerate(BASES)])
    for n, (base, expected) in enumerate(BASES):
        declared = rows(
            opened, f"select base_model_id, relation from core.base_models where model_id = 'tin/{n:03}' order by all"
        )
        assert (base, declared) == (base, expected)
    assert rows(opened, "select distinct relation_rule from core.models") == [("declared on the Hub",)]


NO_BASES: list[Any] = [None, [None], [], "", " ", "None", "null", "unknown", "-", "n/a", {}, False, ["", "none"]]
UNREADABLE: list[Any] = [
    "/home/user/models/Base-7B",
    "./Base-7B",
    "../acme/Base-7B",
    "~/Base-7B",
    "C:\\models\\Base-7B",
    "models/acme_Base-7B",
    "models--acme--Base-7B",
    "tf_model.h5",
    "our own model",
    "Llama, 7B",
    "acme/Base-7B/checkpoint-100",
    "https://civitai.com/models/1",
    "https://huggingface.co/datasets/acme/data",
    "<script>",
    "!!!",
    {"what": "acme"},
    "a" * 97,
    "x" * 5000,
    ["/tmp/one", "/tmp/two"],
]


def test_nothing_declared_as_a_base_is_no_declaration(warehouse_of: WarehouseOf) -> None:
    opened = warehouse_of(hub_details=[detailed(n, base_model=base) for n, base in enumerate(NO_BASES)])
    assert rows(opened, "select relation, relation_rule from core.models") == [
        ("none declared", "no base model declared")
    ] * len(NO_BASES)


def test_a_base_that_is_no_id_is_declared_and_said_to_be_none(warehouse_of: WarehouseOf) -> None:
    opened = warehouse_of(hub_details=[detailed(n, base_model=base) for n, base in enumerate(UNREADABLE)])
    actual = rows(opened, "select relation, relation_rule from core.models order by model_id")
    assert list(zip(UNREADABLE, actual, strict=True)) == [
        (base, ("none declared", "declared, not an id")) for base in UNREADABLE
    ]
    assert rows(opened, "select * from core.base_models") == []


def test_a_base_that_is_an_id_stands_beside_one_that_is_none(warehouse_of: WarehouseOf) -> None:
    opened = warehouse_of(
        hub_listing=[
            {"id": "tin/both", "tags": ["base_model:/tmp/one", "base_model:finetune: acme/Base-7B"]},
            {"id": "tin/self", "tags": ["base_model:tin/self"]},
            {"id": "tin/upper", "tags": ["base_model:Quantized:acme/Base-7B"]},
        ]
    )
    assert rows(opened, "select model_id, relation, relation_rule from core.models order by all") == [
        ("tin/both", "finetune", "declared on the Hub"),
        ("tin/self", "none declared", "no base model declared"),
        ("tin/upper", "quantized", "declared on the Hub"),
    ]
    assert rows(opened, "select model_id, base_model_id from core.base_models order by all") == [
        ("tin/both", "acme/Base-7B"),
        ("tin/upper", "acme/Base-7B"),
    ]


RESOLVED: list[tuple[Any, list[tuple[str, str, str]]]] = [
    (
        {"relation": "Finetune", "models": [{"id": "acme/Base-7B"}]},
        [("acme/Base-7B", "finetune", "Hub baseModels")],
    ),
    ({"relation": "finetune", "models": ["acme/Base-7B"]}, [("acme/Base-7B", "finetune", "Hub baseModels")]),
    ([{"relation": "merge", "models": [{"id": "acme/Base-7B"}]}], [("acme/Base-7B", "merge", "Hub baseModels")]),
    ({"relation": "finetune", "models": []}, []),
    ({"relation": "finetune"}, []),
    ({"relation": "finetune", "models": None}, []),
]


def test_what_the_hub_resolved_is_read(warehouse_of: WarehouseOf) -> None:
    opened = warehouse_of(
        hub_details=[{"id": f"tin/{n}", "base_models": json.dumps(base)} for n, (base, _) in enumerate(RESOLVED)]
    )
    for n, (base, expected) in enumerate(RESOLVED):
        declared = f"select base_model_id, relation, rule from core.base_models where model_id = 'tin/{n}'"
        assert (base, rows(opened, declared)) == (base, expected)


def test_the_relation_of_a_whole_card_is_that_of_its_bases(warehouse_of: WarehouseOf) -> None:
    opened = warehouse_of(
        hub_details=[
            detailed(1, base_model="acme/Base-7B", base_model_relation="quantized"),
            detailed(2, base_model=["acme/Base-7B", "acme/Base-27B"], base_model_relation="Merge"),
        ]
    )
    assert rows(opened, "select model_id, relation from core.models order by all") == [
        ("tin/001", "quantized"),
        ("tin/002", "merge"),
    ]


def test_a_leaderboards_base_that_is_no_id_counts_only_where_the_hub_knows_nothing(warehouse_of: WarehouseOf) -> None:
    board = [{"fullname": f"tin/{name}", "average": 40.0, "base_model": "/tmp/one"} for name in ("listed", "gone")]
    opened = warehouse_of(leaderboard_v2=board, hub_listing=[{"id": "tin/listed", "tags": []}])
    assert rows(opened, "select model_id, relation_rule from core.models order by all") == [
        ("tin/gone", "declared, not an id"),
        ("tin/listed", "no base model declared"),
    ]


TRAINING_DATA: list[tuple[Any, list[str]]] = [
    ("acme/data", ["acme/data"]),
    (["acme/data", " squad "], ["acme/data", "squad"]),
    ([{"name": "acme/data", "type": "text"}], ["acme/data"]),
    ({"path": "acme/data", "name": "en"}, ["acme/data"]),
    ([{"id": "acme/data"}], ["acme/data"]),
    ([["acme/data"]], ["acme/data"]),
    ("None", []),
    (["none", "NULL", "unknown", "-", "", None], []),
    (["imagefolder", "AudioFolder", "generator", "arrow", "csv", "json", "custom", "generated"], []),
    (["original", "updated", "Custom"], []),
    ([None], []),
    (None, []),
    ({}, []),
    (False, []),
]


def test_training_data_is_what_names_data(warehouse_of: WarehouseOf) -> None:
    opened = warehouse_of(hub_details=[detailed(n, datasets=data) for n, (data, _) in enumerate(TRAINING_DATA)])
    for n, (data, expected) in enumerate(TRAINING_DATA):
        declared = f"select dataset_id, rule from core.training_data where model_id = 'tin/{n:03}' order by all"
        assert (data, rows(opened, declared)) == (data, [(dataset, "model card") for dataset in expected])


def test_a_tag_that_names_no_data_is_no_training_data(warehouse_of: WarehouseOf) -> None:
    tags = [
        "dataset:null",
        "dataset:None",
        "dataset:imagefolder",
        "dataset:",
        "dataset:acme/imagefolder",
        "dataset:glue",
    ]
    opened = warehouse_of(hub_listing=[{"id": "tin/a", "tags": tags}])
    assert rows(opened, "select dataset_id, rule from core.training_data order by all") == [
        ("acme/imagefolder", "tag"),
        ("glue", "tag"),
    ]


@pytest.fixture(scope="module")
def details(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """The real answers of July 2024, alone."""
    folder = tmp_path_factory.mktemp("details")
    landing = Landing(folder / "landing")
    for table in hub.read([real_data / "hub/api/model_details"]):
        landing.land(table)
    warehouse.build(folder, landing.selected())
    return Warehouse.open(folder)


def cards(folder: Path) -> list[dict[str, Any]]:
    """The card of every real answer that has one."""
    cards_by_id = {}
    for path in sorted(folder.glob("hub/api/model_details/*.zip")):
        with ZipFile(path) as packed:
            for name in packed.namelist():
                if name.endswith(".json"):
                    answer = json.loads(packed.read(name))
                    cards_by_id[answer["id"]] = answer.get("cardData") or {}
    return list(cards_by_id.values())


def test_the_names_behind_other_in_real_cards_are_read(real_data: Path, details: Warehouse) -> None:
    others = [card for card in cards(real_data) if card.get("license") == "other"]
    names = Counter(card["license_name"] for card in others if "license_name" in card)
    assert (len(others), sum(names.values())) == (300, 142)
    per_rule = (
        "select license_rule, count(*)::int from core.models where license_rule like 'license_name%' group by all"
    )
    assert dict(rows(details, per_rule)) == {NAME: 131, f"{NAME}, not a known one": 10}  # one name is "other" itself
    non_commercial = (
        "tongyi-qianwen-research",
        "owkin-non-commercial",
        "lunit-non-commercial",
        "kaiko-non-commercial",
        "mnpl",
    )
    count_query = (
        f"select count(*)::int from core.models where license_class = 'non-commercial' and license_rule = '{NAME}'"
    )
    assert rows(details, count_query) == [(sum(names[name] for name in non_commercial),)]


def test_real_cards_are_classed_by_what_they_say(real_data: Path, details: Warehouse) -> None:
    with (sql_folder() / "seeds" / "licences.csv").open(encoding="utf-8", newline="") as file:
        classes = {row["license"]: row["class"] for row in csv.DictReader(file)}
    expected: Counter[str] = Counter()
    for card in cards(real_data):
        licence = card.get("license")
        licence = licence[0] if isinstance(licence, list) else licence  # no real list has two
        if licence and not (licence == "other" and card.get("license_name", "other") != "other"):
            expected[classes[licence]] += 1
    per_class = "select license_class, count(*)::int from core.models where license_rule = 'model card' group by all"
    assert dict(rows(details, per_class)) == expected
