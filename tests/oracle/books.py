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
from oss_ai_monitor.sources.simulated.community import RELATIONS, Community
from tests.oracle.dates import appearances
from tests.oracle.names import Names, base_models, children_of, distances
from tests.oracle.sizes import is_resized, nominal_sizes

LARGEST = 200_000
UNITS = ("day", "week", "month")


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
    resized: int  # of those drawn, beyond 0.8 to 1.25 of the base's size


@dataclass(frozen=True)
class ReleaseBook:
    """Derivatives of a release's repositories around its day, other repositories of the same weights as the base.

    Dated from 28 days before to 180 days after it; the release's own repositories do not count. `direct` stand on one
    of them, `by_lineage` have one among their ancestors. `nearest` is, of each repository, how many have it alone as
    their nearest, and how many have it among their nearest.
    """

    direct: int
    by_lineage: int
    nearest: dict[str, tuple[int, int]] = field(default_factory=dict, compare=False)


@dataclass
class Books:
    """What must come out of all five tables together."""

    datasets: dict[str, DatasetBook]
    base_models: dict[tuple[str, str], BaseBook]  # (leaderboard, base_id), those with an evaluation
    releases: dict[tuple[str, str], ReleaseBook]  # (dataset, release_id)
    appeared: dict[str, tuple[date | None, str]]  # model_id → day and rule
    relations: dict[str, str]  # listed model_id → relation
    architectures: dict[str, str]  # model_id → group
    edges: dict[str, set[str]]  # model_id → base models, itself left out
    sizes: dict[str, float]  # model_id → nominal billions, where anything tells them
    represented: dict[tuple[str, str], Evaluation]  # (leaderboard, model_id)
    models: int  # union of all repositories that any table names as its own


MADE_AS = {"gguf": "quantized", "lora": "adapter", "merge": "merge"}
"""What repositories with such a part in their names were made as; their tags say so where no relation does."""


def _relation(name: str, declared: str) -> str:
    if declared != "base without relation":
        return declared
    return next((made_as for part, made_as in MADE_AS.items() if f"-{part}-" in name), declared)


def books_of(community: Community, boards: dict[str, list[Evaluation]]) -> Books:
    """Do the books of a community and its evaluations by board."""
    if len(community) > LARGEST * 1.1:
        raise ValueError(f"books are kept of up to {LARGEST:,} models; this community has {len(community):,}")
    evaluated = {board: [e for e in submitted if e.model >= 0] for board, submitted in boards.items()}
    names = [name or "" for name in community.names(np.arange(len(community)))]
    repository = Names(names, community.seeds)
    listed = np.flatnonzero(community.listed)
    edges = base_models(community, names, evaluated, repository)
    children = children_of(edges, community.seeds, repository)
    stated_relations = community.hub_types()
    relations = {names[i]: _relation(names[i], RELATIONS[stated_relations[i]]) for i in listed.tolist()}
    appeared = appearances(community, names, evaluated, children, repository)
    represented = {
        (board, names[e.model]): e for board, submitted in evaluated.items() for e in _represented(submitted)
    }
    sizes = nominal_sizes(community, names, evaluated)
    books = Books(
        datasets={},
        base_models={},
        releases={},
        appeared=appeared,
        relations=relations,
        architectures=_architectures(community, names, evaluated),
        edges=edges,
        sizes={name: size for name, size in sizes.items() if name in appeared},
        represented=represented,
        models=len(appeared),
    )
    books.datasets["hub"] = _count(books, DatasetBook(len(listed), len(listed), 0, 0, 0), relations, {})
    for board, submitted in evaluated.items():
        types = {name: e.type for (where, name), e in represented.items() if where == board}
        scores = {name: e.score for (where, name), e in represented.items() if where == board and e.score == e.score}
        flagged = sum(e.flagged for e in submitted)
        totals = DatasetBook(
            len({e.model for e in submitted}),
            len(types),
            len(submitted),
            flagged,
            len(submitted) - flagged - len(types),
        )
        books.datasets[board] = _count(books, totals, types, scores)
    _count_derivatives(community, books, children, repository)
    return books


