"""`/api/…` and `/llms.txt`: cached, limited, behind the password, for scripts of named sites only, refused in JSON."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from tornado.httpclient import AsyncHTTPClient
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application

from oss_ai_monitor.programs import OPENAPI, STATUSES, openapi_text, routes, schemas, view_answer
from oss_ai_monitor.server.api import NEXT_STEPS, PER_ADDRESS, ROUTE, Answers, Api
from oss_ai_monitor.server.health import Health
from oss_ai_monitor.warehouse import Warehouse
from tests.conftest import finished

from .conftest import Answer, Host, serving
from .test_security import cookies_of, raw

SITE = "https://example.org"
VIEW = "/api/views/model-types?dataset=v1&unit=month"
ADDRESSES = [f"/api/{name}" for name in routes()] + [f"/api/{OPENAPI}", "/llms.txt"]


def refusal(answer: Answer) -> dict[str, Any]:
    """What a program is told, in the form that is described."""
    assert answer.headers["content-type"] == "application/problem+json; charset=utf-8"
    assert answer.headers["cache-control"].endswith("no-store")
    problem: dict[str, Any] = json.loads(answer.body)
    jsonschema.validate(problem, schemas()["Problem"])
    assert problem["status"] == answer.status
    return problem


@pytest.fixture(scope="module")
def open_host(folder: Path) -> Iterator[Host]:
    options = ("--embed-origin", SITE, "--prefix", "monitor", "--no-leaderboard-rows", "--behind-proxy")
    with serving(folder, *options, "--max-openings-per-minute", "20", "--max-openings-per-minute-of-all", "60") as host:
        yield host


@pytest.fixture(scope="module")
def locked(folder: Path) -> Iterator[Host]:
    passwords = folder / "api-passwords.json"
    passwords.write_text(json.dumps({"ann": "sword fish"}))
    passwords.chmod(0o600)
    with serving(folder, "--basic-auth", str(passwords)) as host:
        yield host


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("views", ""),
        ("views/releases", "?rows=2"),
        ("why", "?owner=tin"),
        ("search", "?q=kettle"),
        ("then-and-now/choices", ""),
    ],
)
def test_a_route_answers_as_it_is_described(host: Host, name: str, query: str) -> None:
    """What each view answers is held to its description in tests/programs/test_routes.py."""
    answer = host.get(f"/api/{name}{query}")
    assert answer.status == 200
    schema = schemas()[routes()[name].schema] | {"components": {"schemas": schemas()}}
    jsonschema.validate(json.loads(answer.body), schema)


def test_the_descriptions_are_handed_out(host: Host) -> None:
    for path in (f"/api/{OPENAPI}", "/api", "/api/"):
        assert host.get(path).body == openapi_text()
    assert "](/api/views/model-types)" in host.get("/llms.txt").body


def test_it_answers_what_the_page_counts(host: Host, folder: Path) -> None:
    answer = host.get(f"{VIEW}&rows=1000")
    opened = Warehouse.open(folder)
    expected = view_answer(opened, "model-types", {"dataset": "v1", "unit": "month", "rows": "1000"})
    opened.close()
    assert json.loads(answer.body) == json.loads(json.dumps(expected))
    assert sum(row["models"] for row in expected["tables"][0]["rows"]) == 19
    assert answer.headers["content-type"] == "application/json; charset=utf-8"


@pytest.mark.parametrize("path", [VIEW, "/api/views", "/api/search?q=kettle", f"/api/{OPENAPI}", "/llms.txt"])
def test_who_has_it_is_not_sent_it_again(host: Host, path: str) -> None:
    answer = host.get(path)
    assert (answer.status, answer.headers["cache-control"]) == (200, "max-age=300")
    again = host.get(path, If_None_Match=answer.headers["etag"])
    assert (again.status, again.body) == (304, "")
    assert raw(host, path, "HEAD") == (200, "")


@pytest.mark.parametrize(
    ("path", "status", "detail"),
    [
        ("/api/nothing/", 404, "There is no such address."),
        ("/api//", 404, "There is no such address."),
        ("/api/nothing", 404, "There is no such address."),
        ("/api/views/nothing", 404, "There is no such address."),
        ("/api/views/model-types/x", 404, "There is no such address."),
        ("/api/VIEWS", 404, "There is no such address."),
        ("/api/views/../../etc/passwd", 404, "There is no such address."),
        ("/api/views/model-types%00", 400, "Bad Request."),
        ("/api/search?q=%ff", 400, "Bad Request."),
        (f"{VIEW}&unit=day", 400, "A choice is made once: unit."),
        ("/api/views/model-types?unit=%3Cb%3E", 400, "There is no unit “<b>” here."),
        ("/api/views/model-types?snapshot=x", 404, "The snapshot in the address is no id of one."),
        ("/api/views/model-types?snapshot=20240101T000000Z-00000000", 404, "is not on this server"),
        ("/api/then-and-now", 404, "there is nothing to compare it with"),
        ("/api/then-and-now?then=%3Cb%3E", 400, "“<b>” is no date like 2024-11-04."),
        ("/api/then-and-now?then=1066-10-14", 404, "No generation of 1066-10-14"),
        ("/api/then-and-now/choices?x=1", 400, "There is no choice x"),
        ("/api/why?model=tin/no-such", 404, "There is no model “tin/no-such” in this data."),
        ("/api/search?q=" + "y" * 3000, 414, "The query is longer than 2,000 characters."),
    ],
)
def test_a_refusal_says_what_was_wrong_and_what_to_do(host: Host, path: str, status: int, detail: str) -> None:
    answer = host.get(path)
    problem = refusal(answer)
    assert answer.status == status
    assert detail in problem["detail"]
    assert problem["next"].endswith(".")
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_it_is_only_read(host: Host, method: str) -> None:
    status, body = raw(host, VIEW, method)
    assert status == 405
    assert json.loads(body)["next"] == NEXT_STEPS[405]


def test_every_status_that_is_described_has_a_next_step() -> None:
    assert STATUSES.keys() <= NEXT_STEPS.keys()


def test_scripts_of_named_sites_may_read_it_and_no_others(host: Host, open_host: Host) -> None:
    for origin, allowed in ((SITE, SITE), ("https://evil.example", None), ("null", None)):
        headers = open_host.get("/monitor/llms.txt", Origin=origin).headers
        assert headers.get("access-control-allow-origin") == allowed
        assert "access-control-allow-credentials" not in headers
        assert headers["vary"] == "Origin"
    assert "access-control-allow-origin" not in host.get(VIEW, Origin=SITE).headers


def test_an_operator_can_keep_the_rows_of_leaderboards(host: Host, open_host: Host) -> None:
    path = "/api/views/author-activity?dataset=v1"
    for answer in (open_host.get(f"/monitor{path}"), open_host.get("/monitor/api/search?q=kettle")):
        assert answer.status == 200
        assert "switched off tables that name single rows of a leaderboard" in answer.body
    assert "kettle" not in open_host.get(f"/monitor{path}").body
    assert "kettle" in host.get(path).body


def test_links_keep_the_prefix(open_host: Host) -> None:
    assert "](/monitor/api/views)" in open_host.get("/monitor/llms.txt").body
    assert json.loads(open_host.get(f"/monitor/api/{OPENAPI}").body)["servers"] == [{"url": "/monitor"}]


def test_it_needs_the_password_and_stays_in_the_visitors_own_browser(locked: Host) -> None:
    for path in (*ADDRESSES, "/api/nothing"):
        assert refusal(locked.get(path))["next"].startswith("Log in"), path
    answer = locked.get(VIEW, Cookie=cookies_of(locked))
    assert (answer.status, answer.headers["cache-control"]) == (200, "private, max-age=300")


def test_it_is_limited_like_visits(open_host: Host) -> None:
    """The last of those that use this server: one address has 20 a minute, all together 60."""
    of_one = [open_host.get("/monitor/api/x", X_Real_IP="203.0.113.7") for _ in range(30)]
    assert {answer.status for answer in of_one} == {404, 429}
    assert refusal(of_one[-1])["detail"] == "Your address has asked more than it may in a minute."
    assert of_one[-1].headers["retry-after"] == "60"
    answers = [open_host.get("/monitor/api/x") for _ in range(80)]
    assert {answer.status for answer in answers} == {404, 503}
    assert refusal(answers[-1])["detail"] == "There are too many visitors at this moment."


def test_one_address_is_answered_four_things_at_a_time(folder: Path) -> None:
    answers, may_end = Answers(Health(folder)), asyncio.Event()

    async def wait(*_: Any) -> bytes:
        await may_end.wait()
        return b"{}"

    answers.answer_in_thread = wait  # type: ignore[method-assign]

    async def ask() -> list[int]:
        application = Application([(ROUTE, Api, {"answers": answers})])
        (socket,) = bind_sockets(0, "127.0.0.1")
        server = HTTPServer(application, xheaders=True)
        server.add_sockets([socket])
        address = f"http://127.0.0.1:{socket.getsockname()[1]}/api/views"
        client = AsyncHTTPClient(max_clients=20, force_instance=True)
        requests = [
            asyncio.ensure_future(client.fetch(address, headers={"X-Real-IP": visitor}, raise_error=False))
            for visitor in [*["203.0.113.7"] * (PER_ADDRESS + 1), "203.0.113.8"]
        ]
        done, _ = await asyncio.wait(requests, return_when=asyncio.FIRST_COMPLETED)
        refused = [one.result().code for one in done]
        may_end.set()
        codes = [(await one).code for one in requests]
        server.stop()
        assert refused == [429]
        return codes

    assert sorted(finished(ask())) == [200] * (PER_ADDRESS + 1) + [429]
    assert not answers.by_address


def test_answers_are_made_in_threads_and_once_for_the_same_question(folder: Path) -> None:
    answers = Answers(Health(folder))
    render, rendered = answers._render, []

    def watched(*arguments: Any) -> bytes:
        rendered.append(arguments[1:])
        return render(*arguments)

    answers._render = watched  # type: ignore[method-assign]

    async def ask() -> list[bytes]:
        return await asyncio.gather(*(answers.answer_in_thread("search", {"q": "kettle"}) for _ in range(3)))

    assert len(set(finished(ask()))) == 1
    assert rendered == [("search", {"q": "kettle"})]
