"""Profiles: what is known of one model, owner or family, as data that pages, terminal, notebook and report show.

`profile(warehouse, kind, name)` returns a Profile, or raises UnknownName with the nearest names.
"""

from __future__ import annotations

from ..warehouse import Warehouse
from .as_html import STYLE, body, head, report_section, unknown_html
from .as_text import as_text
from .changes import CHANGED
from .derivatives import Descendants
from .family import family
from .model import model
from .names import LONGEST_NAME, UnknownName, find_model, find_owner
from .owner import owner
from .profile import KINDS, Claim, Fact, Link, Profile, Query, Section, Series, address_of, instead
from .reach import weekly_trend
from .shown import ShownProfile

_PROFILES = {"model": model, "owner": owner, "family": family}


def profile(warehouse: Warehouse, kind: str, name: str, *, shows_scores: bool = True) -> Profile:
    """Return the profile of the model, owner or family of this name. Raises UnknownName.

    `shows_scores` is False where an operator does not hand out scores of single models of leaderboards.
    """
    return _PROFILES[kind](warehouse, name, shows_scores)


def shown(warehouse: Warehouse, kind: str, name: str) -> ShownProfile:
    """Return a profile for a notebook. Raises ValueError, naming the nearest names, if there is no such name."""
    try:
        return ShownProfile(profile(warehouse, kind, name))
    except UnknownName as error:
        raise ValueError(error.in_full) from error


__all__ = [
    "CHANGED",
    "KINDS",
    "LONGEST_NAME",
    "STYLE",
    "Claim",
    "Descendants",
    "Fact",
    "Link",
    "Profile",
    "Query",
    "Section",
    "Series",
    "ShownProfile",
    "UnknownName",
    "address_of",
    "as_text",
    "body",
    "find_model",
    "find_owner",
    "head",
    "instead",
    "profile",
    "report_section",
    "shown",
    "unknown_html",
    "weekly_trend",
]
