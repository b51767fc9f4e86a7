"""Dates as spreadsheets rewrite them: read where they can be read in one way, else refused by line."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from oss_ai_monitor.sources import SourceError, Table, archive, hub

ROW = {
    "eval_name": "lab_one", "Precision": "bfloat16", "Type": "🟢 pretrained", "Architecture": "LlamaForCausalLM",
    "fullname": "lab/one", "Average ⬆️": "27.5", "Hub License": "mit", "Hub ❤️": "4", "#Params (B)": "34.389",
    "MoE": "False", "Flagged": "False", "Merged": "False", "IFEval": "27.3", "BBH": "46.5", "MATH Lvl 5": "14.5",
    "GPQA": "14.2", "MUSR": "10.8", "MMLU-PRO": "44.2", "Upload To Hub Date": "", "Submission Date": "",
}  # fmt: skip


def board(path: Path, *dates: tuple[str, str]) -> Table:
    """A v2 table with an upload and a submission date a row."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(ROW))
        writer.writeheader()
        for uploaded, submitted in dates:
            writer.writerow(ROW | {"Upload To Hub Date": uploaded, "Submission Date": submitted})
    (table,) = archive.read([path])
    return table


def landed(table: Table) -> list[dict[str, Any]]:
    return [
        dict(zip(relation.columns, row, strict=True)) for relation in table.relations for row in relation.fetchall()
    ]


@pytest.mark.parametrize(
    ("uploaded", "submitted", "read"),
    [
        (["28.01.2025", "5.2.2025"], ["29.01.2025", "06.02.2025"], ["2025-01-28", "2025-02-05"]),
        (["5/11/2024", "5/15/2024", "5/10/2024"], ["6/12/2024"] * 3, ["2024-05-11", "2024-05-15", "2024-05-10"]),
        (["15/5/2024", "10/5/2024"], ["16/5/2024", "11/5/2024"], ["2024-05-15", "2024-05-10"]),
        (["05-31-2024", "05-10-2024"], ["", ""], ["2024-05-31", "2024-05-10"]),
        (["1715385600000", "1715731200000.0"], ["", ""], ["2024-05-11", "2024-05-15"]),
        (["1715385600", "1715385600000000"], ["", ""], ["2024-05-11", "2024-05-11"]),
        (["Jan 28, 2025", "January 3, 2025"], ["", ""], ["2025-01-28", "2025-01-03"]),
        (["28 Jan 2025", "3-Feb-2025"], ["", ""], ["2025-01-28", "2025-02-03"]),
        (["20250128", "2025/01/29"], ["", ""], ["2025-01-28", "2025/01/29"]),
        (["5/31/2024 14:30", "5/31/2024 2:30 PM"], ["", ""], ["2024-05-31T14:30:00Z"] * 2),
        (["2024-05-11", "2024-05-11T12:00:00Z", "nan"], ["", "", ""], ["2024-05-11", "2024-05-11T12:00:00Z", "nan"]),
    ],
)
def test_a_date_that_can_be_read_in_one_way_is_read(
    tmp_path: Path, uploaded: list[str], submitted: list[str], read: list[str]
) -> None:
    table = board(tmp_path / "board.csv", *zip(uploaded, submitted, strict=True))
    rows = landed(table)
    assert [row["upload_to_hub_date"] for row in rows] == read
    assert table.as_of_rule == "latest date in the data"
    for row, sent, landed_as in zip(rows, uploaded, read, strict=True):
        original = json.loads(row["extra"] or "{}").get("Upload To Hub Date")
        assert original == (sent if sent != landed_as else None)  # what was rewritten is kept as sent


def test_what_was_read_is_said_with_an_example(tmp_path: Path) -> None:
    table = board(tmp_path / "board.csv", ("5/11/2024", "6/12/2024"), ("5/15/2024", "6/12/2024"))
    rows = landed(table)
    assert [row["submission_date"] for row in rows] == ["2024-06-12", "2024-06-12"]
    assert table.as_of == datetime(2024, 6, 12, tzinfo=UTC)
    notes = [note for note in table.notes if "not written as YYYY-MM-DD" in note]
    assert notes == [
        "Submission Date: 2 dates are not written as YYYY-MM-DD, such as '6/12/2024'; read as month/day/year, decided "
        "by another column of the file",
        "Upload To Hub Date: 2 dates are not written as YYYY-MM-DD, such as '5/11/2024'; read as month/day/year, "
        "decided by a day above 12",
    ]


