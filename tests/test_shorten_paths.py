"""What is told to strangers names no folder of the machine."""

from __future__ import annotations

import pytest

from oss_ai_monitor.warehouse import shorten_paths


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/srv/monitor/oss_ai_monitor.duckdb is not there", "…/oss_ai_monitor.duckdb is not there"),
        (
            'IO Error: Cannot open file "/srv/monitor/generations/x.duckdb": gone',
            'IO Error: Cannot open file "…/x.duckdb": gone',
        ),
        (r"C:\Users\ann\warehouse\x.duckdb is damaged", "…/x.duckdb is damaged"),
        ("run 'oss-ai-monitor refresh' and/or build", "run 'oss-ai-monitor refresh' and/or build"),
        ("no such model org/name", "no such model org/name"),
        ("", ""),
    ],
)
def test_a_path_is_told_by_its_last_name(text: str, expected: str) -> None:
    assert shorten_paths(text) == expected
