"""Tiles: a figure, a sentence and the way to what is behind them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Link:
    """Where a click leads: a perspective, looking at a dataset; or a page, which is handed what `query` holds."""

    slug: str
    dataset: str
    query: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Tile:
    """One answer at a glance; `title` names its dataset, `figure` is the one thing to see."""

    title: str
    figure: str
    sentence: str
    link: Link
