"""Every query declares in its first line what a row is: asked as a page asks it, no key comes twice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from oss_ai_monitor import warehouse
from oss_ai_monitor.history import DailyFigures, catch_up, record_days, write_weeks
from oss_ai_monitor.landing import Landing
from oss_ai_monitor.perspectives import Filters, ModelTypes, all_perspectives
from oss_ai_monitor.perspectives.adoption.view import Adoption
from oss_ai_monitor.perspectives.changes.view import Changes
from oss_ai_monitor.perspectives.endurance.view import Endurance
from oss_ai_monitor.perspectives.finder.view import Finder
from oss_ai_monitor.perspectives.gain.view import Gain
from oss_ai_monitor.perspectives.lineage.view import Lineage
from oss_ai_monitor.profiles import UnknownName, profile
from oss_ai_monitor.programs import NoBadge, badge
from oss_ai_monitor.programs.digest import digest, weeks
from oss_ai_monitor.sources import simulated
from tests.conftest import land_rows

QUERIES = sorted(path.stem for path in (warehouse.sql_folder() / "queries").glob("*.sql"))
OF_NO_PERSPECTIVE: dict[str, dict[str, Any]] = {
    "all_snapshots": {},
    "authors": {"dataset": "hub", "by": "owners", "typed": "a"},
    "compared_models": {"dataset": "v2", "benchmark": "math_lvl_5"},
    "compared_renames": {"since": dt.date(2000, 1, 1)},
    "data_dictionary": {},
    "dispute_rules": {},
    "freshness": {},
    "method": {},
    "names_by_models": {"dataset": "hub"},
    "search": {"typed": "model", "longest_word": "model", "pattern": "%model%"},
    "status": {},
    "tracked": {"most": 1_000},
}
BOARD_CHANGES: list[dict[str, Any]] = [
    {"day": date(2024, 5, 10), "since": date(2024, 5, 3), "leaderboard": "v1", "model_id": "tin/a"} | row
    for row in (
        {"kind": "compared", "evaluations": 9, "model_id": None},
        {"kind": "first", "benchmark": "average", "before": 70.0, "after": 71.0, "model_before": "tin/b"},
        *(
            {
                "kind": "rescored",
                "benchmark": name,
                "before": 7.0,
                "after": 8.0,
                "standing_before": 7.0,
                "standing_after": 8.0,
            }
            for name in ("arc", "gsm8k")
        ),
    )
]
"""What differs between two snapshots of a leaderboard: a simulation has one of each."""


def named(opened: warehouse.Warehouse) -> Iterator[tuple[str, str]]:
    """Models, owners and families whose profiles together ask every query of theirs for rows."""
    frame = opened.sql_frame(
        "select (select max(model_id) from core.release_models semi join core.models using (model_id)) as released,"
        " (select min(model_id) from marts.evaluated_models semi join marts.derivatives using (model_key)) as derived,"
        " (select max(base_model_id) from marts.bases where derivatives > 0) as base,"
        " (select min(model_id) from core.unknown_parents) as unlisted,"
        " (select min(model_id) from core.disputes) as disputed,"
        " (select min(alias_id) from (select model_id as alias_id from core.release_models where copy_of is not null)"
        " where alias_id in (select model_id from core.models union all select model_id from core.unknown_parents))"
        " as alias,"
        " (select min(model_id) from marts.adoption) as adopted,"
        " (select min(model_id) from marts.changes where kind = 'renamed' and model_key is not null) as changed,"
        " (select min(ancestors.model_id) from marts.changes join core.lineage_by_key using (model_key)"
        " join core.models as ancestors on ancestors.model_key = ancestor_key"
        " where kind != 'appeared') as changed_base,"
        " (select min(owner) from core.models where appeared_at is null) as undated"
    )
    yield "owner", str(frame["undated"][0])
    for name in frame.iloc[0].drop("undated").dropna():
        yield "model", str(name)
    for name in frame.loc[0, ["base", "released", "changed", "changed_base"]].dropna():
        yield "family", str(name).lower()
        yield "owner", str(name).partition("/")[0]


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, list[pd.DataFrame]]]:
    """Every answer that opening each perspective on each dataset takes, and those of the other queries, by name."""
    folder: Path = tmp_path_factory.mktemp("grains")
    landing = Landing(folder / "landing")
    for table in simulated.tables(models=3_000, seed=5):
        landing.land(table)
    with simulated.history(models=3_000, seed=5, days=400, daily=40) as history:
        record_days(landing, DailyFigures(history.select, history.paths, history, has_access=True))
    catch_up(landing)
    write_weeks(landing)
    land_rows(folder, "leaderboard_changes", BOARD_CHANGES, simulated=True, adds_to="leaderboard_changes")
    warehouse.build(folder, landing.selected())
    opened = warehouse.Warehouse.open(folder)
    answers: dict[str, list[pd.DataFrame]] = {}
    query = opened.query

    def remember(name: str, /, *parameters: Any, **query_parameters: Any) -> pd.DataFrame:
        answers.setdefault(name, []).append(query(name, *parameters, **query_parameters))
        return answers[name][-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(opened, "query", remember)
        for dataset in Filters(opened).datasets.names:
            for kind in all_perspectives:
                filters = Filters(opened)
                filters.dataset = dataset
                perspective = kind(opened, filters)
                perspective.open()
                assert perspective.state in ("ready", "empty"), perspective.reason
                for chart in perspective.charts:
                    perspective.disputes_of(chart)
                filters.selection.hidden()
                filters.selection.rules()
                if "what" in perspective.param:
                    perspective.param.update(what="every")
                if kind is Adoption:
                    perspective.param.update(movers="entries")
                    for by in ("owner", "family", "task"):
                        perspective.param.update(by=by)
                if kind is Gain:
                    perspective.param.update(by="training data")
                if kind is Endurance:
                    perspective.param.update(by="size", threshold="derivatives")
                    perspective.search("releases", "a")
                if kind is Changes:
                    perspective.param.update(with_new=True)
                    perspective.search("owners", "a")
                    perspective.search("families", "a")
                if kind is Lineage:
                    perspective.search("root", "a")
                if kind is ModelTypes:
                    perspective.param.update(by="task", weight="downloads")
                if kind is Finder:
                    perspective.search("bases", "a")
        for name, parameters in OF_NO_PERSPECTIVE.items():
            remember(name, parameters)
        hashes = opened.query("compared_models", {"dataset": "v2", "benchmark": "average"})["name_hash"]
        remember("compared_details", {"dataset": "v2", "names": hashes.head(50).tolist()})
        for kind, name in named(opened):
            profile(opened, kind, name)
            with suppress(NoBadge):  # of a family, and of a base that no source lists
                badge(opened, name, {"of": kind})
        for week in ["2024-W19", *(week.name for week in weeks(opened)[::6])]:
            digest(opened, week)
        for kind in ("model", "owner"):
            with pytest.raises(UnknownName):
                profile(opened, kind, "nobody/has-this")
    yield answers
    opened.close()


@pytest.mark.parametrize("name", QUERIES)
def test_no_key_of_a_query_comes_twice(answers: dict[str, list[pd.DataFrame]], name: str) -> None:
    first = (warehouse.sql_folder() / "queries" / f"{name}.sql").read_text(encoding="utf-8").partition("\n")[0]
    assert first.startswith("-- grain: "), "the first line of a query says what a row of it is"
    keys = first.removeprefix("-- grain: ").split(", ")
    assert any(len(answer) for answer in answers[name]), "an empty answer would prove nothing"
    for answer in answers[name]:
        duplicates = answer[answer.duplicated(keys, keep=False)]
        assert duplicates.empty, duplicates[keys].to_string()
