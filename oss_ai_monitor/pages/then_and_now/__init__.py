"""The page Then and now: why a number differs between two snapshots."""

from .page import ThenAndNowPage
from .state import DATASET, FIGURE, NOW, STEP, THEN, days_of, state_of

SLUG = ThenAndNowPage.slug

__all__ = ["DATASET", "FIGURE", "NOW", "SLUG", "STEP", "THEN", "ThenAndNowPage", "days_of", "state_of"]
