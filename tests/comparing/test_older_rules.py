"""The last step: what a generation says that older rules built of the later snapshots, of any shape of tables."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from oss_ai_monitor import comparing, warehouse
from oss_ai_monitor.cli import main
from oss_ai_monitor.comparing import Comparison
from oss_ai_monitor.landing import Landing
from oss_ai_monitor.notebook import Monitor
from oss_ai_monitor.pages.then_and_now import ThenAndNowPage
from oss_ai_monitor.programs import comparison_json
from oss_ai_monitor.warehouse import Warehouse
from tests.comparing.worlds import HOSTILE, build_two_days

OTHER_RULES = ("seeds/licences.csv", "\nmit,permissive,", "\nmit,copyleft,")


def build_by_older_rules(folder: Path, sql: Path) -> Path:
    """Build the newest snapshots by rules that have MIT for a copyleft licence, beside the served generation."""
    shutil.copytree(warehouse.sql_folder(), sql)
    name, before, after = OTHER_RULES
    text = (sql / name).read_text(encoding="utf-8")
    assert before in text
    (sql / name).write_text(text.replace(before, after), encoding="utf-8")
    return warehouse.build(folder, Landing(folder / "landing").selected(), sql=sql, is_pinned=True)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A folder with two days and, beside them, the later one by older rules; and the file of the latter."""
    folder = tmp_path_factory.mktemp("older")
    build_two_days(folder / "warehouse")
    return folder / "warehouse", build_by_older_rules(folder / "warehouse", folder / "sql")


@pytest.fixture
def older_shape(built: tuple[Path, Path], tmp_path: Path) -> Path:
    """A copy whose older generation has tables of an earlier shape: some that are read today are not there."""
    folder = Path(shutil.copytree(built[0], tmp_path / "copy", symlinks=True))
    path = folder / built[1].relative_to(built[0])
    path.with_suffix(".json").unlink()
    with duckdb.connect(str(path)) as db:
        db.execute("update core.builds set shape = 5")
        db.execute("drop table core.evaluations_by_key")
        db.execute("drop view marts.models")
        db.execute(
            "create view marts.models as select models.dataset, models.model_id, models.type, models.scores[1] as "
            "score, models.nominal_b, models.appeared_on, named.license_class "
            "from marts.evaluated_models as models join core.models as named using (model_key)"
        )
    return folder


@pytest.fixture
def opened(built: tuple[Path, Path]) -> Iterator[Warehouse]:
    opened = Warehouse.open(built[0])
    yield opened
    opened.close()


def compared(folder: Path, figure: str) -> Comparison:
    opened = Warehouse.open(folder)
    try:
        return Monitor(opened).compare(figure, then="2024-07-01").comparison  # type: ignore[no-any-return]
    finally:
        opened.close()


def test_older_rules_are_a_last_step_with_the_models_that_they_counted_otherwise(built: tuple[Path, Path]) -> None:
    comparison = compared(built[0], "permissive-share")
    assert (comparison.then.value, comparison.now.value, comparison.difference) == (100, 75, -25)
    assert sum(step.difference for step in comparison.steps) == pytest.approx(-25)
    older = comparison.older_rules
    assert older is not None
    assert older.step is not None
    assert (older.value, older.models, older.problem) == (0, 4, "")  # 3 of 4 are of MIT
    assert (older.step.before, older.step.after, older.step.rows) == (75, 0, 3)
    assert {(row.model_id, row.after, row.why) for row in older.step.listed} == {
        (name, "mit (copyleft)", "mit (permissive) → mit (copyleft)") for name in (HOSTILE, "tin/again", "tin/leader")
    }
    assert sum(row.effect or 0 for row in older.step.listed) == pytest.approx(-75)


def test_where_older_rules_say_the_same_the_step_is_empty(built: tuple[Path, Path]) -> None:
    comparison = compared(built[0], "best-average")
    older = comparison.older_rules
    assert older is not None
    assert older.step is not None
    assert (older.value, older.leader) == (comparison.now.value, HOSTILE) == (49, HOSTILE)
    assert (older.step.difference, older.step.rows) == (0, 0)


def test_command_page_and_notebook_lead_to_what_they_said(built: tuple[Path, Path], opened: Warehouse) -> None:
    folder = built[0]
    result = CliRunner().invoke(
        main, ["--warehouse", str(folder), "compare", "--then", "2024-07-01", "permissive-share"]
    )
    assert result.exit_code == 0, result.output
    lines = [line.split() for line in result.stdout.splitlines()]
    assert ["Older", "rules", "−75.00", "3"] in lines
    assert ["by", "older", "rules", "0.00", "4"] in lines
    assert "is no part of the difference" in result.stdout
    page = ThenAndNowPage(opened)
    page.from_query({"figure": "permissive-share", "step": "rules"})
    assert page.query["step"] == "rules"
    assert "What older rules said of the later snapshot" in str(page._tables.object)
    (chart,) = page.charts
    assert chart.description().endswith("Then from 5 Jul 2024 75.00 to by older rules 0.00. Steps: Older rules −75.00.")
    assert "Older rules" in page.links_of(chart)
    frame = Monitor(opened).compare("permissive-share", then="2024-07-01").frame
    assert frame["step"].tolist() == ["Models gone", "Other licence", "New models", "Older rules"]
    assert frame["difference"].iloc[:-1].sum() == pytest.approx(-25)


def test_tables_of_an_earlier_shape_are_read_as_far_as_they_go(older_shape: Path) -> None:
    comparison = compared(older_shape, "permissive-share")
    older = comparison.older_rules
    assert older is not None
    assert older.step is not None
    assert (older.shape, older.value, older.step.difference, older.step.rows) == (5, 0, -75, 3)
    assert {(row.model_id, row.before, row.after, row.why) for row in older.step.listed} == {
        (name, "mit (permissive)", "", "counted otherwise") for name in (HOSTILE, "tin/again", "tin/leader")
    }
    best = compared(older_shape, "best-average").older_rules
    assert best is not None
    assert (best.value, best.leader) == (49, HOSTILE)
    assert compared(older_shape, "best-math-lvl-5").older_rules.value == 49  # type: ignore[union-attr]


def test_what_an_earlier_shape_lacks_is_said_and_nothing_else_fails(older_shape: Path) -> None:
    comparison = compared(older_shape, "merges-share")
    older = comparison.older_rules
    assert older is not None
    assert older.step is None
    assert "its tables, of shape 5, lack what the figure reads" in older.problem
    assert "cannot say the figure, for its tables, of shape 5" in comparing.notes(comparison)[-1]
    record = json.loads(comparison_json(comparison, rows=20))
    assert record["older_rules"]["step"] is None
    assert comparison.all_steps == comparison.steps
