"""A parameter for names that are searched for, because there are too many to list."""

from __future__ import annotations

import param


class SearchList(param.List):
    """A list of names; the perspective's `search(name, typed)` returns those that contain the typed text."""
