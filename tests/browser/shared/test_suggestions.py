"""Suggested designs in a browser: start, progress, gallery, use one, undo; and by keyboard."""

from __future__ import annotations

import re
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SHOTS
from tests.browser.town import Town

pytestmark = pytest.mark.browser
DESIGN = "/design/cable-comb/"


def opened(page: Page, town: Town, query: str = "") -> Page:
    page.goto(f"{town.url}{DESIGN}?{query}")
    expect(page.locator("#view")).to_have_attribute("data-shown", re.compile("[1-9]"))
    page.get_by_role("link", name="Suggest designs").click()
    expect(page.locator("#suggest form.choices")).to_be_visible()
    return page


FORM = "new URLSearchParams(new FormData(document.getElementById('design'))).toString()"


def values(page: Page) -> dict[str, str]:
    """What the form holds."""
    return {name: value[-1] for name, value in parse_qs(page.evaluate(FORM)).items()}


def test_a_suggestion_is_searched_used_and_undone(town: Town, page: Page) -> None:
    opened(page, town, "thickness_mm=7&colour=forest")
    thick = page.get_by_role("checkbox", name="Thickness")
    expect(thick).to_be_checked()  # it was changed by hand
    panel = page.locator("#suggest")
    panel.get_by_role("button", name="Search", exact=True).click()
    expect(panel.get_by_role("progressbar")).to_be_visible()
    expect(panel.get_by_role("button", name="Cancel")).to_be_visible()
    cards = panel.locator(".gallery .card")
    expect(cards.nth(2)).to_be_visible()
    expect(panel.get_by_role("status")).to_contain_text("found")
    first = cards.nth(1)
    expect(first).to_contain_text("→")
    expect(first).to_contain_text(re.compile(r"€\d+\.\d\d"))
    first.get_by_text("Compare with mine").click()
    expect(first.get_by_role("row", name="Stiffness")).to_be_visible()
    picture = first.locator("img")
    expect(picture).to_have_js_property("complete", True)
    assert picture.evaluate("image => image.naturalWidth") == 320
    page.screenshot(path=SHOTS / "suggestions.png")

    before, mine = page.evaluate(FORM), values(page)
    use = first.get_by_role("link", name="Use design 1")
    wanted = {name: value[-1] for name, value in parse_qs(use.get_attribute("data-use")).items()}
    use.click()
    expect(panel).not_to_be_visible()
    expect(page.locator("#toast")).to_contain_text("Undo")
    page.wait_for_function(f"before => {FORM} !== before", arg=before)
    used = values(page)
    assert used["colour"] == "forest" and float(used["thickness_mm"]) == 7
    assert all(_same(used[name], value) for name, value in wanted.items())
    assert any(not _same(used[name], mine[name]) for name in used)

    page.keyboard.press("Control+z")
    page.wait_for_function(f"before => {FORM} === before", arg=before)


def _same(one: str, other: str) -> bool:
    try:
        return float(one) == float(other)
    except ValueError:
        return one == other


def test_the_panel_by_keyboard_and_a_search_that_is_cancelled(town: Town, page: Page) -> None:
    page.goto(f"{town.url}{DESIGN}")
    expect(page.locator("#view")).to_have_attribute("data-shown", re.compile("[1-9]"))
    page.get_by_role("link", name="Suggest designs").focus()
    page.keyboard.press("Enter")
    stiffer = page.get_by_role("radio", name="Stiffer")
    expect(stiffer).to_be_attached()
    stiffer.focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Search", exact=True).focus()
    page.keyboard.press("Enter")
    stop = page.get_by_role("button", name="Cancel")
    expect(stop).to_be_visible()
    stop.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#suggest form.choices")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#suggest")).not_to_be_visible()
    expect(page.get_by_role("link", name="Suggest designs")).to_be_focused()


AT_ONCE = """() => new MutationObserver((_, observer) => {
  const stop = document.querySelector("#suggestion form button");
  if (stop) { observer.disconnect(); window.pressed = true; stop.click(); }
}).observe(document.getElementById("suggest"), { childList: true, subtree: true })"""


def test_a_press_in_the_first_moment_does_not_leave_the_design(town: Town, page: Page) -> None:
    """What htmx brings can be pressed as soon as it can be seen, and is htmx's by then."""
    opened(page, town)
    page.evaluate(AT_ONCE)
    page.get_by_role("button", name="Search", exact=True).click()
    page.wait_for_function("() => window.pressed")
    expect(page.locator("#suggest form.choices")).to_be_visible()
    assert DESIGN in page.url


def test_everything_kept_is_told_in_the_panel(town: Town, page: Page) -> None:
    opened(page, town)
    for box in page.locator("#suggest input[name=keep]").all():
        box.check()
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.locator("#suggest").get_by_role("alert")).to_contain_text("nothing to try")
