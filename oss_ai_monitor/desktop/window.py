"""The window: it remembers its size, saves downloads with a dialog, and opens external links in the browser."""

from __future__ import annotations

import functools
import json
import os
import threading
from collections.abc import Callable
from html import escape
from pathlib import Path
from string import Template
from typing import Any, Protocol

from .backends import DesktopError

ICON = Path(__file__).with_name("icon.png")
TITLE = "Open-Source AI Monitor"
DEFAULT_SIZE, MIN_SIZE, MAX_SIZE = (1360, 900), (480, 400), (7680, 4320)
"""Pixels, width and height."""
STATE_FILE = "window.json"
WAITING_PAGE = Template(Path(__file__).with_name("waiting.html").read_text(encoding="utf-8"))
ShowStatus = Callable[[str], None]


class Browser(Protocol):
    """What the toolkits call to open an external link."""

    def open(self, url: str, new: int = 0, autoraise: bool = True) -> bool: ...


class Window:
    """One window. It opens at once, shows what it waits for, and then the page."""

    def __init__(self, gui: str | None, state: Path) -> None:
        """`gui` is the toolkit, as `backend()` names it; the size is remembered in the folder `state`."""
        import webview

        end_threads_with_process()
        webview.settings["ALLOW_DOWNLOADS"] = gui is None  # pywebview's own way fails on Linux: see qt.py and gtk.py
        webview.settings["OPEN_EXTERNAL_LINKS_IN_BROWSER"] = True
        self._gui, self._file = gui, state / STATE_FILE
        self._size, is_maximized = self._initial = last_size(self._file, screen(gui))
        self._is_maximized, self._is_minimized = is_maximized, False
        self._error: BaseException | None = None
        self._bring_to_front: Callable[[], None] | None = None
        window = webview.create_window(
            TITLE, html=_waiting_page("One moment …"), width=self._size[0], height=self._size[1],
            min_size=MIN_SIZE, maximized=is_maximized, text_select=True, zoomable=True,
        )  # fmt: skip
        assert window
        self._window = window
        window.events.initialized += self._check_renderer
        window.events.before_show += self._patch_window
        window.events.resized += self._on_resized
        window.events.maximized += self._on_maximized
        window.events.minimized += self._on_minimized
        window.events.restored += self._on_restored

    def run(self, prepare: Callable[[ShowStatus], str]) -> None:
        """Show the window until it is closed; `prepare` runs in another thread and returns the address to show.

        Call it in the main thread. An error in `prepare` is shown in the window, and raised here when it is closed.
        Raises DesktopError where the toolkit cannot be loaded.
        """
        import webview

        def work() -> None:
            self._window.events.shown.wait()  # by now the toolkit has set its environment variables
            try:
                address = prepare(self.show_status)
                self._window.load_url(address)
            except BaseException as error:  # noqa: BLE001 - shown, and raised again by the main thread
                self._error = error
                status = escape(f"It cannot be shown: {' '.join(str(error).split())}")
                self._window.load_html(_waiting_page(status))

        try:
            webview.start(threading.Thread(target=work, daemon=True).start, gui=self._gui, icon=str(ICON))
        except webview.WebViewException as error:
            raise DesktopError(str(error)) from error
        self._save_size()
        if self._error:
            raise self._error

    def show_status(self, status: str) -> None:
        """Show a line that says what the window waits for."""
        self._window.evaluate_js(f"document.getElementById('status').textContent = {json.dumps(status)}")

    def bring_to_front(self) -> None:
        """Show the window over all others; may be called in any thread."""
        if self._bring_to_front:
            self._bring_to_front()
            return
        if self._is_minimized or self._gui == "gtk":
            self._window.restore()
        self._window.show()

    def set_inside_address(self, address: str) -> None:
        """Open links that begin with this secret address in the window, and all others in the user's browser."""
        self._window.gui.webbrowser = ExternalBrowser(self._window.gui.webbrowser, address, self._window.load_url)

    def _check_renderer(self, renderer: str) -> bool:
        """Return False, which ends the start, where Windows has only Internet Explorer, which cannot show the page."""
        if renderer == "mshtml":
            self._error = DesktopError(
                "Windows lacks the WebView2 runtime: winget install --id Microsoft.EdgeWebView2Runtime --exact"
            )
        return renderer != "mshtml"

    def _patch_window(self) -> None:
        """Add what pywebview lacks with this toolkit; runs in the main thread, before the window is visible."""
        if self._gui == "qt":
            from .qt import patch_window

            self._bring_to_front = patch_window(self._window.native)
        elif self._gui == "gtk":
            from . import gtk

            gtk.patch_window(self._window.gui.BrowserView.instances[self._window.uid])

    def _on_resized(self, width: int, height: int) -> None:
        if not self._is_maximized:
            self._size = width, height

    def _on_maximized(self) -> None:
        self._is_maximized = True

    def _on_minimized(self) -> None:
        self._is_minimized = True

    def _on_restored(self) -> None:
        self._is_maximized = self._is_minimized = False

    def _save_size(self) -> None:
        width, height = self._initial[0] if self._is_maximized else self._size
        state = {"width": width, "height": height, "maximized": self._is_maximized}
        self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        partial = self._file.with_suffix(".partial")
        partial.write_text(json.dumps(state), encoding="utf-8")
        partial.replace(self._file)


