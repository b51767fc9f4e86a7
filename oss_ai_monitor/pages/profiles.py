"""The pages of one model, one owner and one family: `?model=…`, `?owner=…`, `?family=…`. No tab leads to them."""

from __future__ import annotations

from collections.abc import Mapping

import panel as pn

from ..perspectives import address
from ..profiles import CHANGED, STYLE, Profile, UnknownName, body, head, profile, unknown_html
from ..warehouse import Warehouse
from .page import Page, heading, write_heading
from .profile_charts import charts_of, queries_of
from .tables import are_rows_withheld
from .theme import text_pane

OF_CHANGES = {"model": "text", "owner": "owners", "family": "families"}
"""Kind of page → the choice of changes that its name is."""
TEXT = "font-size: 0.95rem; line-height: 1.5;"


class ProfilePage(Page):
    """The page of what an address names; for a name that does not exist it offers the nearest ones."""

    is_embeddable = True

    def __init__(self, warehouse: Warehouse) -> None:
        super().__init__(warehouse)
        self._heading = heading(self.title, "")
        self._head, self._body = (text_pane(TEXT, STYLE, margin=0) for _ in range(2))
        self._heading.styles = {"flex": "1 1 16rem"}  # on a phone the buttons are below it
        top = pn.Row(
            self._heading, self.action_area, sizing_mode="stretch_width", margin=0, styles={"flex-wrap": "wrap"}
        )  # fmt: skip
        parts = (top, self._head, self.chart_area, self._body)
        self.view = pn.Column(*parts, sizing_mode="stretch_width", margin=0)

    def from_query(self, query: Mapping[str, str]) -> None:
        """Show what the query names."""
        try:
            named = profile(self.warehouse, self.slug, query.get(self.slug, ""), shows_scores=not are_rows_withheld())
        except UnknownName as error:
            self.query = {self.slug: error.name} if error.name else {}
            write_heading(self._heading, error.name or self.title, str(error))
            self._head.object, self._body.object = "", unknown_html(error, self.pinned)
            self.param.update(charts=[], badges=[], cited="", feed={})
            return
        self.query = named.query
        write_heading(self._heading, named.name, named.sentence)
        self._head.object, self._body.object = head(named, self.pinned), body(named, self.pinned)
        charts = charts_of(self.warehouse, named.series)
        self.queries = queries_of(self.warehouse, named.series)
        self.param.update(charts=charts, badges=list(named.badges), cited=named.title, feed=self._feed(named))

    def _feed(self, named: Profile) -> dict[str, str]:
        """Return the choices of changes that are about what is named; none where nothing is known to have changed."""
        if not any(section.title == CHANGED and section.rows for section in named.sections):
            return {}
        name, datasets = named.query[self.slug], set(self.warehouse.query("datasets")["dataset"])
        of_hub = {address.DATASET: "hub"} if "hub" in datasets else {}
        return of_hub | {OF_CHANGES[self.slug]: name if self.slug == "model" else address.write_names([name])}

    def to_query(self) -> dict[str, str]:
        """Return the query that opens the page: the name alone."""
        return dict(self.query) or super().to_query()

    @property
    def heading(self) -> str:
        return str(self.query.get(self.slug, self.title))


class ModelPage(ProfilePage):
    """The page of one model."""

    title, slug = "Model", "model"


class OwnerPage(ProfilePage):
    """The page of one owner."""

    title, slug = "Owner", "owner"


class FamilyPage(ProfilePage):
    """The page of a base model with all that descends from it."""

    title, slug = "Family", "family"
