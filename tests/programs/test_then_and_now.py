"""Then and now for programs: the same as the command says, as described, with rows withheld, as tables; refusals."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oss_ai_monitor.cli import main
from oss_ai_monitor.pages.tables import VARIABLE
from oss_ai_monitor.programs import Problem, open_comparison, routes, schemas
from oss_ai_monitor.programs.tables import InvalidRequest, NoTable
from oss_ai_monitor.programs.then_and_now import COLUMNS
from oss_ai_monitor.warehouse import Warehouse
from tests.comparing.worlds import HOSTILE, build_two_days
from tests.hostile import TEXTS

DAYS = {"dataset": "v2", "then": "2024-07-01", "now": "2024-07-05"}
ROUTE, CHOICES = routes()["then-and-now"], routes()["then-and-now/choices"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("programs")
    build_two_days(folder)
    return folder


@pytest.fixture(scope="module")
def opened(folder: Path) -> Iterator[Warehouse]:
    opened = Warehouse.open(folder)
    yield opened
    opened.close()


def answered(warehouse: Warehouse, **query: str) -> Any:
    answer = json.loads(json.dumps(ROUTE.answer(warehouse, query), allow_nan=False))
    jsonschema.validate(answer, schemas()[ROUTE.schema] | {"components": {"schemas": schemas()}})
    assert answer.keys() == schemas()[ROUTE.schema]["properties"].keys()
    return answer


@pytest.mark.parametrize("figure", ["best-average", "permissive-share", "median-average", "evaluated-models"])
def test_it_answers_what_the_command_prints(folder: Path, opened: Warehouse, figure: str) -> None:
    result = CliRunner().invoke(
        main,
        [
            "--warehouse", str(folder), "compare", "--then", "2024-07-01", "--now", "2024-07-05", "--dataset", "v2",
            figure, "--format", "json",
        ],
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout) == answered(opened, **DAYS, figure=figure)


def test_steps_add_up_and_rows_are_cut(opened: Warehouse) -> None:
    answer = answered(opened, **DAYS, figure="best-average", rows="1")
    assert sum(step["difference"] for step in answer["steps"]) == answer["difference"] == -11
    assert answer["choices"] == DAYS | {"figure": "best-average"}
    assert answer["page"].startswith("?view=then-and-now&dataset=v2&figure=best-average&then=2024-07-01")
    removed = answer["steps"][0]
    assert (removed["rows"], [row["model_id"] for row in removed["listed"]], removed["more_rows"]) == (
        2, ["tin/flagged-later"], 1,
    )  # fmt: skip
    of_one = answered(opened, **DAYS, figure="best-average", step="new")
    assert [len(step["listed"]) for step in of_one["steps"]] == [0, 0, 0, 1]
    assert answered(opened, **DAYS, figure="best-average", rows="0")["steps"][0]["leader"] == "tin/leader"


def test_what_can_be_compared_is_listed(opened: Warehouse) -> None:
    answer = CHOICES.answer(opened, {})
    jsonschema.validate(answer, schemas()["Comparable"] | {"components": {"schemas": schemas()}})
    (v2,) = answer["datasets"]
    assert v2["days"] == [{"day": day, "data_of": day} for day in ("2024-07-01", "2024-07-05")]
    for figure in v2["figures"]:
        assert answered(opened, **DAYS, figure=figure["name"])["figure"] == figure


@pytest.mark.parametrize(
    ("query", "status", "message"),
    [
        ({"then": "2024-07-02"}, 404, "Those that are here: 2024-07-01, 2024-07-05. "),
        ({"then": "<b>"}, 400, "“<b>” is no date like 2024-11-04."),
        ({"figure": "nothing"}, 400, "There is no figure “nothing” here."),
        ({"dataset": "hub"}, 400, "There is no dataset “hub” here."),
        ({"step": "licence", "figure": "best-average"}, 404, "there are gone, rescored, evaluation, new."),
        ({"rows": "501"}, 400, "rows is a whole number from 0 to 500, not “501”."),
        ({"then": "2024-07-05", "now": "2024-07-01"}, 404, "The earlier date comes first"),
        ({"unit": "day"}, 400, "There is no choice unit"),
    ],
)
def test_what_cannot_be_answered_is_refused(
    opened: Warehouse, query: dict[str, str], status: int, message: str
) -> None:
    with pytest.raises(Problem) as refused:
        ROUTE.answer(opened, DAYS | query)
    assert (refused.value.status, message in refused.value.detail) == (status, True), refused.value.detail
    assert "/api/then-and-now/choices" in refused.value.next_step or "rows" in query


def test_rows_of_a_leaderboard_are_withheld_where_an_operator_says_so(
    opened: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, "off")
    for figure in ("best-average", "permissive-share"):
        answer = answered(opened, **DAYS, figure=figure)
        assert answer["withheld"]
        assert "tin/" not in json.dumps(answer)
        assert "evil/" not in json.dumps(answer)
        table = open_comparison(opened, DAYS | {"figure": figure})
        assert "tin/" not in table.csv()
    with pytest.raises(NoTable, match="switched off"):
        open_comparison(opened, DAYS | {"figure": "best-average", "table": "models", "step": "new"})


def test_tables_hold_the_steps_and_the_models_behind_one(opened: Warehouse) -> None:
    steps = open_comparison(opened, DAYS | {"figure": "best-average"})
    frame = pd.read_csv(io.StringIO(steps.csv()))
    assert frame["step"].tolist() == ["then", "gone", "rescored", "evaluation", "new", "now"]
    assert frame["difference"].sum() == -11
    assert frame["after"].tolist() == [60, 50, 48, 48, 49, 49]
    assert list(frame.columns) == list(COLUMNS["steps"])
    models = open_comparison(opened, DAYS | {"figure": "best-average", "table": "models", "step": "new"})
    assert models.file_name == "then-and-now_v2_best-average_2024-07-01_2024-07-05_models"
    assert pd.read_csv(io.StringIO(models.csv()))["model_id"].tolist() == [HOSTILE]
    answer = json.loads(models.json())
    assert (answer["rows"][0]["model_id"], answer["rows_in_all"]) == (HOSTILE, 1)
    every = open_comparison(opened, DAYS | {"table": "models", "figure": "best-average"})
    assert (len(every.frame), every.rows_in_all) == (5, 5)
    with pytest.raises(NoTable, match="there are steps, models"):
        open_comparison(opened, DAYS | {"table": "<b>"})


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    query=st.dictionaries(
        st.sampled_from(["dataset", "figure", "then", "now", "step", "rows", "table"]),
        st.text(max_size=30) | st.sampled_from([*TEXTS, "nan", "\0", "' or 1=1 --", "9999-12-31", "0001-01-01"]),
        max_size=4,
    )
)  # fmt: skip
def test_any_query_is_answered_or_refused_with_a_sentence(opened: Warehouse, query: dict[str, str]) -> None:
    refused: list[Exception] = []
    for answer in (lambda: answered(opened, **query), lambda: open_comparison(opened, query)):
        try:
            answer()
        except (Problem, NoTable, InvalidRequest) as error:
            refused.append(error)
    assert all(getattr(error, "status", 400) in (400, 404) and len(str(error)) < 1_500 for error in refused)
