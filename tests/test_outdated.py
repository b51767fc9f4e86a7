"""A generation that another version built: what is said of it, and what builds it anew."""

from __future__ import annotations

import html
import json
import runpy
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner, Result
from tornado.httpclient import AsyncHTTPClient
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application

from oss_ai_monitor import notebook, warehouse
from oss_ai_monitor.app import generations, layout, open_pinned, page
from oss_ai_monitor.cli import main
from oss_ai_monitor.cli.preparing import prepare
from oss_ai_monitor.landing import Landing
from oss_ai_monitor.perspectives import open_perspective, questions
from oss_ai_monitor.server import badge, data, embed
from oss_ai_monitor.server.health import Health
from oss_ai_monitor.server.probes import unready_reason
from oss_ai_monitor.warehouse.reading import EARLIER_RULES
from tests.conftest import finished, land_rows

ROOT = Path(__file__).parent.parent
COMMAND = "'oss-ai-monitor build'"
SQL_WORDS = ("Catalog Error", "Binder Error", "LINE 1", "Traceback")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("outdated") / "warehouse"
    land_rows(folder, "hub_listing", [{"id": "tin/one", "created_at": "2024-01-10 10:00:00"}])
    warehouse.build(folder, Landing(folder / "landing").selected())
    return folder


@pytest.fixture
def folder(built: Path, tmp_path: Path) -> Iterator[Path]:
    yield Path(shutil.copytree(built, tmp_path / "warehouse", symlinks=True))
    for opened in generations._open.values():
        opened.close()
    generations._open.clear()
    generations._visitors.clear()


def change(folder: Path, *statements: str) -> Path:
    """Change the generation that serves, as if it had been built so; its checksum goes."""
    path = warehouse.current(folder)
    path.with_suffix(".json").unlink()
    with duckdb.connect(str(path)) as db:
        for statement in statements:
            db.execute(statement)
    return path


@pytest.fixture
def earlier(folder: Path) -> Path:
    """A folder whose generation was built before shapes had a number."""
    change(folder, "alter table core.builds drop column shape")
    return folder


def run(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--warehouse", str(folder), *arguments], catch_exceptions=False)


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("alter table core.builds drop column shape", "an earlier version"),
        ("update core.builds set shape = 0", "an earlier version"),
        ("update core.builds set shape = 999", "a later version"),
        ("drop table core.builds cascade", "an earlier version"),
        ("drop schema core cascade", "an earlier version"),
    ],
)
def test_another_shape_is_refused_with_the_command_that_builds_it_anew(
    folder: Path, statement: str, expected: str
) -> None:
    change(folder, statement)
    with pytest.raises(warehouse.Outdated, match=rf"was built by {expected} .* run {COMMAND}"):
        warehouse.Warehouse.open(folder)


