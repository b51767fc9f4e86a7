"""The description of the addresses for programs in OpenAPI 3.1, and llms.txt, the same for language models."""

from __future__ import annotations

import functools
import http.client
import json
from pathlib import Path
from typing import Any

from ..perspectives import all_perspectives
from ..version import __version__
from .problem import MAX_ROWS
from .routes import ROOT, Choice, Route, routes
from .tables import TABLE

OPENAPI = "openapi.json"
PROBLEM = "Problem"
PROBLEM_TYPE = "application/problem+json"
STATUSES = {
    400: "A choice that cannot be made.",
    403: "A password is needed, as for the page.",
    404: "No such address, view, table, name or snapshot.",
    414: "The query is too long.",
    429: "Too many requests of one address; Retry-After says when to ask again.",
    503: "Too many requests, or no data that can be read; Retry-After says when to ask again.",
}
ABOUT = (
    "What the Hugging Face Hub and its leaderboards said, day by day, and how it was counted. Read only. Each answer "
    "says which snapshot and which version of the counting rules it stands on, what is left out, and whether the data "
    "are a copy of what somebody else publishes."
)


@functools.cache
def openapi_text(root: str = "") -> str:
    """Return the description as JSON; `root` is the path below which the server answers."""
    document = {
        "openapi": "3.1.0",
        "info": {
            "title": "Open-Source AI Monitor",
            "version": __version__,
            "description": ABOUT,
            "license": {"name": "Apache-2.0 (the program; each answer says what is declared of the data)"},
        },
        "servers": [{"url": root or "/"}],
        "paths": {
            **{route.path: {"get": _operation(route)} for route in routes().values()},
            ROOT + OPENAPI: {"get": _plain_operation("openapi", "Describe these addresses", "application/json")},
            "/data/{view}.csv": {"get": _whole_table("csv", "text/csv")},
            "/data/{view}.json": {"get": _whole_table("json", "application/json")},
        },
        "components": {"schemas": schemas(), "responses": {str(status): _refused(status) for status in STATUSES}},
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n"


@functools.cache
def schemas() -> dict[str, Any]:
    """Return the JSON schemas of the answers, by name."""
    return dict(json.loads((Path(__file__).parent / "schemas.json").read_text(encoding="utf-8")))


def _operation(route: Route) -> dict[str, Any]:
    return {
        "operationId": route.name.replace("/", "_").replace("-", "_"),
        "summary": route.title,
        "description": route.meaning,
        "parameters": list(map(_parameter, route.choices)),
        "responses": {
            "200": {
                "description": "The answer.",
                "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{route.schema}"}}},
            },
            "304": {"description": "It is as the ETag says that was sent as If-None-Match."},
        }
        | {str(status): {"$ref": f"#/components/responses/{status}"} for status in STATUSES},
    }


def _whole_table(ending: str, media_type: str) -> dict[str, Any]:
    """Return the description of a table by address, which has all rows; its errors are plain text."""
    path = {"name": "view", "in": "path", "required": True, "schema": {"type": "string"}}
    table = Choice(TABLE, "The name of the table; without it the first. The other choices are those of the view.")
    operation = _plain_operation(f"table_{ending}", f"All rows of a table, as {ending.upper()}", media_type)
    return operation | {"parameters": [path | {"description": "The name of the view."}, _parameter(table)]}


def _plain_operation(name: str, title: str, media_type: str) -> dict[str, Any]:
    schema = {"type": "object"} if media_type == "application/json" else {"type": "string"}
    answer = {"description": "The answer.", "content": {media_type: {"schema": schema}}}
    return {"operationId": name, "summary": title, "responses": {"200": answer}}


def _parameter(choice: Choice) -> dict[str, Any]:
    return {
        "name": choice.name,
        "in": "query",
        "description": choice.meaning,
        "required": choice.is_required,
        "schema": dict(choice.schema),
    }


def _refused(status: int) -> dict[str, Any]:
    schema = {"$ref": f"#/components/schemas/{PROBLEM}"}
    return {
        "description": f"{http.client.responses[status]}. {STATUSES[status]}",
        "content": {PROBLEM_TYPE: {"schema": schema}},
    }


@functools.cache
def llms_text(root: str = "") -> str:
    """Return llms.txt (llmstxt.org): what is here, and which address answers which question."""
    api = f"{root}{ROOT}"
    views = "\n".join(f"- [{kind.title}]({api}views/{kind.slug}): {kind.question}" for kind in all_perspectives)
    return f"""# Open-Source AI Monitor

> {ABOUT}

Ask with GET; answers are JSON. Without choices an answer is what the page opens with. Choices are those of the page's
own address, such as `?dataset=v2&unit=month&from=2024-07-01&to=2024-12-31`; a choice that cannot be made is refused,
and the answer says what to do next (`detail`, `next`). Quote a number together with its `snapshot` and with what is in
`left_out`, and say that data are made up where `is_simulated` is true. Where `copy_of` is not null, the server shows a
copy of what somebody else publishes: say whose (`publisher`) and of when (`published_at`). Tables are cut to 100 rows:
`rows=` asks for up to {MAX_ROWS:,}, and `{root}/data/<view>.csv?table=<table>` has them all.

## Start here

- [Views and their choices]({api}views): every question that can be asked, with the datasets
- [OpenAPI]({api}{OPENAPI}): each address, its parameters and the form of its answer
- [Search]({api}search?q=mistral): models, owners, families and releases by words of their names
- [Changes]({api}changes?kinds=licence): what changed, by kind, owner, family, licence and day
- [Why]({api}why?model=mistralai/Mistral-7B-v0.1): what is known of a model (`owner=`, `family=`), by which rule, and
  the claims that are not believed

- [The week]({root}/digest): what is news of each week, in sentences with numbers
- Feeds (Atom): [changes]({root}/feed/changes.atom?kinds=licence), [digests of the weeks]({root}/feed/digest.atom)

## Views

{views}
"""
