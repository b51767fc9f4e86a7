"""The simulated community: the same seed gives the same bytes, every trap is in it, and its books are right."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest

from oss_ai_monitor import warehouse
from oss_ai_monitor.sources import simulated
from tests import oracle
from tests.oracle.books import Books

SOURCES = ("leaderboard_v1", "leaderboard_v2", "hub_listing", "hub_details", "hub_commits", "hub_benchmarks")


def write(folder: Path, models: int, seed: int = 1) -> Path:
    """Every table of one community as Parquet, a file a part."""
    folder.mkdir(exist_ok=True)
    for table in simulated.tables(models, seed):
        for part, relation in enumerate(table.relations):
            relation.write_parquet(str(folder / f"{table.source}-{part:05d}.parquet"), compression="zstd")
    return folder


@pytest.fixture(scope="module")
def community(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """Six thousand models, each table a view."""
    yield from views(write(tmp_path_factory.mktemp("community"), 6000))


@pytest.fixture(scope="module")
def hamlet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """The smallest community, of another seed."""
    yield from views(write(tmp_path_factory.mktemp("hamlet"), 1000, 11))


def views(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A view of each table."""
    with duckdb.connect() as db:
        for source in SOURCES:
            db.execute(f"create view {source} as from read_parquet('{folder}/{source}-*.parquet')")
        yield db


@pytest.fixture(scope="module")
def books() -> Books:
    """The books of the same community."""
    return oracle.books(6000)


def scalar(db: duckdb.DuckDBPyConnection, query: str) -> int:
    """The single figure that a query answers."""
    row = db.execute(query).fetchone()
    assert row is not None
    return int(row[0])


def test_the_same_seed_gives_the_same_bytes_and_another_seed_does_not(tmp_path: Path) -> None:
    first, repeated, other = (write(tmp_path / name, 1000, seed) for name, seed in (("a", 1), ("b", 1), ("c", 2)))
    contents = [
        {path.name: path.read_bytes() for path in sorted(folder.iterdir())} for folder in (first, repeated, other)
    ]
    assert contents[0] == contents[1]
    assert contents[0].keys() == contents[2].keys()
    assert all(contents[0][name] != contents[2][name] for name in contents[0])


@pytest.mark.slow
@pytest.mark.parametrize("models", [1000, 50_000])
def test_the_listing_has_as_many_repositories_as_asked(tmp_path: Path, models: int) -> None:
    listed = f"read_parquet('{write(tmp_path / 'sized', models)}/hub_listing-*.parquet')"
    with duckdb.connect() as db:
        assert scalar(db, f"select count(distinct id) from {listed}") == models
        assert scalar(db, f"select count(*) from {listed}") == models + models // 401


@pytest.mark.parametrize("source", SOURCES)
def test_tables_have_the_landed_shape(community: duckdb.DuckDBPyConnection, source: str) -> None:
    declared = community.sql(warehouse.shape(source))
    relation = community.sql(f"from {source}")
    assert dict(zip(relation.columns, relation.types, strict=True)) == dict(
        zip(declared.columns, declared.types, strict=True)
    )
    assert scalar(community, f"select count(*) - count(distinct row_number) from {source}") == 0
    assert scalar(community, f"select max(row_number) - count(*) from {source}") == 0


def test_tables_say_that_they_are_simulated_and_how() -> None:
    tables = {table.source: table for table in simulated.tables(1000, 7)}
    assert tuple(tables) == SOURCES
    assert {(table.is_simulated, table.seed, table.as_of_rule) for table in tables.values()} == {(True, 7, "simulated")}
    assert all("scores are simulated" in table.notes[0] for table in tables.values())
    assert tables["leaderboard_v1"].polarity == {"flagged": "inverted", "moe": "inverted", "merged": "inverted"}
    assert tables["leaderboard_v2"].polarity == {"flagged": "as sent", "moe": "as sent", "merged": "as sent"}
    assert tables["leaderboard_v2"].as_of == datetime(2025, 3, 13, tzinfo=UTC)
    assert tables["hub_listing"].as_of == simulated.AS_OF
    repeated = {table.source: table.fingerprint for table in simulated.tables(1000, 7)}
    assert repeated == {source: table.fingerprint for source, table in tables.items()}
    other = {table.fingerprint for table in simulated.tables(1000, 8)}
    assert not other & set(repeated.values())


