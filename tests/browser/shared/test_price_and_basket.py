"""What only a browser can tell of the price and the basket: one click buys, no click is lost."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.town import Town
from tests.browser.view import press

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("label", "value"), [("Name", "Otto"), ("Pieces", "3")])
def test_one_click_buys_after_the_price_has_settled(
    town: Town, page: Page, label: str, value: str
) -> None:
    page.goto(f"{town.url}/design/name-tag/")
    quote = page.locator("#quote")
    expect(quote).to_contain_text("can be made")
    with page.expect_response(re.compile(r"/quote/\?.*=Otto|/quote/\?.*quantity=3")):
        page.get_by_label(label, exact=True).press_sequentially(value)
        page.get_by_label(label, exact=True).fill(value)
    expect(quote).not_to_have_class(re.compile("stale|htmx-request"))
    expect(page.locator(".checks .chip.good")).to_be_visible()
    page.wait_for_load_state("networkidle")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    press(page, page.get_by_role("button", name="Add to basket"))
    page.wait_for_url("**/basket/")
    expect(page.locator(".line")).to_have_count(1)
    assert not [url for url in asked if "/design/" in url or "/quote/" in url]


def test_a_click_before_the_new_price_waits_for_it(town: Town, page: Page) -> None:
    page.goto(f"{town.url}/design/name-tag/?name=Io")
    expect(page.locator("#quote")).to_contain_text("can be made")
    held: list[Route] = []
    page.route("**/quote/?*", lambda route: held.append(route))
    page.get_by_label("Pieces").fill("4")
    press(page, page.get_by_role("button", name="Add to basket"))
    expect(page.get_by_role("button", name="working out the new price")).to_be_visible()
    for route in held:  # before unroute: that answers what is still held by itself
        route.continue_()
    page.unroute("**/quote/?*")
    page.wait_for_url("**/basket/")
    expect(page.locator(".line")).to_have_count(1)
    expect(page.get_by_label("Pieces")).to_have_value("4")


def test_what_it_costs_stays_open_and_opens_at_the_first_click(town: Town, page: Page) -> None:
    page.goto(f"{town.url}/design/name-tag/?name=Io")
    price, costs = page.locator("#quote .price"), page.locator("#quote details.costs")
    expect(page.locator("#quote")).to_contain_text("can be made")
    before = price.inner_text()
    page.get_by_label("Pieces").fill("2")
    press(page, costs.locator("summary"))
    expect(costs).to_have_attribute("open", "")
    expect(price).not_to_have_text(before)
    expect(costs).to_have_attribute("open", "")
    page.get_by_label("Pieces").fill("3")
    expect(price).to_contain_text("each")
    expect(page.locator("#quote")).not_to_have_class(re.compile("stale|htmx-request"))
    expect(costs).to_have_attribute("open", "")


def test_the_button_stays_beside_an_open_bill_and_a_phone_folds_all_but_the_price(
    town: Town, page: Page
) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{town.url}/design/glow-lamp/")
    quote, button = page.locator("#quote"), page.get_by_role("button", name="Add to basket")
    expect(quote).to_contain_text("can be made")
    quote.get_by_text("What it costs").click()
    expect(quote.get_by_text("Material, base")).to_be_visible()
    expect(button).to_be_in_viewport(ratio=1)
    page.set_viewport_size({"width": 375, "height": 667})
    page.reload()
    expect(quote).to_contain_text("can be made")
    expect(quote.get_by_text("What it costs")).to_be_hidden()
    box = quote.bounding_box()
    assert box and box["height"] < 120  # of 667; the view above takes 280
    quote.get_by_text(re.compile("^Arrives")).click()
    expect(quote.get_by_text("With tax and delivery")).to_be_visible()
    quote.get_by_text("What it costs").click()
    expect(button).to_be_in_viewport(ratio=1)


def test_the_checkout_waits_for_the_pieces_that_were_typed(town: Town, page: Page) -> None:
    page.goto(f"{town.url}/design/name-tag/?name=Io")
    page.get_by_role("button", name="Add to basket").click()
    page.wait_for_url("**/basket/")
    pieces, out = page.get_by_label("Pieces"), page.get_by_role("link", name="Check out")
    pieces.fill("5000")
    out.click()
    expect(pieces).to_be_focused()  # the browser says what can be had
    page.wait_for_timeout(1000)  # it would have left by now
    assert page.url.endswith("/basket/")
    expect(pieces).to_have_value("5000")
    pieces.fill("4")
    out.click()
    page.wait_for_url("**/checkout/")
    expect(page.get_by_role("heading", name="4 ×")).to_be_visible()


def test_a_quantity_counts_as_it_is_changed_and_the_keyboard_goes_on(
    town: Town, page: Page
) -> None:
    page.goto(f"{town.url}/design/name-tag/?name=Io")
    page.get_by_role("button", name="Add to basket").click()
    page.wait_for_url("**/basket/")
    amount = page.locator(".line .amount")
    before = amount.inner_text()
    expect(page.get_by_role("button", name="Set")).to_have_count(0)
    page.get_by_label("Pieces").fill("3")
    page.keyboard.press("Tab")
    expect(amount).not_to_have_text(before)
    expect(page.get_by_label("Pieces")).to_have_value("3")
    expect(page.get_by_role("button", name=re.compile("^Take .* out$"))).to_be_focused()
    assert page.url.endswith("/basket/")
