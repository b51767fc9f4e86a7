"""The page of one visitor: header, navigation, sidebar, and the current view."""

from __future__ import annotations

import functools
from collections.abc import Collection
from pathlib import Path
from typing import Any

import panel as pn
import panel_material_ui as pmui
import param
from bokeh.models import CustomJS, Spacer
from panel.util import edit_readonly

from .. import compat
from ..charts import number_text
from ..pages.escaping import escape_html, escape_markdown
from ..pages.theme import BANNER, NO_DRAWER, PAGE, STATUS_CHIP, THEME, text_pane
from ..perspectives import Perspective, address, all_perspectives
from ..version import command
from ..warehouse import Warehouse
from . import errors
from .address import Address
from .bar import Bar, status_text
from .component import published
from .connection import Connection
from .controls import Controls
from .generations import newer_data_notice
from .links import feed_elements
from .navigation import Navigation
from .pinned import Pin, notice
from .search import Search
from .session import TITLE, UNPINNED, Session
from .views import Views

HERE = Path(__file__).parent
MAX_NOTICES, LONGEST_NOTICE = 5, 300
"""Of what is wrong with an address, so much is shown: sentences, and characters of each."""
SIMULATED = "Simulated data: an invented community around real releases."
REAL_DATA = "For real data run “{command} refresh”."
REAL_DATA_OF_A_COPY = (
    "This is a copy: for real data ask its publisher{publisher}, or follow an address that publishes them: “{command} "
    "serve --follow ADDRESS”."
)
CONTENT = {"padding": "14px clamp(12px, 2.2vw, 40px) 40px", "min-height": "fit-content"}
"""As high as all that it holds, so that the banner of a lost connection stays visible however far a reader scrolls."""
WIDE: dict[str, Any] = {"sizing_mode": "stretch_width", "margin": (0, 0, 12, 0)}


def page(
    warehouse: Warehouse,
    search: str | None = None,
    headers: dict[str, str] | None = None,
    disabled: Collection[str] = (),
    pin: Pin = UNPINNED,
) -> pmui.Page:
    """Return the page for one visitor, in the state that the address describes.

    `disabled` names pages that are switched off; `pin` is the result of opening the snapshot in the address.
    """
    if search is None:
        search = str(pn.state.location.search or "") if pn.state.location else ""
    agent = (headers or dict(pn.state.headers or {})).get("User-Agent", "")
    layout = Layout(Session(warehouse, search, disabled, pin), pin, is_mobile="Mobi" in agent)
    layout.show()
    layout.listen()
    return layout.page


class Layout:
    """The parts of one visitor's page, updated when the session changes."""

    def __init__(self, session: Session, pin: Pin, *, is_mobile: bool) -> None:
        self.session = session
        self.views, self.controls = Views(session), Controls(session.filters)
        self.address = Address(self._restore, search=session.to_query(), title=session.title())
        self.navigation = Navigation(groups=session.groups(), active=session.active, query=session.shared_query())
        self.notices = pn.Column(sizing_mode="stretch_width", margin=0)
        self._holder = Spacer(width=0, height=0)  # by which scripts find the page
        self.bar, self.status_chip = Bar(session.filters, title=TITLE), text_pane("", STATUS_CHIP, margin=0)
        self.page = self._build_page(pin, is_mobile=is_mobile)
        self._show_notices()

    def _build_page(self, pin: Pin, *, is_mobile: bool) -> pmui.Page:
        session = self.session
        is_old = bool(pin.shown_id and pin.message)  # then the pin's notice names the newer one
        about_newest = [] if is_old else [newer_data_notice(session.warehouse), *_rules_banner(session.warehouse)]
        banners = [*about_newest, *notice(pin), *_banners(session)]
        # in the order of reading: on a narrow screen the search is above the navigation, else at its right
        top_row = pn.FlexBox(
            Search(session.warehouse, session.pinned), self.navigation, flex_direction="row-reverse",
            justify_content="space-between", align_items="center", gap="8px", margin=(6, 0, 0, 0),
            sizing_mode="stretch_width",
        )  # fmt: skip
        content = pn.Column(
            Connection(), *banners, self.notices, errors.notice_area(), self.status_chip, top_row,
            self.views.main, self.address, self._holder, sizing_mode="stretch_width", margin=0, styles=CONTENT,
        )  # fmt: skip
        page = pmui.Page(
            meta_title=TITLE,
            template=_template(),
            theme_toggle=False,
            header=[self.bar],
            sidebar=[self.controls],
            sidebar_width=296,
            sidebar_open=not is_mobile,
            sidebar_resizable=False,
            main=[content],
            theme_config=THEME,
            sx=self._page_styles(),
            busy_indicator="linear",
        )  # fmt: skip
        with edit_readonly(page):
            # busy.js sets it in the browser; Panel's own value is shared by all sessions. Without `detach` a watcher
            # would keep this page in memory, and would be called for all sessions, as long as the server runs.
            compat.detach(page, "busy", False)
        return page

    def listen(self) -> None:
        """Connect the parts: on the server and in the browser."""
        session, filters = self.session, self.session.filters
        self.navigation.link(session, active="active")
        session.param.watch(self.show, "active")
        filters.param.watch(self._write_status, "dataset")
        filters.param.watch(self._write_address, [name for name in filters.param if name != "name"])
        if document := pn.state.curdoc:
            code = _script("close_drawer", "busy", "model_pages")
            document.js_on_event("document_ready", CustomJS(args={"holder": self._holder}, code=code))

    def show(self, *_: Any) -> None:
        """Show the active perspective or page."""
        errors.clear_notice()  # it is about another view, and what fails now is shown after this
        if new_page := self.views.add_page():
            new_page.param.watch(self._write_address, "query")
        if new := self.views.add_perspective():
            new.param.watch(self._follow_link, "navigate_to")
            if new.parameters:
                new.param.watch(self._write_address, list(new.parameters))
        self.views.show_active()
        if self.session.visible:
            self.controls.show(self.session.visible)
        self.page.sx = self._page_styles()
        self.bar.has_filters = self.session.visible is not None
        self._write_status()
        self._write_address()
        if self.session.visible:
            self._open(self.session.visible, is_new=new is not None)

    def _open(self, perspective: Perspective, *, is_new: bool) -> None:
        """Let a perspective compute; on a loaded page, a new one only after the browser shows its placeholder."""
        document = pn.state.curdoc
        if not (is_new and document and pn.state.loaded):
            perspective.open()
            return

        def open_if_still_visible() -> None:
            if perspective is self.session.visible:
                perspective.open()

        self.views.show_placeholder()
        document.add_next_tick_callback(open_if_still_visible)

    def _page_styles(self) -> dict[str, Any]:
        return PAGE if self.session.visible else PAGE | NO_DRAWER

    def _restore(self, search: str) -> None:
        """Show the state of an address of this page, without a reload."""
        try:
            index = self.session.restore(search)
        except Exception:
            if self.session.visible:  # what was visible goes on
                self.session.visible.open()
            raise
        self._show_notices()
        if index == self.session.active:
            self.show()
        else:
            self.navigation.active = index

    def _show_notices(self) -> None:
        """Show what is wrong with the address; nothing else is said there."""
        text = escape_markdown(shortened(self.session.notices))
        self.notices.objects = [pmui.Alert(text, severity="info", closeable=True, **WIDE)] if text else []

    def _write_address(self, *_: Any) -> None:
        session = self.session
        self.address.param.update(search=session.to_query(), title=session.title())
        self.navigation.query = session.shared_query()

    def _write_status(self, *_: Any) -> None:
        visible = self.session.visible
        self.bar.status = status_text(visible.selection) if visible else ""
        self.status_chip.object = escape_html(self.bar.status, "span") if self.bar.status else ""

    def _follow_link(self, event: param.parameterized.Event) -> None:
        """Follow the link of a tile or a card."""
        link, current = event.new, self.session.visible
        if link is None or current is None:
            return
        current.hide()
        filters = self.session.filters
        if link.dataset != filters.dataset:  # a link shows the other dataset with its default dates
            filters.take(filters.selection.on(link.dataset, reset_dates=True))
        is_perspective = link.slug in [kind.slug for kind in all_perspectives]
        if link.query and is_perspective:
            filters.from_query(address.write_selection(filters.selection) | link.query)
        event.obj.navigate_to = None
        slugs = self.session.slugs()
        if link.slug in slugs and slugs.index(link.slug) != self.session.active:
            self.navigation.active = slugs.index(link.slug)
            if self.session.page:
                self.session.page.enter(link.query)
        else:
            current.open()


