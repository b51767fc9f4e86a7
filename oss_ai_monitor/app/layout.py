"""The page of one visitor: header, navigation, sidebar, and what is looked at."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import panel as pn
import panel_material_ui as pmui
import param
from bokeh.models import CustomJS, Spacer
from panel.util import edit_readonly

from .. import compat
from ..pages.escaping import escape_html, escape_markdown
from ..pages.page import Page
from ..pages.theme import LOW_CHIP, NO_DRAWER, PAGE, THEME, text_pane
from ..warehouse import Warehouse
from . import controls, errors
from .bar import Bar, state_of
from .generations import offer
from .navigation import Navigation
from .perspective_view import PerspectiveView
from .pinned import Pin, notice
from .session import TITLE, UNPINNED, Session

REAL_DATA = "oss-ai-monitor refresh"
KEEP_ADDRESS = """
const [wanted = "", title = document.title] = holder.tags, here = new URLSearchParams(window.location.search);
document.title = title;
if (wanted === window.location.search) return;
const before = here.get("view"), after = new URLSearchParams(wanted).get("view");
const moved = before !== null && before !== after;
window.history[moved ? "pushState" : "replaceState"]({}, "", window.location.pathname + wanted);
if (!window.__oss_ai_monitor_back) {
  window.__oss_ai_monitor_back = true;
  window.addEventListener("popstate", () => window.location.reload());
}
"""
FOLD_AWAY = """
if (window.innerWidth < 600)
  for (const root of holder.document.roots()) if (root.class_name === "Page") root.data.sidebar_open = false;
