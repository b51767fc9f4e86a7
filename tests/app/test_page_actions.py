"""The Badge button of the page of a model, an owner or a family: its Markdown, and only where badges are on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from oss_ai_monitor.app import Offers, announce
from oss_ai_monitor.app.links import ONLY_HERE, note_with_reach
from oss_ai_monitor.app.page_actions import PageActions
from oss_ai_monitor.pages.profiles import FamilyPage, ModelPage, OwnerPage, ProfilePage
from oss_ai_monitor.warehouse import Warehouse
from tests.core.small_tables import listed

HOSTILE = "evil/](javascript:alert(1))<b>"
PAGE = "https://monitor.example.org/ai/serve"
BADGE = "https://monitor.example.org/ai/badge"


@pytest.fixture(scope="module")
def opened(warehouse_of: Callable[..., Warehouse]) -> Warehouse:
    models = [listed("acme/base"), listed("tin/tune", "base_model:finetune:acme/base"), listed(HOSTILE)]
    return warehouse_of(hub_listing=models)


@pytest.fixture(autouse=True)
def offered() -> Iterator[None]:
    announce(Offers(badges=True))
    yield
    announce(Offers())


def test_a_page_offers_the_feed_of_what_changed_where_the_server_has_feeds(
    opened: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = OwnerPage(opened)
    page.from_query({"owner": "acme"})
    assert page.feed == {}, "nothing is known to have changed"
    announce(Offers(data=True))
    actions, messages = PageActions(page), []
    monkeypatch.setattr(actions, "_send_msg", messages.append)
    actions._handle_msg({"action": "feed", "page": PAGE})
    assert messages == []
    page.feed = {"dataset": "hub", "owners": HOSTILE}
    actions._handle_msg({"action": "feed", "page": PAGE})
    link = "https://monitor.example.org/ai/feed/changes.atom?dataset=hub&owners=evil%2F%5D%28javascript%3Aalert%281%29%29%3Cb%3E"
    assert messages[0]["texts"] == {"Atom": link}
    announce(Offers())


def badge_messages(
    opened: Warehouse, kind: type[ProfilePage], name: str, monkeypatch: pytest.MonkeyPatch
) -> tuple[PageActions, list[dict[str, Any]]]:
    """Return the buttons of a page, and what they send when a badge is asked for."""
    page = kind(opened)
    page.from_query({kind.slug: name})
    actions = PageActions(page)
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(actions, "_send_msg", sent.append)
    actions._handle_msg({"action": "badge", "page": PAGE})
    return actions, sent


@pytest.mark.parametrize(
    ("kind", "name", "texts"),
    [
        (
            ModelPage,
            "acme/base",
            {
                "Downloads in 30 days": f"[![Downloads in 30 days]({BADGE}/acme/base.svg?show=downloads)]"
                f"({PAGE}?model=acme%2Fbase)",
                "Models that descend from it": f"[![Models that descend from it]({BADGE}/acme/base.svg?show=family)]"
                f"({PAGE}?model=acme%2Fbase)",
            },
        ),
        (
            FamilyPage,
            "acme/base",
            {
                "Models that descend from it": f"[![Models that descend from it]({BADGE}/acme/base.svg?show=family)]"
                f"({PAGE}?family=acme%2Fbase)"
            },
        ),
        (
            OwnerPage,
            "tin",
            {
                "Downloads in 30 days": f"[![Downloads in 30 days]({BADGE}/tin.svg?show=downloads&of=owner)]"
                f"({PAGE}?owner=tin)"
            },
        ),
    ],
)
def test_the_markdown_of_a_badge_leads_to_the_page(
    opened: Warehouse, monkeypatch: pytest.MonkeyPatch, kind: type[ProfilePage], name: str, texts: dict[str, str]
) -> None:
    actions, (message,) = badge_messages(opened, kind, name, monkeypatch)
    assert actions.has_badges
    assert message["texts"] == texts
    assert message["count"] == 1


def test_a_hostile_name_stays_inside_its_address(opened: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    _, (message,) = badge_messages(opened, ModelPage, HOSTILE, monkeypatch)
    (markdown,) = message["texts"].values()
    assert "javascript:" not in markdown
    assert "<" not in markdown
    assert markdown.count("](") == 2


def test_there_is_no_badge_where_they_are_off_or_nothing_is_named(
    opened: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    actions, sent = badge_messages(opened, ModelPage, "nobody/nothing", monkeypatch)
    assert (actions.has_badges, sent) == (False, [])
    announce(Offers(embeds=True))
    actions, sent = badge_messages(opened, ModelPage, "acme/base", monkeypatch)
    assert (actions.has_badges, sent) == (False, [])


@pytest.mark.parametrize(
    ("page", "host"),
    [
        ("http://localhost:5006/serve", "localhost"),
        ("http://127.0.0.1:5006/serve", "127.0.0.1"),
        ("http://127.8.9.1/serve", "127.8.9.1"),
        ("http://[::1]:5006/serve", "::1"),
        ("http://me.localhost/serve", "me.localhost"),
        (PAGE, ""),
        ("http://192.168.0.7:5006/serve", ""),
        ("http://localhost.example.org/serve", ""),
        ("http://[::1/serve", ""),
        ("javascript://localhost/<script>", ""),
        ("", ""),
    ],
)
def test_an_address_of_this_machine_alone_is_named_as_such(page: str, host: str) -> None:
    note = note_with_reach("A picture.", page)
    assert note == (f"A picture. {ONLY_HERE.format(host=host)}" if host else "A picture.")
