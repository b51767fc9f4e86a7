"""One module per question: its parameters, its query, its pictures. Nothing here knows the page around it.

A perspective joins the page by its line in `all_perspectives`; that, its module and its query are all it costs.
"""

from .base_models import BaseModels
from .filters import Filters
from .model_types import ModelTypes
from .perspective import Perspective

all_perspectives: tuple[type[Perspective], ...] = (ModelTypes, BaseModels)

__all__ = ["BaseModels", "Filters", "ModelTypes", "Perspective", "all_perspectives"]
