"""A real Chromium that makes one change at a time and notices when the last repaint after it is done."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from playwright import sync_api
from playwright.sync_api import Browser, Page

QUIET, QUIET_AT_FIRST = 150, 800  # milliseconds without repaint or message: then a change, or a load, is done
PATIENCE, PATIENCE_AT_FIRST = 20_000, 120_000  # milliseconds after which it counts as never done
POLL = 25  # milliseconds between two checks
FOLDER = Path(__file__).parent
WATCH = (FOLDER / "watch.js").read_text(encoding="utf-8")
RESET = (FOLDER / "reset.js").read_text(encoding="utf-8")
CONTROL = (FOLDER / "control.js").read_text(encoding="utf-8")
SETTLED = (FOLDER / "settled.js").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Change:
    """One change, from the click to the end of the last repaint."""

    control: str
    unit: str
    """Of the chart that was painted: day, week or month."""
    ms: float
    """Infinite if the change did not end within 20 seconds."""
    bytes: int
    """Sent by the server for this change, in messages of the websocket."""
    repaints: int
    """Frames in which a canvas was drawn anew: one is enough, none if the chart looks the same."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Launch the Chromium named in CHROMIUM, one of the system, or Playwright's own."""
    names = [os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome"]
    executable = next((path for name in names if name and (path := shutil.which(name))), None)
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_api.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=executable, args=arguments)
        yield browser
        browser.close()


class Visitor:
    """One browser visit. Units are changed with the mouse; other controls through the model of the control.

    A control's own handler does the same at the end of a click; opening menus and calendars is not timed.
    """

    def __init__(self, browser: Browser, address: str) -> None:
        self.context = browser.new_context(viewport={"width": 1280, "height": 900})
        self.context.set_default_timeout(PATIENCE)
        self.context.add_init_script(WATCH)
        self.page: Page = self.context.new_page()
        self.address = address

    def open(self, search: str = "", quiet: int = QUIET_AT_FIRST) -> float:
        """Open the page and wait until it is at rest; return the milliseconds until its first plot was painted."""
        self.page.goto(self.address + search, wait_until="commit", timeout=PATIENCE_AT_FIRST)
        return float(self._settle("-", quiet, 1, PATIENCE_AT_FIRST)["first"])

    def options(self, label: str) -> list[Any]:
        """Return the values of a control that can be chosen."""
        script = f"""(label) => {{ {CONTROL}
          const {{options, disabled_options}} = control(label).data;
          return [...options].map((one) => Array.isArray(one) ? one[0] : one)
            .filter((one) => !disabled_options?.includes(one)); }}"""
        return list(self.page.evaluate(script, label))

    def value(self, label: str) -> Any:
        """Return the value of a control."""
        return self.page.evaluate(f"(label) => {{ {CONTROL} return control(label).data.value; }}", label)

    def press(self, name: str, control: str = "unit") -> Change:
        """Click the button of that name with the mouse."""
        return self._time(control, lambda: self.page.get_by_role("button", name=name, exact=True).first.click())

    def set(self, label: str, value: Any, control: str) -> Change:
        """Give a control another value."""
        script = f"""([label, value]) => {{ {CONTROL}
          __bench.began = performance.now(); control(label).data.value = value; }}"""
        return self._time(control, lambda: self.page.evaluate(script, [label, value]))

    def turn_to(self, title: str) -> float:
        """Open a perspective by its tab; return the milliseconds from the click to the end of the last repaint."""
        self.page.evaluate("() => { __bench.turning(); }")
        return self._time("tab", lambda: self.page.get_by_role("tab", name=title, exact=True).click(), 1).ms

    def close(self) -> None:
        self.context.close()

    def _time(self, control: str, action: Callable[[], Any], repaints: int = 0) -> Change:
        search_before = self.page.evaluate(RESET)
        action()
        try:
            state = self._settle(search_before, QUIET, repaints)
        except sync_api.TimeoutError:
            state = self.page.evaluate("({...__bench, turning: null})") | {
                "painted": float("inf"),
                "repaints": 1,
                "search": search_before,
            }
        unit = parse_qs(state["search"].removeprefix("?")).get("unit", [""])[0]
        end = state["painted"] if state["repaints"] else state["heard"]  # if nothing had to be drawn anew
        return Change(control, unit, end - state["began"], state["bytes"], state["repaints"])

    def _settle(self, search_before: str, quiet: int, repaints: int, patience: int = PATIENCE) -> dict[str, Any]:
        """Wait until the address has the change, no placeholder is left, and nothing more is painted or received."""
        arguments = [quiet, search_before, repaints]
        result = self.page.wait_for_function(SETTLED, arg=arguments, polling=POLL, timeout=patience)
        return dict(result.json_value())
