"""The documentation is held to the code: everything is documented, links lead somewhere, the site builds."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from contextlib import closing
from pathlib import Path

import click
import pytest
import yaml

from oss_ai_monitor.cli import main
from oss_ai_monitor.perspectives import all_perspectives
from oss_ai_monitor.warehouse import Warehouse
from scripts import release
from scripts.import_drawing import imports
from scripts.written_pages import pages

from .code_blocks import PAGES, ROOT, text_of
from .server.test_patches import PROPERTIES, VALUES
from .server.test_security import PATHS
from .test_attacks import HARMFUL, HARMLESS

DOCS = ROOT / "docs"
PROMISED = {
    *("core.models", "core.evaluations", "core.scores", "core.base_models", "core.training_data", "core.contributors"),
    *("core.releases", "core.snapshots", "core.disputes", "core.repository_activity"),
    *("core.repository_commits", "core.languages", "core.papers"),
}
VARIABLE = re.compile(
    r"(OSS_AI_MONITOR|HF|HUGGING_FACE|PANEL|BOKEH|PYWEBVIEW|QT|QTWEBENGINE)_[A-Z_]+|PORT|DISPLAY|WAYLAND_DISPLAY"
)
LIST_ROUTES = """
import os, runpy, sys
from oss_ai_monitor.server import application

def show_routes(self):
    patterns = [rule.matcher.regex.pattern for rule in self.wildcard_router.rules]
    os.write(1, "\\n".join(patterns).encode())
    os._exit(0)

application.Application.start = show_routes
sys.argv = ["serve", "serve.py", "--port", "0", "--log-level", "error", "--basic-auth", sys.argv[1]]
runpy.run_module("oss_ai_monitor.server", run_name="__main__")
"""


def test_the_readme_stays_one_screen_long() -> None:
    assert len(text_of(ROOT / "README.md").splitlines()) <= 60


@pytest.mark.parametrize("path", pages(), ids=lambda path: path.name)
def test_what_is_written_from_the_code_is_current(path: Path) -> None:
    assert text_of(path) == pages()[path], "run 'make docs'"


def test_every_command_and_option_is_documented_in_a_sentence() -> None:
    page = text_of(DOCS / "commands.md")
    for name, command in main.commands.items():
        assert f"\n## {name}\n" in page
        section = page.partition(f"\n## {name}\n")[2].partition("\n## ")[0]
        for option in command.params:
            if isinstance(option, click.Option) and not option.hidden:
                assert option.help, f"{name} {option.opts[0]} has no help"
                assert option.opts[0] in section


def test_every_command_is_shown_where_it_is_used() -> None:
    prose = "".join(text_of(page) for page in PAGES if page.name != "commands.md")
    for name in main.commands:
        assert re.search(rf"oss-ai-monitor (--\S+ \S+ )?{name}\b", prose), name


def variables(path: Path) -> set[str]:
    """The names of environment variables that a module holds."""
    texts = {node.value for node in ast.walk(ast.parse(text_of(path)))
             if isinstance(node, ast.Constant) and isinstance(node.value, str)}  # fmt: skip
    return {text for text in texts if VARIABLE.fullmatch(text)}


def test_every_setting_is_documented_and_no_other() -> None:
    read = set().union(*(variables(path) for path in [*(ROOT / "oss_ai_monitor").rglob("*.py"), ROOT / "serve.py"]))
    page = text_of(DOCS / "settings.md")
    assert {"OSS_AI_MONITOR_WAREHOUSE", "HF_ENDPOINT", "PORT", "PANEL_BASIC_AUTH"} <= read
    assert {name for name in read if f"`{name}`" not in page} == set()
    assert set(re.findall(r"`(OSS_AI_MONITOR_\w+)`", page)) <= read


def test_every_route_of_the_server_is_documented_and_no_other(community: Path, tmp_path: Path) -> None:
    passwords = tmp_path / "passwords.json"
    passwords.write_text('{"ann": "secret enough"}')
    passwords.chmod(0o600)
    listed = subprocess.run(
        [sys.executable, "-c", LIST_ROUTES, str(passwords)],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=300,
        env={**os.environ, "OSS_AI_MONITOR_WAREHOUSE": str(community), "BOKEH_SECRET_KEY": "x" * 48},
    )  # fmt: skip
    patterns = listed.stdout.split()
    assert len(patterns) > 8, listed.stderr
    table = text_of(DOCS / "settings.md").partition("## Routes")[2]
    documented = [
        route.replace("…", "x").replace("<perspective>", "model-types")
        for row in re.findall(r"^\| (`/.*?) \|", table, re.MULTILINE)
        for route in re.findall(r"`(/[^`]*)`", row)
    ]
    assert [pattern for pattern in patterns if not any(re.fullmatch(pattern, route) for route in documented)] == []
    assert [route for route in documented if not any(re.fullmatch(pattern, route) for pattern in patterns)] == []


def test_every_shipped_relation_is_documented_and_published_ones_exist(community: Path) -> None:
    with closing(Warehouse.open(community)) as opened:
        shipped = opened.sql_frame(
            "select schema_name || '.' || table_name as relation, comment from duckdb_tables()"
            " where schema_name in ('core', 'marts')"
            " union all select schema_name || '.' || view_name, comment from duckdb_views()"
            " where schema_name in ('core', 'marts')"
        ).set_index("relation")["comment"]
    headings = re.findall(r"^## (\S+)$", text_of(ROOT / "DATA_DICTIONARY.md"), re.MULTILINE)
    assert sorted(shipped.index) == sorted(headings)
    assert shipped.str.len().min() > 10
    table = text_of(DOCS / "querying.md").partition("## Published relations")[2].partition("```")[0]
    published = set(re.findall(r"`((?:core|marts)\.\w+)`", table))
    assert published <= set(shipped.index)
    assert published >= PROMISED


def anchors(path: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub and the site make them."""
    headings = re.findall(
        r"^#+ (.+)$", re.sub(r"^```.*?^```$", "", text_of(path), flags=re.MULTILINE | re.DOTALL), re.MULTILINE
    )
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", text_of(page)):
        if not re.match(r"https?:|mailto:", target):
            path, _, anchor = target.partition("#")
            linked = (page.parent / path).resolve() if path else page
            assert linked.exists(), target
            assert not anchor or anchor in anchors(linked), target


