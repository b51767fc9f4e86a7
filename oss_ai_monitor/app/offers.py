"""What the server beside the page offers: a card names only addresses that answer.

`oss-ai-monitor serve` says so when it starts. Plain `panel serve serve.py` and notebooks offer none of it.
"""

from __future__ import annotations

from dataclasses import dataclass

START = "oss-ai-monitor serve"


@dataclass(frozen=True)
class Offers:
    """Whether tables have addresses, whether other sites may show charts, and whether there are badges."""

    data: bool = False
    embeds: bool = False
    badges: bool = False


_offers = Offers()


def announce(offers: Offers) -> None:
    """Let the cards of this process offer what the server has."""
    global _offers
    _offers = offers


def current() -> Offers:
    """Return what the server of this process offers."""
    return _offers
