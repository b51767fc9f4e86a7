"""Refusals that wait for a proof that the Hub was there: a Hub that refuses everything removes no model.

Knows when a refusal may be believed; nothing of what was asked.
"""

from collections.abc import Callable
from datetime import UTC, datetime

from oss_ai_monitor.sources.live.answer import Refused
from oss_ai_monitor.sources.live.failures import Failures
from oss_ai_monitor.sources.live.session import OutOfBudget, Session
from oss_ai_monitor.sources.table import SourceError, Unreachable

FEW = 5
"""Models refused in a row, and never before, after which each of them is asked about a second time."""
MANY = 20
"""Models refused in a row after which a model that must be there is asked about, before any other."""
WITNESSES = 3
"""Models of the Hub's own listing that are asked about then, until one answers: one alone may be gated."""
PATH = f"/api/models?limit={WITNESSES}"


class AllRefused(SourceError):
    """Nothing is answered any more, not even about what the Hub lists this moment: it is not the models."""


class Refusals:
    """The refusals since the last answer. They are noted once the Hub has answered again, a long row of them only when
    it has refused twice; until then nothing is remembered of them."""

    def __init__(self, session: Session, failures: Failures, asked: str, ask: Callable[[str], object]) -> None:
        self.session, self.failures, self.asked, self.ask = session, failures, asked, ask
        self.noted = 0
        """Models that were refused, and are remembered as such."""
        self._before = failures.refused(asked)
        self._row: list[tuple[str, Refused, datetime]] = []
        self._twice: set[str] = set()
        self._answers = 0
        self._witnesses: list[str] = []

    def __len__(self) -> int:
        return len(self._row)

    @property
    def is_to_be_confirmed(self) -> bool:
        """Whether it is time to confirm them: there are many, or soon no more requests to do it with."""
        left = self.session.left
        return len(self._row) >= MANY or (bool(self._row) and left is not None and left <= WITNESSES + 1)

    def add(self, model_id: str, error: Refused) -> None:
        """One more, which nothing confirms yet."""
        self._row.append((model_id, error, datetime.now(UTC)))

    def answered(self) -> list[str]:
        """The Hub has answered: note what it refused before; returns the models that are to be asked about again."""
        self._answers += 1
        return self._believed()

    def confirm(self) -> list[str]:
        """Ask about models that the Hub lists this moment, then as `answered`.

        Raises AllRefused when none of these is answered either, OutOfBudget, Unreachable.
        """
        listed = self._listed()
        for model_id in listed:
            try:
                self.ask(model_id)
            except (OutOfBudget, Unreachable):
                raise
            except SourceError:
                continue
            return self._believed()
        raise AllRefused(self._message(listed))

    def _believed(self) -> list[str]:
        new = [
            model_id
            for model_id, error, _ in self._row
            if self._before.get(model_id) != error.status and model_id not in self._twice
        ]
        again = new if len(new) >= FEW else []
        self._twice.update(again)
        for model_id, error, at in self._row:
            if model_id not in again:
                self.failures.note(
                    self.asked, model_id, error.status, error.reason, at, session_started_at=self.session.started
                )
                self.noted += 1
        self._row.clear()
        return again

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
        models = len(self._row)
        statuses = " or ".join(str(status) for status in sorted({error.status for _, error, _ in self._row}))
        count = f"{models:,} model{'' if models == 1 else 's'}"
        begin = f"after {self._answers:,} answers {count}" if self._answers else count
        witnesses = f"and so did {', '.join(listed)}, which it lists" if listed else "and it lists no model"
        removals = f"{models:,} removal{'' if models == 1 else 's'}"
        return (
            f"{self.session.shown('/api/models/')}…: {begin} asked, all answered {statuses}, none with data, "
            f"{witnesses}: a fault on the way to the Hub, not {removals}; nothing is remembered of them. Check "
            "HF_ENDPOINT, any proxy and status.huggingface.co, and run the same again"
        )
