"""Pages that are no perspective: SQL, and how things are counted; with the theme and the texts that all pages share.

A new page is a subclass of `Page` in a module of this folder, and its line in `all_pages`.
"""

from .method import MethodPage
from .page import DisabledPage, Page, heading
from .sql import SqlPage

all_pages: tuple[type[Page], ...] = (SqlPage, MethodPage)
"""Every page, in the order of the navigation."""

__all__ = ["DisabledPage", "MethodPage", "Page", "SqlPage", "all_pages", "heading"]
