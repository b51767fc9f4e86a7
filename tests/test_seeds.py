"""The curated facts keep their promises: unique keys, a source in every row, real dates, one colour per thing."""

import csv
import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

SEEDS = Path(__file__).parents[1] / "sql" / "seeds"
KEYS = {
    "adoption_sizes": ("size_class",),
    "architecture_first_dates": ("class_name",),
    "architecture_groups": ("group",),
    "architectures": ("group", "family"),
    "base_models": ("base_id",),
    "benchmarks": ("leaderboard", "benchmark"),
    "bots": ("user",),
    "datasets": ("dataset",),
    "architecture_words": ("word",),
    "generations": ("generation",),
    "events": ("date", "leaderboard", "label"),
    "headline_rules": ("rule",),
    "headlines": ("view", "figure"),
    "junk_architectures": ("value",),
    "left_out": ("hash",),
    "languages": ("code",),
    "licence_spellings": ("spelling",),
    "licences": ("license",),
    "licence_classes": ("license_class",),
    "licence_pairs": ("base", "derivative"),
    "model_parameters": ("model_id",),
    "model_types": ("model_type",),
    "official_benchmarks": ("dataset",),
    "organisation_regions": ("owner",),
    "placeholder_papers": ("arxiv_id",),
    "release_models": ("model_id",),
    "releases": ("release_id",),
    "renamed": ("old_id",),
    "renamed_training_data": ("old_id",),
    "training_data_placeholders": ("name",),
    "size_words": ("word",),
    "sizes": ("size",),
    "types": ("dataset_kind", "type"),
}
ID = re.compile(r"[\w.-]+/[\w.-]+")
GREYS = {"#8A8F98", "#C3C7CD"}
LICENCE_CLASSES = {"permissive", "copyleft", "community", "non-commercial", "OpenRAIL", "other", "unknown"}


