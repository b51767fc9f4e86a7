"""One module per question: its parameters, its query, its pictures. Nothing here knows the page around it.

A perspective joins the page by its line in `all_perspectives`; that, its module and its query are all it costs.
"""

from .architectures import Architectures
from .author_activity import AuthorActivity
from .base_models import BaseModels
from .filters import Filters
from .found import Found
from .model_types import ModelTypes
from .perspective import Perspective
from .score_progress import ScoreProgress

all_perspectives: tuple[type[Perspective], ...] = (ModelTypes, Architectures, BaseModels)

__all__ = [
    "AuthorActivity",
    "BaseModels",
    "Filters",
    "Found",
    "ModelTypes",
    "Perspective",
    "ScoreProgress",
    "all_perspectives",
]
