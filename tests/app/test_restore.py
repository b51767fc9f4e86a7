"""The state of an address on a page that is open: Back, Forward and links."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from oss_ai_monitor.app.address import Address
from oss_ai_monitor.app.layout import shortened
from oss_ai_monitor.app.session import Session
from oss_ai_monitor.warehouse import Warehouse
from tests.conftest import built_of

BOARD = [
    {"fullname": f"tin/{n}", "model": f"tin/{n}", "date": f"2024-0{n}-01", "average": 50.0, "type": "💬 chat"}
    for n in range(1, 7)
]


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    with built_of(tmp_path_factory.mktemp("board"), leaderboard_v1=BOARD) as opened:
        yield opened


@pytest.fixture
def session(warehouse: Warehouse) -> Session:
    return Session(warehouse, "?view=model-types")


def test_an_address_brings_back_what_it_says_and_what_it_leaves_out(session: Session) -> None:
    first = session.to_query()
    assert session.visible
    session.visible.types = ["chat"]  # type: ignore[attr-defined]
    session.filters.param.update(unit="day", show_events=False)
    second = session.to_query()
    for address in (first, second, first):
        session.active = session.restore(address)
        assert session.to_query() == address
        assert session.notices == []


def test_an_address_of_a_page_leaves_the_filters_as_they_are(session: Session) -> None:
    session.filters.unit = "day"
    session.active = session.restore("?view=sql&q=select+1")
    assert session.to_query() == "?view=sql&q=select+1"
    session.active = session.restore("?view=sql")
    assert session.to_query() == "?view=sql"
    assert session.filters.unit == "day"


def test_a_hidden_perspective_is_not_computed_while_its_state_is_restored(session: Session) -> None:
    assert session.visible
    session.visible.open()
    updates = session.visible.updates
    session.restore("?view=releases&unit=day")
    assert session.visible.updates == updates
    assert not session.visible.visible


def test_what_is_wrong_with_an_address_is_said_once(session: Session) -> None:
    session.active = session.restore("?view=none-such&dataset=zinc&from=never")
    assert session.visible
    assert session.visible.slug == "overview"
    assert len(session.notices) == 3
    session.restore("?view=model-types")
    assert session.notices == []


@pytest.mark.parametrize(
    "message",
    [None, "?view=sql", {}, {"search": "?view=sql"}, {"search": 7, "number": 1}, {"search": "?", "number": 0},
     {"search": "?", "number": True}, {"search": "?", "number": 2**60}, {"search": "?" * 99_999, "number": 1}],
)  # fmt: skip
def test_messages_that_name_no_address_change_nothing(message: Any) -> None:
    searches: list[str] = []
    address = Address(searches.append)
    address._handle_msg(message)
    assert (searches, address.answered) == ([], 0)


def test_an_address_is_answered_by_its_number_even_if_it_fails() -> None:
    def fail(search: str) -> None:
        assert search == "?view=?"
        raise LookupError(search)

    address = Address(fail)
    with pytest.raises(LookupError):
        address._handle_msg({"search": "?view=\ud83d", "number": 3})
    assert address.answered == 3


def test_an_address_that_is_wrong_in_thousands_of_ways_is_told_in_a_few_words(session: Session) -> None:
    session.restore("?view=model-types&sizes=" + "a," * 3000)
    assert len(session.notices) == 3000
    text = shortened([*session.notices[:3], "b" * 5000, *session.notices[3:]])
    assert len(text) < 700
    assert text.count("There is no size “a”") == 4
    assert text.endswith("And 2,996 more.")
