"""The page around any perspective: shared filters, navigation, notes, downloads. Knows no single perspective."""

from .component import publish
from .generations import acquire, without_data
from .layout import page
from .offers import Offers, announce
from .pinned import open_pinned
from .templates import publish_templates

__all__ = ["Offers", "acquire", "announce", "open_pinned", "page", "publish", "publish_templates", "without_data"]
