"""Pages beside the perspectives: Then and now, Side by side, SQL, Method, and those of a model, an owner or a family.

With the theme and helpers for texts that all pages share.

To add a page, write a subclass of `Page` in a module of this folder, and add it to `all_pages`.
"""

from .beside import SideBySidePage
from .method import MethodPage
from .page import DisabledPage, Page, heading
from .profiles import FamilyPage, ModelPage, OwnerPage
from .sql import SqlPage
from .then_and_now import ThenAndNowPage

all_pages: tuple[type[Page], ...] = (ThenAndNowPage, SideBySidePage, SqlPage, MethodPage)
"""Every page with a tab, in the order of the navigation."""
profile_pages: tuple[type[Page], ...] = (ModelPage, OwnerPage, FamilyPage)
"""The pages without a tab: `?model=<name>` opens the first."""

__all__ = [
    "DisabledPage",
    "MethodPage",
    "Page",
    "SideBySidePage",
    "SqlPage",
    "ThenAndNowPage",
    "all_pages",
    "heading",
    "profile_pages",
]
