"""CSV as programs write it: trailing commas, columns without a name or with another's, tabs, and R's NA."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from oss_ai_monitor.sources import SourceError, Table, archive, hub
from tests.sources.test_board_shapes import SQUEEZED, landed

NAMES, VALUES = list(SQUEEZED), list(SQUEEZED.values())
Rows = list[list[str]]


def table_of(rows: Rows, path: Path, separator: str = ",") -> Table:
    """The board in a CSV of these rows, the header first."""
    quoted = ([f'"{value}"' if separator in value else value for value in row] for row in rows)
    path.write_text("\n".join(separator.join(row) for row in quoted) + "\n", encoding="utf-8")
    (table,) = archive.read([path])
    return table


def replaced(**values: str) -> list[str]:
    return list((SQUEEZED | values).values())


@pytest.mark.parametrize(
    ("rows", "extra"),
    [
        ([[*NAMES, "", ""], [*VALUES, "", ""], [*VALUES, "", ""]], {}),
        ([[*NAMES, " "], [*VALUES, ""]], {}),
        ([["", "", *NAMES], ["0", "9", *VALUES], ["1", "9", *VALUES]], {"unnamed": "0", "unnamed.1": "9"}),
        ([[*NAMES, "average"], [*VALUES, SQUEEZED["average"]]], {}),
        ([[*NAMES, "url", "URL"], [*VALUES, "x", "y"]], {"url.1": "x", "URL.2": "y"}),
        ([["row_number", *NAMES], ["7", *VALUES]], {"row_number.1": "7"}),
        ([[*NAMES, "a", "a", "a.1"], [*VALUES, "x", "y", "z"]], {"a": "x", "a.2": "y", "a.1": "z"}),
    ],
    ids=[
        "trailing commas",
        "a blank name",
        "two index columns",
        "twice",
        "twins apart",
        "row_number",
        "named as a twin",
    ],
)
def test_columns_without_a_name_or_with_anothers_are_kept_apart(
    rows: Rows, extra: dict[str, str], tmp_path: Path
) -> None:
    first = landed(table_of(rows, tmp_path / "board.csv"))[0]
    assert (first["fullname"], first["average"]) == ("lab/one", 30.5)
    assert json.loads(first["extra"]) == {"t": "🤝", "url": SQUEEZED["url"]} | extra


def test_many_columns_of_one_name_are_one_and_too_many_columns_are_refused(tmp_path: Path) -> None:
    rows = [[*NAMES, *["url"] * 400], [*VALUES, *[SQUEEZED["url"]] * 399, "another"]]
    (row,) = landed(table_of(rows, tmp_path / "board.csv"))
    assert json.loads(row["extra"]) == {"t": "🤝", "url": SQUEEZED["url"], "url.400": "another"}
    with pytest.raises(SourceError, match=r"line 1: has 5\d\d columns; expected at most 500"):
        table_of([[*NAMES, *["url"] * 500], VALUES], tmp_path / "wider.csv")


def test_a_column_that_is_read_and_comes_twice_with_other_values_is_refused(tmp_path: Path) -> None:
    rows = [[*NAMES, "average"], [*VALUES, SQUEEZED["average"]], [*VALUES, "31.5"]]
    with pytest.raises(SourceError, match=r"line 3: column average comes twice, and holds '30.5' and '31.5'"):
        table_of(rows, tmp_path / "board.csv")


@pytest.mark.parametrize(("separator", "notes"), [("\t", ["columns are separated by tabs"]), (";", []), (",", [])])
def test_columns_may_be_separated_by_tabs(separator: str, notes: list[str], tmp_path: Path) -> None:
    table = table_of([NAMES, VALUES], tmp_path / "board.tsv", separator)
    assert [row["fullname"] for row in landed(table)] == ["lab/one"]
    assert [note for note in table.notes if "separated" in note] == notes


def test_the_tools_tables_may_be_separated_by_tabs_and_end_with_commas(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_text(
        "\tname\tnum_of_commits\tfirst_commit\tlast_commit\tauthors\na\ta/b\t2\tNA\t2024-06-15\t['x']\n"
    )
    (tmp_path / "b.csv").write_text(
        "name,num_of_commits,first_commit,last_commit,authors,,\na/c,NA,2024-06-15,2024-06-15,NA,,\n"
    )
    (table,) = hub.read([tmp_path / "a.tsv", tmp_path / "b.csv"])
    rows = landed(table)
    assert [(row["model_id"], row["commits"], row["authors"], row["extra"]) for row in rows] == [
        ("a/b", 2, ["x"], None),
        ("a/c", None, None, None),
    ]
    assert rows[0]["first_commit_at"] is None


def test_na_is_nothing_in_numbers_flags_and_dates_and_stays_as_sent_in_texts(tmp_path: Path) -> None:
    numbers = dict.fromkeys(
        ("ifeval", "params_b", "hub_hearts", "generation", "chat_template", "submission_date"), "NA"
    )
    (row,) = landed(table_of([NAMES, replaced(**numbers, upload_to_hub_date="2024-06-26", type="NA")], tmp_path / "x"))
    sent: dict[str, Any] = {name: row[name] for name in ("ifeval", "params_b", "hub_likes", "generation")}
    assert sent == dict.fromkeys(sent)
    assert (row["chat_template"], row["type"]) == (None, "NA")


@pytest.mark.parametrize("name", ["NA", "NaN", "None", " "])
def test_a_row_whose_models_name_is_a_marker_of_nothing_names_no_model(name: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="line 2, column fullname: names no model"):
        table_of([NAMES, replaced(fullname=name)], tmp_path / "board.csv")


def test_another_separator_is_said(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("a|b\nc|d\n")
    with pytest.raises(SourceError, match="its separator is neither ',' nor ';' nor a tab"):
        list(archive.read([tmp_path / "x.csv"]))
