"""Any bytes for every reader: what fuzzing has found, literally, and a little of it anew (tests/fuzz.py)."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oss_ai_monitor import refresh

from .fuzz import NEXT, mutated, readers

BENCHMARK = b'[{"id": "cais/hle"}]' + NEXT
INPUTS = {
    "half an emoji in a model of a file": ("hub", b'{"_id": "\\ud800", "id": "a/one", "sha": "x"}'),
    "half an emoji in one of two models": ("hub", b'{"id": "a/one"}\n{"id": "a/two", "author": "\\ud800"}'),
    "a letter that DuckDB cuts in its message": (
        "changes",
        b'[{"_id"\x00:\xcd ""1f",[{"_id": "1f"d": "1f", "\xf8\xfeid": "',
    ),
    "authors that are a number": ("commits", b'[{"date": "2024-06-01T00:00:00Z", "authors": -9223372036854775808}]'),
    "a date before all dates": ("commits", b'[{"date": "0001-01-01T00:00:00+05:00", "authors": []}]'),
    "more discussions than there are numbers": ("discussions", b'{"discussions": [], "count": 18446744073709551616}'),
    "one discussion more than fits": ("discussions", b'{"discussions": [], "count": 9223372036854775808}'),
    "a result that no float holds": (
        "benchmarks",
        BENCHMARK + b'[{"rank": 1, "modelId": "a/one", "value": 1' + b"0" * 400 + b"}]",
    ),
    "a number that is no number in JSON": ("details", b'{"id": "a/one", "likes": 1e999, "cardData": {"a": NaN}}'),
    "a line that breaks within itself": ("archive", b"\r\0"),
    "half an emoji in the name of a renamed model": ("details", b'{"id": "\\ud800/x"}'),
    "lists in lists in lists": ("manifest", b"[" * 100_000),
    "failures that are a word": ("remembered", b'{"steps": {"build": {"failures": "many"}}, "next_at": "2024-06-15"}'),
    "steps that are a list": ("remembered", b'{"steps": [1], "parts": 3, "started": "0001-01-01T00:00:00+05:00"}'),
}


@pytest.mark.parametrize(("name", "data"), INPUTS.values(), ids=INPUTS)
def test_what_was_found_is_mended(name: str, data: bytes, tmp_path: Path) -> None:
    assert readers()[name].hold(data, tmp_path) in ("rows", "refused")


@pytest.mark.slow
@pytest.mark.parametrize("name", readers())
def test_what_readers_are_begun_with_is_read(name: str, tmp_path: Path) -> None:
    for n, seed in enumerate(readers()[name].seeds):
        (tmp_path / str(n)).mkdir()
        if not seed.startswith(b"# status: 404"):
            assert readers()[name].hold(seed, tmp_path / str(n)) == "rows", seed[:200]


@pytest.mark.parametrize("name", readers())
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(chosen=st.randoms(use_true_random=False), data=st.none() | st.binary(max_size=200))
def test_any_bytes_give_rows_or_an_error_that_names_them(
    name: str, chosen: random.Random, data: bytes | None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    reader = readers()[name]
    sample = mutated(chosen.choice(reader.seeds), chosen) if data is None else data
    assert reader.hold(sample, tmp_path_factory.mktemp("fuzz")) in ("rows", "refused")


def test_moments_without_a_zone_are_utc(tmp_path: Path) -> None:
    (tmp_path / "refresh").mkdir()
    (tmp_path / "refresh" / "schedule.json").write_text('{"every": "6h", "next_at": "2024-06-15T12:00:00"}')
    assert str(refresh.Schedule.read(tmp_path).next_at) == "2024-06-15 12:00:00+00:00"
