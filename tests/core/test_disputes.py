"""Claims that are not believed: a row for each kind, none twice, and each still in landing."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from oss_ai_monitor import warehouse
from oss_ai_monitor.landing import Landing
from oss_ai_monitor.sources import archive, hub
from oss_ai_monitor.warehouse import Warehouse
from tests.conftest import REAL_DATA
from tests.core.small_tables import WarehouseOf, by_model, evaluation, listed, rows

CASE_04 = REAL_DATA.parent / "cases" / "04-parameters-of-packed-weights"


@pytest.fixture(scope="module")
def opened(warehouse_of: WarehouseOf) -> Warehouse:
    return warehouse_of(
        as_of=datetime(2025, 3, 1, tzinfo=UTC),
        hub_listing=[
            listed("tin/Early-70b", "base_model:meta-llama/Meta-Llama-3-8B", created_at="2024-01-01 00:00:00"),
            listed("tin/sentence", "base_model:my own, and a file.bin"),
            listed("tin/packed", "4-bit", safetensors={"parameters": {"I32": 800, "F16": 200_000_000}, "total": 7}),
            listed("tin/owl", config={"architectures": ["Qwen2ForCausalLM"]}),
            listed("tin/owl-GGUF", "gguf", "mistral", "base_model:quantized:tin/owl"),
        ],
        leaderboard_v2=[evaluation("tin/early-70b", params_b=35.0, submission_date="2024-07-01")],
    )


def test_each_fact_has_its_disputes_with_what_is_used_instead(opened: Warehouse) -> None:
    actual = rows(opened, "select model_id, fact, claimant, claim, used, rule from core.disputes order by all")
    assert actual == [
        (
            "tin/Early-70b",
            "base model",
            "tag without relation",
            "meta-llama/Meta-Llama-3-8B",
            "meta-llama/Meta-Llama-3-70B",
            "the release has one of its size",
        ),
        (
            "tin/Early-70b",
            "date",
            "Hub createdAt",
            "2024-01-01",
            "2024-07-01",
            "first submission, for it is older than its base",
        ),
        (
            "tin/Early-70b",
            "name",
            "a source",
            "tin/early-70b",
            "tin/Early-70b",
            "letter case",
        ),
        (
            "tin/Early-70b",
            "size",
            "leaderboard v2",
            "35 B",
            "70 B",
            "number in the name, for leaderboard v2 counts stored elements",
        ),
        (
            "tin/owl-GGUF",
            "architecture",
            "model_type among the tags",
            "mistral",
            "Qwen",
            "its base, as a quantized copy",
        ),
        ("tin/packed", "size", "safetensors", "0.2 B", "0.2 B", "packed weights unpacked"),
        ("tin/packed", "size", "safetensors total", "7e-09 B", "0.2 B", "sum of the counts by type"),
        (
            "tin/sentence",
            "base model",
            "tag without relation",
            "my own, and a file.bin",
            "none",
            "declared, not an id",
        ),
    ]


def test_every_dispute_says_why_and_stands_once(opened: Warehouse) -> None:
    assert rows(opened, "from core.disputes where why is null or why = '' or used is null or rule is null") == []
    grain = "select count(*), count(distinct (model_id, fact, claimant, claim)) from core.disputes"
    assert rows(opened, grain) == [(8, 8)]


def test_no_claim_is_deleted(opened: Warehouse) -> None:
    early = by_model(opened, "created_at::date::varchar")["tin/Early-70b"]
    assert early == "2024-01-01"
    assert rows(opened, "select submitted_as, parameters_b from core.submissions") == [("tin/early-70b", 35.0)]


def test_packed_weights_and_wrong_totals_do_not_lead_the_small_models(tmp_path: Path) -> None:
    if not CASE_04.is_dir():
        pytest.skip("the cases are not there (../shared/cases beside the checkout)")
    landing = Landing(tmp_path / "landing")
    tables = [*archive.read([CASE_04 / "lead.csv"]), *hub.read([CASE_04 / "details"])]
    for table in tables:
        landing.land(table)
    warehouse.build(tmp_path, landing.selected())
    with closing(Warehouse.open(tmp_path)) as opened:
        sizes = by_model(opened, "round(parameters_b, 3), nominal_b, parameters_rule")
        assert sizes["acme/Owl-7B-total"] == (7.616, 7.0, "safetensors")
        assert sizes["acme/Owl-27B"] == (27.0, 27.0, "safetensors")
        assert sizes["acme/Owl-27B-AWQ"] == (30.239, 27.0, "safetensors, packed weights unpacked")
        small = "select model_id from marts.models where dataset = 'v2' and nominal_b <= 8 order by score desc limit 1"
        assert rows(opened, small) == [("acme/Owl-7B-total",)]
