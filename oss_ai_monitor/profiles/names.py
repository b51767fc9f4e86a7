"""Which model or owner a name stands for, as the Hub resolves it; else the nearest names."""

from __future__ import annotations

from dataclasses import dataclass

from ..warehouse import Warehouse

LONGEST_NAME = 200
NO_OWNER = "Hugging Face"
"""Stands for the owner of ids without one: the Hub has no page of that name."""


class UnknownName(LookupError):
    """No model or owner has this name; `nearest` are names that are spelt like it."""

    def __init__(self, kind: str, name: str, nearest: list[str], reason: str = "") -> None:
        self.kind, self.name, self.nearest = kind, name, nearest
        noun = {"family": "model"}.get(kind, kind)
        super().__init__(reason or f"There is no {noun} “{name}” in this data.")

    @property
    def in_full(self) -> str:
        """The message with the nearest names, for where they are no links."""
        return f"{self} The nearest names are {', '.join(self.nearest)}." if self.nearest else str(self)


@dataclass(frozen=True)
class ResolvedModel:
    """A model with its key in this generation, and how its name was matched: id, letter case or legacy name."""

    model_id: str
    model_key: int
    matched: str
    is_known: bool = True
    """False for a base model that others declare and no source lists."""


def resolve_model(warehouse: Warehouse, kind: str, name: str) -> ResolvedModel:
    """Return the model of a name. Raises UnknownName, with the nearest names, and for a name that no model can have."""
    name = _checked(kind, name)
    if model := _listed_model(warehouse, name):
        return model
    rows = warehouse.query("unlisted_base_by_name", name=name)
    if len(rows):
        return ResolvedModel(str(rows["model_id"][0]), int(rows["model_key"][0]), "id", is_known=False)
    raise UnknownName(kind, name, _listed(warehouse, "nearest_models", "model_id", name))


def find_model(warehouse: Warehouse, name: str) -> ResolvedModel | None:
    """Return the model of a name that a source lists, as `resolve_model` does; None where there is none."""
    try:
        return _listed_model(warehouse, _checked("model", name))
    except UnknownName:
        return None


def find_owner(warehouse: Warehouse, name: str) -> str | None:
    """Return the owner of a name, as `resolve_owner` does; None where there is none."""
    try:
        rows = warehouse.query("owner_by_name", name=_checked("owner", name))
    except UnknownName:
        return None
    return str(rows["owner"][0]) if len(rows) else None


def resolve_owner(warehouse: Warehouse, name: str) -> str:
    """Return the owner of a name. Raises UnknownName, with the nearest names."""
    name = _checked("owner", name)
    rows = warehouse.query("owner_by_name", name=name)
    if len(rows):
        return str(rows["owner"][0])
    raise UnknownName("owner", name, _listed(warehouse, "nearest_owners", "owner", name))


def _listed_model(warehouse: Warehouse, name: str) -> ResolvedModel | None:
    for query in ("model_by_name", "model_by_folded_name"):
        rows = warehouse.query(query, name=name)
        if len(rows):
            row = rows.iloc[0]
            return ResolvedModel(str(row["model_id"]), int(row["model_key"]), str(row["matched"]))
    return None


def _checked(kind: str, name: str) -> str:
    """Return a name without spaces around it. Raises UnknownName for one that cannot exist."""
    name = name.strip()
    noun = {"family": "model"}.get(kind, kind)
    if not name:
        raise UnknownName(kind, "", [], f"Which {noun}? Its name is missing.")
    if len(name) > LONGEST_NAME:
        raise UnknownName(kind, "", [], f"Names have at most {LONGEST_NAME} characters; this one is longer.")
    if not name.isprintable():
        raise UnknownName(kind, "", [], "Names have no invisible characters; this one does.")
    return name


def _listed(warehouse: Warehouse, query: str, column: str, name: str) -> list[str]:
    return [str(one) for one in warehouse.query(query, name=name)[column]]
