"""Names in a sentence that lead to a page: marked where the sentence is made, and split off where it is written.

The marks are signs of Unicode's private use, which names lose before they are marked.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from ...perspectives import address

LONGEST = 120
"""Signs of a name or a declared value in a sentence; what is longer is cut."""
MODEL, OWNER, FAMILY = "model", "owner", "family"
HIDDEN = "left-out/"
"""Begins the name of a repository that is left out on request; it has no page."""
_OPEN, _BETWEEN, _CLOSE = "\ue000", "\ue001", "\ue002"
_SIGNS = re.compile(f"[{_OPEN}{_BETWEEN}{_CLOSE}]")
_MARK = re.compile(f"{_OPEN}([^{_BETWEEN}]*){_BETWEEN}([^{_CLOSE}]*){_CLOSE}")


@dataclass(frozen=True)
class Part:
    """A piece of a sentence; `query` is that of the address of the page that it leads to, or empty."""

    text: str
    query: str = ""


def name_text(name: Any) -> str:
    """Return a name that a stranger chose as one line that is not too long."""
    text = _SIGNS.sub("\ufffd", " ".join(str(name).split()))
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def linked(name: Any, kind: str = MODEL) -> str:
    """Return a name with the mark that it leads to the page of a model, an owner or a family."""
    text = name_text(name)
    full_name = _SIGNS.sub("\ufffd", str(name))
    return text if full_name.startswith(HIDDEN) else f"{_OPEN}{kind} {full_name}{_BETWEEN}{text}{_CLOSE}"


def parts(marked: str) -> Iterator[Part]:
    """Yield the pieces of a marked sentence in their order."""
    end = 0
    for match in _MARK.finditer(marked):
        if match.start() > end:
            yield Part(marked[end : match.start()])
        kind, _, name = match[1].partition(" ")
        yield Part(match[2], address.write({kind: name}))
        end = match.end()
    if end < len(marked):
        yield Part(marked[end:])


def marked_names(marked: str, kind: str) -> list[str]:
    """Return the names of a kind that are marked, each once."""
    marks = (match[1].partition(" ") for match in _MARK.finditer(marked))
    return list(dict.fromkeys(name for of_kind, _, name in marks if of_kind == kind))


def only_pages(marked: str, pages: Collection[tuple[str, str]]) -> str:
    """Return a sentence with the marks of names that have a page: kind and name."""

    def replacement(match: re.Match[str]) -> str:
        kind, _, name = match[1].partition(" ")
        return match[0] if (kind, name) in pages else match[2]

    return _MARK.sub(replacement, marked)


def plain(marked: str) -> str:
    """Return a sentence without its marks."""
    return "".join(part.text for part in parts(marked))
