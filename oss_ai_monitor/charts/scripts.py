"""JavaScript that runs in the browser, from the .js files of this folder."""

from __future__ import annotations

from pathlib import Path


def script(name: str) -> str:
    """Return the code of `name`.js without its comments: Bokeh sends a copy with every figure that uses it."""
    text = (Path(__file__).parent / f"{name}.js").read_text(encoding="utf-8")
    return "".join(line for line in text.splitlines(keepends=True) if not line.lstrip().startswith("//"))


def once_per_change(name: str) -> str:
    """Return the code of `name`.js so that it runs once after a change, however many models of a figure it touched.

    It is for callbacks that have the figure as their argument `figure`.
    """
    return f"""const pending = (window.__oss_ai_monitor_pending ??= new Set()), key = figure.id + "{name}";
if (pending.has(key)) return;
pending.add(key);
queueMicrotask(() => {{
pending.delete(key);
{script(name)}}});
"""
