"""Owners and contributors who asked not to be named: a built file names them nowhere, and every count is as before."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from oss_ai_monitor import warehouse
from oss_ai_monitor.history import catch_up
from oss_ai_monitor.landing import Landing
from oss_ai_monitor.warehouse import BuildFailed, Warehouse, name_hash
from tests.conftest import Rows, land_rows
from tests.core.small_tables import evaluation, listed, rows

NAME = "Zebulon-Quill"
HASH = "83482d8c20b4847e1d93e73f0898fe71624b5a8346ad8fc5fe151084a3134f1d"
LLAMA = {"architectures": ["LlamaForCausalLM"]}
SOURCES: dict[str, Rows] = {
    "hub_listing": [
        listed(f"{NAME}/Kettle-7B", "license:mit", created_at="2024-01-01 10:00:00", config=LLAMA),
        listed(f"{NAME}/Kettle-7B-GGUF", f"base_model:quantized:{NAME}/Kettle-7B", created_at="2024-01-02 10:00:00"),
        listed("zebulon-quill/mistral-of-nobody-13b-4bit", created_at="2024-01-02 11:00:00"),
        listed("tin/child", f"base_model:finetune:{NAME.upper()}/kettle-7b", created_at="2024-02-01 10:00:00"),
        listed(
            "tin/cousin",
            f"dataset:{NAME}/letters",
            "base_model:zebulon-quill/kettle-70b",
            created_at="2024-02-02 10:00:00",
            card_data={"license": "other", "license_name": "zebulon-quill-licence", "datasets": [f"{NAME}/letters"]},
        ),
        listed("tin/sentence", f"base_model:what {NAME} made, and a file.bin", created_at="2024-02-03 10:00:00"),
        listed("tin/Zebulon-Quill_-_Kettle-7B-GGUF", "gguf", created_at="2024-02-04 10:00:00"),
        listed("tin/library", library_name="zebulon-quill", pipeline_tag=NAME, created_at="2024-02-05 10:00:00"),
        listed(
            "tin/merge",
            base_models={"relation": "merge", "models": [{"id": f"{NAME}/Kettle-7B"}, {"id": "tin/child"}]},
            created_at="2024-02-06 10:00:00",
        ),
        listed("zebulon/plain", created_at="2024-02-07 10:00:00"),
        listed("tin/not-zebulon-quillon", created_at="2024-02-07 10:00:00"),
    ],
    "hub_details": [{"id": f"{NAME}/Kettle-7B", "card_data": f'{{"license_link": "https://hf.co/{NAME}/Kettle-7B"}}'}],
    "hub_commits": [
        {"model_id": "tin/child", "commits": 3, "authors": ["zebulon-quill", "tin"]},
        {"model_id": f"{NAME}/Kettle-7B", "commits": 1, "authors": [NAME]},
    ],
    "hub_failures": [{"model_id": f"{NAME}/gone", "asked": "details", "status": 404}],
    "hub_benchmarks": [
        {"benchmark_id": f"{NAME}/exam", "model_id": "tin/child", "value": 12.0, "evaluated_on": "2024-05-01"},
        {"benchmark_id": "tin/exam", "model_id": "zebulon-Quill/kettle-7B", "value": 11.0, "filename": "zebulon-quill"},
    ],
    "leaderboard_v1": [evaluation("ZEBULON-QUILL/kettle-7b", 50.0, date="2024-03-01T00:00:00Z", params_b=7.0)],
    "leaderboard_v2": [
        evaluation(f"{NAME}/Kettle-7B", 41.0, eval_name=f"{NAME}_Kettle-7B_bfloat16", submission_date="2024-06-01"),
        evaluation("tin/child", 42.0, base_model="zebulon-quill/Kettle-7B", hub_license="zebulon-quill-licence"),
    ],
}
COUNTS = """
select
    if(contains(dataset, '/'), 'benchmark', dataset) as dataset,
    appeared_on, type, architecture, size, license_class, is_merge, is_derived,
    count(*) as models, count(distinct owner) as owners,
