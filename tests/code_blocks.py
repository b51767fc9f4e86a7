"""The pages of the documentation and their code blocks; a block that is not run has the reason before it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGES = sorted(
    path
    for path in ROOT.rglob("*.md")
    if not any(part.startswith(".") or part in ("build", "dist") for part in path.relative_to(ROOT).parts[:-1])
)
"""Every page of the tree."""
FENCE = re.compile(r"^\s*(```|~~~)", re.MULTILINE)
_BLOCK = re.compile(
    r"(?:<!-- not run: (?P<reason>.*?) -->\n)?^```(?P<language>\w*)[^\n]*\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL
)


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@dataclass(frozen=True)
class Block:
    """One fenced block; `reason` says why it is not run."""

    page: Path
    line: int
    language: str
    code: str
    reason: str

    def __str__(self) -> str:
        return f"{self.page.name}:{self.line}"


def blocks(page: Path) -> list[Block]:
    """The fenced blocks of a page, in order."""
    text = text_of(page)
    return [
        Block(page, text[: match.start()].count("\n") + 1, match["language"], match["code"], match["reason"] or "")
        for match in _BLOCK.finditer(text)
    ]
