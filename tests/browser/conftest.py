"""What browser tests share: a served warehouse, a real Chromium, a watched page, a checker of drawn texts."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from bokeh.embed import file_html
from bokeh.models import Plot
from bokeh.resources import INLINE
from playwright.sync_api import (
    Browser,
    BrowserContext,
    FloatRect,
    Locator,
    Page,
    Playwright,
    expect,
    sync_playwright,
)

from oss_ai_monitor import warehouse
from oss_ai_monitor.landing import Landing
from oss_ai_monitor.pages import all_pages
from oss_ai_monitor.perspectives import all_perspectives
from tests.conftest import PATIENCE, free_port, land_rows, shared_folder

SLUGS = {kind.title: kind.slug for kind in (*all_perspectives, *all_pages)}
"""Title of each view → its name in addresses."""
TITLES = tuple(SLUGS)
"""Of all views, in the order of their kinds."""
ACTIVE_VIEW = "nav .active"
"""The group of the navigation whose view is shown."""
ROOT = Path(__file__).parent.parent.parent
AS_OF = datetime(2024, 6, 15, 12, tzinfo=UTC)
TYPES = ("🟢 pretrained", "🔶 fine-tuned", "💬 chat", "🤝 merge")
CARD_BUTTONS = ("Table", "CSV", "XLSX", "PNG", "SVG", "SQL", "Data", "Embed", "Cite")
"""Buttons of a card, whose names go on with the title of its chart."""
SMALLEST_TARGET = 24
"""Pixels of what a finger can hit, in each direction (WCAG 2.2, 2.5.8)."""
PLOT = "Bokeh.documents.flatMap((one) => [...one.all_models]).filter((model) => model.type === 'Figure')"
CARDS = "Bokeh.documents.flatMap((one) => [...one.all_models]).filter((model) => model.class_name === 'Card')"

DISABLED_FEATURES = (
    "WebUIOmniboxPopup", "WebUIOmniboxAimPopup",  # two pages of the browser's own in each window: a third of a visit
    "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "PaintHolding", "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect", "TcpPortRandomizationWin", "OptimizationHints", "NetworkTimeServiceQuerying",
    "AimEnabled", "PreconnectToSearch",
)  # fmt: skip
"""Of Chromium; all but the first two are those that Playwright disables, whose list this one replaces."""
FIGURES = f"""{PLOT}.map((plot) => {{
  const box = Bokeh.index.find_one_by_id(plot.id)?.el.getBoundingClientRect();
  const data = plot.renderers.map((drawn) => drawn.data_source?.get_length());
  return [plot.inner_width, plot.inner_height, box?.x, box?.y, data];
}})"""
"""Sizes, places and lengths of all figures."""


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A Chromium: the one that CHROMIUM names, one of the system, or Playwright's own.

    Without one the tests are skipped and say why; with CI=true that is a failure.
    """
    with sync_playwright() as driver:
        browser, failure = _launch(driver)
        if browser is None:
            reason = f"no Chromium: {failure}; install one, or name it in CHROMIUM"
            if os.environ.get("CI") == "true":
                pytest.fail(reason)
            pytest.skip(reason)
        expect.set_options(timeout=1000 * PATIENCE)
        yield browser
        browser.close()


