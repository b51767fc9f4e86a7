"""What Bokeh does not document, and the guard of websockets needs: each use does what it is there for."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from bokeh.server.contexts import ApplicationContext
from bokeh.server.session import ServerSession
from bokeh.server.tornado import BokehTornado
from bokeh.server.views.ws import WSHandler

import oss_ai_monitor.server
from tests.conftest import finished

from .conftest import Host
from .visitor import HungUp, Visitor

FOLDER = Path(oss_ai_monitor.server.__file__).parent
NAMES = {
    "sockets": {
        "_receive": WSHandler,
        "_handle": WSHandler,
        "_internal_error": WSHandler,
        "_protocol_error": WSHandler,
    },
    "self_test": {},
}
ATTRIBUTES = {"sockets": {"_clients"}, "self_test": {"_sessions"}}


@pytest.mark.parametrize("module", NAMES)
def test_every_private_name_of_another_package_is_listed_with_its_reason(module: str) -> None:
    tree = ast.parse((FOLDER / f"{module}.py").read_text(encoding="utf-8"))
    used = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    defined = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    assigned = {
        node.attr if isinstance(node, ast.Attribute) else node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute | ast.Name) and isinstance(node.ctx, ast.Store)
    }
    overridden = {name for name in defined if any(name in vars(kind) for kind in NAMES[module].values())}
    private = {name for name in used - defined - assigned if name.startswith("_") and not name.startswith("__")}
    assert private == ATTRIBUTES[module]
    assert {name for name in overridden if name.startswith("_")} == set(NAMES[module])
    for name in (*NAMES[module], *ATTRIBUTES[module]):
        assert f"`{name}`" in (ast.get_docstring(tree) or "")


@pytest.mark.parametrize(
    ("frames", "end"),
    [
        (['{"msgid": "1", "msgtype": "PATCH-DOC", "num_buffers": 99}', *["{}"] * 40], "not understood"),
        (
            ['{"msgid": "1", "msgtype": "PATCH-DOC", "num_buffers": 99}', "{}", "{}", *['{"id": "a"}', b"x"] * 20],
            "message without end",
        ),
        (["no JSON", "{}", "{}"], "not understood"),
        (['{"msgid": "1", "msgtype": "NOTHING"}', "{}", "{}"], "not understood"),
        (['{"msgid": "1", "msgtype": "PUSH-DOC"}', "{}", '{"doc": {"roots": [], "title": ""}}'], "not a change"),
    ],
    ids=["_protocol_error", "_receive", "_internal_error", "unknown", "_handle"],
)
def test_bokeh_asks_what_is_overridden(host: Host, frames: list[str | bytes], end: str) -> None:
    async def visit() -> None:
        async with Visitor(host.root, "?view=model-types") as visitor:
            assert visitor.socket
            for frame in frames:
                await visitor.socket.write_message(frame, binary=isinstance(frame, bytes))
            await visitor.hear("NOTHING")

    before = host.lines().count("level=error")
    with pytest.raises(HungUp, match=f"1008 {end}"):
        finished(visit())
    assert host.lines().count("level=error") == before


def test_connections_and_sessions_are_where_they_are_looked_for() -> None:
    assert "_clients" in BokehTornado.__annotations__ or "_clients" in BokehTornado.new_connection.__code__.co_names
    assert "_sessions" in ApplicationContext.get_session.__code__.co_names
    assert "_clients" in BokehTornado.client_lost.__code__.co_names
    assert ServerSession.__init__.__code__.co_varnames[1:5] == ("session_id", "document", "io_loop", "token")
