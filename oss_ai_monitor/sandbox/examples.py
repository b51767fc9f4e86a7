"""Example queries: the files under sql/examples/, each with its title in the first line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Example:
    """An example query; `select` is the whole text of its file, comments included."""

    title: str
    select: str


def examples(sql: Path) -> list[Example]:
    """Return every example under `sql`/examples, in the order of the file names."""
    texts = [path.read_text(encoding="utf-8").strip() for path in sorted((sql / "examples").glob("*.sql"))]
    return [Example(text.partition("\n")[0].removeprefix("--").strip(), text) for text in texts]
