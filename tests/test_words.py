"""Names say what they hold: words that once had a meaning in this code alone are not names any more.

`said`, `told` or `found` tell how a value came to be; `room` or `climb` are understood by insiders only. To ban another
word, add it to the list.
"""

import ast
import itertools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
WORDS = """
    said told found known made kept asked taken gone given wanted stood stands lot way ways behind
    trouble troubles room rooms climb climbs manners spoilt harvest keyed quotable
    own whole what how wrong rest nothing nobody few meant held twice everything beyond shows lacks
"""
ALLOWED = {("oss_ai_monitor/perspectives/score_progress/view.py", "what")}
"""A parameter of a perspective is a parameter of its address, and old links must work."""
ALLOWED_IN_SQL = {"asked", "place", "why"}
"""Published columns: of landed refusals, of places in a ranking, of core.disputes."""


def names(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every name that a module gives: to functions, classes, variables, parameters and attributes."""
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield node.lineno, name
            case ast.arg(arg=name) | ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
                yield node.lineno, name
            case ast.ExceptHandler(name=str(name)) | ast.alias(asname=str(name)):
                yield node.lineno, name


def is_banned(name: str) -> bool:
    return name.strip("_").lower() in WORDS.split()


@pytest.mark.parametrize("folder", ["oss_ai_monitor", "benchmarks", "tests", "serve.py"])
def test_python_names_say_what_they_hold(folder: str) -> None:
    paths = sorted((ROOT / folder).rglob("*.py")) if (ROOT / folder).is_dir() else [ROOT / folder]
    assert paths
    offenders = [
        f"{path.relative_to(ROOT)}:{line}: {name}"
        for path in paths
        for line, name in names(ast.parse(path.read_text(encoding="utf-8")))
        if is_banned(name) and (path.relative_to(ROOT).as_posix(), name) not in ALLOWED
    ]
    assert offenders == [], "\n".join(offenders)


def test_columns_and_relations_say_what_they_hold() -> None:
    paths = sorted(path for path in (ROOT / "sql").rglob("*.sql"))
    assert paths
    offenders = [f"{path.relative_to(ROOT)}" for path in paths if is_banned(path.stem)]
    for path in paths:
        code = re.sub(r"'[^']*'|--.*|/\*[^*]*\*/", "", path.read_text(encoding="utf-8"))
        for number, line in enumerate(code.splitlines(), 1):
            pairs = re.findall(r"\bas\s+(\w+)|\b(\w+)\s+as\s+(?:materialized\s+)?\(", line)
            offenders += [
                f"{path.relative_to(ROOT)}:{number}: {name}"
                for name in itertools.chain.from_iterable(pairs)
                if is_banned(name) and name not in ALLOWED_IN_SQL
            ]
    assert offenders == [], "\n".join(offenders)
