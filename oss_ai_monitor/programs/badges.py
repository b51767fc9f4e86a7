"""What a badge says of a model or an owner, and the badge as SVG: text and rectangles, no script, no style, no link.

A badge stands in pages of other sites, so that every text of it is escaped and short.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from ..plurals import noun_after
from ..profiles import Descendants, find_model, find_owner, weekly_trend
from ..warehouse import Warehouse

SHOW, OF = "show", "of"
PARAMETERS = (SHOW, OF)
"""What an address may choose: which figure, and whether the name is an owner's."""
LONGEST_TITLE = 120
"""Characters of a name in the description that a reader without pictures gets."""
NOT_KNOWN = "not known"
LONGEST_NAME = 60
"""Characters of a name in the picture itself, where it names a model."""
SIMULATED = "simulated"
"""Stands first in each badge of simulated data, which has names of real models and made-up figures."""
LABEL, VALUE, EDGE = "#343a42", "#0b5394", "#9aa1ab"
"""Colours: white text has a contrast of at least 7 on the first two, and the edge is seen on white and on black."""


class NoBadge(Exception):
    """There is no such badge; the message says why."""


@dataclass(frozen=True)
class Badge:
    """A name, what is said of it, and the figure in words."""

    name: str
    label: str
    value: str
    is_simulated: bool = False
    ends_with_name: bool = False
    """Whether the label is a beginning, such as "descendants of", which the name completes."""

    @property
    def shown_label(self) -> str:
        """The left part of the picture."""
        name = self.name if len(self.name) <= LONGEST_NAME else f"{self.name[: LONGEST_NAME - 1]}…"
        label = f"{self.label} {name}" if self.ends_with_name else self.label
        return f"{SIMULATED}: {label}" if self.is_simulated else label

    @property
    def title(self) -> str:
        """What a reader without pictures gets."""
        name = self.name[:LONGEST_TITLE]
        subject = f"{self.label} {name}" if self.ends_with_name else f"{name}: {self.label}"
        return f"{'Simulated data: ' if self.is_simulated else ''}{subject}: {self.value}"

    def svg(self) -> str:
        """Return the badge as SVG."""
        label = self.shown_label
        left, right = (round(_width(text)) + 14 for text in (label, self.value))
        title = _text(self.title)
        texts = "".join(
            f'<text x="{x}" y="14" textLength="{width - 14}" lengthAdjust="spacingAndGlyphs">{_text(text)}</text>'
            for x, width, text in ((7, left, label), (left + 7, right, self.value))
        )
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="20" role="img"'
            f' aria-label="{title}"><title>{title}</title>'
            f'<rect width="{left + right}" height="20" rx="3" fill="{LABEL}"/>'
            f'<path d="M{left} 0h{right - 3}a3 3 0 0 1 3 3v14a3 3 0 0 1-3 3H{left}z" fill="{VALUE}"/>'
            f'<rect x="0.5" y="0.5" width="{left + right - 1}" height="19" rx="2.5" fill="none" stroke="{EDGE}"/>'
            f'<g fill="#fff" font-family="Verdana,DejaVu Sans,Arial,sans-serif" font-size="11">{texts}</g></svg>\n'
        )


def badge(warehouse: Warehouse, name: str, query: Mapping[str, str]) -> Badge:
    """Return the badge of a name. Raises NoBadge for a name or a choice that does not exist."""
    kind, show = query.get(OF, "model"), query.get(SHOW, "downloads")
    if kind not in SHOWN:
        raise NoBadge(f"of={kind[:40]}: there are badges of {' and '.join(SHOWN)}.")
    if show not in SHOWN[kind]:
        raise NoBadge(f"show={show[:40]}: a badge of {kind} shows {', '.join(SHOWN[kind])}.")
    return replace(SHOWN[kind][show](warehouse, name), is_simulated=warehouse.is_simulated)


def _downloads(warehouse: Warehouse, name: str) -> Badge:
    model_id, key = _model(warehouse, name)
    rows = warehouse.query("model_downloads", model_key=key)
    return Badge(model_id, "downloads in 30 days", _short(rows["downloads_30d"][0]))


def _trend(warehouse: Warehouse, name: str) -> Badge:
    model_id, _ = _model(warehouse, name)
    trend = weekly_trend(warehouse.query("weekly_downloads", model_id=model_id))
    value = NOT_KNOWN if trend is None else f"{100 * trend:+,.0f}%".replace("-", "−")
    return Badge(model_id, "downloads, last week against three before", value)


def _family(warehouse: Warehouse, name: str) -> Badge:
    model_id, key = _model(warehouse, name)
    descendants = Descendants(warehouse, key)
    value = f"{_short(descendants.models)} {noun_after(descendants.models, 'model')}"
    if descendants.downloads_30d is not None:
        value += f", {_short(descendants.downloads_30d)} {noun_after(descendants.downloads_30d, 'download')} in 30 days"
    return Badge(model_id, "descendants of", value if descendants.models else "no models", ends_with_name=True)


def _owner_downloads(warehouse: Warehouse, name: str) -> Badge:
    owner = find_owner(warehouse, name)
    if owner is None:
        raise NoBadge("There is no owner of this name in this data.")
    rows = warehouse.query("owner_downloads", owner=owner)
    return Badge(owner, "downloads in 30 days", _short(rows["downloads_30d"][0]))


SHOWN: Mapping[str, Mapping[str, Callable[[Warehouse, str], Badge]]] = {
    "model": {"downloads": _downloads, "trend": _trend, "family": _family},
    "owner": {"downloads": _owner_downloads},
}
"""Of what → which figure → what makes it."""


def _model(warehouse: Warehouse, name: str) -> tuple[str, int]:
    model = find_model(warehouse, name)
    if model is None:
        raise NoBadge("There is no model of this name in this data.")
    return model.model_id, model.model_key


def _short(number: Any) -> str:
    """Return a count in at most three digits and a unit: 999, 1.23 k, 45.6 M, 789 M."""
    if pd.isna(number):
        return NOT_KNOWN
    value = float(number)
    for unit in ("", " k", " M", " G"):
        rounded = float(f"{value:.3g}")
        if rounded < 1000 or unit == " G":
            return f"{rounded:,.12g}{unit}"
        value /= 1000
    raise AssertionError  # the loop returns


def _width(text: str) -> float:
    """Return about how wide a text is at 11 pixels of Verdana; the text is fitted into it."""
    return sum(3.9 if letter in "ijl.,:;|!' " else 9.5 if letter in "mwMW%" else 6.9 for letter in text)


def _text(text: str) -> str:
    """Return a text as XML can hold it: escaped, in one line, without what XML has no sign for."""
    printable = "".join(letter if letter.isprintable() else "�" for letter in " ".join(text.split()))
    return html.escape(printable.encode("utf-8", "replace").decode("utf-8").replace("￾", "�").replace("￿", "�"))
