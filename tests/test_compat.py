"""The caches of `compat` hold what Bokeh would compute."""

from __future__ import annotations

import ast
import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from bokeh.document import Document
from bokeh.models import Axis, ColumnDataSource, LinearAxis, Plot, Range1d
from bokeh.themes import Theme

from oss_ai_monitor import compat

ROOT = Path(__file__).parents[1]
COMPUTE_DEFAULT = compat._original_default


@pytest.fixture(autouse=True)
def _caches() -> Iterator[None]:
    """Install the caches for one test; other tests run Bokeh without them."""
    compat.apply()
    yield
    compat.revert()


def test_every_cached_default_is_what_bokeh_computes() -> None:
    for model_class in (Plot, LinearAxis, Range1d, ColumnDataSource):
        model = model_class()
        for name in model_class.properties() - model._property_values.keys():
            descriptor = model_class.lookup(name)
            first, second, computed = (
                read(descriptor, model) for read in (compat._default, compat._default, COMPUTE_DEFAULT)
            )
            assert first == second == computed, f"{model_class.__name__}.{name}"


def test_what_can_be_changed_is_shared_with_no_other_model() -> None:
    changed, untouched = ColumnDataSource(), ColumnDataSource()
    changed.tags.append("mine")
    changed.data["x"] = [1]
    assert (untouched.tags, dict(untouched.data)) == ([], {})


def test_a_theme_overrules_a_cached_default() -> None:
    before, themed = LinearAxis(), LinearAxis()
    usual = before.axis_line_color
    Theme(json={"attrs": {"Axis": {"axis_line_color": "red"}}}).apply_to_model(themed)
    assert themed.axis_line_color == "red"
    assert LinearAxis().axis_line_color == usual
    assert isinstance(themed, Axis)


def test_the_collector_leaves_out_what_is_imported() -> None:
    assert gc.get_freeze_count() > 100_000
    compat.revert()
    assert gc.get_freeze_count() == 0


def test_only_what_the_page_is_made_of_is_defined_in_a_document() -> None:
    named = {
        node.attr
        for path in (ROOT / "oss_ai_monitor").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "pmui"
    }
    assert named - {"MaterialComponent"} <= set(compat.COMPONENTS)
    defined = definitions()
    assert set(compat.COMPONENTS) <= defined
    assert not defined & {"ChatMessage", "Player", "Tree", "FileInput"}
    compat.revert()
    assert {"ChatMessage", "Player"} <= definitions()


def definitions() -> set[str]:
    """The names of the classes that a new document defines, without the number that Panel adds."""
    return {definition["name"].rstrip("0123456789") for definition in Document().to_json(deferred=False)["defs"]}
