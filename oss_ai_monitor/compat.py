"""Every private name of Panel and Bokeh that this package needs.

Most of it is caches for what Bokeh and Panel compute for every session although it never changes. They save more than a
third of the server's time for opening a session; visitors see no difference.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import Any

import panel.io.server
import panel_material_ui as pmui
from bokeh.core.has_props import HasProps, _default_resolver
from bokeh.core.property.descriptors import PropertyDescriptor
from bokeh.settings import settings
from panel.io.state import state
from panel.reactive import Syncable
from panel.viewable import Viewable, Viewer

COMPONENTS = ("Alert", "Button", "NotificationArea", "Page", "Select", "Skeleton", "Typography")
"""The components of panel_material_ui that the page is made of."""

_defaults: dict[type[HasProps], dict[str, Any]] = {}
_unstable: dict[tuple[type[HasProps], str], bool] = {}
_bundles: dict[tuple[Any, ...], Any] = {}
_original_default, _original_is_unstable = PropertyDescriptor._get_default, PropertyDescriptor.has_unstable_default
_original_debounce = Syncable._debounce
_unsent: list[type[HasProps]] = []
_original_themed, _original_bundle = HasProps.themed_values, panel.io.server.bundle_resources


def apply() -> None:
    """Install the caches; a second call changes nothing.

    Objects of imported modules are also taken out of garbage collection: a pass over them would take 130 ms, during
    which every visitor waits.
    """
    settings.perform_document_validation = False  # it helps developers, and the tests do it
    settings.perform_error_diagnostics = False
    Syncable._debounce = 1  # milliseconds instead of 50: after a click there is nothing to wait for
    PropertyDescriptor._get_default = _default
    PropertyDescriptor.has_unstable_default = _is_unstable
    HasProps.themed_values = _themed  # type: ignore[method-assign, assignment]
    panel.io.server.bundle_resources = _bundle
    _leave_out_definitions()
    if not gc.get_freeze_count():
        gc.collect()
        gc.freeze()


def revert() -> None:
    """Remove the caches."""
    settings.perform_document_validation.unset_value()
    settings.perform_error_diagnostics.unset_value()
    Syncable._debounce = _original_debounce
    PropertyDescriptor._get_default = _original_default
    PropertyDescriptor.has_unstable_default = _original_is_unstable
    HasProps.themed_values = _original_themed  # type: ignore[method-assign]
    panel.io.server.bundle_resources = _original_bundle
    while _unsent:
        _default_resolver.add(_unsent.pop())  # type: ignore[attr-defined]
    gc.unfreeze()


def detach(component: Viewer, name: str, value: Any) -> None:
    """Give a parameter that follows another object's a value of its own, and remove the watcher that follows."""
    component.param._update_ref(name, value)
    setattr(component, name, value)


def before_each_render(hook: Callable[..., None]) -> None:
    """Have Panel call `hook` for every object that it renders; a second call changes nothing."""
    if hook not in Viewable._preprocessing_hooks:
        Viewable._preprocessing_hooks.append(hook)


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


def _default(descriptor: PropertyDescriptor[Any], model: HasProps) -> Any:
    """Return a property's default, cached by class unless it is made for each model or comes from a theme."""
    name, themed = descriptor.name, _themed(model)
    if themed is not None and name in themed:
        return _original_default(descriptor, model)
    defaults = _defaults.setdefault(type(model), {})
    if name in defaults:
        return defaults[name]
    value = _original_default(descriptor, model)
    if name not in model._unstable_default_values:
        defaults[name] = value
    return value


def _is_unstable(descriptor: PropertyDescriptor[Any], model: HasProps) -> bool:
    """Whether a default is made for each model; Bokeh asks for each property of each model."""
    key = type(model), descriptor.name
    if key not in _unstable:
        _unstable[key] = _original_is_unstable(descriptor, model)
    return _unstable[key]


def _themed(model: HasProps) -> dict[str, Any] | None:
    """Return a theme's values; Bokeh's own way raises and catches an error where there are none."""
    return model.__dict__.get("__themed_values__")


def _bundle(roots: Any, resources: Any) -> Any:
    """Return the scripts and styles of the page, for which Panel searches all component classes and models."""
    key = (state.rel_path, resources.mode, resources.root_url)
    if key not in _bundles:
        _bundles[key] = _original_bundle(roots, resources)
    return _bundles[key]