setTimeout(() => document.documentElement.style.setProperty("--drawer-visibility", "visible"), 600);
"""
# Light or dark as the reader's system is, until he chooses himself; then as he chose last.
LIGHT_OR_DARK = """
const themed = holder.document.roots().find((root) => root.class_name === "Page").data;
const chosen = localStorage.getItem("oss-ai-monitor-theme");
const is_dark = chosen ? chosen === "dark" : window.matchMedia("(prefers-color-scheme: dark)").matches;
if (themed.dark_theme !== is_dark) themed.dark_theme = is_dark;
const kept = () => localStorage.setItem("oss-ai-monitor-theme", themed.dark_theme ? "dark" : "light");
themed.connect(themed.properties.dark_theme.change, kept);
"""
# Who turns to another perspective leaves this one laid out and drawn, and finds it so: were it not displayed, Bokeh
# would lay out and draw all of it anew.
AWAY = {"visibility": "hidden", "content-visibility": "hidden", "height": "0", "overflow": "hidden"}
HERE = {"visibility": "visible", "content-visibility": "visible", "height": "auto", "overflow": "visible"}
# Bokeh lays out everything on the page whenever anything changes its size: what is away takes no part in it here.
REST = """
const places = [...holder.document._all_models.values()].filter(({css_classes}) => css_classes?.includes("places"));
const is_here = ({el}) => el.style.visibility !== "hidden";
const laid_out = (view, get) => Object.defineProperty(view, "layoutable_views", {configurable: true, get});
const rest = () => {
  for (const place of places.map(({id}) => Bokeh.index.find_one_by_id(id))) {
    if (!place) return setTimeout(rest, 20);
    laid_out(place, () => {
      for (const view of place.child_views) laid_out(view, () => is_here(view) ? view.child_views : []);
      return place.child_views.filter(is_here);
    });
  }
};
rest();
"""
# A connection that is gone for good, because nothing was done for hours: the next click begins where the address is.
COME_BACK = """
const again = () => window.location.reload();
if (cb_obj.timeout == null) for (const kind of ["pointerdown", "keydown"]) window.addEventListener(kind, again);
"""
# Panel's own mark follows whatever the server does for anybody, and walks the whole document for it each time. This one
# waits for the answer to what this reader did, and costs the server nothing.
WAIT = """
const shell = holder.document.roots().find((root) => root.class_name === "Page");
let since = null;
const say = (busy) => { if (shell.data.busy !== busy) shell.data.setv({busy}, {sync: false}); };
holder.document.on_change((change) => {
  const asks = change.sync && (change.kind === "MessageSent" || ["value", "active"].includes(change.attr));
  if (!asks && (change.sync || change.model === shell.data)) return;
  clearTimeout(since);
  if (!asks) return say(false);
  since = setTimeout(() => { say(true); since = setTimeout(() => say(false), 9000); }, 300);
});
"""


def page(
    warehouse: Warehouse,
    search: str | None = None,
    headers: dict[str, str] | None = None,
    disabled: Collection[str] = (),
    pin: Pin = UNPINNED,
) -> pmui.Page:
    """The page for one visitor, in the state that the address asks for.

    `disabled` names pages that are switched off; `pin` is what became of the snapshot that the address asks for.
    """
    if search is None:
        search = str(pn.state.location.search or "") if pn.state.location else ""
    agent = (headers or dict(pn.state.headers or {})).get("User-Agent", "")
    session = Session(warehouse, search, disabled, pin)
    views: dict[int, PerspectiveView] = {}
    pages: dict[int, Page] = {}
    own: dict[int, pn.Column] = {}
    places = pn.Column(sizing_mode="stretch_width", margin=0, css_classes=["places"])
    own_places = pn.Column(sizing_mode="stretch_width", margin=0, css_classes=["places"])
    holder = Spacer(width=0, height=0, tags=[session.to_query(), session.title()])
    holder.js_on_change("tags", CustomJS(args={"holder": holder}, code=KEEP_ADDRESS))

    def show(*_: Any) -> None:
        if session.page and session.active not in pages:
            pages[session.active] = session.page
            places.append(session.page.view)
            session.page.param.watch(keep_address, "query")
        for n, page in pages.items():
            put(page.view, away=n != session.active)
        wanted = session.visible
        is_new = wanted is not None and session.active not in views
        if wanted and is_new:
            views[session.active] = PerspectiveView(wanted, can_ask=session.offers("sql"))
            own[session.active] = controls.for_perspective(wanted)
            places.append(views[session.active].view)
            own_places.append(own[session.active])
            wanted.param.watch(go, "navigate_to")
            if wanted.parameters:
                wanted.param.watch(keep_address, list(wanted.parameters))
        for n, perspective in session.opened.items():
            for view in (views[n].view, own[n]):
                put(view, away=n != session.active)
            if n != session.active:
                perspective.hide()
        made.sx = PAGE if wanted else PAGE | NO_DRAWER
        tell()
        keep_address()
        if wanted and is_new and pn.state.curdoc and pn.state.loaded:  # the browser gets to show that something comes
            views[session.active].wait()
            pn.state.curdoc.add_next_tick_callback(lambda: wanted.open() if wanted is session.visible else None)
        elif wanted:
            wanted.open()

    def put(view: pn.Column, *, away: bool) -> None:
        """Show a view, or have it wait unseen."""
        styles = AWAY if away else HERE
        if view.styles != styles and (away or view.styles):  # a style that is only taken back stays in the browser
            view.styles = styles

    def keep_address(*_: Any) -> None:
        said = [session.to_query(), session.title()]
        if holder.tags != said:
            holder.tags = said

    tabs = Navigation(titles=session.titles(), active=session.active)
    tabs.link(session, active="active")
    session.param.watch(show, "active")

    bar, low_chip = Bar(session.filters), text_pane("", LOW_CHIP, margin=0)

    def tell(*_: Any) -> None:
        bar.status = state_of(session.filters) if session.visible else ""
        low_chip.object = escape_html(bar.status, "span") if bar.status else ""

    tell()
    session.filters.param.watch(tell, "dataset")
    is_old = bool(pin.shown and pin.message)  # what is newer is told by the notice
    banners = [*([] if is_old else [offer(warehouse)]), *notice(pin), *_notes(warehouse, session.notices)]
    content = pn.Column(
        *banners, errors.notice_area(), low_chip, tabs, places, holder,
        sizing_mode="stretch_width", margin=0, styles={"padding": "14px clamp(12px, 2.2vw, 40px) 40px"},
    )  # fmt: skip
    made = pmui.Page(
        title=TITLE,
        site_url="./",
        header=[bar],
        sidebar=[controls.shared(session.filters), own_places],
        sidebar_width=296,
        sidebar_open="Mobi" not in agent,
        sidebar_resizable=False,
        main=[content],
        theme_config=THEME,
        sx=PAGE if session.visible else PAGE | NO_DRAWER,
        busy_indicator="linear",
    )  # fmt: skip
    with edit_readonly(made):
        # No longer Panel's, which is everybody's: WAIT sets it in the browser. Merely set, it leaves a watcher behind
        # that holds this page, and is called for everybody's sake, as long as the server runs.
        compat.detach(made, "busy", False)

    def go(event: param.parameterized.Event) -> None:
        """Take the way that a tile or a card shows, as one move."""
        way, here, slugs = event.new, session.visible, session.slugs()
        if way is None or here is None:
            return
        here.hide()
        if way.dataset != session.filters.dataset:  # it speaks of all that the other dataset has
            session.filters.dataset = way.dataset
            about = session.filters.about
            usual = about["default_start"].date(), about["default_end"].date()
            session.filters.param.update(dates=usual, unit=about["default_unit"])
        event.obj.navigate_to = None
        if way.slug in slugs and slugs.index(way.slug) != session.active:
            tabs.active = slugs.index(way.slug)
            if session.page:
                session.page.enter(way.query)
        else:
            here.open()

    show()
    session.filters.param.watch(keep_address, [name for name in session.filters.param if name != "name"])
    if pn.state.curdoc:
        pn.state.curdoc.js_on_event("connection_lost", CustomJS(code=COME_BACK))
        for code in (FOLD_AWAY + REST + WAIT + KEEP_ADDRESS, LIGHT_OR_DARK):
            pn.state.curdoc.js_on_event("document_ready", CustomJS(args={"holder": holder}, code=code))
    return made


def _notes(warehouse: Warehouse, notices: list[str]) -> list[pn.viewable.Viewable]:
    """Banners above everything: simulated data, and what of the address could not be followed."""
    made: list[pn.viewable.Viewable] = []
    wide: dict[str, Any] = {"sizing_mode": "stretch_width", "margin": (0, 0, 12, 0)}
    if warehouse.is_simulated:
        told = f"Simulated data: an invented community around real releases. For real data run “{REAL_DATA}”."
        made.append(pmui.Alert(told, severity="warning", variant="outlined", **wide))
    if warehouse.instead_of:
        told = f"The newest data cannot be read on this server; what is shown was built as {warehouse.generation}."
        made.append(pmui.Alert(told, severity="warning", variant="outlined", **wide))
    if notices:
        made.append(pmui.Alert(escape_markdown(" ".join(notices)), severity="info", closeable=True, **wide))
    return made
