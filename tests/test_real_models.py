"""What single models of the real data must be, against the raw files; skipped, saying so, where they are absent."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from oss_ai_monitor import warehouse
from tests import raw_listing
from tests.raw_listing import RawListing
from tests.test_real_data import V1, V2, values

# The running best of v2. Eighteen have the upload date of the raw file; GPT-NeoX, OPT, Llama 1, 2 and 3 and Qwen2
# that of their release. raphgg/test-2.5-72B, uploaded "2023-07-27" of an architecture of 2024, is none of them.
V2_RECORDS = [
    ("2022-02-09", "EleutherAI/gpt-neox-20b"),
    ("2022-05-03", "facebook/opt-30b"),
    ("2022-10-21", "google/flan-t5-xxl"),
    ("2023-02-24", "huggyllama/llama-65b"),
    ("2023-07-18", "meta-llama/Llama-2-70b-hf"),
    ("2023-07-20", "stabilityai/StableBeluga2"),
    ("2023-08-10", "pankajmathur/orca_mini_v3_70b"),
    ("2023-11-29", "deepseek-ai/deepseek-llm-67b-chat"),
    ("2024-01-05", "cloudyu/Mixtral_34Bx2_MoE_60B"),
    ("2024-01-30", "152334H/miqu-1-70b-sf"),
    ("2024-02-02", "abacusai/Smaug-72B-v0.1"),
    ("2024-03-25", "MTSAIR/MultiVerse_70B"),
    ("2024-04-01", "paloalma/TW3-JRGL-v2"),
    ("2024-04-10", "HuggingFaceH4/zephyr-orpo-141b-A35b-v0.1"),
    ("2024-04-18", "meta-llama/Meta-Llama-3-70B-Instruct"),
    ("2024-04-24", "VAGOsolutions/Llama-3-SauerkrautLM-70b-Instruct"),
    ("2024-04-27", "MaziyarPanahi/calme-2.2-llama3-70b"),
    ("2024-05-24", "gbueno86/Meta-LLama-3-Cat-Smaug-LLama-70b"),
    ("2024-06-06", "Qwen/Qwen2-72B-Instruct"),
    ("2024-06-08", "MaziyarPanahi/calme-2.1-qwen2-72b"),
    ("2024-07-24", "dnhkng/RYS-XLarge"),
    ("2024-08-07", "MaziyarPanahi/calme-2.4-rys-78b"),
    ("2024-09-24", "dfurman/CalmeRys-78B-Orpo-v0.1"),
    ("2024-11-19", "MaziyarPanahi/calme-3.2-instruct-78b"),
]

# The running best of v1 until the autumn of 2023. Of LLaMA 65B the best score is that of a copy, uploaded on 13 April;
# the same weights under another name had 62.79, so it broke no record on that day.
V1_RECORDS = [
    ("2022-02-09", "EleutherAI/gpt-neox-20b"),
    ("2022-04-13", "Salesforce/codegen-16B-nl"),
    ("2022-06-23", "facebook/opt-66b"),
    ("2022-07-12", "bigscience/bloom"),
    ("2023-02-24", "Enoch/llama-65b-hf"),
    ("2023-07-17", "upstage/llama-65b-instruct"),
    ("2023-07-18", "meta-llama/Llama-2-70b-hf"),
    ("2023-07-30", "upstage/SOLAR-0-70b-16bit"),
    ("2023-08-31", "ValiantLabs/ShiningValiant"),
]


@pytest.fixture(scope="module")
def real(open_warehouse: Callable[[Path], warehouse.Warehouse], real_community: Path) -> warehouse.Warehouse:
    return open_warehouse(real_community)


@pytest.fixture(scope="session")
def raw(real_data: Path) -> RawListing:
    return raw_listing.read(real_data)


@pytest.fixture(scope="session")
def v2(real_data: Path) -> dict[str, float]:
    """Model → its best unflagged mean, from the raw file."""
    return best_means(real_data / V2, 'not "Flagged"')


@pytest.fixture(scope="session")
def v1(real_data: Path) -> dict[str, float]:
    """Model → its best unflagged mean, from the raw file, whose flags are inverted."""
    return best_means(real_data / V1, '"Flagged"')


def best_means(file: Path, is_unflagged: str) -> dict[str, float]:
    rows = duckdb.execute(f'select fullname, "Average ⬆️" from read_parquet(?) where {is_unflagged}', [str(file)])
    best: dict[str, float] = {}
    for model, score in rows.fetchall():
        best[model] = max(score, best.get(model, score))
    return best


def records(opened: warehouse.Warehouse, board: str = "v2") -> list[tuple[str, str, float]]:
    """The running best of a leaderboard, by day and then by score, in Python."""
    dated = values(
        opened,
        "select appeared_on::varchar, model_id, scores[1] from marts.evaluated_models"
        f" where dataset = '{board}' and appeared_on is not null order by 1, 3 desc",
    )
    running: list[tuple[str, str, float]] = []
    for day, model, score in dated:
        if not running or score > running[-1][2]:
            running.append((day, model, score))
    return running


def test_every_record_holder_of_v2_is_named_and_none_is_older_than_its_class(
    real: warehouse.Warehouse, v2: dict[str, float]
) -> None:
    running = records(real)
    assert [(day, model) for day, model, _ in running] == V2_RECORDS
    assert [score for *_, score in running] == pytest.approx([v2[model] for _, model in V2_RECORDS])


def test_no_copy_of_llama_65b_breaks_the_record_of_its_weights(
    real: warehouse.Warehouse, v1: dict[str, float], raw: RawListing
) -> None:
    running = [record for record in records(real, "v1") if record[0] < "2023-09-05"]
    assert [(day, model) for day, model, _ in running] == V1_RECORDS
    assert [score for *_, score in running] == pytest.approx([v1[model] for _, model in V1_RECORDS])
    copies = ("Enoch/llama-65b-hf", "huggyllama/llama-65b", "huggingface/llama-65b")
    assert [round(v1[name], 2) for name in copies] == [63.99, 62.79, 61.19]
    assert raw.created["enoch/llama-65b-hf"] == date(2023, 4, 13)
    days = values(
        real,
        "select dataset, appeared_on::varchar from marts.models where model_id = 'Enoch/llama-65b-hf' order by dataset",
    )
    assert days == [("hub", "2023-04-13"), ("v1", "2023-02-24")]
    changes = values(
        real,
        "select day::varchar, model_id from marts.changes"
        " where kind = 'record' and subject = 'v1 average' and day < '2023-09-05' order by day",
    )
    assert changes == V1_RECORDS[1:]


def test_v2_gained_22_points_in_the_twelve_months_before_its_snapshot(
    real: warehouse.Warehouse, real_data: Path, v2: dict[str, float]
) -> None:
    running = records(real)
    last, before = running[-1][2], max(score for day, _, score in running if day <= "2024-02-23")
    assert (round(last, 2), round(before, 2), round(last - before, 1)) == (52.08, 29.74, 22.3)
    assert last == max(v2.values())
    uploaded = duckdb.execute(
        'select fullname from read_parquet(?) where "Upload To Hub Date"::varchar between ? and ?',
        [str(real_data / V2), "2022-03-03", "2024-02-23"],
    )
    names = {row[0] for row in uploaded.fetchall()} & set(v2) - {"raphgg/test-2.5-72B"}
    assert max(v2[model] for model in names) == before


def test_a_refilled_repository_holds_no_record_before_its_class(real: warehouse.Warehouse) -> None:
    refilled = (
        "select appeared_at::date::varchar, appeared_rule from core.models where model_id = 'raphgg/test-2.5-72B'"
    )
    assert values(real, refilled) == [("2024-12-27", "first submission, for it is older than its class")]


def test_gpt2_has_the_descendants_that_the_tags_name(real: warehouse.Warehouse, raw: RawListing) -> None:
    lineage = values(real, "select lower(model_id) from core.lineage where ancestor_id = 'openai-community/gpt2'")
    walked = raw.descendants("openai-community/gpt2")
    assert {row[0] for row in lineage} == walked
    assert len(walked) == 2432


def test_few_base_edges_lead_to_unknown_parents(real: warehouse.Warehouse, real_data: Path, raw: RawListing) -> None:
    boards = duckdb.execute(
        "select lower(trim(fullname)) from read_parquet(?, union_by_name = true)",
        [[str(real_data / path) for path in (V1, V2)]],
    )
    named = raw.names | {row[0] for row in boards.fetchall()} | raw_listing.names_of_details(real_data)
    unknown = sum(base not in named for _, base in raw.edges) / len(raw.edges)
    [(edges, share)] = values(real, "select count(*)::int, avg((not is_known)::int) from core.base_models")
    assert edges == pytest.approx(len(raw.edges), rel=0.01)
    assert share == pytest.approx(unknown, abs=0.001)
    assert 0.02 < share <= 0.035


@pytest.mark.parametrize(
    ("release", "texts", "every", "moved_up"),
    [("qwen1.5", 146, 1714, set()), ("code-llama", 92, 281, set()), ("starcoder2", 25, 98, {"loubnabnl/outputs"})],
)
def test_derivatives_of_a_release_to_its_180th_day(
    real: warehouse.Warehouse, raw: RawListing, release: str, texts: int, every: int, moved_up: set[str]
) -> None:
    with (warehouse.sql_folder() / "seeds" / "release_models.csv").open(encoding="utf-8") as file:
        release_ids = {row["model_id"].lower() for row in csv.DictReader(file) if row["release_id"] == release}
    [(day,)] = values(real, f"select released_on::varchar from core.releases where release_id = '{release}'")
    start = date.fromisoformat(day)
    derived = {
        name
        for name in raw.descendants(*release_ids) - release_ids
        if start <= raw.created[name] <= start + timedelta(days=180)
    }
    derived |= moved_up  # created the day before, and dated with its base
    assert (sum(raw.tasks[name] == "text-generation" for name in derived), len(derived)) == (texts, every)
    counts = values(
        real,
        "select sum(models) filter (is_text_generation)::int, sum(models)::int"
        " from marts.derivatives_by_release_day_architecture_and_size"
        f" where dataset = 'hub' and release_id = '{release}'"
        f" and appeared_on between date '{day}' and date '{day}' + 180",
    )
    assert counts == [(texts, every)]


def ladder(opened: warehouse.Warehouse, dataset: str, base: str) -> list[tuple[str, float, int, bool]]:
    """Best first, merges left out: model, gain over the base, days since its release, grown or pruned."""
    return values(
        opened,
        "select models.model_id, round(ladder.scores[1] - bases.score, 2),"
        " date_diff('day', bases.released_on, ladder.appeared_on)::int, ladder.is_resized"
        " from marts.derivatives as ladder join marts.bases on bases.model_key = ladder.base_key"
        " and bases.dataset = ladder.dataset join core.models on models.model_key = ladder.model_key"
        f" where ladder.dataset = '{dataset}' and bases.base_model_id = '{base}' and not ladder.is_merge"
        " order by 2 desc",
    )


def test_an_owners_instruct_model_leads_the_ladder_on_the_day_of_the_release(
    real: warehouse.Warehouse, v2: dict[str, float]
) -> None:
    base, instruct = "meta-llama/Meta-Llama-3.1-70B", "meta-llama/Meta-Llama-3.1-70B-Instruct"
    assert ladder(real, "v2", base)[0] == (instruct, 17.21, 0, False)
    assert round(v2[instruct] - v2[base], 2) == 17.21


def test_no_ladder_of_a_small_base_is_led_by_a_large_sibling(real: warehouse.Warehouse) -> None:
    small = {
        "v1": ["meta-llama/Meta-Llama-3-8B", "microsoft/Phi-3-mini-4k-instruct"],
        "v2": ["microsoft/Phi-3-mini-4k-instruct"],
    }
    for dataset, bases in small.items():
        for base in bases:
            models = [model.lower() for model, *_ in ladder(real, dataset, base)]
            assert models
            assert [model for model in models if "70b" in model or "phi-3-medium" in model] == []


def test_a_mixture_grown_of_a_small_base_stays_and_is_marked(real: warehouse.Warehouse) -> None:
    grown = (
        "select is_resized from marts.derivatives join core.models using (model_key)"
        " join core.models as base on base.model_key = base_key"
        " where models.model_id = 'nbeerbower/HeroBophades-2x7B' and base.model_id = 'mistralai/Mistral-7B-v0.1'"
    )
    assert values(real, grown) == [(True,)]


def test_the_best_small_models_of_v2_are_no_packed_large_ones(real: warehouse.Warehouse) -> None:
    small = values(
        real,
        "select model_id, scores[1] from marts.evaluated_models where dataset = 'v2' and nominal_b <= 8"
        " order by scores[1] desc limit 20",
    )
    assert (small[0][0], round(small[0][1], 2)) == ("gz987/qwen2.5-7b-cabs-v0.3", 36.94)
    assert [model for model, _ in small if any(size in model.lower() for size in ("14b", "phi-4", "32b", "72b"))] == []


def test_copies_of_phi_4_are_as_large_as_it(real: warehouse.Warehouse) -> None:
    smaller = (
        "select model_id, parameters_b from marts.evaluated_models where dataset = 'v2'"
        " and regexp_matches(model_id, '(?i)^(unsloth|microsoft)/phi-4') and nominal_b < 14"
    )
    assert values(real, smaller) == []


def test_few_gguf_repositories_have_no_known_architecture(real: warehouse.Warehouse, raw: RawListing) -> None:
    count_query = (
        "select count(*)::int, count(*) filter (architecture = 'Unknown')::int from core.models"
        " where is_listed and contains(lower(model_id), 'gguf')"
    )
    [(repositories, unknown)] = values(real, count_query)
    assert repositories == sum("gguf" in name for name in raw.names) == 21058
    assert unknown <= 2500


def test_every_rule_of_a_dispute_has_its_rows_and_none_stands_twice(real: warehouse.Warehouse) -> None:
    facts = values(real, "select fact, count(*)::int from core.disputes group by fact order by fact")
    assert [fact for fact, _ in facts] == ["architecture", "base model", "date", "name", "size"]
    repeated: Any = values(
        real, "select model_id from core.disputes group by model_id, fact, claimant, claim having count(*) > 1"
    )
    assert repeated == []
    assert values(real, "select model_id from core.disputes where why is null or used is null or rule is null") == []


def test_no_model_is_dated_before_a_release_that_it_is_made_from(real: warehouse.Warehouse) -> None:
    early = (
        "select lineage.model_id from core.lineage join core.models using (model_id)"
        " join core.models as base on base.model_id = lineage.ancestor_id"
        " where base.appeared_rule in ('curated release date', 'date of its release')"
        " and models.appeared_rule not in ('curated release date', 'date of its release')"
        " and models.appeared_at < base.appeared_at and not starts_with(models.appeared_rule, 'first submission')"
    )
    assert values(real, early) == []
