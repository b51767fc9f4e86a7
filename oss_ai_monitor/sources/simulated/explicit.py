"""The explicit models of the invented community: real base models and releases, and models with irregularities.

Real ids are those of real releases (facts from the seeds), created up to five weeks before them.
"""

import math
import re
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np

from oss_ai_monitor.sources.simulated.community import FINETUNE, NO_PARENT, NONE, Community
from oss_ai_monitor.sources.simulated.contradictions import DAYS_BEFORE_RELEASE, contradictions
from oss_ai_monitor.sources.simulated.facts import DAY, Kind, Seeds, pressure, seconds
from oss_ai_monitor.sources.simulated.traps import Explicit, traps


def explicit_models(seeds: Seeds, kinds: list[Kind], as_of: datetime) -> list[Explicit]:
    """Return the real models, then the irregular ones; only those created before `as_of`."""
    last = int(as_of.timestamp())
    by_id = {model.id: model for model in [*_real(seeds, kinds), *traps(kinds), *contradictions(kinds)]}
    return [model for model in by_id.values() if model.created < last]


def add_explicit(community: Community, explicit: list[Explicit]) -> None:
    """Append the explicit models to the arrays, with their ids and edges."""
    n, added = len(community), len(explicit)
    position_of = {model.id: n + i for i, model in enumerate(explicit)}
    owners: dict[str, int] = {}
    community.created = np.concatenate([community.created, [model.created for model in explicit]])
    community.kind = np.concatenate([community.kind, [model.kind for model in explicit]])
    community.size = np.concatenate([community.size, [model.size for model in explicit]])
    community.listed = np.concatenate([community.listed, [model.listed for model in explicit]])
    community.owner = np.concatenate(
        [community.owner, [owners.setdefault(m.id.split("/")[0], len(owners)) for m in explicit]]
    )
    community.relation = np.concatenate([community.relation, [model.stated_relation for model in explicit]])
    community.old_form = np.concatenate([community.old_form, np.zeros(added, dtype=bool)])
    community.is_text = np.concatenate([community.is_text, np.ones(added, dtype=bool)])
    bases = [model.true_base or (model.edges[0][1] if model.edges else "") for model in explicit]
    first = [[position_of.get(base, NO_PARENT), NO_PARENT] for base in bases]
    community.parents = np.concatenate([community.parents, np.array(first, dtype=np.int64)])
    for i, model in enumerate(explicit, n):
        community.ids[i] = model.id
        community.declared[i] = list(model.edges)
        community.stated_relation[i] = model.stated_relation
        community.boards[i] = model.boards
        community.types[i] = model.type
        community.quirks[i] = model.quirk
        community.spellings[i] = model.spellings
        community.claims[i] = model.claims
        if model.released:
            community.released[i] = model.released
        if model.true_base:
            community.true_bases[i] = model.true_base
        if model.is_packed:
            community.packed.add(i)


def _real(seeds: Seeds, kinds: list[Kind]) -> list[Explicit]:
    models: list[Explicit] = []

    def add(name: str, created: int, kind: int, size: float, boards: tuple[str, ...], kind_of_type: str) -> None:
        on = seeds.curated.get(name) or seeds.released[name]
        lead = DAYS_BEFORE_RELEASE.get(name)
        claims = {"v2": {"submitted_on": on - timedelta(days=lead)}} if lead else {}
        model = Explicit(name, created, kind, (), NONE, size, True, boards, kind_of_type)
        models.append(replace(model, released=seconds(str(on)), claims=claims))

    for n, row in enumerate(seeds.bases):
        released = seconds(row["released_on"])
        kind = _kind(kinds, {"Yi": "Llama", "SOLAR": "Llama"}.get(row["family"], row["family"]), released)
        size = _size(seeds, row["model_id"], row["parameters_label"])
        boards = ("v1", "v2") if row["leaderboard"] == "both" else (row["leaderboard"],)
        is_stand_in = row["model_id"].endswith("instruct")
        created = released - (n * 5 % 33) * DAY + 9 * 3600 + n * 61
        add(row["model_id"], created, kind, size, boards, "chat" if is_stand_in else "pretrained")
        for name in filter(None, row["owner_instruct_ids"].split(";")):
            add(name, created + 600, kind, size, boards, "chat")
            if n % 3:  # the others do not say whose instruct models they are
                models[-1] = replace(models[-1], edges=(("finetune", row["model_id"]),), stated_relation=FINETUNE)
    known_ids = {model.id for model in models}
    for n, row in enumerate(seeds.releases):
        if not row["model_id"] or row["model_id"] in known_ids or "NOT verified" in row["notes"]:
            continue
        released = seconds(row["released_on"])
        kind = _kind(kinds, {"Yi": "Llama"}.get(row["family"], row["family"]), released)
        is_chat = bool(re.search(r"(?i)instruct|-it$|chat|think", row["model_id"]))
        created = released - (n * 7 % 34) * DAY + 10 * 3600 + n * 67
        size = _size(seeds, row["model_id"])
        add(row["model_id"], created, kind, size, (), "chat" if is_chat else "pretrained")
    return models


def _size(seeds: Seeds, model_id: str, label: str = "") -> float:
    """Return billions of parameters: as curated, else from the label, else from the name; NaN if unknown."""
    if model_id in seeds.sizes:
        return seeds.sizes[model_id]
    text = label or seeds.labels.get(model_id) or model_id
    if experts := re.search(r"8x(\d+)B", text):
        return {"7": 46.7, "22": 140.6}[experts[1]]
    number = re.search(r"(?<![A-Za-z\d.])(\d+(?:\.\d+)?)([BMT])(?![a-z])", text.upper())
    return float(number[1]) * {"M": 0.001, "B": 1, "T": 1000}[number[2]] if number else math.nan


def _kind(kinds: list[Kind], family: str, released: int) -> int:
    """Return the most popular architecture of a family two months after a release."""
    of_family = [i for i, kind in enumerate(kinds) if kind.group == family]
    started = [i for i in of_family if kinds[i].starts <= released + DAY] or of_family
    weights = [float(pressure(kinds[i], np.array([released + 60.0 * DAY]))[0]) for i in started]
    return started[weights.index(max(weights))] if started else len(kinds) - 1
