"""The page around any perspective: shared filters, navigation, notes, downloads. Knows no question by name."""

from .generations import borrow, without_data
from .pins import lend
from .settled import keep
from .shell import page

__all__ = ["borrow", "keep", "lend", "page", "without_data"]
