"""Escape texts, such as names of models, so that they never become markup, links or scripts on the page."""

import html
import string

_ESCAPES = str.maketrans({mark: f"\\{mark}" for mark in string.punctuation})


def escape_markdown(text: str) -> str:
    """Return Markdown that shows `text` unchanged."""
    return " ".join(text.split()).translate(_ESCAPES)


def escape_html(text: str, tag: str = "") -> str:
    """Return HTML that shows `text` unchanged, in an element if `tag` names one."""
    safe = html.escape(" ".join(text.split()))
    return f"<{tag}>{safe}</{tag}>" if tag else safe
