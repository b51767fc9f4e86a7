"""Questions about all models of the Hub: answered for its listing, also where a leaderboard is the chosen dataset."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import param

from ..charts import date_text
from .protocol import PerspectiveProtocol
from .selection import Selection

HUB = "hub"
SCOPE = "scope"


def listing_note(selection: Selection, chosen_dataset: str) -> str:
    """Return of which listing the models are, where another dataset than that of the selection is chosen."""
    if selection.dataset == chosen_dataset:
        return ""
    return f"Models of the {selection.about['label']}, listing of {date_text(selection.about['as_of'])}"


class WholeHub(PerspectiveProtocol):
    """Shows the listing of the Hub where one has landed; a leaderboard's models where a reader asks for them."""

    scope = param.Selector(
        default=HUB,
        objects={"All on the Hub": HUB, "Evaluated ones": "evaluated"},
        label="Models",
        doc="All models of the Hub's listing, or only those of the chosen leaderboard.",
    )

    @property
    def selection(self) -> Selection:
        """The Hub with its own dates, unless the models of a leaderboard are asked for.

        The switches do not act: they have no control while a leaderboard is chosen.
        """
        chosen = self.filters.selection
        if chosen.dataset == HUB or self.scope != HUB or HUB not in chosen.datasets.names:
            return chosen
        hub = chosen.on(HUB, reset_dates=True)
        return replace(hub, unit=chosen.unit, text_generation=False, hide_derived=False, downloaded=False)

    @property
    def scores_from(self) -> str:
        """On a leaderboard: of which listing the models are."""
        return listing_note(self.selection, self.filters.dataset)

    def controls(self) -> Mapping[str, str]:
        """The choice of models where it changes something: on a leaderboard, with a listing."""
        is_choice = self.filters.dataset != HUB and HUB in self.filters.datasets.names
        return {name: label for name, label in super().controls().items() if name != SCOPE or is_choice}