from marts.models
group by all
order by all
"""


def built(folder: Path, *lines: str, sources: dict[str, Rows] = SOURCES) -> Warehouse:
    for source, landed in sources.items():
        land_rows(folder, source, landed)
    catch_up(Landing(folder / "landing"))
    if lines:
        (folder / "left_out.csv").write_text("\n".join(["hash,extent", *lines, ""]), encoding="utf-8")
    warehouse.build(folder, Landing(folder / "landing").selected())
    return Warehouse.open(folder)


def texts(opened: Warehouse) -> dict[str, str]:
    """Return what each relation of core and marts holds, lists too, as one text in small letters."""
    relations = rows(
        opened,
        "select distinct schema_name || '.' || table_name from duckdb_columns() where schema_name in ('core', 'marts')",
    )
    return {
        name: " ".join(row[0] for row in rows(opened, f"select to_json(record)::varchar from {name} as record")).lower()
        for (name,) in relations
    }


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> Any:
    opened = built(tmp_path_factory.mktemp("named"))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def unnamed(tmp_path_factory: pytest.TempPathFactory) -> Any:
    opened = built(tmp_path_factory.mktemp("unnamed"), f"{name_hash(NAME)},")
    yield opened
    opened.close()


def test_the_name_is_in_no_text_of_the_file(named: Warehouse, unnamed: Warehouse) -> None:
    before = {relation for relation, text in texts(named).items() if NAME.lower() in text}
    assert before >= {
        *("core.models", "core.base_models", "core.unknown_parents", "core.lineage", "core.disputes", "core.adopted"),
        *("core.contributors", "core.submissions", "core.training_data", "core.datasets", "marts.authors"),
    }
    shown = {relation: text for relation, text in texts(unnamed).items() if "not-zebulon-quillon" not in text}
    assert [relation for relation, text in shown.items() if NAME.lower() in text] == []
    left = {relation: text.count(NAME.lower()) for relation, text in texts(unnamed).items()}
    others = {relation: text.count("not-zebulon-quillon") for relation, text in texts(unnamed).items()}
    assert left == others, "only what is another's name"


def test_counts_are_what_they_were(named: Warehouse, unnamed: Warehouse) -> None:
    assert rows(unnamed, COUNTS) == rows(named, COUNTS)
    for relation in ("core.models", "core.base_models", "core.lineage", "core.submissions", "core.scores",
                     "core.contributors", "core.training_data", "core.adopted", "marts.bases"):  # fmt: skip
        count = f"select count(*) from {relation}"
        assert rows(unnamed, count) == rows(named, count), relation


def test_a_base_model_is_still_the_base_of_its_derivatives(unnamed: Warehouse) -> None:
    edges = rows(
        unnamed,
        "select b.model_id, b.is_known, m.appeared_at::date::varchar, m.parameters_b"
        " from core.base_models as b left join core.models as m on m.model_id = b.base_model_id"
        " where b.model_id in ('tin/child', 'tin/merge') and b.base_model_id != 'tin/child' order by all",
    )
    assert edges == [("tin/child", True, "2024-01-01", 7.0), ("tin/merge", True, "2024-01-01", 7.0)]
    keys = rows(
        unnamed, "select distinct base_model_id from core.base_models where model_id in ('tin/child', 'tin/merge')"
    )
    assert sorted(key.partition("/")[0] for (key,) in keys) == ["left-out", "tin"]


def test_an_owner_and_the_contributor_of_that_name_have_one_key(unnamed: Warehouse) -> None:
    owners = rows(unnamed, "select distinct owner from core.models where owner not in ('tin', 'zebulon')")
    people = rows(unnamed, "select distinct contributor from core.contributors where contributor != 'tin'")
    assert owners == people == [(f"left-out/{name_hash(NAME)[:8]}",)]


def test_no_chart_of_authors_has_them(unnamed: Warehouse) -> None:
    assert rows(unnamed, "select distinct author from marts.authors order by all") == [("tin",), ("zebulon",)]
    assert unnamed.query("tracked", most=100)["model_id"].str.startswith("left-out").sum() == 0


def test_another_owner_whose_name_begins_so_stays(unnamed: Warehouse) -> None:
    ids = {
        model_id for (model_id,) in rows(unnamed, "select model_id from core.models where owner in ('tin', 'zebulon')")
    }
    assert {"zebulon/plain", "tin/not-zebulon-quillon", "tin/left-out_-_Kettle-7B-GGUF"} <= ids


def test_a_name_that_is_a_word_of_the_field_is_left_out_as_an_owner_only(tmp_path: Path) -> None:
    listing = [listed("mistral/owl-7b", "license:mit"), listed("tin/mistral-7b", "base_model:Mistral/owl-7b")]
    opened = built(tmp_path, f"{name_hash('mistral')},as owner", sources={"hub_listing": listing})
    ids = [model_id for (model_id,) in rows(opened, "select model_id from core.models order by all")]
    base = rows(opened, "select base_model_id from core.base_models where model_id = 'tin/mistral-7b'")
    opened.close()
    assert ids == [base[0][0], "tin/mistral-7b"]
    assert ids[0].startswith("left-out/")


def test_a_curated_owner_is_left_out_of_the_curated_lists_too(tmp_path: Path) -> None:
    listing = [listed("huggyllama/llama-7b"), listed("tin/owl", "base_model:finetune:huggyllama/llama-7b")]
    opened = built(tmp_path, f"{name_hash('HuggyLlama')},everywhere", sources={"hub_listing": listing})
    holding = [relation for relation, text in texts(opened).items() if "huggyllama" in text]
    edge = rows(opened, "select rule, is_known from core.base_models where model_id = 'tin/owl'")
    release = rows(opened, "select count(*) from core.release_models where starts_with(model_id, 'left-out/')")
    opened.close()
    assert holding == []
    assert edge == [("tag with relation", True)]
    assert release[0][0] >= 1


@pytest.mark.parametrize("line", ["zebulon-quill,", f"{'e' * 63},", f"{'e' * 64},sometimes"])
def test_a_row_that_is_no_hash_stops_the_build(tmp_path: Path, line: str) -> None:
    with pytest.raises(BuildFailed, match=r"left_out\.csv, line 2: expected a hash"):
        built(tmp_path, line, sources={"hub_listing": [listed("tin/owl")]})


def test_a_file_without_its_first_line_stops_the_build(tmp_path: Path) -> None:
    (tmp_path / "left_out.csv").write_text(f"{name_hash(NAME)}\n", encoding="utf-8")
    with pytest.raises(BuildFailed, match="the first line must be 'hash,extent'"):
        built(tmp_path, sources={"hub_listing": [listed("tin/owl")]})


def test_the_list_of_the_repository_names_nobody() -> None:
    assert (warehouse.sql_folder() / "seeds" / "left_out.csv").read_text(encoding="utf-8") == "hash,extent\n"


def test_a_generation_that_was_built_with_another_list_is_not_opened_by_a_link(tmp_path: Path) -> None:
    first = built(tmp_path, sources={"hub_listing": [listed(f"{NAME}/owl")]})
    first.close()
    snapshots = Landing(tmp_path / "landing").selected()
    warehouse.build(tmp_path, snapshots, is_pinned=True)
    assert warehouse.by_snapshot_id(tmp_path)
    land_rows(tmp_path, "hub_details", [{"id": "tin/owl"}])
    (tmp_path / "left_out.csv").write_text(f"hash\n{name_hash(NAME)}\n", encoding="utf-8")
    newest = warehouse.build(tmp_path, Landing(tmp_path / "landing").selected())
    assert list(warehouse.by_snapshot_id(tmp_path).values()) == [newest]
    assert warehouse.generations(tmp_path) == [newest], "the one before it, which names them, is no fallback"


def test_the_hash_is_one_that_other_tools_compute() -> None:
    """As `printf 'oss-ai-monitor leaves out zebulon-quill' | sha256sum` prints it."""
    assert name_hash(" Zebulon-Quill\n") == HASH
