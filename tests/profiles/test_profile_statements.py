"""Statements of profiles that are easily false: mirrors, sources, unknown figures, and why a view shows a model."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from oss_ai_monitor.profiles import body, head, profile, report_section
from oss_ai_monitor.profiles.rules import source_of
from oss_ai_monitor.warehouse import Warehouse
from tests.core.small_tables import evaluation
from tests.profiles.test_profiles import MISTRAL, table, used, views

MIRROR, LISTED_MIRROR = "unsloth/mistral-7b-bnb-4bit", "unsloth/mistral-7b"
"""Other repositories of the weights of Mistral 7B (huggingface.co/unsloth/mistral-7b)."""
CHAT = "meta-llama/Llama-2-7b-chat-hf"
"""Tuned from Llama 2 7B by its owner (arxiv.org/abs/2307.09288), whose repository declares no base."""
BASES = [f"base_model:merge:acme/Part-{number}" for number in range(1, 9)]


@pytest.fixture(scope="module")
def opened(warehouse_of: Callable[..., Warehouse]) -> Warehouse:
    hub = [
        used(MISTRAL, "2023-09-20", "mistral"),
        used(LISTED_MIRROR, "2024-01-02", "mistral"),
        used("tin/Copied", "2024-02-01", f"base_model:finetune:{MIRROR}"),
        used("tin/Llama", "2024-02-02", "base_model:finetune:meta-llama/llama-2-7B-HF"),
        used(CHAT, "2023-07-18", "llama"),
        used("tin/Folder", "2024-02-03", "base_model:my own, and a file.bin"),
        used("tin/Merge", "2024-02-04", *BASES),
        used("tin/Ancient", "2022-03-02") | {"created_at": "2022-03-02 23:29:04"},
        used("plain-model", "2024-02-05"),
        used("kin/Root", "2024-01-01"),
        *(
            used(f"kin/G{n}", f"2024-03-0{n}", f"base_model:finetune:kin/{f'G{n - 1}' if n > 1 else 'Root'}")
            | ({"downloads": None} if n > 5 else {"downloads": 10})
            for n in range(1, 8)
        ),
    ]
    first, second = (
        [
            evaluation("tin/Copied", 41.0),
            evaluation("tin/Merge", 42.0),
            evaluation("tin/Ancient", 43.0),
            evaluation("plain-model", 50.0),
            evaluation("flag/Only", 90.0, flagged=True),
            evaluation("board/Gone", 44.0, hub_likes=7, **{day: "2024-06-01"}),
            evaluation("board/Undated", 46.0),
            evaluation("board/Undated", 45.0, flagged=True, **{day: "2024-06-05"}),
        ]
        for day in ("date", "submission_date")
    )
    return warehouse_of(hub_listing=hub, leaderboard_v1=first, leaderboard_v2=second)


def value(opened: Warehouse, model: str, fact: str) -> tuple[str, str]:
    answer = profile(opened, "model", model).fact(fact)
    assert answer
    return answer.value, answer.source


def test_what_declares_a_mirror_has_it_as_base_and_is_counted_under_the_original(opened: Warehouse) -> None:
    bases = table(opened, "model", "tin/Copied", "Base models")
    assert [(row["base model"], row["generation"], row["relation"]) for row in bases] == [
        (MIRROR, 1, "finetune"),
        (MISTRAL, 1, "same weights as the declared base"),
    ]
    assert value(opened, "tin/Copied", "bases")[0] == MIRROR
    assert "1 derivative by 1 owner" in profile(opened, "family", MISTRAL).sentence


def test_a_page_says_the_strictest_licence_behind_a_model_and_of_whom_it_is_not_known(
    warehouse_of: Callable[..., Warehouse],
) -> None:
    """tin/merge: of tin/tuned (of tin/nc) and tin/free; tin/half: of tin/free and of one that no source lists."""
    opened = warehouse_of(
        hub_listing=[
            used("tin/nc", "2024-01-01", "license:cc-by-nc-4.0"),
            used("tin/free", "2024-01-01", "license:mit"),
            used("tin/tuned", "2024-02-01", "license:apache-2.0", "base_model:tin/nc"),
            used("tin/merge", "2024-03-01", "license:apache-2.0", "base_model:tin/tuned", "base_model:tin/free"),
            used("tin/half", "2024-03-01", "base_model:tin/free", "base_model:away/unlisted"),
            used("tin/own", "2024-03-01", "license:other"),
            used("tin/of-own", "2024-03-01", "base_model:tin/own"),
        ]
    )
    strictest = {
        "tin/merge": "non-commercial: tin/nc (cc-by-nc-4.0)",
        "tin/half": "permissive: tin/free (mit); not known, for none is declared here: away/unlisted",
        "tin/of-own": "other terms, which may be stricter: tin/own (other)",
    }
    for name, expected in strictest.items():
        assert value(opened, name, "strictest-licence")[0] == expected
    assert profile(opened, "model", "tin/free").fact("strictest-licence") is None
    merge, root = head(profile(opened, "model", "tin/merge")), head(profile(opened, "model", "tin/nc"))
    for family in ("nc", "free"):
        assert f'A family it belongs to: <a href="?family=tin%2F{family}">' in merge
    assert "heads" not in merge
    assert 'The family it heads: <a href="?family=tin%2Fnc">' in root
    assert 'The family it heads: <a href="?family=tin%2Ftuned">' in head(profile(opened, "model", "tin/tuned"))


def test_where_only_a_board_names_the_base_the_relation_says_so(warehouse_of: Callable[..., Warehouse]) -> None:
    opened = warehouse_of(
        hub_listing=[used("tin/Base", "2024-01-01"), used("tin/Chat", "2024-02-01")],
        leaderboard_v2=[evaluation("tin/Chat", 40.0, base_model="tin/Base", submission_date="2024-06-01")],
    )
    assert value(opened, "tin/Chat", "relation")[0] == "none declared; the leaderboard names tin/Base"
    assert value(opened, "tin/Base", "relation")[0] == "none declared"


@pytest.mark.parametrize("mirror", [MIRROR, LISTED_MIRROR])
def test_the_page_of_a_mirror_leads_to_the_family_of_the_original(opened: Warehouse, mirror: str) -> None:
    sentence = f"Models that declare {mirror} are counted under {MISTRAL}, another repository of the same weights."
    model, family = profile(opened, "model", mirror), profile(opened, "family", mirror)
    assert (model.notices, family.sentence) == ((sentence,), sentence)
    for page in (model, family):
        assert '<a href="?family=mistralai%2FMistral-7B-v0.1">' in head(page)


LISTING, ANSWERS = {"hub_listing": "L"}, {"hub_details": "D", "hub_repositories": "R"}
V1 = {"leaderboard_v1": "B1"}
BOTH = {"leaderboard_v2": "B2", **V1}
LISTED, ANSWERED = "the Hub's listing", "the Hub's answer about the model"


@pytest.mark.parametrize(
    ("rule", "snapshots", "source"),
    [
        ("safetensors", LISTING | ANSWERS, (LISTED, "L")),
        ("GGUF", ANSWERS, (ANSWERED, "R")),
        ("class in the config", LISTING | ANSWERS, (f"{LISTED} or {ANSWERED}", "")),
        ("model card", LISTING, (LISTED, "L")),
        ("license_name in the model card, not a known one", LISTING, (LISTED, "L")),
        ("first submission, for it is older than the curated date", V1, ("Open LLM Leaderboard v1", "B1")),
        ("upload date", BOTH, ("Open LLM Leaderboard v2 or Open LLM Leaderboard v1", "")),
        ("number in the name, for leaderboard v2 counts stored elements", BOTH, ("the model's name", "")),
        ("leaderboard v1", BOTH, ("Open LLM Leaderboard v1", "B1")),
        ("undated: no date", BOTH | LISTING, ("", "")),
    ],
)  # fmt: skip
def test_a_source_is_named_only_where_the_rule_says_which(
    rule: str, snapshots: dict[str, str], source: tuple[str, str]
) -> None:
    assert source_of(rule, snapshots) == source


@pytest.mark.parametrize(
    ("model", "sentences"),
    [
        (CHAT, set()),
        ("tin/Folder", {"Which model it is made from: what is declared names no repository."}),
        ("kin/Root", {"Whether it is made from another model: none is declared."}),
    ],
)
def test_what_a_model_is_made_from_is_unknown_only_where_no_base_is_told(
    opened: Warehouse, model: str, sentences: set[str]
) -> None:
    answer = profile(opened, "model", model)
    assert {one for one in answer.missing if one.startswith(("Whether it is made", "Which model"))} == sentences


def test_more_bases_than_are_named_are_counted(opened: Warehouse) -> None:
    named = [f"acme/Part-{number}" for number in range(1, 6)]
    assert value(opened, "tin/Merge", "bases")[0] == f"{', '.join(named)} and 3 more"
    assert '<a href="?model=acme%2FPart-5">acme/Part-5</a> and 3 more</b>' in head(
        profile(opened, "model", "tin/Merge")
    )
    assert len(table(opened, "model", "tin/Merge", "Base models")) == 8


@pytest.mark.parametrize(
    ("name", "view", "words"),
    [
        (
            "tin/Ancient",
            "Score progress",
            "no date: it is no point, and counts from the start among all models so far.",
        ),
        ("tin/Copied", "Base models", "not shown, because it descends from no base that can be chosen"),
        ("tin/Merge", "Base models", "not shown, because it is a merge, and descends from no base that can be chosen."),
        (MISTRAL, "Base models", "Open LLM Leaderboard v1 and Open LLM Leaderboard v2: no evaluation of its own"),
        ("tin/Llama", "Releases", "it descends from Llama 2"),
        ("tin/Copied", "Model types", "fine-tuned on Open LLM Leaderboard v2 and finetune on Hugging Face Hub."),
    ],
)
def test_a_view_says_only_what_it_does(opened: Warehouse, name: str, view: str, words: str) -> None:
    assert words in views(opened, name)[view]


def test_figures_that_no_source_gives_are_not_claimed(opened: Warehouse) -> None:
    assert profile(opened, "model", MISTRAL).fact("active-size") is None
    assert value(opened, "board/Gone", "likes") == ("7", "")
    assert value(opened, MISTRAL, "likes") == ("0", "the Hub's listing")
    rows = {row["board"]: row["submitted"] for row in table(opened, "model", "board/Undated", "Scores")}
    assert rows == {"Open LLM Leaderboard v1": None, "Open LLM Leaderboard v2": None}
    generations = table(opened, "family", "kin/Root", "Generations")
    assert [(row["generation"], row["models"], row["downloads in 30 days"]) for row in generations[-2:]] == [
        (5, 1, 10),
        ("6 or more", 2, None),
    ]


def test_an_owner_whose_models_no_dataset_counts_has_a_page(opened: Warehouse) -> None:
    assert profile(opened, "owner", "flag").sentence.startswith("flag has 1 model")
    entries = opened.sql_frame("select models from marts.search_entries where kind = 'owner' and owner = 'flag'")
    assert entries["models"].tolist() == [1]


def test_models_without_an_owner_are_of_hugging_face_which_has_no_address(opened: Warehouse) -> None:
    scores = table(opened, "owner", "Hugging Face", "Best scores on each board")
    assert [row["model"] for row in scores] == ["plain-model"] * 2
    report = report_section(profile(opened, "model", "plain-model"))
    assert "Hugging%20Face" not in report
    assert "<b>Hugging Face</b>" in report
    assert "?owner=Hugging+Face" in head(profile(opened, "model", "plain-model"))
    assert "plain-model" in body(profile(opened, "owner", "Hugging Face"))
