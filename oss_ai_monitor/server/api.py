"""JSON for programs: `/api/…` as `programs.routes` lists it, `/api/openapi.json` and `/llms.txt`.

What an answer holds is decided in `programs`; here are its limits, its caching and who may read it. Every refusal is
JSON (RFC 9457): what is wrong, and what to do next.
"""

from __future__ import annotations

import http.client
import json
import logging
from collections import Counter
from typing import Any

from tornado.web import RequestHandler

from ..addresses import network
from ..programs import (
    OPENAPI,
    PROBLEM_TYPE,
    ROOT,
    NotComputed,
    Problem,
    llms_text,
    openapi_text,
    routes,
)
from ..warehouse import Warehouse, WarehouseError, shorten_paths
from .health import UNREADABLE, Health
from .rendering import BY_COMMAS, MAX_QUERY, NoSnapshot, RenderedHandler, Rendering, TooMany, without_slash

ROUTE, OTHERS, LLMS = r"/api(?:/([a-z./-]{0,80}))?", r"/api/.*", r"/llms\.txt"
CACHED_ANSWERS = 64
MOST_CACHED = 1_000_000
"""Bytes of an answer that is kept; what is larger is made again."""
MAX_AGE = 300
"""Seconds for which a browser or a proxy need not ask again; of a pinned snapshot too, for a name may be left out."""
PER_ADDRESS = 4
"""Answers that are made for one address at a time, as questions in SQL."""
DESCRIBED = f"GET {ROOT}{OPENAPI} describes the addresses, and {ROOT}views lists the views."
NEXT_STEPS = {
    400: DESCRIBED,
    403: "Log in as for the page, and send the cookie of the login.",
    404: DESCRIBED,
    405: "Ask with GET or HEAD: nothing can be changed here.",
    414: "Leave out choices that are as they are by themselves, or choose fewer values.",
    429: "Wait as many seconds as Retry-After says, and ask one thing at a time.",
    503: "Ask again in as many seconds as Retry-After says.",
}


class Answers(Rendering[bytes]):
    """Makes the answers; `name` is the path below /api/."""

    failures = (*UNREADABLE, NotComputed)

    def __init__(self, health: Health) -> None:
        super().__init__(health, cache_size=CACHED_ANSWERS, threads="api")
        self.by_address = Counter[str]()
        """Answers that are made for each address now."""

    def _render(self, warehouse: Warehouse, name: str, query: dict[str, str]) -> bytes:
        answer = routes()[name].answer(warehouse, query)
        return (json.dumps(answer, ensure_ascii=False, allow_nan=False, separators=(",", ":")) + "\n").encode()

    def _is_kept(self, answer: bytes) -> bool:
        return len(answer) <= MOST_CACHED


class ProblemWriter(RequestHandler):
    """Refuses with JSON: what is wrong and what to do next."""

    def write_problem(
        self, status: int, detail: str = "", next_step: str = "", retry_after: int = 0, **more: Any
    ) -> None:
        """Answer with a status and the reason; without one with the status in words."""
        self.set_status(status)
        if retry_after:
            self.set_header("Retry-After", str(retry_after))
        if status == http.client.METHOD_NOT_ALLOWED:
            self.set_header("Allow", "GET, HEAD")
        self.set_header("Content-Type", f"{PROBLEM_TYPE}; charset=utf-8")
        self.set_header("Cache-Control", "no-store")
        title = http.client.responses.get(status, "Error")
        problem = {
            "type": "about:blank",
            "title": title,
            "status": status,
            "detail": detail or f"{title}.",
            "next": next_step or NEXT_STEPS.get(status, DESCRIBED),
        }
        self.finish(json.dumps(problem | more, ensure_ascii=False, separators=(",", ":")) + "\n")


class Api(RenderedHandler, ProblemWriter):
    """Answers one question with JSON, or says in JSON why it does not."""

    def initialize(self, answers: Answers, root: str = "") -> None:
        self.answers, self.root = answers, root

    async def get(self, name: str | None = None) -> None:
        self.allow_origin()
        if name in (None, "", OPENAPI):
            self._send(openapi_text(self.root).encode(), "application/json; charset=utf-8")
        elif name.removesuffix("/") in routes() and name.endswith("/"):
            self.redirect(without_slash(self.request.uri or ""), permanent=True)
        elif name not in routes():
            self.write_problem(404, "There is no such address.")
        elif len(self.request.query) > MAX_QUERY:
            self.write_problem(414, f"The query is longer than {MAX_QUERY:,} characters.")
        elif reason := self.repeated_choices():
            self.write_problem(400, reason, BY_COMMAS)
        else:
            await self._answer(name, self.query())

    async def _answer(self, name: str, query: dict[str, str]) -> None:
        visitor, by_address = network(self.request.remote_ip or ""), self.answers.by_address
        if visitor and by_address[visitor] >= PER_ADDRESS:
            reason = f"{PER_ADDRESS} questions of your address are being answered."
            self.write_problem(429, reason, "Ask again when one of them has been answered.", retry_after=2)
            return
        by_address[visitor] += 1
        try:
            answer = await self.answers.answer_in_thread(name, query)
        except Problem as problem:
            self.write_problem(problem.status, problem.detail, problem.next_step, **problem.more)
        except NoSnapshot as error:
            self.write_problem(404, str(error), "Leave out snapshot to be answered from the newest one.")
        except TooMany:
            self.write_problem(503, "Too many answers are being made at this moment.", retry_after=5)
        except (*UNREADABLE, NotComputed) as error:
            self.refuse_unreadable(error)
        else:
            self._send(answer, "application/json; charset=utf-8")
        finally:
            by_address[visitor] -= 1
            if not by_address[visitor]:
                del by_address[visitor]

    def _send(self, content: bytes, media_type: str) -> None:
        self.set_header("Content-Type", media_type)
        self.set_header("Cache-Control", f"max-age={MAX_AGE}")
        self.write(content)  # Tornado adds an ETag of it, and answers 304 to who has it

    def refuse_unreadable(self, error: Exception) -> None:
        """Answer where no generation can be read, or nothing computed, with the command that helps."""
        logging.getLogger(__name__).error("no answer for a program: %s", error)
        reason = shorten_paths(str(error)) if isinstance(error, (WarehouseError, NotComputed)) else ""
        self.write_problem(503, reason or "The data cannot be read at this moment.", retry_after=60)


class Unknown(Api):
    """Answers that there is no such address."""

    async def get(self) -> None:  # type: ignore[override]
        self.allow_origin()
        self.write_problem(404, "There is no such address.")


class LanguageModels(Api):
    """Answers what is here for language models."""

    async def get(self) -> None:  # type: ignore[override]
        self.allow_origin()
        self._send(llms_text(self.root).encode(), "text/markdown; charset=utf-8")


class TurnedAwayProgram(ProblemWriter):
    """Answers a program that a limit is reached: 429 where it is that of its own address, else 503."""

    def initialize(self, is_of_address: bool) -> None:
        self.is_of_address = is_of_address

    def prepare(self) -> None:
        if self.is_of_address:
            self.write_problem(429, "Your address has asked more than it may in a minute.", retry_after=60)
        else:
            self.write_problem(503, "There are too many visitors at this moment.", retry_after=60)
