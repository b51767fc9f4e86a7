"""One control: a parameter, how the browser shows it, and which values from the browser it accepts."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import param

from ..perspectives import address
from ..plurals import counted

MAX_CHARACTERS = 200
"""Of a text that a visitor types."""
MAX_NAMES = 50
"""That a visitor adds to a list."""


class RefusedValue(Exception):
    """A value from the browser that is not among what can be chosen; the message says why."""


@dataclass(frozen=True)
class Control:
    """A parameter of the filters or of a perspective, and its control."""

    owner: param.Parameterized
    parameter: str
    name: str
    """Its name in messages; that of another perspective's parameter is another one."""
    kind: str
    label: str
    placeholder: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)
    """By value: the texts of options, where the parameter does not name them."""
    disabled: Collection[str] = ()
    """Options that cannot be chosen; their texts say why."""
    bounds: tuple[dt.date, dt.date] | None = None
    """The first and the last date that can be chosen."""
    idle_because: str = ""
    """Why it changes nothing here: then it is greyed, and this is its tooltip."""

    @property
    def has_choices(self) -> bool:
        """Whether there is anything to choose."""
        return self.kind not in ("checkboxes", "choices") or bool(self.owner.param[self.parameter].objects)

    def options(self) -> dict[str, str]:
        """Return what can be chosen, value → text, in reading order."""
        parameter = self.owner.param[self.parameter]
        if not isinstance(parameter, param.Selector):
            return {}
        return {value: self.texts.get(value, text) for text, value in parameter.get_range().items()}

    def description(self) -> dict[str, Any]:
        """Return what the browser needs to build it."""
        description: dict[str, Any] = {"name": self.name, "kind": self.kind, "label": self.label}
        if options := self.options():
            description["options"] = [[value, text, value in self.disabled] for value, text in options.items()]
        if self.placeholder:
            description["placeholder"] = self.placeholder
        if self.bounds:
            description["bounds"] = [day.isoformat() for day in self.bounds]
        if self.idle_because:
            description["idle"] = self.idle_because
        return description

    def value(self) -> Any:
        """Return the current value, as the browser gets it."""
        value = getattr(self.owner, self.parameter)
        if self.kind == "dates":
            return [day.isoformat() for day in value]
        return list(value) if isinstance(value, list) else value

    def set(self, value: object, suggested: Collection[str] = ()) -> None:
        """Set the parameter to a value from the browser; `suggested` are names that may be added to a list.

        Raises RefusedValue.
        """
        setattr(self.owner, self.parameter, self._accepted(value, suggested))

    def _accepted(self, value: object, suggested: Collection[str]) -> Any:
        match self.kind:
            case "switch" if isinstance(value, bool):
                return value
            case "select" | "segments" if isinstance(value, str):
                return self._offered([value])[0]
            case "checkboxes" | "choices" if isinstance(value, list):
                return self._offered(value)
            case "search" if isinstance(value, list):
                return self._names(value, suggested)
            case "dates" if isinstance(value, list) and len(value) == 2:
                return self._dates(*value)
            case "text" if isinstance(value, str):
                return self._text(value)
            case "number":
                return self._number(value)
        raise RefusedValue(f"a {type(value).__name__} is no value of the kind {self.kind}")

    def _offered(self, values: list[Any]) -> list[str]:
        """Return values that are offered; a disabled one may stay, but cannot be chosen."""
        current = getattr(self.owner, self.parameter)
        chosen = current if isinstance(current, list) else [current]
        offered = self.options()
        _check_names(values, len(offered))
        for value in values:
            if value not in offered or (value in self.disabled and value not in chosen):
                raise RefusedValue(f"{value[:MAX_CHARACTERS]!r} is not offered")
        return values

    def _names(self, values: list[Any], suggested: Collection[str]) -> list[str]:
        current = getattr(self.owner, self.parameter)
        _check_names(values, max(MAX_NAMES, len(current)))
        for value in values:
            if value not in current and value not in suggested:
                raise RefusedValue(f"{value[:MAX_CHARACTERS]!r} was not suggested")
        return values

    def _dates(self, start: object, end: object) -> tuple[dt.date, dt.date]:
        if not (isinstance(start, str) and isinstance(end, str)):
            raise RefusedValue("dates are texts")
        try:
            dates = dt.date.fromisoformat(start), dt.date.fromisoformat(end)
        except ValueError as error:
            raise RefusedValue("no dates") from error
        first, last = self.bounds or dates
        if not first <= dates[0] <= dates[1] <= last:
            raise RefusedValue(f"{dates[0]} to {dates[1]} is not within {first} to {last}, or runs backwards")
        return dates

    def _number(self, value: object) -> float | None:
        """Return a number above the parameter's lower bound and up to its upper one, or None, which is no limit."""
        if value is None:
            return None
        low, high = self.owner.param[self.parameter].bounds
        if isinstance(value, bool) or not isinstance(value, int | float) or not low < value <= high:
            raise RefusedValue(f"it is not a number above {low} and up to {high}")
        return float(value)

    def _text(self, value: str) -> str:
        if address.replace_surrogates(value) != value:
            raise RefusedValue("it holds half of a character")
        pattern = getattr(self.owner.param[self.parameter], "regex", None)
        if len(value) > MAX_CHARACTERS or (pattern and not re.match(pattern, value)):
            raise RefusedValue("the parameter does not allow this text")
        return value


def _check_names(values: list[Any], limit: int) -> None:
    """Raise RefusedValue for anything but a few different texts."""
    if len(values) > limit:
        raise RefusedValue(f"more than {counted(limit, 'value')}")
    if not all(isinstance(value, str) for value in values) or len(set(values)) < len(values):
        raise RefusedValue("not a list of different texts")
