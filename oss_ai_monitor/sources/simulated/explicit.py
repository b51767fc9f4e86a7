"""Models of the invented community that are there for a reason: base models and releases of the real world, and traps.

Real ids stand for real releases (facts from the seeds), created up to five weeks before them.
"""

import math
import re
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np

from oss_ai_monitor.sources.simulated.community import FINETUNE, NOBODY, NONE, Community
from oss_ai_monitor.sources.simulated.contradictions import LEADS, contradictions
from oss_ai_monitor.sources.simulated.facts import DAY, Kind, Seeds, pressure, seconds
from oss_ai_monitor.sources.simulated.traps import Explicit, traps


def explicit_models(seeds: Seeds, kinds: list[Kind], as_of: datetime) -> list[Explicit]:
    """Real ones first, then the traps; only those that exist by `as_of`."""
    last = int(as_of.timestamp())
    found = {model.id: model for model in [*_real(seeds, kinds), *traps(kinds), *contradictions(kinds)]}
    return [model for model in found.values() if model.created < last]


def add_explicit(it: Community, explicit: list[Explicit]) -> None:
    """Append the explicit models to the arrays, with their ids and edges."""
    n, more = len(it), len(explicit)
    at = {model.id: n + i for i, model in enumerate(explicit)}
    owners: dict[str, int] = {}
    it.created = np.concatenate([it.created, [model.created for model in explicit]])
    it.kind = np.concatenate([it.kind, [model.kind for model in explicit]])
    it.size = np.concatenate([it.size, [model.size for model in explicit]])
    it.listed = np.concatenate([it.listed, [model.listed for model in explicit]])
    it.owner = np.concatenate([it.owner, [owners.setdefault(m.id.split("/")[0], len(owners)) for m in explicit]])
    it.relation = np.concatenate([it.relation, [model.stated_relation for model in explicit]])
    it.old_form = np.concatenate([it.old_form, np.zeros(more, dtype=bool)])
    it.is_text = np.concatenate([it.is_text, np.ones(more, dtype=bool)])
    bases = [model.meant or (model.edges[0][1] if model.edges else "") for model in explicit]
    first = [[at.get(base, NOBODY), NOBODY] for base in bases]
    it.parents = np.concatenate([it.parents, np.array(first, dtype=np.int64)])
    for i, model in enumerate(explicit, n):
        it.ids[i] = model.id
        it.declared[i] = list(model.edges)
        it.stated_relation[i] = model.stated_relation
        it.boards[i] = model.boards
        it.types[i] = model.type
        it.quirks[i] = model.quirk
        it.spellings[i] = model.spellings
        it.claims[i] = model.claims
        if model.released:
            it.released[i] = model.released
        if model.meant:
            it.meant[i] = model.meant
        if model.is_packed:
            it.packed.add(i)


def _real(seeds: Seeds, kinds: list[Kind]) -> list[Explicit]:
    found: list[Explicit] = []

    def add(name: str, created: int, kind: int, size: float, boards: tuple[str, ...], kind_of_type: str) -> None:
        on = seeds.curated.get(name) or seeds.released[name]
        lead = LEADS.get(name)
        claims = {"v2": {"submitted_on": on - timedelta(days=lead)}} if lead else {}
        made = Explicit(name, created, kind, (), NONE, size, True, boards, kind_of_type)
        found.append(replace(made, released=seconds(str(on)), claims=claims))

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
                found[-1] = replace(found[-1], edges=(("finetune", row["model_id"]),), stated_relation=FINETUNE)
    known = {model.id for model in found}
    for n, row in enumerate(seeds.releases):
        if not row["model_id"] or row["model_id"] in known or "NOT verified" in row["notes"]:
            continue
        released = seconds(row["released_on"])
        kind = _kind(kinds, {"Yi": "Llama"}.get(row["family"], row["family"]), released)
        is_chat = bool(re.search(r"(?i)instruct|-it$|chat|think", row["model_id"]))
        created = released - (n * 7 % 34) * DAY + 10 * 3600 + n * 67
        size = _size(seeds, row["model_id"])
        add(row["model_id"], created, kind, size, (), "chat" if is_chat else "pretrained")
    return found


def _size(seeds: Seeds, model_id: str, label: str = "") -> float:
    """Billions of parameters: as curated, else by a label, else by the number in the name; NaN where none tells."""
    if model_id in seeds.sizes:
        return seeds.sizes[model_id]
    text = label or seeds.labels.get(model_id) or model_id
    if experts := re.search(r"8x(\d+)B", text):
        return {"7": 46.7, "22": 140.6}[experts[1]]
    number = re.search(r"(?<![A-Za-z\d.])(\d+(?:\.\d+)?)([BMT])(?![a-z])", text.upper())
    return float(number[1]) * {"M": 0.001, "B": 1, "T": 1000}[number[2]] if number else math.nan


def _kind(kinds: list[Kind], family: str, released: int) -> int:
    """The busiest architecture of a family two months after a release."""
    mine = [i for i, kind in enumerate(kinds) if kind.group == family]
    started = [i for i in mine if kinds[i].starts <= released + DAY] or mine
    weights = [float(pressure(kinds[i], np.array([released + 60.0 * DAY]))[0]) for i in started]
    return started[weights.index(max(weights))] if started else len(kinds) - 1
