"""A family in a real Chromium: clicks let a line stand out, open the page of its model, and open bundles."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Browser

from oss_ai_monitor import warehouse
from oss_ai_monitor.landing import Landing
from tests.conftest import land_rows

from .conftest import PLOT, Visitor, _serve, _visitors

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]
NODES = (
    f"{PLOT}.flatMap((plot) => plot.renderers).find((drawn) => drawn.data_source.name === 'nodes')?.data_source.data"
)


@pytest.fixture(scope="module")
def family(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One base, on which so many models stand that some are in bundles; two owners have most of them."""
    folder = tmp_path_factory.mktemp("family")
    day = {"created_at": "2024-03-01", "pipeline_tag": "text-generation"}
    rows: list[dict[str, Any]] = [{"id": "tin/base", "tags": [], "downloads": 9_000} | day]
    for owner, n in itertools.product(("lead", "zinc"), range(30)):
        row = {"id": f"{owner}/copy-{n}", "tags": ["base_model:quantized:tin/base"], "downloads": n}
        rows.append(row | day | {"created_at": f"2024-04-{1 + n % 28:02}"})
    rows.append(
        {"id": "tin/tuned", "tags": ["base_model:finetune:tin/base"], "downloads": 500}
        | day
        | {"created_at": "2024-05-20"}
    )
    land_rows(folder, "hub_listing", rows)
    warehouse.build(folder, Landing(folder / "landing").selected())
    return folder


@pytest.fixture(scope="module")
def family_served(family: Path) -> Iterator[str]:
    yield from _serve(family)


@pytest.fixture
def visit_family(chromium: Browser, family_served: str) -> Iterator[Visit]:
    yield from _visitors(chromium, family_served)


def click(visitor: Visitor, heading: str) -> None:
    """Click on a node by its name."""
    script = f"""(() => {{
      const plot = {PLOT}.find((plot) => plot.renderers.some((drawn) => drawn.data_source.name === "nodes"));
      const data = {NODES}, view = Bokeh.index.find_one_by_id(plot.id), box = view.el.getBoundingClientRect();
      const n = Array.from(data.heading).indexOf({json.dumps(heading)}), {{x_scale, y_scale}} = view.frame;
      return {{x: box.left + x_scale.compute(data.x[n]), y: box.top + y_scale.compute(data.y[n])}};
    }})()"""
    visitor.settle(script)
    position = visitor.ask(script)
    visitor.page.mouse.click(position["x"], position["y"])


def test_clicks_let_a_line_stand_out_open_its_model_and_open_bundles(visit_family: Visit) -> None:
    visitor = visit_family("?view=lineage&dataset=hub")
    visitor.page.get_by_text("61 models stand on").first.wait_for()
    visitor.wait_until(f"{NODES}?.x.length > 0")
    labels = visitor.ask(f"Array.from({PLOT}[0].left[0].major_label_overrides.entries())")
    assert labels
    assert all(isinstance(place, int | float) and text.endswith(")") for place, text in labels), labels
    bundle = next(name for name in visitor.ask(f"Array.from({NODES}.heading)") if name.startswith("lead · "))
    click(visitor, bundle)
    assert parse_qs(visitor.wait_for_search("opened=").removeprefix("?"))["opened"] == [bundle]
    visitor.wait_until(f"!Array.from({NODES}.heading).includes({json.dumps(bundle)})")
    visitor.page.get_by_label(f"Remove {bundle}").click()
    visitor.wait_until(f"Array.from({NODES}.heading).includes({json.dumps(bundle)})")
    click(visitor, "tin/tuned")
    visitor.page.get_by_text(
        "tin/tuned (no licence declared) stands on 1 model, over 1 generation up to tin/base"
    ).first.wait_for()
    assert "model=tin%2Ftuned" in visitor.ask("location.search")
    click(visitor, "tin/tuned")
    visitor.page.get_by_role("heading", name="tin/tuned", exact=True).wait_for()
    visitor.page.go_back()
    visitor.page.get_by_text("tin/tuned (no licence declared) stands on 1 model").first.wait_for()
    assert visitor.complaints == []
