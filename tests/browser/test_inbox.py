"""A workshop's inbox in a browser: keys, and live parts that say the same."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.town import Town

pytestmark = pytest.mark.browser

TWO_PAID_ORDERS = """
from tests.site.town import paid_order
paid_order(1)
paid_order(2)
"""


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    town = Town(tmp_path_factory.mktemp("inbox-town"), UNDO_SECONDS="5")
    town.prepare(TWO_PAID_ORDERS)
    town.start()
    yield town
    town.stop()


@pytest.fixture
def page(chromium: Browser, town: Town) -> Iterator[Page]:
    expect.set_options(timeout=60_000)
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(f"{town.url}/accounts/login/?next=/factory/1/")
    page.get_by_label("Name").fill("remy")
    page.get_by_label("Password").fill(town.password)
    page.get_by_role("button", name="Sign in").click()
    yield page
    context.close()


def test_one_press_answers_the_first_offer_and_every_part_says_the_same(page: Page) -> None:
    offers = page.locator("[data-offer]")
    expect(offers).to_have_count(2)
    page.reload()
    first = offers.first
    expect(page.locator("h1")).to_contain_text("2 offers.")
    expect(first).to_have_attribute("data-current", "")
    number = first.get_attribute("data-offer")
    page.keyboard.press("j")
    page.wait_for_timeout(3500)  # the list was drawn anew, or could have been
    expect(offers.nth(1)).to_have_attribute("data-current", "")
    page.keyboard.press("k")
    page.keyboard.press("a")
    mine = page.locator(f"[data-offer='{number}']")
    expect(mine).to_contain_text("You said yes.")
    expect(mine).not_to_contain_text("open for")
    expect(mine.locator("[data-left]")).to_have_text("3")
    expect(page.locator("h1")).to_contain_text("One offer.")
    expect(mine).to_have_count(0)
    expect(page.locator("[data-offer][data-current]")).to_have_count(1)
    page.wait_for_timeout(1000)  # a choice that went on by itself is not answered at once
    page.keyboard.press("d")
    expect(page.get_by_label("Why? It costs you nothing.")).to_be_focused()
    page.get_by_role("button", name="Decline", exact=True).click()
    expect(page.locator("h1")).to_contain_text("No offers just now")
    # The other offer's job is planned meanwhile, by the real slicer, and then keeps a machine.
    idle = page.locator("#offers .empty")
    expect(idle).to_contain_text("3 of 4 machines are idle", timeout=180_000)
    expect(page.locator("#machines .machine.idle")).to_have_count(3)