TRAPS = {
    "a model twice, in another precision": """
        select count(*) from (select fullname from leaderboard_v1 group by 1 having count(distinct precision) > 1)""",
    "a model twice, in another revision": """
        select count(*) from (select fullname from leaderboard_v1 group by 1 having count(distinct model_sha) > 1)""",
    "a model twice, with another chat template": """
        select count(*) from (
            select 1 from leaderboard_v2 group by fullname having count(distinct chat_template) > 1
        )""",
    "an exact tie": """
        select count(*) from (select 1 from leaderboard_v2 group by fullname, average having count(*) > 1)""",
    "flagged, inverted": "select count(*) from leaderboard_v1 where not flagged and flagged_inverted",
    "most rows flagged as sent": "select (count(*) filter (flagged) > 0.9 * count(*))::int from leaderboard_v1",
    "flagged as sent": "select count(*) from leaderboard_v2 where flagged",
    "NaN scores": "select count(*) from leaderboard_v1 where isnan(average)",
    "blank dates": "select count(*) from leaderboard_v1 where date = ''",
    "no submission date": "select count(*) from leaderboard_v2 where submission_date is null",
    "no upload date": "select count(*) from leaderboard_v2 where upload_to_hub_date is null",
    "upload floor": "select count(*) from leaderboard_v2 where upload_to_hub_date = '2022-03-02'",
    "late board": "select count(*) from leaderboard_v1 where date != '' and date < '2023-11-01'",
    "the random baseline": "select count(*) from leaderboard_v1 where fullname = 'baseline'",
    "no type": "select count(*) from leaderboard_v1 where type is null",
    "base model removed": "select count(*) from leaderboard_v2 where base_model = 'Removed'",
    "base model is itself": "select count(*) from leaderboard_v2 where base_model = fullname",
    "parameters not positive": "select count(*) from leaderboard_v1 where params_b <= 0",
    "junk architecture": "select count(*) from leaderboard_v1 where architecture in ('?', 'Unknown', '')",
    "letters as architecture": "select count(*) from leaderboard_v1 where architecture like 'L;l;a;m;a;%'",
    "evaluated, gone from the listing": """
        select count(*) from leaderboard_v1
        where fullname not in (select id from hub_listing) and fullname != 'baseline'""",
    "createdAt floor": "select count(*) from hub_listing where created_at::varchar like '2022-03-02 23:29:0%'",
    "no createdAt": "select count(*) from hub_listing where created_at is null",
    "listed twice": "select count(*) - count(distinct id) from hub_listing",
    "names that differ from a listed id by case alone": """
        select count(distinct fullname) from leaderboard_v2
        where fullname not in (select id from hub_listing)
            and lower(fullname) in (select lower(id) from hub_listing)""",
    "one model under two spellings": """
        select count(*) from (
            select 1 from leaderboard_v2 group by lower(fullname) having count(distinct fullname) > 1
        )""",
    "a legacy name": "select count(*) from leaderboard_v1 where fullname = 'gpt2'",
    "a legacy name as a base": "select count(*) from hub_listing where list_contains(tags, 'base_model:finetune:gpt2')",
    "an address for an id": """
        select count(*) from (select unnest(tags) as tag from hub_listing)
        where tag like 'base_model:finetune:https://huggingface.co/%'""",
    "packed weights": "select count(*) from hub_listing where (safetensors -> '$.parameters.I32') is not null",
    "a board's size half of the name's": """
        select count(*) from leaderboard_v2 where fullname = 'sim-packed/half-14b' and params_b < 9""",
    "an official submission before the release": """
        select count(*) from leaderboard_v2
        where official_providers and fullname = 'Qwen/Qwen2.5-7B-Instruct' and submission_date < '2024-09-18'""",
    "an owner's instruct model without a base": """
        select count(*) from hub_listing
        where id = 'meta-llama/Llama-2-70b-chat-hf'
            and len(list_filter(tags, lambda tag: starts_with(tag, 'base_model:'))) = 0""",
    "a class before its first day": """
        select count(*) from hub_listing where config ->> '$.model_type' = 'qwen2' and created_at < '2024-02-04'""",
    "old form of base_model": """
        select count(*) from hub_listing
        where list_bool_or(list_transform(tags, lambda t: t like 'base_model:%'))
            and not list_bool_or(list_transform(tags, lambda t: regexp_matches(t, '^base_model:[a-z]+:')))""",
    "self-edge": "select count(*) from hub_listing where list_contains(tags, 'base_model:' || id)",
    "mutual edges": """
        select count(*) from hub_listing a join hub_listing b
            on list_contains(a.tags, 'base_model:' || b.id) and list_contains(b.tags, 'base_model:' || a.id)
        where a.id < b.id""",
    "unknown parents": """
        select count(*) from (select unnest(tags) as tag from hub_listing)
        where tag like 'base_model:sim-vanished/%'""",
    "parents under an old name": """
        select count(*) from (select unnest(tags) as tag from hub_listing)
        where regexp_matches(tag, '^base_model:(unsloth|NousResearch|decapoda-research|huggingface)/')""",
    "merges of merges": """
        select count(*) from hub_listing a join hub_listing b on list_contains(a.tags, 'base_model:merge:' || b.id)
        where list_bool_or(list_transform(b.tags, lambda t: t like 'base_model:merge:%'))""",
    "several relations": "select count(*) from hub_listing where id = 'sim-relations/several'",
    "hostile names": "select count(*) from hub_listing where id like '%<script>%' or id like '%drop table%'",
    "hostile tags": "select count(*) from hub_listing where list_contains(tags, '../../../etc/passwd')",
    "right-to-left marks": "select count(*) from hub_listing where contains(id, chr(8238))",
    "names of 200 letters": "select count(*) from hub_listing where length(id) > 195",
    "gated": "select count(*) from hub_listing where gated in ('auto', 'manual')",
    "a card's licence as a list": "select count(*) from hub_details where json_type(card_data, '$.license') = 'ARRAY'",
    "a card's licence as a string": """
        select count(*) from hub_details where json_type(card_data, '$.license') = 'VARCHAR'""",
    "a card's base model as a list": """
        select count(*) from hub_details where json_type(card_data, '$.base_model') = 'ARRAY'""",
    "a hidden licence": "select count(*) from hub_details where card_data ->> '$.license_name' is not null",
    "bots": "select count(*) from hub_commits where list_contains(authors, 'SFconvertbot')",
}


