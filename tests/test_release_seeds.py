"""Releases, first dates, renamed ids and parameters: the curated facts agree with each other."""

import re
from collections import Counter
from datetime import date

import pytest

from tests.test_seeds import listed, rows


def test_a_repository_belongs_to_one_release_however_it_is_spelt() -> None:
    folded = Counter(row["model_id"].lower() for row in rows("release_models"))
    assert [name for name, times in folded.items() if times > 1] == []


def test_every_release_has_its_repositories_and_every_repository_its_release() -> None:
    members = {row["release_id"] for row in rows("release_models")}
    assert members == {row["release_id"] for row in rows("releases")}
    release = {row["model_id"]: row["release_id"] for row in rows("release_models")}
    named = [row for row in rows("releases") if row["model_id"]]
    assert [row for row in named if release[row["model_id"]] != row["release_id"]] == []


def test_base_models_stand_in_the_release_that_they_name() -> None:
    release = {row["model_id"]: row["release_id"] for row in rows("release_models")}
    for row in rows("base_models"):
        if row["release_id"]:
            for name in [row["model_id"], *listed(row, "alias_ids"), *listed(row, "owner_instruct_ids")]:
                assert release[name] == row["release_id"], (name, row)


def test_repositories_of_a_release_have_a_kind() -> None:
    assert {row["kind"] for row in rows("release_models")} == {"base", "instruct", "mirror", "variant"}


def test_a_copy_is_of_a_repository_of_its_own_release_that_is_none_itself() -> None:
    release = {row["model_id"]: row["release_id"] for row in rows("release_models")}
    copies = {row["model_id"]: row["copy_of"] for row in rows("release_models") if row["copy_of"]}
    for name, original in copies.items():
        assert release[original] == release[name], name
        assert original not in copies, name


def test_other_repositories_of_the_weights_of_a_base_are_its_copies() -> None:
    copies = {row["model_id"]: row["copy_of"] for row in rows("release_models")}
    for row in rows("base_models"):
        for alias in listed(row, "alias_ids"):
            if row["release_id"]:
                assert copies[alias] == row["model_id"], alias


def test_copies_of_instruct_models_are_known_as_those_of_bases_are() -> None:
    """What trainers load in the place of an instruct model: another owner's files, shards, four bits."""
    copies = {row["model_id"]: row["copy_of"] for row in rows("release_models")}
    expected = {
        "unsloth/llama-3-8b-bnb-4bit": "meta-llama/Meta-Llama-3-8B",
        "unsloth/llama-3-8b-Instruct-bnb-4bit": "meta-llama/Meta-Llama-3-8B-Instruct",
        "NousResearch/Meta-Llama-3-8B-Instruct": "meta-llama/Meta-Llama-3-8B-Instruct",
        "NousResearch/Llama-2-7b-chat-hf": "meta-llama/Llama-2-7b-chat-hf",
        "unsloth/mistral-7b-instruct-v0.2-bnb-4bit": "mistralai/Mistral-7B-Instruct-v0.2",
        "alexsherstinsky/Mistral-7B-v0.1-sharded": "mistralai/Mistral-7B-v0.1",
    }
    assert {name: copies[name] for name in expected} == expected


def test_sizes_of_repositories_are_written_as_their_names_write_them() -> None:
    size = re.compile(r"(E?\d+(\.\d+)?[BMT](-A\d+(\.\d+)?[BM])?|A\d+(\.\d+)?B|\d+x\d+B)?")
    assert [row for row in rows("release_models") if not size.fullmatch(row["parameters_label"])] == []


def test_a_repository_with_a_date_of_its_own_is_not_of_its_releases_day() -> None:
    released = {row["release_id"]: row["released_on"] for row in rows("releases")}
    for row in rows("release_models"):
        if row["released_on"]:
            assert date.fromisoformat(row["released_on"]).isoformat() != released[row["release_id"]], row


def test_a_release_is_of_the_day_of_the_repository_that_it_names() -> None:
    own_dates = {row["model_id"]: row["released_on"] for row in rows("release_models") if row["released_on"]}
    dated = [*rows("releases"), *rows("base_models")]
    assert [row for row in dated if own_dates.get(row["model_id"], row["released_on"]) != row["released_on"]] == []


@pytest.mark.parametrize(
    ("release", "day"),
    [
        ("opt", "2022-05-03"),
        ("rwkv-in-transformers", "2023-05-04"),
        ("falcon-7b-40b", "2023-05-25"),
        ("code-llama", "2023-08-24"),
        ("mamba", "2023-12-04"),
        ("mixtral-8x22b", "2024-04-10"),
        ("yi-1.5", "2024-05-11"),
        ("falcon-2-11b", "2024-05-13"),
        ("qwen2", "2024-06-06"),
        ("falcon-mamba-7b", "2024-08-12"),
        ("qwen2.5", "2024-09-18"),
        ("phi-4", "2024-12-12"),
    ],
)
def test_a_date_that_the_data_contradicted_stays_corrected(release: str, day: str) -> None:
    assert {row["release_id"]: row["released_on"] for row in rows("releases")}[release] == day


