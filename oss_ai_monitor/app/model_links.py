"""Names of models and owners in tables, as links to their pages."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from urllib.parse import urlencode

import panel as pn
from bokeh.models import HTMLTemplateFormatter

MODEL_COLUMNS = {"model id", "base model id", "model", "best model", "best so far model id"}
"""Headings of columns that name a model."""
OWNER_COLUMNS = {"owner", "author"}
"""Headings of columns that name an owner, unless authors are contributors."""


def link_formats(
    columns: Iterable[str], pinned: Mapping[str, str], *, names_contributors: bool = False
) -> dict[str, HTMLTemplateFormatter]:
    """Return a formatter for each column that names models or owners: a link to their pages, in a notebook to the Hub.

    The browser escapes names, in the address too. `pinned` is the part of the address that pins a snapshot. Who is left
    out has no page.
    """
    kinds = dict.fromkeys(MODEL_COLUMNS, "model") | (
        {} if names_contributors else dict.fromkeys(OWNER_COLUMNS, "owner")
    )
    return {name: HTMLTemplateFormatter(template=_template(kinds[name], pinned)) for name in columns if name in kinds}


def _template(kind: str, pinned: Mapping[str, str]) -> str:
    if pn.state.location is None:
        start = (
            '<a target="_blank" rel="noopener noreferrer" href="https://huggingface.co/<%= encodeURI(value ?? "") %>">'
        )
    else:
        address = html.escape(f"?{urlencode({**pinned, kind: ''})}")
        start = f'<a href="{address}<%= encodeURIComponent(value ?? "") %>">'
    name = '<%- value ?? "" %>'
    has_page = '!String(value ?? "left-out/").startsWith("left-out/")'
    return f"<% if ({has_page}) {{ %>{start}{name}</a><% }} else {{ %>{name}<% }} %>"
