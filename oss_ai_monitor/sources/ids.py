"""Which texts can be the id of a repository on the Hub. What cannot is left out and counted."""

from __future__ import annotations

from oss_ai_monitor.plurals import counted, verb_after

LONGEST_ID = 200
"""Characters; the Hub allows 96 for a name and its owner each."""
TOO_LONG = f"id longer than {LONGEST_ID} characters"
IMPOSSIBLE = "id that the Hub cannot have, with a space, a control character or a second slash"
UNUSABLE = {
    TOO_LONG: f"length({{name}}) > {LONGEST_ID}",
    IMPOSSIBLE: f"length({{name}}) <= {LONGEST_ID} and regexp_matches(trim({{name}}), '[\\s\\pZ\\pC]|^/|/$|/.*/')",
}
"""The reasons for which an id is left out, each with its condition in SQL about `name`; no two hold at once."""


def conditions(name: str, *, is_of_hub: bool = False) -> dict[str, str]:
    """Return the condition in SQL of each reason for which a column `name` with an id is left out.

    `is_of_hub`: what the Hub itself says of its ids is kept, but for what is too long.
    """
    reasons = [TOO_LONG] if is_of_hub else list(UNUSABLE)
    return {reason: UNUSABLE[reason].format(name=name) for reason in reasons}


def usable(name: str) -> str:
    """Return SQL that is true where a column `name` holds an id that the Hub can have."""
    left_out = " or ".join(f"({condition})" for condition in conditions(name).values())
    return f"(trim({name}) != '' and not ({left_out}))"


def left_out_note(rows: int) -> list[str]:
    """Return a note about the rows that are left out for their ids; empty where there are none."""
    are = verb_after(rows, "is", "are")
    return [f"{counted(rows, 'row')} {are} left out: no id, {TOO_LONG}, or {IMPOSSIBLE}"] if rows else []
