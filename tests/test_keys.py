"""An id gets its key once: what lands later, in whatever order, renumbers nothing, and readers see no key at all."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree, rmtree
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from oss_ai_monitor import warehouse
from oss_ai_monitor.landing import Keys, Landing, LandingError, Manifest, back_up, passed_over, restore
from oss_ai_monitor.warehouse import name_hash
from tests.conftest import AS_OF, land_rows
from tests.growing import PIECES, build_anew, build_on, community, content, differences, land_piece

OWLS = [{"id": "tin/owl-7b"}, {"id": "zinc/Owl", "tags": ["base_model:nobody/owl"]}]


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return community(tmp_path_factory.mktemp("origin"))


def build_real(folder: Path) -> Path:
    landing = Landing(folder / "landing")
    return warehouse.build(folder, landing.selected(), keys=Keys(landing, is_simulated=False))


def keys_of(generation: Path) -> dict[str, int]:
    with duckdb.connect(str(generation), read_only=True) as db:
        select = (
            "select model_id, model_key from core.models union all select model_id, model_key from core.unknown_parents"
        )
        return dict(db.execute(select).fetchall())


@pytest.mark.slow
@settings(
    max_examples=4,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(order=st.permutations(list(PIECES)), builds=st.sets(st.integers(0, len(PIECES) - 1), max_size=3))
def test_in_whatever_order_the_pieces_land_a_build_upon_builds_equals_one_of_everything(
    origin: Path, tmp_path: Path, order: list[str], builds: set[int]
) -> None:
    folder = tmp_path / "growing"
    rmtree(folder, ignore_errors=True)
    rmtree(tmp_path / "anew", ignore_errors=True)
    before: dict[str, int] = {}
    for number, piece in enumerate(order):
        land_piece(origin, folder, piece)
        if number in builds:
            before |= {name.lower(): key for name, key in keys_of(build_on(folder)).items()}
    last = build_on(folder)
    assert differences(last, build_anew(folder, tmp_path / "anew")) == []
    now = {name.lower(): key for name, key in keys_of(last).items()}
    assert {name: now[name] for name in before.keys() & now.keys()} == {
        name: key for name, key in before.items() if name in now
    }


def test_a_new_id_renumbers_nothing(tmp_path: Path) -> None:
    land_rows(tmp_path, "hub_listing", OWLS)
    first = keys_of(build_real(tmp_path))
    assert first == {"tin/owl-7b": 1, "zinc/Owl": 2, **{name: key for name, key in first.items() if key > 2}}
    more = [{"id": "a/first"}, *OWLS[:1], {"id": "zinc/OWL"}, {"id": "nobody/owl"}]
    land_rows(tmp_path, "hub_listing", more, as_of=AS_OF.replace(day=16))
    second = keys_of(build_real(tmp_path))
    assert second["a/first"] > max(first.values())
    assert second["tin/owl-7b"] == first["tin/owl-7b"]
    assert second["zinc/OWL"] == first["zinc/Owl"], "another letter case is the same repository"
    assert second["nobody/owl"] == first["nobody/owl"], "a base that only a declaration named is listed now"


def test_the_numbers_are_the_same_in_a_build_as_of_the_past_and_after_a_restore(tmp_path: Path) -> None:
    folder, other = tmp_path / "one", tmp_path / "other"
    land_rows(folder, "hub_listing", OWLS)
    land_rows(folder, "hub_listing", [{"id": "a/first"}, *OWLS], as_of=AS_OF.replace(day=16))
    last = keys_of(build_real(folder))
    landing = Landing(folder / "landing")
    past = warehouse.build(
        folder, landing.selected(as_of=AS_OF), keys=Keys(landing, is_simulated=False), is_pinned=True
    )
    assert keys_of(past) == {name: key for name, key in last.items() if name != "a/first"}
    back_up(landing, tmp_path / "backup.tar")
    restore(Landing(other / "landing"), tmp_path / "backup.tar")
    assert keys_of(build_real(other)) == last
    assert len(Landing(other / "landing").manifests("repository_keys")) == 1, "no id was new"


def test_a_build_that_fails_lands_no_keys(tmp_path: Path) -> None:
    sql = Path(copytree(warehouse.sql_folder(), tmp_path / "sql"))
    (sql / "checks" / "no_model_is_an_owl.sql").write_text("select model_id from core.models")
    land_rows(tmp_path, "hub_listing", OWLS)
    landing = Landing(tmp_path / "landing")
    with pytest.raises(warehouse.CheckFailed):
        warehouse.build(tmp_path, landing.selected(), sql=sql, keys=Keys(landing, is_simulated=False))
    assert landing.manifests("repository_keys") == []


def test_keys_that_landed_before_a_crash_are_those_of_the_next_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    land_rows(tmp_path, "hub_listing", OWLS)

    def die(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("oss_ai_monitor.warehouse.engines.duckdb.decided.Decided.finish", die)
        with pytest.raises(KeyboardInterrupt):
            build_real(tmp_path)
    (run,) = Landing(tmp_path / "landing").manifests("repository_keys")
    with duckdb.connect() as db:
        landed = dict(db.execute("from read_parquet($path)", {"path": str(run.paths[0])}).fetchall())
    assert {name.lower(): key for name, key in keys_of(build_real(tmp_path)).items()} == landed


def test_who_is_left_out_gets_another_key_and_the_name_stays_in_landing_alone(tmp_path: Path) -> None:
    land_rows(tmp_path, "hub_listing", [*OWLS, {"id": "Zebulon-Quill/kettle"}])
    first = keys_of(build_real(tmp_path))
    (tmp_path / "left_out.csv").write_text(f"hash,extent\n{name_hash('zebulon-quill')},everywhere\n")
    generation = build_real(tmp_path)
    second = keys_of(generation)
    (left_out,) = [key for name, key in second.items() if name.startswith("left-out/")]
    assert left_out > max(first.values())
    assert not any("zebulon" in row.lower() for rows in content(generation).values() for row in rows)
    newest = Landing(tmp_path / "landing").manifests("repository_keys")[-1]
    with duckdb.connect() as db:
        added = db.execute("select folded_id from read_parquet($path)", {"path": str(newest.paths[0])}).fetchall()
    assert len(added) == 1
    assert added[0][0].startswith("left-out/")


def test_keys_of_simulated_ids_and_of_real_ones_do_not_meet(tmp_path: Path) -> None:
    landing = Landing(tmp_path / "landing")
    land_rows(tmp_path, "hub_listing", [{"id": "made/up"}, {"id": "zinc/owl"}], simulated=True)
    warehouse.build(tmp_path, landing.selected(), keys=Keys(landing, is_simulated=True))
    land_rows(tmp_path, "hub_listing", OWLS, as_of=AS_OF.replace(day=16))
    assert keys_of(build_real(tmp_path))["tin/owl-7b"] == 1
    with duckdb.connect() as db, pytest.raises(LandingError, match="simulated data never joins"):
        Keys(landing, is_simulated=True).add(db.sql("select 'made/up' as folded_id, 9 as model_key"))


def test_a_run_of_keys_without_the_one_before_it_is_passed_over_and_those_ids_are_numbered_anew(tmp_path: Path) -> None:
    land_rows(tmp_path, "hub_listing", OWLS)
    build_real(tmp_path)
    land_rows(tmp_path, "hub_listing", [*OWLS, {"id": "a/second"}], as_of=AS_OF.replace(day=16))
    build_real(tmp_path)
    landing = Landing(tmp_path / "landing")
    first, second = landing.manifests("repository_keys")
    rmtree(first.folder)
    keys = Keys(landing, is_simulated=False)
    assert keys.runs == []
    assert passed_over([second]) == [second]
    numbers = keys_of(build_real(tmp_path))
    assert sorted(numbers.values()) == list(range(1, len(numbers) + 1))
    assert [run.revision for run in keys.runs] == [None]


def test_thousands_of_runs_of_keys_are_put_in_order() -> None:
    def run(name: str, previous: str | None, rows: int = 1) -> Manifest:
        return Manifest(
            source="repository_keys", snapshot_id=name, addresses=(), fingerprint=name, revision=previous, as_of=AS_OF,
            as_of_rule="numbered", started=AS_OF, finished=AS_OF, rows=rows, parts=(), polarity=None, left_out={},
            notes=(), tool_version="1", is_simulated=False, seed=None, folder=Path(name),
        )  # fmt: skip

    long = [run(f"long {n}", f"long {n - 1}" if n else None) for n in range(3_000)]
    branch = [run("branch 1", "long 2990", 4), run("branch 2", "branch 1", 3)]
    unreached = [run("lost 2", "lost 1", 99), run("circle 1", "circle 2", 99), run("circle 2", "circle 1", 99)]
    assert passed_over([*unreached, *long, *branch]) == [*unreached, *branch]
    larger = [*branch, run("branch 3", "branch 2", 3)]
    assert passed_over([*unreached, *long, *larger]) == [*unreached, *long[2991:]]


def test_what_has_no_key_of_its_own_stops_the_build(tmp_path: Path) -> None:
    land_rows(tmp_path, "hub_listing", OWLS)
    landing = Landing(tmp_path / "landing")
    with duckdb.connect() as db:
        Keys(landing, is_simulated=False).add(
            db.sql("select unnest(['tin/owl-7b', 'zinc/owl']) as folded_id, 7::int as model_key")
        )
    with pytest.raises(warehouse.CheckFailed, match=r"more than one row per model_key: \[\(7,\)\]"):
        build_real(tmp_path)
