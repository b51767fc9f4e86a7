"""What the Hub says beside a model: commits, discussions, last change, languages, papers, each where it is known."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ..charts import date_text, number_text
from ..plurals import counted
from ..warehouse import Warehouse
from .profile import Fact, Link
from .wording import count, day, rows_of, text

COMMITS = "the Hub's answer about its commits"
DISCUSSIONS = "the Hub's answer about its discussions"
MOST = 12
"""Languages and papers that are listed; of more the number is given."""
PAPERS = "Papers on arXiv that its tags name: its own, or of a method, a base or data that it uses."
LANGUAGES = {
    "model card": "As its model card declares them.",
    "tag": "Its tags that are codes of languages; a tag of two letters can mean something else.",
}


def repository_facts(
    warehouse: Warehouse, key: int, row: dict[str, Any], newest: dict[str, str], source: str
) -> list[Fact]:
    """Return the facts that are known, from a row of model_facts.

    `newest` has the newest snapshot of each landed source in words; `source` is the one that describes the model.
    """
    facts = [_last_modified(row, newest), *_commits(row), *_discussions(row)]
    declared = warehouse.query("model_declarations", model_key=key)
    languages, papers = (declared[declared["fact"] == fact] for fact in ("language", "paper"))
    facts += [_languages(languages, source), _papers(papers, source)]
    return [fact for fact in facts if fact.value]


def _last_modified(row: dict[str, Any], newest: dict[str, str]) -> Fact:
    changed = day(row["last_modified"])
    snapshot = next((newest[one] for one in ("hub_listing", "hub_details", "hub_repositories") if one in newest), "")
    return Fact(
        "last-modified", "Last changed", date_text(changed) if changed else "", "the Hub", snapshot,
        explanation="The latest change of its repository that the Hub has said: a newer one may have followed.",
    )  # fmt: skip


def _commits(row: dict[str, Any]) -> list[Fact]:
    if not day(row["counted_on"]):
        return []
    commits, contributors = count(row["commits"]), count(row["contributors"])
    first, last = day(row["first_commit_at"]), day(row["last_commit_at"])
    snapshot = f"{date_text(day(row['counted_on']))} ({row['commits_snapshot_id']})"
    span = f"{date_text(first)} to {date_text(last)}" if first and last and first != last else ""
    return [
        Fact(
            "commits", "Commits", "" if commits is None else number_text(commits), COMMITS, snapshot,
            explanation="On its main branch, on the day of the snapshot.",
        ),
        Fact(
            "contributors", "Contributors",
            "" if contributors is None else counted(contributors, "user") if contributors else "none but bots",
            COMMITS, snapshot,
            explanation="Users of the Hub who wrote its commits; bots of a curated list are not counted.",
        ),
        Fact("commit-days", "First and last commit" if span else "Last commit", span or date_text(last) if last else "",
             COMMITS, snapshot),
    ]  # fmt: skip


def _discussions(row: dict[str, Any]) -> list[Fact]:
    if not day(row["activity_counted_on"]):
        return []
    counts = {name: count(row[name]) for name in ("threads", "discussions", "pull_requests", "open_threads")}
    threads, discussions, pulls = counts["threads"], counts["discussions"], counts["pull_requests"]
    value = "" if threads is None else f"{number_text(threads)}, pull requests included"
    if discussions is not None and pulls is not None:
        value = f"{counted(discussions, 'discussion')}, {counted(pulls, 'pull request')}"
    if value and threads and counts["open_threads"] is not None:
        value += f"; {number_text(counts['open_threads'])} of them open"
    last = day(row["last_thread_on"])
    snapshot = f"{date_text(day(row['activity_counted_on']))} ({row['activity_snapshot_id']})"
    return [
        Fact(
            "discussions", "Discussions", value, DISCUSSIONS, snapshot,
            explanation="Beside its files, open and closed, on the day of the snapshot.",
        ),
        Fact(
            "last-discussion", "Latest discussion", date_text(last) if last else "", DISCUSSIONS, snapshot,
            explanation="The day on which the latest discussion or pull request was begun.",
        ),
    ]  # fmt: skip


def _languages(languages: pd.DataFrame, source: str) -> Fact:
    names = [
        f"{one.language_name} ({one.name})" if text(one.language_name) else str(one.name) for one in rows_of(languages)
    ]
    rule = str(languages["rule"].iloc[0]) if len(languages) else ""
    return Fact("languages", "Languages", _listed(names), source, "", rule, LANGUAGES.get(rule, ""))


def _papers(papers: pd.DataFrame, source: str) -> Fact:
    names = [str(name) for name in papers["name"]]
    links = tuple(Link("paper", name) for name in names[:MOST])
    return Fact("papers", "Papers that it names", _listed(names), source, explanation=PAPERS, links=links)


def _listed(names: list[str]) -> str:
    further = len(names) - MOST
    return ", ".join(names[:MOST]) + (f" and {number_text(further)} more" if further > 0 else "")
