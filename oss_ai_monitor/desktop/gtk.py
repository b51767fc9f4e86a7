"""What pywebview lacks with GTK: downloads where the system has no folder for them, or under another name."""

from __future__ import annotations

from typing import Any

from gi.repository import GLib, Gtk


def patch_window(view: Any) -> None:
    """Add what a window of pywebview (its BrowserView) lacks. Call it in the main thread."""
    view.webview.get_context().connect("download-started", lambda _, download: _started(view.window, download))


def _started(window: Any, download: Any) -> None:
    download.connect("decide-destination", lambda download, name: _save(window, download, name))


def _save(window: Any, download: Any, name: str) -> bool:
    """Ask where to save a download; cancel it without an answer."""
    dialog = Gtk.FileChooserNative.new("Save", window, Gtk.FileChooserAction.SAVE, None, None)
    folder = GLib.get_user_special_dir(GLib.UserDirectory.DIRECTORY_DOWNLOAD)
    dialog.set_current_folder(folder or GLib.get_home_dir())
    dialog.set_current_name(name)
    dialog.set_do_overwrite_confirmation(True)
    if dialog.run() == Gtk.ResponseType.ACCEPT:
        download.set_allow_overwrite(True)
        download.set_destination(GLib.filename_to_uri(dialog.get_filename()))
    else:
        download.cancel()
    dialog.destroy()
    return True
