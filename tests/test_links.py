"""Links that people hold: each still opens the view that it opened in the version in which they were recorded.

links.csv holds what commit cede7a6 opened on this simulated community, read from that version's own code: the view, all
its choices as JSON, and what it could not follow. "usual" stands for the dates and the unit with which a dataset opens.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from oss_ai_monitor import warehouse
from oss_ai_monitor.app.session import Session
from oss_ai_monitor.charts import date_text
from oss_ai_monitor.landing import Landing
from oss_ai_monitor.perspectives import all_perspectives
from oss_ai_monitor.sources import simulated
from oss_ai_monitor.warehouse import Warehouse

RECORDED = Path(__file__).parent / "links.csv"
AS_OF = datetime(2025, 6, 15, tzinfo=UTC)  # so long ago that no page opens with the Hub by itself


def recorded() -> list[dict[str, str]]:
    with RECORDED.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    folder = tmp_path_factory.mktemp("links")
    landing = Landing(folder / "landing")
    for table in simulated.tables(1_000, 1, as_of=AS_OF):
        landing.land(table)
    warehouse.build(folder, landing.selected())
    opened = Warehouse.open(folder)
    yield opened
    opened.close()


def test_fifty_links_are_recorded_and_every_perspective_of_then_is_among_them() -> None:
    links = recorded()
    assert len(links) >= 50
    views = {"overview", "model-types", "author-activity", "score-progress", "architectures", "base-models", "releases"}
    assert {link["view"] for link in links} == views | {"sql", "method"}
    assert views <= {kind.slug for kind in all_perspectives}


def choices_of(session: Session) -> dict[str, Any]:
    """What a visitor sees, as links.csv holds it."""
    perspective, selection = session.visible, session.filters.selection
    if perspective is None:
        return {}
    parameters = {name: getattr(perspective, name) for name in perspective.parameters}
    choices = selection.values() | {"show_events": selection.show_events} | parameters
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in choices.items()}


@pytest.mark.parametrize("link", recorded(), ids=lambda link: link["link"])
def test_a_link_opens_the_view_that_it_opened(opened: Warehouse, link: dict[str, str]) -> None:
    session = Session(opened, link["link"])
    expected = json.loads(link["choices"] or "{}")
    notices = link["notices"]
    if expected.get("start") == "usual":
        (start, end), unit = session.filters.datasets.defaults(expected["dataset"])
        expected |= {"start": start.isoformat(), "end": end.isoformat()}
        expected["unit"] = unit if expected["unit"] == "usual" else expected["unit"]
        notices = notices.replace("the usual dates", f"{date_text(start)} to {date_text(end)}")
    choices = choices_of(session)
    assert session.slugs()[session.active] == link["view"]
    assert {name: choices[name] for name in expected} == expected  # parameters that are younger keep their defaults
    assert " ".join(session.notices) == notices


WITH_ADDRESS = [link for link in recorded() if "base-models&dataset=hub" not in link["link"]]
"""Where nothing can be shown of them, an address does not keep the chosen base models."""


@pytest.mark.parametrize("link", WITH_ADDRESS, ids=lambda link: link["link"])
def test_the_address_of_an_opened_link_opens_the_same_again(opened: Warehouse, link: dict[str, str]) -> None:
    session = Session(opened, link["link"])
    again = Session(opened, session.to_query())
    assert (again.active, again.notices, again.to_query()) == (session.active, [], session.to_query())
    assert choices_of(again) == choices_of(session)
