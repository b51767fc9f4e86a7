"""Every private name of Panel and Bokeh that we cannot do without.

Most of it is what they work out anew for each visit although it never changes: kept here once per process. That is
more than a third of the server's time for opening a visit; nothing that a visitor sees depends on it.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import Any

import panel.io.server
from bokeh.core.has_props import HasProps
from bokeh.core.property.descriptors import PropertyDescriptor
from bokeh.settings import settings
from panel.io.state import state
from panel.reactive import Syncable
from panel.viewable import Viewable, Viewer

_defaults: dict[type[HasProps], dict[str, Any]] = {}
_unstable: dict[tuple[type[HasProps], str], bool] = {}
_bundles: dict[tuple[Any, ...], Any] = {}
_default_anew, _is_unstable_anew = PropertyDescriptor._get_default, PropertyDescriptor.has_unstable_default
_debounce_anew = Syncable._debounce
_themed_anew, _bundle_anew = HasProps.themed_values, panel.io.server.bundle_resources


def apply() -> None:
    """From now on, keep what is settled; a second call changes nothing.

    What is imported is settled, too: a pass of the garbage collector over it holds everybody up for 130 ms, so it is
    left out of them.
    """
    settings.perform_document_validation = False  # for those who write pages: the tests look at ours
    settings.perform_error_diagnostics = False
    Syncable._debounce = 1  # milliseconds, for 50: a click has no more of the same to wait for
    PropertyDescriptor._get_default = _default
    PropertyDescriptor.has_unstable_default = _is_unstable
    HasProps.themed_values = _themed  # type: ignore[method-assign, assignment]
    panel.io.server.bundle_resources = _bundle
    if not gc.get_freeze_count():
        gc.collect()
        gc.freeze()


def revert() -> None:
    """Have Bokeh and Panel as they come."""
    settings.perform_document_validation.unset_value()
    settings.perform_error_diagnostics.unset_value()
    Syncable._debounce = _debounce_anew
    PropertyDescriptor._get_default = _default_anew
    PropertyDescriptor.has_unstable_default = _is_unstable_anew
    HasProps.themed_values = _themed_anew  # type: ignore[method-assign]
    panel.io.server.bundle_resources = _bundle_anew
    gc.unfreeze()


def detach(component: Viewer, name: str, value: Any) -> None:
    """Give a parameter that follows another object's a value of its own, and take away the watcher that follows."""
    component.param._update_ref(name, value)
    setattr(component, name, value)


def before_each_render(hook: Callable[..., None]) -> None:
    """Have Panel call `hook` for every object that it renders; a second call changes nothing."""
    if hook not in Viewable._preprocessing_hooks:
        Viewable._preprocessing_hooks.append(hook)


def _default(descriptor: PropertyDescriptor[Any], model: HasProps) -> Any:
    """A property's default: settled by its class, unless it is made for each model or comes from a theme."""
    name, themed = descriptor.name, _themed(model)
    if themed is not None and name in themed:
        return _default_anew(descriptor, model)
    known = _defaults.setdefault(type(model), {})
    if name in known:
        return known[name]
    value = _default_anew(descriptor, model)
    if name not in model._unstable_default_values:
        known[name] = value
    return value


def _is_unstable(descriptor: PropertyDescriptor[Any], model: HasProps) -> bool:
    """Whether a default is made for each model; asked of each property of each model."""
    which = type(model), descriptor.name
    if which not in _unstable:
        _unstable[which] = _is_unstable_anew(descriptor, model)
    return _unstable[which]


def _themed(model: HasProps) -> dict[str, Any] | None:
    """What a theme says; Bokeh looks for it by way of an error where there is none."""
    return model.__dict__.get("__themed_values__")


def _bundle(roots: Any, resources: Any) -> Any:
    """The scripts and styles of the page: Panel looks through all component classes and models for them."""
    where = (state.rel_path, resources.mode, resources.root_url)
    if where not in _bundles:
        _bundles[where] = _bundle_anew(roots, resources)
    return _bundles[where]
