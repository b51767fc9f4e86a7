"""The registry finds every perspective by its module, and holds each to what it must declare."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from oss_ai_monitor import perspectives, warehouse
from oss_ai_monitor.perspectives import GROUPS, Perspective, all_perspectives, discover, questions
from oss_ai_monitor.perspectives.registry import WrongDeclaration

WORKING = """
import param

from oss_ai_monitor.perspectives import Perspective, Source

class Small(Perspective):
    title, slug, group = "Small", "small", "Data"
    question = "How small?"
    sources = {"one": Source("model_types", {"models": "a count"})}
"""
SHARED = {  # queries that no perspective has to itself
    *("appeared_rules", "architecture_colours", "architecture_groups", "benchmarks", "data_dictionary", "datasets"),
    *(
        "dispute_rules",
        "disputes",
        "events",
        "freshness",
        "headlines",
        "hidden",
        "method",
        "search",
        "status",
        "tracked",
        "type_colours",
    ),
    # of the pages of models, owners and families
    *(
        "best_derivatives",
        "derivative_counts",
        "derivatives_by_month",
        "latest_snapshots",
        "listing_relations",
        "model_adoption",
    ),
    *(
        "model_ancestors",
        "model_bases",
        "model_licence_terms",
        "model_openness",
        "model_by_folded_name",
        "model_by_name",
        "model_claims",
        "model_facts",
        "model_ladders",
    ),
    *("model_scores", "most_used_derivatives", "nearest_models", "nearest_owners", "owner_by_name", "owner_counts"),
    *("owner_models", "owner_places", "owner_releases", "owner_scores", "release_siblings", "releases_behind_model"),
    *(
        "copies",
        "same_weights",
        "unlisted_base_by_name",
        "model_declarations",
        "model_downloads",
        "model_endurance",
        "owner_downloads",
        "owner_reach",
    ),
    *("weekly_downloads", "weekly_downloads_of_family", "weekly_downloads_of_owner"),
    *("family_changes", "model_changes", "owner_changes"),
    # of then and now, and of the digest of a week
    *("all_snapshots", "compared_details", "compared_models", "compared_renames"),
    *(
        "digest_appeared",
        "digest_bases",
        "digest_changes",
        "digest_disputes",
        "digest_disputes_counted",
        "digest_first_places",
        "digest_movers",
    ),
    *("digest_pages", "digest_records", "digest_rescored", "digest_subjects", "digest_submitted", "digest_weeks"),
}


def test_the_navigation_keeps_its_order() -> None:
    assert [kind.title for kind in all_perspectives if kind.order < 1000] == [
        *("Overview", "Model types", "Author activity", "Score progress", "Architectures", "Base models", "Releases"),
        *("Licences and openness", "Lineage", "Gain over the base", "Finder", "Relations"),
        *("Adoption", "Endurance", "Concentration", "Community", "Changes"),
    ]
    assert questions == all_perspectives[1:]


def test_every_module_with_a_perspective_is_found() -> None:
    folder = Path(perspectives.__file__).parent
    classes = {
        node.name
        for path in folder.rglob("*.py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef) and "Perspective" in [ast.unparse(base) for base in node.bases]
    }
    assert classes == {kind.__name__ for kind in all_perspectives}


@pytest.mark.parametrize("kind", all_perspectives, ids=lambda kind: kind.slug)
def test_a_perspective_declares_queries_that_exist_and_what_they_answer(kind: type[Perspective]) -> None:
    queries = warehouse.sql_folder() / "queries"
    assert kind.group in GROUPS
    assert not [name for name in kind.queries() if not (queries / f"{name}.sql").is_file()]
    for source in kind.all_sources():
        assert source.columns
        assert all(unit and not unit.endswith(".") for unit in source.columns.values()), source


def test_every_query_belongs_to_a_perspective_or_is_shared() -> None:
    declared = {name for kind in all_perspectives for name in kind.queries()}
    files = {path.stem for path in (warehouse.sql_folder() / "queries").glob("*.sql")}
    assert files == declared | SHARED
    assert not declared & SHARED


def test_what_is_defined_anew_is_public() -> None:
    """Nothing below the machinery replaces one of its private methods."""
    private = {name for name in vars(Perspective) if name.startswith("_") and not name.startswith("__")}
    for kind in all_perspectives:
        assert not private & {name for name in vars(kind) if not name.startswith("_param")}, kind


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "lately_added"
    folder.mkdir()
    (folder / "__init__.py").touch()
    monkeypatch.syspath_prepend(str(tmp_path))
    yield folder
    for name in [name for name in sys.modules if name.startswith("lately_added")]:
        del sys.modules[name]


def test_a_module_is_all_that_a_perspective_takes(package: Path) -> None:
    (package / "small.py").write_text(WORKING, encoding="utf-8")
    (small,) = discover("lately_added", [str(package)])
    assert (small.slug, small.queries(), small.order) == ("small", ["model_types"], 1000)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('    question = "How small?"\n', "", "question is not declared"),
        ("How small?", "It is small.", "ends with no question mark"),
        ('"Data"', '"Things"', "there is no group Things; there are Overview, Models"),
        ('"a count"}', '"a count"}, ("nothing",)', "nothing is no parameter of it"),
        ("    question", '    parameters = ("what",)\n    question', "what is no parameter of it"),
        (
            "    question",
            '    parameters = ("most",)\n    most = param.Integer(default=3, doc="At most.")\n    question',
            "its parameter most is of the kind Integer; there are controls for ListSelector, Selector, Boolean",
        ),
        (
            "    question",
            '    parameters = ("most",)\n    most = param.Number(default=3.0, doc="At most.")\n    question',
            "its parameter most has no bounds",
        ),
        (
            "    question",
            '    parameters = ("most",)\n    most = param.Selector(objects=[1, 3], doc="At most.")\n    question',
            "the values of its parameter most must be text",
        ),
    ],
)
def test_what_is_not_declared_is_named(package: Path, old: str, new: str, message: str) -> None:
    assert old in WORKING
    (package / "small.py").write_text(WORKING.replace(old, new), encoding="utf-8")
    with pytest.raises(WrongDeclaration, match=message):
        discover("lately_added", [str(package)])


def test_two_perspectives_of_one_name_are_refused(package: Path) -> None:
    for name in ("small", "smaller"):
        (package / f"{name}.py").write_text(WORKING, encoding="utf-8")
    with pytest.raises(WrongDeclaration, match="more than one perspective is called small"):
        discover("lately_added", [str(package)])
