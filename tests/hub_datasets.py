"""A dataset on the Hub with a past: each commit has files of its own, and the client asks for parts of them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Commit:
    """A dated revision and all files as they are in it."""

    date: datetime
    files: dict[str, bytes]
    title: str = "Upload models.parquet with huggingface_hub"

    @property
    def sha(self) -> str:
        return hashlib.sha1(f"{self.date.isoformat()} {self.title}".encode(), usedforsecurity=False).hexdigest()

    @property
    def as_sent(self) -> dict[str, Any]:
        return {
            "id": self.sha,
            "title": self.title,
            "message": "",
            "date": f"{self.date:%Y-%m-%dT%H:%M:%S}.000Z",
            "authors": [{"user": "sim-friend", "avatar": "https://nowhere.invalid/a.png"}],
        }


@dataclass
class DatedDataset:
    """The commits of one dataset, oldest first; `main` is the newest."""

    commits: list[Commit] = field(default_factory=list)
    commits_a_page: int = 3

    def commit(self, revision: str) -> Commit | None:
        if revision == "main":
            return self.commits[-1]
        return next((commit for commit in self.commits if commit.sha == revision), None)

    def page(self, number: int) -> tuple[list[dict[str, Any]], bool]:
        """A page of the commits, newest first, and whether another follows."""
        newest_first = [commit.as_sent for commit in reversed(self.commits)]
        start = number * self.commits_a_page
        return newest_first[start : start + self.commits_a_page], len(newest_first) > start + self.commits_a_page

    def entries(self, commit: Commit, paths: list[str] | None = None, *, is_expanded: bool = False) -> list[Any]:
        """What the Hub says of files in a revision: size, and when expanded the commit that changed each last."""
        entries = []
        for path, content in commit.files.items():
            if paths is not None and path not in paths:
                continue
            entry: dict[str, Any] = {
                "type": "file",
                "path": path,
                "size": len(content),
                "oid": hashlib.sha1(content, usedforsecurity=False).hexdigest(),
            }
            if is_expanded:
                last = self._changed_last(commit, path)
                entry["lastCommit"] = {"id": last.sha, "title": last.title, "date": last.as_sent["date"]}
            entries.append(entry)
        return entries

    def _changed_last(self, commit: Commit, path: str) -> Commit:
        """The earliest of the commits up to this one since which the file has been as it is."""
        last = commit
        for earlier in reversed(self.commits[: self.commits.index(commit)]):
            if earlier.files.get(path) != commit.files[path]:
                break
            last = earlier
        return last
