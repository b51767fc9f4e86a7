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
    "sandbox": {"warehouse"},
    "charts": set(),
    "compat": set(),
    "perspectives": {"charts", "warehouse"},
    "pages": {"charts", "perspectives", "sandbox", "warehouse"},
    "app": {"charts", "pages", "perspectives", "sandbox", "warehouse", "report"},
    "report": {"charts", "perspectives", "warehouse"},
    "notebook": {"app", "perspectives", "sandbox", "warehouse"},
    "desktop": set(),
    "crawl_plan": {"sources", "landing"},
    "refresh": set(),
    "server": {"charts", "perspectives", "refresh", "report", "warehouse"},
    "terminal": set(),
    "cli": {
        "app",
        "charts",
        "crawl_plan",
        "desktop",
        "history",
        "landing",
        "perspectives",
        "refresh",
        "report",
        "sandbox",
        "server",
        "sources",
        "terminal",
        "warehouse",
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
        folder = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        if folder in ("__init__", "serve", "__main__"):
            continue
        assert folder in MAY_IMPORT, f"{path.name}: a folder that the map does not know"
        assert imported(path) <= MAY_IMPORT[folder] | {folder, "compat"}, f"{path}: {imported(path)}"


def test_no_module_is_a_drawer_for_everything() -> None:
    forbidden = {"utils", "helpers", "common", "base", "core"}
    assert not [path for path in PACKAGE.rglob("*.py") if path.stem in forbidden]


def test_nothing_of_the_data_or_of_a_machine_is_in_the_tree() -> None:
    root = PACKAGE.parent
    for path in [*PACKAGE.rglob("*.py"), *(root / "sql").rglob("*.sql"), *root.glob("*.md"), root / "constraints.txt"]:
        text = path.read_text(encoding="utf-8")
        assert "https://pypi" not in text, path
        assert "/root/" not in text, path
