"""Formats of numbers: the same one on an axis, in a hover and in a description."""

from __future__ import annotations

from dataclasses import dataclass

from .alt_text import signed_number


@dataclass(frozen=True)
class NumberFormat:
    """Numeral formats for the `axis` and the `hover`, and a Python format for `text`."""

    axis: str
    hover: str
    text: str

    def __call__(self, number: float) -> str:
        """Return a number as text, with a true minus."""
        return signed_number(number, self.text)


COUNTS = NumberFormat("0,0.[00]", "0,0", ",.0f")
LARGE_COUNTS = NumberFormat("0.[0]a", "0,0", ",.0f")  # 1.5M on the axis
SHARES = NumberFormat("0.[0]%", "0.0%", ".1%")
SCORES = NumberFormat("0,0.[0]", "0,0.0", ",.1f")
GAINS = NumberFormat("+0,0.[0]", "+0,0.0", "+,.1f")
RATIOS = NumberFormat("0,0.[00]", "0,0.00", ",.2f")
