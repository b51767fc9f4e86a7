"""Answers for programs, and the page, say that the data are a copy, who published it and when."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import jsonschema
from mcp import Client

from oss_ai_monitor.app.layout import _real_data
from oss_ai_monitor.mcp_server import server
from oss_ai_monitor.programs import OPENAPI, schemas
from oss_ai_monitor.warehouse import Warehouse
from tests.conftest import finished
from tests.server.conftest import serving

from .conftest import Web, manifest_of, run

NOT_IN_IT = "Rows of leaderboards may not be passed on, and are not in it."


def test_every_answer_of_a_copy_says_whose_it_is_and_of_when(web: Web, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    manifest = manifest_of(web.folder)
    expected = {
        "publisher": web.url,
        "publication": manifest.id,
        "published_at": f"{manifest.published_at:%Y-%m-%dT%H:%M:%SZ}",
        "notice": f"A copy of what {web.url} published on {manifest.published_at:%-d %b %Y}. {NOT_IN_IT}",
    }
    with serving(copy_of(web, copy)) as host:
        for path, schema in {
            "/api/views": "Views",
            "/api/views/adoption?rows=0": "View",
            "/api/changes?rows=0": "View",
            "/api/search?q=mistral": "Search",
            "/api/why?owner=mistralai": "Why",
            "/api/then-and-now/choices": "Comparable",
            "/data/adoption.json": "",
            "/data/owner.json?owner=mistralai": "",
            "/readyz": "",
        }.items():
            reply = host.get(path)
            assert reply.status == 200, (path, reply.body)
            answer = json.loads(reply.body)
            assert answer["copy_of"] == expected, path
            if schema:
                jsonschema.validate(answer, schemas()[schema] | {"components": {"schemas": schemas()}})
        described = json.loads(host.get(f"/api/{OPENAPI}").body)
        assert described["components"]["schemas"]["CopyOf"]["properties"].keys() == expected.keys()
        assert "`copy_of`" in host.get("/llms.txt").body

    async def questions() -> list[Any]:
        async with Client(server(copy)) as client:
            calls: list[tuple[str, dict[str, Any]]] = [
                ("list_views", {}),
                ("ask_view", {"view": "adoption", "rows": 0}),
                ("search_names", {"words": "mistral"}),
                ("explain", {"name": "mistralai", "kind": "owner"}),
                ("describe_relations", {}),
            ]
            return [(await client.call_tool(tool, arguments)).structured_content for tool, arguments in calls]

    for answer in finished(questions()):
        assert answer["copy_of"] == expected


def copy_of(web: Web, folder: Path) -> Path:
    """Follow what a server on loopback shows, once."""
    run(folder, "follow", web.url)
    return folder


def test_the_path_of_a_folder_that_is_followed_is_not_shown(public: Path, tmp_path: Path) -> None:
    run(tmp_path / "copy", "follow", str(public))
    opened = Warehouse.open(tmp_path / "copy")
    opened.close()
    assert opened.copy_of
    assert opened.copy_of["publisher"] == ""
    day = dt.date.fromisoformat(opened.copy_of["published_at"][:10])
    written = f"{day.day} {day:%b %Y}"  # as everywhere on the page: 8 Jan 2024
    assert opened.copy_notice == f"A copy of what was published elsewhere on {written}. {NOT_IN_IT}"


def test_the_page_names_the_publisher_of_simulated_data(web: Web, tmp_path: Path) -> None:
    opened = Warehouse.open(copy_of(web, tmp_path / "copy"))
    opened.close()
    assert f"for real data ask its publisher, {web.url}, or follow" in _real_data(opened)
