"""A profile as an object that a notebook shows."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from .as_html import notebook_html
from .as_text import as_text
from .profile import Link, Profile


@dataclass(frozen=True)
class ShownProfile:
    """A profile that shows itself: as HTML in a notebook, as text where it is printed."""

    profile: Profile

    @property
    def sentence(self) -> str:
        """What it is, in a sentence."""
        return self.profile.sentence

    @property
    def facts(self) -> pd.DataFrame:
        """The facts, one row each: value, source, snapshot, rule, and how many claims are not believed."""
        columns = ("fact", "value", "source", "snapshot", "rule", "claims_not_believed")
        rows = [
            (fact.name, fact.value, fact.source, fact.snapshot, fact.rule, len(fact.claims))
            for fact in self.profile.facts
        ]
        return pd.DataFrame(rows, columns=list(columns))

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables by their titles."""
        return {
            section.title: pd.DataFrame(
                [[cell.name if isinstance(cell, Link) else cell for cell in row] for row in section.rows],
                columns=list(section.columns),
            )
            for section in self.profile.sections
            if section.rows
        }

    def __str__(self) -> str:
        return as_text(self.profile)

    def _repr_html_(self) -> str:
        return notebook_html(self.profile)
