"""A report in a real Chromium: it draws, asks for nothing, and runs nothing of a stranger's."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from playwright.sync_api import Browser

from oss_ai_monitor.cli import main
from oss_ai_monitor.perspectives import all_perspectives
from oss_ai_monitor.report import print_report, report
from oss_ai_monitor.warehouse import Warehouse

from .conftest import new_context

pytestmark = pytest.mark.browser
HOVER = "Bokeh.documents.flatMap((one) => one.roots()).filter((root) => root.toolbar?.tools.length > 0).length"


@pytest.fixture(scope="module")
def page(small_warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    opened = Warehouse.open(small_warehouse)
    to = tmp_path_factory.mktemp("report") / "report.html"
    to.write_text(report(opened, filters={"dataset": "v1"}), encoding="utf-8")
    opened.close()
    return to


def test_draws_offline_and_asks_for_nothing(chromium: Browser, page: Path) -> None:
    with new_context(chromium, offline=True) as context:
        tab, urls, errors = context.new_page(), [], []
        tab.on("request", lambda request: urls.append(request.url))
        tab.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        tab.on("pageerror", lambda error: errors.append(str(error)))
        tab.goto(page.as_uri())
        sections = len(all_perspectives)
        tab.wait_for_function(
            f"document.querySelectorAll('h2').length === {sections} && window.Bokeh?.documents.length > 0"
        )
        tab.wait_for_function(f"{HOVER} > 6")
        tab.wait_for_timeout(500)  # for what it might ask or complain of
        assert [url for url in urls if not url.startswith(("file:", "data:", "blob:"))] == []
        assert len(urls) == 1
        assert errors == []


def test_prints(chromium: Browser, page: Path, tmp_path: Path) -> None:
    print_report(page, to := tmp_path / "report.pdf", "pdf")
    assert to.read_bytes()[:4] == b"%PDF"
    assert to.stat().st_size > 50_000


@pytest.mark.parametrize("name", ["out.png", "out.PNG"])
def test_the_command_prints_a_picture(chromium: Browser, small_warehouse: Path, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    arguments = ["report", str(path), "--perspectives", "model-types", "--dataset", "v1"]
    result = CliRunner().invoke(main, ["--warehouse", str(small_warehouse), *arguments])
    assert result.exit_code == 0, result.output
    assert path.read_bytes()[:4] == b"\x89PNG"
    assert path.stat().st_size > 50_000
    assert list(tmp_path.iterdir()) == [path]
