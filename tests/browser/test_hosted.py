"""What a host sends runs in a real browser under its own policy, and nothing else does."""

from __future__ import annotations

import http.server
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.hosting.conftest import Host, hosting

from .conftest import PLOT

pytestmark = pytest.mark.browser
with socket.socket() as probe:
    probe.bind(("127.0.0.1", 0))
    FRIENDLY = probe.getsockname()[1]
FRIENDS = (f"http://127.0.0.1:{FRIENDLY}", "https://example.org")
CANARY = """async () => {
  window.hits = [];
  window.blocked = [];
  document.addEventListener("securitypolicyviolation", (found) => window.blocked.push(found.effectiveDirective));
  const place = document.createElement("div");
  document.body.append(place);
  place.innerHTML = `<img src="data:," onerror="hits.push('handler')">
    <a id="lure" href="javascript:hits.push('link')">x</a>
    <svg onload="hits.push('svg')"></svg><iframe srcdoc="<script>parent.hits.push('frame')</script>"></iframe>
    <object data="data:text/html,x"></object><form id="away" action="https://evil.example"><input></form>`;
  document.getElementById("lure").click();
  document.getElementById("away").requestSubmit();
  const script = document.createElement("script");
  script.textContent = "hits.push('script')";
  document.body.append(script);
  await fetch("https://evil.example/").catch(() => null);
  await new Promise((done) => setTimeout(done, 300));
  place.remove();
  return {hits: window.hits, blocked: [...new Set(window.blocked)].sort()};
}"""


@pytest.fixture(scope="module")
def host(simulated_warehouse: Path) -> Iterator[Host]:
    with hosting(simulated_warehouse, *(f"--embed-origin={site}" for site in FRIENDS)) as one:
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


def test_nothing_that_became_markup_runs_or_leaves(host: Host, watched: Page, complaints: list[str]) -> None:
    watched.goto(f"{host.root}/serve?view=model-types")
    is_drawn(watched)
    told = watched.evaluate(CANARY)
    assert told["hits"] == []
    assert {"connect-src", "script-src-attr", "script-src-elem", "form-action"} <= set(told["blocked"])
    assert complaints  # the browser says so too


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


def test_no_other_site_shows_an_embed_and_none_shows_the_page(
    host: Host, watched: Page, complaints: list[str], sites: list[str]
) -> None:
    embed = f"{host.root}/embed/model-types?dataset=v2"
    for site, path in ((sites[1], embed), (sites[0], f"{host.root}/serve"), (sites[1], f"{host.root}/serve")):
        complaints.clear()
        watched.goto(f"{site}/?{path}")
        watched.wait_for_timeout(300)
        assert watched.frames[1].url.startswith("chrome-error://"), site
        assert any("frame-ancestors" in said for said in complaints)
