"""What all tests share."""

from __future__ import annotations

import pytest

HEAVY = ("chaos", "browser", "services", "octoprint")


@pytest.fixture(autouse=True)
def nothing_is_remembered() -> None:
    """What one test's requests counted or kept in the cache must not reach the next."""
    from django.core.cache import cache

    cache.clear()


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that start a whole town run one after the other, on one of the workers.

    Two storms at once on two cores would measure the machine's patience, not ours. They also go
    first, so that the many small tests on the other worker do not end long before them.
    """
    for item in items:
        if any(item.get_closest_marker(name) for name in HEAVY):
            item.add_marker(pytest.mark.xdist_group("heavy"))
    items.sort(key=lambda item: item.get_closest_marker("xdist_group") is None)
