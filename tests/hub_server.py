"""A Hub on loopback: listings with cursors, details, commits, discussions, leaderboards, files, quotas, and faults.

In tests: `with Hub(simulated(1000)) as hub: hub.fault("503", on="/api/models", times=2)`. By hand:
`python tests/hub_server.py --port 8000 --models 20000 --seed 1 --fault 503:3`, then `HF_ENDPOINT=http://127.0.0.1:8000`.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import socket
import struct
import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

if not __package__:
    sys.path.insert(0, str(Path(__file__).parents[1]))

from oss_ai_monitor.sources.boards import BOARDS
from tests.hub_datasets import DatedDataset
from tests.hub_faults import CURSOR, PAGES, STATUS, WIRE, Fault, Faults, spoilt_body, spoilt_items
from tests.hub_uploads import Uploads
from tests.hub_world import BY_DEFAULT, EXPANDABLE, FULL, SORTS, Item, World, archives, cut, from_folder, simulated

COMMIT = "c" * 40
PAGES_KEPT = 8000


@dataclass
class Answer:
    """What is sent: a status, headers and a body, gzipped where `zipped` holds it so."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    zipped: bytes | None = None
    items: list[Item] | None = None
    """Of a page of a listing, so that faults can spoil them."""


def refusal(status: int, code: str, message: str) -> Answer:
    headers = {"X-Error-Message": message} | ({"X-Error-Code": code} if code else {})
    return Answer(status, json.dumps({"error": message}).encode(), headers)


