"""Both leaderboards, from files and from a Hub on loopback."""

import contextlib
import gzip
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import duckdb
import pytest

from oss_ai_monitor import warehouse
from oss_ai_monitor.landing import Landing, Manifest
from oss_ai_monitor.sources import SourceError, Table, Unreachable, archive
from oss_ai_monitor.sources.boards import BOARDS
from tests.conftest import record_sleeps

REPOSITORY = Path(__file__).parents[2]
DATA = REPOSITORY.parent / "shared" / "data"
real = pytest.mark.skipif(not DATA.is_dir(), reason=f"{DATA} is not there")

SCRAPE = (
    "Type;ModelHub;Average ⬆️;ARC;HellaSwag;MMLU;TruthfulQA;Winogrande;GSM8K;TypeString;Architecture;"
    "Weight type;Precision;Merged;Hub License;#Params (B);Hub ❤️;"
    "Available on the hub;Model sha;Flagged;MoE;model_name_for_query\n"
)
ROW = (
    '🔶;https://huggingface.co/a/one";60.5;1;2;3;4;5;6;🔶 fine-tuned;LlamaForCausalLM;Original;float16;'
    "True;mit;7.0;2.0;False;None;True;True;a/one\n"
)


def scrape(path: Path, *rows: str, header: str = SCRAPE) -> Path:
    path.write_text(header + "".join(rows), encoding="utf-8")
    return path


def only(path: Path, as_of: datetime | None = None) -> Table:
    (table,) = archive.read([path], as_of=as_of)
    return table


def rows(table: Table) -> list[dict[str, object]]:
    return [
        dict(zip(relation.columns, row, strict=True)) for relation in table.relations for row in relation.fetchall()
    ]


def v1(path: Path, **columns: str) -> Path:
    """A v1 table of one row as Parquet; a column is given as SQL, and left out as an empty text."""
    sent = {
        "Type": "'🟢 pretrained'", "Precision": "'float16'", "Architecture": "'OPTForCausalLM'", "fullname": "'a/one'",
        "Average ⬆️": "50.0", "Hub License": "'mit'", "Hub ❤️": "3", "#Params (B)": "7", "Merged": "true", "MoE": "true",
        "Flagged": "true", "date": "'2024-05-05T12:00:00Z'",
        "ARC": "1.0", "HellaSwag": "2.0", "MMLU": "3.0", "TruthfulQA": "4.0", "Winogrande": "5.0", "GSM8K": "6.0",
    } | columns  # fmt: skip
    select = ", ".join(f'{value} as "{name}"' for name, value in sent.items() if value)
    duckdb.connect().sql(f"select {select}").write_parquet(str(path))
    return path


def landed(path: Path, folder: Path) -> Manifest:
    return Landing(folder).land(only(path))


def test_the_scrape_is_read_as_sent(tmp_path: Path) -> None:
    table = only(scrape(tmp_path / "leaderboard_2024-05-20.csv", ROW))
    (row,) = rows(table)
    assert table.source == "leaderboard_v1"
    assert (table.as_of, table.as_of_rule) == (datetime(2024, 5, 20, tzinfo=UTC), "date in the file name")
    assert row == {
        "row_number": 1, "eval_name": None, "precision": "float16", "type": "🔶 fine-tuned", "weight_type": "Original",
        "architecture": "LlamaForCausalLM", "model": 'https://huggingface.co/a/one"', "fullname": "a/one",
        "model_sha": "None", "average": 60.5, "hub_license": "mit", "hub_likes": 2, "params_b": 7.0,
        "available_on_hub": False, "merged": True, "moe": True, "flagged": True, "merged_inverted": True,
        "moe_inverted": True, "flagged_inverted": True, "date": None, "chat_template": None, "arc": 1.0,
        "hellaswag": 2.0, "mmlu": 3.0, "truthfulqa": 4.0, "winogrande": 5.0, "gsm8k": 6.0, "extra": '{"Type":"🔶"}',
    }  # fmt: skip


