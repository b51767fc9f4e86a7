"""The page around any perspective: shared filters, navigation, notes, downloads. Knows no question by name."""

from .visit import page

__all__ = ["page"]
