"""What a program is answered where its request cannot be: a status, what is wrong, and what to do next."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from typing import Any

ROWS, DEFAULT_ROWS, MAX_ROWS = "rows", 100, 1_000
MAX_LETTERS = 2_000
"""Characters of one text in an answer; what is longer is cut, and ends with an ellipsis."""

LEAST_ALIKE = 0.75
"""How alike a name must be to one that there is, from 0 to 1, to be taken for it."""


class Problem(Exception):
    """A request that cannot be answered; all of it is for readers."""

    def __init__(self, status: int, detail: str, next_step: str, **more: Any) -> None:
        """`status` is that of HTTP; `more` is further members of the answer, such as the nearest names."""
        super().__init__(f"{detail} {next_step}")
        self.status, self.detail, self.next_step, self.more = status, detail, next_step, more


def check_choices(query: Mapping[str, str], allowed: tuple[str, ...], next_step: str) -> None:
    """Raise Problem for a choice that there is not."""
    if unknown := [name for name in query if name not in allowed]:
        raise Problem(400, unknown_choices(unknown, allowed), next_step)


def unknown_choices(unknown: Sequence[str], allowed: Sequence[str]) -> str:
    """Return the sentence for choices that there are not: those that there are, first what was perhaps meant."""
    names = [name[:60] for name in unknown[:5]]
    suggestions = [match for name in names for match in difflib.get_close_matches(name, allowed, 1, LEAST_ALIKE)]
    hint = f" Did you mean {' and '.join(dict.fromkeys(suggestions))}?" if suggestions else ""
    there_are = "there are" if len(allowed) > 1 else "there is"
    return f"There is no choice {', '.join(names)}; {there_are} {', '.join(allowed)}.{hint}"


def rows_of(query: Mapping[str, str], most: int = MAX_ROWS, default: int = DEFAULT_ROWS) -> int:
    """Return how many rows of each table are asked for. Raises Problem for what is no number from 0 to `most`."""
    text = query.get(ROWS, str(default))
    if not (text.isascii() and text.isdigit() and len(text) < 6 and int(text) <= most):
        raise Problem(
            400,
            f"{ROWS} is a whole number from 0 to {most:,}, not “{text[:40]}”.",
            "Whole tables are at /data/<view>.csv and .json.",
        )
    return int(text)


def shortened(value: Any) -> Any:
    """Return what JSON holds with each text of at most MAX_LETTERS."""
    if isinstance(value, str):
        return value if len(value) <= MAX_LETTERS else f"{value[:MAX_LETTERS]}…"
    if isinstance(value, dict):
        return {name: shortened(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [shortened(part) for part in value]
    return value
