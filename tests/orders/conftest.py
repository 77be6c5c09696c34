from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from manufacturing.models import Factory
from tests.orders.network import a_factory
from tests.orders.standin import KEY, SECRET, StandIn


@pytest.fixture
def standin(tmp_path: Path, settings: Any) -> Iterator[StandIn]:
    """A fresh stand-in on a free port, which the shop's gateway talks to. No webhooks."""
    one = StandIn(tmp_path / "standin").start()
    point_the_shop_at(one, settings)
    yield one
    one.kill()


def point_the_shop_at(one: StandIn, settings: Any) -> None:
    settings.STRIPE_IS_STANDIN = True
    settings.STRIPE_STANDIN_URL = one.url
    settings.STRIPE_SECRET_KEY = KEY
    settings.STRIPE_WEBHOOK_SECRET = SECRET


@pytest.fixture
def factory(db: None) -> Factory:
    return a_factory()
