"""Text as it is: what strangers called their models never becomes a mark, a link or a script on the page."""

import html
import string

_AS_IT_IS = str.maketrans({mark: f"\\{mark}" for mark in string.punctuation})


def escape_markdown(text: str) -> str:
    """Markdown that shows `text` letter by letter."""
    return " ".join(text.split()).translate(_AS_IT_IS)


def escape_html(text: str, tag: str = "") -> str:
    """HTML that shows `text` letter by letter, in an element of its own where `tag` names one."""
    safe = html.escape(" ".join(text.split()))
    return f"<{tag}>{safe}</{tag}>" if tag else safe
