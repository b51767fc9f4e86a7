"""Which ends a comparison has: their order, the dataset that both have, and what they are called."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from oss_ai_monitor import comparing, warehouse
from oss_ai_monitor.cli import main
from oss_ai_monitor.notebook import Monitor
from tests.comparing.worlds import build_three_ends

TOMORROW = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=2)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ends")
    build_three_ends(folder)
    return folder


@pytest.fixture
def opened(folder: Path) -> Iterator[warehouse.Warehouse]:
    opened = warehouse.Warehouse.open(folder)
    yield opened
    opened.close()


def run(folder: Path, *arguments: str) -> Any:
    return CliRunner().invoke(main, ["--warehouse", str(folder), "compare", *arguments])


def test_a_figure_that_is_none_is_refused_before_anything_is_built(folder: Path) -> None:
    before = sorted(folder.rglob("*.duckdb"))
    for arguments in (["no-such"], ["--dataset", "no-such", "best-average"]):
        result = run(folder, "--then", "2024-07-03", *arguments)
        assert result.exit_code == 2
        assert "There is no" in result.output
        assert "no-such" in result.output
    assert sorted(folder.rglob("*.duckdb")) == before


@pytest.mark.parametrize(
    ("days", "message"),
    [
        (("2024-07-08", "2024-07-02"), "“then” (2024-07-08) is later than “now” (2024-07-02). Choose 2024-07-02 or"),
        (("2024-07-10", None), "“then” (2024-07-10) is later than “now” (2024-07-09). Choose 2024-07-09 or"),
        ((str(TOMORROW), None), "lies in the future: choose 2024-07-09 or an earlier day"),
        (("9998-12-31", "9999-12-31"), "lies in the future: choose "),
    ],
)
def test_a_then_that_is_later_is_refused_before_anything_is_built(
    folder: Path, opened: warehouse.Warehouse, days: tuple[str, str | None], message: str
) -> None:
    then, now = days
    before = sorted(folder.rglob("*.duckdb"))
    result = run(folder, "--then", then, *(["--now", now] if now else []), "best-average")
    assert result.exit_code == 2
    assert message in result.output.replace("\n", " ")
    assert sorted(folder.rglob("*.duckdb")) == before
    with pytest.raises(ValueError, match="“then”") as refused:
        Monitor(opened).compare("best-average", then, now)
    assert message in str(refused.value)


def test_a_figure_comes_from_no_other_dataset_in_silence(folder: Path, opened: warehouse.Warehouse) -> None:
    message = (
        "The earlier snapshot, of 2024-07-01, does not have the dataset v2; the later one, of 2024-07-09, has it. Both "
        "have it of another dataset: choose v1 (--dataset v1)."
    )
    result = run(folder, "--then", "2024-07-01", "best-average")
    assert (result.exit_code, message in result.output) == (2, True)
    with pytest.raises(comparing.NoEnd) as refused:
        Monitor(opened).compare("best-average", "2024-07-01")
    assert str(refused.value) == message
    answered = run(folder, "--then", "2024-07-01", "--dataset", "v1", "best-average")
    assert "33.00 points as built for 1 Jul 2024" in answered.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--dataset", "hub", "listed-models"), "The earlier snapshot, of 2024-07-05, does not have the dataset hub"),
        (("--dataset", "hub", "listed-models"), "No other dataset of both has it: choose a later day for “then”."),
        (("--dataset", "nope", "listed-models"), "There is no dataset nope in the later snapshot, of 2024-07-09. It "),
        (("--now", "2024-07-06", "--dataset", "hub", "x"), "There is no dataset hub in the later snapshot, of 2024-07"),
        (("--dataset", "hub"), "The earlier snapshot, of 2024-07-05, does not have the dataset hub."),
        (("--dataset", "nope"), "The later snapshot, of 2024-07-09, does not have the dataset nope."),
    ],
)
def test_the_end_that_lacks_a_dataset_is_named(folder: Path, arguments: tuple[str, ...], message: str) -> None:
    result = run(folder, "--then", "2024-07-05", *arguments)
    assert (result.exit_code, message in result.output) == (2, True), result.output


def test_ends_of_one_board_are_called_by_the_days_that_were_asked_for(folder: Path) -> None:
    text = run(folder, "--then", "2024-07-06", "merges-share").stdout
    assert text.startswith(
        "Share of merges of Open LLM Leaderboard v2: 0.00% as built for 6 Jul 2024, 20.00% as built for 9 Jul 2024 "
        "(scores of 5 Jul 2024), +20.00; the largest step is +20.00, merge or not (1 model)."
    )
    assert "\nthen, as built for 6 Jul 2024 " in text
    assert "\nnow, as built for 9 Jul 2024 " in text
    assert "tin/leader" in text
    markdown = run(folder, "--then", "2024-07-06", "--format", "md", "merges-share").stdout
    assert "| then, as built for 6 Jul 2024 | 0.00 |" in markdown
    assert "| now, as built for 9 Jul 2024 | 20.00 |" in markdown
    record = json.loads(run(folder, "--then", "2024-07-06", "--format", "json", "merges-share").stdout)
    assert [(record[end]["day"], record[end]["built_for"], record[end]["label"]) for end in ("then", "now")] == [
        ("2024-07-05", "2024-07-06", "as built for 6 Jul 2024"),
        ("2024-07-05", "2024-07-09", "as built for 9 Jul 2024"),
    ]


def test_a_notebook_names_ends_by_their_newest_data_or_by_their_board(opened: warehouse.Warehouse) -> None:
    for now in (None, "2024-07-09"):
        comparison = Monitor(opened).compare("merges-share", "2024-07-05", now).comparison
        assert (comparison.then.built_for, comparison.now.built_for) == (dt.date(2024, 7, 5), dt.date(2024, 7, 9))
        assert comparison.difference == 20
    # of two generations with this board the one whose newest data is of the day itself
    same = Monitor(opened).compare("merges-share", "2024-07-05", "2024-07-05").comparison
    assert same.then.snapshot_id == same.now.snapshot_id != comparison.now.snapshot_id
    with pytest.raises(ValueError, match="Those that are here: 2024-07-05, 2024-07-09"):
        Monitor(opened).compare("merges-share", "2024-07-07")


def test_years_below_a_thousand_are_written_with_their_zeros(folder: Path) -> None:
    assert comparing.day_text(dt.date(987, 6, 5)) == "5 Jun 0987"
    result = run(folder, "--then", "0987-06-05", "best-average")
    assert "no generation of 0987-06-05 by the present rules is here" in result.output
    assert "speaks of 0987-06-05 23:59" in result.output
