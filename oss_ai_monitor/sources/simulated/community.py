"""An invented community around real releases: owners, models, dates, lineage and sizes.

Releases and base models are facts from the seeds; all else (owners, names, dates of derivatives) is random, from one
seed. Knows nothing of the landed shapes: the package puts the community into tables, `tests/oracle` counts it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from oss_ai_monitor.sources.simulated.facts import DAY, Floats, Kind, Seeds, pressure, seconds
from oss_ai_monitor.sources.simulated.vocabulary import (
    COMMUNITY_LICENCES,
    LICENCES,
    NAME_ENDS,
    NAME_STARTS,
    NAME_STEMS,
    NAME_SUFFIXES,
)

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

NO_PARENT, MISSING_PARENT = -1, -2
"""Positions of parents that are no model of the community: none at all, and one that does not exist anywhere."""
CREATED_AT_FLOOR = int(datetime(2022, 3, 2, 23, 29, 4, tzinfo=UTC).timestamp())
RELATIONS = ("none declared", "base without relation", "finetune", "adapter", "quantized", "merge")
NONE, UNSPECIFIED, FINETUNE, ADAPTER, QUANTIZED, MERGE = range(6)
_GENERATION = re.compile(r"^(llama|qwen|gemma|phi|falcon_h)[\d_]+")
"""Left out of names, where it would be read as the generation of a base model, or as a size of 1.7."""


@dataclass
class Community:
    """All models as parallel arrays; a model is its position in them. The last ones are explicit: see `ids`."""

    seed: int
    as_of: datetime
    kinds: list[Kind]
    seeds: Seeds
    created: Ints  # seconds since 1970, UTC; -1 is unknown
    owner: Ints
    kind: Ints
    relation: Ints  # how it was made, as far as anything is declared: positions in RELATIONS
    old_form: Bools  # declared in the old form, `base_model:<id>`: the relation is unknown
    parents: npt.NDArray[np.int64]  # (n, 2), positions or NOBODY or VANISHED
    size: Floats  # billions; NaN is unknown
    listed: Bools  # in the Hub's listing today
    is_text: Bools
    ids: dict[int, str] = field(default_factory=dict)
    declared: dict[int, list[tuple[str, str]]] = field(default_factory=dict)  # edges of explicit models
    stated_relation: dict[int, int] = field(default_factory=dict)  # what these edges make of their relation
    aliased: dict[int, str] = field(default_factory=dict)  # first parents that are declared under another name
    boards: dict[int, tuple[str, ...]] = field(default_factory=dict)  # where explicit models are evaluated
    types: dict[int, str] = field(default_factory=dict)  # and as what
    quirks: dict[int, str] = field(default_factory=dict)  # what is odd about their evaluations
    released: dict[int, int] = field(default_factory=dict)  # when real ones could be had; they are created before
    true_bases: dict[int, str] = field(default_factory=dict)  # true base models of those that declare a wrong one
    spellings: dict[int, dict[str, tuple[str, ...]]] = field(default_factory=dict)  # names as submitted, by board
    claims: dict[int, dict[str, dict[str, Any]]] = field(default_factory=dict)  # what boards say of them, by board
    packed: set[int] = field(default_factory=set)  # stored in packed 4-bit form

    def __len__(self) -> int:
        return len(self.created)

    def names(self, positions: Iterable[int] | Ints) -> list[str | None]:
        """Return the repository ids of models; None for NOBODY."""
        position_array = np.asarray(positions, dtype=np.int64)
        indices = np.maximum(position_array, 0)
        owners, kinds = self.owner[indices].tolist(), self.kind[indices].tolist()
        sizes, relations = self.size[indices].tolist(), self.relation[indices].tolist()
        stems = [_GENERATION.sub(r"\1", kind.model_type).replace("_", "") or "net" for kind in self.kinds]
        ids = self.ids
        return [
            ids.get(i)
            or f"{owner_name(owner)}/{NAME_STEMS[i * 7 % 32]}-{stems[kind]}"
            f"{f'-{size:g}b' if size == size else ''}{NAME_SUFFIXES[relation]}-n{i:x}"
            if i >= 0
            else None
            for i, owner, kind, size, relation in zip(
                position_array.tolist(), owners, kinds, sizes, relations, strict=True
            )
        ]

    def edges(self, positions: Ints) -> list[list[tuple[str, str]]]:
        """Return what models declare, as (relation, base model); the relation is "" in the old form."""
        parents = self.parents[positions]
        first, second = self.names(parents[:, 0]), self.names(parents[:, 1])
        relations, old_form = self.relation[positions].tolist(), self.old_form[positions].tolist()
        is_missing_parent = (parents[:, 0] == MISSING_PARENT).tolist()
        edges = []
        for i, a, b, relation, is_old_form, is_missing in zip(
            positions.tolist(), first, second, relations, old_form, is_missing_parent, strict=True
        ):
            if i in self.declared:
                edges.append(self.declared[i])
                continue
            name = "" if is_old_form else RELATIONS[relation]
            a = f"sim-vanished/lost-{i * 31 % 97}" if is_missing else self.aliased.get(i, a)
            edges.append([(name, parent) for parent in (a, b) if parent])
        return edges

    def available(self) -> Ints:
        """Return when each model became available: a real one at its release, which may be after its creation."""
        moments = self.created.copy()
        for i, released in self.released.items():
            moments[i] = max(released, moments[i])
        return moments

    def licence(self, position: int) -> str:
        """Return the licence in a model's card."""
        group_licences = COMMUNITY_LICENCES.get(self.kinds[self.kind[position]].group)
        if group_licences and position * 7 % 10 < 6:
            return group_licences[position % len(group_licences)]
        return LICENCES[(position * 5 + position // 12) % len(LICENCES)]

    def hub_types(self) -> Ints:
        """Return the relation that each model's declaration states, as positions in RELATIONS."""
        relations = np.where(self.old_form, UNSPECIFIED, self.relation)
        for i, relation in self.stated_relation.items():
            relations[i] = relation
        return relations


def owner_name(owner: int) -> str:
    """The invented name of an owner."""
    return f"sim-{NAME_STARTS[owner % 32]}{NAME_ENDS[(owner * 13 + owner // 32) % 32]}{owner // 1024 or ''}"


def moments(rng: np.random.Generator, count: int, first: int, last: int) -> Ints:
    """Draw sorted moments: growth that flattens, quiet weekends, a few busy weeks."""
    days = np.arange(first // DAY, last // DAY)
    years = _years(days * DAY)
    weight = 0.22 + 1.35 / (1 + np.exp(-(years - 1.45) * 3.2)) + 0.12 * np.maximum(years - 2.5, 0)
    weight *= np.where((days + 3) % 7 < 5, 1.0, 0.66)  # 1970-01-01 was a Thursday
    weight *= np.exp(np.repeat(rng.normal(0, 0.09, len(days) // 7 + 1), 7)[: len(days)])
    edges = np.concatenate([[0.0], np.cumsum(weight)])
    at = np.interp(np.sort(rng.random(count)) * edges[-1], edges, np.arange(len(edges)))
    created: Ints = days[0] * DAY + (at * (DAY - 1e-3)).astype(np.int64)
    return created


def owners(rng: np.random.Generator, created: Ints, n: int) -> Ints:
    """Draw an owner for each model: few have many models, many have few; some are active for years, others briefly."""
    owner_count = max(n // 6, 50)
    q = 5.0
    rank = q * ((owner_count / q + 1) ** rng.random(n) - 1)
    season = (created - created.min()) // (120 * DAY) + 1
    is_active_for_long = rng.random(n) < 0.55
    return np.where(is_active_for_long, rank, owner_count * season + rank / 3).astype(np.int64)


def architectures(rng: np.random.Generator, created: Ints, kinds: list[Kind]) -> Ints:
    """Draw an architecture for each model, by the popularity of the architectures on its day."""
    days = np.arange(created.min() // DAY, created.max() // DAY + 1)
    day_starts = days.astype(np.float64) * DAY
    weights = np.stack([pressure(kind, day_starts) for kind in kinds], axis=1)
    years = _years(day_starts)
    text = 0.42 + 0.36 / (1 + np.exp(-(years - 1.1) * 3))
    weights *= (text / weights.sum(axis=1))[:, None]
    others = [i for i, kind in enumerate(kinds) if kind.group == "Other"]
    popularity = 1 / np.arange(1, len(others) + 1)
    weights[:, others] = (1 - text)[:, None] * 0.62 * popularity / popularity.sum()
    weights[:, -1] = (1 - text) * 0.38
    cumulative = np.cumsum(weights, axis=1)
    cumulative /= cumulative[:, -1:]
    day = created // DAY - days[0]
    draw = rng.random(len(created))
    kind = np.empty(len(created), dtype=np.int64)
    for start in range(0, len(created), 100_000):
        part = slice(start, start + 100_000)
        kind[part] = (cumulative[day[part]] < draw[part, None]).sum(axis=1)
    return kind


def declare(rng: np.random.Generator, community: Community, bulk: int, removed: int) -> None:
    """Set what each model declares as its base, in which form, and its size; a few declare something wrong."""
    n = bulk + removed
    years = _years(community.created[:n])
    declared, relation = _relations(rng, community, n, years)
    first, other = _parents(rng, community, n)
    created = community.created[:n]
    same_moment = (
        (first >= 0)
        & (first < n)
        & (created[np.clip(first, 0, n - 1)] == CREATED_AT_FLOOR)
        & (created == CREATED_AT_FLOOR)
    )
    declared &= ~same_moment & (first != NO_PARENT)
    relation = np.where((relation == MERGE) & (other == NO_PARENT), FINETUNE, relation)
    draw = rng.random(n)
    removed_parents = bulk + (rng.random(n) * removed).astype(np.int64)
    has_removed_parent = (
        (draw > 0.988) & (community.kind[removed_parents] == community.kind[:n]) & (created[removed_parents] < created)
    )
    first = np.where(draw < 0.025, MISSING_PARENT, np.where(has_removed_parent, removed_parents, first))
    community.relation[:n] = np.where(declared, relation, NONE)
    community.parents[:n, 0] = np.where(declared, first, NO_PARENT)
    community.parents[:n, 1] = np.where(declared & (relation == MERGE), other, NO_PARENT)
    community.old_form[:n] = declared & (rng.random(n) < np.where(years < 2.4, 0.55, 0.06))
    _alias(rng, community, n)
    _set_sizes(rng, community, n)


def _years(created: Ints | Floats) -> Floats:
    return (created - seconds("2022-03-03")) / (365.25 * DAY)


def _relations(rng: np.random.Generator, community: Community, n: int, years: Floats) -> tuple[Bools, Ints]:
    """Draw whether anything is declared, and the relation: merges peak and fall, quantizations keep growing."""
    is_text = community.is_text[:n]
    chance = np.where(is_text, 0.1 + 0.62 / (1 + np.exp(-(years - 1.7) * 2.4)), 0.03 + 0.06 * years)
    merges = 0.30 / (1 + np.exp(-(years - 1.9) * 9)) * np.exp2(-np.maximum(years - 2.8, 0) / 1.1)
    quantized = merges + 0.05 + 0.3 / (1 + np.exp(-(years - 2.9) * 1.8))
    adapters = quantized + 0.2 + 0.06 * np.sin(years)
    draw = rng.random(n)
    choice = [draw < merges, draw < quantized, draw < adapters]
    relation = np.select(choice, [MERGE, QUANTIZED, ADAPTER], FINETUNE)
    return rng.random(n) < chance, np.where(~is_text & (relation == MERGE), FINETUNE, relation)


def _parents(rng: np.random.Generator, community: Community, n: int) -> tuple[Ints, Ints]:
    """Draw two older parents of the same architecture for each model: often a recent release, else another model."""
    takes_release, newness, recency, any_other = rng.random((4, n))
    first, second = np.full((2, n), NO_PARENT, dtype=np.int64)
    bases = {row["model_id"] for row in community.seeds.bases}
    releases = [i for i, name in community.ids.items() if not name.startswith("sim-") and community.created[i] > 0]
    available = community.available()
    weight = {i: (8 if 6 < community.size[i] < 10 else 3) if community.ids[i] in bases else 1 for i in releases}
    for code in np.unique(community.kind[:n]):
        members = np.flatnonzero(community.kind[:n] == code)
        members = members[np.argsort(community.created[members], kind="stable")]
        roots = np.array([i for i in releases if community.kind[i] == code for _ in range(weight[i])], dtype=np.int64)
        roots = roots[np.argsort(available[roots], kind="stable")]
        released_count = np.searchsorted(available[roots], community.created[members] - 2 * DAY)  # releases up to then
        rank = np.arange(len(members))
        earlier = np.minimum((rank * (1 - recency[members] ** 2)).astype(np.int64), rank - 1)
        first[members] = np.where(rank > 0, members[np.maximum(earlier, 0)], NO_PARENT)
        if len(roots):
            releases_back = (released_count * newness[members] ** 2.2).astype(np.int64)
            is_of_release = (takes_release[members] < 0.62) & (released_count > 0)
            first[members] = np.where(
                is_of_release, roots[np.maximum(released_count - 1 - releases_back, 0)], first[members]
            )
        other_members = members[(rank * any_other[members]).astype(np.int64)]
        second[members] = np.where(
            (rank < 2) | (other_members == first[members]) | (other_members == members), NO_PARENT, other_members
        )
    return first, second


def _alias(rng: np.random.Generator, community: Community, n: int) -> None:
    """Let some models declare another repository with the same weights, or an old name of it, as their base."""
    others = {row["model_id"]: row["alias_ids"].split(";") for row in community.seeds.bases if row["alias_ids"]}
    aliases = {i: others[name] for i, name in community.ids.items() if name in others}
    uses_alias = np.isin(community.parents[:n, 0], list(aliases)) & (rng.random(n) < 0.05)
    for i in np.flatnonzero(uses_alias).tolist():
        names = aliases[int(community.parents[i, 0])]
        community.aliased[i] = names[i % len(names)]


def _set_sizes(rng: np.random.Generator, community: Community, n: int) -> None:
    """Set the sizes: a derivative has the size of its root, a model without a parent draws one of its architecture."""
    draw = rng.random(n)
    for code in np.unique(community.kind[:n]):
        sizes = community.kinds[code].sizes
        members = np.flatnonzero(community.kind[:n] == code)
        if sizes:
            weights = 1 / np.sqrt(np.abs(np.log2(np.array(sizes) / 7)) + 0.5)
            cumulative = np.cumsum(weights / weights.sum())
            community.size[members] = np.array(sizes)[
                np.minimum(np.searchsorted(cumulative, draw[members]), len(sizes) - 1)
            ]
    top = roots_of(community)[:n]
    inherits = (top != np.arange(n)) & ~np.isnan(community.size[top])
    community.size[:n] = np.where(inherits, community.size[top], community.size[:n])


def roots_of(community: Community) -> Ints:
    """Return the root of each model along its first parents; a cycle ends after 64 steps."""
    roots = np.where(community.parents[:, 0] >= 0, community.parents[:, 0], np.arange(len(community)))
    for _ in range(6):
        roots = roots[roots]
    return roots


def iso(at: int) -> str:
    """Return the ISO time of seconds since 1970, UTC."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def day(at: int) -> date:
    """The UTC day of seconds since 1970."""
    return date(1970, 1, 1) + timedelta(days=at // DAY)
