"""The perspectives, one module or folder each: parameters, queries and charts. Knows nothing of the page around them.

In a folder, `view.py` has the perspective, `sources.py` its queries, and `texts.py` what it says; what several
perspectives share stands beside the folders. To add a perspective, write its query and a module here: the registry
finds it, and page, report, notebook and embeds show it. See docs/adding-a-perspective.md.
"""

from . import address, other_rules
from .architectures import Architectures
from .author_activity.view import AuthorActivity
from .base_models.view import BaseModels
from .control_kind import control_kind
from .datasets import Datasets
from .declaration import COMPLETENESS, GROUPS, Plot, Source
from .filters import Filters
from .model_types import ModelTypes
from .opening import ChosenPerspective, choose_perspective, open_perspective
from .overview.view import Overview
from .perspective import Perspective
from .provenance import dates_of, filters_text, how_counted, provenance_text, rules_of, rules_text, snapshot_of
from .registry import discover
from .releases.view import Releases
from .score_progress.view import ScoreProgress
from .search_list import SearchList
from .selection import UNITS, Selection
from .source_facts import file_name, source_facts

all_perspectives: tuple[type[Perspective], ...] = discover(__name__, __path__)
"""Every perspective, in the order of the navigation."""

questions: tuple[type[Perspective], ...] = tuple(kind for kind in all_perspectives if not kind.is_summary)
"""All perspectives except summaries of others; reports and notebooks show these."""

__all__ = [
    "COMPLETENESS",
    "GROUPS",
    "UNITS",
    "Architectures",
    "AuthorActivity",
    "BaseModels",
    "ChosenPerspective",
    "Datasets",
    "Filters",
    "ModelTypes",
    "Overview",
    "Perspective",
    "Plot",
    "Releases",
    "ScoreProgress",
    "SearchList",
    "Selection",
    "Source",
    "address",
    "all_perspectives",
    "choose_perspective",
    "control_kind",
    "dates_of",
    "discover",
    "file_name",
    "filters_text",
    "how_counted",
    "open_perspective",
    "other_rules",
    "provenance_text",
    "questions",
    "rules_of",
    "rules_text",
    "snapshot_of",
    "source_facts",
]
