"""Sentences about the lineage of a model: what stands on it, what it stands on, licences, circles."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ...charts import number_text
from ...plurals import counted
from ..phrases import enumerated
from .picture import Drawn

NON_COMMERCIAL, UNKNOWN = "non-commercial", "unknown"
NAMED = 4
"""So many models are named in a sentence; more are counted."""
RELATION_TEXT = (
    "A relation is the declared one. Where none is declared, the tags, the library or the name of a repository say "
    "whether it is a quantized copy, an adapter (peft, LoRA), a merge or a fine-tune."
)
PICTURE_TEXT = (
    "A click on a model lets what it stands on, and what stands on it, stand out; a second click opens its page. A "
    "pale point with an outline is a bundle: the models of one owner and relation in a crowded layer, at the middle of "
    "their days; a click opens it, and so does the box “Opened bundles”. Hollow points are bases that no source lists. "
    "The layer “other” holds bases outside of the family: those of its merges, and what its base stands on. Undated "
    "models stand at the left end."
)


@dataclass(frozen=True)
class Family:
    """The numbers of one family, from the answers of lineage_generations and lineage_changes."""

    root: str
    generations: pd.DataFrame
    pairs: int
    """Declarations of one of its models that name another."""

    @property
    def descendants(self) -> int:
        """How many models stand on the base."""
        return int(self._below["models"].sum())

    @property
    def depth(self) -> int:
        """How many generations there are below the base."""
        return int(self.generations["generation"].max()) if len(self.generations) else 0

    @property
    def width(self) -> tuple[int, int]:
        """The generation with most models, and how many these are."""
        models = self._below.groupby("generation")["models"].sum()
        return (int(models.index[int(models.argmax())]), int(models.max())) if len(models) else (0, 0)

    @property
    def branching(self) -> float:
        """How many models stand directly on each that has any."""
        parents = int(self.generations["parents"].sum())
        return self.pairs / parents if parents else 0.0

    @property
    def downloads(self) -> float | None:
        """Downloads of the base and of all that stands on it; None where none is known."""
        downloads = self.generations["downloads_30d"].dropna()
        return float(downloads.sum()) if len(downloads) else None

    def share(self, relation: str = "") -> float:
        """Return the part of these downloads that descendants have, of one relation or of all."""
        rows = self._below if not relation else self._below[self._below["relation"] == relation]
        return float(rows["downloads_30d"].fillna(0).sum()) / self.downloads if self.downloads else np.nan

    def models(self, relation: str) -> int:
        """Return how many descendants have a relation."""
        return int(self._below.loc[self._below["relation"] == relation, "models"].sum())

    @property
    def is_root_known(self) -> bool:
        """Whether the downloads of the base itself are known."""
        return bool(self.generations.loc[self.generations["generation"] == 0, "downloads_30d"].notna().any())

    @functools.cached_property
    def _below(self) -> pd.DataFrame:
        return self.generations[self.generations["generation"] > 0]


def carried(family: Family) -> str:
    """Return what stands on the base of a family, and how far that is used."""
    if not family.descendants:
        return f"No model in this data declares {family.root} as its base, directly or through others."
    text = (
        f"{counted(family.descendants, 'model')} {'stands' if family.descendants == 1 else 'stand'} on {family.root}, "
        f"in {counted(family.depth, 'generation')}"
    )
    if not family.downloads:
        return f"{text}; downloads of the family are not known."
    copies = (
        f"{number_text(n)} of them {'is' if n == 1 else 'are'} quantized, with {family.share('quantized'):.1%} of the "
        "downloads"
        if (n := family.models("quantized"))
        else "none of them is a quantized copy"
    )
    of = "the family" if family.is_root_known else "the family, those of the base not known,"
    have = "has" if family.descendants == 1 else "have"
    pronoun = "it" if family.descendants == 1 else "they"
    return (
        f"{text}; {pronoun} {have} {family.share():.1%} of the {counted(family.downloads, 'download')} of {of} in 30 "
        f"days; {copies}."
    )


def above(base: str, rows: pd.DataFrame) -> str:
    """Return what the base of a family stands on itself, as a further sentence; empty if that is nothing."""
    line = rows[rows["line"] == "ancestor"]
    if line.empty:
        return ""
    first = line.loc[line["steps"] == line["steps"].max(), "model_id"].sort_values().tolist()
    return f" {base} itself stands on {counted(len(line), 'model')}, up to {named(first)}. {licences(line)}"


def shape(family: Family) -> str:
    """Return how deep and how wide a family is, and how it branches."""
    if not family.descendants:
        return "Nothing stands on it."
    layer, width = family.width
    return (
        f"{counted(family.depth, 'generation')} below the base, at most {counted(width, 'model')} wide (generation "
        f"{layer}), and {family.branching:.1f} models directly on each that has any; of the whole family, whatever the "
        "dates."
    )


def use(family: Family) -> str:
    """Return the downloads of a family, and the part that descendants have."""
    if not family.downloads:
        return "Downloads of this family are not known."
    return (
        f"{counted(family.downloads, 'download')} in 30 days, {family.share():.1%} of them of models that stand on "
        "the base; by generation and relation, of the whole family, whatever the dates."
    )


def stood_on(model: str, rows: pd.DataFrame) -> str:
    """Return what a chosen model stands on, whether any of that is non-commercial, and what stands on the model."""
    line = rows[rows["line"] == "ancestor"].sort_values(["steps", "model_id"])
    chosen = rows[rows["line"] == "chosen"]
    below = int(chosen["descendants"].iloc[0]) if len(chosen) else 0
    licence = f" ({_licence_text(chosen.iloc[0])})" if len(chosen) else ""
    carries = (
        f"{counted(below, 'model')} {'stands' if below == 1 else 'stand'} on it" if below else "nothing stands on it"
    )
    if line.empty:
        return f"{model}{licence} declares no base model; {carries}."
    first = line[line["steps"] == line["steps"].max()]["model_id"]
    text = (
        f"{model}{licence} stands on {counted(len(line), 'model')}, over "
        f"{counted(int(line['steps'].max()), 'generation')} up to {named(first.tolist())}"
    )
    return f"{text}. {licences(line)} {carries[0].upper()}{carries[1:]}."


def licences(line: pd.DataFrame) -> str:
    """Return which of a model's ancestors are under a non-commercial licence, and of how many that is not known."""
    barred = line[line["license_class"] == NON_COMMERCIAL]
    is_silent = line["license_class"].fillna(UNKNOWN) == UNKNOWN
    undeclared, unknown = (int((is_silent & (_is_listed(line) == is_listed)).sum()) for is_listed in (True, False))
    if len(line) == 1 and undeclared + unknown:
        return "That declares no licence." if undeclared else "The licence of that is not known."
    if len(barred):
        pairs = [f"{model} ({licence})" for model, licence in zip(barred["model_id"], barred["license"], strict=True)]
        text = f"It descends from {counted(len(barred), 'model')} under a non-commercial licence: {named(pairs)}"
    else:
        text = ("None of them declares a" if len(line) > 1 else "That declares no") + " non-commercial licence"
    others = "others " if len(barred) else ""
    reserves = [
        f"{undeclared} {others.rstrip('s ') if undeclared == 1 else others}".rstrip()
        + f" declare{'s' if undeclared == 1 else ''} no licence"
        if undeclared
        else "",
        f"of {unknown} {others.rstrip('s ') if unknown == 1 else others}".rstrip() + " the licence is not known"
        if unknown
        else "",
    ]
    reserve = "; ".join(filter(None, reserves))
    return f"{text}{'; ' if reserve else ''}{reserve}."