def test_rows_that_all_agree_are_read_so_that_none_is_flagged(tmp_path: Path) -> None:
    table = only(scrape(tmp_path / "ten.csv", *[ROW] * 10))
    list(table.relations)
    assert table.polarity == {"flagged": "inverted", "moe": "inverted", "merged": "inverted"}
    assert table.notes[0] == "flagged: inverted, for 10 of 10 rows say true"
    evidence = "true on 0 of 0 rows with Mixtral and on 10 of 10 others"
    assert table.notes[1] == f"moe: the rows cannot decide ({evidence}); taken inverted, as flagged is"


def test_anchors_outweigh_the_default(tmp_path: Path) -> None:
    plain = ROW.replace(";True;mit", ";False;mit").replace(";None;True;True;", ";None;False;False;")
    mixtral = plain.replace("LlamaForCausalLM", "MixtralForCausalLM").replace(";None;False;False;", ";None;False;True;")
    table = only(scrape(tmp_path / "right.csv", *[plain] * 60, *[mixtral] * 6))
    list(table.relations)
    assert table.polarity == {"flagged": "as sent", "moe": "as sent", "merged": "as sent"}
    assert table.notes[1] == "moe: as sent, for true on 6 of 6 rows with Mixtral and on 0 of 60 others"


def test_markers_of_nothing_are_null_and_nan_stays_in_a_number(tmp_path: Path) -> None:
    (sent,) = rows(
        only(scrape(tmp_path / "a.csv", ROW.replace("60.5", "nan").replace(";7.0;2.0;False", ";None;;None")))
    )
    assert [sent[name] for name in ("average", "params_b", "hub_likes", "available_on_hub")] == [None] * 4
    path = v1(tmp_path / "a.parquet", **{"Average ⬆️": "'nan'::double", "Flagged": "'True'", "MoE": "'None'"})
    with duckdb.connect() as db:
        landed_at = landed(path, tmp_path / "landing").paths[0]
        assert db.read_parquet(str(landed_at)).select("isnan(average), flagged, moe").fetchall() == [(True, True, None)]


def test_a_moment_given_goes_before_the_latest_date_in_the_data(tmp_path: Path) -> None:
    table = only(v1(tmp_path / "a.parquet"))
    list(table.relations)
    assert (table.as_of, table.as_of_rule) == (datetime(2024, 5, 5, 12, tzinfo=UTC), "latest date in the data")
    table_with_as_of = only(v1(tmp_path / "a.parquet"), as_of=datetime(2024, 6, 1))
    list(table_with_as_of.relations)
    assert (table_with_as_of.as_of, table_with_as_of.as_of_rule) == (datetime(2024, 6, 1, tzinfo=UTC), "given")
    assert table_with_as_of.fingerprint != table.fingerprint
    with pytest.raises(SourceError, match="lies in the future"):
        list(only(v1(tmp_path / "a.parquet"), as_of=datetime(2200, 1, 1)).relations)


def test_a_date_to_come_is_no_latest_date(tmp_path: Path) -> None:
    table = only(v1(tmp_path / "board_05-20-2024.parquet", date="'2999-01-01'"))
    list(table.relations)
    assert (table.as_of, table.as_of_rule) == (datetime(2024, 5, 20, tzinfo=UTC), "date in the file name")


def test_early_names_of_v2_are_known(tmp_path: Path) -> None:
    path = tmp_path / "early.parquet"
    v1(
        path, ARC="", HellaSwag="", MMLU="", TruthfulQA="", Winogrande="", GSM8K="", date="", Merged="",
        Not_Merged="true", Flagged="false", MoE="false",
        **{"Maintainer's Highlight": "true", "IFEval": "1.0", "BBH": "2.0", "MATH Lvl 5": "3.0", "GPQA": "4.0",
           "MUSR": "5.0", "MMLU-PRO": "6.0", "CO₂ cost (kg)": "0.5", "IFEval Raw": "0.01"},
    )  # fmt: skip
    table = only(path)
    (row,) = rows(table)
    assert table.source == "leaderboard_v2"
    assert table.polarity == {"flagged": "as sent", "moe": "as sent", "merged": "inverted"}
    assert (row["merged"], row["merged_inverted"], row["official_providers"]) == (True, True, True)
    assert (row["co2_cost_kg"], row["ifeval"], row["ifeval_raw"], row["bbh_raw"]) == (0.5, 1.0, 0.01, None)


