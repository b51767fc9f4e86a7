"""In a real browser the page runs under its own policy, and nothing else runs."""

from __future__ import annotations

import html
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import Until, free_port
from tests.server.conftest import Host, serving

from .conftest import PLOT, TITLES, go_to, new_context

pytestmark = pytest.mark.browser
ALLOWED_PORT = free_port()
ALLOWED_SITES = (f"http://127.0.0.1:{ALLOWED_PORT}", "https://example.org")
CANARY = """async (there) => {
  window.hits = [];
  const place = document.createElement("div");
  document.body.append(place);
  place.innerHTML = `<img src="data:," onerror="hits.push('handler')">
    <a id="lure" href="javascript:hits.push('link')">x</a>
    <svg onload="hits.push('svg')"></svg><iframe srcdoc="<script>parent.hits.push('frame')</script>"></iframe>
    <object data="data:text/html,x"></object><img src="${there}/picture"><iframe src="${there}/frame"></iframe>
    <form id="away" action="${there}/form"><input name="secret" value="1"></form>`;
  document.getElementById("lure").click();
  const script = document.createElement("script");
  script.textContent = "hits.push('script')";
  document.body.append(script);
  const remote = document.createElement("script");
  remote.src = `${there}/script`;
  document.body.append(remote);
  navigator.sendBeacon(`${there}/beacon`, "x");
  await fetch(`${there}/fetch`, {mode: "no-cors"}).catch(() => null);
  await new Promise((done) => setTimeout(done, 300));
  return window.hits;
}"""
"""Markup and scripts that run on a page without a policy and then send requests to another site."""
SUBMIT = "document.getElementById('away').requestSubmit()"


@pytest.fixture(scope="module")
def host(simulated_warehouse: Path) -> Iterator[Host]:
    with serving(simulated_warehouse, *(f"--embed-origin={site}" for site in ALLOWED_SITES)) as host:
        yield host


class Site(http.server.BaseHTTPRequestHandler):
    """A site of another origin, whose pages show a frame with the address in their query."""

    def do_GET(self) -> None:
        frame = (
            f'<!DOCTYPE html><title>Another site</title><iframe width=900 height=600 src="{self.path[2:]}"></iframe>'
        )
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(frame.encode())

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def sites() -> Iterator[list[str]]:
    """Two other sites: one that may show embeds, one that may not."""
    servers = [http.server.ThreadingHTTPServer(("127.0.0.1", port), Site) for port in (ALLOWED_PORT, 0)]
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    yield [f"http://127.0.0.1:{server.server_port}" for server in servers]
    for server in servers:
        server.shutdown()
        server.server_close()


class RecordingSite:
    """Another site, without a policy, that records the requests to it."""

    def __init__(self) -> None:
        self.requests: list[str] = []
        requests = self.requests

        class Handler(Site):
            def do_GET(self) -> None:
                requests.append(self.path)
                super().do_GET()

            do_POST = do_GET  # noqa: N815 - of a beacon

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def recording_site() -> Iterator[RecordingSite]:
    site = RecordingSite()
    threading.Thread(target=site.server.serve_forever, daemon=True).start()
    yield site
    site.server.shutdown()
    site.server.server_close()


@pytest.fixture
def complaints() -> list[str]:
    return []


