"""Everything that is imported is declared, so that an installation never depends on what another package brings."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterable
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
OURS = {"oss_ai_monitor", "tests", "benchmarks", "scripts"}
NOT_FROM_AN_INDEX = {"gi", "atheris"}  # the system's own GTK, and a fuzzer for those who have it
EXTRAS = {
    "oss_ai_monitor/desktop": ["desktop"],
    "oss_ai_monitor/mcp_server.py": ["mcp"],
    "oss_ai_monitor/warehouse/engines/spark": ["spark"],
    "tests": ["desktop", "spark", "test"],
    "benchmarks": ["test"],
}


def imported(path: Path) -> Iterable[str]:
    """Yield the top-level name of every module that a file imports, wherever in the file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def normalized(name: str) -> str:
    """Return a distribution's name as PyPI compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def declared(extras: Iterable[str]) -> set[str]:
    """Return the distributions that pyproject.toml requires, with those of some extras."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    requirements = [*project["dependencies"]]
    for extra in extras:
        requirements += project["optional-dependencies"][extra]
    return {normalized(re.split(r"[^A-Za-z0-9._-]", requirement)[0]) for requirement in requirements}


@pytest.mark.parametrize(
    "folder", ["oss_ai_monitor", *(name for name in EXTRAS if name.startswith("oss")), "tests", "benchmarks"]
)
def test_every_package_that_is_imported_is_declared(folder: str) -> None:
    distributions = packages_distributions()
    requirements = declared(EXTRAS.get(folder, []))
    undeclared = {}
    for path in sorted((ROOT / folder).rglob("*.py")) or [ROOT / folder]:
        name = path.relative_to(ROOT).as_posix()
        if folder == "oss_ai_monitor" and name.startswith(tuple(EXTRAS)):
            continue  # an extra, with a case of its own
        for name in set(imported(path)) - OURS - NOT_FROM_AN_INDEX - sys.stdlib_module_names:
            if not {normalized(distribution) for distribution in distributions.get(name, [name])} & requirements:
                undeclared[name] = str(path.relative_to(ROOT))
    assert undeclared == {}
