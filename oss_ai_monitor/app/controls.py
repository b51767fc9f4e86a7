"""The controls in the sidebar: the shared filters, then those of the active perspective, in one component."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import param

from ..charts import batched, number_text
from ..pages.theme import stylesheet
from ..perspectives import Filters, Perspective, address, control_kind
from ..perspectives.selection import SWITCHES
from .component import Component
from .control import MAX_CHARACTERS, Control, RefusedValue

HERE = Path(__file__).parent
STYLE = stylesheet(HERE / "controls.css")
SHARED = "shared"
MAX_CHANGES = 2**53  # JavaScript counts that far
MAX_SUGGESTED = 200  # names of the last searches, one of which may be added
_log = logging.getLogger(__name__)


class Controls(Component):
    """Plain HTML controls for parameters; one component for all of them, because each component takes a visit's time.

    The parameters of the filters and of the perspective hold the truth. The browser gets copies, and asks for changes
    in messages: `{name, value, number}` sets a parameter, `{name, typed}` searches. A wrong one changes nothing; the
    browser then shows the old value again.
    """

    descriptions = param.List(doc="What the browser needs to build each control, in reading order.")
    values = param.Dict(default={}, doc="The value of each control, by its name.")
    notes = param.Dict(default={}, doc="By the name of a switch: what it hides, after its label.")
    suggestions = param.Dict(default={}, doc="The last search: name of the control, text that was typed, names.")
    answered = param.Integer(default=0, doc="The number of the last change that was applied or refused.")

    scripts = tuple(HERE / name for name in ("elements.js", "fields.js", "combobox.js", "choices.js", "controls.js"))

    def __init__(self, filters: Filters, **params: Any) -> None:
        super().__init__(stylesheets=[STYLE], sizing_mode="stretch_width", margin=0, **params)
        self._filters = filters
        self._perspective: Perspective | None = None
        self._watchers: list[param.parameterized.Watcher] = []
        self._kinds: dict[str, str] = {}
        self._controls: dict[str, Control] = {}
        self._suggested: dict[str, deque[str]] = {}
        filters.param.watch(self._update, [name for name in filters.param if name != "name"])
        self._update()

    def show(self, perspective: Perspective) -> None:
        """Show the shared controls and those of a perspective, and follow its parameters from now on."""
        if perspective is self._perspective:
            return
        if self._perspective:
            for watcher in self._watchers:
                self._perspective.param.unwatch(watcher)
        self._perspective, self._suggested = perspective, {}
        names = list(perspective.parameters)
        options = [name for name in names if isinstance(perspective.param[name], param.Selector)]
        self._watchers = [perspective.param.watch(self._update, [*names, "disabled_options"])]
        if options:
            self._watchers.append(perspective.param.watch(self._update, options, what="objects"))
        self._update()

    def _update(self, *_: Any) -> None:
        """Send what has changed: a change of a value sends no descriptions."""
        controls = [*self._shared(), *self._of_perspective()]
        self._controls = {control.name: control for control in controls if control.has_choices}
        current = {
            "descriptions": [control.description() for control in self._controls.values()],
            "values": {control.name: control.value() for control in self._controls.values()},
            "notes": self._notes(),
        }
        self.param.update(**{name: value for name, value in current.items() if getattr(self, name) != value})

    def _shared(self) -> Iterator[Control]:
        """Yield a control for each shared filter that changes something on this dataset and perspective."""
        filters, selection = self._filters, self._filters.selection
        scores_from = self._perspective.scores_from if self._perspective else ""
        follows_dates = bool(self._perspective and self._perspective.follows_dates)
        scores = ("benchmark",) if selection.has_scores else ()
        switches = SWITCHES if not selection.has_scores and not scores_from else ()
        for name in ("dataset", "dates", "unit", *scores, "sizes", "at_most_b", *switches, "show_events"):
            if self._perspective and not self._perspective.uses(name):
                continue
            is_idle = name == "dates" and bool(scores_from) and not follows_dates
            yield Control(
                filters,
                name,
                f"{SHARED}.{name}",
                {"dates": "dates", "sizes": "choices"}.get(name) or control_kind(filters.param[name]),
                filters.param[name].label,
                placeholder={"sizes": "all sizes", "at_most_b": "no limit"}.get(name, ""),
                texts={name: row["label"] for name, row in filters.datasets.rows_by_name.items()}
                if name == "dataset"
                else {},
                bounds=selection.bounds if name == "dates" else None,
                idle_because=f"{scores_from}. These dates act on other views." if is_idle else "",
            )

    def _of_perspective(self) -> Iterator[Control]:
        """Yield a control for each parameter of the perspective."""
        perspective = self._perspective
        if perspective is None:
            return
        for parameter, label in perspective.controls().items():
            name, disabled = f"{perspective.slug}.{parameter}", perspective.disabled_options.get(parameter)
            # decided once: a control does not change its kind under the reader's hand
            kind = self._kinds.setdefault(
                f"{name} {label}", control_kind(perspective.param[parameter], can_disable=disabled is not None)
            )
            placeholder = {"choices": "all", "search": "type two letters"}.get(kind, "")
            yield Control(
                perspective,
                parameter,
                name,
                kind,
                label,
                placeholder=perspective.placeholders.get(parameter, placeholder),
                disabled=disabled or (),
            )

    def _notes(self) -> dict[str, str]:
        """Return how many models each switch hides, or would hide."""
        if self._filters.selection.has_scores:
            return {}
        hidden = self._filters.selection.hidden()
        notes = {
            f"{SHARED}.{name}": f"({'hides' if getattr(self._filters, name) else 'would hide'} "
            f"{number_text(hidden[name])})"
            for name in SWITCHES
        }
        if self._filters.datasets.lacks_relations(self._filters.dataset):
            notes[f"{SHARED}.hide_derived"] = "(hides nothing: this listing does not say which models these are)"
        return notes

    def _handle_msg(self, data: object) -> None:
        """Apply a change or run a search that the browser asks for; nothing in the message is trusted."""
        match data:
            case {"name": str(name), "value": value, "number": int(number)} if (
                number is not True and 0 < number < MAX_CHANGES
            ):
                # all that follows from the change is one message, with its number at the end
                with batched(), param.parameterized.batch_call_watchers(self):
                    try:
                        self._change(name, value)
                    finally:
                        self.answered = number
            case {"name": str(name), "typed": str(typed)}:
                self._search(name, address.replace_surrogates(typed[:MAX_CHARACTERS]).strip())
            case _:
                _log.warning("a message to the controls was ignored: it is none that they send")

    def _change(self, name: str, value: object) -> None:
        control = self._controls.get(name)
        if control is None:
            _log.warning("a change was refused: there is no control %r now", name[:MAX_CHARACTERS])
            return
        try:
            control.set(value, self._suggested.get(name, ()))
        except RefusedValue as reason:
            _log.warning("a change of %s was refused: %s", name, reason)

    def _search(self, name: str, typed: str) -> None:
        control = self._controls.get(name)
        if control is None or control.kind != "search" or self._perspective is None:
            _log.warning("a search was ignored: %r is no search box", name[:MAX_CHARACTERS])
            return
        names = self._perspective.search(control.parameter, typed) if len(typed) > 1 else []
        self._suggested.setdefault(name, deque(maxlen=MAX_SUGGESTED)).extend(names)
        self.suggestions = {"name": name, "typed": typed, "names": names}
