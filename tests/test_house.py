"""The arrows of the house: what each module may import, and that folders are the flow of the data."""

from __future__ import annotations

import ast
from pathlib import Path

import oss_ai_monitor

PACKAGE = Path(oss_ai_monitor.__file__).parent
MAY_IMPORT = {
    "sources": set(),
    "landing": set(),
    "history": {"landing"},
    "warehouse": set(),
    "workspace": {"warehouse"},
    "plots": set(),
    "perspectives": {"warehouse", "plots"},
    "app": {"perspectives", "warehouse", "plots", "workspace", "report"},
    "notebook": {"app", "perspectives", "warehouse", "workspace"},
    "report": {"perspectives", "plots", "warehouse"},
    "desktop": set(),
    "harvest": {"sources", "landing"},
    "refresh": set(),
    "hosting": {"refresh", "warehouse", "perspectives", "plots", "report"},
    "terminal": set(),
    "cli": {
        "hosting",
        "desktop",
        "report",
        "harvest",
        "refresh",
        "terminal",
        "sources",
        "landing",
        "history",
        "warehouse",
        "perspectives",
        "plots",
        "app",
        "workspace",
    },
}


def imported(path: Path) -> set[str]:
    """The modules of ours, by first name, that a file imports."""
    found = set()
    inside = path.relative_to(PACKAGE).with_suffix("").parts
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names if alias.name.startswith("oss_ai_monitor.")}
        elif isinstance(node, ast.ImportFrom) and node.level:
            base = ("oss_ai_monitor", *inside[: len(inside) - node.level], *(node.module or "").split("."))
            found |= {".".join(filter(None, (*base, alias.name))) for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "oss_ai_monitor":
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    ours = {name.split(".")[1] for name in found if len(name.split(".")) > 1}
    return {name for name in ours if (PACKAGE / name).is_dir() or (PACKAGE / f"{name}.py").exists()}


def test_each_module_imports_what_the_map_allows() -> None:
    for path in PACKAGE.rglob("*.py"):
        room = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        if room in ("__init__", "serve", "__main__"):
            continue
        assert room in MAY_IMPORT, f"{path.name}: a room that the map does not know"
        assert imported(path) <= MAY_IMPORT[room] | {room}, f"{path}: {imported(path)}"


def test_no_module_is_a_drawer_for_everything() -> None:
    forbidden = {"utils", "helpers", "common", "base", "core"}
    assert not [path for path in PACKAGE.rglob("*.py") if path.stem in forbidden]


def test_nothing_of_the_data_or_of_a_machine_is_in_the_tree() -> None:
    root = PACKAGE.parent
    for path in [*PACKAGE.rglob("*.py"), *(root / "sql").rglob("*.sql"), *root.glob("*.md"), root / "constraints.txt"]:
        text = path.read_text(encoding="utf-8")
        assert "https://pypi" not in text, path
        assert "/root/" not in text, path
