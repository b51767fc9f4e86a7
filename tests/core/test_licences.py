"""What becomes of the licence of a base, what licences ask for, and declared openness: a few models, by hand."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from oss_ai_monitor.perspectives.licences.sources import CLASSES
from oss_ai_monitor.warehouse import Warehouse, sql_folder
from tests.core.small_tables import WarehouseOf, by_model, listed, rows

SEEDS = sql_folder() / "seeds"
LICENCES = {  # model → its declared licence
    "base/apache": "apache-2.0", "base/llama": "llama2", "base/nc": "cc-by-nc-4.0", "base/other": "other",
    "base/none": "", "base/sa": "cc-by-sa-4.0", "base/rail": "creativeml-openrail-m",
}  # fmt: skip
DRIFT = [  # base, licence of the derivative, what becomes of the base's licence
    ("base/apache", "apache-2.0", "kept"), ("base/apache", "mit", "other"), ("base/apache", "cc-by-sa-4.0", "stricter"),
    ("base/apache", "", "dropped"), ("base/apache", "unknown", "dropped"), ("base/apache", "made-up-1.0", "other"),
    ("base/llama", "llama2", "kept"), ("base/llama", "llama3", "other"), ("base/llama", "apache-2.0", "looser"),
    ("base/llama", "creativeml-openrail-m", "looser"), ("base/llama", "cc-by-nc-4.0", "stricter"),
    ("base/nc", "llama2", "looser"), ("base/nc", "cc-by-nc-4.0", "kept"), ("base/nc", "cc-by-nc-sa-4.0", "other"),
    ("base/sa", "mit", "looser"), ("base/sa", "creativeml-openrail-m", "stricter"), ("base/sa", "cc-by-sa-4.0", "kept"),
    ("base/rail", "llama3", "stricter"), ("base/rail", "gpl-3.0", "looser"),
    ("base/other", "other", "other"), ("base/other", "mit", "other"), ("base/other", "", "dropped"),
    ("base/none", "mit", "not comparable"), ("base/none", "", "not comparable"), ("away/base", "mit", "not comparable"),
]  # fmt: skip


def tags(licence: str, *more: str) -> list[str]:
    return [*([f"license:{licence}"] if licence else []), *more]


@pytest.fixture
def drifted(warehouse_of: WarehouseOf) -> Warehouse:
    bases = [listed(base, *tags(licence)) for base, licence in LICENCES.items()]
    derivatives = [
        listed(f"tin/{n:02}", *tags(licence, f"base_model:{base}"), downloads=n)
        for n, (base, licence, _) in enumerate(DRIFT)
    ]
    return warehouse_of(hub_listing=bases + derivatives)


def test_what_becomes_of_the_licence_of_a_base(drifted: Warehouse) -> None:
    outcomes = rows(
        drifted,
        "select model_id, outcome from marts.licence_edges join core.models using (model_key)"
        " where dataset = 'hub' order by model_id",
    )
    assert outcomes == [(f"tin/{n:02}", outcome) for n, (_, _, outcome) in enumerate(DRIFT)]


def test_a_licence_asks_for_the_same_of_all_derivatives_but_where_a_pair_is_judged(drifted: Warehouse) -> None:
    keys = dict(rows(drifted, "select model_id, model_key from core.models"))
    terms = {
        name: drifted.query("model_licence_terms", model_key=keys[name])
        for name in ("tin/08", "tin/14", "tin/16", "tin/20", "tin/22")
    }
    assert terms["tin/08"]["clause"].tolist() == ["1.b.i and 1.b.iii"]
    assert terms["tin/08"]["source"].tolist() == ["https://ai.meta.com/llama/license/"]
    assert terms["tin/14"]["verdict"].tolist() == [
        "asks for credit, a note of changes and the text of the licence or a link to it, and that derivatives be "
        "shared under CC BY-SA 4.0, a later version of it or a compatible licence"
    ]
    assert "which is declared" in terms["tin/16"]["verdict"].item()
    assert terms["tin/20"].empty, "what other terms ask for is not judged"
    assert terms["tin/22"].empty, "a base without a licence asks for nothing"


def test_what_no_source_could_state_is_not_known(warehouse_of: WarehouseOf) -> None:
    """Of boards alone: v1 states licences, v2 licences and bases; a board that names the model itself says: none."""
    board = {"average": 30.0, "submission_date": "2024-08-01"}
    opened = warehouse_of(
        hub_listing=[listed("tin/base", "license:mit", gated="false")],
        leaderboard_v1=[
            {"fullname": "tin/first", "average": 40.0, "hub_license": "mit"},
            {"fullname": "tin/silent", "average": 40.0, "hub_license": ""},
            {"fullname": "tin/base", "average": 40.0, "hub_license": ""},
        ],
        leaderboard_v2=[
            {"fullname": "tin/named", "hub_license": "llama3", "base_model": "tin/base", **board},
            {"fullname": "tin/away", "hub_license": "", "base_model": "away/base", **board},
            {"fullname": "tin/itself", "hub_license": "mit", "base_model": "tin/itself", **board},
            {"fullname": "tin/removed", "hub_license": "mit", "base_model": "Removed", **board},
        ],
    )
    no, yes = False, True
    parts = "has_open_weights, has_open_license, has_training_data, has_paper, has_known_base, openness, known_parts"
    assert by_model(opened, parts, "core.openness") == {
        "tin/base": (yes, yes, no, no, no, 2, 5),
        "tin/first": (None, yes, None, None, None, 1, 1),
        "tin/silent": (None, no, None, None, None, 0, 1),
        "tin/named": (None, no, None, None, yes, 1, 2),
        "tin/away": (None, no, None, None, no, 0, 2),
        "tin/itself": (None, yes, None, None, no, 1, 2),
        "tin/removed": (None, yes, None, None, None, 1, 1),
    }


def test_declared_openness_counts_five_parts(warehouse_of: WarehouseOf) -> None:
    opened = warehouse_of(
        hub_listing=[
            listed(
                "tin/all", "license:mit", "dataset:tin/data", "arxiv:2407.01234", "base_model:tin/none", gated="false"
            ),
            listed("tin/none", "license:llama3", "dataset:imagefolder", "arxiv:1910.09700", gated="manual"),
            listed("tin/unknown-gate", "license:agpl-3.0"),
            listed("tin/unlisted-base", "base_model:away/base", gated="false"),
            listed("meta-llama/Llama-2-7b-hf", "license:llama2", gated="auto"),
        ],
        leaderboard_v1=[{"fullname": "tin/evaluated", "average": 40.0, "hub_license": "apache-2.0"}],
    )
    parts = "has_open_weights, has_open_license, has_training_data, has_paper, has_known_base, openness"
    no, yes = False, True
    assert by_model(opened, parts, "core.openness") == {
        "tin/all": (yes, yes, yes, yes, yes, 5),
        "tin/none": (no, no, no, no, no, 0),
        "tin/unknown-gate": (None, yes, no, no, no, 1),
        "tin/unlisted-base": (yes, no, no, no, no, 1),
        "meta-llama/Llama-2-7b-hf": (no, no, no, no, yes, 1),  # the base model of a curated release
        "tin/evaluated": (None, yes, None, None, None, 1),  # a leaderboard names it, no listing
    }


def seed(name: str) -> list[dict[str, str]]:
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_classes_of_licences_are_those_of_the_charts() -> None:
    classes = seed("licence_classes")
    assert tuple(row["license_class"] for row in classes) == CLASSES
    assert [int(row["rank"]) for row in classes] == list(range(1, len(classes) + 1))
    order = {row["looseness"]: row["license_class"] for row in classes if row["looseness"]}
    assert [order[key] for key in "12345"] == ["non-commercial", "community", "OpenRAIL", "copyleft", "permissive"]
    assert {row["class"] for row in seed("licences")} <= set(CLASSES)


def test_what_a_licence_asks_for_names_clause_and_licence_and_accuses_nobody() -> None:
    licences = {row["license"] for row in seed("licences")}
    pairs = seed("licence_pairs")
    assert len(pairs) >= 12
    for row in pairs:
        assert row["base"] in licences
        assert row["derivative"] == "any" or row["derivative"] in licences
        assert row["verdict"].startswith("asks "), row
        assert row["clause"].strip()
        assert row["source"].startswith("https://")
        assert not {"violat", "breach", "illegal", "infring", "compl", "must"} & set(row["verdict"].split()), row
    clauses = {(row["base"], row["derivative"]): row["clause"] for row in pairs}
    assert all(
        "3(a)(1)" in clause for (base, _), clause in clauses.items() if base.startswith("cc-by") and "-nd" not in base
    )
    assert all("1.b.iii" in clause for (base, _), clause in clauses.items() if base.startswith("llama"))
    assert {base for base, derivative in clauses if base == derivative} >= {"agpl-3.0", "gpl-2.0", "gpl-3.0"}
    explicit = Counter(row["base"] for row in pairs if row["derivative"] != "any")
    assert set(explicit) <= {row["base"] for row in pairs if row["derivative"] == "any"}


def test_examples_of_licences_answer(drifted: Warehouse) -> None:
    select = Path(sql_folder() / "examples" / "14_licences_of_derivatives.sql").read_text(encoding="utf-8")
    answer = rows(drifted, select.replace("mistralai/Mistral-7B-v0.1", "base/llama"))
    assert {(licence, outcome, n) for licence, outcome, n, *_ in answer} == {
        ("llama2", "kept", 1), ("llama3", "other", 1), ("apache-2.0", "looser", 1),
        ("creativeml-openrail-m", "looser", 1), ("cc-by-nc-4.0", "stricter", 1),
    }  # fmt: skip
    assert {asks for *_, asks, _ in answer} == {
        "asks for a copy of the Llama 2 agreement with every derivative, and for its attribution notice in all copies"
    }