class Hub:
    """Serves a world on loopback; `url` is its address. Faults are ordered by `fault`, what was asked is in `asked`."""

    def __init__(
        self,
        world: World | None = None,
        *,
        port: int = 0,
        quota: int = 10**9,
        window: float = 300.0,
        token: str = "",
        path: str = "",
    ) -> None:
        """`path`: as a mirror, answer below this path only, and pass on the Hub's own redirects without it."""
        self.world = world or World()
        self.path = path
        self.links_to = self.moves_to = ""
        """The addresses that links and redirects name, where they are not this server's."""
        self.quota, self.window, self.token = quota, window, token
        self.faults = Faults()
        self.refused: set[str] = set()
        """Values of `expand` that listings refuse."""
        self.gated: set[str] = set()
        self.disabled: set[str] = set()
        self.hidden: set[str] = set()
        """Repositories that answer 401, as private and missing ones do to strangers."""
        self.clock: datetime | None = None
        """What it is by the Hub's clock; None is now."""
        self.revisions = {"main": COMMIT}
        self.dated: dict[str, DatedDataset] = {}
        """Datasets with a past, by name."""
        self.uploads = Uploads(self.dated)
        self.datasets_a_page = 1000
        self.ignores_filters = self.ignores_ranges = False
        self.cdn = ""
        """Where files really are, when they are elsewhere."""
        self.received_requests: list[tuple[str, str, dict[str, str]]] = []
        self.pages: OrderedDict[object, tuple[bytes, str | None]] = OrderedDict()
        self._used: dict[str, int] = {}
        self._opened = time.monotonic()
        self._lock = threading.Lock()
        handler = type("Handler", (_Handler,), {"hub": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", port), handler)
        self.server.daemon_threads = True
        self.server.handle_error = lambda *_: None  # type: ignore[method-assign] - a reader that goes away is no error
        self.url = f"http://127.0.0.1:{self.server.server_port}{path}"
        self.fault = self.faults.order

    def __enter__(self) -> Hub:
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    def requests(self, part: str = "") -> list[str]:
        """The addresses asked for, those that hold `part`."""
        return [address for _, address, _ in self.received_requests if part in address]

    def answer(
        self, method: str, address: str, headers: Mapping[str, str], body: bytes = b""
    ) -> tuple[Answer, Fault | None]:
        """What the Hub says, and the fault that befalls it."""
        self.received_requests.append((method, address, dict(headers)))
        kind = "resolvers" if "/resolve/" in address else "api"
        remaining, seconds = self._spent(kind)
        fault = self.faults.due(address)
        if remaining < 0:
            response = refusal(429, "", "Rate limited. Wait, or log in for a higher quota.")
        elif fault and fault.kind in STATUS:
            response = refusal(int(fault.kind), "", "it was ordered")
            if fault.seconds:
                response.headers["Retry-After"] = f"{fault.seconds:g}"
        else:
            response = self._uploaded(method, address, headers, body) or self._routed(address, headers, body)
            if fault:
                self._spoil(fault, response, address)
        response.headers["RateLimit"] = f'"{kind}";r={max(remaining, 0)};t={max(seconds, 0):.0f}'
        response.headers["RateLimit-Policy"] = f'"fixed window";"{kind}";q={self.quota};w={self.window:.0f}'
        if fault and fault.options.get("silent_about_quota"):
            del response.headers["RateLimit"], response.headers["RateLimit-Policy"]
        return response, fault

    def _spent(self, kind: str) -> tuple[int, float]:
        """Requests left in this window once this one is counted, and seconds to the next one."""
        with self._lock:
            now = time.monotonic()
            if now - self._opened >= self.window:
                self._used, self._opened = {}, now
            self._used[kind] = self._used.get(kind, 0) + 1
            return self.quota - self._used[kind], self._opened + self.window - now + 0.5

    def _uploaded(self, method: str, address: str, headers: Mapping[str, str], body: bytes) -> Answer | None:
        """The answer to who uploads; None where it is about something else."""
        path = urlsplit(address).path.removeprefix(self.path)
        is_allowed = (
            not self.token or path.startswith("/lfs/") or headers.get("Authorization") == f"Bearer {self.token}"
        )
        if method not in ("POST", "PUT"):
            return None
        if not is_allowed:
            return refusal(401, "", "Invalid credentials in Authorization header")
        answer = self.uploads.answer(method, [unquote(step) for step in path.strip("/").split("/")], self.url, body)
        if answer is None:
            return None
        status, content = answer
        return Answer(status, json.dumps(content).encode())

    def _routed(self, address: str, headers: Mapping[str, str], body: bytes = b"") -> Answer:
        parts = urlsplit(address)
        if not f"{parts.path}/".startswith(f"{self.path}/"):
            return refusal(404, "", f"nothing is here, only below {self.path}")
        parts = parts._replace(path=parts.path.removeprefix(self.path))
        steps = [unquote(step) for step in parts.path.strip("/").split("/")]
        parameters = parse_qs(parts.query, keep_blank_values=True)
        if self.token and headers.get("Authorization", f"Bearer {self.token}") != f"Bearer {self.token}":
            return refusal(401, "", "Invalid credentials in Authorization header")
        match steps:
            case ["api", "models"]:
                return self._listing(parameters)
            case ["api", "datasets", owner, name, *path] if dataset := self.dated.get(f"{owner}/{name}"):
                return self._dated(dataset, f"{owner}/{name}", path, parameters, body)
            case ["datasets", owner, name, "resolve", revision, *path] if dataset := self.dated.get(f"{owner}/{name}"):
                commit = dataset.commit(revision)
                content = commit.files.get("/".join(path)) if commit else None
                return self._ranged(content, headers)
            case ["api", "datasets"]:
                filters = parameters.get("filter", [])
                names = [name for name in self.world.leaderboards if filters == ["benchmark:official"]]
                start = int(parameters.get("p", ["0"])[0]) * self.datasets_a_page
                page = _json([{"_id": f"{n:024x}", "id": name, "private": False, "downloads": 1, "likes": 1,
                               "tags": ["benchmark:official"]}
                              for n, name in enumerate(names[start : start + self.datasets_a_page])])  # fmt: skip
                if len(names) > start + self.datasets_a_page:
                    query = urlencode(parameters | {"p": [str(start // self.datasets_a_page + 1)]}, doseq=True)
                    page.headers["Link"] = f'<{self.links_to or self.url}/api/datasets?{query}>; rel="next"'
                return page
            case ["api", "datasets", owner, name] if new := self.world.renamed.get(f"{owner}/{name}"):
                return Answer(307, b"", {"Location": f"{self.moves_to}/api/datasets/{new}"})
            case ["api", "datasets", owner, name]:
                siblings_found = [file for file in self.world.files if file.startswith(f"datasets/{owner}/{name}/")]
                if not siblings_found:
                    return refusal(404, "RepoNotFound", "Repository not found")
                siblings = [{"rfilename": file.split("/", 3)[3]} for file in siblings_found]
                return _json({"_id": "0" * 24, "id": f"{owner}/{name}", "sha": COMMIT, "private": False,
                              "downloads": 1, "likes": 1, "tags": [], "siblings": siblings})  # fmt: skip
            case ["api", "datasets", owner, name, "leaderboard"]:
                entries = self.world.leaderboards.get(f"{owner}/{name}")
                return _json(entries) if entries is not None else refusal(404, "RepoNotFound", "Repository not found")
            case ["api", "models", *parts_of_path]:
                return self._model(parts_of_path, parameters, parts.query)
            case ["datasets", owner, name, "resolve", revision, *path]:
                return self._file(f"{owner}/{name}", revision, "/".join(path), headers)
            case ["cdn", *path]:
                return self._content("/".join(path), headers)
        return refusal(200 if steps == [""] else 404, "", "nothing is here")

    def _listing(self, parameters: dict[str, list[str]]) -> Answer:
        expand = parameters.get("expand", []) + parameters.get("expand[]", [])
        if rejected := [name for name in expand if name not in EXPANDABLE or name in self.refused]:
            return refusal(400, "", f"Invalid option: {', '.join(rejected)} cannot be expanded in listings")
        sort = parameters.get("sort", ["trendingScore"])[0]
        if sort not in SORTS:
            return refusal(400, "", f"Invalid sort: {sort}")
        is_full = parameters.get("full", ["false"])[0].lower() in ("true", "1")
        fields = tuple(expand) or (FULL if is_full else BY_DEFAULT)
        limit = min(int(parameters.get("limit", ["1000"])[0]), 1000)
        cursor = parameters.get("cursor", [None])[0]
        descending = parameters.get("direction", ["-1"])[0] != "1"
        key = (self.world.version, sort, descending, limit, fields, cursor)
        with self._lock:
            page = self.pages.get(key)
        if page is None:
            try:
                lines, following = self.world.page(sort, descending, limit, cursor)
            except (ValueError, TypeError):
                return refusal(400, "", "Invalid cursor")
            body = b"[" + b",".join(json.dumps(cut(line, fields)).encode() for line in lines) + b"]"
            page = gzip.compress(body, 1), following
            with self._lock:
                self.pages[key] = page
                if len(self.pages) > PAGES_KEPT:
                    self.pages.popitem(last=False)
        answer = Answer(200, zipped=page[0], headers={"Content-Type": "application/json; charset=utf-8"})
        if page[1]:
            query = {name: values for name, values in parameters.items() if name != "cursor"} | {"cursor": [page[1]]}
            answer.headers["Link"] = (
                f'<{self.links_to or self.url}/api/models?{urlencode(query, doseq=True)}>; rel="next"'
            )
        return answer

    def _model(self, parts_of_path: list[str], parameters: dict[str, list[str]], query: str) -> Answer:
        count = 1 if len(parts_of_path) == 1 or parts_of_path[1] in ("commits", "discussions") else 2
        model_id, parts_of_path = "/".join(parts_of_path[:count]), parts_of_path[count:]
        if new := self.world.renamed.get(model_id):
            where = "/".join(["/api/models", new, *parts_of_path]) + (f"?{query}" if query else "")
            return Answer(307, b"", {"Location": f"{self.moves_to}{where}"})
        item = self.world.item(model_id)
        if model_id in self.hidden:
            return refusal(401, "RepoNotFound", "Repository not found")
        if item is None:
            return refusal(404, "RepoNotFound", "Repository not found")
        if model_id in self.disabled:
            return refusal(403, "", "Access to this resource is disabled.")
        if model_id in self.gated:
            return refusal(403, "GatedRepo", f"Access to model {model_id} is restricted")
        match parts_of_path:
            case []:
                expand = parameters.get("expand", []) + parameters.get("expand[]", [])
                if rejected := [name for name in expand if name not in EXPANDABLE]:
                    return refusal(400, "", f"Invalid option: {', '.join(rejected)}")
                return _json({name: item[name] for name in ("_id", "id", *expand) if name in item} if expand else item)
            case ["commits", _]:
                commits, p = self.world.commits_of(model_id), int(parameters.get("p", ["0"])[0])
                answer = _json(commits[p * 50 : p * 50 + 50])
                answer.headers["X-Total-Count"] = str(len(commits))
                if len(commits) > p * 50 + 50:
                    where = f"{self.links_to or self.url}/api/models/{model_id}/commits/main?p={p + 1}"
                    answer.headers["Link"] = f'<{where}>; rel="next"'
                return answer
            case ["discussions"]:
                discussions, start = self.world.discussions_of(model_id), int(parameters.get("p", ["0"])[0]) * 10
                if not self.ignores_filters:
                    discussions = _filtered(discussions, parameters)
                return _json(
                    {"discussions": discussions[start : start + 10], "count": len(discussions), "start": start}
                )
        return refusal(404, "EntryNotFound", "Entry not found")

    def _file(self, repository: str, revision: str, path: str, headers: Mapping[str, str]) -> Answer:
        """A file of a dataset: where it is elsewhere, a redirect that carries what is known of it."""
        commit = self.revisions.get(revision, revision if revision in self.revisions.values() else None)
        name = f"datasets/{repository}/{path}"
        if new := self.world.renamed.get(repository):
            return Answer(307, b"", {"Location": f"{self.moves_to}/datasets/{new}/resolve/{revision}/{path}"})
        if not any(response.startswith(f"datasets/{repository}/") for response in self.world.files):
            return refusal(404, "RepoNotFound", "Repository not found")
        if commit is None:
            return refusal(404, "RevisionNotFound", f"Invalid rev id: {revision}")
        if name not in self.world.files:
            return refusal(404, "EntryNotFound", "Entry not found")
        response = self._content(name, headers)
        response.headers["X-Repo-Commit"] = commit
        if not self.cdn:
            return response
        linked = {"X-Linked-ETag": response.headers["ETag"], "X-Linked-Size": str(len(self.world.files[name]))}
        return Answer(302, b"", {"X-Repo-Commit": commit, "Location": f"{self.cdn}/cdn/{name}", **linked})

    def _dated(
        self, dataset: DatedDataset, name: str, path: list[str], parameters: dict[str, list[str]], body: bytes
    ) -> Answer:
        """What the Hub says of a dataset with a past: its commits, a revision, and the files in it."""
        if path[:1] == ["commits"]:
            number = int(parameters.get("p", ["0"])[0])
            commits, is_followed = dataset.page(number)
            answer = _json(commits)
            if is_followed:
                where = f"{self.links_to or self.url}/api/datasets/{name}/commits/main?p={number + 1}"
                answer.headers["Link"] = f'<{where}>; rel="next"'
            return answer
        commit = dataset.commit(path[1] if len(path) > 1 else "main")
        if commit is None:
            return refusal(404, "RevisionNotFound", f"Invalid rev id: {path[1]}")
        match path[:1]:
            case [] | ["revision"]:
                siblings = [{"rfilename": file} for file in commit.files]
                return _json({"_id": "0" * 24, "id": name, "sha": commit.sha, "private": False, "downloads": 1,
                              "likes": 1, "tags": [], "siblings": siblings})  # fmt: skip
            case ["tree"]:
                return _json(dataset.entries(commit, is_expanded=parameters.get("expand", [""])[0].lower() == "true"))
            case ["paths-info"]:
                form = parse_qs(body.decode())
                is_expanded = form.get("expand", [""])[0].lower() == "true"
                return _json(dataset.entries(commit, form.get("paths", []), is_expanded=is_expanded))
        return refusal(404, "EntryNotFound", "Entry not found")

    def _content(self, name: str, headers: Mapping[str, str]) -> Answer:
        return self._ranged(self.world.files.get(name), headers)

    def _ranged(self, content: bytes | None, headers: Mapping[str, str]) -> Answer:
        if content is None:
            return refusal(404, "EntryNotFound", "Entry not found")
        response_headers = {"ETag": f'"{hashlib.sha256(content).hexdigest()}"', "Accept-Ranges": "bytes"}
        byte_range = "" if self.ignores_ranges else headers.get("Range", "")
        if not byte_range.startswith("bytes="):
            return Answer(200, content, response_headers)
        first, _, last = byte_range.removeprefix("bytes=").partition("-")
        start, end = int(first or 0), min(int(last or len(content)), len(content) - 1)
        if start >= len(content):
            return Answer(416, b"", {"Content-Range": f"bytes */{len(content)}"})
        return Answer(
            206, content[start : end + 1], {**response_headers, "Content-Range": f"bytes {start}-{end}/{len(content)}"}
        )

    def _spoil(self, fault: Fault, response: Answer, address: str) -> None:
        """Change an answer as the fault wants it; what happens on the wire comes later."""
        if response.status != 200 or fault.kind in WIRE:
            return
        if response.zipped is not None:
            response.body, response.zipped = gzip.decompress(response.zipped), None
        if fault.kind in PAGES and response.body.startswith(b"["):
            parameters = parse_qs(urlsplit(address).query)
            earlier: list[Item] = []
            if "cursor" in parameters:
                (sort,), fields = parameters.get("sort", ["trendingScore"]), parameters.get("expand[]", BY_DEFAULT)
                is_falling, count = parameters.get("direction") != ["1"], int(fault.options.get("count", 3))
                lines = self.world.earlier(sort, is_falling, count, parameters["cursor"][0])
                earlier = [cut(line, fields) for line in lines]
            response.body = json.dumps(spoilt_items(fault, json.loads(response.body), earlier)).encode()
        elif fault.kind in CURSOR and "/api/models?" in address:
            if fault.kind == "no-link" or "Link" not in response.headers:
                response.headers.pop("Link", None)
            elif fault.kind == "loop":
                response.headers["Link"] = f'<{self.url}{address}>; rel="next"'
            elif fault.kind == "cycle":  # back to the first page, under a new address every time
                first = "&".join(part for part in address.split("&") if not part.startswith(("cursor=", "turn=")))
                response.headers["Link"] = f'<{self.url}{first}&turn={len(self.received_requests)}>; rel="next"'
            elif fault.kind == "elsewhere":
                response.headers["Link"] = f'<{fault.options["host"]}{address}&cursor=stolen>; rel="next"'
            else:
                response.headers["Link"] = f'<{self.url}/api/models?cursor=dead>; rel="next"'
        else:
            response.body = spoilt_body(fault, response.body)
            if fault.kind == "empty":
                response.headers.pop("Link", None)


class _Handler(BaseHTTPRequestHandler):
    hub: Hub
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        response, fault = self.hub.answer("GET", self.path, self.headers)  # type: ignore[arg-type]
        body = response.body
        if response.zipped is not None:
            accepts_gzip = "gzip" in self.headers.get("Accept-Encoding", "")
            body = response.zipped if accepts_gzip else gzip.decompress(response.zipped)
            if accepts_gzip:
                response.headers["Content-Encoding"] = "gzip"
        head = self._head(response, len(body))
        if fault and fault.kind in WIRE:
            self._break(fault, head, body)
        else:
            self.wfile.write(head + body)

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        response, _ = self.hub.answer("POST", self.path, self.headers, self.rfile.read(length))  # type: ignore[arg-type]
        self.wfile.write(self._head(response, len(response.body)) + response.body)

    def do_PUT(self) -> None:
        if "chunked" in self.headers.get("Transfer-Encoding", ""):
            body = b""
            while size := int(self.rfile.readline(), 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        else:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        response, _ = self.hub.answer("PUT", self.path, self.headers, body)  # type: ignore[arg-type]
        self.wfile.write(self._head(response, len(response.body)) + response.body)

    def do_HEAD(self) -> None:
        response, fault = self.hub.answer("HEAD", self.path, self.headers)  # type: ignore[arg-type]
        if fault and fault.kind == "hang-up":
            self.close_connection = True
            return
        self.wfile.write(self._head(response, len(response.body)))

    def _head(self, response: Answer, length: int) -> bytes:
        clock = self.hub.clock
        headers = {
            "Content-Type": "application/json",
            "Date": self.date_time_string(clock.timestamp() if clock else None),
            **response.headers,
        }
        headers["Content-Length"] = str(length)
        lines = [f"HTTP/1.1 {response.status} Said", *(f"{name}: {value}" for name, value in headers.items())]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")

    def _break(self, fault: Fault, head: bytes, body: bytes) -> None:
        self.close_connection = True
        if fault.kind == "hang-up":  # without an answer
            return
        try:
            if fault.kind == "silent":
                time.sleep(fault.seconds)
            elif fault.kind == "drip":
                for at in range(0, len(head + body), int(fault.options.get("bytes", 7))):
                    self.wfile.write((head + body)[at : at + int(fault.options.get("bytes", 7))])
                    time.sleep(fault.seconds)
            else:
                self.wfile.write(head + body[: len(body) // 2])
                if fault.kind == "reset":
                    self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    self.connection.close()
        except OSError:
            pass  # the reader has gone

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


def _filtered(discussions: list[Item], parameters: dict[str, list[str]]) -> list[Item]:
    kind, status = parameters.get("type", ["all"])[0], parameters.get("status", ["all"])[0]
    return [
        item
        for item in discussions
        if kind in ("all", "pull_request" if item["isPullRequest"] else "discussion")
        and status in ("all", "open" if item["status"] in ("open", "draft") else "closed")
    ]


def _json(value: Any) -> Answer:
    return Answer(200, json.dumps(value).encode())


def main() -> None:
    """Serve until interrupted."""
    import argparse

    asking = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asking.add_argument("--port", type=int, default=8000)
    asking.add_argument("--models", type=int, default=20_000, help="size of the simulated community")
    asking.add_argument("--seed", type=int, default=1)
    asking.add_argument("--from", dest="folder", type=Path, help="files that mirror the Hub's paths, instead")
    asking.add_argument("--quota", type=int, default=500, help="requests a window")
    asking.add_argument("--window", type=float, default=300.0, help="seconds")
    asking.add_argument("--fault", action="append", default=[], metavar="KIND[:TIMES[:ADDRESS]]")
    asking.add_argument("--mix", metavar="SEED:RATE", help="faults by chance")
    arguments = asking.parse_args()
    world = from_folder(arguments.folder) if arguments.folder else simulated(arguments.models, arguments.seed)
    if not arguments.folder:
        world.files |= archives(min(arguments.models, 20_000), arguments.seed)
    with Hub(world, port=arguments.port, quota=arguments.quota, window=arguments.window) as hub:
        hub.revisions |= {board.revision: board.revision for board in BOARDS if board.revision != "main"}
        for fault_option in arguments.fault:
            kind, times, on = (*fault_option.split(":", 2), "", "")[:3]
            hub.fault(kind, times=int(times or 1), on=on, seconds=1.0)
        if arguments.mix:
            seed, rate = arguments.mix.split(":")
            hub.faults.mix(int(seed), float(rate))
        print(f"{len(world.models):,} models; export HF_ENDPOINT={hub.url}", flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            print("closed")


if __name__ == "__main__":
    main()