def test_first_dates_are_of_classes_of_the_architectures() -> None:
    named = {(row["family"], name) for row in rows("architectures") for name in _names(row)}
    assert {(row["family"], row["class_name"]) for row in rows("architecture_first_dates")} <= named


def test_a_family_with_a_first_date_has_one_for_all_its_names() -> None:
    dated = {row["class_name"] for row in rows("architecture_first_dates")}
    families = {row["family"] for row in rows("architecture_first_dates")}
    names = {name for row in rows("architectures") if row["family"] in families for name in _names(row)}
    assert dated == names


def test_a_class_with_a_first_date_names_its_owner() -> None:
    owners = [owner for row in rows("architecture_first_dates") for owner in row["owner"].split(";")]
    assert [owner for owner in owners if not re.fullmatch(r"[\w.-]+", owner)] == []


def test_no_release_is_older_than_the_class_of_its_base() -> None:
    first = {row["class_name"]: row["first_on"] for row in rows("architecture_first_dates")}
    released = {row["release_id"]: row["released_on"] for row in rows("releases")}
    classes = {
        "mamba": "MambaForCausalLM",
        "rwkv-in-transformers": "RwkvForCausalLM",
        "falcon-7b-40b": "RWForCausalLM",
        "opt": "OPTForCausalLM",
        "llama": "LlamaForCausalLM",
        "mistral-7b": "MistralForCausalLM",
        "qwen1.5": "Qwen2ForCausalLM",
        "gemma-1": "GemmaForCausalLM",
        "gemma-2": "Gemma2ForCausalLM",
        "phi-3-mini": "Phi3ForCausalLM",
        "starcoder2": "Starcoder2ForCausalLM",
        "falcon-mamba-7b": "FalconMambaForCausalLM",
        "deepseek-v2": "DeepseekV2ForCausalLM",
        "olmo-7b": "OlmoForCausalLM",
    }
    assert {release: released[release] for release in classes} == {r: first[name] for r, name in classes.items()}


def test_decilm_is_no_nemotron() -> None:
    groups = {name: row["group"] for row in rows("architectures") for name in _names(row)}
    assert groups["DeciLMForCausalLM"] == groups["deci"] == "DeciLM"
    assert groups["NemotronForCausalLM"] == groups["nemotron-nas"] == "Nemotron"


def test_a_renamed_id_had_no_owner_and_keeps_its_name() -> None:
    for row in rows("renamed"):
        assert re.fullmatch(r"[\w.-]+", row["old_id"]), row
        assert row["new_id"].split("/")[1] == row["old_id"], row


def test_parameters_are_positive_and_fewer_are_active_than_there_are() -> None:
    for row in rows("model_parameters"):
        assert float(row["parameters_b"]) > 0, row
        if row["active_parameters_b"]:
            assert 0 < float(row["active_parameters_b"]) <= float(row["parameters_b"]), row
        if row["nominal_b"]:
            assert abs(float(row["nominal_b"]) / float(row["parameters_b"]) - 1) <= 0.25, row
        assert row["is_mixture"] in {"true", "false", ""}, row


def test_what_is_active_in_part_is_a_mixture() -> None:
    some = [row for row in rows("model_parameters") if row["active_parameters_b"]]
    part = [row for row in some if float(row["active_parameters_b"]) < 0.9 * float(row["parameters_b"])]
    assert [row for row in part if row["is_mixture"] != "true"] == []


@pytest.mark.parametrize(
    ("model", "total", "active"),
    [
        ("mistralai/Mixtral-8x7B-v0.1", 46.7, 12.9),
        ("mistralai/Mixtral-8x22B-Instruct-v0.1", 141, 39),
        ("Qwen/Qwen1.5-MoE-A2.7B", 14.3, 2.7),
        ("Qwen/Qwen2-57B-A14B", 57, 14),
        ("deepseek-ai/DeepSeek-V2-Lite", 15.7, 2.4),
        ("microsoft/Phi-3.5-MoE-instruct", 41.9, 6.6),
        ("databricks/dbrx-instruct", 132, 36),
        ("xai-org/grok-1", 314, 86),
        ("ai21labs/Jamba-v0.1", 52, 12),
        ("allenai/OLMoE-1B-7B-0924", 6.9, 1.3),
        ("Snowflake/snowflake-arctic-instruct", 480, 17),
    ],
)
def test_mixtures_have_the_sizes_that_their_owners_state(model: str, total: float, active: float) -> None:
    row = next(row for row in rows("model_parameters") if row["model_id"] == model)
    assert (float(row["parameters_b"]), float(row["active_parameters_b"])) == (total, active)


def _names(row: dict[str, str]) -> list[str]:
    return [*listed(row, "architectures"), *listed(row, "model_type")]
