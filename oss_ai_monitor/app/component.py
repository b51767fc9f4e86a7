"""Components of the page, whose scripts and templates the server hands out as files that browsers keep.

Without a server of ours, in a notebook, scripts and templates are part of each component instead.
"""

from __future__ import annotations

import atexit
import functools
import hashlib
import os
import shutil
import tempfile
import threading
from pathlib import Path
from typing import ClassVar

from panel.custom import JSComponent

from .. import compat

_folder: Path | None = None
_components: list[type[Component]] = []


class Component(JSComponent):
    """A component in plain HTML, whose `scripts` are JavaScript files that are read as one module.

    They are concatenated in their order; the last one exports `render`.
    """

    scripts: ClassVar[tuple[Path, ...]] = ()

    def __init_subclass__(cls, **options: object) -> None:
        super().__init_subclass__(**options)
        if cls.scripts:
            _components.append(cls)
            cls._esm = _module(cls.scripts)


def publish() -> None:
    """Write the scripts of all components to files that the server hands out; a second call writes what is missing.

    For each session a component then sends one line, and a browser compiles its script once and keeps it.
    """
    global _folder
    if _folder is None:
        _folder = Path(tempfile.mkdtemp(prefix="oss-ai-monitor-"))
        atexit.register(_remove, _folder, os.getpid())
        compat.hand_out(_folder)
    for component in _components:
        address = published(_module(component.scripts), "js")
        component._esm = f'export const {{render}} = await import(new URL("{address}", document.baseURI).href);\n'


def published(text: str, suffix: str) -> str:
    """Return the address of a text, relative to the page; the text itself where nothing is handed out."""
    if _folder is None:
        return text
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    file = _folder / f"{digest}.{suffix}"
    if not file.exists():
        _folder.mkdir(mode=0o700, exist_ok=True)  # a host may clear its folder for temporary files
        written = file.with_suffix(f".{os.getpid()}-{threading.get_ident()}.part")
        written.write_text(text, encoding="utf-8")
        written.replace(file)
    return f"{compat.ADDRESS}/{file.name}?v={digest}"


def _remove(folder: Path, owner: int) -> None:
    """Remove the folder, except in a process that its owner has started (`--num-procs`): others still use it."""
    if os.getpid() == owner:
        shutil.rmtree(folder, ignore_errors=True)


@functools.cache
def _module(scripts: tuple[Path, ...]) -> str:
    return "\n".join(file.read_text(encoding="utf-8") for file in scripts)
