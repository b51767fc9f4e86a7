"""One module per question: its parameters, its query, its pictures. Nothing here knows the page around it.

A perspective joins the page by its line in `all_perspectives`; that, its module and its query are all it costs.
"""

from .architectures import Architectures
from .author_activity import AuthorActivity
from .base_models import BaseModels
from .filters import Filters
from .model_types import ModelTypes
from .overview import Overview
from .perspective import Perspective
from .provenance import dates_of, looks_at, rules_of, snapshot_of, stands_on
from .releases import Releases
from .score_progress import ScoreProgress
from .search_list import SearchList

all_perspectives: tuple[type[Perspective], ...] = (
    Overview,
    ModelTypes,
    AuthorActivity,
    ScoreProgress,
    Architectures,
    BaseModels,
    Releases,
)

__all__ = [
    "Architectures",
    "AuthorActivity",
    "BaseModels",
    "Filters",
    "ModelTypes",
    "Overview",
    "Perspective",
    "Releases",
    "ScoreProgress",
    "SearchList",
    "all_perspectives",
    "dates_of",
    "looks_at",
    "rules_of",
    "snapshot_of",
    "stands_on",
]