def _is_listed(rows: pd.DataFrame) -> pd.Series:
    """Whether the Hub's listing has each model: of one by an old name, or of a leaderboard alone, it says nothing."""
    return rows["is_known"].astype(bool) & rows["downloads_30d"].notna()


def _licence_text(model: pd.Series) -> str:
    """Return the licence of a model in words."""
    if not pd.isna(model["license"]) and model["license"]:
        return f"licence {model['license']}"
    return "no licence declared" if _is_listed(model.to_frame().T).item() else "licence not known"


def named(names: list[str]) -> str:
    """Return the first names of a list, and how many more there are."""
    shown = names[:NAMED] if len(names) > NAMED + 1 else names
    more = [f"{number_text(len(names) - len(shown))} more"] if len(shown) < len(names) else []
    return enumerated([*shown, *more])


def circles(links: pd.DataFrame) -> list[str]:
    """Return each circle of declarations as text: a ring in its order, others by the names of their models."""
    rows = links[links["is_in_circle"].astype(bool)]
    bases: dict[str, list[str]] = {}
    for model, base in sorted(zip(rows["model_in_circle"], rows["base_in_circle"], strict=True)):
        bases.setdefault(model, []).append(base)
    texts, seen = [], set[str]()
    for start in bases:
        if start in seen:
            continue
        members, pending = [], [start]
        while pending:
            model = pending.pop()
            if model not in members:
                members.append(model)
                pending += [base for base in bases.get(model, []) if base not in members]
        seen |= set(members)
        is_ring = all(len(bases.get(model, [])) == 1 for model in members)
        texts.append(" → ".join([*members, start]) if is_ring else f"{named(sorted(members))}, which name each other")
    return texts


def circles_text(texts: list[str]) -> str:
    """Return the circles as text; empty if there is none."""
    if not texts:
        return ""
    return (
        f"declarations go round in {counted(len(texts), 'circle')}, which {'is' if len(texts) == 1 else 'are'} walked "
        f"once (from a model to its base): {'; '.join(texts[:NAMED])}{'; …' if len(texts) > NAMED else ''}"
    )


def drawn_text(drawn: Drawn) -> str:
    """Return what the picture shows one by one and in bundles."""
    text = f"{counted(drawn.single, 'model')} {'is' if drawn.single == 1 else 'are'} drawn one by one"
    return (
        f"{text}, {number_text(drawn.in_bundles)} in {counted(len(drawn.bundles), 'bundle')}" if drawn.bundles else text
    )


def undated_text(drawn: Drawn) -> str:
    """Return how many models have no day, and where they stand; empty if all are dated."""
    if not drawn.undated:
        return ""
    base = ", the base among them," if drawn.undated > 1 else ", the base,"
    bundle = " or in a bundle" if drawn.bundles else ""
    stand = "stands" if drawn.undated == 1 else "stand"
    return f"{counted(drawn.undated, 'undated model')}{base * drawn.is_base_undated} {stand} at the left end{bundle}"
