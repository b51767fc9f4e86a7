"""The page of one visitor: header, navigation, sidebar, the visible perspective, and the address that says it all."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode

import panel as pn
import panel_material_ui as pmui
import param
from bokeh.models import CustomJS, Spacer
from panel.util import edit_readonly

from ..perspectives import Filters, Perspective, all_perspectives
from ..plots import date_text
from ..warehouse import Warehouse
from . import controls
from .generations import offer
from .look import CHIP, HEADER_BUTTON, ONLY_NARROW, ONLY_WIDE, PAGE, THEME
from .stage import Stage
from .words import plain

TITLE = "Open-Source AI Monitor"
REAL_DATA = "oss-ai-monitor refresh"
METHOD = """
**A model** is a repository. Its best unflagged evaluation stands for it; repeated ones are folded, flagged ones left
out, and both are counted.

**When it appeared**: the curated release date, else the Hub's creation date, else the leaderboard's upload date, else
the earliest submission of any of its evaluations; else it is undated: in totals, never on a time axis.

**Time** is UTC; weeks start on Monday; axes end at the snapshot. A period that the snapshot or the chosen dates cut is
incomplete, and on a leaderboard the last weeks are still filling: both are hatched, and take no part in changes, trends
or records.

**Leaderboards** hold what people chose to submit: they are no sample. Scores of different leaderboards never meet.

**Trends** are LOWESS curves over at least eight complete periods, drawn over the points and never instead of them.
"""
KEEP_ADDRESS = """
const wanted = holder.tags[0] ?? "", here = new URLSearchParams(window.location.search);
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
COPY = """
const said = window.location.href;
const done = () => { button.label = "Copied"; setTimeout(() => { button.label = "Link"; }, 1500); };
const by_hand = () => {
  const field = document.createElement("textarea");
  field.value = said;
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
  done();
};
navigator.clipboard ? navigator.clipboard.writeText(said).then(done, by_hand) : by_hand();
"""


class Visit(param.Parameterized):
    """What one visitor sees: filters and perspectives, which of them is visible, and how the address says so."""

    active = param.Integer(default=0, bounds=(0, None), doc="The visible perspective, by its place in the navigation.")

    def __init__(self, warehouse: Warehouse, search: str = "") -> None:
        super().__init__()
        self.warehouse = warehouse
        self.filters = Filters(warehouse)
        said = dict(parse_qsl(search.removeprefix("?")))
        self.notices = self.filters.follow(said)
        self.perspectives: list[Perspective] = [kind(warehouse, self.filters) for kind in all_perspectives]
        slugs = [perspective.slug for perspective in self.perspectives]
        view = said.get("view", slugs[0])
        if view in slugs:
            self.active = slugs.index(view)
        else:
            self.notices.append(f"There is no page “{view}”: showing {self.perspectives[0].title}.")
        self.notices += self.visible.follow(said)

    @property
    def visible(self) -> Perspective:
        return self.perspectives[self.active]

    def address(self) -> str:
        """The query string that reproduces what is seen."""
        said = {"view": self.visible.slug} | self.filters.address() | self.visible.address()
        return "?" + urlencode(said)


