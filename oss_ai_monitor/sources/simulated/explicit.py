"""Models of the invented community that are there for a reason: real base models and releases, and one model per trap.

Real ids stand for real releases (facts from the seeds); traps have plainly invented names.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from oss_ai_monitor.sources.simulated.community import (
    FINETUNE,
    FLOOR,
    MERGE,
    NOBODY,
    NONE,
    PLAIN,
    QUANTIZED,
    RELATIONS,
    Community,
)
from oss_ai_monitor.sources.simulated.facts import DAY, Kind, Seeds, index_of, pressure, seconds

GIANT = "sim-popular/the-one-that-everybody-fetches"
HOSTILE = (
    "sim-hostile/<script>alert(1)",
    "sim-hostile/<img src=x onerror=alert(1)>",
    "sim-hostile/'; drop table models; --",
    "sim-hostile/quote\"and'quote",
    "sim-hostile/..",
    "sim-hostile/%2e%2e%2f%2e%2e%2fetc",
    "sim-hostile/\u202egnp.elif\u202c",
    "sim-hostile/\u0645\u0631\u062d\u0628\u0627-\u05e9\u05dc\u05d5\u05dd",
    "sim-hostile/🦙🦙🦙",
    "sim-hostile/=1+1",
    "sim-hostile/{{7*7}}${7*7}",
    "sim-hostile/null",
    "sim-hostile/" + "long-" * 37 + "ends",
)
QUIRKS = (
    *("flagged", "flagged best", "no score", "no date", "no type", "no parameters"),
    *("precision", "revision", "chat template", "tie"),
    *(f"junk {n}" for n in range(6)),
)
"""What can be odd about a model's evaluations: one model for each, on both boards, whatever the seed."""
HOSTILE_TAGS = [
    "<script>alert(1)</script>",
    "../../../etc/passwd",
    "'; drop table models; --",
    '"quoted"',
    "\u202ertl",
    "🔥",
    "license:",
    "base_model:",
    "dataset:",
    "a" * 200,
]


@dataclass(frozen=True)
class Explicit:
    """One model that is told rather than drawn."""

    id: str
    created: int
    kind: int
    edges: tuple[tuple[str, str], ...] = ()
    told: int = NONE
    size: float = 7.0
    listed: bool = True
    boards: tuple[str, ...] = ()
    type: str = "fine-tuned"
    quirk: str = ""


def explicit_models(seeds: Seeds, kinds: list[Kind], as_of: datetime) -> list[Explicit]:
    """Real ones first, then the traps; only those that exist by `as_of`."""
    last = int(as_of.timestamp())
    found = {model.id: model for model in [*_real(seeds, kinds), *_traps(kinds)]}
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
    it.relation = np.concatenate([it.relation, [model.told for model in explicit]])
    it.old_form = np.concatenate([it.old_form, np.zeros(more, dtype=bool)])
    it.is_text = np.concatenate([it.is_text, np.ones(more, dtype=bool)])
    first = [[at.get(model.edges[0][1], NOBODY) if model.edges else NOBODY, NOBODY] for model in explicit]
    it.parents = np.concatenate([it.parents, np.array(first, dtype=np.int64)])
    for i, model in enumerate(explicit, n):
        it.ids[i] = model.id
        it.declared[i] = list(model.edges)
        it.told[i] = model.told
        it.boards[i] = model.boards
        it.types[i] = model.type
        it.quirks[i] = model.quirk


def _real(seeds: Seeds, kinds: list[Kind]) -> list[Explicit]:
    found: list[Explicit] = []
    for n, row in enumerate(seeds.bases):
        released = seconds(row["released_on"])
        kind = _kind(kinds, {"Yi": "Llama", "SOLAR": "Llama"}.get(row["family"], row["family"]), released)
        size = _size(row["parameters_label"])
        boards = ("v1", "v2") if row["leaderboard"] == "both" else (row["leaderboard"],)
        is_stand_in = row["model_id"].endswith("instruct")
        created = released - (n * 5 % 33) * DAY + 9 * 3600 + n * 61
        kind_of_type = "chat" if is_stand_in else "pretrained"
        found.append(Explicit(row["model_id"], created, kind, (), NONE, size, True, boards, kind_of_type))
        for name in filter(None, row["owner_instruct_ids"].split(";")):
            edges = (("finetune", row["model_id"]),)
            found.append(Explicit(name, created + 600, kind, edges, FINETUNE, size, True, boards, "chat"))
    known = {model.id for model in found}
    for n, row in enumerate(seeds.releases):
        if not row["model_id"] or row["model_id"] in known or "NOT verified" in row["notes"]:
            continue
        released = seconds(row["released_on"])
        kind = _kind(kinds, {"Yi": "Llama"}.get(row["family"], row["family"]), released)
        is_chat = bool(re.search(r"(?i)instruct|-it$|chat|think", row["model_id"]))
        created = released - (n * 7 % 34) * DAY + 10 * 3600 + n * 67
        size = _size(row["model_id"])
        found.append(Explicit(row["model_id"], created, kind, size=size, type="chat" if is_chat else "pretrained"))
    return found


def _size(text: str) -> float:
    if experts := re.search(r"8x(\d+)B", text):
        return {"7": 46.7, "22": 140.6}[experts[1]]
    number = re.search(r"(\d+(?:\.\d+)?)[bB](?![a-z])", text)
    return float(number[1]) if number else 7.0


