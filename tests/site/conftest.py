from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from tests.orders.standin import KEY, SECRET, StandIn
from tests.site import town as towns
from tests.site.pages import Page
from tests.site.town import Town


@pytest.fixture(scope="session")
def one_standin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIn]:
    one = StandIn(tmp_path_factory.mktemp("standin")).start()
    yield one
    one.kill()


@pytest.fixture
def town(db: None, tmp_path: Path, settings: Any, one_standin: StandIn) -> Town:
    settings.PROGRAM_DIR = tmp_path / "programs"
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.STRIPE_IS_STANDIN = True
    settings.STRIPE_STANDIN_URL = one_standin.url
    settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRET = KEY, SECRET
    return towns.build()


Alone = Callable[[Page], AbstractContextManager[None]]


@pytest.fixture
def alone(subtests: pytest.Subtests) -> Alone:
    """One page in a transaction that is undone, so that all pages begin in the same town."""

    @contextmanager
    def one(page: Page) -> Iterator[None]:
        with subtests.test(page.name), transaction.atomic():
            try:
                yield
            finally:
                transaction.set_rollback(True)

    return one
