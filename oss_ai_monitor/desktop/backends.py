"""Finds the toolkit that can open a window; where none can, names the missing package as this system calls it."""

from __future__ import annotations

import ctypes
import importlib
import importlib.util
import os
import platform
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

LIBRARIES = {
    "libEGL.so.1": ("libegl1", "libglvnd-egl"),
    "libGL.so.1": ("libgl1", "libglvnd-glx"),
    "libX11-xcb.so.1": ("libx11-xcb1", "libX11-xcb"),
    "libXcomposite.so.1": ("libxcomposite1", "libXcomposite"),
    "libXdamage.so.1": ("libxdamage1", "libXdamage"),
    "libXrandr.so.2": ("libxrandr2", "libXrandr"),
    "libXtst.so.6": ("libxtst6", "libXtst"),
    "libasound.so.2": ("libasound2", "alsa-lib"),
    "libdbus-1.so.3": ("libdbus-1-3", "dbus-libs"),
    "libfontconfig.so.1": ("libfontconfig1", "fontconfig"),
    "libgbm.so.1": ("libgbm1", "mesa-libgbm"),
    "libnspr4.so": ("libnspr4", "nspr"),
    "libnss3.so": ("libnss3", "nss"),
    "libxcb-cursor.so.0": ("libxcb-cursor0", "xcb-util-cursor"),
    "libxcb-dri3.so.0": ("libxcb-dri3-0", "libxcb"),
    "libxcb-icccm.so.4": ("libxcb-icccm4", "xcb-util-wm"),
    "libxcb-image.so.0": ("libxcb-image0", "xcb-util-image"),
    "libxcb-keysyms.so.1": ("libxcb-keysyms1", "xcb-util-keysyms"),
    "libxcb-render-util.so.0": ("libxcb-render-util0", "xcb-util-renderutil"),
    "libxcb-xkb.so.1": ("libxcb-xkb1", "libxcb"),
    "libxkbcommon-x11.so.0": ("libxkbcommon-x11-0", "libxkbcommon-x11"),
    "libxkbfile.so.1": ("libxkbfile1", "libxkbfile"),
}
"""Libraries of a Linux system that Qt and its browser load, with their packages for apt and for dnf."""
GTK = {"apt": "python3-gi gir1.2-webkit2-4.1", "dnf": "python3-gobject webkit2gtk4.1"}
NO_SANDBOX = "QTWEBENGINE_DISABLE_SANDBOX"


class DesktopError(Exception):
    """No window can be opened; the message says why, and what to install where that would help."""


def backend() -> str | None:
    """Return the toolkit for pywebview: qt or gtk on Linux, None where the system has one of its own.

    Raises DesktopError, which names the package to install, where there is none.
    """
    if not _is_installed("webview"):
        raise DesktopError(f"a window needs pywebview, which is not installed: {_pip()}")
    if not _is_installed("platformdirs"):
        raise DesktopError(f"a window needs platformdirs, which is not installed: {_pip()}")
    if sys.platform in ("darwin", "win32"):
        return None
    if not any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")):
        raise DesktopError("there is no display here to open a window on; 'oss-ai-monitor serve' serves a browser")
    requested = os.environ.get("PYWEBVIEW_GUI", "").lower()
    checks = {"qt": _qt, "gtk": _gtk}
    reasons = {}
    for name in [requested] if requested in checks else checks:
        if not (reason := checks[name]()):
            return name
        reasons[name] = reason
    raise DesktopError("no window can be opened: " + "; ".join(reasons.values()))


def _qt() -> str:
    """Return why Qt cannot open a window; an empty string if it can."""
    if not _is_installed("qtpy"):
        return f"Qt is not installed: {_pip()}"
    try:
        importlib.import_module("qtpy.QtWebEngineWidgets")
        if os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
            core = importlib.import_module("qtpy.QtCore")
            plugins = Path(core.QLibraryInfo.path(core.QLibraryInfo.LibraryPath.PluginsPath))
            ctypes.CDLL(str(plugins / "platforms" / "libqxcb.so"))  # Qt would end the process if this fails
    except (ImportError, OSError) as error:
        return _library_hint(str(error)) or f"Qt cannot be loaded ({error}): {_pip()}"
    has_no_sandbox = os.environ.get(NO_SANDBOX) or "no-sandbox" in os.environ.get("QTWEBENGINE_CHROMIUM_FLAGS", "")
    if hasattr(os, "geteuid") and os.geteuid() == 0 and not has_no_sandbox:
        return f"Qt's browser refuses to run as root: start it as a user ({NO_SANDBOX}=1 overrules that, unwisely)"
    return ""


def _gtk() -> str:
    """Return why GTK cannot open a window; an empty string if it can."""
    packages = GTK.get(_installer(), "PyGObject and WebKit2GTK 4.1")
    command = _install(packages) if _installer() else f"install {packages}"
    try:
        gi = importlib.import_module("gi")
        gi.require_version("Gtk", "3.0")
        gi.require_version("WebKit2", "4.1")
        importlib.import_module("gi.repository.WebKit2")
    except (ImportError, ValueError):
        return f"nor GTK: {command} (for the system's Python, or an environment made with --system-site-packages)"
    return ""


def _library_hint(error_text: str) -> str:
    """Return a hint with the packages of all missing libraries, if the error is about a missing one."""
    if "cannot open shared object file" not in error_text:
        return ""
    missing = {name: packages for name, packages in LIBRARIES.items() if not _can_load(name)}
    if not missing:
        return f"Qt lacks a library of the system: {error_text}"
    if not _installer():
        return f"Qt lacks libraries of the system: install what holds {', '.join(missing)}"
    return f"Qt lacks libraries of the system: {_install(' '.join(_packages(missing.values())))}"


def _packages(missing: Iterable[tuple[str, str]]) -> list[str]:
    """Return the names of packages for this system's installer, each once."""
    names = dict.fromkeys(apt if _installer() == "apt" else dnf for apt, dnf in missing)
    release = _release()
    version = float(release.get("VERSION_ID") or 0) if _installer() == "apt" else 0.0
    if version >= (24.04 if release.get("ID") == "ubuntu" else 13):  # renamed for 64-bit time
        return [name + "t64" if name == "libasound2" else name for name in names]
    return list(names)


def _can_load(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _is_installed(module: str) -> bool:
    return importlib.util.find_spec(module) is not None


def _pip() -> str:
    package = "pywebview" if sys.platform in ("darwin", "win32") else "pywebview[qt]"
    if os.name == "nt":
        return f"python -m pip install {package} platformdirs"
    return f"{sys.executable} -m pip install '{package}' platformdirs"


def _install(packages: str) -> str:
    return f"{'' if os.geteuid() == 0 else 'sudo '}{'apt-get' if _installer() == 'apt' else 'dnf'} install {packages}"


def _installer() -> str:
    """Return apt, dnf, or an empty string for other installers."""
    distributions = {_release().get("ID", ""), *_release().get("ID_LIKE", "").split()}
    if distributions & {"debian", "ubuntu"}:
        return "apt"
    return "dnf" if distributions & {"fedora", "rhel", "centos"} else ""


def _release() -> Mapping[str, str]:
    try:
        return platform.freedesktop_os_release()
    except OSError:
        return {}
