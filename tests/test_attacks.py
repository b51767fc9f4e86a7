r"""Every line of attacks.txt is refused, or answered without a word about the machine.

Those above the last heading must be refused by the decision: none of it runs, so it cannot read, wait or change
anything. Those below it must be let through, and are run by the code of the confined process, in one process for all:
what they answer is searched for paths, names and settings of this machine, and the process has a limit of time. A few
of the refused are handed to the page's own sandbox as well, which must refuse them in the same words. `\n` stands for
the end of a line, a line that begins with `# ` is a heading.
"""

from __future__ import annotations

import asyncio
import fnmatch
import getpass
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from oss_ai_monitor import warehouse
from oss_ai_monitor.landing import Landing
from oss_ai_monitor.sandbox import (
    Limits,
    Refusal,
    Refused,
    Sandbox,
    allowlist,
    fill_parameters,
    single_statement,
    statements,
)
from tests.conftest import finished

from .code_blocks import PAGES, blocks
from .conftest import land_rows

LINES = (Path(__file__).with_name("attacks.txt")).read_text(encoding="utf-8").splitlines()
ANSWERED = next(n for n, line in enumerate(LINES) if line.startswith("# answered"))
HARMFUL, HARMLESS = (
    [line.replace("\\n", "\n") for line in lines if not line.startswith("# ")]
    for lines in (LINES[:ANSWERED], LINES[ANSWERED:])
)
FILES = [path for kind in ("queries", "examples") for path in sorted((warehouse.sql_folder() / kind).glob("*.sql"))]
OURS = {path.name: path.read_text(encoding="utf-8") for path in FILES} | {
    str(block): block.code
    for page in PAGES
    for block in blocks(page)
    if block.language == "sql" and not block.reason and "read_parquet" not in block.code
}
"""What the page and the documentation show to run; landed files are read on the command line only."""
INTERNAL_ERROR = "select reservoir_quantile(1, 0.5, 1000000000)"
FAILED = "DuckDB failed to answer this question: ask it in another way."
CANARY = "a-setting-of-this-machine"


@pytest.fixture(scope="module")
def generation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("attacked")
    land_rows(folder, "hub_listing", [{"id": "a/one", "downloads": 5}, {"id": "b/two", "downloads": 7}])
    warehouse.build(folder, Landing(folder / "landing").selected())
    return warehouse.current(folder)


class Decision:
    """The decision as the confined process makes it, without such a process."""

    def __init__(self, path: Path) -> None:
        self.parser, db = duckdb.connect(), duckdb.connect()
        db.execute(f"attach '{path}' as {allowlist.CATALOG} (read_only)")
        db.execute(f"use {allowlist.CATALOG}")
        self.allowed = allowlist.Allowed.of(db, allowlist.listed(allowlist.FUNCTIONS))
        db.close()

    def refusal(self, select: str) -> str:
        """Return why a text is refused; an empty string if it is not."""
        try:
            self.allowed.check(statements.tree(self.parser, single_statement(self.parser, select)))
        except (Refusal, allowlist.NotAllowed) as refusal:
            return str(refusal)
        return ""


@pytest.fixture(scope="module")
def decision(generation: Path) -> Iterator[Decision]:
    as_confined = Decision(generation)
    yield as_confined
    as_confined.parser.close()


def test_there_are_enough_of_them() -> None:
    assert len(HARMFUL) >= 300
    assert len(HARMLESS) >= 30
    assert len({*HARMFUL, *HARMLESS}) == len(HARMFUL) + len(HARMLESS)


def test_each_attack_is_refused_before_it_runs(decision: Decision) -> None:
    assert [select for select in HARMFUL if not decision.refusal(select)] == []


def test_what_only_looks_like_an_attack_is_let_through(decision: Decision) -> None:
    assert {select: reason for select in HARMLESS if (reason := decision.refusal(select))} == {}


