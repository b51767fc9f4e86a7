"""What the tree must not hold. Which module may import which is in pyproject.toml, and `make lint` checks it."""

from __future__ import annotations

from pathlib import Path

import oss_ai_monitor

PACKAGE = Path(oss_ai_monitor.__file__).parent


def test_no_module_is_a_drawer_for_everything() -> None:
    forbidden = {"utils", "helpers", "common", "base", "core"}
    assert not [path for path in PACKAGE.rglob("*.py") if path.stem in forbidden]


def test_nothing_of_the_data_or_of_a_machine_is_in_the_tree() -> None:
    root = PACKAGE.parent
    for path in [*PACKAGE.rglob("*.py"), *(root / "sql").rglob("*.sql"), *root.glob("*.md"), root / "constraints.txt"]:
        text = path.read_text(encoding="utf-8")
        assert "https://pypi" not in text, path
        assert "/root/" not in text, path