@pytest.mark.parametrize(
    ("uploaded", "words"),
    [
        (["2024-05-11", "5/6/2024"], r"line 3, column Upload To Hub Date: holds '5/6/2024', which is one day with the"),
        (["5/15/2024", "15/5/2024"], r"line 2, column Upload To Hub Date: holds '5/15/2024', which is one day with"),
        (["2024-05-11", "yesterday"], r"line 3, column .*: holds 'yesterday'; expected a date such as 2024-06-15"),
        (["5/31/24"], "line 2, .*holds '5/31/24'; expected a date"),
        (["5-1-24"], "line 2, .*holds '5-1-24'; expected a date"),
        (["45423"], "line 2, .*holds '45423'; expected a date"),
        (["2024-13-01"], "line 2, .*holds '2024-13-01'; expected a date"),
        (["13.13.2024"], r"line 2, .*holds '13\.13\.2024'; expected a date"),
        (["infinity"], "line 2, .*holds 'infinity'; expected a date"),
    ],
)
def test_a_date_that_cannot_be_read_in_one_way_is_refused_by_line(
    tmp_path: Path, uploaded: list[str], words: str
) -> None:
    with pytest.raises(SourceError, match=words) as refused:
        list(board(tmp_path / "board.csv", *((date_text, "2024-06-12") for date_text in uploaded)).relations)
    assert "Write it as YYYY-MM-DD, or export the table again" in str(refused.value)


def test_in_parquet_a_date_may_be_a_date_or_a_number(tmp_path: Path) -> None:
    path = tmp_path / "board.parquet"
    columns = {name: f"'{value}'" for name, value in ROW.items()}
    columns |= {"Upload To Hub Date": "date '2024-05-11'", "Submission Date": "1718150400000"}
    with duckdb.connect() as db:
        db.sql(
            f"select {', '.join(f'{value} as {chr(34)}{name}{chr(34)}' for name, value in columns.items())}"
        ).write_parquet(str(path))
    (table,) = archive.read([path])
    (row,) = landed(table)
    assert (row["upload_to_hub_date"], row["submission_date"]) == ("2024-05-11", "2024-06-12")


def test_summaries_of_repositories_read_dates_alike(tmp_path: Path) -> None:
    header = "name,num_of_authors,num_of_commits,first_commit,last_commit,authors\n"
    path = tmp_path / "commits.csv"
    path.write_text(header + "a/one,1,2,12/22/2023,1/4/2024,['x']\n", encoding="utf-8")
    (table,) = hub.read([path])
    (row,) = landed(table)
    assert (row["first_commit_at"], row["last_commit_at"]) == (datetime(2023, 12, 22), datetime(2024, 1, 4))
    path.write_text(header + "a/one,1,2,2/3/2023,1/4/2024,['x']\n", encoding="utf-8")
    (table,) = hub.read([path])
    with pytest.raises(
        SourceError, match="line 2, column first_commit: holds '2/3/2023', which is one day with the month"
    ):
        list(table.relations)


def test_in_json_a_date_may_be_a_number_or_another_form_and_the_rest_is_said(tmp_path: Path) -> None:
    path = tmp_path / "models.jsonl"
    dates: list[object] = [1735725600000, "28.01.2025", "Jan 28, 2025", "5/6/2024", "2025-01-01 10:00:00+00:00"]
    path.write_text(
        "".join(json.dumps({"id": f"a/{n}", "createdAt": date_text}) + "\n" for n, date_text in enumerate(dates))
    )
    (table,) = hub.read([path])
    assert [row["created_at"] for row in landed(table)] == [
        datetime(2025, 1, 1, 10), datetime(2025, 1, 28), datetime(2025, 1, 28), None, datetime(2025, 1, 1, 10)
    ]  # fmt: skip
    assert table.notes == [
        "3 records hold createdAt in another form than 2024-06-15T12:00:00Z, which was read",
        "1 record holds createdAt in another type than documented: NULL in its column, kept in extra",
    ]