def secrets(generation: Path) -> set[str]:
    """What an answer must not hold: where things are on this machine, its names, and a canary in the environment."""
    folders = {generation.parent, generation.parent.parent, Path.home(), Path.cwd(), Path(sys.prefix), Path("/proc")}
    names = {platform.node(), CANARY, f"v{duckdb.__version__}", tempfile.gettempdir(), platform.release()}
    names |= {getpass.getuser()} - {"root"}  # which may be a word of a comment
    return {str(folder) for folder in folders if folder != Path("/")} | names


SCRIPT = """
import json, sys
sys.path.insert(0, sys.argv[1])
import worker
limits = json.loads(sys.stdin.readline())
sys.path[:0] = limits["libraries"]
worker.confinement.end_after(limits["seconds"])
query = worker.Query(limits["path"], limits)
for line in sys.stdin:
    worker.write(query.answer(json.loads(line), []))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="a process is confined on Linux only")
def test_what_is_let_through_tells_nothing_of_the_machine(generation: Path) -> None:
    limits = {
        "path": str(generation), "libraries": [str(Path(duckdb.__file__).parents[1])],
        "rows": 5_000, "columns": 200, "letters": 2_000, "megabytes": 512, "seconds": 300,
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", SCRIPT, str(Path(allowlist.__file__).parent)],
        input="\n".join(json.dumps(text) for text in (limits, *HARMLESS)),
        capture_output=True, text=True, check=True, env=os.environ | {"OSS_AI_MONITOR_CANARY": CANARY},
    )  # fmt: skip
    outcomes = [line for line in done.stdout.splitlines() if line.startswith("{")]
    assert len(outcomes) == len(HARMLESS)
    # An error inside of DuckDB: its own text holds paths and addresses of memory.
    assert json.loads(outcomes.pop(HARMLESS.index(INTERNAL_ERROR))) == {"refused": FAILED}
    assert sum('"refused"' in outcome for outcome in outcomes) <= 4  # an error of DuckDB's own is an answer, too
    assert len(done.stdout) > 100_000
    assert {secret for secret in secrets(generation) if secret in done.stdout} == set()


@pytest.mark.skipif(sys.platform != "linux", reason="a process is confined on Linux only")
def test_the_sandbox_refuses_in_the_same_words(generation: Path, decision: Decision) -> None:
    async def run() -> list[object]:
        sandbox = Sandbox(generation, Limits(seconds=120, per_visitor=50))
        return await asyncio.gather(*(sandbox.run(select) for select in sample), return_exceptions=True)

    sample = HARMFUL[:: len(HARMFUL) // 12]
    refused = finished(run())
    assert {type(one) for one in refused} == {Refused}
    assert [str(one) for one in refused] == [decision.refusal(select) for select in sample]


def test_each_function_of_duckdb_is_decided_on() -> None:
    """A new version of DuckDB brings new functions: they are refused until they stand in one of the two lists."""
    with duckdb.connect() as db:
        rows = db.sql(
            "select distinct lower(function_name), function_type in ('table', 'table_macro') from duckdb_functions() "
            "where function_type != 'pragma'"
        ).fetchall()
    refused_file = allowlist.FUNCTIONS.with_name("refused_functions.txt")
    for allowed, refused, is_in_from in zip(
        allowlist.listed(allowlist.FUNCTIONS), allowlist.listed(refused_file), (False, True), strict=True
    ):
        names = {name for name, stands_in_from in rows if stands_in_from == is_in_from}
        matched = {pattern: set(fnmatch.filter(names, pattern)) for pattern in refused}
        assert names - allowed - set().union(*matched.values()) == set(), "in neither list"
        assert allowed & set().union(*matched.values()) == set(), "in both lists"
        assert {pattern for pattern, functions in matched.items() if not functions} == set(), (
            "no function of this DuckDB"
        )
        assert allowed - names <= {"unnest"}, "no function of this DuckDB"


@pytest.mark.parametrize("name", OURS)
def test_what_we_show_is_let_through(decision: Decision, name: str) -> None:
    assert decision.refusal(fill_parameters(OURS[name], defaultdict(lambda: None))) == ""
