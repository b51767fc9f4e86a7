"""The digest of a week: up to ten generated sentences about what changed, each with its figures, query and disputes."""

from .chart import alone
from .edition import MOST, Digest, digest
from .feed import digest_feed
from .pages import digest_page, document, list_page
from .texts import LOCAL, Links, as_json, markdown
from .weeks import Week, week_dates, weeks

__all__ = [
    "LOCAL",
    "MOST",
    "Digest",
    "Links",
    "Week",
    "alone",
    "as_json",
    "digest",
    "digest_feed",
    "digest_page",
    "document",
    "list_page",
    "markdown",
    "week_dates",
    "weeks",
]
