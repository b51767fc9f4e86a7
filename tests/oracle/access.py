"""The books of access: which invented models were gated on each recorded day, counted one by one in plain Python."""

from collections import defaultdict
from datetime import date

from oss_ai_monitor.sources import simulated
from oss_ai_monitor.sources.simulated.adoption import Adoption, date_of
from tests.oracle.adoption import AdoptionBooks

NAMES = ("open", "auto", "manual")


def access_books(books: AdoptionBooks, models: int, seed: int) -> dict[tuple[date, str], tuple[int, int]]:
    """Return models and their downloads of 30 days, as the Hub showed them, by recorded day and access.

    `models` and `seed` are those with which the books were made.
    """
    community = simulated.community(models, seed)
    access = Adoption(community).access
    position = {name: i for i, name in enumerate(community.names(range(len(community))))}
    of_model = [
        (int(access.now[i]), int(access.before[i]), date_of(int(access.changed_on[i])))
        for i in (position[name] for name in books.models)
    ]
    sums: dict[tuple[date, str], list[int]] = defaultdict(lambda: [0, 0])
    for row in books.recorded:
        day = books.days[row]
        listed, downloads = books.is_listed[row].tolist(), books.downloads_30d[row].tolist()
        for (now, before, changed_on), is_listed, downloaded in zip(of_model, listed, downloads, strict=True):
            if is_listed:
                of_access = sums[day, NAMES[before if day < changed_on else now]]
                of_access[0] += 1
                of_access[1] += downloaded
    return {key: (count, downloads) for key, (count, downloads) in sums.items()}
