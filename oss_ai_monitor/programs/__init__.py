"""Answers for programs by address: tables as CSV and JSON, a feed, badges, JSON. Knows nothing of the server."""

from .answers import stands_on, view_answer
from .badges import NoBadge, badge
from .feeds import feed
from .names import search, why
from .openapi import OPENAPI, PROBLEM_TYPE, STATUSES, llms_text, openapi_text, schemas
from .problem import MAX_LETTERS, MAX_ROWS, Problem, unknown_choices
from .routes import ROOT, Route, routes
from .series import KINDS, open_series
from .tables import FORMATS, InvalidRequest, NoTable, NotComputed, Table, open_table
from .then_and_now import as_json as comparison_json
from .then_and_now import open_comparison
from .views import list_views

__all__ = [
    "FORMATS",
    "KINDS",
    "MAX_LETTERS",
    "MAX_ROWS",
    "OPENAPI",
    "PROBLEM_TYPE",
    "ROOT",
    "STATUSES",
    "InvalidRequest",
    "NoBadge",
    "NoTable",
    "NotComputed",
    "Problem",
    "Route",
    "Table",
    "badge",
    "comparison_json",
    "feed",
    "list_views",
    "llms_text",
    "open_comparison",
    "open_series",
    "open_table",
    "openapi_text",
    "routes",
    "schemas",
    "search",
    "stands_on",
    "unknown_choices",
    "view_answer",
    "why",
]
