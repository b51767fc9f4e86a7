"""Which figure of which dataset is compared: of the later end, and where the earlier one lacks it, what is said."""

from __future__ import annotations

import datetime as dt

from ..warehouse import Warehouse
from .ends import NoEnd
from .figures import Figure, datasets, figures


class UnknownFigure(ValueError):
    """There is no figure of this name in the dataset; the message lists those that there are."""


def offered(then: Warehouse, now: Warehouse, dataset: str = "") -> dict[str, list[Figure]]:
    """Return the figures that can be compared, by the datasets that both generations have."""
    both = [name for name in datasets(now) if name in datasets(then) and dataset in ("", name)]
    return {name: list(figures(now, name).values()) for name in both}


def figure_of(now: Warehouse, name: str, dataset: str = "") -> tuple[str, Figure]:
    """Return the first dataset of the later end that has a figure, and the figure. Raises UnknownFigure and NoEnd."""
    by_dataset = offered(now, now, dataset)
    if not by_dataset:
        raise NoEnd(
            f"There is no dataset {dataset[:60]} in the later snapshot, of {newest_day(now)}{now.and_why_no_boards}. "
            f"It has {', '.join(datasets(now))}."
        )
    for offered_dataset, choices in by_dataset.items():
        for figure in choices:
            if figure.name == name:
                return offered_dataset, figure
    lists = "; ".join(f"{one}: {', '.join(figure.name for figure in choices)}" for one, choices in by_dataset.items())
    raise UnknownFigure(f"There is no figure “{name[:60]}”. There are, of {lists}.")


def shared_figure(then: Warehouse, now: Warehouse, name: str, dataset: str) -> tuple[str, Figure]:
    """Return the dataset and the figure with a name, which both ends have. Raises UnknownFigure and NoEnd."""
    dataset, figure = figure_of(now, name, dataset)
    if dataset in datasets(then) and name in figures(then, dataset):
        return dataset, figure
    answers = [
        one for one, choices in offered(then, now).items()
        if name in [choice.name for choice in choices] and name in figures(then, one)
    ]  # fmt: skip
    missing_part = f"the dataset {dataset}" if dataset not in datasets(then) else f"the figure {name} of {dataset}"
    advice = (
        f"Both have it of another dataset: choose {' or '.join(f'{one} (--dataset {one})' for one in answers)}."
        if answers
        else "No other dataset of both has it: choose a later day for “then”."
    )
    raise NoEnd(
        f"The earlier snapshot, of {newest_day(then)}, does not have {missing_part}; the later one, of "
        f"{newest_day(now)}, has it. {advice}"
    )


def newest_day(warehouse: Warehouse) -> dt.date:
    """Return the day that the newest data of a generation speaks of."""
    return warehouse.identity.as_of.date() if warehouse.identity else dt.date.min
