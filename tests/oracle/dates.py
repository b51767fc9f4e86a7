"""When each model appeared, by the rules: what dates it first, and then what it cannot be older or younger than."""

from dataclasses import dataclass, field
from datetime import date

import numpy as np

from oss_ai_monitor.sources.simulated.boards import Evaluation
from oss_ai_monitor.sources.simulated.community import CREATED_AT_FLOOR, Community, day
from oss_ai_monitor.sources.simulated.hub import has_config
from tests.oracle.names import Names, distances

CURATED, RELEASED, CREATED = "curated release date", "date of its release", "Hub createdAt"
UPLOADED, SUBMITTED = "upload date", "first submission"
AT_FLOOR, UPLOAD_FLOOR, LATE, NO_DATE = (
    "undated: createdAt floor",
    "undated: upload floor",
    "undated: late board",
    "undated: no date",
)
Answer = tuple[date | None, str]
_FLOOR_DAY, _V1_DATED_FROM = date(2022, 3, 2), date(2023, 11, 1)
_EARLY = 35
"""So many days before a release, its class or its base a date is an upload in advance; more is another model's."""


@dataclass
class _Claims:
    """What the boards say of one repository, and the classes that a config or a board names."""

    is_evaluated: bool = False
    uploaded: date | None = None
    submissions: set[tuple[date, str]] = field(default_factory=set)
    official: set[date] = field(default_factory=set)
    classes: set[str] = field(default_factory=set)

    @property
    def first(self) -> date | None:
        return min((on for on, _ in self.submissions), default=None)

    def dating(self) -> list[date]:
        """Days of submissions that date a model, in order: those on v1 of its first two months were of older ones."""
        return sorted(on for on, board in self.submissions if board != "v1" or on >= _V1_DATED_FROM)


def appearances(
    community: Community,
    names: list[str],
    evaluated: dict[str, list[Evaluation]],
    children: dict[str, set[str]],
    repository: Names,
) -> dict[str, Answer]:
    """Repository → the day that it appeared, None where that is not known, and the rule that decided."""
    claims = _claims(community, names, evaluated)
    released = {repository(name): on for name, on in community.seeds.released.items()}
    curated = {repository(name): on for name, on in community.seeds.curated.items()}
    first: dict[str, Answer] = {}
    for name, created, listed in zip(names, community.created.tolist(), community.listed.tolist(), strict=True):
        if listed or claims[name].is_evaluated:
            at = created if listed and created >= 0 else None
            first[name] = _first(at, claims[name], curated.get(name), released.get(name))
    of_bases = _days_of_bases(first, released, children)
    answers = {}
    for name, (when, rule) in first.items():
        if rule not in (CURATED, RELEASED):
            days = [(on, "class") for on in [_day_of_class(community, name, claims[name].classes)] if on]
            days += [(of_bases[name], "base")] if name in of_bases else []
            when, rule = _not_before(when, rule, max(days, key=lambda pair: pair[0], default=None), claims[name])
        answers[name] = _not_after_its_score(when, rule, claims[name])
    return answers


def _claims(community: Community, names: list[str], evaluated: dict[str, list[Evaluation]]) -> dict[str, _Claims]:
    claims = {name: _Claims() for name in names}
    positions = np.flatnonzero(community.listed)
    positions = positions[has_config(community, positions)]
    for i in positions.tolist():
        kind = community.kinds[community.kind[i]]
        claims[names[i]].classes |= {kind.class_name, kind.model_type}
    for board, submitted in evaluated.items():
        for e in submitted:
            claim = claims[names[e.model]]
            claim.is_evaluated = True
            if e.uploaded_on:
                claim.uploaded = min(e.uploaded_on, claim.uploaded or e.uploaded_on)
            if e.submitted_on:
                claim.submissions.add((e.submitted_on, board))
                claim.official |= {e.submitted_on} if e.official else set()
            if e.architecture:
                claim.classes.add(e.architecture)
    return claims


def _first(created: int | None, claim: _Claims, curated: date | None, released: date | None) -> Answer:
    """The first that holds: curated, of its release, the Hub's, the board's, of its first submission."""
    claimed = day(created) if created is not None else claim.uploaded or claim.first
    if curated:
        return curated, CURATED
    if released and (claimed is None or claimed <= released):
        return released, RELEASED
    if created is not None:
        return (None, AT_FLOOR) if CREATED_AT_FLOOR - 4 <= created <= CREATED_AT_FLOOR + 5 else (day(created), CREATED)
    if claim.uploaded:
        return (None, UPLOAD_FLOOR) if claim.uploaded == _FLOOR_DAY else (claim.uploaded, UPLOADED)
    if claim.first is None:
        return None, NO_DATE
    return (claim.first, SUBMITTED) if claim.first in claim.dating() else (None, LATE)


def _days_of_bases(
    first: dict[str, Answer], released: dict[str, date], children: dict[str, set[str]]
) -> dict[str, date]:
    """Repository → the latest day of what it descends from; only curated days and those of releases bound others."""
    days = {name: on for name, on in released.items() if name not in first}
    days |= {name: when for name, (when, rule) in first.items() if when and rule in (CURATED, RELEASED)}
    latest: dict[str, date] = {}
    for base, on in days.items():
        if base in children:
            for name in distances(children, {base}):
                latest[name] = max(on, latest.get(name, on))
    return latest


def _day_of_class(community: Community, name: str, classes: set[str]) -> date | None:
    """The first day of the oldest class that is named, for all but its own owners."""
    candidates = [community.seeds.classes[named] for named in classes if named in community.seeds.classes]
    if not candidates:
        return None
    on, owners = min(candidates)
    return None if name.split("/")[0] in owners else on


def _not_before(when: date | None, rule: str, bound: tuple[date, str] | None, claim: _Claims) -> Answer:
    if when is None or bound is None or when >= bound[0]:
        return when, rule
    if (bound[0] - when).days <= _EARLY:
        return bound[0], f"first day of its {bound[1]}"
    later = [on for on in claim.dating() if on >= bound[0]]
    if later:
        return later[0], f"first submission, for it is older than its {bound[1]}"
    return None, f"undated: older than its {bound[1]}"


def _not_after_its_score(when: date | None, rule: str, claim: _Claims) -> Answer:
    """Nothing is scored before it is there, except by its owner shortly before a release."""
    if when is None or claim.first is None or when <= claim.first:
        return when, rule
    is_release = rule in (CURATED, RELEASED)
    if is_release and claim.first in claim.official and (when - claim.first).days <= _EARLY:
        return when, rule
    if claim.first in claim.dating():
        return claim.first, f"first submission, for it is older than {'the curated date' if is_release else 'its date'}"
    return None, "undated: scored before its date"