def _launch(driver: Playwright) -> tuple[Browser | None, str]:
    named = [os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome"]
    executable = next((path for name in named if name and (path := shutil.which(name))), None)
    features = f"--disable-features={','.join(DISABLED_FEATURES)}"
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", features]
    try:
        return driver.chromium.launch(executable_path=executable, args=arguments), ""
    except Exception as error:  # noqa: BLE001  (whatever it is, it is the reason why tests are skipped)
        return None, str(error).partition("\n")[0]


@pytest.fixture(scope="session")
def small_warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both leaderboards with made-up models over a year, hostile names among them."""

    def fill(folder: Path) -> None:
        land_rows(folder, "leaderboard_v1", _rows("v1", 400), as_of=AS_OF)
        land_rows(folder, "leaderboard_v2", _rows("v2", 600), as_of=AS_OF)
        warehouse.build(folder, Landing(folder / "landing").manifests())

    return shared_folder(tmp_path_factory, "two-boards", fill)


def _rows(board: str, number: int) -> list[dict[str, Any]]:
    """Models that appear more and more often, types and architectures in turn."""
    rows = []
    for n in range(number):
        day = date(2024, 6, 1) - timedelta(days=int(300 * (1 - (n / number) ** 0.5)))
        name = (
            ["plain", "=cmd|' /C calc'!A0", "<img src=x onerror=alert(1)>", "a?b#c"][n % 40] if n % 40 < 4 else "plain"
        )
        fullname = f"author-{n % 23}/{name}-{n}"
        row: dict[str, Any] = {
            "fullname": fullname,
            "model": fullname,
            "eval_name": f"{board}-{n}",
            "precision": "bfloat16",
            "type": TYPES[n % len(TYPES)],
            "architecture": ("LlamaForCausalLM", "MistralForCausalLM", "Qwen2ForCausalLM")[n % 3],
            "average": 30 + 40 * n / number + n % 7,
            "params_b": float((1, 7, 13, 34, 70)[n % 5]),
        }
        row |= {"date": str(day)} if board == "v1" else {"upload_to_hub_date": str(day), "submission_date": str(day)}
        rows.append(row)
    return rows


@pytest.fixture(scope="session")
def served(small_warehouse: Path) -> Iterator[str]:
    """The address of a server of our own, on a free port."""
    yield from _serve(small_warehouse)


def _serve(folder: Path, script: Path = ROOT / "serve.py") -> Iterator[str]:
    port = free_port()
    command = [sys.executable, "-W", "ignore", "-m", "panel", "serve", str(script), "--port", str(port)]
    environment = {**os.environ, "OSS_AI_MONITOR_WAREHOUSE": str(folder)}
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    address = f"http://localhost:{port}/{script.stem}"
    try:
        _wait_for(address, server)
        yield address
    finally:
        server.terminate()
        server.communicate(timeout=PATIENCE)


def _wait_for(address: str, server: subprocess.Popen[bytes], patience: float = PATIENCE) -> None:
    until = time.monotonic() + patience
    while time.monotonic() < until:
        if server.poll() is not None:
            raise AssertionError(f"the server ended: {server.communicate()[0].decode()}")
        try:
            with urllib.request.urlopen(address, timeout=PATIENCE):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"{address} did not answer within {patience} s")


def go_to(page: Page, title: str) -> None:
    """Open the group of a view in the navigation, and then the view."""
    navigation = page.get_by_role("navigation", name="Views")
    link = navigation.locator("a").filter(has_text=re.compile(f"^{re.escape(title)}$"))
    link.wait_for(state="attached")
    if not link.is_visible():
        group = link.evaluate("(link) => link.closest('ul').ariaLabel")
        navigation.get_by_role("button", name=group, exact=True).click()
    link.click(no_wait_after=True)


class Visitor:
    """One visitor's page, watched: what it asked of other hosts, and what it complained about."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        self.strangers: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self._watch(request.url))
        page.on("console", lambda message: self._record(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _watch(self, url: str) -> None:
        if not url.startswith((self.address.rpartition("/")[0], self._socket, "data:", "blob:")):
            self.strangers.append(url)

    @property
    def _socket(self) -> str:
        return self.address.rpartition("/")[0].replace("http", "ws")

    def open(self, search: str = "", first: str = "") -> Visitor:
        """Go to the page; wait until each card holds its figure, or until an element `first` (a selector) is there."""
        self.page.goto(self.address + search)
        self.wait_until("document.querySelector && typeof Bokeh !== 'undefined' && Bokeh.documents.length")
        if first:
            self.page.locator(first).wait_for()
        else:
            self.wait_until(f"{PLOT}.some((plot) => plot.inner_width > 0) && {PLOT}.length >= {CARDS}.length")
        return self

    def _record(self, complaint: str) -> None:
        """Record an error; none that plain `panel serve` does not know HEAD, by which a page asks before it loads."""
        if not complaint.endswith("405 (Method Not Allowed)"):
            self.complaints.append(complaint)

    def wait_until(self, script: str) -> None:
        """Wait until a script says so. What a change leads to is never read once: the page may be a moment behind."""
        self.page.wait_for_function(f"() => {{ try {{ return Boolean({script}) }} catch {{ return false }} }}")

    def settle(self, of: str = "") -> None:
        """Wait until the figures, or what a script says, have been the same for half a second."""
        self.ask("() => { window.__still = undefined; }")
        self.page.wait_for_function(
            f"""() => {{ try {{
              const seen = JSON.stringify({of or FIGURES}), last = window.__still;
              window.__still = {{seen, times: last?.seen === seen ? last.times + 1 : 0}};
              return window.__still.times >= 5;
            }} catch {{ return false }} }}""",
            polling=100,
        )

    def ask(self, script: str) -> Any:
        return self.page.evaluate(script)

    def box(self, element: Locator) -> FloatRect:
        """Return where an element is, once it is there: one that is just drawn anew has no box for a moment."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            element.wait_for()
            if (box := element.bounding_box()) is not None:
                return box
        raise AssertionError(f"{element} has no box")

    def wait_for_search(self, *parts: str) -> str:
        """Wait until the address holds these parts; returns what it says from its question mark on."""
        self.wait_until(" && ".join(f"location.search.includes({json.dumps(part)})" for part in parts))
        return str(self.ask("location.search"))

    def drawn(self) -> list[int]:
        """How many bars, points or areas each figure holds, once one holds any."""
        self.wait_until(f"{PLOT}.some((plot) => plot.renderers[0]?.data_source.get_length() > 0)")
        return self.ask(f"{PLOT}.map((plot) => plot.renderers[0].data_source.get_length())")

    def press(self, name: str) -> None:
        """Press a button by its label."""
        suffix = "( .*)?" if name in CARD_BUTTONS else ""
        named = re.compile(f"^{re.escape(name)}{suffix}$")
        self.page.get_by_role("button", name=named).first.click()

    def go_to(self, title: str) -> None:
        """Open a view by its title in the navigation."""
        go_to(self.page, title)

    def open_how_counted(self) -> None:
        """Open what is said of how the first chart was counted."""
        self.page.get_by_label("How counted: ").first.click()

    def choose(self, name: str) -> None:
        """Choose one of the alternatives in the sidebar by its label."""
        self.page.get_by_role("radio", name=name, exact=True).check()

    def save(self, name: str) -> tuple[str, bytes]:
        """Press a button that saves a file; returns its name and content."""
        with self.page.expect_download() as begun:
            self.press(name)
        return begun.value.suggested_filename, Path(begun.value.path()).read_bytes()


@pytest.fixture
def visit(chromium: Browser, served: str) -> Iterator[Callable[..., Visitor]]:
    """Open the page as a new visitor: `visit("?dataset=v1", width=390)`."""
    yield from _visitors(chromium, served)


def new_context(chromium: Browser, **options: Any) -> BrowserContext:
    """A visitor's own cookies and storage, and patience with a busy machine."""
    context = chromium.new_context(accept_downloads=True, **options)
    context.set_default_timeout(1000 * PATIENCE)
    return context


def _visitors(chromium: Browser, served: str) -> Iterator[Callable[..., Visitor]]:
    contexts = []

    def come(
        search: str = "", *, width: int = 1280, height: int = 900, first: str = "", theme: Any = "light"
    ) -> Visitor:
        size: Any = {"width": width, "height": height}
        contexts.append(context := new_context(chromium, viewport=size, color_scheme=theme))
        return Visitor(context.new_page(), served).open(search, first)

    yield come
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def tab(chromium: Browser) -> Iterator[Page]:
    """One page for all pictures of a module, one after the other: a new one costs more than a picture."""
    with new_context(chromium) as context:
        yield context.new_page()


def draw_alone(page: Page, figure: Plot, width: int) -> Page:
    """Draw a figure alone on a page of a width, without a server."""
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("about:blank")
    page.set_content(file_html(figure, INLINE))
    page.add_style_tag(content="body { margin: 0; }")
    return page


TEXT_BOXES = """(svg) => {
  const holder = document.createElement("div");
  holder.innerHTML = svg;
  document.body.replaceChildren(holder);
  const drawing = holder.querySelector("svg"), [, , width, height] = drawing.getAttribute("viewBox")?.split(" ") ?? [];
  // a saved one is enlarged: as large as on the page
  if (width) Object.entries({width, height}).forEach((size) => drawing.setAttribute(...size));
  const frame = drawing.getBoundingClientRect();
  const boxes = [...drawing.querySelectorAll("text")].filter((text) => text.textContent.trim()).map((text) => {
    const box = text.getBoundingClientRect();
    return {text: text.textContent, left: box.left - frame.left, top: box.top - frame.top,
            right: box.right - frame.left, bottom: box.bottom - frame.top};
  });
  return {width: frame.width, height: frame.height, boxes};
}"""


@pytest.fixture(scope="session")
def troubled_texts(chromium: Browser) -> Iterator[Callable[[bytes], list[str]]]:
    """A checker: the texts of an SVG that overlap each other or run out of the picture, in words."""
    context = new_context(chromium)
    page = context.new_page()

    def check(svg: bytes) -> list[str]:
        page.goto("about:blank")
        drawing = page.evaluate(TEXT_BOXES, svg.decode())
        boxes = drawing["boxes"]
        assert boxes, "an SVG without texts"
        out = [
            f"“{box['text']}” runs out of the picture"
            for box in boxes
            if box["left"] < -1 or box["top"] < -1
            or box["right"] > drawing["width"] + 1 or box["bottom"] > drawing["height"] + 1
        ]  # fmt: skip
        for n, one in enumerate(boxes):
            out += [
                f"“{one['text']}” covers “{other['text']}”"
                for other in boxes[n + 1 :]
                if min(one["right"], other["right"]) - max(one["left"], other["left"]) > 1.5
                and min(one["bottom"], other["bottom"]) - max(one["top"], other["top"]) > 3
            ]
        return out

    yield check
    context.close()


@pytest.fixture(scope="session")
def simulated_warehouse(community: Path) -> Path:
    """The simulated community, by the name that browser tests give it."""
    return community


@pytest.fixture(scope="session")
def simulated_served(simulated_warehouse: Path) -> Iterator[str]:
    """The address of a server that shows the simulated community."""
    yield from _serve(simulated_warehouse)


@pytest.fixture
def visit_simulated(chromium: Browser, simulated_served: str) -> Iterator[Callable[..., Visitor]]:
    """Open the simulated community as a new visitor."""
    yield from _visitors(chromium, simulated_served)
