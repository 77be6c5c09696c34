"""One town for all tests in which nothing is made."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

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


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page of a customer who is new here, with waits for two cores that are busy."""
    expect.set_options(timeout=60_000)
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(60_000)
    yield context.new_page()
    context.close()
