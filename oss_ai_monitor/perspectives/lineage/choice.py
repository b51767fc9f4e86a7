"""Which family lineage shows, and which model of it stands out: chosen by readers and addresses, made consistent.

Knows nothing of pictures.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from ...charts import shortened
from ...warehouse import Warehouse
from .. import address
from .bundles import is_bundle_name

NAMES = ("root", "model", "opened")
"""Choices that are lists of names."""
MOST_OPENED = 40
"""So many bundles are opened at a time."""
LONGEST = 5_000
"""Characters of a list of names in an address."""


class FamilyChoice:
    """The base and the model that are shown, and those that were shown before."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse
        self._largest = ""
        self._shown = "", ""  # base and model, as they were adjusted last

    def base(self, root: Sequence[str]) -> str:
        """Return the base of the family that is shown: the chosen one, or the one on which most models stand."""
        if root:
            return str(root[-1])
        if not self._largest and (place := self.place("", "")) is not None:
            self._largest = str(place["model_id"])
        return self._largest

    def place(self, model: str, root: str) -> pd.Series | None:
        """Return the base of a model's family, and how far the model is from a base; None for an unknown name."""
        rows = self._warehouse.query("lineage_places", model=model, root=root)
        return rows.iloc[0] if len(rows) else None

    def adjusted(self, root: Sequence[str], model: Sequence[str], opened: Sequence[str]) -> dict[str, list[str]]:
        """Return one base and one model, the last that were chosen, of one family; another family has other bundles."""
        base, chosen = self.base(root), chosen_of(model)
        if (base, chosen) != self._shown and chosen:
            place = self.place(chosen, base)
            if place is None:
                chosen = ""
            elif pd.isna(place["steps_from_root"]):
                base, chosen = (str(place["family"]), chosen) if chosen != self._shown[1] else (base, "")
        stay_open = base == self._shown[0] or not self._shown[0] or not base
        self._shown = base, chosen
        return {
            "root": [base] if root or base != self._largest else [],
            "model": [chosen] if chosen else [],
            "opened": list(opened)[:MOST_OPENED] if stay_open else [],
        }

    def read(self, query: Mapping[str, str]) -> tuple[dict[str, list[str]], list[str]]:
        """Return the choices of an address, and a notice for each name that stands for nothing."""
        lists = {name: address.read_names(encodable(query[name])[:LONGEST]) for name in NAMES if name in query}
        notices: list[str] = []
        for name in ("root", "model"):
            absent = [one for one in lists.get(name, []) if self.place(one, "") is None]
            lists |= {name: [one for one in lists.get(name, []) if one not in absent][-1:]} if name in lists else {}
            notices += [f"No source names the model “{one}”: it is left out." for one in shortened(absent)]
        if "opened" in lists:
            absent = [one for one in lists["opened"] if not is_bundle_name(one)]
            lists["opened"] = [one for one in lists["opened"] if one not in absent]
            notices += [f"There is no bundle “{one}”: it is left out." for one in shortened(absent)[:MOST_OPENED]]
        return lists, notices


def chosen_of(model: Sequence[str]) -> str:
    """Return the model that stands out; empty for none."""
    return str(model[-1]) if model else ""


def notice_of_another_family(addressed: Mapping[str, list[str]], base: str, chosen: str) -> list[str]:
    """Return a notice where the model of an address does not stand on its base; `base` and `chosen` are shown."""
    root, model = addressed.get("root", []), addressed.get("model", [])
    if not (root and model) or (base == root[0] and chosen == model[0]):
        return []
    outcome = f"showing the family of {base}" if chosen else "it is left out"
    names = [shortened([name])[0] for name in (*model, *root)]
    return [f"“{names[0]}” does not stand on “{names[1]}”: {outcome}."]


def encodable(text: str) -> str:
    """Return a text from a browser without half characters, which no query takes."""
    return text.encode("utf-8", "replace").decode()