def rows(seed: str) -> list[dict[str, str]]:
    """Every row of one seed."""
    with (SEEDS / f"{seed}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def listed(row: dict[str, str], column: str) -> list[str]:
    """The items of a ';' list."""
    return [item for item in row[column].split(";") if item]


def test_every_seed_is_known_here() -> None:
    assert {path.stem for path in SEEDS.glob("*.csv")} == set(KEYS)


@pytest.mark.parametrize("seed", KEYS)
def test_keys_are_unique(seed: str) -> None:
    keys = Counter(tuple(row[column] for column in KEYS[seed]) for row in rows(seed))
    assert [key for key, times in keys.items() if times > 1] == []


@pytest.mark.parametrize("seed", KEYS)
def test_every_row_has_a_source_and_every_cell(seed: str) -> None:
    for row in rows(seed):
        assert row["source"].strip(), row
        assert None not in row, row
        assert None not in row.values(), row


@pytest.mark.parametrize(
    ("seed", "column"),
    [
        ("releases", "released_on"),
        ("events", "date"),
        ("base_models", "released_on"),
        ("architecture_first_dates", "first_on"),
    ],
)
def test_dates_are_dates(seed: str, column: str) -> None:
    assert [row for row in rows(seed) if date.fromisoformat(row[column]).isoformat() != row[column]] == []


def test_a_class_and_a_model_type_belong_to_one_group() -> None:
    for column in ("model_type", "architectures"):
        groups: dict[str, set[str]] = {}
        for row in rows("architectures"):
            for name in listed(row, column):
                groups.setdefault(name, set()).add(row["group"])
        assert {name: actual for name, actual in groups.items() if len(actual) > 1} == {}


def test_other_model_types_are_outside_the_architectures() -> None:
    named = {name for row in rows("architectures") for name in listed(row, "model_type")}
    assert named & {row["model_type"] for row in rows("model_types")} == set()


def test_junk_is_no_architecture() -> None:
    named = {name for row in rows("architectures") for name in listed(row, "architectures")}
    assert named & {row["value"] for row in rows("junk_architectures")} == set()


def test_every_group_has_one_colour_of_its_own() -> None:
    groups = rows("architecture_groups")
    assert {row["group"] for row in groups} == {row["group"] for row in rows("architectures")}
    colours = [row["color"] for row in groups]
    assert all(re.fullmatch(r"#[0-9A-F]{6}", colour) for colour in colours)
    assert len(set(colours)) == len(colours)
    assert not GREYS & set(colours)
    assert [int(row["rank"]) for row in groups] == list(range(1, len(groups) + 1))


def test_the_classic_groups_are_shown_by_name() -> None:
    named = {row["group"] for row in rows("architecture_groups") if row["is_named"] == "true"}
    assert {"Llama", "Mistral", "Mixtral", "Qwen", "Gemma", "Phi", "OPT", "GPT-2", "GPT-NeoX"} <= named


def test_types_have_a_colour_of_their_own_within_a_dataset() -> None:
    for kind in ("leaderboard", "hub"):
        colours = [row["color"] for row in rows("types") if row["dataset_kind"] == kind]
        assert all(re.fullmatch(r"#[0-9A-F]{6}", colour) for colour in colours)
        assert len(set(colours)) == len(colours)


def test_leaderboard_types_are_those_of_the_boards_and_unknown() -> None:
    actual = {row["type"]: row["raw_prefix"] for row in rows("types") if row["dataset_kind"] == "leaderboard"}
    assert actual == {
        "pretrained": "🟢",
        "continuously pretrained": "🟩",
        "fine-tuned": "🔶",
        "chat": "💬",
        "merge": "🤝",
        "multimodal": "🌸",
        "other": "❓",
        "unknown": "",
    }


def test_base_models_stand_on_releases_that_exist() -> None:
    releases = {row["release_id"]: row for row in rows("releases")}
    for row in rows("base_models"):
        if row["release_id"]:
            assert row["released_on"] == releases[row["release_id"]]["released_on"], row


def test_a_model_has_one_release_date() -> None:
    released = {row["model_id"]: row["released_on"] for row in rows("releases") if row["model_id"]}
    for row in rows("base_models"):
        assert released.get(row["model_id"], row["released_on"]) == row["released_on"], row


def test_a_model_id_belongs_to_one_base_model() -> None:
    ids = [name for row in rows("base_models") for name in [row["model_id"], *listed(row, "alias_ids")]]
    assert len(set(ids)) == len(ids)
    owners = [name for row in rows("base_models") for name in listed(row, "owner_instruct_ids")]
    assert set(owners) & set(ids) == set()


def test_default_base_models_have_their_leaderboard() -> None:
    for row in rows("base_models"):
        assert row["leaderboard"] in {"v1", "v2", "both"}
        if row["is_default_v1"] == "true":
            assert row["leaderboard"] != "v2", row
        if row["is_default_v2"] == "true":
            assert row["leaderboard"] != "v1", row


def test_ids_are_owner_and_name() -> None:
    seeds = ("releases", "base_models", "release_models", "model_parameters")
    ids = [row["model_id"] for seed in seeds for row in rows(seed) if row["model_id"]]
    ids += [row["new_id"] for row in rows("renamed")]
    assert [name for name in ids if not ID.fullmatch(name)] == []


def test_licences_have_a_class() -> None:
    licences = rows("licences")
    assert {row["class"] for row in licences} == LICENCE_CLASSES
    assert [row for row in licences if row["license"] != row["license"].lower()] == []


def test_a_spelling_stands_for_a_licence_that_has_a_class_and_is_none_itself() -> None:
    licences = {row["license"] for row in rows("licences")}
    spellings = rows("licence_spellings")
    assert {row["license"] for row in spellings} <= licences
    assert {row["spelling"] for row in spellings} & licences == set()
    assert [row for row in spellings if re.search(r"[A-Z\s_,;()\"'`]", row["spelling"])] == []


def test_placeholders_are_in_small_letters_for_they_are_compared_so() -> None:
    placeholders = rows("training_data_placeholders")
    assert [row for row in placeholders if row["name"] != row["name"].strip().lower()] == []


def test_events_are_of_a_board_or_of_the_hub() -> None:
    assert {row["leaderboard"] for row in rows("events")} <= {"", "v1", "v2", "hub"}
    assert {row["kind"] for row in rows("events")} == {"board", "label", "rescoring"}


def test_owners_of_a_region_are_reviewed_once_and_by_an_address() -> None:
    reviewed = rows("organisation_regions")
    folded = Counter(row["owner"].lower() for row in reviewed)
    assert [owner for owner, times in folded.items() if times > 1] == []
    assert {row["region"] for row in reviewed} == {"us", "china", "eu", "other", "individuals"}
    assert [row for row in reviewed if not re.fullmatch(r"https://[\w.-]+/\S*", row["source"])] == []
    kinds = {"company", "university", "institute", "community", "individual", "organisation"}
    assert {row["kind"] for row in reviewed} == kinds


def test_an_account_of_a_person_has_no_country() -> None:
    for row in rows("organisation_regions"):
        assert (row["region"] == "individuals") == (row["kind"] == "individual"), row
