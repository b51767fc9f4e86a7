"""The controls in the sidebar: the shared filters, then those of the active perspective, each from its parameter."""

from __future__ import annotations

from typing import Any

import pandas as pd
import panel as pn
import panel_material_ui as pmui
import param

from ..charts import number_text
from ..perspectives import Filters, Perspective, SearchList

WIDE: dict[str, Any] = {"sizing_mode": "stretch_width", "margin": (9, 18), "description": ""}
SMALL: dict[str, Any] = {
    "& input": {"fontSize": "0.76rem", "paddingRight": 0},
    "& .MuiInputBase-root": {"paddingRight": "2px"},
}
MAX_CHECKBOXES = 12  # up to so many choices are checkboxes, more are a list


def shared(filters: Filters) -> pn.Column:
    """Return one control per shared filter; those that do not apply to a dataset are hidden."""
    labels = {row["label"]: name for name, row in filters.datasets.table.iterrows()}
    dataset = pmui.Select.from_param(filters.param["dataset"], options=labels, label="Dataset", size="small", **WIDE)
    dates = pmui.DateRangePicker(label="Dates", format="D MMM YYYY", size="small", sx=SMALL, **WIDE)
    unit = pmui.RadioButtonGroup.from_param(
        filters.param["unit"],
        options={"Day": "day", "Week": "week", "Month": "month"},
        label="Unit", size="small", color="primary", **WIDE,
    )  # fmt: skip
    sizes = pmui.MultiChoice.from_param(
        filters.param["sizes"], label="Size (B parameters)", placeholder="all sizes", **WIDE
    )
    events = pmui.Switch.from_param(filters.param["show_events"], label="Dated events", size="small", **WIDE)
    column = pn.Column(margin=(14, 0, 0, 0), sizing_mode="stretch_width")
    scores: list[pn.viewable.Viewable] = []  # these and the switches are created when a dataset first needs them
    switches: dict[str, pn.viewable.Viewable] = {}

    def follow_dataset() -> None:
        first, last = filters.selection.bounds
        dates.param.update(start=first, end=last, value=filters.dates)
        if filters.selection.has_scores and not scores:
            scores.append(pmui.Select.from_param(filters.param["benchmark"], label="Score", size="small", **WIDE))
        elif not filters.selection.has_scores and not switches:
            for name, label in SWITCHES.items():
                switches[name] = pmui.Switch.from_param(filters.param[name], label=label, size="small", **WIDE)
        for score in scores if filters.selection.has_scores else ():
            score.options = filters.selection.benchmarks
        controls = [*scores, sizes] if filters.selection.has_scores else [sizes, *switches.values()]
        if column.objects[3:-1] != controls:
            column.objects = [dataset, dates, unit, *controls, events]

    def count_hidden(*_: Any) -> None:
        if filters.selection.has_scores:
            return
        hidden = filters.selection.hidden()
        for name, switch in switches.items():
            hides = "hides" if getattr(filters, name) else "would hide"
            switch.label = f"{SWITCHES[name]} ({hides} {number_text(hidden[name])})"

    def take_dates(event: param.parameterized.Event) -> None:
        if event.new and all(event.new) and tuple(map(_day, event.new)) != tuple(filters.dates):
            filters.dates = tuple(map(_day, event.new))

    follow_dataset()
    count_hidden()
    filters.param.watch(lambda _: follow_dataset(), ["dataset", "dates"])
    filters.param.watch(count_hidden, ["dataset", "sizes", *SWITCHES])
    dates.param.watch(take_dates, "value")
    return column


SWITCHES = {
    "text_generation": "Text generation only",
    "hide_derived": "Hide quantized and adapters",
    "downloaded": "Downloaded in 30 days",
}


def for_perspective(perspective: Perspective) -> pn.Column:
    """Return one control for each parameter of a perspective, by the kind of the parameter."""
    controls = {
        name: _search(perspective, name, label)
        if isinstance(perspective.param[name], SearchList)
        else _control(perspective.param[name], label, can_disable=name in perspective.disabled_options)
        for name, label in perspective.controls().items()
    }
    for name, placeholder in perspective.placeholders.items():
        if name in controls and "placeholder" in controls[name].param:
            controls[name].placeholder = placeholder

    def disable_options(*_: Any) -> None:
        """Disable unavailable choices; their labels say why."""
        for name, choices in perspective.disabled_options.items():
            controls[name].param.update(disabled_options=choices)

    lists = [name for name in controls if isinstance(perspective.param[name], param.ListSelector)]

    def hide_empty_lists(*_: Any) -> None:
        """Hide lists without choices."""
        for name in lists:
            controls[name].visible = bool(perspective.param[name].objects)

    disable_options()
    hide_empty_lists()
    perspective.param.watch(disable_options, "disabled_options")
    if lists:
        perspective.param.watch(hide_empty_lists, lists, what="objects")
    return pn.Column(*controls.values(), sizing_mode="stretch_width")


def _control(parameter: param.Parameter, label: str, *, can_disable: bool) -> pn.viewable.Viewable:
    if isinstance(parameter, param.ListSelector):
        if len(parameter.objects) <= MAX_CHECKBOXES and not can_disable:  # a single checkbox cannot be disabled
            return pmui.CheckBoxGroup.from_param(parameter, label=label, size="small", inline=True, **WIDE)
        return pmui.MultiChoice.from_param(parameter, label=label, placeholder="all", **WIDE)
    if isinstance(parameter, param.Boolean):
        return pmui.Switch.from_param(parameter, label=label, size="small", **WIDE)
    if isinstance(parameter, param.Selector):
        is_short = len(parameter.objects) <= 3
        return (pmui.RadioButtonGroup if is_short else pmui.Select).from_param(
            parameter, label=label, size="small", **WIDE
        )
    return pmui.TextInput.from_param(parameter, label=label, size="small", **WIDE)


def _search(perspective: Perspective, name: str, label: str) -> pn.viewable.Viewable:
    """Return a search box, which offers the results of the perspective's search, and the list of added names."""
    box = pmui.AutocompleteInput(
        label=label, placeholder="type two letters", options=[], search_strategy="includes", case_sensitive=False,
        min_characters=2, size="small", **WIDE,
    )  # fmt: skip
    added = pmui.MultiChoice(label="Added", **WIDE)

    def search(event: param.parameterized.Event) -> None:
        typed = (event.new or "").strip()
        if len(typed) > 1 and typed not in box.options:
            box.options = perspective.search(name, typed)

    def add(event: param.parameterized.Event) -> None:
        if event.new:
            if event.new not in getattr(perspective, name):
                setattr(perspective, name, [*getattr(perspective, name), event.new])
            box.value = None

    def remove(event: param.parameterized.Event) -> None:
        if list(event.new) != getattr(perspective, name):
            setattr(perspective, name, list(event.new))

    def show_added(*_: Any) -> None:
        names = list(getattr(perspective, name))
        added.param.update(options=names, value=names, visible=bool(names))

    show_added()
    box.param.watch(search, "value_input")
    box.param.watch(add, "value")
    added.param.watch(remove, "value")
    perspective.param.watch(show_added, name)
    return pn.Column(box, added, sizing_mode="stretch_width")


def _day(moment: Any) -> Any:
    return pd.Timestamp(moment).date()
