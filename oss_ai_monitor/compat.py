"""Every name of Panel and Bokeh that this package needs and that they do not document: six.

`_default_resolver` (Bokeh) and `_data_model` (Panel)
    Definitions of components that the page does not use stay out of every document. Without them each visit
    sends 128 kB more.
`extension_dirs` (Bokeh)
    A server hands out our scripts and templates as files. Without it they would be part of every component.
`_update_ref` (Param)
    A page lets go of what it follows. Without it every visitor's page would stay in memory.
`extra_resources` (Panel)
    The style sheets of components are looked up once in a process. Without it each visit looks at hundreds of files.
`_preprocessing_hooks` (Panel)
    In a notebook, style sheets stand inside the outputs. Without it they would be loaded from Panel's CDN.

When one of them is gone, importing or `apply` fails and says which; tests/test_compat.py has a test for each.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import panel_material_ui as pmui
from bokeh.core.has_props import HasProps, _default_resolver
from bokeh.embed.bundle import extension_dirs
from bokeh.settings import settings
from panel.io.resources import Resources
from panel.io.state import state
from panel.viewable import Viewable, Viewer

COMPONENTS = ("Alert", "Button", "NotificationArea", "Page", "Select", "Typography")
"""The components of panel_material_ui that the page is made of."""
FOLDER_NAME = "oss-ai-monitor"
ADDRESS = f"static/extensions/{FOLDER_NAME}"
"""Where a server hands out the files of `hand_out`, relative to the page."""

_unsent: list[type[HasProps]] = []
_look_up = Resources.extra_resources


def apply() -> None:
    """Prepare this process for visitors; a second call changes nothing.

    Objects of imported modules are also taken out of garbage collection: a pass over them would take 130 ms, during
    which every visitor waits.
    """
    settings.perform_document_validation = False  # it helps developers, and the tests do it
    settings.perform_error_diagnostics = False
    _leave_out_definitions()
    if Resources.extra_resources is _look_up:
        Resources.extra_resources = _looked_up_once()
    if not gc.get_freeze_count():
        leave_out_of_collection()


def leave_out_of_collection() -> None:
    """Take all that is in memory now out of garbage collection, such as modules and templates."""
    gc.collect()
    gc.freeze()


def revert() -> None:
    """Undo what `apply` did."""
    settings.perform_document_validation.unset_value()
    settings.perform_error_diagnostics.unset_value()
    Resources.extra_resources = _look_up
    while _unsent:
        _default_resolver.add(_unsent.pop())  # type: ignore[attr-defined]
    gc.unfreeze()


def hand_out(folder: Path) -> None:
    """Let every Bokeh server of this process hand out the files of a folder below `ADDRESS`, as it does its own."""
    extension_dirs[FOLDER_NAME] = folder


def detach(component: Viewer, name: str, value: Any) -> None:
    """Give a parameter that follows another object's a value of its own, and remove the watcher that follows."""
    component.param._update_ref(name, value)
    setattr(component, name, value)


def before_each_render(hook: Callable[..., None]) -> None:
    """Have Panel call `hook` for every object that it renders; a second call changes nothing."""
    if hook not in Viewable._preprocessing_hooks:
        Viewable._preprocessing_hooks.append(hook)


def _looked_up_once() -> Callable[[Resources, list[str], str], None]:
    """Return a method that adds the files of all components to a list, which it looks up once for each kind."""
    files: dict[tuple[str, str, str | None], list[str]] = {}

    def extra_resources(self: Resources, resources: list[str], resource_type: str) -> None:
        key = resource_type, self.mode, state.rel_path
        if key not in files:
            added: list[str] = []
            _look_up(self, added, resource_type)
            files[key] = added
        resources.extend(file for file in files[key] if file not in resources)

    return extra_resources


def _leave_out_definitions() -> None:
    """Keep the definitions of components that the page never makes out of every document: 128 of 160 kB."""
    for component in _components(pmui.MaterialComponent):
        model = component._data_model
        if component.__name__ not in COMPONENTS and model.__qualified_model__ in HasProps.model_class_reverse_map:
            _default_resolver.remove(model)  # type: ignore[attr-defined]
            _unsent.append(model)


def _components(component: type[Any]) -> set[type[Any]]:
    """Return a class of components of panel_material_ui and all that are derived from it there."""
    components = {component} if component.__module__.startswith("panel_material_ui") else set()
    return components.union(*map(_components, component.__subclasses__()))
