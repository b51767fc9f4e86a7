"""Which nodes a picture of a family has: single models, and in a crowded layer bundles of an owner and a relation.

Knows nothing of positions.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd

READABLE = 16
"""Up to so many models of a layer are drawn one by one."""
SINGLE, BUNDLES = 7, 6
"""Of a crowded layer: the models with most weight that stay single, and the owners that have a bundle of their own."""
SMALLEST = 3
"""Fewer models of one owner and relation are no bundle."""
OPENED_MODELS, OPENED_OWNERS = 40, 20
"""So many more are drawn with each opening of a bundle of one owner, and of the bundle of the other owners."""
OUTSIDE = -1
"""The layer of bases that are not in the family."""


@dataclass(frozen=True)
class Node:
    """One model, or a bundle of several; `rows` are positions in the frame of models."""

    layer: int
    rows: np.ndarray
    name: str
    """Of a bundle, by which it is opened; the id of a single model."""
    is_bundle: bool


def bundle_name(owner: str, relation: str, layer: int, part: int = 1) -> str:
    """Return the name of a bundle, as readers see it and as addresses have it."""
    place = "outside the family" if layer == OUTSIDE else f"generation {layer}"
    name = f"{owner or 'other owners'} · {relation} · {place}"
    return f"{name} · part {part}" if part > 1 else name


def is_bundle_name(name: str) -> bool:
    """Return whether a text from an address can be the name of a bundle."""
    return bool(re.fullmatch(r".+ · .+ · (outside the family|generation \d+)( · part \d+)?", name, re.DOTALL))


def nodes_of(models: pd.DataFrame, opened: Collection[str]) -> list[Node]:
    """Return the nodes for models, in which each is exactly once.

    models: model_id, owner, relation, layer, weight (a number), line (not empty where a model stands out with the
    chosen one), is_single (never in a bundle). `opened` are the names of bundles that are opened.
    """
    nodes: list[Node] = []
    for layer in sorted(models["layer"].unique()):
        nodes += _layer_nodes(models, np.flatnonzero((models["layer"] == layer).to_numpy()), int(layer), opened)
    return nodes


def _layer_nodes(models: pd.DataFrame, rows: np.ndarray, layer: int, opened: Collection[str]) -> list[Node]:
    """Return the nodes of one layer; `rows` are its models, those with most weight first."""
    rows = rows[np.lexsort((rows, -models["weight"].to_numpy()[rows]))]
    names = models["model_id"].to_numpy()
    if len(rows) <= READABLE:
        return [_single(names, layer, row) for row in rows]
    is_single = models["is_single"].to_numpy(bool)[rows]
    is_single[np.flatnonzero(~is_single)[:SINGLE]] = True
    nodes = [_single(names, layer, row) for row in rows[is_single]]
    crowd = rows[~is_single]
    owner_codes, owner_names = pd.factorize(models["owner"].to_numpy()[crowd], sort=True)
    relation, is_on_line = models["relation"].to_numpy()[crowd], (models["line"] != "").to_numpy()[crowd]
    for name, stands_out in sorted(set(zip(relation, is_on_line, strict=True))):
        is_of = (relation == name) & (is_on_line == stands_out)
        of_relation = crowd[is_of]
        shown_as = f"{name}, in line" if stands_out else str(name)
        groups = _split(of_relation, owner_codes[is_of])
        owners = [str(owner_names[code]) for code in np.unique(owner_codes[is_of])]
        order = sorted(range(len(groups)), key=lambda n: (-len(groups[n]), owners[n]))
        share = max(1, round(BUNDLES * len(of_relation) / len(crowd)))
        most, part = share, 1
        while bundle_name("", shown_as, layer, part) in opened:
            most, part = most + OPENED_OWNERS, part + 1
        first = [n for n in order[:most] if part > 1 or len(groups[n]) >= SMALLEST]
        for n in first:
            nodes += _owner_nodes(names, groups[n], layer, owners[n], shown_as, opened)
        others = [groups[n] for n in order if n not in set(first)]
        if others:
            remaining = np.concatenate(others)
            nodes += [
                _single(names, layer, remaining[0])
                if len(remaining) == 1
                else Node(layer, remaining, bundle_name("", shown_as, layer, part), True)
            ]
    return nodes


def _owner_nodes(
    names: np.ndarray, rows: np.ndarray, layer: int, owner: str, relation: str, opened: Collection[str]
) -> list[Node]:  # fmt: skip
    """Return the bundle of one owner and relation, or what it holds if it is opened."""
    most, part = 0, 1
    while bundle_name(owner, relation, layer, part) in opened:
        most, part = most + OPENED_MODELS, part + 1
    if len(rows) < SMALLEST or len(rows) - most <= 1:
        return [_single(names, layer, row) for row in rows]
    singles = [_single(names, layer, row) for row in rows[:most]]
    return [*singles, Node(layer, rows[most:], bundle_name(owner, relation, layer, part), True)]


def _split(rows: np.ndarray, codes: np.ndarray) -> list[np.ndarray]:
    """Return the rows of each code, in the order of the codes; those of one code stay in their order."""
    order = np.argsort(codes, kind="stable")
    return np.split(rows[order], np.flatnonzero(np.diff(codes[order])) + 1)


def _single(names: np.ndarray, layer: int, row: int) -> Node:
    return Node(layer, np.array([row]), str(names[row]), False)
