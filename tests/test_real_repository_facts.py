"""Commits, languages and papers of the real data against the raw files; skipped, saying so, where they are absent."""

from __future__ import annotations

import ast
import csv
import gzip
import json
import re
from collections import Counter
from pathlib import Path

import pandas as pd

from oss_ai_monitor import warehouse
from oss_ai_monitor.sources import hub
from tests.raw_listing import LISTING, names_of_details, successors
from tests.test_real_data import built, values

SEEDS = warehouse.sql_folder() / "seeds"
COMMITS = "paper/repo_commits_2024-05-20.csv"


def test_commits_and_contributors_of_the_published_tools_summary(real_data: Path, tmp_path: Path) -> None:
    raw = pd.read_csv(real_data / COMMITS)
    bots = set(pd.read_csv(SEEDS / "bots.csv")["user"])
    people = raw["authors"].map(lambda text: len(set(ast.literal_eval(text)) - bots - {""}))
    assert len(raw) == raw["name"].nunique() == 5_635
    opened = built(tmp_path, *hub.read([real_data / COMMITS]))
    actual = opened.sql_frame(
        "select model_id, commits, contributors, first_commit_at, last_commit_at from core.repository_commits"
    ).set_index("model_id")
    opened.close()
    expected = pd.DataFrame(
        {
            "folded": raw["name"].str.lower().replace(successors()),
            "commits": raw["num_of_commits"],
            "contributors": people,
            "first": pd.to_datetime(raw["first_commit"], utc=True).dt.tz_localize(None),
            "last": pd.to_datetime(raw["last_commit"], utc=True).dt.tz_localize(None),
        }
    )
    once = expected[~expected["folded"].duplicated(keep=False)].set_index("folded")
    ours = actual.rename(str.lower).loc[once.index]
    assert len(once) > 5_600
    assert ours["commits"].astype(int).tolist() == once["commits"].tolist()
    assert ours["contributors"].astype(int).tolist() == once["contributors"].tolist()
    assert (ours["first_commit_at"] == once["first"]).all()
    assert (ours["last_commit_at"] == once["last"]).all()


def test_languages_and_papers_of_the_listing(real_data: Path, real_community: Path) -> None:
    """Of the models that only the listing describes: those with an answer of their own may say more."""
    with (SEEDS / "languages.csv").open(encoding="utf-8") as file:
        codes = {row["code"] for row in csv.DictReader(file)}
    detailed = names_of_details(real_data)
    languages, papers = Counter[str](), Counter[str]()
    with gzip.open(real_data / LISTING, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if row["id"].lower() in detailed:
                continue
            languages.update(set(row["tags"]) & codes)
            papers.update({tag[6:].strip() for tag in row["tags"] if re.match(r"arxiv: ?\d", tag)} - {"1910.09700"})
    assert (len(codes), languages["en"], len(papers)) == (184, 62_106, 3_969)
    opened = warehouse.Warehouse.open(real_community)
    for column, relation, expected in (("language", "languages", languages), ("arxiv_id", "papers", papers)):
        actual = opened.sql_frame(f"select model_id, {column} from core.{relation}")
        of_listing = actual[~actual["model_id"].str.lower().isin(detailed)]
        assert of_listing[column].value_counts().to_dict() == dict(expected)
    assert values(opened, "select count(*)::int from core.papers where arxiv_id = '1910.09700'") == [(0,)]
    opened.close()
