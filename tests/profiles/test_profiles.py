"""What is known of a model, an owner or a family: facts with their rules, names as the Hub finds them, no markup."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from panel.pane import HTML

import oss_ai_monitor as oam
from oss_ai_monitor import warehouse
from oss_ai_monitor.app import session
from oss_ai_monitor.app.session import Session
from oss_ai_monitor.cli import main
from oss_ai_monitor.landing import Landing
from oss_ai_monitor.pages.tables import VARIABLE
from oss_ai_monitor.perspectives import Filters
from oss_ai_monitor.perspectives.adoption.view import Adoption
from oss_ai_monitor.profiles import Claim, UnknownName, as_text, body, head, profile, report_section, unknown_html
from oss_ai_monitor.profiles.rules import RULES, explanation
from oss_ai_monitor.report import ReportError, report
from oss_ai_monitor.warehouse import Warehouse
from tests.conftest import land_rows
from tests.core.small_tables import evaluation, listed

MARKUP = "<img src=x onerror=alert(1)>"
MISTRAL = "mistralai/Mistral-7B-v0.1"
"""Released on 27 September 2023 (mistral.ai/news/announcing-mistral-7b), its repository is older."""
USED = {"pipeline_tag": "text-generation", "downloads": 0, "likes": 0}


def used(model: str, day: str, *tags: str, **more: Any) -> dict[str, Any]:
    return listed(model, *tags, created_at=f"{day} 09:00:00", **{**USED, **more})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("profiles")
    hub = [
        used("acme/Base-7B", "2024-01-10", "llama", "license:apache-2.0", downloads=500, likes=5),
        used("tin/Tuned-7B", "2024-02-01", "llama", "base_model:finetune:acme/Base-7B", downloads=70),
        used("tin/Copy-7B-GGUF", "2024-03-01", "base_model:quantized:tin/Tuned-7B", "license:other", downloads=900),
        used("tin/Masks", "2024-03-02", "bert", pipeline_tag="fill-mask"),
        used("tin/Ancient", "2022-03-02") | {"created_at": "2022-03-02 23:29:04"},
        used("tin/Child", "2024-04-01", "base_model:finetune:ghost/Unlisted-1B"),
        used("tin/Cased", "2024-04-02", "base_model:finetune:ACME/base-7b"),
        used("openai-community/gpt2", "2024-04-02", "gpt2"),
        used("tin/Small", "2024-04-03", "base_model:finetune:gpt2"),
        used(MISTRAL, "2023-09-20", "mistral"),
        used(f"evil/{MARKUP}", "2024-05-01", "base_model:finetune:acme/Base-7B", f"license:{MARKUP}", downloads=9),
    ]
    board = [
        evaluation("acme/Base-7B", 40.0, submission_date="2024-06-01", params_b=7.2),
        evaluation("tin/Tuned-7B", 45.0, submission_date="2024-06-02"),
        evaluation("tin/Tuned-7B", 44.0, submission_date="2024-06-03", precision="4bit"),
        evaluation("tin/Other-7B", 47.0, submission_date="2024-06-04"),
        evaluation("tin/Flagged-7B", 90.0, submission_date="2024-06-05", flagged=True),
    ]
    land_rows(folder, "hub_listing", hub)
    land_rows(folder, "leaderboard_v2", board)
    warehouse.build(folder, Landing(folder / "landing").selected())
    return folder


@pytest.fixture(scope="module")
def opened(open_warehouse: Callable[[Path], Warehouse], folder: Path) -> Warehouse:
    return open_warehouse(folder)


def table(opened: Warehouse, kind: str, name: str, title: str) -> list[dict[str, Any]]:
    sections = profile(opened, kind, name).to_dict()["sections"]
    return next((section["rows"] for section in sections if section["title"] == title), [])


def views(opened: Warehouse, name: str) -> dict[str, str]:
    section = next(one for one in profile(opened, "model", name).sections if one.title.startswith("Why it is"))
    return dict(sentence.split(": ", 1) for sentence in section.sentences)


def test_each_fact_has_its_value_its_source_its_snapshot_and_its_rule(opened: Warehouse) -> None:
    facts = {fact.name: fact for fact in profile(opened, "model", "acme/Base-7B").facts}
    appeared = facts["date"]
    assert (appeared.value, appeared.rule, appeared.source) == ("10 Jan 2024", "Hub createdAt", "the Hub's listing")
    assert appeared.snapshot.startswith("15 Jun 2024 (")
    assert facts["size"].value == "7.2 billion parameters"
    assert facts["size"].source == "Open LLM Leaderboard v2"
    assert facts["license"].value == "apache-2.0 (permissive)"
    assert facts["nominal-size"].value.startswith("7 B")
    assert (facts["downloads"].value, facts["likes"].value) == ("500", "5")
    assert (facts["bases"].value, facts["owner"].value) == ("none declared", "acme")
    copy = {fact.name: fact.value for fact in profile(opened, "model", "tin/Copy-7B-GGUF").facts}
    assert copy["license"] == "other, as declared"


def test_a_claim_that_is_not_believed_is_told_with_the_reason(opened: Warehouse) -> None:
    fact = profile(opened, "model", MISTRAL).fact("date")
    assert fact
    assert (fact.value, fact.rule) == ("27 Sep 2023", "curated release date")
    assert [(one.claimant, one.claim, one.used) for one in fact.claims] == [
        ("Hub createdAt", "2023-09-20", "2023-09-27")
    ]


def test_a_rank_counts_the_better_scores_on_the_board(opened: Warehouse) -> None:
    (row,) = table(opened, "model", "tin/Tuned-7B", "Scores")
    assert (row["score"], row["rank"], row["of models"], row["submitted"]) == (45.0, 2, 3, "2024-06-02")
    assert (row["evaluations"], row["flagged"]) == (2, 0)


def test_bases_and_derivatives_are_followed_through_others(opened: Warehouse) -> None:
    bases = table(opened, "model", "tin/Copy-7B-GGUF", "Base models")
    assert [(row["base model"], row["generation"], row["relation"]) for row in bases] == [
        ("tin/Tuned-7B", 1, "quantized"),
        ("acme/Base-7B", 2, None),
    ]
    counts = table(opened, "model", "acme/Base-7B", "Derivatives by relation and generation")
    assert [(row["relation"], row["generation 1"], row["in all"]) for row in counts] == [
        ("finetune", 3, 3),
        ("quantized", 0, 1),
    ]
    most_used = table(opened, "family", "acme/Base-7B", "Most used derivatives")
    assert [row["model"] for row in most_used] == ["tin/Copy-7B-GGUF", "tin/Tuned-7B", f"evil/{MARKUP}"]
    best = table(opened, "family", "acme/Base-7B", "Best derivatives on each board")
    assert [(row["model"], row["score"], row["rank"]) for row in best] == [("tin/Tuned-7B", 45.0, 2)]


def test_the_base_model_of_a_release_is_a_base_and_its_open_weights_are_as_unknown_as_its_access(
    opened: Warehouse,
) -> None:
    facts = {fact.name: fact.value for fact in profile(opened, "model", MISTRAL).facts}
    assert facts["access"] == "not known"
    assert facts["openness"] == "1 of 4 known parts: a base model itself; open weights: not known"
    assert facts["bases"].startswith("none declared: it is itself the base model of ")
    assert not any("made from another model" in one for one in profile(opened, "model", MISTRAL).missing)


def test_a_view_of_use_says_whether_it_has_what_it_shows(opened: Warehouse) -> None:
    of_base = views(opened, "acme/Base-7B")
    assert of_base["Adoption"] == "counted with its 500 downloads in 30 days, whatever the dataset."
    assert of_base["Concentration"].endswith("with its 500 downloads in 30 days, whatever its date.")
    assert of_base["Endurance"] == (
        "not shown, because no history of downloads is recorded: it needs listings of several weeks."
    )
    assert views(opened, "tin/Other-7B")["Adoption"] == "not counted, because its downloads are not known."


def test_a_family_says_of_which_bases_no_page_of_the_hub_speaks(warehouse_of: Callable[..., Warehouse]) -> None:
    """Llama-3.1-8B-Instruct declares no base in the listing; the board names it."""
    base, instruct = "meta-llama/Meta-Llama-3.1-8B", "meta-llama/Llama-3.1-8B-Instruct"
    warehouse = warehouse_of(
        hub_listing=[used(base, "2024-05-14", downloads=100), used(instruct, "2024-05-18", downloads=300)],
        leaderboard_v2=[evaluation(instruct, 40.0, base_model=base, submission_date="2024-06-01")],
    )
    rows = table(warehouse, "family", base, "Reach of the family")
    assert [(row["part of the family"], row["% of the family's downloads"]) for row in rows] == [
        ("the base itself", 25.0), ("derivatives: base elsewhere", 75.0),
    ]  # fmt: skip
    filters = Filters(warehouse)
    families = Adoption(warehouse, filters)
    families.open()
    assert families.rows_of("families")["relation"].tolist() == ["base", "base elsewhere"]


def test_a_family_counts_owners_and_generations(opened: Warehouse) -> None:
    family = profile(opened, "family", "acme/Base-7B")
    assert family.sentence == (
        "acme/Base-7B has 4 derivatives by 2 owners, which appeared from 1 Feb 2024 to 1 May 2024."
    )
    counts = next(one for one in family.sections if one.title == "Derivatives by relation and generation")
    assert counts.sentences[0].startswith("4 derivatives by 2 owners, 3 of them directly, the first on 1 Feb 2024")
    generations = table(opened, "family", "acme/Base-7B", "Generations")
    assert [(row["generation"], row["models"], row["% of derivatives"]) for row in generations] == [
        (1, 3, 75.0),
        (2, 1, 25.0),
    ]


def test_an_owner_has_models_scores_and_what_is_not_known(opened: Warehouse) -> None:
    owner = profile(opened, "owner", "TIN")
    assert owner.sentence.startswith("tin has 9 models")
    assert [(row["model"], row["rank"]) for row in table(opened, "owner", "tin", "Best scores on each board")] == [
        ("tin/Other-7B", 1),
        ("tin/Tuned-7B", 2),
    ]
    assert table(opened, "owner", "tin", "Most used models")[0]["model"] == "tin/Copy-7B-GGUF"
    assert table(opened, "owner", "tin", "Newest models")[0]["model"] == "tin/Flagged-7B"
    relations = {row["relation"]: row["models"] for row in table(opened, "owner", "tin", "Models by relation")}
    assert relations == {"finetune": 4, "none declared": 4, "quantized": 1}
    assert owner.missing[0] == "When they appeared: not known for 1 model."


@pytest.mark.parametrize(
    ("name", "model_id", "notice"),
    [
        ("acme/Base-7B", "acme/Base-7B", ""),
        (" ACME/base-7b ", "acme/Base-7B", "in any letter case"),
        ("TIN/ancient", "tin/Ancient", "in any letter case"),
        ("gpt2", "openai-community/gpt2", "earlier name"),
        ("tin/flagged-7b", "tin/Flagged-7B", "in any letter case"),
    ],
)
def test_a_name_is_found_as_the_hub_finds_it(opened: Warehouse, name: str, model_id: str, notice: str) -> None:
    answer = profile(opened, "model", name)
    assert answer.name == model_id
    assert notice in " ".join(answer.notices)
    assert bool(answer.notices) == bool(notice)


def test_a_base_that_no_source_lists_is_known_by_its_derivatives_alone(opened: Warehouse) -> None:
    answer = profile(opened, "model", "ghost/unlisted-1b")
    assert answer.sentence.startswith("No source lists ghost/Unlisted-1B")
    assert answer.facts == ()
    sentence = profile(opened, "family", "ghost/Unlisted-1B").sentence
    assert sentence == "ghost/Unlisted-1B has 1 derivative by 1 owner, which appeared on 1 Apr 2024."


@pytest.mark.parametrize(
    ("name", "view", "words"),
    [
        ("tin/Ancient", "Model types", "on no axis of dates, because the Hub gave every repository from before"),
        ("tin/Masks", "Hugging Face Hub", "its task is fill-mask: it is hidden while “text generation only” is on"),
        ("tin/Flagged-7B", "Open LLM Leaderboard v2", "all its evaluations are flagged"),
        ("tin/Flagged-7B", "Hugging Face Hub", "it is not in the listing of 15 Jun 2024"),
        ("tin/Flagged-7B", "Overview", "not shown, because no dataset counts it"),
        ("tin/Masks", "Score progress", "not shown, because no board has a score of it that counts"),
        ("tin/Tuned-7B", "Score progress", "it has 45.0 on Open LLM Leaderboard v2"),
        ("tin/Tuned-7B", "Architectures", "counted under Llama on Hugging Face Hub and Open LLM Leaderboard v2"),
        ("tin/Masks", "Base models", "not shown, because no board has an evaluation"),
        (MISTRAL, "Releases", "it is of the release Mistral 7B itself"),
        ("acme/Base-7B", "Releases", "it declares no base that is of a dated release"),
    ],
)
def test_each_view_says_why_it_shows_a_model_or_not(opened: Warehouse, name: str, view: str, words: str) -> None:
    assert words in views(opened, name)[view]


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("?model=tin/Tuned-7B", {"45.0 on", ">45<", ">2<"}),
        ("?model=acme/Base-7B", {"40.0 on", ">40<", ">45<"}),
        ("?owner=tin", {">45<", ">47<"}),
        ("?family=acme/Base-7B", {">45<"}),
    ],
)
def test_no_score_of_a_single_model_is_shown_where_an_operator_says_no(
    opened: Warehouse, address: str, shown: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def page() -> str:
        texts = Session(opened, address).page.view.select(HTML)  # type: ignore[union-attr]
        return "".join(pane.object for pane in texts)

    assert {text for text in shown if text in page()} == shown
    assert "switched off" not in page()
    monkeypatch.setenv(VARIABLE, "off")
    scores = re.compile(r"\b4[0-9]\.0\b|>4[0-9]<|rank [0-9]")
    assert scores.findall(page()) == []
    assert "The operator of this page has switched off scores and ranks of single models" in page()


def test_what_is_not_known_is_told_in_plain_words(opened: Warehouse) -> None:
    missing = profile(opened, "model", "tin/Ancient").missing
    assert "When it appeared." in missing
    assert "How many parameters it has." in missing
    assert "On what terms it may be used: no licence is declared." in missing
    assert "When it appeared." not in profile(opened, "model", "acme/Base-7B").missing


def test_every_rule_of_the_simulated_community_is_told_in_a_sentence(community: Path) -> None:
    opened = Warehouse.open(community)
    columns = {"date": "appeared_rule", "size": "parameters_rule", "architecture": "architecture_rule"}
    columns |= {"license": "license_rule", "merge": "merge_rule"}
    for fact, column in columns.items():
        rules = set(opened.sql_frame(f"select distinct {column} as rule from core.models")["rule"])
        assert rules <= set(RULES[fact])
        for rule in rules:
            assert explanation(fact, rule).endswith("."), (fact, rule)
    opened.close()


@pytest.mark.parametrize("kind", ["model", "owner", "family"])
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("acme/Bas-7B", "There is no"),
        ("", "Which"),
        ("x" * 201, "at most 200 characters"),
        ("a\0b", "invisible"),
        ("\u202eacme", "invisible"),
        ("' or 1=1 --", "There is no"),
    ],
)
def test_a_name_that_nobody_has_is_refused_politely(opened: Warehouse, kind: str, name: str, words: str) -> None:
    with pytest.raises(UnknownName, match=words):
        profile(opened, kind, name)


def test_the_nearest_names_are_offered(opened: Warehouse) -> None:
    with pytest.raises(UnknownName) as error:
        profile(opened, "owner", "tinn")
    assert error.value.nearest[0] == "tin"
    assert '<a href="?owner=tin&amp;snapshot=s">tin</a>' in unknown_html(error.value, {"snapshot": "s"})
    with pytest.raises(UnknownName) as error:
        profile(opened, "model", "mistral/Mistral-7B-v0.1")
    assert error.value.nearest[0] == MISTRAL


def test_text_of_strangers_stays_text(opened: Warehouse) -> None:
    answer = profile(opened, "model", f"evil/{MARKUP}")
    for page in (head(answer), report_section(answer), body(profile(opened, "family", "acme/Base-7B"))):
        assert "<img" not in page
        assert "&lt;img src=x" in page
    assert "<img" not in body(answer)
    assert "?model=evil%2F%3Cimg" in body(profile(opened, "family", "acme/Base-7B"))


def test_whoever_is_left_out_has_no_page_and_is_named_on_none(tmp_path: Path) -> None:
    kid = used("Zebulon/Kid", "2024-02-01", "base_model:finetune:acme/Base-7B", downloads=7)
    grandkid = used("acme/Grandkid", "2024-03-01", "base_model:finetune:Zebulon/Kid")
    land_rows(tmp_path, "hub_listing", [used("acme/Base-7B", "2024-01-10"), kid, grandkid])
    warehouse.leave_out(tmp_path, ["Zebulon"])
    warehouse.build(tmp_path, Landing(tmp_path / "landing").selected())
    opened = Warehouse.open(tmp_path)
    key = str(opened.sql_frame("select model_id from core.models where owner != 'acme'")["model_id"][0])
    owner = str(opened.sql_frame("select owner from core.models where owner != 'acme'")["owner"][0])
    for kind, name in (("model", "Zebulon/Kid"), ("model", key), ("owner", "zebulon"), ("owner", owner)):
        with pytest.raises(UnknownName) as error:
            profile(opened, kind, name)
        assert key not in error.value.nearest
    family = profile(opened, "family", "acme/Base-7B")
    assert "has 2 derivatives by 2 owners" in family.sentence
    bases = profile(opened, "model", "acme/Grandkid").fact("bases")
    assert bases
    assert (bases.value, bases.links) == ("1 of owners who are not named", ())
    assert "zebulon" not in f"{head(family)}{body(family)}".lower()
    assert key not in body(family)
    opened.close()


def test_names_lead_to_their_pages_with_the_pinned_snapshot(opened: Warehouse) -> None:
    answer, pinned = profile(opened, "model", "tin/Tuned-7B"), {"snapshot": "20240615"}
    page = head(answer, pinned) + body(answer, pinned)
    assert '<a href="?model=acme%2FBase-7B&amp;snapshot=20240615">acme/Base-7B</a>' in page
    assert '<a href="?owner=tin&amp;snapshot=20240615">tin</a>' in page
    assert 'href="https://huggingface.co/tin/Tuned-7B" target="_blank" rel="noopener noreferrer"' in page


@pytest.mark.parametrize(
    ("address", "query", "title"),
    [
        ("?model=ACME/base-7b", "?model=acme%2FBase-7B", "acme/Base-7B"),
        ("?owner=TIN", "?owner=tin", "tin"),
        ("?family=acme/Base-7B", "?family=acme%2FBase-7B", "acme/Base-7B"),
        ("?model=nobody/Has-This", "?model=nobody%2FHas-This", "nobody/Has-This"),
        ("?model=" + "x" * 5000, "?view=model", "Model"),
        ("?view=model", "?view=model", "Model"),
    ],
)
def test_an_address_opens_the_page_and_restores_itself(opened: Warehouse, address: str, query: str, title: str) -> None:
    visit = Session(opened, address)
    assert visit.page
    assert (visit.to_query(), visit.title()) == (query, f"{title} · {session.TITLE}")
    assert Session(opened, visit.to_query()).to_query() == query
    assert title not in visit.titles()


@pytest.mark.parametrize(
    ("used", "text"),
    [
        ("2023-09-27", "2023-09-27 is used instead"),
        ("kept, in doubt", "it is kept, in doubt"),
        ("none", "nothing is used instead"),
        ("undated", "the model is undated instead"),
        ("not flagged as tin/a", "the evaluation stands, not flagged as tin/a"),
    ],
)
def test_what_became_of_a_claim_is_a_sentence(used: str, text: str) -> None:
    claim = Claim("Hub createdAt", "2023-09-20", used, "curated release date", "it was renamed")
    assert claim.text == f"Hub createdAt says 2023-09-20; {text}: it was renamed"


def test_the_command_says_why(folder: Path) -> None:
    def run(*arguments: str) -> tuple[int, str]:
        result = CliRunner().invoke(main, ["--warehouse", str(folder), "why", *arguments])
        return result.exit_code, result.output

    code, text = run("tin/Tuned-7B")
    assert code == 0
    assert "rank 2 of 3" in text
    code, text = run(MISTRAL, "date")
    assert "not believed: Hub createdAt says 2023-09-20; 2023-09-27 is used instead: " in text
    assert "licence" not in text.lower()
    code, text = run(MISTRAL, "date", "--format", "json")
    assert json.loads(text)["value"] == "27 Sep 2023"
    code, text = run("tin/Tuned-7B", "bases", "--format", "json")
    assert json.loads(text)["links"] == ["acme/Base-7B"]
    code, text = run("acme/Base-7B", "--kind", "family", "--format", "json")
    assert json.loads(text)["name"] == "acme/Base-7B"
    code, text = run("tinn", "--kind", "owner")
    assert (code, "The nearest names are tin" in text) == (1, True)
    code, text = run("acme/Base-7B", "colour")
    assert (code, "there is no fact colour of acme/Base-7B; there are id, owner, date" in text) == (1, True)


def test_a_notebook_shows_the_same(folder: Path) -> None:
    monitor = oam.open(folder)
    shown = monitor.model("acme/base-7b")
    assert shown.facts.set_index("fact").loc["date", "value"] == "10 Jan 2024"
    assert "acme/Base-7B" in shown._repr_html_()
    assert "<script" not in shown._repr_html_()
    assert str(shown) == as_text(shown.profile)
    assert list(monitor.family("acme/Base-7B").tables["Generations"]["models"]) == [3, 1]
    assert monitor.owner("tin").sentence.startswith("tin has 9 models")
    with pytest.raises(ValueError, match=r"The nearest names are .*mistralai"):
        monitor.model("mistral/Mistral-7B-v0.1")


def test_a_report_includes_models(opened: Warehouse) -> None:
    page = report(opened, models=["acme/Base-7B", "tin/Tuned-7B"])
    assert page.count("<section class=profile>") == 2
    assert "What happens around a big release?" not in page
    with pytest.raises(ReportError, match=r"There is no model “tin/Tuned-8B”.*The nearest names are "):
        report(opened, models=["tin/Tuned-8B"])