class ExternalBrowser:
    """The user's browser, for web addresses only: our own address is secret, and other schemes may run programs."""

    def __init__(self, browser: Browser, inside: str, load_inside: Callable[[str], None]) -> None:
        self._browser, self._load_inside = browser, load_inside
        self._inside = inside.rpartition("/")[0] + "/"

    def open(self, url: str, *_: Any) -> bool:
        """Open a link in the window, or in the browser (in a thread: it may take seconds); False if in neither."""
        if url.startswith(self._inside):
            self._load_inside(url)
            return True
        if not url.startswith(("https://", "http://")):
            return False
        threading.Thread(target=self._browser.open, args=(url, 2, True), daemon=True).start()
        return True


def end_threads_with_process() -> None:
    """Let the process end although a thread of pywebview waits for a page that was closed.

    After each page it asks the page something from a thread of its own, which waits for ever where the window is closed
    before the answer: the process then stayed, without a window.
    """
    import webview.util

    webview.util.Thread = functools.partial(threading.Thread, daemon=True)


def _waiting_page(status: str) -> str:
    """Return the page that is shown until the server answers; `status` is HTML."""
    return WAITING_PAGE.substitute(title=TITLE, status=status)


def screen(gui: str | None) -> tuple[int, int]:
    """Return width and height of the first screen, in pixels."""
    import webview
    from webview.guilib import initialize

    try:
        screens = initialize(gui).get_screens()
    except webview.WebViewException as error:
        raise DesktopError(str(error)) from error
    return (int(screens[0].width), int(screens[0].height)) if screens else MAX_SIZE


def last_size(file: Path, largest: tuple[int, int]) -> tuple[tuple[int, int], bool]:
    """Return width and height of the last window, at most `largest`, and whether it was maximized.

    A file that cannot be read, or that holds no size of a window, is ignored.
    """
    size, is_maximized = DEFAULT_SIZE, False
    try:
        state = json.loads(file.read_text(encoding="utf-8"))
        width, height = state["width"], state["height"]
        is_valid = [
            type(n) is int and low <= n <= high
            for n, low, high in zip((width, height), MIN_SIZE, MAX_SIZE, strict=True)
        ]
        if all(is_valid):
            size, is_maximized = (width, height), state.get("maximized") is True
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        pass
    return (min(size[0], largest[0]), min(size[1], largest[1])), is_maximized


def state_folder() -> Path:
    """Return the folder in which programs of this user keep their state."""
    import platformdirs

    configured = os.environ.get("OSS_AI_MONITOR_STATE")
    return Path(configured) if configured else platformdirs.user_state_path("oss-ai-monitor", appauthor=False)
