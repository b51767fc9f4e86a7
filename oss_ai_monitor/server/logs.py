"""Logging: one line for each event, as JSON, logfmt or plain text, with secrets removed from every line."""

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
"""Environment variables whose values appear in no line."""
DEPARTURES = ("StreamClosedError", "WebSocketClosedError")
"""Errors of Tornado where the other end has left; by name, for commands without a server write their logs here, too."""
MIN_LENGTH = 4
"""Characters of a secret: a shorter one is not hidden, as it would match half of every text."""
MAX_LENGTH = 8_000
"""Characters of a value: strangers cannot make a line long."""
SECRET_PATTERNS = re.compile(
    r"""(?ix)
    (?P<name>["']?(?:authorization|proxy-authorization|cookie|set-cookie|sec-websocket-protocol)["']?\s*[:=]\s*)
        (?:"[^"]*"|'[^']*'|[^\r\n"']+)
    | (?P<query>(?:\b(?:bokeh-token|bokeh-session-id|token|access_token|refresh_token|id_token|password|passwd|secret|
        client_secret)|[?&](?:code|state))=)[^&\s"']+
    | \bhf_[A-Za-z0-9]{16,}
    | \beyJ[A-Za-z0-9_-]{16,}(?:\.[A-Za-z0-9_-]+)*
    """
)
"""Texts that are secret by their form: headers, values of a query, the Hub's tokens, sessions' tokens."""


class Redactor:
    """Removes secrets from a text: the given values, and texts that have the form of a secret."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        values = sorted({secret for secret in secrets if len(secret) >= MIN_LENGTH}, key=len, reverse=True)
        self._values = re.compile("|".join(map(re.escape, values))) if values else None

    def __call__(self, text: str) -> str:
        if self._values:
            text = self._values.sub(HIDDEN, text)
        return SECRET_PATTERNS.sub(lambda match: (match["name"] or match["query"] or "") + HIDDEN, text)


def known_secrets(environment: Mapping[str, str] | None = None) -> set[str]:
    """Return the values that no line may show: of the environment, and the passwords in the file that it names."""
    environment = os.environ if environment is None else environment
    values = {environment[name] for name in SECRETS if environment.get(name)}
    passwords_file = environment.get("PANEL_BASIC_AUTH", "")
    if passwords_file and Path(passwords_file).is_file():
        values.discard(passwords_file)  # a path is no secret
        content = json.loads(Path(passwords_file).read_text(encoding="utf-8"))
        values |= set(map(str, content.values())) if isinstance(content, dict) else {str(content)}
    return values


class LineFormatter(logging.Formatter):
    """Formats a record as one line; the fields in `extra={"fields": {…}}` are written beside the message."""

    def __init__(self, form: str, redact: Redactor) -> None:
        super().__init__()
        self.form, self.redact = form, redact

    def format(self, record: logging.LogRecord) -> str:
        fields: dict[str, Any] = {
            "at": f"{datetime.fromtimestamp(record.created, UTC):%Y-%m-%dT%H:%M:%S.%f}"[:-3] + "Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        fields |= getattr(record, "fields", {})
        if record.exc_info and record.exc_info[0]:
            fields["trace"] = self.formatException(record.exc_info)
        if self.form == "json":
            return json.dumps({key: self._value(value) for key, value in fields.items()}, ensure_ascii=True)
        if self.form == "text":
            extra = " ".join(f"{key}={value}" for key, value in getattr(record, "fields", {}).items())
            trace = " | " + fields["trace"] if "trace" in fields else ""
            text = f"{fields['at']} {fields['level']} {fields['logger']}: {fields['message']} {extra}".rstrip() + trace
            return _one_line(self._cut(self.redact(text)))
        return " ".join(f"{key}={_quote(self._value(value))}" for key, value in fields.items())

    def _value(self, value: Any) -> Any:
        return value if isinstance(value, int | float | None) else self._cut(self.redact(str(value)))

    def _cut(self, text: str) -> str:
        return text if len(text) <= MAX_LENGTH else f"{text[:MAX_LENGTH]}… ({len(text):,} letters)"


def _quote(value: Any) -> str:
    """Return a value as logfmt writes it."""
    text = json.dumps(value, ensure_ascii=True)
    return text[1:-1] if re.fullmatch(r'"[A-Za-z0-9_./:@+-]+"', text) else text


def _one_line(text: str) -> str:
    """Escape characters that would end a line or move a terminal's cursor."""
    return "".join(character if character.isprintable() else f"\\x{ord(character):02x}" for character in text)


def _shorten(record: logging.LogRecord) -> bool:
    """Shorten Bokeh's records of messages that it cannot apply: it would log the whole message and a traceback."""
    error = record.exc_info[1] if record.exc_info else None
    record.levelno, record.levelname = logging.INFO, "INFO"
    record.msg, record.args, record.exc_info = "a message could not be applied: %.300s", (repr(error),), None
    return True


def _is_no_departure(record: logging.LogRecord) -> bool:
    """Whether a record is more than that a visitor has left while something was being sent to him."""
    message = record.getMessage()
    error = record.exc_info[1] if record.exc_info else None
    if message.startswith("Cannot send error response after headers written"):
        error = sys.exc_info()[1]  # Tornado says so while it handles the error that ended an answer
    is_unsent = message.startswith("Failed sending message as connection was closed")
    return not is_unsent and type(error).__name__ not in DEPARTURES


def set_up(form: str, level: int, *, secrets: Iterable[str] = (), stream: Any = None) -> None:
    """Send everything that this process logs to stderr, in one form."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(LineFormatter(form, Redactor(secrets)))
    handler.setLevel(level)
    root = logging.getLogger()
    root.handlers, root.level = [handler], logging.WARNING
    logging.captureWarnings(True)
    for name in ("panel", "bokeh", "tornado"):  # each has handlers of its own at first
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [], True
        logger.setLevel(max(level, logging.INFO))
    if level > logging.DEBUG:  # it logs twice whenever a session looks for newer data
        logging.getLogger("panel.io.callbacks.PeriodicCallback").setLevel(logging.WARNING)
    logging.getLogger("bokeh.server.protocol_handler").addFilter(_shorten)
    # asyncio reports what Panel had begun to send to a session that has ended meanwhile, and nobody waits for any more
    for name in (
        "asyncio",
        "tornado.application",
        "tornado.general",
        "bokeh.server.views.ws",
        "panel.io.document",
        "panel",
    ):
        logging.getLogger(name).addFilter(_is_no_departure)
    logging.getLogger("oss_ai_monitor").setLevel(logging.DEBUG)  # metrics count events that are not written too
