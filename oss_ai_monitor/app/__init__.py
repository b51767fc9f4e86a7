"""The page around any perspective: shared filters, navigation, notes, downloads. Knows no question by name."""

from .generations import borrow, without_data
from .visit import page

__all__ = ["borrow", "page", "without_data"]
