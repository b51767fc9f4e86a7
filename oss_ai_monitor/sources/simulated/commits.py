"""Commit summaries of the invented community."""

import json
from collections.abc import Iterator

import duckdb
import numpy as np
import pandas as pd

from oss_ai_monitor.sources.simulated.community import CREATED_AT_FLOOR, Community, Ints
from oss_ai_monitor.sources.table import connection

ROWS = 100_000
"""Models that are formatted at a time."""


def commits(community: Community, listed: Ints) -> Iterator[duckdb.DuckDBPyRelation]:
    """Yield commit summaries: by owners, other people, and bots, which do not count as contributors."""
    db = connection()
    bots = ("SFconvertbot", "librarian-bot", "leaderboard-pr-bot", "system")
    for start in range(0, len(listed), ROWS):
        part = listed[start : start + ROWS]
        names = community.names(part)
        authors = []
        for i, name in zip(part.tolist(), names, strict=True):
            assert name is not None
            users = [name.split("/")[0]]
            if i % 11 == 0:
                users.append(f"sim-friend-{i % 173}")
            if i % 3 == 0:
                users.append(bots[i // 4 % 4])
            authors.append(users)
        created = np.maximum(community.created[part], CREATED_AT_FLOOR)
        frame = pd.DataFrame(
            {
                "row_number": np.arange(start + 1, start + 1 + len(part)),
                "model_id": pd.Series(names, dtype=object),
                "commits": 1 + part * 37 % 29,
                "first_at": created,
                "last_at": created + part * 7919 % 2_592_000,
                "authors": pd.Series([json.dumps(users) for users in authors], dtype=object),
            }
        )
        db.register("committed", frame)
        yield db.sql(
            """
            select
                row_number,
                model_id,
                commits,
                make_timestamp(first_at * 1000000) as first_commit_at,
                make_timestamp(last_at * 1000000) as last_commit_at,
                authors::varchar[] as authors,
                null::json as extra,
            from committed
            """
        )
        db.unregister("committed")
