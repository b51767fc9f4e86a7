"""`/embed/<perspective>`: off by default, for named sites only, one chart with its source line."""

from __future__ import annotations

import asyncio
import html
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from bokeh.document import Document
from bokeh.io.doc import patch_curdoc
from panel.io import state
from panel.io.state import set_curdoc

from oss_ai_monitor import warehouse
from oss_ai_monitor.landing import Landing
from oss_ai_monitor.perspectives import Perspective, all_perspectives
from oss_ai_monitor.profiles import profile
from oss_ai_monitor.server.embed import CACHED_PAGES, Embeds
from oss_ai_monitor.server.health import Health
from oss_ai_monitor.server.policy import origins
from oss_ai_monitor.server.rendering import AT_ONCE, MAX_WAITING, TooMany
from tests.conftest import PATIENCE, finished

from .conftest import Host, serving, small_warehouse


@pytest.fixture(scope="module")
def embeds(folder: Path) -> Embeds:
    return Embeds(Health(folder))


@pytest.fixture(scope="module")
def open_host(folder: Path) -> Iterator[Host]:
    with serving(folder, "--embed-origin", "https://example.org", "--prefix", "monitor") as host:
        yield host


def test_it_is_off_unless_a_site_is_named(host: Host) -> None:
    assert host.get("/embed/model-types").status == 404


def test_only_an_embed_may_be_framed_and_only_by_that_site(open_host: Host) -> None:
    answer = open_host.get("/monitor/embed/model-types?dataset=v1")
    policy = answer.headers["content-security-policy"]
    assert answer.status == 200
    assert "frame-ancestors https://example.org" in policy
    assert "'unsafe-inline'" not in policy.partition("style-src")[0]
    assert answer.body.count("<script") == answer.body.count("<script nonce=") >= 2
    assert 'src="/monitor/static/js/bokeh.min.js"' in answer.body
    assert 'href="/monitor/serve?view=model-types' in answer.body
    for path in ("/serve", "/embed/nothing", "/healthz"):
        assert "frame-ancestors https" not in open_host.get("/monitor" + path).headers["content-security-policy"]


@pytest.mark.parametrize("path", ["nothing", "model-types?picture=nothing", "../serve", "model-types?x=" + "y" * 3000])
def test_what_is_not_there_is_not_found(open_host: Host, path: str) -> None:
    assert open_host.get("/monitor/embed/" + path).status == 404


def test_a_choice_that_is_made_twice_is_refused(open_host: Host) -> None:
    answer = open_host.get("/monitor/embed/model-types?dataset=v1&unit=day&unit=week")
    assert (answer.status, answer.headers["content-type"]) == (400, "text/plain; charset=utf-8")
    assert answer.body == "A choice is made once: unit. Separate several values by commas.\n"


@pytest.mark.parametrize("kind", all_perspectives, ids=lambda kind: kind.slug)
def test_every_perspective_has_an_embed_with_its_source_line(embeds: Embeds, kind: type[Perspective]) -> None:
    page = embeds.answer(kind.slug, {"dataset": "v1", "unit": "month"})
    assert "Snapshot 2024-06-15" in page or "could not be computed" not in page
    assert "kettle-1</b>" not in page.partition("<script type")[0]  # a stranger's markup is text


@pytest.mark.parametrize(("kind", "name"), [("model", "tin/<b>kettle-1</b>"), ("owner", "tin")])
def test_a_model_and_an_owner_have_embeds_with_their_sentence(embeds: Embeds, kind: str, name: str) -> None:
    page = embeds.answer(kind, {kind: name})
    assert f"<h1>{kind.capitalize()} {html.escape(name)}</h1>" in page
    assert "kettle-1</b>" not in page.partition("<script type")[0]
    assert profile(embeds.health.datasets()[0], kind, name).sentence in html.unescape(page)
    assert f'href="/serve?{kind}={quote(name, safe="")}"' in page


@pytest.mark.parametrize(
    "name", ["", "nobody/nothing", "<script>alert(1)</script>", "x" * 300, "\x00", "../../etc/passwd"]
)
def test_a_name_that_is_not_there_has_no_embed(open_host: Host, name: str) -> None:
    answer = open_host.get(f"/monitor/embed/model?model={quote(name)}")
    assert answer.status == 404
    assert "<script>alert" not in answer.body