@pytest.mark.parametrize(
    "arguments", [["status"], ["dictionary"], ["report", "out.html"], ["sql", "select label from core.nothing"]]
)
def test_every_command_names_the_command(
    earlier: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run(earlier, *arguments)
    assert "was built by an earlier version" in result.stderr
    assert COMMAND in result.stderr.replace(f" --warehouse {earlier}", "")
    assert not any(words in result.output for words in SQL_WORDS)


def shown_by_serve(folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The reasons for which a visitor gets no page."""
    reasons: list[str] = []

    def without_data(reason: str) -> object:
        reasons.append(reason)
        return generations.without_data(reason)

    monkeypatch.setenv("OSS_AI_MONITOR_WAREHOUSE", str(folder))
    monkeypatch.setattr("oss_ai_monitor.app.without_data", without_data)
    runpy.run_path(str(ROOT / "serve.py"))
    return reasons


def test_page_probe_and_notebook_name_the_command(earlier: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (reason,) = shown_by_serve(earlier, monkeypatch)
    assert COMMAND in reason
    with pytest.raises(warehouse.Outdated) as caught:
        Health(earlier).summary()
    assert COMMAND in unready_reason(caught.value)
    assert str(earlier) not in unready_reason(caught.value)
    with pytest.raises(warehouse.Outdated, match=COMMAND):
        notebook.open_monitor(earlier)


def test_embeds_and_tables_by_address_name_the_command(earlier: Path) -> None:
    health = Health(earlier)
    routes = [
        (embed.ROUTE, embed.Embed, {"embeds": embed.Embeds(health)}),
        (data.ROUTE, data.Data, {"tables": data.DataTables(health)}),
        (badge.ROUTE, badge.BadgePicture, {"badges": badge.Badges(health)}),
    ]
    paths = ("/embed/model-types", "/data/model-types.csv", "/badge/tin/one.svg")

    async def ask() -> list[tuple[int, str]]:
        server = HTTPServer(Application(routes, embed_origins=("https://news.example",), badges=True))
        (listening,) = bind_sockets(0, "127.0.0.1")
        server.add_socket(listening)
        root, client = f"http://127.0.0.1:{listening.getsockname()[1]}", AsyncHTTPClient(force_instance=True)
        answers = [await client.fetch(root + path, raise_error=False) for path in paths]
        server.stop()
        client.close()
        return [(answer.code, answer.body.decode()) for answer in answers]

    for status, body in finished(ask()):
        assert status == 503
        assert COMMAND in body
        assert str(earlier) not in body
        assert not any(word in body for word in SQL_WORDS)


def test_check_reads_it_and_names_no_error(earlier: Path) -> None:
    result = run(earlier, "check")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "is of an earlier version: it was read" in result.stderr


def test_serving_builds_it_anew_from_what_has_landed(earlier: Path) -> None:
    before = warehouse.current(earlier)
    messages: list[str] = []
    prepare(earlier, messages.append)
    assert warehouse.current(earlier) != before
    warehouse.Warehouse.open(earlier).close()
    assert messages[0] == "the warehouse is of an earlier version: it is being built anew"


def test_a_refresh_builds_it_anew_though_there_is_no_network(earlier: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    result = run(earlier, "refresh")
    assert "it is being built anew" in result.stderr
    assert "nothing was refreshed" in result.stderr
    warehouse.Warehouse.open(earlier).close()


@pytest.mark.parametrize("command", ["serve", "refresh"])
def test_where_nothing_has_landed_what_is_missing_is_said(
    earlier: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    shutil.rmtree(earlier / "landing")
    before, messages = warehouse.current(earlier), []
    if command == "serve":
        prepare(earlier, messages.append)
    else:
        messages.append(run(earlier, "refresh").stderr)
    assert f"nothing has landed in {earlier / 'landing'}" in messages[0]
    assert "oss-ai-monitor restore BACKUP" in messages[0].replace(f" --warehouse {earlier}", "")
    assert warehouse.current(earlier) == before
    assert not Landing(earlier / "landing").manifests(), "no simulated community in its place"


def test_a_link_that_pins_it_says_what_became_of_it(earlier: Path) -> None:
    ((snapshot_id, path),) = warehouse.by_snapshot_id(earlier).items()
    (earlier / "generations" / "beside").mkdir()
    path.rename(earlier / "generations" / "beside" / path.name)
    land_rows(earlier, "hub_listing", [{"id": "tin/one"}, {"id": "tin/two"}])
    warehouse.build(earlier, Landing(earlier / "landing").selected())
    newest, pin = open_pinned(earlier, f"?snapshot={snapshot_id}")
    assert int(newest.sql_frame("select count(*) as n from core.models")["n"][0]) == 2
    assert "An earlier version of this tool built it" in pin.message
    assert "build --landed-by" in pin.message


def test_other_rules_of_the_same_shape_are_shown_and_that_is_said(folder: Path) -> None:
    change(folder, "update core.builds set rule_version = '01234567'")
    opened = generations.acquire(folder)
    assert opened.rules_notice == EARLIER_RULES == f"built with earlier rules; {COMMAND} applies the present ones"
    assert EARLIER_RULES in run(folder, "status").stdout.replace(f" --warehouse {folder}", "")
    assert json.loads(run(folder, "status", "--format", "json").stdout)["rules"] == EARLIER_RULES
    assert Health(folder).summary()["rules"] == EARLIER_RULES
    (banner,) = layout._rules_banner(opened)
    assert f"Built with earlier rules; {COMMAND} applies the present ones." in html.unescape(str(banner.object))
    assert banner.object in {getattr(part, "object", "") for part in page(opened, "").select()}
    assert run(folder, "build").exit_code == 0
    assert "built with earlier rules" not in run(folder, "status").stdout
    assert Health(folder).summary()["rules"] == "present"


def test_where_a_relation_or_a_column_is_missing_nobody_reads_an_sql_error(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The number says that all is there, and it is not: somebody has changed the file."""
    monkeypatch.chdir(tmp_path)
    change(folder, "drop table core.events cascade", "drop table marts.datasets cascade")
    with pytest.raises(warehouse.WarehouseError) as caught:
        Health(folder).datasets()
    texts = [
        *shown_by_serve(folder, monkeypatch),
        unready_reason(caught.value),
        run(folder, "status").output,
        run(folder, "report", "out.html").output,
    ]
    for text in texts:
        assert COMMAND in text.replace(f" --warehouse {folder}", "")
        assert not any(words in text for words in SQL_WORDS)


def test_a_perspective_that_cannot_be_computed_keeps_the_words_of_duckdb_in_the_log(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    opened = warehouse.Warehouse.open(folder)
    kind = next(kind for kind in questions if kind.slug == "model-types")
    sound = open_perspective(opened, kind, {}).perspective
    opened.query = lambda *_, **__: opened.sql_frame("select nothing from core.models")  # type: ignore[method-assign]
    sound.stale, sound._answered = True, None
    sound.refresh()
    opened.close()
    assert (sound.state, sound.reason) == ("error", "This could not be computed: the log says why.")
    assert "Binder Error" in caplog.text


def test_a_page_that_fails_shows_a_visitor_a_sentence(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise duckdb.BinderException("Binder Error: nothing like that")

    monkeypatch.setattr("oss_ai_monitor.app.page", fail)
    assert shown_by_serve(folder, monkeypatch) == ["The page could not be built; the log of the server says why."]
    assert "Binder Error" in caplog.text
