"""A leaderboard on two days, worked by hand: what the command, the page and the notebook say of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from oss_ai_monitor import warehouse
from oss_ai_monitor.cli import main
from oss_ai_monitor.landing import Landing
from tests.comparing.worlds import FIRST, HOSTILE, NOW, SECOND, THEN
from tests.conftest import land_rows


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("days")
    land_rows(folder, "leaderboard_v2", THEN, as_of=FIRST)
    land_rows(folder, "leaderboard_v2", NOW, as_of=SECOND)
    warehouse.build(folder, Landing(folder / "landing").selected())
    return folder


def run(folder: Path, *arguments: str) -> Any:
    return CliRunner().invoke(main, ["--warehouse", str(folder), "compare", *arguments])


def answer(folder: Path, figure: str) -> dict[str, Any]:
    result = run(folder, "--then", "2024-07-01", "--format", "json", figure)
    assert result.exit_code == 0, result.output
    record: dict[str, Any] = json.loads(result.stdout)
    return record


def rows(record: dict[str, Any]) -> list[tuple[str, float, list[tuple[str, str, str, str]]]]:
    return [
        (
            step["key"],
            step["difference"],
            [(row["model_id"], row["before"], row["after"], row["why"]) for row in step["listed"]],
        )
        for step in record["steps"]
    ]


def test_the_best_average_says_which_model_led_after_each_step(folder: Path) -> None:
    record = answer(folder, "best-average")
    assert (record["then"]["value"], record["then"]["leader"], record["then"]["day"]) == (
        60.0, "tin/flagged-later", "2024-07-01",
    )  # fmt: skip
    assert (record["now"]["value"], record["now"]["leader"]) == (49.0, HOSTILE)
    assert rows(record) == [
        (
            "gone", -10.0,
            [
                ("tin/flagged-later", "60.00", "", "flagged by the leaderboard"),
                ("tin/gone", "20.00", "", "no longer listed"),
            ],
        ),
        ("rescored", -2.0, [("tin/leader", "50.00", "48.00", "MATH Lvl 5 50.00 → 48.00")]),
        (
            "evaluation", 0.0,
            [
                (
                    "tin/again", "30.00", "35.00",
                    "revision abcdef1 in bfloat16 of 2024-06-20 → revision 1234567 in bfloat16 of 2024-07-03",
                )
            ],
        ),
        ("new", 1.0, [(HOSTILE, "", "49.00", "not listed then, submitted 2024-07-04")]),
    ]  # fmt: skip
    assert [step["leader"] for step in record["steps"]] == ["tin/leader", "tin/leader", "tin/leader", HOSTILE]


def test_a_licence_that_changed_is_a_step_of_its_own(folder: Path) -> None:
    record = answer(folder, "permissive-share")
    # 5 of 5, 3 of 3, 2 of 3, 3 of 4
    assert (record["then"]["value"], record["now"]["value"]) == (100.0, 75.0)
    assert [(key, round(difference, 6)) for key, difference, _ in rows(record)] == [
        ("gone", 0.0), ("licence", -33.333333), ("new", 8.333333),
    ]  # fmt: skip
    assert rows(record)[1][2] == [
        ("tin/licence", "mit (permissive)", "llama3 (community)", "mit (permissive) → llama3 (community)")
    ]


def test_what_was_built_once_is_at_hand_afterwards(folder: Path) -> None:
    answer(folder, "evaluated-models")
    generations = sorted((folder / "generations" / "beside").glob("*.duckdb"))
    result = run(folder, "--then", "2024-07-01", "evaluated-models")
    assert sorted((folder / "generations" / "beside").glob("*.duckdb")) == generations
    assert len(generations) == 1
    assert result.stderr == ""
    assert "Both ends are counted by the present rules" in result.stdout
    assert "The steps add up to the difference to the unit." in result.stdout


def test_plain_text_and_markdown_have_the_steps_and_what_is_cut(folder: Path) -> None:
    text = run(folder, "--then", "2024-07-01", "--rows", "1", "best-average").stdout
    assert text.startswith(
        "Best average of Open LLM Leaderboard v2: 60.00 points on 1 Jul 2024, 49.00 points on 5 Jul 2024, −11.00; "
        "the largest step is −10.00, models gone (2 models)."
    )
    assert "    tin/flagged-later  60.00 → –: flagged by the leaderboard\n    and 1 more\n" in text
    markdown = run(folder, "--then", "2024-07-01", "--format", "md", "best-average").stdout
    assert r"evil/\<b\>x\</b\>\|\`\*" in markdown
    assert "<b>" not in markdown.replace(r"\<b\>", "")


def test_without_a_figure_it_lists_them_and_an_unknown_one_is_refused_with_the_list(folder: Path) -> None:
    listed = run(folder, "--then", "2024-07-01").stdout
    assert "v2  best-math-lvl-5  Best on MATH Lvl 5 (points)\n" in listed
    refused = run(folder, "--then", "2024-07-01", "nothing-like-it\x1b[31m")
    assert refused.exit_code == 2
    assert "There are, of v2: best-average, " in refused.output
    assert "\x1b" not in refused.output
    assert "There is no dataset nope" in run(folder, "--then", "2024-07-01", "--dataset", "nope", "x").output


def test_dates_before_all_data_and_the_wrong_way_round_are_said(folder: Path) -> None:
    before = run(folder, "--then", "2020-01-01", "best-average")
    assert before.exit_code == 1
    assert "speaks of 2020-01-01" in before.output
    reverse = run(folder, "--then", "2024-07-05", "--now", "2024-07-01", "best-average")
    assert reverse.exit_code == 2
    assert "The earlier date comes first" in reverse.output
