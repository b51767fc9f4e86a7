"""Tiles: a figure, a sentence and the way to what is behind them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Way:
    """Where a click leads: a perspective, looking at a dataset."""

    slug: str
    dataset: str


@dataclass(frozen=True)
class Tile:
    """One answer at a glance; `title` names its dataset, `figure` is the one thing to see."""

    title: str
    figure: str
    sentence: str
    way: Way
