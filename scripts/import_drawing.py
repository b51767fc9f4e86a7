"""The imports among the modules of the package as a drawing, one row for each layer that pyproject.toml declares.

A dark arrow is an import that nothing else implies; a light one leads to a module that is reached through another one
as well. What is imported only when a function runs is drawn too.
"""

from __future__ import annotations

import tomllib
from html import escape
from pathlib import Path

import grimp

PACKAGE = "oss_ai_monitor"
BOX_WIDTH, BOX_HEIGHT, COLUMN, ROW = 112, 34, 128, 80
MARGIN, WIDTH = 24, 880
DARK, LIGHT = "#3d5a80", "#c3cad3"
FREE_COLUMN = 5.8
"""Where a module stands that has no column yet."""
COLUMNS = {
    "cli": (2.5, "commands"),
    "desktop": (1.7, "a window"),
    "notebook": (3.3, "in Jupyter"),
    "server": (4.4, "for strangers"),
    "mcp_server": (5.6, "for agents"),
    "app": (3.9, "layout, controls"),
    "pages": (3.0, "SQL, method"),
    "report": (4.7, "one file"),
    "perspectives": (4.2, "questions"),
    "charts": (4.9, "kinds of charts"),
    "comparing": (3.9, "then and now"),
    "sandbox": (2.9, "visitors' SQL"),
    "crawl_plan": (0.5, "what to ask next"),
    "publication": (2.9, "publish, follow"),
    "history": (1.3, "days of adoption"),
    "sources": (0.0, "where data is from"),
    "landing": (1.0, "Parquet runs"),
    "terminal": (2.0, "progress"),
    "warehouse": (3.8, "build and read"),
    "refresh": (5.5, "when, and state"),
    "compat": (5.5, "all may import it"),
    "patterns": (0.6, "names of files"),
    "progress_bars": (1.6, "DuckDB's bar"),
    "plurals": (3.4, "counts, nouns"),
    "version": (2.5, "in one place"),
    "addresses": (4.3, "who counts as one"),
}
"""Column of each module, and what it is about: what fills the warehouse is on the left, what shows it on the right."""
EVERYWHERE = ("compat", "plurals")
"""All may import them: their arrows are left out."""
Edges = set[tuple[str, str]]


def layers(pyproject: Path) -> list[list[str]]:
    """The rows of the drawing, highest first: the layers of the contract, and the modules within each."""
    contracts = tomllib.loads(pyproject.read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    declared = next(contract["layers"] for contract in contracts if contract["id"] == "layers")
    return [[module.strip() for module in layer.replace(":", "|").split("|")] for layer in declared]


def imports() -> Edges:
    """(importer, imported) among the modules and folders right below the package."""
    graph = grimp.build_graph(PACKAGE, cache_dir=None, exclude_type_checking_imports=True)
    edges = set()
    for module in graph.modules:
        for imported in graph.find_modules_directly_imported_by(module):
            edge = _below_the_package(module), _below_the_package(imported)
            if edge[0] != edge[1] and "" not in edge and edge[1] not in EVERYWHERE:
                edges.add(edge)
    return edges


def drawing(rows: list[list[str]], edges: Edges) -> str:
    """An SVG, the same for the same imports."""
    places = {module: _place(row, module) for row, modules in enumerate(rows) for module in modules}
    implied = {edge for edge in edges if _has_detour(edge, edges)}
    height = 2 * MARGIN + len(rows) * ROW - (ROW - BOX_HEIGHT)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" role="img">',
        f"<title>What imports what in {PACKAGE}: {len(places)} modules, {len(edges)} arrows, all downwards; "
        f"{' and '.join(EVERYWHERE)}, which all may import, have none</title>",
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path d="M0 0L8 4L0 8z" fill="context-stroke"/></marker></defs>',
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
    ]
    parts += [_arrow(places[start], places[end], LIGHT) for start, end in sorted(implied)]
    parts += [_arrow(places[start], places[end], DARK) for start, end in sorted(edges - implied)]
    parts += [_box(module, *place) for module, place in places.items()]
    return "\n".join([*parts, "</svg>", ""])


def _below_the_package(module: str) -> str:
    return module.removeprefix(PACKAGE).removeprefix(".").partition(".")[0]


def _has_detour(edge: tuple[str, str], edges: Edges) -> bool:
    """Whether the imported module is reached through another one as well."""
    start, end = edge
    reached, waiting = set(), [imported for importer, imported in edges if importer == start and imported != end]
    while waiting:
        module = waiting.pop()
        if module not in reached:
            reached.add(module)
            waiting += [imported for importer, imported in edges if importer == module]
    return end in reached


def _place(row: int, module: str) -> tuple[float, float]:
    """The upper left corner of a box."""
    column, _ = COLUMNS.get(module, (FREE_COLUMN, ""))
    return MARGIN + column * COLUMN, MARGIN + row * ROW


def _arrow(start: tuple[float, float], end: tuple[float, float], colour: str) -> str:
    x1, y1 = start[0] + BOX_WIDTH / 2, start[1] + BOX_HEIGHT
    x2, y2 = end[0] + BOX_WIDTH / 2, end[1] - 2
    x1 += max(-0.4, min(0.4, (x2 - x1) / WIDTH)) * BOX_WIDTH
    x2 -= max(-0.4, min(0.4, (x2 - x1) / WIDTH)) * BOX_WIDTH
    bend = (y2 - y1) / 2
    path = f"M{x1:.1f} {y1:.1f}C{x1:.1f} {y1 + bend:.1f} {x2:.1f} {y2 - bend:.1f} {x2:.1f} {y2:.1f}"
    return f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="1.3" marker-end="url(#tip)"/>'


def _box(module: str, x: float, y: float) -> str:
    middle, about = x + BOX_WIDTH / 2, COLUMNS.get(module, (0, ""))[1]
    size = f'width="{BOX_WIDTH}" height="{BOX_HEIGHT}" rx="6"'
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" {size} fill="#eef3f8" stroke="{DARK}"/><g text-anchor="middle">'
        f'<text x="{middle:.1f}" y="{y + 15:.1f}" font-size="12.5" font-weight="600">{escape(module)}</text>'
        f'<text x="{middle:.1f}" y="{y + 28:.1f}" font-size="10" fill="#555">{escape(about)}</text></g>'
    )
