"""Columns as one piece of memory: what a message to the browser holds, and what chart.js reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

Columns = Mapping[str, Mapping[str, Any]]
"""Source → column → values: an array of numbers, a list of texts or of numbers, or a list of arrays for lines."""

KINDS = {"float64", "float32", "int32", "uint32", "int16", "uint16", "int8", "uint8"}
ALIGNMENT = 8


def pack(columns: Columns) -> tuple[bytes, dict[str, dict[str, list[Any]]]]:
    """Return the numbers of all columns in one piece, and where each column is in it.

    A column is described by [kind, offset in bytes, length]; one of texts holds codes and has a fourth part, the texts
    (missing ones are empty); one of lines has a fourth part, the lengths of its lines. Raises TypeError for a column of
    anything else.
    """
    parts: list[bytes] = []
    size = 0

    def add(array: np.ndarray) -> list[Any]:
        nonlocal size
        part = np.ascontiguousarray(array).tobytes()
        place = [array.dtype.name, size, len(array)]
        parts.append(part + b"\0" * (-len(part) % ALIGNMENT))
        size += len(parts[-1])
        return place

    contents = {
        source: {name: _describe(values, add) for name, values in source_columns.items()}
        for source, source_columns in columns.items()
    }
    return b"".join(parts), contents


def _describe(values: Any, add: Any) -> list[Any]:
    if isinstance(values, np.ndarray):
        return list(add(_narrow(values)))
    values = list(values)
    if set(map(type, values)) == {str}:  # without a look at each
        return _texts(values, add)
    if values and all(isinstance(value, np.ndarray) for value in values):
        return [*add(_narrow(np.concatenate(values))), [len(value) for value in values]]
    present = [value for value in values if not _is_missing(value)]
    if values and all(isinstance(value, str) for value in present):
        return _texts(["" if _is_missing(value) else value for value in values], add)
    if unknown := [value for value in present if not isinstance(value, bool | int | float | np.number | np.bool_)]:
        raise TypeError(f"a column with {unknown[0]!r:.40} cannot be sent: texts, numbers or arrays of numbers can")
    return list(add(np.array([np.nan if _is_missing(value) else value for value in values], dtype="float64")))


def _is_missing(value: Any) -> bool:
    return value is None or value is pd.NA or (isinstance(value, float) and value != value)


def _texts(values: Sequence[str], add: Any) -> list[Any]:
    """Return the description of a column of texts, with a number for each, in the order in which they occur."""
    codes = {text: number for number, text in enumerate(dict.fromkeys(values))}
    kind = "uint8" if len(codes) <= 256 else "uint16" if len(codes) <= 65_536 else "uint32"
    return [*add(np.fromiter(map(codes.__getitem__, values), kind, len(values))), list(codes)]


def _narrow(array: np.ndarray) -> np.ndarray:
    """Return an array of a kind that browsers have: booleans and wide integers as other numbers."""
    if array.ndim != 1 or array.dtype.kind not in "biuf":
        raise TypeError(f"an array of {array.dtype} with {array.ndim} dimensions cannot be sent: a row of numbers can")
    if array.dtype.kind == "b":
        return array.astype("uint8")
    return array if array.dtype.name in KINDS else array.astype("float64")