@pytest.mark.slow
@pytest.mark.parametrize("trap", TRAPS)
def test_every_trap_is_there_whatever_size_and_seed(
    community: duckdb.DuckDBPyConnection, hamlet: duckdb.DuckDBPyConnection, trap: str
) -> None:
    assert scalar(community, TRAPS[trap]) > 0
    assert scalar(hamlet, TRAPS[trap]) > 0


def test_one_model_has_a_third_of_all_downloads(community: duckdb.DuckDBPyConnection) -> None:
    row = community.execute(
        "select max(downloads) / sum(downloads) from (select distinct id, downloads from hub_listing)"
    )
    assert row.fetchall()[0][0] == pytest.approx(1 / 3, abs=0.002)


def test_ids_are_owner_and_name_and_invented_unless_real(community: duckdb.DuckDBPyConnection) -> None:
    seeds = simulated.Seeds()
    real = {row["model_id"] for row in seeds.releases + seeds.bases} | set(seeds.released)
    real |= {name for row in seeds.bases for name in row["owner_instruct_ids"].split(";")}
    real |= set(seeds.renamed.values())
    ids = {row[0] for row in community.execute("select distinct id from hub_listing").fetchall()}
    assert {name for name in ids if name.count("/") != 1} == set()
    assert {name for name in ids if not name.lower().startswith("sim-")} <= real


def test_base_models_are_where_the_seed_says(books: Books) -> None:
    for row in simulated.Seeds().bases:
        boards = {"both": {"v1", "v2"}}.get(row["leaderboard"], {row["leaderboard"]})
        assert {board for board, base in books.base_models if base == row["base_id"]} == boards


@pytest.mark.parametrize("dataset", ["v1", "v2", "hub"])
def test_the_books_add_up(books: Books, dataset: str) -> None:
    book = books.datasets[dataset]
    assert book.models == book.dated + book.undated == book.by_type.total() == book.by_architecture.total()
    assert sum(n for rule, n in book.by_rule.items() if rule.startswith("undated")) == book.undated
    for unit in ("day", "week", "month"):
        assert book.new_by_type[unit].total() == book.new_by_architecture[unit].total() == book.dated
    assert all(start.weekday() == 0 for start, _ in book.new_by_type["week"])
    assert all(start.day == 1 for start, _ in book.new_by_type["month"])
    assert book.authors.total() == book.dated
    assert len(book.top_authors()) >= 10
    best = [book.running_best[month] for month in sorted(book.running_best)]
    assert best == sorted(best)
    if dataset != "hub":
        assert book.evaluations == book.flagged + book.folded + book.models
        assert best[-1] == max(book.best_by_type.values())
        assert book.named >= book.models


