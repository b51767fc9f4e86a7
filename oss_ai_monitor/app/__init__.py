"""The page around any perspective: shared filters, navigation, notes, downloads. Knows no single perspective."""

from .component import publish
from .generations import acquire, without_data
from .layout import page
from .pinned import open_pinned

__all__ = ["acquire", "open_pinned", "page", "publish", "without_data"]
