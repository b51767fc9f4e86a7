"""Which repository a name stands for, and what stands on what: the rules of identity and of bases."""

from collections import defaultdict

import numpy as np

from oss_ai_monitor.sources.simulated.boards import Evaluation
from oss_ai_monitor.sources.simulated.community import Community
from oss_ai_monitor.sources.simulated.facts import Seeds


class Names:
    """Every spelling → the repository; letter case does not count, and a legacy name stands for its successor."""

    def __init__(self, names: list[str], seeds: Seeds) -> None:
        self._seeds = seeds
        self._ids = {name.lower(): name for name in names}

    def __call__(self, name: str) -> str:
        """The id of a repository; the first spelling stands for one that is known by its name alone."""
        name = self._seeds.renamed.get(name, name)
        return self._ids.setdefault(name.lower(), name)


def base_models(
    community: Community, names: list[str], evaluated: dict[str, list[Evaluation]], repository: Names
) -> dict[str, set[str]]:
    """Repository → its base models, itself left out, declared where anybody can see it: on the Hub or on v2.

    Where another is declared than is meant, the true one. An owner's own instruct model stands on its base, whether
    it declares that or not.
    """
    listed = np.flatnonzero(community.listed)
    edges: dict[str, set[str]] = defaultdict(set)
    for i, declared in zip(listed.tolist(), community.edges(listed), strict=True):
        edges[names[i]] |= {repository(parent) for _, parent in declared}
    for e in evaluated["v2"]:
        if e.base_model and e.base_model != "Removed":
            edges[names[e.model]].add(repository(e.base_model))
    for i, true_base in community.true_bases.items():
        edges[names[i]] = {repository(true_base)} if "/" in true_base else set()
    repositories = {names[i] for i in listed.tolist()} | {
        names[e.model] for submitted in evaluated.values() for e in submitted
    }
    for row in community.seeds.bases:
        for name in row["owner_instruct_ids"].split(";"):
            if repository(name) in repositories:
                edges[repository(name)].add(repository(row["model_id"]))
    return {name: parents - {name} for name, parents in edges.items() if parents - {name}}


def children_of(edges: dict[str, set[str]], seeds: Seeds, repository: Names) -> dict[str, set[str]]:
    """Base model → what names it as its base, other repositories of the same weights counted as the base."""
    same = {
        repository(alias): repository(row["model_id"])
        for row in seeds.bases
        for alias in row["alias_ids"].split(";")
        if alias
    }
    same |= {repository(row["model_id"]): repository(row["copy_of"]) for row in seeds.members if row["copy_of"]}
    children: dict[str, set[str]] = defaultdict(set)
    for name, parents in edges.items():
        for parent in parents:
            children[same.get(parent, parent)].add(name)
    return {base: below - {base} for base, below in children.items()}


def distances(children: dict[str, set[str]], ancestors: set[str]) -> dict[str, int]:
    """Every descendant of some models, and how many declarations are between it and the nearest of them."""
    steps: dict[str, int] = {}
    level, distance = set(ancestors), 0
    while level:
        distance += 1
        level = {child for name in level for child in children.get(name, ())} - steps.keys() - ancestors
        steps |= dict.fromkeys(level, distance)
    return steps