def page(warehouse: Warehouse, search: str | None = None, headers: dict[str, str] | None = None) -> pmui.Page:
    """The page for one visitor, in the state that the address asks for."""
    if search is None:
        search = str(pn.state.location.search or "") if pn.state.location else ""
    agent = (headers or dict(pn.state.headers or {})).get("User-Agent", "")
    visit = Visit(warehouse, search)
    stages: dict[int, Stage] = {}
    own: dict[int, pn.Column] = {}
    places = pn.Column(sizing_mode="stretch_width", margin=0)
    own_places = pn.Column(sizing_mode="stretch_width", margin=0)
    holder = Spacer(width=0, height=0, tags=[visit.address()])
    holder.js_on_change("tags", CustomJS(args={"holder": holder}, code=KEEP_ADDRESS))

    def show(*_: Any) -> None:
        is_new = visit.active not in stages
        if is_new:
            stages[visit.active] = Stage(visit.visible)
            own[visit.active] = controls.own(visit.visible)
            places.append(stages[visit.active].view)
            own_places.append(own[visit.active])
        for n, perspective in enumerate(visit.perspectives):
            if n in stages:
                stages[n].view.visible = own[n].visible = n == visit.active
            if n != visit.active:
                perspective.hide()
        keep_address()
        if is_new and pn.state.curdoc and pn.state.loaded:  # the browser gets to show that something comes
            stages[visit.active].wait()
            awaited = visit.visible
            pn.state.curdoc.add_next_tick_callback(lambda: awaited.open() if awaited is visit.visible else None)
        else:
            visit.visible.open()

    def keep_address(*_: Any) -> None:
        if holder.tags != [visit.address()]:
            holder.tags = [visit.address()]

    tabs = pmui.Tabs(
        *((perspective.title, pn.Spacer(height=0)) for perspective in visit.perspectives),
        active=visit.active, sizing_mode="stretch_width", margin=0,
    )  # fmt: skip
    tabs.link(visit, active="active")
    visit.param.watch(show, "active")
    chip = _chip(visit.filters, margin=(0, 12), sx=CHIP | ONLY_WIDE)
    low_chip = _chip(visit.filters, margin=(0, 0, 6, 0), sx=CHIP | ONLY_NARROW)
    link = pmui.Button(label="Link", variant="outlined", size="small", margin=(0, 4), sx=HEADER_BUTTON)
    link.js_on_click(args={"button": link}, code=COPY)
    method = pmui.Dialog(
        pmui.Typography(METHOD, margin=(0, 8)),
        title="How things are counted",
        close_on_click=True,
        show_close_button=True,
    )
    about = pmui.Button(label="Method", variant="outlined", size="small", margin=(0, 4), sx=HEADER_BUTTON)
    about.js_on_click(args={"method": method}, code="method.data.open = true")
    content = pn.Column(
        offer(warehouse), *_notes(warehouse, visit.notices), low_chip, tabs, places, method, holder,
        sizing_mode="stretch_width", margin=0, styles={"padding": "14px clamp(12px, 2.2vw, 40px) 40px"},
    )  # fmt: skip
    made = pmui.Page(
        title=TITLE,
        site_url="./",
        header=[pn.Row(chip, pn.HSpacer(), link, about, sizing_mode="stretch_width", align="center")],
        sidebar=[controls.shared(visit.filters), own_places],
        sidebar_width=296,
        sidebar_open="Mobi" not in agent,
        sidebar_resizable=False,
        main=[content],
        theme_config=THEME,
        sx=PAGE,
        busy_indicator="linear",
    )  # fmt: skip
    with edit_readonly(made):
        made.busy = False  # no longer Panel's, which is everybody's: WAIT sets it in the browser

    def go(event: param.parameterized.Event) -> None:
        """Take the way that a tile or a card shows, as one move."""
        way, slugs = event.new, [perspective.slug for perspective in visit.perspectives]
        if way is None:
            return
        visit.visible.hide()
        if way.dataset != visit.filters.dataset:  # it speaks of all that the other dataset has
            visit.filters.dataset = way.dataset
            about = visit.filters.about
            usual = about["default_start"].date(), about["default_end"].date()
            visit.filters.param.update(dates=usual, unit=about["default_unit"])
        event.obj.leads_to = None
        if way.slug in slugs and slugs.index(way.slug) != visit.active:
            tabs.active = slugs.index(way.slug)
        else:
            visit.visible.open()

    show()
    visit.filters.param.watch(keep_address, [name for name in visit.filters.param if name != "name"])
    for perspective in visit.perspectives:
        perspective.param.watch(go, "leads_to")
        if perspective.own:
            perspective.param.watch(keep_address, list(perspective.own))
    if pn.state.curdoc:
        pn.state.curdoc.js_on_event(
            "document_ready", CustomJS(args={"holder": holder}, code=FOLD_AWAY + WAIT + KEEP_ADDRESS)
        )
    return made


def _chip(filters: Filters, **look: Any) -> pmui.Chip:
    """Beside the title, on a narrow screen below it: that a board is closed, or how old the data is."""
    chip = pmui.Chip(variant="outlined", size="small", align="center", **look)

    def follow(*_: Any) -> None:
        about = filters.about
        if about["is_closed"]:
            chip.label = f"closed archive, last submission {date_text(about['last_submitted_on'])}"
        else:
            chip.label = f"listing of {date_text(about['as_of'])}"

    follow()
    filters.param.watch(follow, "dataset")
    return chip


def _notes(warehouse: Warehouse, notices: list[str]) -> list[pn.viewable.Viewable]:
    """Banners above everything: simulated data, and what of the address could not be followed."""
    made: list[pn.viewable.Viewable] = []
    wide: dict[str, Any] = {"sizing_mode": "stretch_width", "margin": (0, 0, 12, 0)}
    if warehouse.is_simulated:
        told = f"Simulated data: an invented community around real releases. For real data: `{REAL_DATA}`"
        made.append(pmui.Alert(told, severity="warning", variant="outlined", **wide))
    if notices:
        made.append(pmui.Alert(plain(" ".join(notices)), severity="info", closeable=True, **wide))
    return made
