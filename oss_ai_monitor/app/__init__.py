"""The page around any perspective: shared filters, navigation, notes, downloads. Knows no single perspective."""

from .component import publish
from .generations import acquire, without_data
from .layout import page
from .pinned import open_pinned
from .templates import publish_templates

__all__ = ["acquire", "open_pinned", "page", "publish", "publish_templates", "without_data"]
