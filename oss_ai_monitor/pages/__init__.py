"""Pages beside the perspectives: SQL and Method; with the theme and helpers for texts that all pages share.

To add a page, write a subclass of `Page` in a module of this folder, and add it to `all_pages`.
"""

from .method import MethodPage
from .page import DisabledPage, Page, heading
from .sql import SqlPage

all_pages: tuple[type[Page], ...] = (SqlPage, MethodPage)
"""Every page, in the order of the navigation."""

__all__ = ["DisabledPage", "MethodPage", "Page", "SqlPage", "all_pages", "heading"]
