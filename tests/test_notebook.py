"""The notebook's way in: objects with their data, and errors that say what can be chosen."""

from __future__ import annotations

import base64
import inspect
import io
import json
import re
from pathlib import Path
from typing import Any

import holoviews as hv
import nbformat
import pandas as pd
import pytest
from nbclient import NotebookClient
from PIL import Image

import oss_ai_monitor as oam
from oss_ai_monitor import warehouse
from oss_ai_monitor.notebook import Monitor
from oss_ai_monitor.perspectives import Filters, ModelTypes, Perspective, questions

PERSPECTIVES = [kind.slug.replace("-", "_") for kind in questions]


@pytest.fixture(scope="module")
def monitor(community: Path) -> Monitor:
    return oam.open(community)


@pytest.mark.parametrize("name", PERSPECTIVES)
def test_each_perspective_is_a_holoviews_object_with_its_data(monitor: Monitor, name: str) -> None:
    shown = getattr(monitor, name)(leaderboard="v1", unit="month")
    assert isinstance(shown, hv.core.Dimensioned)
    assert isinstance(shown.frame, pd.DataFrame)
    assert len(shown.frame)
    assert shown.sentence.endswith(".")
    assert hv.render(shown) is not None
    assert monitor.show(name.replace("_", "-"), leaderboard="v1", unit="month").sentence == shown.sentence


@pytest.mark.parametrize("kind", questions, ids=lambda kind: kind.slug)
def test_help_on_a_perspective_says_its_question_and_its_choices(monitor: Monitor, kind: type[Perspective]) -> None:
    method = getattr(monitor, kind.slug.replace("-", "_"))
    assert kind.question in method.__doc__
    assert list(inspect.signature(method).parameters) == [*kind.parameters, "filters"]
    for name in kind.parameters:
        assert f"{name} : {kind.param[name].doc}" in method.__doc__


def test_an_author_is_added_by_either_name(monitor: Monitor) -> None:
    by_hand = monitor.author_activity(leaderboard="v1", add=["meta-llama"]).frame
    pd.testing.assert_frame_equal(by_hand, monitor.author_activity(leaderboard="v1", added=["meta-llama"]).frame)
    assert "meta-llama" in set(by_hand["author"])


def test_the_numbers_are_those_of_the_page(monitor: Monitor) -> None:
    filters = Filters(monitor.warehouse)
    filters.param.update(dataset="v1", unit="month")
    page = ModelTypes(monitor.warehouse, filters)
    page.open()
    shown = monitor.model_types(leaderboard="v1", unit="month")
    pd.testing.assert_frame_equal(shown.frame, page.answer[shown.frame.columns])


def test_filters_narrow(monitor: Monitor) -> None:
    shown = monitor.model_types(leaderboard="v1", dates=("2023-06-01", "2023-12-31"), types=["fine-tuned"])
    assert set(shown.frame["type"]) == {"fine-tuned", "not drawn"}
    assert shown.frame["period"].between("2023-05-29", "2023-12-31").all()


@pytest.mark.parametrize(
    ("filters", "message"),
    [
        ({"leaderbord": "v1"}, "no filter leaderbord; there are at_most, dates"),
        ({"leaderboard": "v9"}, "there is no 'v9'"),
        ({"unit": "year"}, "'day', 'week', 'month'"),
        ({"dates": ("yesterday", "today")}, "YYYY-MM-DD"),
        ({"dates": ("2023-12-01", "2023-06-01")}, "must run forward"),
        ({"sizes": ["small"]}, "there is no 'small'"),
        ({"at_most": 0}, "at_most: a number above 0 and up to 100000, not 0"),
        ({"at_most": "small"}, "at_most: a number above 0 and up to 100000, not 'small'"),
        ({"types": ["fancy"]}, "there is no 'fancy'"),
        ({"leaderboard": "nope"}, "^leaderboard: there is no 'nope'"),
    ],
)
def test_says_what_can_be_chosen(monitor: Monitor, filters: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        monitor.model_types(**{"leaderboard": "v1"} | filters)


def test_scores_come_from_the_newest_leaderboard_on_the_hub(monitor: Monitor) -> None:
    newest = monitor.score_progress(leaderboard="v2", unit="month")
    pd.testing.assert_frame_equal(monitor.score_progress(leaderboard="hub", unit="month").frame, newest.frame)


def test_sql_binds_and_cannot_write(monitor: Monitor) -> None:
    assert monitor.sql("select $a + 1 as b", {"a": 1})["b"].tolist() == [2]
    with pytest.raises(ValueError, match="this is CREATE"):
        monitor.sql("create table t as select 1")
    with pytest.raises(ValueError, match="this holds 2 statements"):
        monitor.sql("select 1; select 2")
    with pytest.raises(ValueError, match="Only SELECT and EXPLAIN"):
        monitor.sql("update extensions")
    with pytest.raises(ValueError, match="PIVOT is answered where it names its values"):
        monitor.sql("pivot core.models on license_class using count(*)")
    pivot = "pivot core.models on license_class in ('permissive', 'copyleft') using count(*) group by relation"
    assert monitor.sql(pivot).columns.tolist() == ["relation", "permissive", "copyleft"]


def test_the_page_is_there_inline(monitor: Monitor) -> None:
    assert monitor.explore().get_root() is not None


def test_without_a_warehouse_it_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(warehouse.NoWarehouse, match="oss-ai-monitor refresh"):
        oam.open(tmp_path)


@pytest.mark.slow
def test_the_example_is_stored_with_its_pictures() -> None:
    """What a reader sees on a page that runs nothing: every output, charts as pictures, and no scripts."""
    path = Path(__file__).parents[1] / "examples" / "monitor.ipynb"
    example = nbformat.read(path, as_version=4)
    cells = [cell for cell in example.cells if cell.cell_type == "code"]
    assert all(cell.outputs and cell.execution_count == number for number, cell in enumerate(cells, 1))
    pictures = [
        base64.b64decode(output["data"]["image/png"])
        for cell in cells
        for output in cell.outputs
        if "image/png" in output.get("data", {})
    ]
    assert len(pictures) == sum("m.model_types(" in cell.source or "m.score_progress(" in cell.source for cell in cells)
    for picture in pictures:
        with Image.open(io.BytesIO(picture)) as image:
            assert image.width > 600
            assert len(image.convert("RGB").getcolors(1 << 24)) > 8
    assert path.stat().st_size < 1_000_000
    assert "<script" not in path.read_text(encoding="utf-8")


def test_the_example_runs(monitor: Monitor, monkeypatch: pytest.MonkeyPatch) -> None:
    """Executed anew, and no script or style that it loads comes from elsewhere."""
    folder = monitor.warehouse.path.parents[1]
    monkeypatch.setenv("OSS_AI_MONITOR_WAREHOUSE", str(folder))
    examples = Path(__file__).parents[1] / "examples"
    example = nbformat.read(examples / "monitor.ipynb", as_version=4)
    NotebookClient(example, timeout=120, resources={"metadata": {"path": str(examples)}}).execute()
    outputs = [output for cell in example.cells for output in cell.get("outputs", [])]
    assert any("hvplot" in str(output) or "Bars" in str(output) for output in outputs)
    assert not re.findall(r"https://cdn\.(?:bokeh|holoviz)\.org[^\"\\]+\.(?:m?js|css)", json.dumps(outputs))
