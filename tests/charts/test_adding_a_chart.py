"""docs/adding-a-chart.md is true: its two files, put into a copy of the tree, are a kind of chart."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.test_adding_a_perspective import FILE, python

ROOT = Path(__file__).parents[2]
FILES = dict(FILE.findall((ROOT / "docs" / "adding-a-chart.md").read_text(encoding="utf-8")))
MODULE, TEST = "oss_ai_monitor/charts/name_bars.py", "tests/charts/test_name_bars.py"


def test_the_page_adds_a_kind_that_passes_its_test_and_the_linters(tmp_path: Path) -> None:
    assert list(FILES) == [MODULE, TEST]
    shutil.copytree(ROOT / "oss_ai_monitor", tmp_path / "oss_ai_monitor", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for path, text in FILES.items():
        assert not (tmp_path / path).exists(), "it adds files, and changes none"
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    python(tmp_path, "-m", "pytest", "-q", "-p", "no:cacheprovider", TEST)
    python(tmp_path, "-m", "ruff", "check", *FILES)
    python(tmp_path, "-m", "ruff", "format", "--check", *FILES)