def test_the_books_know_as_much_as_the_tables_tell(community: duckdb.DuckDBPyConnection, books: Books) -> None:
    for board in ("v1", "v2"):
        named = f"from leaderboard_{board} where fullname != 'baseline'"
        assert scalar(community, f"select count(*) {named}") == books.datasets[board].evaluations
        assert scalar(community, f"select count(distinct lower(fullname)) {named}") == books.datasets[board].named
        assert (
            scalar(community, f"select count(*) {named} and flagged != flagged_inverted")
            == books.datasets[board].flagged
        )
    boards = "select fullname from leaderboard_v1 union select fullname from leaderboard_v2"
    union = f"select id from hub_listing union {boards}"
    renamed = "case id when 'gpt2' then 'openai-community/gpt2' else lower(id) end"
    assert scalar(community, f"select count(distinct {renamed}) from ({union}) where id != 'baseline'") == books.models
    ids = {row[0] for row in community.execute("select distinct id from hub_listing").fetchall()}
    assert ids == set(books.relations)


def test_the_books_decide_the_traps_as_the_rules_say(books: Books) -> None:
    relations = {
        name: books.relations[name] for name in books.relations if name.startswith(("sim-relations/", "sim-ouro"))
    }
    assert relations == {
        "sim-ouroboros/self-0": "none declared",
        "sim-ouroboros/self-1": "none declared",
        "sim-ouroboros/self-2": "none declared",
        "sim-ouroboros/self-and-real": "finetune",
        "sim-relations/several": "merge",
        "sim-relations/quantized-adapter": "quantized",
        "sim-relations/several-bases-plain": "base without relation",
        "sim-relations/plain-and-told": "finetune",
    }
    assert books.edges["sim-mirror/left-0"] == {"sim-mirror/right-0"}
    assert books.edges["sim-ouroboros/self-and-real"] == {"meta-llama/Llama-2-7b-hf"}
    assert "sim-ouroboros/self-0" not in books.edges
    floor = {name[-1]: books.appeared[name] for name in books.appeared if name.startswith("sim-floor/second")}
    created = (date(2022, 3, 2), "Hub createdAt")
    undated = (None, "undated: createdAt floor")
    assert floor == {"0": created, "1": undated, "2": undated, "3": undated, "4": undated, "5": undated, "6": created}
    removed = {name: books.appeared[name] for name in books.appeared if name.startswith("sim-gone/")}
    assert removed["sim-gone/late-board"] == (None, "undated: late board")
    assert removed["sim-gone/submitted"][1] == "first submission"
    assert removed["sim-gone/uploaded"] == (date(2024, 8, 20), "upload date")
    assert ("v1", "sim-quirk/flagged") not in books.represented
    assert not books.represented["v1", "sim-quirk/flagged-best"].flagged
    assert books.appeared["sim-undated/nowhere"] == (None, "undated: no date")
    assert books.appeared["meta-llama/Llama-2-7b-hf"] == (date(2023, 7, 18), "curated release date")
    assert {name for name in books.appeared if "twin-7b" in name.lower()} == {
        "sim-case/Twin-7B",
        "sim-case/below-the-twin-7b",
    }
    assert {name for name in books.appeared if "spelt-twice" in name.lower()} == {"sim-gone/spelt-twice-7b"}
    assert "gpt2" not in books.appeared


