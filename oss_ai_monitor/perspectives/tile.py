"""Tiles: a figure, a sentence and a link."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .headlines import Headline


@dataclass(frozen=True)
class Link:
    """The target of a click: a perspective with a dataset and perhaps shared choices, or a page with a query."""

    slug: str
    dataset: str
    query: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Tile:
    """A tile; `title` names its dataset, `figure` is printed large."""

    title: str
    figure: str
    sentence: str
    link: Link
    model: str = ""
    """A model that the sentence names, whose name leads to its page."""
    details: str = ""
    """What counts; it stands behind the line of other rules, else after the sentence."""
    headlines: tuple[Headline, ...] = ()
    """Its figures under other rules; none under other choices than those that the page opens with."""
    headlines_note: str = ""
    """That no rule changes its figure, where none does."""

    @property
    def full_sentence(self) -> str:
        """The sentence, with its details."""
        return f"{self.sentence} {self.details}".strip()
