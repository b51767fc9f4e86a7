"""What a profile is made of: facts with their rules, tables, and sentences. Knows neither SQL nor how it is shown."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

KINDS = ("model", "owner", "family")
HUB, ARXIV = "https://huggingface.co/", "https://arxiv.org/abs/"


@dataclass(frozen=True)
class Link:
    """The name of a model, an owner or a family, which has a profile of its own, or of a paper on arXiv."""

    kind: str
    name: str


Cell = str | int | float | dt.date | Link | None


@dataclass(frozen=True)
class Claim:
    """A claim that is not believed: who claims what, what is used instead, and why."""

    claimant: str
    claim: str
    used: str
    rule: str
    why: str

    @property
    def text(self) -> str:
        """The claim as a sentence without its full stop."""
        says = "say" if self.claimant.startswith("declarations") else "says"
        return f"{self.claimant} {says} {self.claim}; {instead(self.used)}: {self.why}"


def instead(used: str) -> str:
    """Return what became of a claim that is not believed, from the column `used` of core.disputes."""
    match used:
        case "kept, in doubt":
            return "it is kept, in doubt"
        case "none":
            return "nothing is used instead"
        case "undated":
            return "the model is undated instead"
    if used.startswith("not flagged as "):
        return f"the evaluation stands, {used}"
    return f"{used} is used instead"


@dataclass(frozen=True)
class Fact:
    """One fact: its value in words, the source and the snapshot that it is from, and the rule that decided."""

    name: str
    label: str
    value: str
    source: str = ""
    snapshot: str = ""
    rule: str = ""
    explanation: str = ""
    """The rule in a sentence."""
    claims: tuple[Claim, ...] = ()
    links: tuple[Link, ...] = ()
    """What the value names, where that has a profile."""


@dataclass(frozen=True)
class Section:
    """A part of a profile: sentences, then a table if it has columns."""

    title: str
    sentences: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()


@dataclass(frozen=True)
class Query:
    """A query of sql/queries by its name, and the values of its parameters."""

    name: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True)
class Series:
    """Numbers over dates for a chart: date, name of the line or layer, number."""

    title: str
    kind: str
    """"bars" are models per month, "lines" are figures per day, "weeks" are figures per week, where NaN is a gap."""
    rows: tuple[tuple[dt.date, str, float], ...] = ()
    query: Query | None = None
    """What its rows were read with."""


@dataclass(frozen=True)
class Profile:
    """Everything that is shown of one model, owner or family."""

    kind: str
    name: str
    sentence: str
    notices: tuple[str, ...] = ()
    """What a reader should know first, such as that the name is an earlier one."""
    facts: tuple[Fact, ...] = ()
    sections: tuple[Section, ...] = ()
    missing: tuple[str, ...] = ()
    """What is not known, in plain words."""
    links: tuple[Link, ...] = ()
    hub_address: str = ""
    citation: str = ""
    series: tuple[Series, ...] = field(default=())
    badges: tuple[str, ...] = ()
    """Figures of which there are badges: downloads, trend, family."""

    @property
    def title(self) -> str:
        """What it is a profile of: “Model openai-community/gpt2”."""
        return f"{self.kind.capitalize()} {self.name}"

    @property
    def query(self) -> dict[str, str]:
        """The query of the address of its page."""
        return {self.kind: self.name}

    def fact(self, name: str) -> Fact | None:
        """Return the fact of this name."""
        return next((one for one in self.facts if one.name == name), None)

    def to_dict(self) -> dict[str, Any]:
        """Return it as what JSON can hold; dates as YYYY-MM-DD, links as the names that they lead to."""
        record = asdict(self)
        record["sections"] = [
            {"title": part.title, "sentences": list(part.sentences), "rows": [_record(part, row) for row in part.rows]}
            for part in self.sections
        ]
        for one, fact in zip(record["facts"], self.facts, strict=True):
            one["links"] = [link.name for link in fact.links]
        record["series"] = [
            {
                "title": one.title,
                "rows": [[str(on), name, None if math.isnan(number) else number] for on, name, number in one.rows],
            }
            for one in self.series
        ]
        return record


def _record(section: Section, row: Sequence[Cell]) -> dict[str, Any]:
    return dict(zip(section.columns, map(_plain, row), strict=True))


def _plain(cell: Cell) -> str | int | float | None:
    if isinstance(cell, Link):
        return cell.name
    return cell.isoformat() if isinstance(cell, dt.date) else cell


def address_of(link: Link, pinned: Mapping[str, str] | None = None, page: str = "") -> str:
    """Return the address of a profile's page; relative to the monitor's page unless `page` is an address."""
    return f"{page}?{urlencode({link.kind: link.name} | dict(pinned or {}))}"


def hub_address(name: str) -> str:
    """Return the address of a repository or an owner on the Hub."""
    return HUB + quote(name, safe="/")


def paper_address(arxiv_id: str) -> str:
    """Return the address of a paper on arXiv."""
    return ARXIV + quote(arxiv_id, safe="/")
