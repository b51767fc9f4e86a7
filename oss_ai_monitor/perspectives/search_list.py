"""Names that a reader finds by typing, since there are too many to list."""

from __future__ import annotations

import param


class SearchList(param.List):
    """Names added one by one; the perspective's `search(name, typed)` lists those that contain what was typed."""
