"""What pywebview leaves undone on Qt 6: downloads, copying, and coming to the front."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from qtpy.QtCore import QObject, QStandardPaths, Qt, Signal
from qtpy.QtWebEngineCore import QWebEngineSettings
from qtpy.QtWidgets import QFileDialog


class _Front(QObject):
    """Brings a window to the front, from whatever thread asks."""

    asked = Signal()

    def __init__(self, window: Any) -> None:
        super().__init__(window)
        self._window = window
        self.asked.connect(self.come)

    def come(self) -> None:
        self._window.setWindowState(self._window.windowState() & ~Qt.WindowState.WindowMinimized)
        self._window.show()
        self._window.raise_()
        self._window.activateWindow()


def patch_window(window: Any) -> Callable[[], None]:
    """Complete a window of pywebview; returns what brings it to the front. In the main thread."""
    page = window.webview.page()
    page.profile().downloadRequested.connect(lambda download: _save(window, download))
    page.settings().setAttribute(QWebEngineSettings.WebAttribute.JavascriptCanAccessClipboard, True)
    return _Front(window).asked.emit


def _save(window: Any, download: Any) -> None:
    """Ask where a download goes; none without an answer."""
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DownloadLocation)
    name = Path(download.downloadFileName()).name
    chosen, _ = QFileDialog.getSaveFileName(window, "Save", str(Path(folder) / name), f"*{Path(name).suffix}")
    if not chosen:
        download.cancel()
        return
    download.setDownloadDirectory(str(Path(chosen).parent))
    download.setDownloadFileName(Path(chosen).name)
    download.accept()
