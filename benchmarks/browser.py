"""A real Chromium that makes one change at a time and notices when the last repaint after it is done."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from playwright import sync_api
from playwright.sync_api import Browser, BrowserContext, Page

from .controls import Material, Plain, controls_of, press

QUIET, QUIET_TAB, QUIET_LOAD = 300, 500, 800  # milliseconds without repaint or message: then it is done
PATIENCE, PATIENCE_AT_FIRST = 20_000, 120_000  # milliseconds after which it counts as never done
POLL = 25  # milliseconds between two checks
WATCH = Path(__file__).with_name("watch.js").read_text(encoding="utf-8")
TRANSFERRED = """() => __bench.received + [...performance.getEntriesByType("navigation"),
  ...performance.getEntriesByType("resource")].reduce((sum, one) => sum + one.transferSize, 0)"""


@dataclass(frozen=True)
class Change:
    """One change, from the click to the end of the last repaint."""

    ms: float
    """Infinite if the change did not end within 20 seconds."""
    bytes: int
    """Sent by the server for this change, in messages of the websocket."""
    repaints: int
    """Frames in which a canvas was drawn anew: none if the chart stays as it is."""


@dataclass
class Frames:
    """What the browser sent, and the first document that it got, in frames of the websocket."""

    sent: list[str | bytes] = field(default_factory=list)
    received: list[str | bytes] = field(default_factory=list)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Launch the Chromium named in CHROMIUM, one of the system, or Playwright's own."""
    names = [os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome"]
    executable = next((path for name in names if name and (path := shutil.which(name))), None)
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_api.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=executable, args=arguments)
        try:
            yield browser
        finally:
            browser.close()


def new_context(browser: Browser) -> BrowserContext:
    """Return a context with a cache of its own, whose pages are timed."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE)
    context.add_init_script(WATCH)
    return context


class Visitor:
    """One browser visit, in a context of its own, or as a page in one that has been here before."""

    def __init__(self, browser: Browser, address: str, context: BrowserContext | None = None) -> None:
        self.context = context or new_context(browser)
        self.page: Page = self.context.new_page()
        self._closable = self.page if context else self.context
        self.address = address

    def record(self) -> Frames:
        """Begin to keep what the websocket sends and receives."""
        frames = Frames()

        def follow(socket: sync_api.WebSocket) -> None:
            socket.on("framesent", lambda frame: frames.sent.append(frame))
            socket.on("framereceived", lambda frame: frames.received.append(frame))

        self.page.on("websocket", follow)
        return frames

    def open(self, search: str = "", quiet: int = QUIET_LOAD) -> float:
        """Open the page and wait until it is at rest; return the milliseconds until its first chart was painted."""
        self.page.goto(self.address + search, wait_until="commit", timeout=PATIENCE_AT_FIRST)
        self.page.wait_for_function("() => __bench.first", polling=POLL, timeout=PATIENCE_AT_FIRST)
        return float(self._settle(quiet)["first"])

    @cached_property
    def controls(self) -> Plain | Material:
        return controls_of(self.page)

    def press(self, name: str) -> Change:
        """Choose a unit, or press another button."""
        return self.time(lambda: press(self.page, name))

    def turn_to(self, title: str) -> Change:
        """Open a perspective by its link, or its tab in earlier versions; ends when its charts are painted."""
        self.page.evaluate("__turning()")
        tab = self.page.locator("[role=tab], nav .groups a").filter(has_text=re.compile(f"^{title}$"))
        return self.time(
            lambda: tab.evaluate("(tab) => { __bench.began = performance.now(); tab.click(); }"), QUIET_TAB
        )

    def transferred(self) -> int:
        """Return the bytes that came since the page was opened, over HTTP and the websocket."""
        return int(self.page.evaluate(TRANSFERRED))

    def close(self) -> None:
        self._closable.close()

    def time(self, action: Callable[[], Any], quiet: int = QUIET) -> Change:
        """Return the change that an action makes."""
        self.page.evaluate("__reset()")
        action()
        try:
            state = self._settle(quiet)
        except sync_api.TimeoutError:
            return Change(float("inf"), 0, 1)
        return Change(state["painted"] - state["began"], state["bytes"], state["repaints"])

    def _settle(self, quiet: int) -> dict[str, Any]:
        settled = self.page.wait_for_function("(quiet) => __settled(quiet)", arg=quiet, polling=POLL)
        return dict(settled.json_value())
