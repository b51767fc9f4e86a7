"""Limits: what is too much is refused, and other visitors are served."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tornado.httpclient import HTTPClientError

from oss_ai_monitor.addresses import network
from oss_ai_monitor.server.limits import MOST_ADDRESSES, Admission, Buckets, Limits
from tests.conftest import finished

from .conftest import Host, Until, serving
from .test_watching import figures
from .visitor import HungUp, Visitor

FLOOD, OTHER = "203.0.113.7", "198.51.100.9"


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_so_many_a_minute_and_more_as_time_goes_by() -> None:
    clock = Clock()
    gate = Admission(Limits(openings_per_minute=3, openings_per_minute_of_all=6), list, clock)
    assert [gate.refusal(FLOOD, is_new=True) for _ in range(5)] == ["", "", "", *["openings of one address"] * 2]
    assert gate.refusal(OTHER, is_new=True) == ""
    clock.now = 20
    assert [gate.refusal(FLOOD, is_new=True) for _ in range(2)] == ["", "openings of one address"]
    assert [gate.refusal(f"192.0.2.{n}", is_new=True) for n in range(6)][-1] == "openings of all"


def test_sessions_of_all_and_of_one_address_are_bounded() -> None:
    addresses: list[str] = []
    gate = Admission(Limits(sessions=4, sessions_per_address=2, openings_per_minute=0), lambda: addresses)
    addresses += [FLOOD, FLOOD]
    assert gate.refusal(FLOOD, is_new=True) == "sessions of one address"
    assert gate.refusal(FLOOD, is_new=False) == ""
    assert gate.refusal(OTHER, is_new=True) == ""
    addresses += [OTHER, "127.0.0.1"]
    assert gate.refusal("192.0.2.1", is_new=True) == "sessions"


def test_logins_are_counted_apart_and_this_machine_is_no_address() -> None:
    gate = Admission(Limits(logins_per_minute=2, sessions=0), lambda: ["127.0.0.1"] * 500)
    assert [gate.refusal(FLOOD, is_new=False, is_login=True) for _ in range(3)] == ["", "", "logins of one address"]
    assert not any(gate.refusal("127.0.0.1", is_new=True) for _ in range(100))
    networks = [
        network(address) for address in ("2001:db8::1", "2001:db8::ffff", "::ffff:203.0.113.7", "::1", "127.0.0.9", "x")
    ]
    assert networks == ["2001:db8::/64", "2001:db8::/64", FLOOD, "", "", "x"]


def test_a_flood_of_addresses_is_forgotten_again() -> None:
    buckets = Buckets(1, Clock())
    assert all(buckets.take(str(n)) for n in range(MOST_ADDRESSES + 10))
    assert len(buckets._buckets) == MOST_ADDRESSES


@pytest.fixture(scope="module")
def small(folder: Path) -> Iterator[Host]:
    """A server behind a proxy with low limits, which soon frees sessions that ended."""
    limits = (
        "--max-sessions", "6", "--max-sessions-per-address", "3", "--max-openings-per-minute", "20",
        "--max-messages-per-second", "5",
    )  # fmt: skip
    soon = ("--", "--unused-session-lifetime", "3000", "--check-unused-sessions", "300")
    with serving(folder, "--behind-proxy", *limits, *soon) as host:
        yield host


@pytest.mark.slow
def test_a_flood_is_turned_away_while_others_are_served_and_what_is_left_is_given_back(
    small: Host, until: Until
) -> None:
    async def flood() -> list[int]:
        codes = []
        async with Visitor(small.root, "?view=model-types", X_Real_Ip=OTHER) as other:
            visitors = [Visitor(small.root, "?view=model-types", X_Real_Ip=FLOOD) for _ in range(12)]
            for visitor in visitors:
                try:
                    await visitor.shake_hands(await visitor.token())
                    codes.append(200)
                except HTTPClientError as error:
                    codes.append(error.code)
            assert await other.is_served()
            for visitor in visitors:
                await visitor.leave()
        return codes

    codes = finished(flood())
    assert set(codes) == {200, 503}
    assert codes.count(200) <= 5  # three at once; one may have been given back meanwhile
    answers = [small.get("/serve", X_Real_Ip=FLOOD) for _ in range(20)]
    refused = [answer for answer in answers if answer.status == 503]
    assert refused
    staying = small.get("/serve", X_Real_Ip=FLOOD, Cookie="oss-ai-monitor-reloading=1")
    assert (staying.status, staying.body) == (204, "")  # a browser then keeps the page that reloads itself
    assert (refused[0].headers["retry-after"], "try again" in refused[0].body) == ("60", True)
    assert small.get("/healthz", X_Real_Ip=FLOOD).status == 200
    metrics = figures(small.get("/metrics").body)
    assert sum(value for name, value in metrics.items() if name.startswith("turned_away_total")) >= len(refused)
    until(lambda: figures(small.get("/metrics").body)["sessions"] == 0)
    assert figures(small.get("/metrics").body)["connections"] == 0


@pytest.mark.slow
def test_who_sends_without_end_is_hung_up_on(small: Host) -> None:
    async def visit() -> None:
        async with Visitor(small.root, "?view=model-types") as visitor:
            for n in range(200):
                await visitor.choose("shared.unit", ("day", "week")[n % 2])
            await visitor.hear("NOTHING")

    with pytest.raises(HungUp, match="1008 messages"):
        finished(visit())
