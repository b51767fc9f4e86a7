"""Labels of logarithmic axes: in full up to a million, then with a letter, as on axes of large counts."""

from __future__ import annotations

import numpy as np
import pytest

from oss_ai_monitor.charts.log_scale import log_ticks, tick_label


@pytest.mark.parametrize(
    ("number", "label"),
    [
        (0.01, "0.01"),
        (1.0, "1"),
        (20_000.0, "20,000"),
        (100_000.0, "100,000"),
        (1e6, "1M"),
        (2.5e6, "2.5M"),
        (1e8, "100M"),
        (5e9, "5B"),
        (1e12, "1,000B"),
    ],
)
def test_a_tick_says_its_number_briefly(number: float, label: str) -> None:
    assert tick_label(number) == label


def test_the_ticks_around_numbers_have_labels() -> None:
    assert list(log_ticks(np.array([30.0, 7e6])).labels.values()) == [
        "10", "100", "1,000", "10,000", "100,000", "1M", "10M",
    ]  # fmt: skip