def test_the_books_decide_the_contradictions_as_the_rules_say(books: Books) -> None:
    prefixes = ("sim-early/", "sim-anew/", "sim-gone/late-board-and", "NousResearch/")
    assert {name: books.appeared[name] for name in books.appeared if name.startswith(prefixes)} == {
        "sim-early/before-its-class-72b": (*(date(2024, 12, 27), "first submission, for it is older than its class"),),
        "sim-early/before-its-class-unscored-7b": (None, "undated: older than its class"),
        "sim-early/weeks-before-its-class-7b": (date(2024, 2, 4), "first day of its class"),
        "sim-early/weeks-before-its-base-7b": (date(2024, 5, 22), "first day of its base"),
        "sim-early/before-its-base-8b": (*(date(2024, 12, 27), "first submission, for it is older than its base"),),
        "sim-early/before-its-base-unscored-8b": (None, "undated: older than its base"),
        "sim-early/below-an-early-one-8b": (date(2024, 4, 18), "first day of its base"),
        "sim-early/below-a-mirror-13b": (date(2023, 7, 18), "first day of its base"),
        "sim-anew/base-7b": (date(2024, 5, 1), "Hub createdAt"),
        "sim-anew/derivative-7b": (date(2024, 2, 1), "Hub createdAt"),
        "sim-anew/scored-before-7b": (date(2024, 1, 15), "first submission, for it is older than its date"),
        "sim-anew/scored-on-a-late-board-7b": (None, "undated: scored before its date"),
        "sim-gone/late-board-and-later-7b": (None, "undated: late board"),
        "NousResearch/Meta-Llama-3-8B": (
            *(date(2024, 4, 10), "first submission, for it is older than the curated date"),
        ),
    }
    assert books.appeared["Qwen/Qwen2.5-7B-Instruct"] == (date(2024, 9, 18), "date of its release")
    assert books.appeared["openai-community/gpt2"] == (None, "undated: createdAt floor")
    assert books.edges["sim-misfiled/llama-13b"] == {"meta-llama/Llama-2-13b-hf"}
    assert books.edges["sim-misfiled/llama-3.1-8b-tuned"] == {"meta-llama/Meta-Llama-3.1-8B"}
    assert books.edges["sim-resized/grown-11b"] == {"mistralai/Mistral-7B-v0.1"}
    assert books.edges["sim-renamed/below-gpt2"] == {"openai-community/gpt2"}
    assert books.edges["sim-case/below-the-twin-7b"] == {"sim-case/Twin-7B"}
    assert books.edges["sim-forms/address-7b"] == {"meta-llama/Llama-2-7b-hf"}
    assert "sim-forms/path-7b" not in books.edges
    assert books.edges["meta-llama/Llama-2-70b-chat-hf"] == {"meta-llama/Llama-2-70b-hf"}
    sizes = ("sim-packed/half-14b", "sim-packed/thirteen-gptq", "sim-doubled/seven-7b", "sim-resized/mixed-2x7b")
    assert [books.sizes[name] for name in sizes] == [14, 13, 7, 13]


def test_nothing_but_the_contradictions_is_out_of_order(books: Books) -> None:
    """The invented world is as the real one: what cannot be is in it once or twice, and by name."""
    rules = ("first submission, for", "first day of", "undated: older", "undated: scored")
    moved = {name for name, (_, rule) in books.appeared.items() if rule.startswith(rules)}
    assert {name.split("/")[0] for name in moved} == {"sim-early", "sim-anew", "NousResearch"}


def test_every_rule_of_dates_is_met(books: Books) -> None:
    rules = Counter(rule for _, rule in books.appeared.values())
    assert set(rules) >= {
        "curated release date",
        "date of its release",
        "Hub createdAt",
        "upload date",
        "first submission",
        "undated: createdAt floor",
        "undated: late board",
        "undated: no date",
    }


def test_scores_climb_and_merges_rise(books: Books) -> None:
    for board in ("v1", "v2"):
        best = books.datasets[board].running_best
        assert max(best.values()) > min(best.values()) + 3
        gains = [base.best_gain for (where, _), base in books.base_models.items() if where == board and base.best_gain]
        assert sum(gain > 0 for gain in gains) > len(gains) / 2
    months = books.datasets["hub"].new_by_type["month"]
    share = [
        sum(n for (month, kind), n in months.items() if month.year == year and kind == "merge")
        / sum(n for (month, _), n in months.items() if month.year == year)
        for year in (2022, 2024)
    ]
    assert share[0] < 0.005 < 0.05 < share[1]


def test_a_community_can_stand_at_an_earlier_day() -> None:
    invented = simulated.community(1000, as_of=datetime(2025, 6, 1, tzinfo=UTC))
    assert invented.created.max() < datetime(2025, 6, 1, tzinfo=UTC).timestamp()
    assert sum(invented.listed) == 1000


def test_a_day_when_the_boards_were_open_is_refused() -> None:
    with pytest.raises(ValueError, match="2025-04-01 or later"):
        simulated.community(1000, as_of=datetime(2025, 1, 1, tzinfo=UTC))


def test_too_few_models_and_books_of_too_many_are_refused() -> None:
    with pytest.raises(ValueError, match="ask for 1000 at least"):
        simulated.community(300)
    with pytest.raises(ValueError, match="up to 200,000 models"):
        oracle.books(230_000)
