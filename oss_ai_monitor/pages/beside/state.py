"""What the page shows for two addresses: both sides, opened, their charts in pairs on one scale, or why not."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace

from ... import comparing
from ...charts import Chart, SharedStyles, date_text, share_scale
from ...comparing import End, NoEnd
from ...perspectives import Datasets, Selection, address, questions, snapshot_of
from ...warehouse import Warehouse, landed_by
from .fields import snapshot_field
from .side import (
    KINDS,
    LONGEST,
    NO_VIEW,
    TOO_LONG,
    Side,
    open_side,
    read_address,
    repeated_choices,
    snapshots_of,
    unknown_snapshot,
)

LEFT, RIGHT = "left", "right"
SAME = "Both sides show the same. Choose another snapshot or another selection on one side."
NOT_THE_SAME_VIEW = "The left side shows “{}” and the right one “{}”. Choose one view for both above."


@dataclass(frozen=True)
class State:
    """Both sides, what is said of the two together, and the pairs of their charts."""

    left: Side
    right: Side
    message: str = ""
    notes: tuple[str, ...] = ()
    pairs: tuple[tuple[Chart, Chart], ...] = ()

    def query(self) -> dict[str, str]:
        """Return its part of an address."""
        return {LEFT: written(self.left.query), RIGHT: written(self.right.query)}


def written(query: Mapping[str, str]) -> str:
    """Return the address of a side as it stands in the address of the page."""
    return address.write(query).removeprefix("?")


def state_of(warehouse: Warehouse, query: Mapping[str, str]) -> State:
    """Return what the page shows for a query, which is not trusted.

    Without a right side it is the view of the left one, of the snapshot of the page; without both it is the first view,
    at the last snapshot before that of the page, if there is one.
    """
    served_snapshot = snapshot_of(warehouse)
    snapshots = snapshots_of(warehouse)
    named = _snapshot_texts(warehouse, snapshots)
    texts = {side: query.get(side, "") for side in (LEFT, RIGHT)}
    queries = {side: read_address(text) if len(text) <= LONGEST else {} for side, text in texts.items()}
    if not texts[LEFT] and not texts[RIGHT]:
        queries = _first_queries(warehouse, snapshots)
    elif not texts[RIGHT] or not texts[LEFT]:
        present, absent = (RIGHT, LEFT) if not texts[LEFT] else (LEFT, RIGHT)
        queries[absent] = {name: text for name, text in queries[present].items() if name != address.SNAPSHOT}
    with ExitStack() as opened:
        warehouses: dict[str, Warehouse] = {served_snapshot: warehouse}
        shared = SharedStyles()  # a name has one colour on both sides
        sides = []
        for side in (LEFT, RIGHT):
            side_query = queries[side]
            snapshot = side_query.get(address.SNAPSHOT, served_snapshot)
            problem = _problem(side_query, is_too_long=len(texts[side]) > LONGEST, is_here=snapshot in snapshots)
            if not problem and snapshot not in warehouses and (end := snapshots[snapshot]):
                try:
                    warehouses[snapshot] = opened.enter_context(comparing.opened(end))
                except NoEnd:
                    problem = unknown_snapshot(snapshot)
            if problem:
                kind = KINDS.get(side_query.get(address.VIEW, ""))
                sides.append(Side(side_query, kind, problem, fields=(snapshot_field("", named),)))
            else:
                with shared.view():
                    opened_side = open_side(warehouses[snapshot], side_query, named)
                remarks = (*repeated_choices(texts[side]), *opened_side.remarks)
                sides.append(replace(opened_side, remarks=remarks))
    return _together(*sides)


def _snapshot_texts(warehouse: Warehouse, snapshots: Mapping[str, End | None]) -> dict[str, str]:
    """Return of each snapshot the day of its data; of several of one day also when they had landed, and the id."""
    served = warehouse.identity.as_of.date() if warehouse.identity else None
    days = {name: end.as_of if end else served for name, end in snapshots.items()}
    texts = {}
    for name, day in reversed(days.items()):
        texts[name] = date_text(day) if day else name
        if day and list(days.values()).count(day) > 1:
            landed = landed_by(name)
            texts[name] += (f", landed by {date_text(landed)}, {landed:%H:%M:%S} UTC" if landed else "") + f" ({name})"
    return texts


def _first_queries(warehouse: Warehouse, snapshots: Mapping[str, End | None]) -> dict[str, dict[str, str]]:
    """Return the first view as it opens, and the same at the last earlier snapshot that has one of its datasets."""
    datasets = [str(name) for name in warehouse.query("datasets")["dataset"]]
    earlier = [(name, end.days) for name, end in snapshots.items() if end]
    pairs = [(name, dataset) for name, days in earlier[::-1] for dataset in datasets if dataset in days]
    snapshot, dataset = pairs[0] if pairs else (snapshot_of(warehouse), datasets[0])
    selection = address.write_selection(Selection.defaults(Datasets(warehouse), dataset))
    first = {address.VIEW: questions[0].slug} | selection
    return {LEFT: first | {address.SNAPSHOT: snapshot}, RIGHT: first}


def _problem(query: Mapping[str, str], *, is_too_long: bool, is_here: bool) -> str:
    """Return what is wrong with the address of a side, before it is opened."""
    if is_too_long:
        return TOO_LONG
    if query.get(address.VIEW) not in KINDS:
        return NO_VIEW
    return "" if is_here else unknown_snapshot(query[address.SNAPSHOT])


def _together(left: Side, right: Side) -> State:
    """Pair the charts of two sides, each pair on one scale."""
    if left.problem or right.problem:
        return State(left, right)
    if left.kind is not right.kind and left.kind and right.kind:
        message = NOT_THE_SAME_VIEW.format(left.kind.title, right.kind.title)
        return State(replace(left, charts=()), replace(right, charts=()), message)
    pairs, notes = [], [_rules_note(left, right)]
    on_right = {chart.key: chart for chart in right.charts}
    for chart in left.charts:
        other = on_right.get(chart.key)
        if other is None or (chart.is_empty and other.is_empty):
            continue
        if reason := share_scale(chart, other):
            notes.append(f"{chart.title}: {reason}")
        pairs.append((chart, other))
    for pair in pairs:
        for name, one in zip(("Left", "Right"), pair, strict=True):
            one.title = f"{name}: {one.title}"
    return State(left, right, SAME if left.query == right.query else "", tuple(notes), tuple(pairs))


def _rules_note(left: Side, right: Side) -> str:
    """Return by which rules both sides are counted."""
    if left.rules == right.rules:
        return f"Each side is counted by the rules with which its snapshot was built: both by {left.rules}."
    return (
        f"Each side is counted by the rules with which its snapshot was built: the left one by {left.rules}, the right "
        f"one by {right.rules}. What differs may come from the rules."
    )
