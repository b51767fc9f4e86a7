"""A few deaths by chance; `make soak` has a hundred and more."""

import pytest

from .deaths import deaths


@pytest.mark.slow
def test_whatever_dies_nothing_is_lost() -> None:
    met = deaths(rounds=3, seed=20261124)
    assert met.total() == 3
