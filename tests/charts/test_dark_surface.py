"""Colours of kinds can be told from the dark surface."""

from __future__ import annotations

import pytest

from oss_ai_monitor.perspectives.changes.sources import COLOURS
from oss_ai_monitor.perspectives.licences.sources import ACCESS, LEVELS

DARK = "#181C22"  # the surface of a card on the dark theme
LEAST = 2.1  # contrast; the darkest architectures have as much


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    parts = [part / 255 for part in bytes.fromhex(colour[1:])]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("colours", [COLOURS, LEVELS, ACCESS], ids=["changes", "levels of openness", "access"])
def test_every_kind_stands_out_from_the_dark_surface(colours: dict[str, str]) -> None:
    contrasts = {name: (luminance(colour) + 0.05) / (luminance(DARK) + 0.05) for name, colour in colours.items()}
    assert {name: contrast for name, contrast in contrasts.items() if contrast < LEAST} == {}
