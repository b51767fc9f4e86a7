"""JavaScript that runs in the browser, from the .js files of this folder."""

from __future__ import annotations

from pathlib import Path


def script(name: str) -> str:
    """Return the code of `name`.js without its comments: Bokeh sends a copy with every figure that uses it."""
    text = (Path(__file__).parent / f"{name}.js").read_text(encoding="utf-8")
    return "".join(line for line in text.splitlines(keepends=True) if not line.lstrip().startswith("//"))
