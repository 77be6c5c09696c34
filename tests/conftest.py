"""What all tests share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

from configurator import blobs
from tests.emptied import use_quick_flush

HEAVY = (
    "tests/chaos/",
    "tests/browser/",
    "tests/services/test_brokers.py",
    "tests/edge/test_octoprint.py",
)
LONG = ("tests/services/", "tests/configurator/test_step_files.py", "tests/suggest/")


@pytest.fixture(scope="session", autouse=True)
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where uploads of these tests are kept: one folder for the whole run of a process, because
    the processes of a geometry pool are told once, when the first of them starts."""
    folder = tmp_path_factory.mktemp("uploads")
    blobs.set_root(folder)
    return folder


@pytest.fixture(scope="session", autouse=True)
def quick_flush() -> Iterator[None]:
    """Empty only what was filled (``tests.emptied``)."""
    with pytest.MonkeyPatch.context() as patch:
        use_quick_flush(patch)
        yield


@pytest.fixture(autouse=True)
def nothing_is_remembered() -> None:
    """What one test's requests counted or kept in the cache must not reach the next."""
    from django.core.cache import cache

    cache.clear()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--only-db", action="store_true", help="only what touches the database")


def _touches_database(item: pytest.Item) -> bool:
    fixtures = set(getattr(item, "fixturenames", ()))
    return bool(item.get_closest_marker("django_db") or fixtures & {"db", "transactional_db"})


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The long ones go first, so that the many small ones fill what time is left."""
    if config.getoption("--only-db"):
        items[:] = [item for item in items if _touches_database(item)]
    items.sort(key=lambda item: (not is_heavy(item.nodeid), not item.nodeid.startswith(LONG)))


def is_heavy(nodeid: str) -> bool:
    """Whether a test starts a whole town, or a server that others use as well."""
    return nodeid.startswith(HEAVY)


@pytest.hookimpl(optionalhook=True)  # xdist may be off
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    return OneTownAtATime(config, log)


class OneTownAtATime(LoadScopeScheduling):
    """Heavy tests one after the other on one of the workers; all others wherever there is time.

    Two storms at once on two cores would measure the machine's patience, not ours. (The marks of
    ``--dist loadgroup`` would say the same; pytest-xdist 3.8 loses them under pytest 9.2.)
    """

    def _split_scope(self, nodeid: str) -> str:
        return "heavy" if is_heavy(nodeid) else nodeid
