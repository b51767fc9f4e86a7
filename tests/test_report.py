"""The report: every perspective in one file that asks for nothing."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from oss_ai_monitor import warehouse
from oss_ai_monitor.cli import main
from oss_ai_monitor.landing import Landing
from oss_ai_monitor.perspectives import all_perspectives
from oss_ai_monitor.report import ReportError, report
from oss_ai_monitor.warehouse import Warehouse

from .conftest import land_rows

HOSTILE = '</script><script>window.ran=1</script><img src=x onerror="window.ran=1">'


@pytest.fixture(scope="module")
def opened(open_warehouse: Callable[[Path], Warehouse], community: Path) -> Warehouse:
    return open_warehouse(community)


@pytest.fixture(scope="module")
def page(opened: Warehouse) -> str:
    """The report of every perspective on one leaderboard."""
    return report(opened, filters={"dataset": "v1", "unit": "month"})


def test_holds_every_perspective_what_it_says_and_what_it_stands_on(opened: Warehouse, page: str) -> None:
    assert re.findall("<h2>(.*?)</h2>", page) == [html.escape(kind.question) for kind in all_perspectives]
    assert page.count("Snapshot 2024-06-15") >= len(all_perspectives) >= 7
    assert "Simulated data" in page
    assert opened.generation in page
    assert len(page.encode()) < 6_000_000


def test_begins_with_a_list_of_contents_and_the_overview(opened: Warehouse, page: str) -> None:
    contents = page.partition("<nav")[2].partition("</nav>")[0]
    links = re.findall('href="#(.*?)"', contents)
    assert links == re.findall('<section id="(.*?)">', page) == [kind.slug for kind in all_perspectives]
    assert links[0] == "overview"
    overview = page.partition('<section id="overview">')[2].partition("</section>")[0]
    assert overview.count("<li>") == 8, "its tiles, those of adoption too"
    assert "<nav" not in report(opened, perspectives=["releases"], filters={"dataset": "v1"})


def test_holds_what_was_chosen_only(opened: Warehouse) -> None:
    page = report(
        opened, perspectives=["releases"], filters={"dataset": "v1", "from": "2023-06-01", "to": "2023-12-31"}
    )
    assert len(re.findall("<h2>", page)) == 1
    assert "1 Jun 2023 to 31 Dec 2023" in page


def test_what_needs_scores_looks_at_a_leaderboard(opened: Warehouse) -> None:
    page = report(opened, perspectives=["model-types", "score-progress"], filters={"dataset": "hub"})
    assert page.count("Open LLM Leaderboard v2") >= 1
    assert "hub" not in re.findall(r"<h2>.*?</h2>", page)


def test_asks_for_nothing(opened: Warehouse) -> None:
    """No element of it names an address, and its policy lets a browser ask for none."""
    page = report(opened, perspectives=["model-types"], filters={"dataset": "v1"})
    outside = re.sub(r"<script\b[^>]*>.*?</script>", "", page, flags=re.DOTALL)
    assert not re.findall(r"<script[^>]+src=|<link|<img|@import|url\(", outside)
    assert "default-src 'none'" in outside


@pytest.mark.parametrize(
    ("perspectives", "filters", "message"),
    [
        (["model-typos"], {}, "there is no perspective model-typos; there are overview, model-types"),
        (["score-progress"], {"dataset": "v9"}, r"^there is no dataset v9; there are "),
        ([], {"dataset": "v9"}, r"^there is no dataset v9; there are .*\bv1\b"),
        (
            [],
            {"dataset": "v1", "from": "2024-01-01", "to": "2023-01-01"},
            r"^the dates 2024-01-01 to 2023-01-01 run backwards; the data of v1 allows dates from 20\d\d-",
        ),
        (
            [],
            {"dataset": "v1", "from": "2023-13-01"},
            r"^2023-13-01 to .* are no dates as YYYY-MM-DD; the data",
        ),
        (
            [],
            {"dataset": "v1", "from": "1999-01-01"},
            r"^the dates 1999-01-01 to .* are not in the data; the data of",
        ),
    ],
)
def test_says_what_cannot_be_reported(
    opened: Warehouse, perspectives: list[str], filters: dict[str, str], message: str
) -> None:
    with pytest.raises(ReportError, match=message):
        report(opened, perspectives=perspectives, filters=filters)


def test_text_of_strangers_stays_text(tmp_path: Path) -> None:
    row = {"fullname": f"a/{HOSTILE}", "average": 50.0, "date": "2024-01-05", "type": "pretrained"}
    land_rows(tmp_path, "leaderboard_v1", [row])
    warehouse.build(tmp_path, Landing(tmp_path / "landing").selected())
    one = Warehouse.open(tmp_path)
    page = report(one, perspectives=["author-activity"], filters={"dataset": "v1"})
    one.close()
    assert "window.ran" in page
    outside = re.sub(r"<script\b[^>]*>.*?</script>", "", page, flags=re.DOTALL)
    assert "<img" not in outside
    assert "&lt;img" in outside
    assert "<script>window.ran" not in page


def test_the_command_writes_whole_files_only(community: Path, tmp_path: Path) -> None:
    run = CliRunner()
    to = tmp_path / "out.html"
    result = run.invoke(
        main, ["--warehouse", str(community), "report", str(to), "--perspectives", "model-types", "--dataset", "v1"]
    )
    assert result.exit_code == 0, result.output
    assert to.read_text(encoding="utf-8").rstrip().endswith("</html>")
    for arguments, words in {
        ("out.doc",): "html, pdf or png, not doc",
        ("other.html", "--dates", "2023"): "FIRST:LAST",
        ("other.html", "--perspectives", "nope"): "there is no perspective nope",
    }.items():
        result = run.invoke(
            main, ["--warehouse", str(community), "report", str(tmp_path / arguments[0]), *arguments[1:]]
        )
        assert result.exit_code
        assert words in result.output
    assert [path.name for path in tmp_path.iterdir()] == ["out.html"]


def test_a_report_into_a_folder_that_is_not_there_says_so(community: Path, tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["--warehouse", str(community), "report", str(tmp_path / "no" / "r.html")])
    assert result.exit_code == 2
    assert f"there is no folder {tmp_path / 'no'}" in result.stderr
