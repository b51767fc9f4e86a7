"""An invented community around real releases: who makes what, when, from what, and how well it scores.

Knows releases and base models from the seeds, as facts; all else (owners, names, dates of derivatives, every score)
is drawn from one seed. Knows nothing of the landed shapes: `simulated.py` puts this into tables, `simulated_books.py`
counts it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from oss_ai_monitor.sources.simulated.facts import DAY, Floats, Kind, Seeds, pressure, seconds
from oss_ai_monitor.sources.simulated.vocabulary import BACK, COMMUNITY_LICENCES, FRONT, LICENCES, STEM, SUFFIX

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

NOBODY, VANISHED = -1, -2
"""Parents that are no model of ours: none, and one that nobody can find."""
FLOOR = int(datetime(2022, 3, 2, 23, 29, 4, tzinfo=UTC).timestamp())
RELATIONS = ("none declared", "base without relation", "finetune", "adapter", "quantized", "merge")
NONE, PLAIN, FINETUNE, ADAPTER, QUANTIZED, MERGE = range(6)
_GENERATION = re.compile(r"^(llama|qwen|gemma|phi|falcon_h)[\d_]+")
"""Not part of names: it would tell the generation of a base, of which a config's type has several, or a size of 1.7."""


@dataclass
class Community:
    """Everybody's models as parallel arrays; a model is its position in them. The last ones are explicit: see `ids`."""

    seed: int
    as_of: datetime
    kinds: list[Kind]
    seeds: Seeds
    created: Ints  # seconds since 1970, UTC; -1 is unknown
    owner: Ints
    kind: Ints
    relation: Ints  # how it was made, as far as anything is declared: positions in RELATIONS
    old_form: Bools  # declared in the old form, `base_model:<id>`: the relation cannot be told
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
    meant: dict[int, str] = field(default_factory=dict)  # true base models of those that declare a wrong one
    spellings: dict[int, dict[str, tuple[str, ...]]] = field(default_factory=dict)  # names as submitted, by board
    claims: dict[int, dict[str, dict[str, Any]]] = field(default_factory=dict)  # what boards say of them, by board
    packed: set[int] = field(default_factory=set)  # stored in packed 4-bit form

    def __len__(self) -> int:
        return len(self.created)

    def names(self, positions: Iterable[int] | Ints) -> list[str | None]:
        """Repository ids of models; None for nobody."""
        at = np.asarray(positions, dtype=np.int64)
        known = np.maximum(at, 0)
        owners, kinds = self.owner[known].tolist(), self.kind[known].tolist()
        sizes, relations = self.size[known].tolist(), self.relation[known].tolist()
        stems = [_GENERATION.sub(r"\1", kind.model_type).replace("_", "") or "net" for kind in self.kinds]
        ids = self.ids
        return [
            ids.get(i)
            or f"{owner_name(owner)}/{STEM[i * 7 % 32]}-{stems[kind]}"
            f"{f'-{size:g}b' if size == size else ''}{SUFFIX[relation]}-n{i:x}"
            if i >= 0
            else None
            for i, owner, kind, size, relation in zip(at.tolist(), owners, kinds, sizes, relations, strict=True)
        ]

    def edges(self, positions: Ints) -> list[list[tuple[str, str]]]:
        """What models declare, as (relation, base model); the relation is "" where the form cannot tell it."""
        parents = self.parents[positions]
        first, second = self.names(parents[:, 0]), self.names(parents[:, 1])
        relations, plain = self.relation[positions].tolist(), self.old_form[positions].tolist()
        lost = (parents[:, 0] == VANISHED).tolist()
        found = []
        for i, a, b, relation, is_plain, is_lost in zip(
            positions.tolist(), first, second, relations, plain, lost, strict=True
        ):
            if i in self.declared:
                found.append(self.declared[i])
                continue
            name = "" if is_plain else RELATIONS[relation]
            a = f"sim-vanished/lost-{i * 31 % 97}" if is_lost else self.aliased.get(i, a)
            found.append([(name, parent) for parent in (a, b) if parent])
        return found

    def available(self) -> Ints:
        """When each model could be had: a real one from its release, however early its repository was created."""
        moments = self.created.copy()
        for i, released in self.released.items():
            moments[i] = max(released, moments[i])
        return moments

    def licence(self, position: int) -> str:
        """The licence that a model's card names."""
        own = COMMUNITY_LICENCES.get(self.kinds[self.kind[position]].group)
        if own and position * 7 % 10 < 6:
            return own[position % len(own)]
        return LICENCES[(position * 5 + position // 12) % len(LICENCES)]

    def hub_types(self) -> Ints:
        """The relation of each model that can be told from what it declares, as positions in RELATIONS."""
        told = np.where(self.old_form, PLAIN, self.relation)
        for i, relation in self.stated_relation.items():
            told[i] = relation
        return told


def owner_name(owner: int) -> str:
    """The invented name of an owner."""
    return f"sim-{FRONT[owner % 32]}{BACK[(owner * 13 + owner // 32) % 32]}{owner // 1024 or ''}"


def moments(rng: np.random.Generator, n: int, first: int, last: int) -> Ints:
    """Sorted moments: growth that flattens, quiet weekends, a few busy weeks."""
    days = np.arange(first // DAY, last // DAY)
    years = _years(days * DAY)
    weight = 0.22 + 1.35 / (1 + np.exp(-(years - 1.45) * 3.2)) + 0.12 * np.maximum(years - 2.5, 0)
    weight *= np.where((days + 3) % 7 < 5, 1.0, 0.66)  # 1970-01-01 was a Thursday
    weight *= np.exp(np.repeat(rng.normal(0, 0.09, len(days) // 7 + 1), 7)[: len(days)])
    edges = np.concatenate([[0.0], np.cumsum(weight)])
    at = np.interp(np.sort(rng.random(n)) * edges[-1], edges, np.arange(len(edges)))
    created: Ints = days[0] * DAY + (at * (DAY - 1e-3)).astype(np.int64)
    return created


def owners(rng: np.random.Generator, created: Ints, n: int) -> Ints:
    """Few do much and many do little; some stay for years, others for a season."""
    people = max(n // 6, 50)
    q = 5.0
    rank = q * ((people / q + 1) ** rng.random(n) - 1)
    season = (created - created.min()) // (120 * DAY) + 1
    stays = rng.random(n) < 0.55
    return np.where(stays, rank, people * season + rank / 3).astype(np.int64)


def architectures(rng: np.random.Generator, created: Ints, kinds: list[Kind]) -> Ints:
    """One architecture each, by the attention that it gets on that day."""
    days = np.arange(created.min() // DAY, created.max() // DAY + 1)
    at = days.astype(np.float64) * DAY
    weights = np.stack([pressure(kind, at) for kind in kinds], axis=1)
    years = _years(at)
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


def declare(rng: np.random.Generator, it: Community, bulk: int, gone: int) -> None:
    """Who says what a model was made from, in which form, and how large that makes it; a few say it wrongly."""
    n = bulk + gone
    years = _years(it.created[:n])
    declared, relation = _relations(rng, it, n, years)
    first, other = _parents(rng, it, n)
    created = it.created[:n]
    same_moment = (first >= 0) & (first < n) & (created[np.clip(first, 0, n - 1)] == FLOOR) & (created == FLOOR)
    declared &= ~same_moment & (first != NOBODY)
    relation = np.where((relation == MERGE) & (other == NOBODY), FINETUNE, relation)
    odd = rng.random(n)
    gone_ones = bulk + (rng.random(n) * gone).astype(np.int64)
    is_gone = (odd > 0.988) & (it.kind[gone_ones] == it.kind[:n]) & (created[gone_ones] < created)
    first = np.where(odd < 0.025, VANISHED, np.where(is_gone, gone_ones, first))
    it.relation[:n] = np.where(declared, relation, NONE)
    it.parents[:n, 0] = np.where(declared, first, NOBODY)
    it.parents[:n, 1] = np.where(declared & (relation == MERGE), other, NOBODY)
    it.old_form[:n] = declared & (rng.random(n) < np.where(years < 2.4, 0.55, 0.06))
    _alias(rng, it, n)
    _grow(rng, it, n)


def _years(created: Ints | Floats) -> Floats:
    return (created - seconds("2022-03-03")) / (365.25 * DAY)


def _relations(rng: np.random.Generator, it: Community, n: int, years: Floats) -> tuple[Bools, Ints]:
    """Whether anything is declared, and the relation: merges come in a wave, quantizations to stay."""
    is_text = it.is_text[:n]
    chance = np.where(is_text, 0.1 + 0.62 / (1 + np.exp(-(years - 1.7) * 2.4)), 0.03 + 0.06 * years)
    merges = 0.30 / (1 + np.exp(-(years - 1.9) * 9)) * np.exp2(-np.maximum(years - 2.8, 0) / 1.1)
    quantized = merges + 0.05 + 0.3 / (1 + np.exp(-(years - 2.9) * 1.8))
    adapters = quantized + 0.2 + 0.06 * np.sin(years)
    draw = rng.random(n)
    choice = [draw < merges, draw < quantized, draw < adapters]
    relation = np.select(choice, [MERGE, QUANTIZED, ADAPTER], FINETUNE)
    return rng.random(n) < chance, np.where(~is_text & (relation == MERGE), FINETUNE, relation)


def _parents(rng: np.random.Generator, it: Community, n: int) -> tuple[Ints, Ints]:
    """Two parents for everybody, of the same architecture and older: often a recent release, else another's model."""
    takes_release, newness, recency, any_other = rng.random((4, n))
    first, second = np.full((2, n), NOBODY, dtype=np.int64)
    bases = {row["model_id"] for row in it.seeds.bases}
    releases = [i for i, name in it.ids.items() if not name.startswith("sim-") and it.created[i] > 0]
    available = it.available()
    weight = {i: (8 if 6 < it.size[i] < 10 else 3) if it.ids[i] in bases else 1 for i in releases}
    for code in np.unique(it.kind[:n]):
        mine = np.flatnonzero(it.kind[:n] == code)
        mine = mine[np.argsort(it.created[mine], kind="stable")]
        roots = np.array([i for i in releases if it.kind[i] == code for _ in range(weight[i])], dtype=np.int64)
        roots = roots[np.argsort(available[roots], kind="stable")]
        out = np.searchsorted(available[roots], it.created[mine] - 2 * DAY)  # how many are out by then
        rank = np.arange(len(mine))
        earlier = np.minimum((rank * (1 - recency[mine] ** 2)).astype(np.int64), rank - 1)
        first[mine] = np.where(rank > 0, mine[np.maximum(earlier, 0)], NOBODY)
        if len(roots):
            newest = (out * newness[mine] ** 2.2).astype(np.int64)
            takes = (takes_release[mine] < 0.62) & (out > 0)
            first[mine] = np.where(takes, roots[np.maximum(out - 1 - newest, 0)], first[mine])
        another = mine[(rank * any_other[mine]).astype(np.int64)]
        second[mine] = np.where((rank < 2) | (another == first[mine]) | (another == mine), NOBODY, another)
    return first, second


def _alias(rng: np.random.Generator, it: Community, n: int) -> None:
    """Some name another repository of the same weights as their base model, or its old name."""
    others = {row["model_id"]: row["alias_ids"].split(";") for row in it.seeds.bases if row["alias_ids"]}
    aliases = {i: others[name] for i, name in it.ids.items() if name in others}
    told_otherwise = np.isin(it.parents[:n, 0], list(aliases)) & (rng.random(n) < 0.05)
    for i in np.flatnonzero(told_otherwise).tolist():
        names = aliases[int(it.parents[i, 0])]
        it.aliased[i] = names[i % len(names)]


def _grow(rng: np.random.Generator, it: Community, n: int) -> None:
    """Sizes: a derivative has the size of what it stands on, whoever has no parent draws one of its kind."""
    u = rng.random(n)
    for code in np.unique(it.kind[:n]):
        sizes = it.kinds[code].sizes
        mine = np.flatnonzero(it.kind[:n] == code)
        if sizes:
            chances = 1 / np.sqrt(np.abs(np.log2(np.array(sizes) / 7)) + 0.5)
            steps = np.cumsum(chances / chances.sum())
            it.size[mine] = np.array(sizes)[np.minimum(np.searchsorted(steps, u[mine]), len(sizes) - 1)]
    top = roots_of(it)[:n]
    inherits = (top != np.arange(n)) & ~np.isnan(it.size[top])
    it.size[:n] = np.where(inherits, it.size[top], it.size[:n])


def roots_of(it: Community) -> Ints:
    """The last known model when one follows first parents; cycles stop after 64 steps."""
    up = np.where(it.parents[:, 0] >= 0, it.parents[:, 0], np.arange(len(it)))
    for _ in range(6):
        up = up[up]
    return up


def iso(at: int) -> str:
    """An ISO moment of seconds since 1970, UTC."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def day(at: int) -> date:
    """The UTC day of seconds since 1970."""
    return date(1970, 1, 1) + timedelta(days=at // DAY)
