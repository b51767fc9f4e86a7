"""What pywebview lacks on Qt 6: downloads, copying, and bringing a window to the front."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from qtpy.QtCore import QObject, QStandardPaths, Qt, Signal
from qtpy.QtWebEngineCore import QWebEngineSettings
from qtpy.QtWidgets import QFileDialog


class _Front(QObject):
    """Brings a window to the front; `requested` may be emitted in any thread."""

    requested = Signal()

    def __init__(self, window: Any) -> None:
        super().__init__(window)
        self._window = window
        self.requested.connect(self.bring_to_front)

    def bring_to_front(self) -> None:
        self._window.setWindowState(self._window.windowState() & ~Qt.WindowState.WindowMinimized)
        self._window.show()
        self._window.raise_()
        self._window.activateWindow()


def patch_window(window: Any) -> Callable[[], None]:
    """Add what a window lacks; return a function that brings it to the front. Call it in the main thread."""
    page = window.webview.page()
    page.profile().downloadRequested.connect(lambda download: _save(window, download))
    page.settings().setAttribute(QWebEngineSettings.WebAttribute.JavascriptCanAccessClipboard, True)
    bring_to_front: Callable[[], None] = _Front(window).requested.emit
    return bring_to_front


def _save(window: Any, download: Any) -> None:
    """Ask where to save a download; cancel it without an answer."""
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DownloadLocation)
    name = Path(download.downloadFileName()).name
    chosen, _ = QFileDialog.getSaveFileName(window, "Save", str(Path(folder) / name), f"*{Path(name).suffix}")
    if not chosen:
        download.cancel()
        return
    download.setDownloadDirectory(str(Path(chosen).parent))
    download.setDownloadFileName(Path(chosen).name)
    download.accept()