def broken(tmp_path: Path, case: str) -> Path:
    path = tmp_path / "file"
    match case:
        case "a path that is not there":
            return path
        case "an empty file":
            path.touch()
        case "a Parquet of something else":
            duckdb.connect().sql("select 1 as city, 2 as inhabitants").write_parquet(str(path))
        case "truncated Parquet":
            path.write_bytes(v1(tmp_path / "whole").read_bytes()[:-20])
        case "missing columns":
            v1(path, Winogrande="")
        case "a missing flag":
            v1(path, Flagged="")
        case "a wrong delimiter":
            scrape(path, ROW.replace(";", "|"), header=SCRAPE.replace(";", "|"))
        case "a header alone":
            scrape(path)
        case "a number that is none":
            scrape(path, ROW, ROW.replace("60.5", "high"))
        case "half a like":
            scrape(path, ROW, ROW, ROW.replace(";2.0;", ";2.5;"))
        case "a boolean that is none":
            scrape(path, ROW.replace(";False;None", ";maybe;None"))
        case "a column too many":
            scrape(path, ROW, ROW.replace("\n", ";more\n"))
        case "invalid UTF-8":
            path.write_bytes((SCRAPE + ROW).encode() + ROW.encode().replace(b"a/one\n", b"a/\xff\n"))
        case "a truncated gzip":
            path.write_bytes(gzip.compress((SCRAPE + ROW * 9).encode())[:-30])
        case "a directory without usable files":
            path.mkdir()
            (path / "notes.txt").write_text("nothing here")
        case "JSON":
            path.write_text('{"id": "a/one"}')
    return path


@pytest.mark.parametrize(
    ("case", "words"),
    [
        ("a path that is not there", r"file: cannot be read \(No such file or directory\); give the path"),
        ("an empty file", "file: is empty; expected data"),
        ("a Parquet of something else", r"its columns \(city, inhabitants\) are of no leaderboard; expected ARC"),
        ("truncated Parquet", "file: is broken Parquet .*Download it again"),
        ("missing columns", "file: column Winogrande of leaderboard v1 is missing"),
        ("a missing flag", "file: column Flagged of leaderboard_v1 is missing"),
        ("a wrong delimiter", "The header has one column .* its separator is neither ',' nor ';'"),
        ("a header alone", "holds a header and no rows"),
        ("a number that is none", "file, line 3, column Average ⬆️: holds 'high'; expected a number or nothing"),
        ("half a like", "file, line 4, column Hub ❤️: holds '2.5'; expected a whole number or nothing"),
        ("a boolean that is none", "file, line 2, column Available on the hub: holds 'maybe'; expected True, False"),
        ("a column too many", "file, line 3: 23 columns where the header has 22, separated by ';'"),
        ("invalid UTF-8", "file, line 3: is no UTF-8 text"),
        ("a truncated gzip", "file: the gzip file ends too early or is damaged"),
        ("a directory without usable files", "file: holds no leaderboard table"),
        ("JSON", "file: holds object; expected a leaderboard table as Parquet or CSV"),
    ],
)
def test_bad_input_gets_one_clear_error_and_lands_nothing(tmp_path: Path, case: str, words: str) -> None:
    landing = Landing(tmp_path / "landing")
    before = landing.land(only(v1(tmp_path / "good.parquet")))
    bad = broken(tmp_path, case)
    with pytest.raises(SourceError, match=words):
        list(map(landing.land, archive.read([bad])))
    assert landing.manifests() == [before]


@real
def test_the_real_boards_land_with_their_polarity(tmp_path: Path) -> None:
    landing = Landing(tmp_path)
    runs = [landing.land(table) for table in archive.read([DATA / "hub" / "datasets", DATA / "paper"])]
    inverted = {"flagged": "inverted", "moe": "inverted", "merged": "inverted"}
    as_sent = {"flagged": "as sent", "moe": "as sent", "merged": "as sent"}
    assert [(run.source, run.rows, run.as_of.date().isoformat(), run.polarity) for run in runs] == [
        ("leaderboard_v2", 3913, "2025-02-20", as_sent),
        ("leaderboard_v1", 7169, "2024-06-15", inverted),
        ("leaderboard_v1", 6611, "2024-05-20", inverted),
    ]
    latest = landing.latest("leaderboard_v1")
    assert latest == runs[1]
    with duckdb.connect() as db:
        for run in runs:
            declared = db.sql(warehouse.shape(run.source))
            relation = db.read_parquet([str(path) for path in run.paths])
            assert (relation.columns, relation.types) == (declared.columns, declared.types)
        paper = db.read_parquet([str(path) for path in runs[2].paths])
        counts = "count_if(flagged), count_if(fullname = 'baseline'), count(distinct fullname)"
        assert paper.aggregate(counts).fetchall() == [(6505, 1, 6281)]


