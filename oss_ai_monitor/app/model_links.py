"""Names of models in tables, as links to their pages."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from urllib.parse import urlencode

import panel as pn
from bokeh.models import HTMLTemplateFormatter

MODEL_COLUMNS = {"model id", "base model id", "model", "best model"}
"""Headings of columns that name a model."""


def link_formats(columns: Iterable[str], pinned: Mapping[str, str]) -> dict[str, HTMLTemplateFormatter]:
    """Return a formatter for each column that names models: a link to the page of the model, in a notebook to the Hub.

    The browser escapes names, in the address too. `pinned` is the part of the address that pins a snapshot.
    """
    if pn.state.location is None:
        start = (
            '<a target="_blank" rel="noopener noreferrer" href="https://huggingface.co/<%= encodeURI(value ?? "") %>">'
        )
    else:
        address = html.escape(f"?{urlencode({**pinned, 'model': ''})}")
        start = f'<a href="{address}<%= encodeURIComponent(value ?? "") %>">'
    template = f'{start}<%- value ?? "" %></a>'
    return {name: HTMLTemplateFormatter(template=template) for name in columns if name in MODEL_COLUMNS}