def test_what_cannot_be_followed_is_noted_as_text(embeds: Embeds) -> None:
    page = embeds.answer("model-types", {"dataset": "v1", "unit": "<b>fortnight"})
    assert "&lt;b&gt;fortnight" in page
    assert "<b>fortnight" not in page


def test_the_last_ones_are_kept_and_no_more(embeds: Embeds) -> None:
    first = embeds.answer("releases", {"dataset": "v1"})
    assert embeds.answer("releases", {"dataset": "v1"}) is first
    embeds._cache.update({("", "", str(n)): "" for n in range(CACHED_PAGES)})
    embeds.answer("releases", {"dataset": "v1", "unit": "day"})
    assert len(embeds._cache) == CACHED_PAGES


def test_the_server_answers_others_while_an_embed_is_rendered(folder: Path) -> None:
    """One is held up in the middle; the event loop goes on meanwhile, and further ones are refused."""
    embeds, going, entered = Embeds(Health(folder)), threading.Event(), threading.Semaphore(0)
    render = embeds._render

    def held_up(*arguments: Any) -> str:
        entered.release()
        assert going.wait(PATIENCE)
        return render(*arguments)

    embeds._render = held_up  # type: ignore[method-assign]

    async def ask() -> tuple[list[str], list[str]]:
        units = ("day", "week", "month", "quarter", "year")
        queries = [{"dataset": "v1", "unit": unit, "sizes": str(n)} for n in range(MAX_WAITING) for unit in units]
        tasks = [asyncio.create_task(embeds.answer_in_thread("releases", query)) for query in queries[:MAX_WAITING]]
        same = asyncio.create_task(embeds.answer_in_thread("releases", queries[0]))
        loop = asyncio.get_running_loop()
        for _ in range(AT_ONCE):
            assert await loop.run_in_executor(None, entered.acquire, True, PATIENCE)
        with pytest.raises(TooMany):
            await embeds.answer_in_thread("releases", queries[MAX_WAITING])
        assert not any(task.done() for task in tasks)
        assert not entered.acquire(blocking=False), "no more at once"
        going.set()
        pages = await asyncio.gather(*tasks)
        return pages, [await same, await embeds.answer_in_thread("releases", queries[MAX_WAITING])]

    pages, others = finished(ask())
    assert all("Snapshot 2024-06-15" in page for page in pages)
    assert others[0] is pages[0], "who asks for the same waits for the same"
    assert "Snapshot 2024-06-15" in others[1]


def test_an_embed_in_a_thread_is_part_of_no_visitors_page(folder: Path) -> None:
    seen: list[object] = []
    embeds = Embeds(Health(folder))
    render = embeds._render

    def watched(*arguments: Any) -> str:
        seen.append(state.curdoc)
        return render(*arguments)

    embeds._render = watched  # type: ignore[method-assign]
    visitors_page = Document()
    with patch_curdoc(visitors_page), set_curdoc(visitors_page):
        finished(embeds.answer_in_thread("releases", {"dataset": "v1"}))
        assert state.curdoc is visitors_page
    assert seen
    assert seen[0] is not visitors_page
    assert not visitors_page.roots


def test_an_embed_is_rendered_anew_where_its_generation_was_closed_meanwhile(tmp_path: Path) -> None:
    embeds = Embeds(Health(small_warehouse(tmp_path)))
    render, generations = embeds._render, []

    def rebuilt_meanwhile(opened: Any, *arguments: Any) -> str:
        generations.append(opened.generation)
        if len(generations) == 1:
            warehouse.build(tmp_path, Landing(tmp_path / "landing").selected())
            embeds.health.datasets()  # closes the old one
        return render(opened, *arguments)

    embeds._render = rebuilt_meanwhile  # type: ignore[method-assign]
    page = embeds.answer("releases", {"dataset": "v1"})
    assert "Snapshot 2024-06-15" in page
    assert "could not be" not in page
    assert len(set(generations)) == 2


@pytest.mark.parametrize(
    "site", ["*", "https://example.org/", "https://*.example.org", "https://a b", "x'; script-src *"]
)
def test_what_is_no_origin_is_refused(site: str) -> None:
    with pytest.raises(ValueError, match="expected scheme and host"):
        origins([site])
