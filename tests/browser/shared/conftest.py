"""One town for all tests in which nothing is made."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.browser.town import Town


@pytest.fixture(scope="package")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """The demo as a customer finds it. Each test has a browser profile of its own, so that none
    sees another's basket or designs. It is stopped before the next town starts."""
    town = Town(tmp_path_factory.mktemp("town"))
    town.prepare("")
    town.start("--no-agents")
    yield town
    town.stop()
