"""An answer as a file, each made in a thread: CSV without formulas, and Parquet."""

from __future__ import annotations

import base64
import csv
import io
from collections.abc import Callable

from ...sandbox import Result
from ..spreadsheets import harmless

PIECE = 192_000  # bytes; a multiple of three, so that the texts can be read one by one


def _csv(result: Result) -> bytes:
    """Return the rows as CSV, written one by one, so that other threads run meanwhile."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow([harmless(column.name) for column in result.columns])
    for row in result.read():
        pairs = zip(result.columns, row, strict=True)
        writer.writerow([cell if column.is_number else harmless(cell) for column, cell in pairs])
    return ("\ufeff" + file.getvalue()).encode()


FILES: dict[str, tuple[str, Callable[[Result], bytes]]] = {
    "csv": ("text/csv", _csv),
    "parquet": ("application/vnd.apache.parquet", Result.parquet),
}
"""Of each kind of file its media type, and what makes it."""


def pieces_of(make: Callable[[Result], bytes], result: Result) -> list[str]:
    """Return a file as texts of base64, each short enough to be sent without a wait for others."""
    content = make(result)
    return [base64.b64encode(content[n : n + PIECE]).decode() for n in range(0, len(content), PIECE)]
