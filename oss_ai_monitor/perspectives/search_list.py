"""Names that a reader finds by typing, since there are too many to list."""

from __future__ import annotations

import param


class SearchList(param.List):
    """Names added one by one; the perspective's `found(name, typed)` lists those that contain what was typed."""


def in_address(names: list[str]) -> str:
    """Names as an address holds them, commas in names included."""
    return ",".join(name.replace("%", "%25").replace(",", "%2C") for name in names)


def from_address(text: str) -> list[str]:
    """Names that an address holds, each once."""
    names = [name.replace("%2C", ",").replace("%25", "%") for name in text.split(",") if name]
    return list(dict.fromkeys(names))