def _kind(kinds: list[Kind], family: str, released: int) -> int:
    """The busiest architecture of a family two months after a release."""
    mine = [i for i, kind in enumerate(kinds) if kind.group == family]
    started = [i for i in mine if kinds[i].starts <= released + DAY] or mine
    weights = [float(pressure(kinds[i], np.array([released + 60.0 * DAY]))[0]) for i in started]
    return started[weights.index(max(weights))] if started else len(kinds) - 1


def _traps(kinds: list[Kind]) -> list[Explicit]:
    llama, mistral, nothing = index_of(kinds, "llama"), index_of(kinds, "mistral"), len(kinds) - 1
    base, other = "meta-llama/Llama-2-7b-hf", "mistralai/Mistral-7B-v0.1"
    start = seconds("2023-12-10") + 3600
    found: list[Explicit] = []

    def add(
        name: str,
        *edges: tuple[str, str],
        told: int = NONE,
        on: int = start,
        kind: int = llama,
        boards: str = "",
        **more: str,
    ) -> None:
        found.append(
            Explicit(
                name,
                on + len(found) * 213_571 if on > 0 else on,
                kind,
                edges,
                told,
                7.0,
                True,
                tuple(boards.split()),
                **more,
            )
        )

    for n in range(3):
        add(f"sim-ouroboros/self-{n}", ("finetune", f"sim-ouroboros/self-{n}"), boards="v1 v2")
    add(
        "sim-ouroboros/self-and-real",
        ("finetune", "sim-ouroboros/self-and-real"),
        ("finetune", base),
        told=FINETUNE,
        boards="v1 v2",
    )
    for n in range(3):
        add(f"sim-mirror/left-{n}", ("finetune", f"sim-mirror/right-{n}"), told=FINETUNE, boards="v1 v2")
        add(f"sim-mirror/right-{n}", ("finetune", f"sim-mirror/left-{n}"), told=FINETUNE, boards="v1")
    add(
        "sim-mirror/left-real", ("finetune", "sim-mirror/right-real"), ("finetune", base), told=FINETUNE, boards="v1 v2"
    )
    add("sim-mirror/right-real", ("finetune", "sim-mirror/left-real"), told=FINETUNE, boards="v1 v2")
    for n in range(3):
        add(
            f"sim-mirror/ring-{n}",
            ("merge", f"sim-mirror/ring-{(n + 1) % 3}"),
            ("merge", other),
            told=MERGE,
            kind=mistral,
            boards="v1 v2",
        )
    add("sim-vanished-parent/orphan", ("finetune", "sim-vanished/never-seen"), told=FINETUNE, boards="v1 v2")
    add(
        "sim-merges/first", ("merge", base), ("merge", "sim-mirror/left-real"), told=MERGE, boards="v1 v2", type="merge"
    )
    add(
        "sim-merges/of-merges",
        ("merge", "sim-merges/first"),
        ("merge", "sim-ouroboros/self-0"),
        told=MERGE,
        boards="v1 v2",
        type="merge",
    )
    add(
        "sim-merges/tuned-merge-of-merges",
        ("finetune", "sim-merges/of-merges"),
        told=FINETUNE,
        boards="v1 v2",
        type="chat",
    )
    add("sim-relations/several", ("quantized", other), ("merge", "sim-merges/first"), told=MERGE, kind=mistral)
    add("sim-relations/quantized-adapter", ("adapter", other), ("quantized", other), told=QUANTIZED, kind=mistral)
    add("sim-relations/several-bases-plain", ("", other), ("", base), told=PLAIN, kind=mistral)
    add("sim-relations/plain-and-told", ("", base), ("finetune", base), told=FINETUNE)
    for name in ("sim-case/Twin-7B", "sim-case/twin-7b", "sim-Case/Twin-7B"):
        add(name, ("finetune", base), told=FINETUNE, boards="v1 v2")
    for n, name in enumerate(HOSTILE):
        add(name, ("finetune", base), told=FINETUNE, boards="v1 v2" if n % 2 else "v1")
    add(GIANT, kind=index_of(kinds, "bert"))
    for n, second in enumerate((-5, -4, -1, 0, 1, 5, 6)):  # the floor is 23:29:00 to 23:29:09
        found.append(Explicit(f"sim-floor/second-{n}", FLOOR + second, nothing, size=float("nan")))
    add("sim-undated/nowhere", on=-1, kind=nothing)
    for quirk in QUIRKS:
        add(f"sim-quirk/{quirk.replace(' ', '-')}", ("finetune", base), told=FINETUNE, boards="v1 v2", quirk=quirk)
    floor = Explicit("sim-floor/evaluated", FLOOR + 1, llama, boards=("v1", "v2"))
    gone = Explicit("sim-gone/late-board", seconds("2023-08-01"), llama, listed=False, boards=("v1",))
    later = replace(gone, id="sim-gone/submitted", created=seconds("2024-01-20"))
    uploaded = replace(gone, id="sim-gone/uploaded", created=seconds("2024-08-20"), boards=("v2",))
    found += [floor, gone, later, uploaded]
    assert all(model.told < len(RELATIONS) for model in found)
    return found
