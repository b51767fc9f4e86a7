"""JSON for programs: what it says is what the notebook and SQL say, in the form that OpenAPI describes."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oss_ai_monitor import warehouse as warehouse_module
from oss_ai_monitor.notebook import Monitor
from oss_ai_monitor.pages.tables import VARIABLE
from oss_ai_monitor.perspectives import Datasets, Perspective, Selection, address, all_perspectives
from oss_ai_monitor.profiles import profile
from oss_ai_monitor.programs import (
    MAX_LETTERS,
    OPENAPI,
    Problem,
    Route,
    llms_text,
    openapi_text,
    routes,
    schemas,
)
from oss_ai_monitor.programs.figures import figures as figures_of
from oss_ai_monitor.programs.names import RESULTS
from oss_ai_monitor.programs.problem import shortened
from oss_ai_monitor.warehouse import Warehouse
from tests.hostile import TEXTS

MONTHS = {"dataset": "v2", "unit": "month"}
DRAWN = {
    ("score-progress", "best"), ("base-models", "ladder"), ("base-models", "gains"), ("relations", "matrix"),
    ("relations", "models"), ("endurance", "survival"),
}  # fmt: skip
"""Tables whose rows are computed from the rows of their query."""


@pytest.fixture(scope="module")
def monitor(community: Path) -> Iterator[Monitor]:
    opened = Warehouse.open(community)
    yield Monitor(opened)
    opened.close()


def assert_described(answer: Any, schema: dict[str, Any]) -> None:
    """The answer is what the schema says, and has no member beside it."""
    jsonschema.validate(answer, schema | {"components": {"schemas": schemas()}})
    _assert_no_more(answer, schema)


def _assert_no_more(answer: Any, schema: dict[str, Any]) -> None:
    if "$ref" in schema:
        schema = schemas()[schema["$ref"].rpartition("/")[2]]
    if isinstance(answer, list):
        for item in answer:
            _assert_no_more(item, schema.get("items", {}))
    elif isinstance(answer, dict) and "properties" in schema:
        assert answer.keys() <= schema["properties"].keys()
        for name, part in answer.items():
            _assert_no_more(part, schema["properties"][name])


def answered(monitor: Monitor, name: str, query: dict[str, str] | None = None) -> Any:
    """What a client reads of an answer."""
    route = routes()[name]
    answer = json.loads(json.dumps(route.answer(monitor.warehouse, query or {}), allow_nan=False))
    assert_described(answer, schemas()[route.schema])
    return answer


def problem(monitor: Monitor, name: str, query: dict[str, str]) -> Problem:
    with pytest.raises(Problem) as raised:
        routes()[name].answer(monitor.warehouse, query)
    return raised.value


@pytest.mark.parametrize("kind", all_perspectives, ids=lambda kind: kind.slug)
def test_the_answer_of_each_view_is_that_of_the_notebook_and_of_its_sql(
    monitor: Monitor, kind: type[Perspective]
) -> None:
    answer = answered(monitor, f"views/{kind.slug}", MONTHS | {"rows": "1000", "sql": "yes"})
    if not kind.is_summary:
        assert answer["answer"] == monitor.show(kind.slug, leaderboard="v2", unit="month").sentence
    assert [table["table"] for table in answer["tables"]] == answer["table_names"]
    for table in answer["tables"]:
        assert all(column["meaning"] for column in table["columns"])
        assert len(table["rows"]) + table["rows_left_out"] == table["rows_in_all"]
        if (kind.slug, table["table"]) not in DRAWN:
            assert_same(table, monitor.sql(table["sql"]))


def assert_same(table: dict[str, Any], frame: pd.DataFrame) -> None:
    """The rows are the first ones of the frame."""
    assert len(frame) == table["rows_in_all"]
    for column in (column["name"] for column in table["columns"]):
        values, expected = [row[column] for row in table["rows"]], frame[column].head(len(table["rows"]))
        if expected.dtype.kind == "M":
            assert values == [None if day is pd.NaT else f"{day:%Y-%m-%d}" for day in expected], column
        elif expected.dtype.kind == "f":
            numbers = [math.nan if value is None else value for value in values]
            np.testing.assert_allclose(numbers, expected.where(np.isfinite(expected)), rtol=1e-12, err_msg=column)
        else:
            assert [str(value) for value in values if value is not None] == [
                str(value) for value in expected if not np.all(pd.isna(value))
            ], column


def test_what_is_left_out_and_what_is_shown_are_all_models(monitor: Monitor) -> None:
    answer = answered(monitor, "views/model-types", MONTHS | {"rows": "1000", "table": "new-models"})
    left_out = answer["tables"][0]["left_out"]
    shown = sum(row["models"] for row in answer["tables"][0]["rows"])
    counts = {one["reason"]: one["models"] for one in left_out["models"]}
    in_all = monitor.sql("select count(*) as models from marts.models where dataset = 'v2'")["models"][0]
    assert shown + sum(counts.values()) - counts.get("flagged", 0) == left_out["models_in_all"] == in_all
    assert answer["left_out"] == left_out


def test_the_figures_of_the_overview_are_those_of_its_tiles(monitor: Monitor, monkeypatch: pytest.MonkeyPatch) -> None:
    figures = {one["title"]: one for one in answered(monitor, "views/overview", MONTHS)["figures"]}
    best = monitor.sql(
        "select model_id, score from core.evaluations where leaderboard = 'v2' order by score desc nulls last limit 1"
    )
    tile = next(one for title, one in figures.items() if title.startswith("Best open model"))
    assert (tile["figure"], tile["model"]) == (f"{best['score'][0]:.1f}", best["model_id"][0])
    monkeypatch.setenv(VARIABLE, "off")
    titles = [one["title"] for one in answered(monitor, "views/overview", MONTHS)["figures"]]
    assert not any(title.startswith("Best") for title in titles)
    assert len(titles) == len(figures) - 2


@dataclass
class Value:
    value: float
    n: int
    name: str


@dataclass
class Headline:
    """A headline figure as perspectives have it."""

    label: str
    unit: str
    default: Value

    def text(self, value: float) -> str:
        return f"{value:.1f} {self.unit}"


def test_the_headline_figures_of_a_view_are_numbers_too(monitor: Monitor, monkeypatch: pytest.MonkeyPatch) -> None:
    (kind,) = (kind for kind in all_perspectives if kind.slug == "score-progress")
    perspective = kind(monitor.warehouse, Selection.defaults(Datasets(monitor.warehouse), "v2"))
    perspective.headlines = [
        Headline("Rise of the best score", "points", Value(22.34, 420, "tin/best")),
        Headline("Leading type", "%", Value(40.0, 420, "chat")),
    ]
    first, second = figures_of(perspective)
    assert first == {
        "title": "Rise of the best score", "figure": "22.3 points", "sentence": "", "model": "tin/best",
        "view": "score-progress", "dataset": "v2", "value": 22.34, "unit": "points", "n": 420,
    }  # fmt: skip
    assert (second["model"], second["value"]) == ("", 40.0)
    monkeypatch.setenv(VARIABLE, "off")
    assert [one["title"] for one in figures_of(perspective)] == ["Leading type"]


def test_rows_of_leaderboards_and_what_names_them_can_be_switched_off(
    monitor: Monitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = answered(monitor, "views/score-progress", MONTHS)
    named = full["answer_models"]
    assert named
    monkeypatch.setenv(VARIABLE, "off")
    answer = answered(monitor, "views/score-progress", MONTHS)
    assert (answer["answer"], answer["answer_models"]) == ("", [])
    best = answer["tables"][0]
    assert (best["table"], best["rows"], best["rows_left_out"]) == ("best", [], full["tables"][0]["rows_in_all"])
    assert "switched off" in best["withheld"]
    assert answer["tables"][1]["rows"], "counts by period stay"
    why = answered(monitor, "why", {"model": named[0]})
    assert "switched off" in why["withheld"]
    assert not re.search(r"scores?:", why["sentence"])
    hits = answered(monitor, "search", {"q": named[0]})["results"]
    assert hits
    assert {hit["score"] for hit in hits} == {None}


def test_why_says_what_the_command_and_the_notebook_say(monitor: Monitor) -> None:
    name = "mistralai/Mistral-7B-v0.1"
    answer, record = (
        answered(monitor, "why", {"model": name.upper(), "rows": "2"}),
        profile(monitor.warehouse, "model", name).to_dict(),
    )
    assert answer["facts"] == json.loads(json.dumps(record["facts"]))
    assert [fact["value"] for fact in answer["facts"]] == list(monitor.model(name).facts["value"])
    for section, record_section in zip(answer["sections"], record["sections"], strict=True):
        assert section["rows"] == json.loads(json.dumps(record_section["rows"][:2]))
        assert section["rows_in_all"] == len(record_section["rows"]) == len(section["rows"]) + section["rows_left_out"]
    (date,) = answered(monitor, "why", {"model": name, "fact": "date"})["facts"]
    row = monitor.sql("select appeared_at, appeared_rule from core.models where model_id = $name", {"name": name})
    assert (date["value"], date["rule"]) == (f"{row['appeared_at'][0]:%-d %b %Y}", row["appeared_rule"][0])
    for kind in ("owner", "family"):
        assert answered(monitor, "why", {kind: name.partition("/")[0] if kind == "owner" else name})["kind"] == kind


def test_a_search_finds_what_the_warehouse_names(monitor: Monitor) -> None:
    hits = answered(monitor, "search", {"q": " Mistral-7B "})["results"]
    model_ids = monitor.sql("select model_id from core.models where model_id ilike '%mistral-7b%'")["model_id"]
    models = {hit["name"] for hit in hits if hit["kind"] == "model"}
    assert models
    assert models <= set(model_ids)
    assert len(models) == min(RESULTS["models"], len(model_ids))
    text = (warehouse_module.sql_folder() / "queries" / "search.sql").read_text(encoding="utf-8")
    assert f"if(kind = 'model', {RESULTS['models']}, {RESULTS['others']})" in text


def test_the_list_of_views_is_the_registry(monitor: Monitor) -> None:
    answer = answered(monitor, "views")
    assert [view["view"] for view in answer["views"]] == [kind.slug for kind in all_perspectives]
    for view, kind in zip(answer["views"], all_perspectives, strict=True):
        assert [choice["choice"] for choice in view["choices"]] == list(kind.parameters)
        assert view["answer_at"] == routes()[f"views/{kind.slug}"].path
    counts = monitor.sql("select dataset, models from marts.datasets").set_index("dataset")["models"]
    assert {one["dataset"]: one["models"] for one in answer["datasets"]} == counts.to_dict()
    (one,) = answered(monitor, "views", {"view": "finder"})["views"]
    assert one == next(view for view in answer["views"] if view["view"] == "finder")


def test_every_answer_says_its_snapshot_and_rules(monitor: Monitor) -> None:
    identity = monitor.warehouse.identity
    assert identity
    for name, query in {
        "views": {},
        "views/releases": {},
        "why": {"owner": "mistralai"},
        "search": {"q": "qwen"},
    }.items():
        answer = answered(monitor, name, query)
        assert (answer["snapshot"], answer["counting_rules"]) == (identity.snapshot_id, identity.rules)
        assert answer["is_simulated"] is True
        assert answer["copy_of"] is None, "it was built here"


@pytest.mark.parametrize(
    ("name", "query", "status", "detail"),
    [
        ("views/model-types", {"unit": "fortnight"}, 400, "There is no unit “fortnight” here."),
        ("views/model-types", {"rows": "1001"}, 400, "rows is a whole number from 0 to 1,000, not “1001”."),
        ("views/model-types", {"rows": "-1"}, 400, "not “-1”"),
        ("views/model-types", {"rows": "٣"}, 400, "not “٣”"),
        ("views/model-types", {"sql": "maybe"}, 400, "sql is yes or no"),
        ("views/model-types", {"unti": "month"}, 400, "There is no choice unti; there are"),
        ("views/model-types", {"sizes": "a," * 900}, 400, "There is no size “a”. There are 895 more."),
        ("views/model-types", {"table": "<b>"}, 404, "has no table <b>; there are new-models, shares."),
        ("views", {"view": "nothing"}, 404, "There is no view nothing."),
        ("views", {"dataset": "v1"}, 400, "There is no choice dataset"),
        ("why", {}, 400, "Exactly one of model, owner and family"),
        ("why", {"model": "a/b", "owner": "a"}, 400, "Exactly one of model, owner and family"),
        ("why", {"model": "mistralai/Mistral-7B-v0.2x"}, 404, "There is no model"),
        ("why", {"model": "mistralai/Mistral-7B-v0.1", "fact": "colour"}, 404, "There is no fact colour; there are id"),
        ("why", {"model": "x" * 3000}, 404, ""),
        ("search", {}, 400, "q has 0 characters."),
        ("search", {"q": "a"}, 400, "q has 1 character."),
        ("search", {"q": "   "}, 400, "q has 0 characters."),
        ("search", {"q": "a" * 101}, 400, "q has 101 characters."),
    ],
)
def test_what_cannot_be_answered_says_why_and_what_to_do(
    monitor: Monitor, name: str, query: dict[str, str], status: int, detail: str
) -> None:
    refused = problem(monitor, name, query)
    assert refused.status == status
    assert detail in refused.detail
    assert refused.next_step
    assert len(refused.detail) < 1_500


def test_a_name_that_is_not_known_has_the_nearest(monitor: Monitor) -> None:
    refused = problem(monitor, "why", {"model": "mistralai/Mistral-7B-v0.9"})
    assert "mistralai/Mistral-7B-v0.1" in refused.more["nearest"]


@settings(max_examples=15)
@given(
    name=st.sampled_from(sorted(routes())),
    query=st.dictionaries(
        st.sampled_from(
            ["dataset", "from", "to", "unit", "sizes", "score", "table", "rows", "sql", "types", "bases", "by", "what",
             "model", "owner", "family", "fact", "q", "view", "members", "at_most"]
        ),
        st.text(max_size=30) | st.sampled_from([*TEXTS, "nan", "1e999", "-0", "\0", "' or 1=1 --", "%", "left-out/x"]),
        max_size=4,
    ),
)  # fmt: skip
def test_any_query_is_answered_as_described_or_refused_with_a_sentence(
    monitor: Monitor, name: str, query: dict[str, str]
) -> None:
    refused = []
    try:
        answered(monitor, name, query)
    except Problem as error:
        refused.append(error)
    assert all(error.status in (400, 404) and "Traceback" not in str(error) for error in refused)


def test_long_texts_are_shortened() -> None:
    long = "x" * (MAX_LETTERS + 5)
    assert shortened({"a": [long], "b": ("y", 1, None)}) == {"a": ["x" * MAX_LETTERS + "…"], "b": ["y", 1, None]}


def parameters(route: Route) -> list[str]:
    return [choice.name for choice in route.choices]


def test_the_description_is_valid_and_describes_each_route_and_no_other() -> None:
    document = json.loads(openapi_text("/monitor"))
    validator = pytest.importorskip("openapi_spec_validator", reason="openapi-spec-validator is not installed")
    validator.validate(document)


def test_the_description_and_the_registry_agree(monitor: Monitor) -> None:
    document = json.loads(openapi_text("/monitor"))
    assert document["servers"] == [{"url": "/monitor"}]
    described = document["paths"]
    others = {f"/api/{OPENAPI}", "/data/{view}.csv", "/data/{view}.json"}
    assert described.keys() == {route.path for route in routes().values()} | others
    of_views = {name for name in routes() if name.startswith("views/")}
    assert of_views == {f"views/{kind.slug}" for kind in all_perspectives}
    for kind in all_perspectives:
        assert set(kind.parameters) <= set(parameters(routes()[f"views/{kind.slug}"]))
    for route in routes().values():
        operation = described[route.path]["get"]
        names = [parameter["name"] for parameter in operation["parameters"]]
        assert names == parameters(route)
        assert len(set(names)) == len(names)
        assert all(parameter["description"] for parameter in operation["parameters"])
        with pytest.raises(Problem, match="There is no choice no_such"):
            route.answer(monitor.warehouse, {"no_such": "x"})
    operations = [path["get"]["operationId"] for path in described.values()]
    assert len(set(operations)) == len(operations)


def test_each_value_that_is_described_can_be_chosen() -> None:
    for kind in all_perspectives:
        choices = {choice.name: choice for choice in routes()[f"views/{kind.slug}"].choices}
        for name in kind.parameters:
            for value in choices[name].schema.get("enum", []):
                assert address.read_value(kind.param[name], value)[1] == [], (kind.slug, name)


def test_language_models_are_led_to_each_view() -> None:
    text = llms_text("/monitor")
    assert text.startswith("# Open-Source AI Monitor\n\n> ")
    links = re.findall(r"\]\(([^)]+)\)", text)
    assert {f"/monitor/api/views/{kind.slug}" for kind in all_perspectives} <= set(links)
    paths = {route.path for route in routes().values()} | {f"/api/{OPENAPI}"}
    paths |= {"/digest", "/feed/changes.atom", "/feed/digest.atom"}
    assert {link.removeprefix("/monitor").partition("?")[0] for link in links} <= paths
