"""One event, one line: JSON, logfmt or plain text, with no secret in it whoever wrote it."""

from __future__ import annotations

import json
import logging
import os
import re
import sys
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

FORMATS = ("logfmt", "json", "text")
HIDDEN = "[hidden]"
SECRETS = (
    "HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "OSS_AI_MONITOR_METRICS_TOKEN", "BOKEH_SECRET_KEY", "BOKEH_COOKIE_SECRET",
    "PANEL_COOKIE_SECRET", "PANEL_BASIC_AUTH", "PANEL_OAUTH_KEY", "PANEL_OAUTH_SECRET", "PANEL_OAUTH_ENCRYPTION",
    "PANEL_OAUTH_ENCRYPTION_KEY",
)  # fmt: skip
"""Variables of the environment whose values no line shows."""
SHORTEST = 4
"""Letters of a value that is hidden wherever it stands; a shorter one would hide half of what is said."""
LONGEST = 8_000
"""Letters of a value: what a stranger sends is no reason for a long line."""
SHAPES = re.compile(
    r"""(?ix)
    (?P<name>["']?(?:authorization|proxy-authorization|cookie|set-cookie|sec-websocket-protocol)["']?\s*[:=]\s*)
        (?:"[^"]*"|'[^']*'|[^\r\n"']+)
    | (?P<query>(?:\b(?:bokeh-token|bokeh-session-id|token|access_token|refresh_token|id_token|password|passwd|secret|
        client_secret)|[?&](?:code|state))=)[^&\s"']+
    | \bhf_[A-Za-z0-9]{16,}
    | \beyJ[A-Za-z0-9_-]{16,}(?:\.[A-Za-z0-9_-]+)*
    """
)
"""What is secret by its shape: headers, values of a query, the Hub's tokens, sessions' tokens."""


class Redacted:
    """Takes secrets out of a text: values that are known to be secret, and what has the shape of one."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        known = sorted({secret for secret in secrets if len(secret) >= SHORTEST}, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, known))) if known else None

    def __call__(self, text: str) -> str:
        if self._known:
            text = self._known.sub(HIDDEN, text)
        return SHAPES.sub(lambda found: (found["name"] or found["query"] or "") + HIDDEN, text)


def known_secrets(environment: Mapping[str, str] | None = None) -> set[str]:
    """The values that no line may show: of the environment, and the passwords of a file that it names."""
    environment = os.environ if environment is None else environment
    found = {environment[name] for name in SECRETS if environment.get(name)}
    passwords = environment.get("PANEL_BASIC_AUTH", "")
    if passwords and Path(passwords).is_file():
        found.discard(passwords)  # the path is none
        said = json.loads(Path(passwords).read_text(encoding="utf-8"))
        found |= set(map(str, said.values())) if isinstance(said, dict) else {str(said)}
    return found


class Lines(logging.Formatter):
    """Formats a record as one line; what `extra={"told": {…}}` holds stands beside the message as fields."""

    def __init__(self, form: str, redacted: Redacted) -> None:
        super().__init__()
        self.form, self.redacted = form, redacted

    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, Any] = {
            "at": f"{datetime.fromtimestamp(record.created, UTC):%Y-%m-%dT%H:%M:%S.%f}"[:-3] + "Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        told |= getattr(record, "told", {})
        if record.exc_info and record.exc_info[0]:
            told["trace"] = self.formatException(record.exc_info)
        if self.form == "json":
            return json.dumps({key: self._plain(value) for key, value in told.items()}, ensure_ascii=True)
        if self.form == "text":
            more = " ".join(f"{key}={value}" for key, value in getattr(record, "told", {}).items())
            trace = " | " + told["trace"] if "trace" in told else ""
            said = f"{told['at']} {told['level']} {told['logger']}: {told['message']} {more}".rstrip() + trace
            return _one_line(self._cut(self.redacted(said)))
        return " ".join(f"{key}={_quoted(self._plain(value))}" for key, value in told.items())

    def _plain(self, value: Any) -> Any:
        return value if isinstance(value, int | float | None) else self._cut(self.redacted(str(value)))

    def _cut(self, text: str) -> str:
        return text if len(text) <= LONGEST else f"{text[:LONGEST]}… ({len(text):,} letters)"


def _quoted(value: Any) -> str:
    """A value as logfmt writes it."""
    text = json.dumps(value, ensure_ascii=True)
    return text[1:-1] if re.fullmatch(r'"[A-Za-z0-9_./:@+-]+"', text) else text


def _one_line(text: str) -> str:
    """No letter of a text ends a line or moves a terminal's cursor."""
    return "".join(letter if letter.isprintable() else f"\\x{ord(letter):02x}" for letter in text)


def _brief(record: logging.LogRecord) -> bool:
    """Bokeh logs each message that it cannot apply, whole, with where it failed: a stranger's nonsense is a line."""
    error = record.exc_info[1] if record.exc_info else None
    record.levelno, record.levelname = logging.INFO, "INFO"
    record.msg, record.args, record.exc_info = "a message could not be applied: %.300s", (repr(error),), None
    return True


def begin(form: str, level: int, *, secrets: Iterable[str] = (), stream: Any = None) -> None:
    """From now on, everything that is logged in this process goes to stderr in one form."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(Lines(form, Redacted(secrets)))
    handler.setLevel(level)
    root = logging.getLogger()
    root.handlers, root.level = [handler], logging.WARNING
    logging.captureWarnings(True)
    for name in ("panel", "bokeh", "tornado"):  # each has ways of its own until told otherwise
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [], True
        logger.setLevel(max(level, logging.INFO))
    if level > logging.DEBUG:  # two lines for each look of each visit whether there is newer data
        logging.getLogger("panel.io.callbacks.PeriodicCallback").setLevel(logging.WARNING)
    logging.getLogger("bokeh.server.protocol_handler").addFilter(_brief)
    logging.getLogger("oss_ai_monitor").setLevel(logging.DEBUG)  # metrics count what is not written
