"""Every choice of every view, with a value that it cannot have: the page says which one, and shows the rest."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from oss_ai_monitor.app.session import Session
from oss_ai_monitor.perspectives import Perspective, all_perspectives
from oss_ai_monitor.warehouse import Warehouse

NONSENSE = "…nonsense"
HOSTILE = "<img src=x>"
OF_DATES = "are not dates"
SHARED = {
    "view": NONSENSE, "dataset": NONSENSE, "unit": NONSENSE, "score": NONSENSE, "sizes": NONSENSE, "at_most": NONSENSE,
    "text_generation": NONSENSE, "hide_derived": NONSENSE, "downloaded": NONSENSE, "show_events": NONSENSE,
    "from": OF_DATES, "to": OF_DATES,
}  # fmt: skip
"""Choices that all views share: what the notice about a value that they cannot have holds."""
CHOICES_OF_VIEWS = [
    (kind.slug, "v1" if kind.needs_scores else "hub", name)
    for kind in all_perspectives
    for name in kind.parameters
    if (kind.slug, name) != ("changes", "text")  # any text can be searched for
]  # fmt: skip


@pytest.fixture(scope="module")
def opened(community: Path) -> Iterator[Warehouse]:
    warehouse = Warehouse.open(community)
    yield warehouse
    warehouse.close()


def notices(opened: Warehouse, /, **query: str) -> list[str]:
    return Session(opened, "?" + urlencode(query)).notices


@pytest.mark.parametrize(("name", "part"), SHARED.items())
def test_a_shared_choice_that_cannot_be_is_named(opened: Warehouse, name: str, part: str) -> None:
    texts = notices(opened, **{"view": "model-types", name: NONSENSE})
    assert len(texts) == 1, texts
    assert part in texts[0]


@pytest.mark.parametrize("text", [NONSENSE, HOSTILE])
@pytest.mark.parametrize(("view", "dataset", "name"), CHOICES_OF_VIEWS)
def test_a_choice_of_a_view_that_cannot_be_is_named(
    opened: Warehouse, view: str, dataset: str, name: str, text: str
) -> None:
    texts = notices(opened, view=view, dataset=dataset, **{name: text})
    assert any(text in notice for notice in texts), texts
    assert len(texts) == 1, texts


@pytest.mark.parametrize("kind", all_perspectives, ids=lambda kind: kind.slug)
def test_a_choice_that_a_view_does_not_have_is_named(opened: Warehouse, kind: type[Perspective]) -> None:
    for name in ("size", "nonsense", HOSTILE):
        texts = notices(opened, view=kind.slug, **{name: "7"})
        assert len(texts) == 1, texts
        assert f"“{name}”" in texts[0]
    assert notices(opened, view=kind.slug, utm_source="mail", fbclid="1") == [], "what other sites add is no choice"


def test_what_an_address_says_twice_is_named(opened: Warehouse) -> None:
    session = Session(opened, "?view=model-types&unit=day&unit=month&utm_source=a")
    assert session.filters.unit == "month"
    expected = ["“unit” is in the address more than once: the last one counts."]
    assert session.notices == expected
    session.restore("?view=model-types&unit=month&unit=day")
    assert session.filters.unit == "day"
    assert session.notices == expected
    session.restore("?view=model-types&unit=day")
    assert session.notices == []


def test_half_a_character_is_a_question_mark(opened: Warehouse) -> None:
    session = Session(opened, "?view=endurance&releases=\ud800/x&unit=\udfff")
    assert session.visible
    assert any(notice.startswith("There is no unit “?” here") for notice in session.notices), session.notices
    assert session.visible.state != "error"
