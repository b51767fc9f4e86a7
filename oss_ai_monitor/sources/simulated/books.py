"""The books of an invented community: what any right warehouse must find in it, from what the simulator knows.

Nothing here reads the tables or asks SQL; every model's truth was known when it was made. Counted one model at a time
in plain Python, so for communities of up to 200,000 models.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from statistics import median

import numpy as np

from oss_ai_monitor.sources.simulated.boards import JUNK, Evaluation
from oss_ai_monitor.sources.simulated.community import FLOOR, RELATIONS, Community, day

LARGEST = 200_000
UNITS = ("day", "week", "month")
CURATED, CREATED, UPLOADED, SUBMITTED = "curated release date", "Hub createdAt", "upload date", "first submission"
AT_FLOOR, UPLOAD_FLOOR, LATE, NO_DATE = (
    "undated: createdAt floor",
    "undated: upload floor",
    "undated: late board",
    "undated: no date",
)
_FLOOR_DAY, _V1_DATED_FROM = date(2022, 3, 2), date(2023, 11, 1)


@dataclass
class DatasetBook:
    """One of `v1`, `v2`, `hub`. Figures are of represented models: on a board, those with an unflagged evaluation."""

    named: int  # distinct repositories; on a board flagged ones too, the random baseline not
    models: int  # represented
    evaluations: int  # rows of a board that are of a model
    flagged: int  # evaluations
    folded: int  # unflagged evaluations beyond the one that stands for its model
    dated: int = 0
    undated: int = 0
    by_rule: Counter[str] = field(default_factory=Counter)
    by_type: Counter[str] = field(default_factory=Counter)
    by_architecture: Counter[str] = field(default_factory=Counter)  # dated and undated
    new_by_type: dict[str, Counter[tuple[date, str]]] = field(default_factory=dict)  # unit → (start, type) → models
    new_by_architecture: dict[str, Counter[tuple[date, str]]] = field(default_factory=dict)
    authors: Counter[str] = field(default_factory=Counter)  # owner → dated models
    best_by_type: dict[str, float] = field(default_factory=dict)  # of dated models
    best: float | None = None  # of all models, dated or not
    running_best: dict[date, float] = field(default_factory=dict)  # month with dated scores → best up to its end

    def top_authors(self, n: int = 10) -> dict[str, int]:
        """The most active owners of dated models over the whole time; ties at the last place are all in."""
        counts = sorted(self.authors.values(), reverse=True)
        least = counts[min(n, len(counts)) - 1]
        return {owner: models for owner, models in self.authors.items() if models >= least}


@dataclass(frozen=True)
class BaseBook:
    """The derivatives of one base model on one board, were it the only one chosen. Gains are points over its own score.

    Another repository of the same weights (alias_ids in the seed) counts as the base. Gains are of derivatives that
    have a score and a date that is not before the release.
    """

    base_score: float
    derivatives: int
    undated: int
    before_release: int
    drawn: int
    best_gain: float | None
    median_gain: float | None
    above: int
    days_to_peak: int | None


@dataclass(frozen=True)
class ReleaseBook:
    """Derivatives of a release's models (its own, its base models, their owner's instruct models) around its day.

    Dated from 28 days before to 180 days after it; the release's own models do not count. `direct` declare one of
    them, `by_lineage` have one among their ancestors, other repositories of the same weights counted as the base.
    """

    direct: int
    by_lineage: int


@dataclass
class Books:
    """What must come out of all five tables together."""

    datasets: dict[str, DatasetBook]
    base_models: dict[tuple[str, str], BaseBook]  # (leaderboard, base_id), those with an evaluation
    releases: dict[tuple[str, str], ReleaseBook]  # (dataset, release_id)
    appeared: dict[str, tuple[date | None, str]]  # model_id → day and rule
    relations: dict[str, str]  # listed model_id → relation
    architectures: dict[str, str]  # model_id → group
    edges: dict[str, set[str]]  # model_id → declared base models, itself left out
    represented: dict[tuple[str, str], Evaluation]  # (leaderboard, model_id)
    models: int  # union of all repositories that any table names as its own


def books_of(it: Community, boards: dict[str, list[Evaluation]]) -> Books:
    """Do the books of a community and its evaluations by board."""
    if len(it) > LARGEST * 1.1:
        raise ValueError(f"books are kept of up to {LARGEST:,} models; this community has {len(it):,}")
    evaluated = {board: [e for e in found if e.model >= 0] for board, found in boards.items()}
    names = [name or "" for name in it.names(np.arange(len(it)))]
    listed = np.flatnonzero(it.listed)
    edges = _edges(it, names, evaluated)
    told = it.hub_types()
    relations = {names[i]: RELATIONS[told[i]] for i in listed.tolist()}
    appeared = _appeared(it, names, evaluated)
    architectures = _architectures(it, names, evaluated)
    represented = {(board, e.fullname): e for board, found in evaluated.items() for e in _represented(found)}
    books = Books({}, {}, {}, appeared, relations, architectures, edges, represented, len(appeared))
    books.datasets["hub"] = _count(books, DatasetBook(len(listed), len(listed), 0, 0, 0), relations, {})
    for board, found in evaluated.items():
        types = {name: e.type for (where, name), e in represented.items() if where == board}
        scores = {name: e.score for (where, name), e in represented.items() if where == board and e.score == e.score}
        flagged = sum(e.flagged for e in found)
        totals = DatasetBook(
            len({e.fullname for e in found}), len(types), len(found), flagged, len(found) - flagged - len(types)
        )
        books.datasets[board] = _count(books, totals, types, scores)
    _count_derivatives(it, books)
    return books


def start_of(when: date, unit: str) -> date:
    """The first day of the period that a day is in; weeks start on Monday."""
    if unit == "week":
        return when - timedelta(days=when.weekday())
    return when.replace(day=1) if unit == "month" else when


def _edges(it: Community, names: list[str], evaluated: dict[str, list[Evaluation]]) -> dict[str, set[str]]:
    """Base models as they are declared where anybody can see it: on the Hub, or on v2."""
    listed = np.flatnonzero(it.listed)
    edges: dict[str, set[str]] = defaultdict(set)
    for i, declared in zip(listed.tolist(), it.edges(listed), strict=True):
        edges[names[i]] |= {parent for _, parent in declared}
    for e in evaluated["v2"]:
        if e.base_model and e.base_model != "Removed":
            edges[e.fullname].add(e.base_model)
    return {name: parents - {name} for name, parents in edges.items() if parents - {name}}


def _appeared(
    it: Community, names: list[str], evaluated: dict[str, list[Evaluation]]
) -> dict[str, tuple[date | None, str]]:
    uploaded: dict[str, date] = {}
    submitted: dict[str, tuple[date, str]] = {}
    on_boards: set[str] = set()
    for board, found in evaluated.items():
        for e in found:
            on_boards.add(e.fullname)
            if e.uploaded_on:
                uploaded[e.fullname] = min(e.uploaded_on, uploaded.get(e.fullname, e.uploaded_on))
            if e.submitted_on:
                first = (e.submitted_on, board)
                submitted[e.fullname] = min(first, submitted.get(e.fullname, first))
    answers: dict[str, tuple[date | None, str]] = {}
    for name, created, listed in zip(names, it.created.tolist(), it.listed.tolist(), strict=True):
        if not listed and name not in on_boards:
            continue
        first_day, board = submitted.get(name, (None, ""))
        if name in it.seeds.curated:
            answers[name] = (it.seeds.curated[name], CURATED)
        elif listed and created >= 0:
            at_floor = FLOOR - 4 <= created <= FLOOR + 5
            answers[name] = (None, AT_FLOOR) if at_floor else (day(created), CREATED)
        elif name in uploaded:
            at_floor = uploaded[name] == _FLOOR_DAY
            answers[name] = (None, UPLOAD_FLOOR) if at_floor else (uploaded[name], UPLOADED)
        elif first_day is None:
            answers[name] = (None, NO_DATE)
        else:
            late = board == "v1" and first_day < _V1_DATED_FROM
            answers[name] = (None, LATE) if late else (first_day, SUBMITTED)
    return answers


def _architectures(it: Community, names: list[str], evaluated: dict[str, list[Evaluation]]) -> dict[str, str]:
    """The group of each model, where anything but junk tells it."""
    groups = [kind.group for kind in it.kinds]
    told = {e.fullname for found in evaluated.values() for e in found if e.architecture and e.architecture not in JUNK}
    return {
        name: groups[kind] if listed or name in told else "Unknown"
        for name, kind, listed in zip(names, it.kind.tolist(), it.listed.tolist(), strict=True)
    }


def _represented(found: Iterable[Evaluation]) -> list[Evaluation]:
    """The best unflagged evaluation of each model; the order is total."""
    best: dict[str, Evaluation] = {}
    for e in found:
        if not e.flagged and (e.fullname not in best or _rank(e) < _rank(best[e.fullname])):
            best[e.fullname] = e
    return list(best.values())


def _rank(e: Evaluation) -> tuple[object, ...]:
    has_score = e.score == e.score
    return (
        *(not has_score, -e.score if has_score else 0.0),
        *(e.submitted_on is None, -(e.submitted_on or date.min).toordinal()),
        *(e.revision, e.precision, e.weight_type),
        *(e.chat_template is None, bool(e.chat_template), e.eval_name),
    )


def _count(books: Books, book: DatasetBook, types: dict[str, str], scores: dict[str, float]) -> DatasetBook:
    book.new_by_type = {unit: Counter() for unit in UNITS}
    book.new_by_architecture = {unit: Counter() for unit in UNITS}
    months: dict[date, float] = {}
    for name, kind in types.items():
        when, rule = books.appeared[name]
        group = books.architectures[name]
        book.by_rule[rule] += 1
        book.by_type[kind] += 1
        book.by_architecture[group] += 1
        if when is None:
            continue
        book.dated += 1
        book.authors[name.split("/")[0]] += 1
        for unit in UNITS:
            book.new_by_type[unit][start_of(when, unit), kind] += 1
            book.new_by_architecture[unit][start_of(when, unit), group] += 1
        if name in scores:
            month = start_of(when, "month")
            months[month] = max(scores[name], months.get(month, scores[name]))
            book.best_by_type[kind] = max(scores[name], book.best_by_type.get(kind, scores[name]))
    book.undated = len(types) - book.dated
    book.best = max(scores.values(), default=None)
    best = 0.0
    for month in sorted(months):
        best = max(best, months[month])
        book.running_best[month] = best
    return book


def _count_derivatives(it: Community, books: Books) -> None:
    same = {alias: row["model_id"] for row in it.seeds.bases for alias in row["alias_ids"].split(";") if alias}
    children: dict[str, set[str]] = defaultdict(set)
    for name, parents in books.edges.items():
        for parent in parents:
            children[same.get(parent, parent)].add(name)
    in_dataset = {"hub": set(books.relations)}
    for board, name in books.represented:
        in_dataset.setdefault(board, set()).add(name)
    for row in it.seeds.bases:
        released = date.fromisoformat(row["released_on"])
        descendants = _descendants(children, {row["model_id"]})
        for board in ("v1", "v2"):
            own = books.represented.get((board, row["model_id"]))
            if own and own.score == own.score:
                found = descendants & in_dataset[board]
                books.base_models[board, row["base_id"]] = _base(books, board, own.score, released, found)
    for row in it.seeds.releases:
        released = date.fromisoformat(row["released_on"])
        bases = [base for base in it.seeds.bases if base["release_id"] == row["release_id"]]
        own_ids = {row["model_id"], *(base["model_id"] for base in bases)} - {""}
        own_ids |= {name for base in bases for name in base["owner_instruct_ids"].split(";") if name}
        direct = set().union(*(children.get(name, set()) for name in own_ids)) - own_ids
        for dataset, members in in_dataset.items():
            counted = [
                sum(_is_around(books.appeared[name][0], released) for name in found & members)
                for found in (direct, _descendants(children, own_ids))
            ]
            books.releases[dataset, row["release_id"]] = ReleaseBook(*counted)


def _descendants(children: dict[str, set[str]], ancestors: set[str]) -> set[str]:
    seen, ahead = set(ancestors), list(ancestors)
    while ahead:
        for child in children.get(ahead.pop(), ()):
            if child not in seen:
                seen.add(child)
                ahead.append(child)
    return seen - ancestors


def _is_around(when: date | None, released: date) -> bool:
    return when is not None and -28 <= (when - released).days <= 180


def _base(books: Books, board: str, own: float, released: date, found: set[str]) -> BaseBook:
    dates = {name: books.appeared[name][0] for name in found}
    drawn = [
        (books.represented[board, name].score - own, (when - released).days)
        for name, when in dates.items()
        if when is not None
        and when >= released
        and books.represented[board, name].score == books.represented[board, name].score
    ]
    gains = [gain for gain, _ in drawn]
    return BaseBook(
        base_score=own,
        derivatives=len(found),
        undated=sum(when is None for when in dates.values()),
        before_release=sum(when is not None and when < released for when in dates.values()),
        drawn=len(drawn),
        best_gain=max(gains, default=None),
        median_gain=median(gains) if gains else None,
        above=sum(gain > 0 for gain in gains),
        days_to_peak=min((days for gain, days in drawn if gain == max(gains)), default=None),
    )
