"""Refusals that are recorded only after the Hub has answered again: if it refuses everything, no model is removed.

Knows when a refusal is confirmed; knows nothing about the question.
"""

from collections.abc import Callable
from datetime import UTC, datetime

from oss_ai_monitor.plurals import counted
from oss_ai_monitor.sources.live.answer import Refused
from oss_ai_monitor.sources.live.failures import Failures
from oss_ai_monitor.sources.live.session import OutOfBudget, Session
from oss_ai_monitor.sources.table import SourceError, Unreachable

CONFIRM_FROM = 5
"""If so many models in a row are refused for the first time, each of them is asked about once more."""
WITNESS_FROM = 20
"""After so many refused models in a row, the next request is about a model that the Hub lists."""
WITNESSES = 3
"""Listed models that are asked about then, until one is answered: a single one might be gated."""
PATH = f"/api/models?limit={WITNESSES}"


class AllRefused(SourceError):
    """Every request is refused, even those about models that the Hub lists now: the models are not at fault."""


class Refusals:
    """The refusals since the last answer. They are recorded once the Hub has answered again, and a long row of them
    only after a second refusal; until then nothing is written."""

    def __init__(self, session: Session, failures: Failures, question: str, fetch: Callable[[str], object]) -> None:
        self.session, self.failures, self.question, self.fetch = session, failures, question, fetch
        self.noted = 0
        """Models whose refusal was recorded."""
        self._refused_before = failures.refused(question)
        self._pending: list[tuple[str, Refused, datetime]] = []
        self._asked_twice: set[str] = set()
        self._answer_count = 0
        self._witnesses: list[str] = []

    def __len__(self) -> int:
        return len(self._pending)

    @property
    def is_to_be_confirmed(self) -> bool:
        """Whether to confirm them now: there are many, or the budget is nearly spent."""
        remaining = self.session.remaining_requests
        return len(self._pending) >= WITNESS_FROM or (
            bool(self._pending) and remaining is not None and remaining <= WITNESSES + 1
        )

    def add(self, model_id: str, error: Refused) -> None:
        """Add a refusal that is not confirmed yet."""
        self._pending.append((model_id, error, datetime.now(UTC)))

    def answered(self) -> list[str]:
        """Record the pending refusals after an answer; returns the models that are to be asked about again."""
        self._answer_count += 1
        return self._note_believed()

    def confirm(self) -> list[str]:
        """Ask about models that the Hub lists now, and after an answer do the same as `answered`.

        Raises AllRefused if these are refused, too; OutOfBudget, Unreachable.
        """
        listed = self._listed()
        for model_id in listed:
            try:
                self.fetch(model_id)
            except (OutOfBudget, Unreachable):
                raise
            except SourceError:
                continue
            return self._note_believed()
        raise AllRefused(self._message(listed))

    def _note_believed(self) -> list[str]:
        newly_refused = [
            model_id
            for model_id, error, _ in self._pending
            if self._refused_before.get(model_id) != error.status and model_id not in self._asked_twice
        ]
        to_ask_again = newly_refused if len(newly_refused) >= CONFIRM_FROM else []
        self._asked_twice.update(to_ask_again)
        for model_id, error, refused_at in self._pending:
            if model_id not in to_ask_again:
                self.failures.note(
                    self.question,
                    model_id,
                    error.status,
                    error.reason,
                    refused_at,
                    session_started_at=self.session.started,
                )
                self.noted += 1
        self._pending.clear()
        return to_ask_again

    def _listed(self) -> list[str]:
        if not self._witnesses:
            try:
                items = self.session.json(PATH)
            except Refused:
                items = []
            ids = [item.get("id") for item in items if isinstance(item, dict)] if isinstance(items, list) else []
            self._witnesses = [model_id for model_id in ids if isinstance(model_id, str)][:WITNESSES]
        return self._witnesses

    def _message(self, listed: list[str]) -> str:
        models = len(self._pending)
        statuses = " or ".join(str(status) for status in sorted({error.status for _, error, _ in self._pending}))
        count = counted(models, "model")
        summary = f"after {counted(self._answer_count, 'answer')} {count}" if self._answer_count else count
        witnesses = f"and so did {', '.join(listed)}, which it lists" if listed else "and it lists no model"
        removals = counted(models, "removal")
        return (
            f"{self.session.public_address('/api/models/')}…: {summary} asked, all answered {statuses}, none with "
            f"data, {witnesses}: a fault on the way to the Hub, not {removals}; nothing is remembered of them. Check "
            "HF_ENDPOINT, any proxy and status.huggingface.co, and run the same again"
        )
