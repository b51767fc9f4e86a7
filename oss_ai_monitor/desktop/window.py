"""The window: its size remembered, its downloads to a file dialog, its outward links in the real browser."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any, Protocol

from .backends import DesktopError

ICON = Path(__file__).with_name("icon.png")
TITLE = "Open-Source AI Monitor"
USUAL, LEAST, MOST = (1360, 900), (480, 400), (7680, 4320)
"""Pixels, width and height."""
SIZE = "window.json"
WAITING = """<!doctype html><meta charset="utf-8"><title>{title}</title>
<style>
  :root {{ color-scheme: light dark; }}
  body {{ font: 16px system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; display: grid; gap: 6px;
    place-content: center; justify-items: center; min-height: 92vh; margin: 0 24px; text-align: center; }}
  h1 {{ font-size: 1.2rem; margin: 0; }}
  p {{ margin: 0; opacity: 0.75; max-width: 70ch; overflow-wrap: anywhere; }}
</style>
<h1>{title}</h1><p id="said" role="status">{said}</p>"""
Tell = Callable[[str], None]


class Browser(Protocol):
    """What the toolkits call to open a link outside."""

    def open(self, url: str, new: int = 0, autoraise: bool = True) -> bool: ...


class Window:
    """One window. It opens at once, says what it waits for, and then shows the address that it is given."""

    def __init__(self, gui: str | None, state: Path) -> None:
        """`gui` is the toolkit, as `backend()` names it; the size is remembered in the folder `state`."""
        import webview

        webview.settings["ALLOW_DOWNLOADS"] = gui is None  # what pywebview does on Linux fails: see qt.py and gtk.py
        webview.settings["OPEN_EXTERNAL_LINKS_IN_BROWSER"] = True
        self._gui, self._file = gui, state / SIZE
        self._size, is_maximized = self._began = remembered(self._file, screen(gui))
        self._is_maximized, self._is_minimized = is_maximized, False
        self._error: BaseException | None = None
        self._raise: Callable[[], None] | None = None
        made = webview.create_window(
            TITLE, html=WAITING.format(title=TITLE, said="One moment …"), width=self._size[0], height=self._size[1],
            min_size=LEAST, maximized=is_maximized, text_select=True, zoomable=True,
        )  # fmt: skip
        assert made
        self._window = made
        made.events.initialized += self._has_a_browser
        made.events.before_show += self._patch_window
        made.events.resized += self._resized
        made.events.maximized += self._maximized
        made.events.minimized += self._minimized
        made.events.restored += self._restored

    def run(self, prepare: Callable[[Tell], str]) -> None:
        """Show the window until it is closed; `prepare` runs in a thread beside it and returns the address to show.

        For the main thread. What `prepare` raises is shown in the window, and raised here when that is closed.
        Raises DesktopError where the toolkit cannot be loaded.
        """
        import webview

        def work() -> None:
            self._window.events.shown.wait()  # what the toolkit says to the environment is said before others read it
            try:
                address = prepare(self.tell)
                self._window.load_url(address)
            except BaseException as error:  # noqa: BLE001 - shown, and raised again by the main thread
                self._error = error
                said = escape(f"It cannot be shown: {' '.join(str(error).split())}")
                self._window.load_html(WAITING.format(title=TITLE, said=said))

        try:
            webview.start(threading.Thread(target=work, daemon=True).start, gui=self._gui, icon=str(ICON))
        except webview.WebViewException as error:
            raise DesktopError(str(error)) from error
        self._remember()
        if self._error:
            raise self._error

    def tell(self, line: str) -> None:
        """A line on what the window waits for."""
        self._window.evaluate_js(f"document.getElementById('said').textContent = {json.dumps(line)}")

    def to_the_front(self) -> None:
        """Show the window over all others; from any thread."""
        if self._raise:
            self._raise()
            return
        if self._is_minimized or self._gui == "gtk":
            self._window.restore()
        self._window.show()

    def links_belong_to(self, address: str) -> None:
        """What begins with this stays in the window and is told to nobody; other links go to the real browser."""
        self._window.gui.webbrowser = Outside(self._window.gui.webbrowser, address, self._window.load_url)

    def _has_a_browser(self, renderer: str) -> bool:
        """False, which ends the start, where Windows has only the Internet Explorer, which shows nothing of today."""
        if renderer == "mshtml":
            self._error = DesktopError(
                "Windows lacks the WebView2 runtime: winget install --id Microsoft.EdgeWebView2Runtime --exact"
            )
        return renderer != "mshtml"

    def _patch_window(self) -> None:
        """In the main thread, before the window is seen: what the toolkit needs beyond what pywebview does."""
        if self._gui == "qt":
            from .qt import patch_window

            self._raise = patch_window(self._window.native)
        elif self._gui == "gtk":
            from . import gtk

            gtk.patch_window(self._window.gui.BrowserView.instances[self._window.uid])

    def _resized(self, width: int, height: int) -> None:
        if not self._is_maximized:
            self._size = width, height

    def _maximized(self) -> None:
        self._is_maximized = True

    def _minimized(self) -> None:
        self._is_minimized = True

    def _restored(self) -> None:
        self._is_maximized = self._is_minimized = False

    def _remember(self) -> None:
        width, height = self._began[0] if self._is_maximized else self._size
        said = {"width": width, "height": height, "maximized": self._is_maximized}
        self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        partial = self._file.with_suffix(".partial")
        partial.write_text(json.dumps(said), encoding="utf-8")
        partial.replace(self._file)


class Outside:
    """The real browser, for addresses of the web alone: what is ours holds a secret, and other schemes do things."""

    def __init__(self, browser: Browser, own: str, stay: Callable[[str], None]) -> None:
        self._browser, self._stay = browser, stay
        self._own = own.rpartition("/")[0] + "/"

    def open(self, url: str, *_: Any) -> bool:
        """Open it where it belongs, in a thread: browsers may take seconds to answer. False where it is not opened."""
        if url.startswith(self._own):
            self._stay(url)
            return True
        if not url.startswith(("https://", "http://")):
            return False
        threading.Thread(target=self._browser.open, args=(url, 2, True), daemon=True).start()
        return True


def screen(gui: str | None) -> tuple[int, int]:
    """Pixels of the first screen."""
    import webview
    from webview.guilib import initialize

    try:
        screens = initialize(gui).get_screens()
    except webview.WebViewException as error:
        raise DesktopError(str(error)) from error
    return (int(screens[0].width), int(screens[0].height)) if screens else MOST


def remembered(file: Path, largest: tuple[int, int]) -> tuple[tuple[int, int], bool]:
    """Width and height of the window that was last closed, and whether it filled the screen; no larger than that.

    What cannot be read, or is no size of a window, is forgotten.
    """
    size, is_maximized = USUAL, False
    try:
        said = json.loads(file.read_text(encoding="utf-8"))
        width, height = said["width"], said["height"]
        fits = [type(n) is int and low <= n <= high for n, low, high in zip((width, height), LEAST, MOST, strict=True)]
        if all(fits):
            size, is_maximized = (width, height), said.get("maximized") is True
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        pass
    return (min(size[0], largest[0]), min(size[1], largest[1])), is_maximized


def usual_state() -> Path:
    """The folder of this user for what a program remembers."""
    import platformdirs

    named = os.environ.get("OSS_AI_MONITOR_STATE")
    return Path(named) if named else platformdirs.user_state_path("oss-ai-monitor", appauthor=False)
