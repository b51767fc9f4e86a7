"""Finds the perspectives: every subclass of Perspective that a module of this folder, or of a folder in it, defines."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable

import param

from .control_kind import CONTROLLED, control_kind
from .declaration import GROUPS
from .perspective import Perspective


class WrongDeclaration(Exception):
    """A perspective lacks a required declaration; the message names it."""


def discover(package: str, paths: Iterable[str]) -> tuple[type[Perspective], ...]:
    """Import every module of a package, at any depth, and return the perspectives they define, in the page's order.

    Raises WrongDeclaration for a missing declaration, and for a slug that another perspective has.
    """
    kinds: list[type[Perspective]] = []
    for module in pkgutil.walk_packages(list(paths), f"{package}."):
        members = vars(importlib.import_module(module.name)).values()
        kinds += [kind for kind in members if _is_perspective(kind, module.name)]
    kinds.sort(key=lambda kind: (kind.order, kind.title))
    for kind in kinds:
        if missing := declaration_problems(kind):
            raise WrongDeclaration(f"{kind.__module__}.{kind.__name__}: {'; '.join(missing)}")
    slugs = [kind.slug for kind in kinds]
    if duplicates := {slug for slug in slugs if slugs.count(slug) > 1}:
        raise WrongDeclaration(f"more than one perspective is called {', '.join(sorted(duplicates))}")
    return tuple(kinds)


def declaration_problems(kind: type[Perspective]) -> list[str]:
    """Return the problems in the declarations of a perspective's class, each in a few words."""
    problems = [
        f"{name} is not declared"
        for name in ("title", "slug", "group", "question", "sources")
        if _is_undeclared(kind, name)
    ]
    if problems:
        return problems
    if kind.group not in GROUPS:
        problems.append(f"there is no group {kind.group}; there are {', '.join(GROUPS)}")
    if not kind.question.endswith("?"):
        problems.append(f"its question ends with no question mark: {kind.question}")
    unknown = [name for name in kind.parameters if name not in kind.param]
    undeclared = {name for source in kind.all_sources() for name in source.parameters} - set(kind.parameters)
    problems += [f"{name} is no parameter of it" for name in (*unknown, *sorted(undeclared))]
    problems += [
        f"its parameter {name} has no doc"
        for name in kind.parameters
        if name in kind.param and _is_undocumented(kind, name)
    ]
    return problems + [
        problem
        for name in kind.parameters
        if name in kind.param and (problem := _parameter_problem(name, kind.param[name]))
    ]


def _parameter_problem(name: str, parameter: param.Parameter) -> str:
    """Return why a parameter can have no control or no text in an address; empty where it can."""
    if not control_kind(parameter):
        kinds = ", ".join(kind.__name__ for kind in CONTROLLED)
        return f"its parameter {name} is of the kind {type(parameter).__name__}; there are controls for {kinds}"
    if isinstance(parameter, param.Number) and None in (parameter.bounds or (None,)):
        return f"its parameter {name} has no bounds: a number above the first, and up to the second"
    if isinstance(parameter, param.Selector) and not all(isinstance(value, str) for value in parameter.objects):
        return f"the values of its parameter {name} must be text, as in an address: make numbers of them in the query"
    return ""


def _is_undeclared(kind: type[Perspective], name: str) -> bool:
    return not getattr(kind, name, None)


def _is_undocumented(kind: type[Perspective], name: str) -> bool:
    parameter: param.Parameter = kind.param[name]
    return not parameter.doc


def _is_perspective(member: object, module: str) -> bool:
    return (
        isinstance(member, type)
        and issubclass(member, Perspective)
        and member.__module__ == module
        and member is not Perspective
    )
