"""Which control in the sidebar edits a parameter: the only place where kinds of parameters become kinds of controls."""

from __future__ import annotations

import param

from .search_list import SearchList

CONTROLLED = (param.ListSelector, param.Selector, param.Boolean, param.Number, param.String, SearchList)
"""Kinds of parameters that have a control in the sidebar and a text in an address."""
MAX_CHECKBOXES = 12
"""Up to so many choices are checkboxes, more are a list with a filter."""
MAX_SEGMENTS = 3
"""Up to so many alternatives are segments of one button, more are a menu."""


def control_kind(parameter: param.Parameter, *, can_disable: bool = False) -> str:
    """Return the kind of a parameter's control; empty if there is none for it.

    `can_disable`: whether some of its options may be disabled.
    """
    match parameter:
        case SearchList():
            return "search"
        case param.ListSelector():
            is_short = len(parameter.objects) <= MAX_CHECKBOXES
            return "checkboxes" if is_short and not can_disable else "choices"
        case param.Boolean():
            return "switch"
        case param.Selector():
            return "segments" if _has_few_alternatives(parameter) else "select"
        case param.Number() if not isinstance(parameter, param.Integer):
            return "number"
        case param.String():
            return "text"
    return ""


def _has_few_alternatives(parameter: param.Selector) -> bool:
    """Whether its class declares a few alternatives; a single one stands for others that a dataset brings."""
    declared = type(parameter.owner).param[parameter.name] if isinstance(parameter.owner, param.Parameterized) else None
    return 1 < len((declared or parameter).objects) <= MAX_SEGMENTS
