"""A count of one has its noun in the singular, in every text that names a count."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

import oss_ai_monitor
from oss_ai_monitor.plurals import counted, verb_after

PACKAGE = Path(oss_ai_monitor.__file__).parent
PLURAL = re.compile(r" (?:[a-z-]+ ){0,2}?(?!is\b|as\b|was\b|has\b|this\b|its\b)[a-z]+s\b")
NEVER_ONE = {
    "cli/backfilling.py: len(days) days",
    "cli/landing.py: len(of_access) days",
    "cli/simulating.py: len(others) of its days",
    "cli/simulating.py: len(outcome.refused) of its days",
    "cli/simulating.py: len(runs) days",
    "cli/status.py: len(benchmarks) benchmarks",
    "landing/run.py: len(self.parts) differs",
    "pages/methodology.py: _n(row['remaining']) when it opens",
    "pages/sql/answer_chart.py: number_text(colours) values",
    "pages/sql/answer_chart.py: number_text(names) names",
    "perspectives/adoption/pictures.py: most most downloaded models",
    "perspectives/architectures.py: len(names) chosen architectures",
    "perspectives/author_activity/view.py: number_text(models) models",
    "perspectives/base_models/notes.py: len(bases) base models",
    "perspectives/base_models/notes.py: number_text(derivatives) derivatives",
    "perspectives/base_models/view.py: len(improved) ladders",
    "perspectives/changes/texts.py: number_text(int(counts[3:].sum())) of other kinds",
    "perspectives/changes/texts.py: number_text(row.models) models",
    "perspectives/changes/texts.py: number_text(row.models) repositories",
    "perspectives/licences/texts.py: number_text(self.models_with_downloads) whose downloads",
    "perspectives/relations/texts.py: number_text(models) models",
    "profiles/facts.py: number_text(further) of owners",
    "programs/digest/boards.py: number_text(first['models_until_then']) models",
    "programs/digest/changes.py: number_text(row['models']) repositories",
    "programs/digest/hub.py: len(owners) accounts",
    "programs/digest/hub.py: number_text(first['models_in_all']) models",
    "programs/digest/hub.py: number_text(growth + 1) times",
    "publication/manifest.py: manifest.warehouse.bytes bytes",
    "publication/origins.py: PIECE // READ_SECONDS bytes",
    "sandbox/results.py: columns + self.left_out columns",
    "sandbox/statements.py: len(statements) statements",
    "server/logs.py: len(text) letters",
    "sources/csv_files.py: int(length[1]) bytes",
    "sources/csv_files.py: len(sent) columns",
    "warehouse/comparing.py: count of its values",
}
"""What looks like such a place and is none: a count that is never one here, or one of a larger number of things."""


@pytest.mark.parametrize(
    ("number", "noun", "text"),
    [
        (1, "row", "1 row"),
        (0, "row", "0 rows"),
        (1_200, "new download", "1,200 new downloads"),
        (2, "repository", "2 repositories"),
        (2, "day", "2 days"),
        (3, "launch", "3 launches"),
        (1.0, "model", "1 model"),
    ],
)
def test_a_count_has_its_noun(number: float, noun: str, text: str) -> None:
    assert counted(number, noun) == text


def test_a_verb_follows_its_count() -> None:
    assert [verb_after(n, "holds", "hold") for n in (0, 1, 2)] == ["hold", "holds", "hold"]


def test_no_text_puts_a_count_before_a_plural_without_regard_for_one() -> None:
    assert sorted(set(counts_before_plurals()) ^ NEVER_ONE) == []


def counts_before_plurals() -> Iterator[str]:
    """Yield each place where an f-string has a count and behind it a plural that does not depend on it."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            parts = node.values if isinstance(node, ast.JoinedStr) else []
            for value, text in pairwise(parts):
                plural = PLURAL.match(str(text.value)) if isinstance(text, ast.Constant) else None
                if plural and isinstance(value, ast.FormattedValue) and is_count(value):
                    yield f"{path.relative_to(PACKAGE)}: {ast.unparse(value.value)}{plural[0]}"


def is_count(part: ast.FormattedValue) -> bool:
    """Whether what is formatted is a count by its form: thousands separated, a length, or a call of number_text."""
    form = ast.unparse(part.format_spec) if part.format_spec else ""
    called = ast.unparse(part.value.func) if isinstance(part.value, ast.Call) else ""
    if isinstance(part.value, ast.Name) and part.value.id.isupper():  # a constant
        return False
    return "," in form.replace(",.1f", "").replace(",.4g", "") or called in ("len", "number_text", "_n", "_short")
