"""The page Side by side: both sides are the views opened alone, on one scale; hostile and wrong addresses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from oss_ai_monitor import comparing, warehouse
from oss_ai_monitor.app.links import beside_link, page_chart_links
from oss_ai_monitor.charts import Chart, SharedStyles, styles_by_name
from oss_ai_monitor.landing import Landing
from oss_ai_monitor.pages.beside import SideBySidePage
from oss_ai_monitor.pages.beside.side import snapshots_of
from oss_ai_monitor.pages.beside.state import _snapshot_texts, state_of
from oss_ai_monitor.perspectives import Perspective, address, all_perspectives, open_perspective, snapshot_of
from oss_ai_monitor.programs import open_table
from oss_ai_monitor.warehouse import Warehouse, by_snapshot_id
from tests.comparing.worlds import FIRST, HOSTILE, NOW, SECOND, THEN, evaluation
from tests.conftest import land_rows

LISTED = [
    {"id": f"tin/{size}b-{n}", "created_at": f"2024-0{n}-03", "downloads": 10 * n,
     "safetensors": {"total": size * 10**9}, "pipeline_tag": "text-generation", "library_name": "transformers"}
    for size in (7, 70) for n in range(1, 6)
]  # fmt: skip
LARGE = [evaluation(f"tin/large-{n}", 70.0 + n, params_b=70.0) for n in range(20)]
DATES = "&from=2024-01-01&to=2024-07-05&unit=month"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("beside")
    land_rows(folder, "leaderboard_v2", THEN, as_of=FIRST)
    land_rows(folder, "leaderboard_v2", [*NOW, *LARGE], as_of=SECOND)
    land_rows(folder, "hub_listing", LISTED, as_of=datetime(2024, 6, 30, tzinfo=UTC))
    landing = Landing(folder / "landing")
    warehouse.build(folder, landing.selected(as_of=FIRST), is_pinned=True)
    warehouse.build(folder, landing.selected())
    return folder


@pytest.fixture(scope="module")
def opened(folder: Path) -> Iterator[Warehouse]:
    newest = Warehouse.open(folder)
    yield newest
    newest.close()


@pytest.fixture(scope="module")
def earlier(opened: Warehouse) -> str:
    (snapshot,) = {end.snapshot_id for end in comparing.ends_beside(opened)} - {snapshot_of(opened)}
    return snapshot


@pytest.fixture
def page(opened: Warehouse) -> SideBySidePage:
    return SideBySidePage(opened)


def text(page: SideBySidePage) -> str:
    return str(page._texts.object)


def equal(left: Any, right: Any) -> bool:
    if isinstance(left, np.ndarray) and left.dtype.kind == "f":
        return bool(np.array_equal(left, right, equal_nan=True))
    if isinstance(left, list | tuple) and len(left) == len(right):
        return all(equal(one, other) for one, other in zip(left, right, strict=True))
    return bool(np.array_equal(left, right)) if isinstance(left, np.ndarray) else (left == right or left != left)


@pytest.mark.parametrize("kind", all_perspectives, ids=lambda kind: kind.slug)
@pytest.mark.parametrize("dataset", ["v2", "hub"])
def test_each_side_is_the_view_opened_alone(
    opened: Warehouse, earlier: str, kind: type[Perspective], dataset: str
) -> None:
    """Columns and sentences of both sides are those of the view at its snapshot; only the scale is another."""
    left = f"view={kind.slug}&dataset={dataset}{DATES.replace('07-05', '06-30')}"
    right = f"{left}&sizes=> 80,40–80"
    state = state_of(opened, {"left": f"{left}&snapshot={earlier}", "right": right})
    assert (state.left.problem, state.right.problem, state.message) == ("", "", "")
    (end,) = (end for end in comparing.ends_beside(opened) if end.snapshot_id == earlier)
    with comparing.opened(end) as old:
        for place, side, alone_in, query in ((0, state.left, old, left), (1, state.right, opened, right)):
            alone = open_perspective(alone_in, kind, address.read(query)).perspective
            assert side.sentence == (alone.answer_text or alone.reason)
            assert dict(side.query) == alone.page_query() | {"snapshot": snapshot_of(alone_in)}
            charts = {chart.key: chart for chart in alone.charts}
            for pair in state.pairs:
                for source, columns in charts[pair[place].key].columns.items():
                    for name, values in columns.items():
                        if place == 1 and name in ("colour", "marker"):
                            continue  # those of the left side, see below
                        assert equal(pair[place].columns[source][name], values), (pair[place].key, source, name)


@pytest.mark.parametrize("kind", all_perspectives, ids=lambda kind: kind.slug)
def test_both_charts_of_a_pair_have_one_scale_that_covers_both(
    opened: Warehouse, earlier: str, kind: type[Perspective]
) -> None:
    query = f"view={kind.slug}&dataset=v2{DATES}"
    state = state_of(opened, {"left": f"{query}&snapshot={earlier}", "right": query})
    alone = {chart.key: chart for chart in open_perspective(opened, kind, address.read(query)).perspective.charts}
    for left, right in state.pairs:
        if (
            left.is_empty
            or right.is_empty
            or any(note.startswith(left.title.partition(": ")[2]) for note in state.notes)
        ):
            continue
        for name in ("x-range", "y-range"):
            ranges = [chart.options.get(name, {}) for chart in (left, right)]
            if "start" not in ranges[1] or (type(left).__name__ in ("Timeline", "Graph") and name == "y-range"):
                continue  # names, such as lanes of authors
            assert (ranges[0]["start"], ranges[0]["end"]) == (ranges[1]["start"], ranges[1]["end"]), (left.key, name)
            before = alone[right.key].options[name]
            assert ranges[0]["start"] <= before["start"], (left.key, name)
            assert ranges[0]["end"] >= before["end"], (left.key, name)


@pytest.mark.parametrize(
    ("slug", "left", "right"),
    [
        ("finder", "&sizes=3–9", ""),
        ("author-activity", "&sizes=40–80", ""),
        ("endurance", "", "&sizes=3–9"),
        ("adoption", "", "&sizes=3–9"),
    ],
)
def test_a_name_has_one_colour_and_one_marker_on_both_sides(
    opened: Warehouse, earlier: str, slug: str, left: str, right: str
) -> None:
    for dataset in ("v2", "hub"):
        query = f"view={slug}&dataset={dataset}{DATES.replace('07-05', '06-30')}"
        state = state_of(opened, {"left": f"{query}{left}&snapshot={earlier}", "right": query + right})
        for pair in state.pairs:
            styles = [styles_in(chart) for chart in pair]
            for place, named in styles[0].items():
                other = styles[1].get(place, {})
                assert {name: other[name] for name in named if name in other} == {
                    name: style for name, style in named.items() if name in other
                }, (pair[0].key, place)


def styles_in(chart: Chart) -> dict[str, dict[str, tuple[str, str]]]:
    """The colour and the marker of each name, by the source that has them."""
    return {
        source: {
            name: (colour, marker)
            for name, colour, marker in zip(
                columns["name"], columns["colour"], columns.get("marker", columns["colour"]), strict=True
            )
        }
        for source, columns in chart.columns.items()
        if {"name", "colour"} <= columns.keys()
    }


def test_names_of_another_view_keep_their_styles_and_new_ones_have_others() -> None:
    shared = SharedStyles()
    with shared.view():
        left = styles_by_name(["tin", "kettle", "spoon"], {})
    with shared.view():
        right = styles_by_name(["cup", "spoon", "tin"], {})
    assert right == {"cup": styles_by_name(["a", "b", "c", "d"], {})["d"], "spoon": left["spoon"], "tin": left["tin"]}
    assert styles_by_name(["spoon"], {}) == {"spoon": left["tin"]}  # alone again


def test_links_below_a_chart_have_the_snapshot_and_the_selection_of_its_side(
    page: SideBySidePage, opened: Warehouse, earlier: str
) -> None:
    query = f"view=model-types&dataset=v2{DATES.replace('07-05', '07-01')}"
    page.from_query({"left": f"{query}&snapshot={earlier}", "right": f"{query}&sizes=40–80"})
    for chart, snapshot, sizes in zip(page.charts[:2], (earlier, snapshot_of(opened)), ("", "40–80"), strict=True):
        chart_links = page.chart_links(chart)
        assert list(chart_links.tables) == ["CSV", "JSON"]
        link, _, table = chart_links.tables["CSV"].partition("?")
        named = address.read(table)
        assert (link, named["snapshot"], named.get("sizes", ""), named["table"]) == (
            "data/model-types.csv", snapshot, sizes, chart.key,
        )  # fmt: skip
        select = chart_links.selects["SQL"]
        with closing(Warehouse(by_snapshot_id(opened.path.resolve().parents[1])[snapshot])) as end:
            counted = end.sql_frame(select["q"])["models"].sum()
            assert counted == open_table(end, "model-types", named).frame["models"].sum()
        assert select["snapshot"] == snapshot
        assert chart_links.cited is not None
        assert (chart_links.cited.query["snapshot"], chart_links.cited.snapshot) == (snapshot, snapshot)
    assert set(page_chart_links(page, page.charts[0], can_query=True)) == {"SQL"}  # no server, no tables


def test_snapshots_of_one_day_are_told_apart_by_when_they_landed(tmp_path: Path) -> None:
    land_rows(tmp_path, "leaderboard_v2", THEN, as_of=SECOND)
    landing = Landing(tmp_path / "landing")
    warehouse.build(tmp_path, landing.selected(), is_pinned=True)
    land_rows(tmp_path, "leaderboard_v2", NOW, as_of=SECOND)
    warehouse.build(tmp_path, landing.selected())
    with closing(Warehouse.open(tmp_path)) as newest:
        texts = _snapshot_texts(newest, snapshots_of(newest))
        assert len(texts) == len(set(texts.values())) == 2
        assert all(text.startswith("5 Jul 2024, landed by ") and f"({name})" in text for name, text in texts.items())


def test_it_opens_with_the_snapshot_before_and_its_address_opens_the_same(
    page: SideBySidePage, opened: Warehouse, earlier: str
) -> None:
    left, right = (address.read(page.query[side]) for side in ("left", "right"))
    assert (left.pop("snapshot"), right.pop("snapshot")) == (earlier, snapshot_of(opened))
    assert left["view"] == right["view"] == "model-types"
    assert left["dataset"] == right["dataset"] == "v2"
    again = SideBySidePage(opened)
    again.from_query(page.to_query())
    assert again.query == page.query
    assert "The dates were cut to the data: 17 Jun 2024 to 1 Jul 2024." in text(page)
    assert "data of 1 Jul 2024, snapshot" in text(page)
    assert "data of 5 Jul 2024, snapshot" in text(page)
    assert "Each side is counted by the rules with which its snapshot was built: both by version" in text(page)
    assert [chart.title.partition(":")[0] for chart in page.charts] == ["Left", "Right", "Left", "Right"]


def test_a_link_from_a_view_shows_it_twice_and_says_so(opened: Warehouse, page: SideBySidePage) -> None:
    perspective = open_perspective(opened, all_perspectives[1], address.read("?dataset=hub&sizes=3–9")).perspective
    _, link = beside_link(perspective, {"snapshot": "s"})
    query = address.read(link)
    assert query.pop("snapshot") == "s"
    page.from_query(query)
    assert "Both sides show the same. Choose another snapshot" in text(page)
    page.choose("right", "sizes", "40–80")
    assert "Both sides show the same" not in text(page)
    left, right = (address.read(page.query[side]) for side in ("left", "right"))
    assert (left.pop("sizes"), right.pop("sizes")) == ("3–9", "40–80")
    assert left == right
    assert [chart.is_empty for chart in page.charts] == [False] * 4


def test_the_choices_of_a_side_are_those_of_its_view(page: SideBySidePage, earlier: str) -> None:
    page.choose("both", "view", "architectures")
    groups = {name: {field[0]: field for field in fields} for name, _, fields in page._chooser.groups}
    assert list(groups) == ["both", "left", "right"]
    assert {"snapshot", "dataset", "from", "to", "unit", "sizes", "architectures", "address"} <= set(groups["left"])
    page._chooser._handle_msg({"side": "left", "name": "from", "value": "2024-06-20"})
    assert "from=2024-06-20" in page.query["left"]
    page._chooser._handle_msg({"side": "right", "name": "snapshot", "value": earlier})
    assert f"snapshot={earlier}" in page.query["right"]
    page._chooser._handle_msg({"side": "right", "name": "address", "value": "http://there/serve?view=model-types#top"})
    assert "The left side shows “Architectures” and the right one “Model types”." in text(page)
    page._chooser._handle_msg({"side": "both", "name": "view", "value": "model-types"})
    assert "The left side" not in text(page)
    assert len(page.charts) == 4


def test_another_dataset_comes_with_its_own_dates_and_one_that_a_snapshot_lacks_is_refused(
    page: SideBySidePage,
) -> None:
    page.choose("right", "dataset", "hub")
    assert address.read(page.query["right"])["to"] == "2024-05-31"  # of whole months
    page.choose("left", "dataset", "nothing")
    assert "The left side cannot be shown as its address says. There is no dataset “nothing” here" in text(page)
    assert page.charts == []


SCRIPT = "<script>alert(1)</script>"


@pytest.mark.parametrize(
    ("left", "notice"),
    [
        (f"view={SCRIPT}", "The left side names no view. Choose one above, or paste"),
        (SCRIPT * 20, "The left side names no view."),
        ("?view=sql&q=select+1", "The left side names no view."),
        ("?view=beside&left=view%3Dbeside", "The left side names no view."),
        ("view=model-types&snapshot=20200101T000000Z-abcdef12", "which is not on this server. Choose another"),
        (f"view=model-types&snapshot={SCRIPT * 50}", "pins snapshot “&lt;script&gt;"),
        ("view=model-types&snapshot=../../../etc/passwd", "which is not on this server"),
        (f"view=model-types&dataset={SCRIPT}", "There is no dataset “&lt;script&gt;alert(1)&lt;/script&gt;” here"),
        (f"view=model-types&{SCRIPT}=1", "Model types has no choice “&lt;script&gt;"),
        ("view=model-types&types=nothing", "Model types has no types “nothing”"),
        ("view=model-types&from=2024-07-04&to=2024-07-01", "The dates in the address run backwards"),
        ("view=model-types&" + "x" * 4_000 + "=1", "has an address of more than 3,000 characters"),
        ("view=architectures", "The left side shows “Architectures” and the right one “Model types”."),
        (f"view=model-types&sizes={HOSTILE}", "There is no size “evil/&lt;b&gt;x&lt;/b&gt;|`*”"),
        ("view=model-types&dataset=%00%ff'; drop table core.models --", "There is no dataset"),
    ],
)
def test_an_address_that_is_wrong_says_what_to_do(page: SideBySidePage, left: str, notice: str) -> None:
    page.from_query({"left": left, "right": "view=model-types&dataset=v2"})
    assert notice in text(page)
    assert "<script" not in text(page)
    assert "<b>x" not in text(page)
    assert len(text(page)) < 5_000
    assert page.charts == []
    assert all(len(value) < 10_000 for value in page.query.values())


@pytest.mark.parametrize(
    "message",
    [
        None, 1, "left", [], {}, {"side": "left"}, {"side": "left", "name": "dataset", "value": 1},
        {"side": "left", "name": "dataset", "value": "v9"}, {"side": "middle", "name": "dataset", "value": "v2"},
        {"side": ["left"], "name": "dataset", "value": "v2"}, {"side": "left", "name": "nothing", "value": "v2"},
        {"side": "left", "name": "snapshot", "value": "../../etc/passwd"},
        {"side": "left", "name": "from", "value": "yesterday"}, {"side": "both", "name": "view", "value": "sql"},
        {"side": "left", "name": "address", "value": "x" * 7_000},
    ],
)  # fmt: skip
def test_a_message_that_offers_nothing_changes_nothing(page: SideBySidePage, message: Any) -> None:
    before = dict(page.query)
    page._chooser._handle_msg(message)
    assert page.query == before


def test_a_choice_that_an_address_makes_twice_is_named_on_its_side(opened: Warehouse) -> None:
    once = "view=model-types&dataset=v2&unit=week"
    state = state_of(opened, {"left": f"?{once}&unit=day", "right": once})
    assert state.left.query["unit"] == "day"
    assert state.left.remarks[0] == "“unit” is in the address more than once: the last one counts."
    assert "more than once" not in " ".join(state.right.remarks)