def test_the_site_builds_strictly_and_asks_nothing_of_other_hosts(tmp_path: Path) -> None:
    site = tmp_path / "site"
    built = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(site)], cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"}, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert built.returncode == 0, built.stderr
    host_pattern = re.compile(
        r"<(?:script|img|iframe|link)\b[^>]*?(?:src|href)=[\"']?(?:https?:)?//(?![^\s>]*rel=canonical)|url\((?:https?:)?//"
    )
    text_of_page = {str(page.relative_to(site)): text_of(page) for page in site.rglob("*.html")}
    assert {name for name, text in text_of_page.items() if host_pattern.search(text)} == set()
    navigation = yaml.safe_load(text_of(ROOT / "mkdocs.yml").replace("!!python", "python"))["nav"]
    named = {page.removesuffix(".md") + ".html" for page in re.findall(r"[\w-]+\.md", str(navigation))}
    assert named == set(text_of_page) - {"404.html"}


def test_the_architecture_names_every_module_of_the_drawing() -> None:
    page = text_of(ROOT / "ARCHITECTURE.md")
    for module in {name for edge in imports() for name in edge}:
        assert re.search(rf"`{module}(/|\.py)`", page), module


@pytest.mark.parametrize("page", [ROOT / "README.md", DOCS / "index.md"], ids=lambda page: page.name)
def test_the_questions_are_those_of_the_perspectives(page: Path) -> None:
    written = dict(re.findall(r"^\| ([A-Z][a-z ]+) \| ([^|]+\?) \|", text_of(page), re.MULTILINE))
    assert written == {kind.title: kind.question for kind in all_perspectives if kind.slug != "overview"}


def test_every_table_by_address_is_named() -> None:
    section = text_of(DOCS / "data.md").partition("## Which tables there are")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `(.+?)` \| (.+) \|$", section, re.MULTILINE)
    written = {slug: re.findall(r"`([\w-]+)`", tables) for slug, tables in rows}
    assert written == {kind.slug: list(kind.sources) for kind in all_perspectives}


def test_the_page_on_security_says_how_much_is_tried() -> None:
    text = text_of(ROOT / "SECURITY.md")
    assert f"{len(PATHS)} spellings are tried" in text
    assert f"{len(HARMFUL) + len(HARMLESS)} lines of attack" in text
    patches = 3 * len(VALUES) + 2 * len(PROPERTIES) + 5  # each value in three places, each property of two models
    assert f"{patches} forbidden patches are refused" in text


def test_the_changelog_has_a_section_for_this_version() -> None:
    assert release.notes(release.version())
    with pytest.raises(SystemExit, match="no section"):
        release.notes("99.0.0")


def test_one_source_has_the_version() -> None:
    project = tomllib.loads(text_of(ROOT / "pyproject.toml"))["project"]
    assert "version" not in project
    assert project["dynamic"] == ["version"]


def test_no_box_of_the_drawing_covers_another() -> None:
    drawn = (ROOT / "docs" / "imports.svg").read_text(encoding="utf-8")
    boxes = re.findall(r'<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"', drawn)
    assert len(boxes) > 10
    places = [tuple(map(float, box)) for box in boxes]
    for n, (x, y, width, height) in enumerate(places):
        for other_x, other_y, *_ in places[n + 1 :]:
            assert abs(x - other_x) >= width or abs(y - other_y) >= height, (
                f"boxes at {x}, {y} and {other_x}, {other_y}"
            )
