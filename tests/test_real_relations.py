"""Relations on the published tool's files and on the real board, against SciPy over the raw files.

Skipped, saying so, where the files are absent.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from scipy import stats

from oss_ai_monitor import warehouse
from oss_ai_monitor.perspectives import Filters
from oss_ai_monitor.perspectives.relations.view import Relations
from oss_ai_monitor.sources import archive, hub
from tests.test_real_data import V2, built

SCORE = "Average ⬆️"
VARIABLES = {"likes": "Hub ❤️", "downloads in 30 days": "downloads", "parameters": "#Params (B)"}


def shown(opened: warehouse.Warehouse, dataset: str, subset: str = "all") -> Relations:
    filters = Filters(opened)
    filters.dataset = dataset
    view = Relations(opened, filters)
    view.subset = subset
    view.open()
    assert view.state == "ready", view.reason
    return view


@pytest.fixture(scope="module")
def raw(real_data: Path) -> pd.DataFrame:
    """The best unflagged row of each model, with its details; sizes that are not positive are missing."""
    board = pd.read_csv(real_data / "paper/leaderboard_2024-05-20.csv", sep=";")
    board = board[(board["model_name_for_query"] != "baseline") & board["Flagged"]]  # inverted
    best = board.sort_values(SCORE).groupby("model_name_for_query").tail(1).set_index("model_name_for_query")
    details = pd.read_csv(real_data / "paper/repo_details_2024-04-17.csv").drop_duplicates("name").set_index("name")
    best = best.join(details["downloads"])
    return best.assign(**{"#Params (B)": best["#Params (B)"].where(best["#Params (B)"] > 0)})


@pytest.fixture(scope="module")
def paper(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[warehouse.Warehouse]:
    folder = tmp_path_factory.mktemp("paper")
    details = [real_data / "paper/repo_details_2024-04-17.csv", real_data / "paper/repo_commits_2024-05-20.csv"]
    opened = built(folder, *archive.read([real_data / "paper/leaderboard_2024-05-20.csv"]), *hub.read(details))
    yield opened
    opened.close()


def test_the_published_correlations_are_over_the_models_of_which_everything_is_known(raw: pd.DataFrame) -> None:
    complete = raw.dropna(subset=list(VARIABLES.values()))
    assert len(complete) == 4388
    figures = {
        name: (
            round(stats.pearsonr(complete[SCORE], complete[column]).statistic, 3),
            round(stats.spearmanr(complete[SCORE], complete[column]).statistic, 3),
        )
        for name, column in VARIABLES.items()
    }
    assert figures == {
        "likes": (-0.042, -0.117), "downloads in 30 days": (-0.021, -0.290), "parameters": (0.224, 0.295)
    }  # fmt: skip


def test_over_the_same_models_only_better_sizes_move_a_value(paper: warehouse.Warehouse, raw: pd.DataFrame) -> None:
    view = shown(paper, "v1")
    rows = view.values.assign(name=view.answer["model_id"].str.lower()).set_index("name")
    complete = raw.dropna(subset=list(VARIABLES.values()))
    names = complete.index.str.lower().unique()
    same = rows.loc[names[names.isin(rows.index)]]
    assert len(same) == 4386  # two spellings of one repository are one, and so are two names of another
    figures = {
        name: round(stats.spearmanr(*same[["average", name]].dropna().to_numpy().T).statistic, 2) for name in VARIABLES
    }
    assert figures == {
        "likes": -0.12,
        "downloads in 30 days": -0.29,
        "parameters": 0.26,
    }  # of whole billions it is 0.295


def test_pairwise_correlations_of_the_published_tools_files(paper: warehouse.Warehouse, raw: pd.DataFrame) -> None:
    """Over all models of which both are known, not over those of which everything is: likes go with scores less."""
    cells = shown(paper, "v1").correlations.set_index(["variable", "other"])
    for name, n, spearman in (
        ("likes", 6170, -0.08), ("downloads in 30 days", 4791, -0.30), ("parameters", 5800, 0.33),
        ("commits", 5532, -0.15), ("contributors", 5532, -0.14), ("span of commits", 5532, -0.16),
    ):  # fmt: skip
        cell = cells.loc[("average", name)]
        assert (cell["n"], round(cell["spearman"], 2)) == (n, spearman), name
    both = raw[[SCORE, "Hub ❤️"]].dropna()
    expected = stats.spearmanr(both[SCORE], both["Hub ❤️"]).statistic
    assert cells.loc[("average", "likes"), "spearman"] == pytest.approx(expected, abs=0.002)  # spellings are folded


def test_the_second_leaderboard(real_community: Path, real_data: Path) -> None:
    columns = f'fullname, "{SCORE}" as average, "IFEval", "GPQA", "Hub ❤️" as likes'
    frame = duckdb.execute(f'select {columns} from read_parquet(?) where not "Flagged"', [str(real_data / V2)]).df()
    best = frame.sort_values("average").groupby("fullname").tail(1)
    opened = warehouse.Warehouse.open(real_community)
    view, best_hundred = shown(opened, "v2"), shown(opened, "v2", "100")
    opened.close()
    cells = view.correlations.set_index(["variable", "other"])
    for one, other in (("average", "IFEval"), ("average", "likes"), ("IFEval", "GPQA"), ("GPQA", "likes")):
        expected = stats.spearmanr(best[one], best[other]).statistic
        assert cells.loc[(one, other), "spearman"] == pytest.approx(expected, abs=0.003)
    top = best.nlargest(100, "average")
    cell = best_hundred.correlations.set_index(["variable", "other"]).loc[("average", "likes")]
    assert cell["spearman"] == pytest.approx(stats.spearmanr(top["average"], top["likes"]).statistic, abs=0.01)
