"""What the tree must not hold. Which module may import which is in pyproject.toml, and `make lint` checks it."""

from __future__ import annotations

import re
from pathlib import Path

import oss_ai_monitor

PACKAGE = Path(oss_ai_monitor.__file__).parent


def test_no_module_is_a_drawer_for_everything() -> None:
    forbidden = {"utils", "helpers", "common", "base", "core"}
    assert not [path for path in PACKAGE.rglob("*.py") if path.stem in forbidden]


def test_nothing_of_the_data_or_of_a_machine_is_in_the_tree() -> None:
    root = PACKAGE.parent
    project_files = [
        root / name
        for name in ("constraints.txt", "pyproject.toml", "mkdocs.yml", "Makefile", ".pre-commit-config.yaml")
    ]
    code = [*PACKAGE.rglob("*.py"), *(root / "scripts").glob("*.py"), *(root / "sql").rglob("*.sql")]
    for path in [*code, *root.glob("*.md"), *(root / "docs").glob("*.md"), *project_files]:
        text = path.read_text(encoding="utf-8")
        assert "https://pypi" not in text, path
        assert "/root/" not in text, path


def test_what_the_linters_pass_over_is_there() -> None:
    root = PACKAGE.parent
    ignored = [line for line in (root / ".sqlfluffignore").read_text().splitlines() if not line.startswith("#")]
    joined = re.findall(r'"(oss_ai_monitor/[^"]+\.js)"', (root / ".oxlintrc.json").read_text())
    assert len(ignored) <= 4, "rather write SQL that the linter reads"
    assert [name for name in ignored + joined if not (root / name).is_file()] == []
