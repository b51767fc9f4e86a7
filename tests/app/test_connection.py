"""The name of what a page shows, by which a browser that connects again knows whether it has missed anything."""

from __future__ import annotations

import weakref
from typing import Any

from bokeh.document import Document
from bokeh.server.contexts import BokehSessionContext
from bokeh.server.session import ServerSession
from panel.io.state import set_curdoc

from oss_ai_monitor.app.connection import Connection
from tests.conftest import finished


class Browser:
    """A connection that sends nothing anywhere."""

    async def send_patch_document(self, _: Any) -> None:
        """Nothing."""


def test_a_page_has_another_name_after_a_change_that_no_browser_was_sent() -> None:
    document = Document()
    with set_curdoc(document):
        component = Connection()
        document.add_root(component.get_root(document))
    context = BokehSessionContext("one", None, document)
    document._session_context = weakref.ref(context)

    async def names() -> list[str]:
        session, browser, names = ServerSession("one", document), Browser(), [component.shown]
        context._set_session(session)

        def change() -> None:
            with set_curdoc(document):
                document.title = f"after change {len(names)}"
            names.append(component.shown)

        session.subscribe(browser)
        await session.with_document_locked(change)
        session.unsubscribe(browser)
        await session.with_document_locked(change)
        await session.with_document_locked(change)
        session.subscribe(browser)
        await session.with_document_locked(change)
        session.unsubscribe(browser)
        await session.with_document_locked(change)
        return names

    first, seen, unseen, unseen_again, seen_again, unseen_later = finished(names())
    assert first == seen
    assert unseen != seen
    assert unseen_again == unseen
    assert seen_again == unseen
    assert unseen_later not in (first, unseen)
