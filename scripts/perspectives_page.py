"""The page of the site that lists every perspective, written from the registry when the site is built."""

from __future__ import annotations

from oss_ai_monitor.perspectives import GROUPS, Perspective, all_perspectives

INTRODUCTION = """# Perspectives

Every perspective, as its module declares it. Its address is `?view=<slug>` on the page and `/embed/<slug>` for other
sites; in a [notebook](notebook.md) it is a method of the same name with underscores.
"""


def perspectives_page() -> str:
    """Question, own choices, and the columns of each table with their units, group by group."""
    parts = [INTRODUCTION]
    for group in GROUPS:
        kinds = [kind for kind in all_perspectives if kind.group == group]
        parts += [f"## {group}\n", *map(_section, kinds)] if kinds else []
    return "\n".join(parts)


def _section(kind: type[Perspective]) -> str:
    queries = ", ".join(f"`{name}`" for name in kind.queries())
    lines = [f"### {kind.title}", "", f"{kind.question} Slug: `{kind.slug}`; queries: {queries}.", ""]
    if kind.parameters:
        rows = [f"| `{name}` | {_cell(kind.param[name].doc)} |" for name in kind.parameters]
        lines += ["| choice | |", "|---|---|", *rows, ""]
    columns = {name: unit for source in kind.all_sources() for name, unit in source.columns.items()}
    lines += ["| column | |", "|---|---|", *(f"| `{name}` | {_cell(unit)} |" for name, unit in columns.items()), ""]
    return "\n".join(lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
