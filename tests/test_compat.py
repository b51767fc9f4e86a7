"""What is kept once per process is what would have been worked out anew."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
from bokeh.models import Axis, ColumnDataSource, LinearAxis, Plot, Range1d
from bokeh.themes import Theme

from oss_ai_monitor import compat

ANEW = compat._default_anew


@pytest.fixture(autouse=True)
def _kept() -> Iterator[None]:
    """Keep for one test, and let the others have their Bokeh as it comes."""
    compat.apply()
    yield
    compat.revert()


def test_every_default_that_is_kept_is_what_bokeh_works_out() -> None:
    for kind in (Plot, LinearAxis, Range1d, ColumnDataSource):
        model = kind()
        for name in kind.properties() - model._property_values.keys():
            descriptor = kind.lookup(name)
            first, second, anew = (look(descriptor, model) for look in (compat._default, compat._default, ANEW))
            assert first == second == anew, f"{kind.__name__}.{name}"


def test_what_can_be_changed_is_shared_with_no_other_model() -> None:
    one, other = ColumnDataSource(), ColumnDataSource()
    one.tags.append("mine")
    one.data["x"] = [1]
    assert (other.tags, dict(other.data)) == ([], {})


def test_a_theme_says_more_than_what_is_kept() -> None:
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
