"""Badges: what they say, and that a name of a stranger stays text."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oss_ai_monitor.programs import NoBadge, badge
from oss_ai_monitor.programs.badges import LONGEST_NAME, LONGEST_TITLE, Badge, _short
from oss_ai_monitor.warehouse import Warehouse
from tests.core.small_tables import listed

SVG = "{http://www.w3.org/2000/svg}"
MARKUP = 'evil/"><script>alert(1)</script>'
LISTED = [
    listed("acme/Base-7B", downloads=1_234_567),
    listed("tin/Tuned", "base_model:finetune:acme/Base-7B", downloads=70),
    listed("tin/Copy", "base_model:quantized:tin/Tuned", downloads=900),
    listed("tin/Unknown"),
    listed(MARKUP, downloads=5),
]


@pytest.fixture(scope="module")
def opened(warehouse_of: Callable[..., Warehouse]) -> Warehouse:
    return warehouse_of(hub_listing=LISTED)


@pytest.mark.parametrize(
    ("name", "query", "label", "value"),
    [
        ("acme/Base-7B", {}, "downloads in 30 days", "1.23 M"),
        ("ACME/base-7b", {"show": "downloads"}, "downloads in 30 days", "1.23 M"),
        ("tin/Unknown", {}, "downloads in 30 days", "not known"),
        ("acme/Base-7B", {"show": "family"}, "descendants of", "2 models, 970 downloads in 30 days"),
        ("tin/Tuned", {"show": "family"}, "descendants of", "1 model, 900 downloads in 30 days"),
        ("tin/Copy", {"show": "family"}, "descendants of", "no models"),
        ("tin", {"of": "owner"}, "downloads in 30 days", "970"),
        (MARKUP, {}, "downloads in 30 days", "5"),
    ],
)
def test_a_badge_says_one_figure(opened: Warehouse, name: str, query: dict[str, str], label: str, value: str) -> None:
    answer = badge(opened, name, query)
    assert (answer.label, answer.value) == (label, value)


@pytest.mark.parametrize(
    ("name", "query", "reason"),
    [
        ("nobody/nothing", {}, "There is no model of this name in this data."),
        ("tin", {}, "There is no model"),
        ("acme/Base-7B", {"of": "owner"}, "There is no owner"),
        ("x" * 300, {}, "There is no model"),
        ("", {}, "There is no model"),
        ("a\x00b", {"of": "owner"}, "There is no owner"),
        ("acme/Base-7B", {"show": "<b>"}, "a badge of model shows downloads"),
        ("acme/Base-7B", {"of": "y" * 5000}, "there are badges of model and owner"),
        ("tin", {"of": "owner", "show": "family"}, "a badge of owner shows downloads"),
    ],
)
def test_a_badge_that_is_not_there_is_refused_with_a_reason(
    opened: Warehouse, name: str, query: dict[str, str], reason: str
) -> None:
    with pytest.raises(NoBadge, match=reason) as caught:
        badge(opened, name, query)
    assert len(str(caught.value)) < 200


@given(st.text(st.characters(), max_size=300), st.text(st.characters(), max_size=60))
def test_whatever_a_name_is_a_badge_is_text_and_shapes(name: str, value: str) -> None:
    picture = Badge(name, "downloads", value).svg()
    root = ElementTree.fromstring(picture.encode("utf-8"))
    assert {element.tag.removeprefix(SVG) for element in root.iter()} == {"svg", "title", "rect", "path", "g", "text"}
    assert {name for element in root.iter() for name in element.attrib} <= {
        *("width", "height", "role", "aria-label", "rx", "fill", "d", "x", "y", "stroke"),
        *("font-family", "font-size", "textLength", "lengthAdjust"),
    }
    assert len(root.attrib["aria-label"]) <= LONGEST_TITLE + len(": downloads: ") + len(value)


def test_a_badge_of_a_family_names_its_model_in_the_picture(opened: Warehouse) -> None:
    answer = badge(opened, "acme/Base-7B", {"show": "family"})
    assert _texts(answer) == ["descendants of acme/Base-7B", "2 models, 970 downloads in 30 days"]
    assert answer.title == "descendants of acme/Base-7B: 2 models, 970 downloads in 30 days"
    long = Badge("acme/" + "x" * 200, "descendants of", "2 models", ends_with_name=True)
    assert _texts(long)[0] == f"descendants of acme/{'x' * (LONGEST_NAME - 6)}…"


def test_a_badge_of_simulated_data_says_so_in_its_picture_and_its_title(community: Path) -> None:
    with contextlib.closing(Warehouse.open(community)) as opened:
        answer = badge(opened, opened.sql_frame("select min(model_id) as model_id from core.models")["model_id"][0], {})
    assert _texts(answer)[0] == "simulated: downloads in 30 days"
    root = ElementTree.fromstring(answer.svg())
    assert root.attrib["aria-label"] == root[0].text == answer.title
    assert answer.title.startswith(f"Simulated data: {answer.name}: downloads in 30 days: ")


def _texts(answer: Badge) -> list[str]:
    """Return the texts that the picture shows, from left to right."""
    return [element.text or "" for element in ElementTree.fromstring(answer.svg()).iter(f"{SVG}text")]


def test_a_hostile_name_is_escaped(opened: Warehouse) -> None:
    picture = badge(opened, MARKUP, {}).svg()
    assert "<script" not in picture
    assert "&lt;script&gt;" in picture


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (None, "not known"), (float("nan"), "not known"), (0, "0"), (999, "999"), (1_000, "1 k"), (1_234, "1.23 k"),
        (99_950, "100 k"), (999_499, "999 k"), (999_999, "1 M"), (680_847_003, "681 M"), (5_678_900_000, "5.68 G"),
        (1_234_567_890_123, "1,230 G"),
    ],
)  # fmt: skip
def test_a_count_has_three_digits_and_a_unit(number: float | None, text: str) -> None:
    assert _short(number) == text