@pytest.fixture
def watched(chromium: Browser, complaints: list[str]) -> Iterator[Page]:
    """A page that records every error and every violation of the policy that its browser reports."""
    context = new_context(chromium, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()


def is_drawn(page: Page) -> None:
    page.wait_for_function(
        f"() => {{ try {{ return {PLOT}.some((plot) => plot.inner_width > 0) }} catch {{ return false }} }}"
    )


def test_every_perspective_works_under_the_policy(host: Host, watched: Page, complaints: list[str]) -> None:
    watched.goto(f"{host.root}/serve?dataset=v2")
    is_drawn(watched)
    for title in TITLES[1:]:
        before = watched.evaluate("location.search")
        go_to(watched, title)
        watched.wait_for_function("(before) => location.search !== before", arg=before)
        watched.wait_for_timeout(400)
    go_to(watched, "Model types")
    watched.wait_for_function("() => location.search.includes('view=model-types')")
    watched.get_by_role("radio", name="Month", exact=True).check()
    watched.wait_for_function("() => location.search.includes('unit=month')")
    for kind in ("CSV", "PNG", "SVG"):
        with watched.expect_download():
            watched.locator("button:visible", has_text=kind).first.click()
    watched.locator("button:visible", has_text="Table").first.click()
    watched.get_by_role("button", name="Link", exact=True).click()
    watched.wait_for_timeout(300)
    assert [
        complaint for complaint in complaints if "Content Security Policy" in complaint or "Error" in complaint
    ] == []


def test_nothing_that_became_markup_runs_or_leaves(host: Host, watched: Page, recording_site: RecordingSite) -> None:
    watched.goto(f"{host.root}/serve?view=model-types")
    is_drawn(watched)
    watched.wait_for_function("location.search.includes('unit=')")  # the page has written its whole state there
    before = watched.evaluate("location.href")
    assert watched.evaluate(CANARY, recording_site.address) == []
    watched.evaluate(SUBMIT)
    watched.wait_for_timeout(500)
    assert recording_site.requests == []
    assert watched.evaluate("location.href") == before
    assert watched.evaluate("hits") == []


def test_the_same_markup_does_run_and_leave_where_there_is_no_policy(
    watched: Page, recording_site: RecordingSite, until: Until
) -> None:
    watched.goto(f"{recording_site.address}/page")
    watched.evaluate(CANARY, recording_site.address)
    watched.wait_for_function("['handler', 'link', 'frame', 'script'].every((one) => hits.includes(one))")
    until(lambda: {"/picture", "/frame", "/script", "/beacon", "/fetch"} <= set(recording_site.requests))
    watched.evaluate(SUBMIT)
    watched.wait_for_url(f"{recording_site.address}/form?secret=1")
    until(lambda: "/form?secret=1" in recording_site.requests)


def test_an_embed_is_drawn_in_the_frame_of_a_site_that_may(
    host: Host, watched: Page, complaints: list[str], sites: list[str]
) -> None:
    embed = f"{host.root}/embed/model-types?dataset=v2&unit=month"
    watched.goto(f"{sites[0]}/?{embed}")
    frame = watched.frame_locator("iframe")
    frame.locator(".bk-Figure").first.wait_for()
    assert frame.locator("h1").inner_text().startswith("New models")
    assert "Snapshot" in frame.locator(".note").last.inner_text()
    link = frame.get_by_role("link", name="Open-Source AI Monitor").get_attribute("href")
    assert link is not None
    assert link.startswith("/serve?view=model-types&dataset=v2")
    watched.wait_for_timeout(300)
    assert complaints == []


def test_a_card_gives_the_addresses_of_its_table_and_the_frame_for_other_sites(
    host: Host, watched: Page, sites: list[str]
) -> None:
    """The addresses answer, and the frame is drawn; a script of that site reads the table, one of another does not."""
    watched.goto(f"{host.root}/serve?view=model-types&dataset=v2&unit=month")
    is_drawn(watched)
    watched.get_by_role("button", name="Data of Share of new models per month").click()
    watched.locator("dialog pre").first.wait_for()
    texts = watched.locator("dialog pre").all_inner_texts()
    watched.keyboard.press("Escape")
    answers = [watched.request.get(text) for text in texts]
    assert [answer.status for answer in answers] == [200, 200, 200]
    assert answers[0].body() == answers[2].body()
    assert answers[1].json()["table"] == "shares"
    watched.get_by_role("button", name="Embed Share of new models per month").click()
    watched.locator("dialog pre").filter(has_text="iframe").wait_for()
    (text,) = watched.locator("dialog pre").all_inner_texts()
    frame_address = html.unescape(text.partition('src="')[2].partition('"')[0])
    assert f"{host.root}/embed/model-types?dataset=v2" in frame_address
    read = "(address) => fetch(address).then((answer) => answer.status, () => 'refused')"
    for site, status in zip(sites, (200, "refused"), strict=True):
        watched.goto(f"{site}/?{frame_address}")
        if status == 200:
            frame = watched.frame_locator("iframe")
            expect(frame.locator("h1")).to_have_text("Share of new models per month")
        assert watched.evaluate(read, texts[0]) == status


def test_the_page_of_a_family_gives_a_frame_in_which_its_chart_is_drawn(
    host: Host, watched: Page, complaints: list[str], sites: list[str]
) -> None:
    watched.goto(f"{host.root}/serve?family=mistralai/Mistral-7B-v0.1")
    watched.get_by_role("button", name="Embed Family mistralai/Mistral-7B-v0.1").click()
    watched.locator("dialog pre").first.wait_for()
    (text,) = watched.locator("dialog pre").all_inner_texts()
    frame_address = html.unescape(text.partition('src="')[2].partition('"')[0])
    watched.goto(f"{sites[0]}/?{frame_address}")
    frame = watched.frame_locator("iframe")
    expect(frame.locator("h1")).to_have_text("Family mistralai/Mistral-7B-v0.1")
    frame.locator(".bk-Figure").first.wait_for()
    link = frame.get_by_role("link", name="Open-Source AI Monitor").get_attribute("href")
    assert link == "/serve?family=mistralai%2FMistral-7B-v0.1"
    watched.wait_for_timeout(300)
    assert complaints == []


def test_no_other_site_shows_an_embed_and_none_shows_the_page(host: Host, watched: Page, sites: list[str]) -> None:
    embed = f"{host.root}/embed/model-types?dataset=v2"
    urls: list[str] = []
    watched.on("request", lambda request: urls.append(request.url))
    for site, path in ((sites[1], embed), (sites[0], f"{host.root}/serve"), (sites[1], f"{host.root}/serve")):
        urls.clear()
        watched.goto(f"{site}/?{path}")
        watched.wait_for_timeout(300)  # the frame was asked for before the page counted as loaded
        own_urls = [url for url in urls if url.startswith(host.root)]
        assert own_urls == [path], site  # the frame was refused: nothing of the page in it asked for its scripts
