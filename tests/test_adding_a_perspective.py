"""docs/adding-a-perspective.md is true: its files, put into a copy of the tree, are all that a perspective takes."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "adding-a-perspective.md"
FILE = re.compile(r"^`([^`\n]+)`:\n\n(?:<!--.*?-->\n)?^```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LOOK = """
import json, sys
from pathlib import Path

import panel as pn

import oss_ai_monitor
from oss_ai_monitor.app import page
from oss_ai_monitor.app.answer import Answer
from oss_ai_monitor.app.cards import Card
from oss_ai_monitor.app.navigation import Navigation
from oss_ai_monitor.landing import Landing
from oss_ai_monitor.notebook import Monitor
from oss_ai_monitor.pages.method import method
from oss_ai_monitor.perspectives import all_perspectives, address
from oss_ai_monitor.report import report
from oss_ai_monitor.server.embed import Embeds
from oss_ai_monitor.server.health import Health
from oss_ai_monitor.sources import simulated
from oss_ai_monitor.warehouse import Warehouse, build

folder = Path(sys.argv[1])
landing = Landing(folder / "landing")
for table in simulated.tables(1_000, 1):
    landing.land(table)
build(folder, landing.selected())
warehouse = Warehouse.open(folder)
pn.extension("tabulator")
link = "?view=libraries&dataset=v1&unit=month&libraries=transformers"
shown = page(warehouse, link)
plot = Monitor(warehouse).libraries(leaderboard="v1", unit="month", libraries=["transformers"])
print(json.dumps({
    "package": oss_ai_monitor.__file__,
    "slugs": [kind.slug for kind in all_perspectives],
    "navigation": shown.select(Navigation)[0].groups,
    "active": shown.select(Navigation)[0].active,
    "cards": [card.texts["title"] for card in shown.select(Card)],
    "page": [answer.content["question"] for answer in shown.select(Answer)],
    "report": report(warehouse, perspectives=["libraries"], filters=address.read("?dataset=v1&unit=month")),
    "whole report": report(warehouse, filters={"dataset": "v1"}).count("<h2>"),
    "embed": Embeds(Health(folder)).answer("libraries", {"dataset": "v1", "unit": "month"}),
    "method": method(warehouse),
    "frame": list(plot.frame.columns),
    "libraries": sorted(set(plot.frame["library"])),
    "sentence": plot.sentence,
    "doc": Monitor.libraries.__doc__,
}))
"""


def files() -> dict[str, str]:
    """The files of the page: path in the tree → text."""
    return dict(FILE.findall(PAGE.read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the tree with the files of the page."""
    tree = tmp_path_factory.mktemp("tree")
    ignored = shutil.ignore_patterns("__pycache__", "browser")
    for name in ("oss_ai_monitor", "sql", "tests"):
        shutil.copytree(ROOT / name, tree / name, ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", tree)
    for path, text in files().items():
        assert not (tree / path).exists(), "it adds files, and changes none"
        (tree / path).write_text(text, encoding="utf-8")
    return tree


def python(tree: Path, *arguments: str) -> str:
    """What Python prints that knows the tree's package alone."""
    done = subprocess.run(
        [sys.executable, *arguments], cwd=tree, env={**os.environ, "PYTHONPATH": str(tree)}, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-4_000:] + done.stderr[-4_000:]
    return done.stdout


def test_the_page_holds_a_query_a_module_and_a_test_and_each_is_complete() -> None:
    assert list(files()) == [
        *("sql/queries/libraries.sql", "oss_ai_monitor/perspectives/libraries.py"),
        "tests/perspectives/test_libraries.py",
    ]


def test_the_new_perspective_is_in_page_report_notebook_and_embed(tree: Path, tmp_path: Path) -> None:
    seen = json.loads(python(tree, "-c", LOOK, str(tmp_path)).splitlines()[-1])
    question = "With which libraries are new models made?"
    assert Path(seen["package"]).is_relative_to(tree)
    assert seen["slugs"][-1] == "libraries"
    assert [seen["active"], "Libraries", "libraries"] in dict(seen["navigation"])["Models"]
    assert seen["cards"] == ["New models per month, by library"]
    assert seen["page"] == [question]
    assert f"<h2>{question}</h2>" in seen["report"]
    assert "New models per month, by library" in seen["report"]
    assert seen["whole report"] == len(seen["slugs"])
    assert "<h1>New models per month, by library</h1>" in seen["embed"]
    assert f"Libraries: {question}" in seen["method"]
    assert seen["frame"][:3] == ["period", "library", "models"]
    assert seen["libraries"] == ["transformers"]
    assert seen["sentence"].endswith("100% are of the library transformers.")
    assert question in seen["doc"]


def test_its_own_test_and_those_over_all_perspectives_pass(tree: Path) -> None:
    tests = [
        "tests/perspectives/test_libraries.py",
        "tests/perspectives/test_registry.py",
        "tests/test_shown_sql.py::test_the_shown_sql_gives_the_numbers_of_the_picture",
    ]
    output = python(tree, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "libraries or registry", *tests)
    assert " passed" in output
    modules = [path for path in files() if path.endswith(".py")]
    python(tree, "-m", "ruff", "check", *modules)
    python(tree, "-m", "ruff", "format", "--check", *modules)
    python(tree, "-m", "mypy", modules[0])