def shortened(notices: list[str]) -> str:
    """Return the first notices in one text: an address may be wrong in thousands of ways."""
    texts = [text if len(text) <= LONGEST_NOTICE else f"{text[:LONGEST_NOTICE]}…" for text in notices[:MAX_NOTICES]]
    if len(notices) > MAX_NOTICES:
        texts.append(f"And {number_text(len(notices) - MAX_NOTICES)} more.")
    return " ".join(texts)


def _banners(session: Session) -> list[pn.viewable.Viewable]:
    """Return the banners at the top: simulated data, and an older generation."""
    warehouse = session.warehouse
    warnings = [f"{SIMULATED} {_real_data(warehouse)}"] if warehouse.is_simulated else []
    if warehouse.instead_of:
        warnings.append(
            f"The newest data cannot be read on this server; what is shown was built as {warehouse.generation}."
        )
    return [_banner(warning, "warning") for warning in warnings]


def _real_data(warehouse: Warehouse) -> str:
    """Return what to do for real data: a copy has those of its publisher, whatever is run here."""
    if warehouse.copy_of is None:
        return REAL_DATA.format(command=command())
    publisher = f", {warehouse.copy_of['publisher']}" if warehouse.copy_of["publisher"] else ""
    return REAL_DATA_OF_A_COPY.format(publisher=publisher, command=command())


def _rules_banner(warehouse: Warehouse) -> list[pn.viewable.Viewable]:
    """Return the banners for data that was counted by other rules than the present ones, and for a published copy."""
    text = warehouse.rules_notice
    banners = [_banner(f"{text[:1].upper()}{text[1:]}.", "info")] if text else []
    return [*banners, _banner(warehouse.copy_notice, "info")] if warehouse.copy_notice else banners


def _banner(text: str, kind: str) -> pn.pane.HTML:
    """Return a text at the top of the page; plain HTML, which has its height at once and moves nothing below it."""
    pane = text_pane("", BANNER, margin=WIDE["margin"])
    pane.object = f'<p class={kind} role="note">{escape_html(text)}</p>'
    return pane


def _template() -> str:
    """Return the template of the document, with the address of the script and the feeds in its head."""
    values = {"{{ first_theme }}": published(_script("first_theme"), "js"), "{{ feeds }}": feed_elements()}
    text = (HERE / "page.html").read_text(encoding="utf-8")
    for mark, value in values.items():
        text = text.replace(mark, value)
    return text


@functools.cache
def _script(*names: str) -> str:
    """Return the code of scripts in this folder, concatenated."""
    return "\n".join((HERE / f"{name}.js").read_text(encoding="utf-8") for name in names)
