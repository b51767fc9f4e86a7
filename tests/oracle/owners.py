"""Who joined in which month, who published in which one, and who came back, counted owner by owner."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from tests.oracle.books import Books
from tests.oracle.dates import AT_FLOOR, UPLOAD_FLOOR


@dataclass
class OwnerBook:
    """Owner → months with a model; owners with a model from before dates were recorded; owners without any date."""

    months: dict[str, set[date]] = field(default_factory=lambda: defaultdict(set))
    before_dates: set[str] = field(default_factory=set)
    undated: set[str] = field(default_factory=set)
    models: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def joined(self) -> dict[str, date]:
        """Owner → month of its first model, of those who have one."""
        return {owner: min(months) for owner, months in self.months.items() if owner not in self.before_dates}

    def published(self, month: date) -> tuple[int, int]:
        """Return how many owners published their first model in a month, and how many another one."""
        joined = self.joined()
        active = [owner for owner, months in self.months.items() if month in months]
        new = sum(joined.get(owner) == month for owner in active)
        return new, len(active) - new

    def returned(self, joined_in: date, months_since: int) -> tuple[int, int, int]:
        """Return the owners of a cohort, and those with a model in a later month: in that one, and in it or later."""
        cohort = [owner for owner, month in self.joined().items() if month == joined_in]
        due = after(joined_in, months_since)
        return (
            len(cohort),
            sum(due in self.months[owner] for owner in cohort),
            sum(max(self.months[owner]) >= due for owner in cohort),
        )


def after(month: date, months: int) -> date:
    """Return the first day of the month so many months later."""
    years, n = divmod(month.month - 1 + months, 12)
    return date(month.year + years, n + 1, 1)


def owner_book(books: Books, dataset: str) -> OwnerBook:
    """Return the book of the owners of a dataset's models."""
    names = books.relations if dataset == "hub" else [name for board, name in books.represented if board == dataset]
    book = OwnerBook()
    for name in names:
        owner = name.split("/")[0] if "/" in name else "Hugging Face"
        appeared_on, rule = books.appeared[name]
        book.models[owner] += 1
        if appeared_on:
            book.months[owner].add(appeared_on.replace(day=1))
        elif rule in (AT_FLOOR, UPLOAD_FLOOR):
            book.before_dates.add(owner)
    book.undated = book.models.keys() - book.months.keys() - book.before_dates
    return book