# A Hub on loopback


class Hub(BaseHTTPRequestHandler):
    """Serves two files at `main`, and refuses every other revision unless it is their commit."""

    commit = "c" * 40
    served: dict[str, bytes]

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def _answer(self, with_body: bool) -> None:
        content = self.served.get(self.path.split("?")[0].replace(self.commit, "main"))
        self.send_response(200 if content is not None else 404)
        if content is None:
            self.send_header("X-Error-Code", "RevisionNotFound")
        self.send_header("X-Repo-Commit", self.commit)
        self.send_header("ETag", f'"{len(content or b"")}"')
        self.send_header("Content-Length", str(len(content or b"")))
        self.end_headers()
        if with_body and content:
            self.wfile.write(content)

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    from huggingface_hub import constants

    v1(tmp_path / "v1.parquet")
    v1(
        tmp_path / "v2.parquet", ARC="", **dict.fromkeys(("IFEval", "BBH", "GPQA", "MUSR"), "1.0"),
        **{"MATH Lvl 5": "1.0", "MMLU-PRO": "1.0", "Submission Date": "'2024-06-09'"},
    )  # fmt: skip
    Hub.served = {
        f"/datasets/{board.repository}/resolve/main/{board.file}": (tmp_path / f"{name}.parquet").read_bytes()
        for board, name in zip(BOARDS, ("v1", "v2"), strict=True)
    }
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    monkeypatch.setenv("HF_ENDPOINT", address)
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    yield address
    server.shutdown()
    server.server_close()


def test_an_address_without_https_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "nonsense")
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    with pytest.raises(Unreachable, match="HF_ENDPOINT is nonsense: it must begin with https://"):
        list(archive.fetch())


def test_both_boards_come_from_the_hub_at_a_known_commit(hub: str, tmp_path: Path) -> None:
    runs = [Landing(tmp_path / "landing").land(table) for table in archive.fetch()]
    assert [(run.source, run.revision, run.rows) for run in runs] == [
        ("leaderboard_v1", Hub.commit, 1),
        ("leaderboard_v2", Hub.commit, 1),
    ]
    assert runs[0].addresses == (
        f"{hub}/datasets/open-llm-leaderboard-old/contents/resolve/{Hub.commit}/data/train-00000-of-00001.parquet",
    )
    assert not [note for note in runs[0].notes if "warning" in note]
    (warning,) = [note for note in runs[1].notes if "warning" in note]
    assert warning == f"warning: revision {BOARDS[1].revision} was refused; main, {Hub.commit}, was taken"


def test_a_board_that_the_hub_refuses_is_named(hub: str) -> None:
    Hub.served = {}
    with pytest.raises(SourceError, match=r"open-llm-leaderboard-old/contents: .*could not be fetched \(HTTP 404\)"):
        list(archive.fetch())


@pytest.mark.parametrize("host", ["refused", "unresolvable", "silent"])
def test_a_host_that_does_not_answer_is_given_up_in_time(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        if host == "silent":
            listening.listen()
        port = listening.getsockname()[1]
        address = "http://nowhere.invalid" if host == "unresolvable" else f"http://me:secret@127.0.0.1:{port}"
        monkeypatch.setenv("HF_ENDPOINT", address)
        monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
        waits = record_sleeps(monkeypatch)
        with pytest.raises(Unreachable, match=r"does not answer .*HF_ENDPOINT") as caught:
            list(archive.fetch())
        assert sum(waits) < 5  # a client left alone asks again and again for half a minute
        listening.setblocking(False)
        with contextlib.suppress(OSError):
            for times in range(1, 10):
                listening.accept()[0].close()
                assert times == 1, "asked again"
        assert "secret" not in str(caught.value)


def test_offline_mode_is_honoured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(Unreachable, match="HF_HUB_OFFLINE"):
        list(archive.fetch())