def start_of(when: date, unit: str) -> date:
    """The first day of the period that a day is in; weeks start on Monday."""
    if unit == "week":
        return when - timedelta(days=when.weekday())
    return when.replace(day=1) if unit == "month" else when


def _architectures(community: Community, names: list[str], evaluated: dict[str, list[Evaluation]]) -> dict[str, str]:
    """The group of each model, where anything but junk tells it."""
    groups = [kind.group for kind in community.kinds]
    models_with_class = {
        e.model for submitted in evaluated.values() for e in submitted if e.architecture and e.architecture not in JUNK
    }
    return {
        name: groups[kind] if listed or i in models_with_class else "Unknown"
        for i, (name, kind, listed) in enumerate(
            zip(names, community.kind.tolist(), community.listed.tolist(), strict=True)
        )
    }


def _represented(submitted: Iterable[Evaluation]) -> list[Evaluation]:
    """The best unflagged evaluation of each model; the order is total."""
    best: dict[int, Evaluation] = {}
    for e in submitted:
        if not e.flagged and (e.model not in best or _rank(e) < _rank(best[e.model])):
            best[e.model] = e
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


def _count_derivatives(community: Community, books: Books, children: dict[str, set[str]], repository: Names) -> None:
    in_dataset = {"hub": set(books.relations)}
    for board, name in books.represented:
        in_dataset.setdefault(board, set()).add(name)
    for row in community.seeds.bases:
        base, released = repository(row["model_id"]), date.fromisoformat(row["released_on"])
        below_base = distances(children, {base}).keys()
        for board in ("v1", "v2"):
            evaluation = books.represented.get((board, base))
            if evaluation and evaluation.score == evaluation.score:
                books.base_models[board, row["base_id"]] = _base(
                    books, board, base, evaluation.score, released, below_base & in_dataset[board]
                )
    members: dict[str, set[str]] = defaultdict(set)
    for row in community.seeds.members:
        members[row["release_id"]].add(repository(row["model_id"]))
    for row in community.seeds.releases:
        own_ids = members[row["release_id"]]
        around = _around(books, date.fromisoformat(row["released_on"]))
        descendants = distances(children, own_ids)
        steps = {name: distances(children, {name}) for name in own_ids if name in children}
        for dataset, in_it in in_dataset.items():
            descendants_in_range = [name for name in descendants if name in in_it and name in around]
            nearest: Counter[str] = Counter()
            alone: Counter[str] = Counter()
            for name in descendants_in_range:
                least = [base for base, below in steps.items() if below.get(name) == descendants[name]]
                nearest.update(least)
                alone.update(least if len(least) == 1 else [])
            books.releases[dataset, row["release_id"]] = ReleaseBook(
                sum(descendants[name] == 1 for name in descendants_in_range),
                len(descendants_in_range),
                {base: (alone[base], nearest[base]) for base in steps},
            )


def _around(books: Books, released: date) -> set[str]:
    return {name for name, (when, _) in books.appeared.items() if when and -28 <= (when - released).days <= 180}


def _base(books: Books, board: str, base: str, own_score: float, released: date, models: Iterable[str]) -> BaseBook:
    dates = {name: books.appeared[name][0] for name in models}
    drawn = [
        (books.represented[board, name].score - own_score, (when - released).days, name)
        for name, when in dates.items()
        if when is not None
        and when >= released
        and books.represented[board, name].score == books.represented[board, name].score
    ]
    gains = [gain for gain, _, _ in drawn]
    return BaseBook(
        base_score=own_score,
        derivatives=len(dates),
        undated=sum(when is None for when in dates.values()),
        before_release=sum(when is not None and when < released for when in dates.values()),
        drawn=len(drawn),
        best_gain=max(gains, default=None),
        median_gain=median(gains) if gains else None,
        above=sum(gain > 0 for gain in gains),
        days_to_peak=min((days for gain, days, _ in drawn if gain == max(gains)), default=None),
        resized=sum(is_resized(books.sizes.get(name), books.sizes.get(base)) for _, _, name in drawn),
    )
