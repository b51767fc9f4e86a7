"""Irregular models of the invented community: hostile names, cycles of bases, evaluations of every kind."""

from dataclasses import dataclass, field, replace
from typing import Any

from oss_ai_monitor.sources.simulated.community import (
    CREATED_AT_FLOOR,
    FINETUNE,
    MERGE,
    NONE,
    QUANTIZED,
    RELATIONS,
    UNSPECIFIED,
)
from oss_ai_monitor.sources.simulated.facts import Kind, index_of, seconds

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
"""The irregularities of evaluations: one model for each, on both boards, whatever the seed."""
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
    """A model that is defined explicitly, and not at random."""

    id: str
    created: int
    kind: int
    edges: tuple[tuple[str, str], ...] = ()
    stated_relation: int = NONE
    size: float = 7.0
    listed: bool = True
    boards: tuple[str, ...] = ()
    type: str = "fine-tuned"
    quirk: str = ""
    released: int = 0
    true_base: str = ""
    """The true base model, if another one is declared."""
    spellings: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """The names under which it was submitted, by board, if they differ from its id."""
    claims: dict[str, dict[str, Any]] = field(default_factory=dict)
    """The values that a board has for it, by board."""
    is_packed: bool = False


def traps(kinds: list[Kind]) -> list[Explicit]:
    """Return one model for each irregularity, or a few that refer to each other."""
    llama, mistral, no_kind = index_of(kinds, "llama"), index_of(kinds, "mistral"), len(kinds) - 1
    base, other = "meta-llama/Llama-2-7b-hf", "mistralai/Mistral-7B-v0.1"
    start = seconds("2023-12-10") + 3600
    models: list[Explicit] = []

    def add(
        name: str,
        *edges: tuple[str, str],
        stated_relation: int = NONE,
        created: int = start,
        kind: int = llama,
        boards: str = "",
        **fields: Any,
    ) -> None:
        models.append(
            Explicit(
                name,
                created + len(models) * 213_571 if created > 0 else created,
                kind,
                edges,
                stated_relation,
                7.0,
                True,
                tuple(boards.split()),
                **fields,
            )
        )

    for n in range(3):
        add(f"sim-ouroboros/self-{n}", ("finetune", f"sim-ouroboros/self-{n}"), boards="v1 v2")
    add(
        "sim-ouroboros/self-and-real",
        ("finetune", "sim-ouroboros/self-and-real"),
        ("finetune", base),
        stated_relation=FINETUNE,
        boards="v1 v2",
    )
    for n in range(3):
        add(f"sim-mirror/left-{n}", ("finetune", f"sim-mirror/right-{n}"), stated_relation=FINETUNE, boards="v1 v2")
        add(f"sim-mirror/right-{n}", ("finetune", f"sim-mirror/left-{n}"), stated_relation=FINETUNE, boards="v1")
    add(
        "sim-mirror/left-real",
        ("finetune", "sim-mirror/right-real"),
        ("finetune", base),
        stated_relation=FINETUNE,
        boards="v1 v2",
    )
    add("sim-mirror/right-real", ("finetune", "sim-mirror/left-real"), stated_relation=FINETUNE, boards="v1 v2")
    for n in range(3):
        add(
            f"sim-mirror/ring-{n}",
            ("merge", f"sim-mirror/ring-{(n + 1) % 3}"),
            ("merge", other),
            stated_relation=MERGE,
            kind=mistral,
            boards="v1 v2",
        )
    add("sim-vanished-parent/orphan", ("finetune", "sim-vanished/never-seen"), stated_relation=FINETUNE, boards="v1 v2")
    add(
        "sim-merges/first",
        ("merge", base),
        ("merge", "sim-mirror/left-real"),
        stated_relation=MERGE,
        boards="v1 v2",
        type="merge",
    )
    add(
        "sim-merges/of-merges",
        ("merge", "sim-merges/first"),
        ("merge", "sim-ouroboros/self-0"),
        stated_relation=MERGE,
        boards="v1 v2",
        type="merge",
    )
    add(
        "sim-merges/tuned-merge-of-merges",
        ("finetune", "sim-merges/of-merges"),
        stated_relation=FINETUNE,
        boards="v1 v2",
        type="chat",
    )
    add(
        "sim-relations/several",
        ("quantized", other),
        ("merge", "sim-merges/first"),
        stated_relation=MERGE,
        kind=mistral,
    )
    add(
        "sim-relations/quantized-adapter",
        ("adapter", other),
        ("quantized", other),
        stated_relation=QUANTIZED,
        kind=mistral,
    )
    add("sim-relations/several-bases-plain", ("", other), ("", base), stated_relation=UNSPECIFIED, kind=mistral)
    add("sim-relations/plain-and-told", ("", base), ("finetune", base), stated_relation=FINETUNE)
    for n, name in enumerate(HOSTILE):
        add(name, ("finetune", base), stated_relation=FINETUNE, boards="v1 v2" if n % 2 else "v1")
    add(GIANT, kind=index_of(kinds, "bert"))
    for n, second in enumerate((-5, -4, -1, 0, 1, 5, 6)):  # the floor is 23:29:00 to 23:29:09
        models.append(Explicit(f"sim-floor/second-{n}", CREATED_AT_FLOOR + second, no_kind, size=float("nan")))
    add("sim-undated/nowhere", created=-1, kind=no_kind)
    for quirk in QUIRKS:
        add(
            f"sim-quirk/{quirk.replace(' ', '-')}",
            ("finetune", base),
            stated_relation=FINETUNE,
            boards="v1 v2",
            quirk=quirk,
        )
    at_floor = Explicit("sim-floor/evaluated", CREATED_AT_FLOOR + 1, llama, boards=("v1", "v2"))
    removed = Explicit("sim-gone/late-board", seconds("2023-08-01"), llama, listed=False, boards=("v1",))
    later = replace(removed, id="sim-gone/submitted", created=seconds("2024-01-20"))
    uploaded = replace(removed, id="sim-gone/uploaded", created=seconds("2024-08-20"), boards=("v2",))
    models += [at_floor, removed, later, uploaded]
    assert all(model.stated_relation < len(RELATIONS) for model in models)
    return models
