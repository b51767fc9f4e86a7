"""The number of the shape: raised whenever what is read of a generation is not what generations of that number have.

tests/shape.csv is the shape that belongs to the number. Where a test here fails, raise SHAPE in
oss_ai_monitor/warehouse/identity.py and run `python -m scripts.shape`.
"""

from __future__ import annotations

import ast
import csv
import re
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import duckdb
import pytest

from oss_ai_monitor import warehouse
from oss_ai_monitor.warehouse import macros
from scripts.shape import HEAD, LIST, declared

PACKAGE = Path(warehouse.__file__).parents[1]
RELATION = re.compile(r"\b(?:core|marts)\.\w+")
Shape = list[tuple[str, str, str]]


def listed() -> Shape:
    with LIST.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == HEAD
    assert {row[0] for row in rows[1:]} == {str(warehouse.SHAPE)}, "run 'python -m scripts.shape'"
    return [(relation, column, kind) for _, relation, column, kind in rows[1:]]


def readers() -> Iterator[tuple[str, str]]:
    """Every select of ours that reads a generation, by its name: queries, examples, and those in the code."""
    for path in sorted([*warehouse.sql_folder().glob("queries/*.sql"), *warehouse.sql_folder().glob("examples/*.sql")]):
        yield path.stem, path.read_text(encoding="utf-8")
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            text = node.value if isinstance(node, ast.Constant) else None
            if isinstance(text, str) and RELATION.search(text) and text.lstrip().startswith(("select ", "from ")):
                yield f"{path.name}:{node.lineno}", text


def text_with_macros(select: str) -> str:
    """A select with the text of the macros that it calls."""
    texts = {
        path.stem: path.read_text(encoding="utf-8").replace(macros.CREATE, "create temp macro ", 1)
        for path in (warehouse.sql_folder() / "macros").glob("*.sql")
    }
    return "\n".join([*macros.used(select, texts), select])


def broken(listed: Shape, declared: Shape) -> list[str]:
    """What of a listed shape is read and is not declared any more, or with another type."""
    types = {(relation, column): kind for relation, column, kind in declared}
    texts = [text_with_macros(text) for _, text in readers()]
    problems = []
    for relation, column, kind in listed:
        now = types.get((relation, column), "gone")
        reads = re.compile(rf"\b{column}\b|\*")
        if now != kind and any(relation in RELATION.findall(text) and reads.search(text) for text in texts):
            problems.append(f"{relation}.{column} was {kind}, is {now}")
    return problems


def test_nothing_that_is_read_has_gone_while_the_number_stayed() -> None:
    assert broken(listed(), declared()) == [], "raise SHAPE"


def test_every_select_of_ours_can_be_asked_of_a_generation_of_the_listed_shape() -> None:
    shape = listed()
    with duckdb.connect() as db:
        db.execute("create schema core; create schema marts")
        for relation in sorted({relation for relation, _, _ in shape}):
            columns = ", ".join(f'"{column}" {kind}' for name, column, kind in shape if name == relation)
            db.execute(f"create table {relation} ({columns})")
        macros.store(db, warehouse.sql_folder())
        names = []
        for name, select in readers():
            try:
                db.execute(f"prepare asked as {select}")
            except duckdb.Error as error:
                pytest.fail(f"{name} reads what generations of shape {warehouse.SHAPE} lack, so raise SHAPE: {error}")
            names.append(name)
    assert {"datasets", "01_best_small_model"} < set(names)
    assert any(name.startswith("report.py") for name in names)


def test_what_goes_or_changes_its_type_is_noticed_and_what_comes_is_not(tmp_path: Path) -> None:
    sql = Path(copytree(warehouse.sql_folder(), tmp_path / "sql"))
    path = sql / "2_core" / "events.sql"
    text = path.read_text(encoding="utf-8")
    for old, new in [("    label,", "    [label] as label,"), ("    kind,", "    kind as sort, 1 as more,")]:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    assert broken(listed(), declared(sql)) == [
        "core.events.kind was VARCHAR, is gone",
        "core.events.label was VARCHAR, is VARCHAR[]",
    ]
