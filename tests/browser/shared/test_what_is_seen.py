"""The 3D view is true: the chosen colour, any size, faults explained, the newest design."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, Route, expect

from tests.browser.town import Town
from tests.browser.view import differs, open_design, seen

pytestmark = pytest.mark.browser
BACKGROUND = np.array((230, 223, 212))
"""Of the view by day, about."""


@pytest.mark.parametrize("unit, scale", [("m", "100"), ("mm", "1")], ids=["huge", "tiny"])
def test_a_solid_of_any_size_is_seen(town: Town, page: Page, unit: str, scale: str) -> None:
    """A hook of 50 m, or of half a millimetre, where one of 50 mm was seen."""
    open_design(page, town, "/design/own-file/?file=hook")
    before, size = seen(page), page.locator("#sizes").text_content() or ""
    page.locator(f"input[type=radio][name=unit][value={unit}]").check(force=True)
    page.locator("#f-scale_pct").fill(scale)
    page.keyboard.press("Tab")
    expect(page.locator("#sizes")).not_to_have_text(size)
    expect(page.locator("#view .working")).not_to_be_visible()
    one, other = (
        np.abs(shot[..., :3] - BACKGROUND).max(axis=2) > 60 for shot in (before, seen(page))
    )
    assert one.mean() > 0.05 and (one != other).mean() < 0.04


def test_materials_look_like_what_they_are(town: Town, page: Page) -> None:
    looks = []
    for material in ("pla", "petg"):
        open_design(page, town, f"/design/twisted-vase/?material={material}&colour=forest")
        looks.append(seen(page))
    assert differs(*looks) > 0.01, "PETG shines where PLA does not"


@pytest.mark.parametrize(
    "family, material, colour",
    [
        ("name-tag", "pla", "kiln"),
        ("name-tag", "pla", "terracotta"),
        ("engraved-sign", "brass", "brass"),
    ],
)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_solid_has_the_colour_that_was_chosen(
    town: Town, page: Page, family: str, material: str, colour: str, scheme: Any
) -> None:
    page.emulate_media(color_scheme=scheme)
    open_design(page, town, f"/design/{family}/?material={material}&colour={colour}")
    swatch = page.locator("input[name=colour]:checked").get_attribute("data-hex") or ""
    wanted = np.array([int(swatch[i : i + 2], 16) for i in (1, 3, 5)])
    pixels = seen(page)[..., :3].reshape(-1, 3)
    part = pixels[np.ptp(pixels, axis=1) > 0.6 * np.ptp(wanted)]  # the stage has hardly any colour
    shades, counts = np.unique(part // 8, axis=0, return_counts=True)
    most = shades[counts.argmax()] * 8 + 4  # the face that most is seen of
    assert np.linalg.norm(most - wanted) < 48, f"{most} is not {wanted}"


@pytest.mark.parametrize("family", ["knob", "cable-comb", "phone-case"])
def test_a_part_that_shows_its_back_first_is_lit_from_there(
    town: Town, page: Page, family: str
) -> None:
    open_design(page, town, f"/design/{family}/?colour=graphite")
    brightest = seen(page)[..., :3].max(axis=2)
    assert (brightest < 70).mean() > 0.02, "graphite is dark"
    assert (brightest < 20).mean() < 0.1 * (brightest < 70).mean(), "but not black"


def test_what_takes_long_says_so_until_it_is_there(town: Town, page: Page) -> None:
    held: list[Route] = []
    page.goto(f"{town.url}/design/name-tag/")
    expect(page.locator("#view")).to_have_attribute("data-shown", re.compile("[1-9]"))
    working = page.get_by_text("Working out the part …")
    expect(working).to_be_hidden()
    page.route("**/full.glb*", lambda route: held.append(route))
    page.get_by_label("Name", exact=True).fill("Ida")
    page.keyboard.press("Tab")
    expect(working).to_be_visible()
    held[0].continue_()
    expect(working).to_be_hidden()


def test_a_solid_that_an_older_request_overtook_is_asked_for_again(town: Town, page: Page) -> None:
    """Two requests may arrive in the wrong order: the server then gives up the newer one."""
    given_up: list[Route] = []

    def once(route: Route) -> None:
        if given_up:
            route.fallback()
        else:
            given_up.append(route)
            route.fulfill(status=204)

    page.goto(f"{town.url}/design/name-tag/")
    view = page.locator("#view")
    expect(view).to_have_attribute("data-shown", "1")
    page.route("**/full.glb*", once)
    with page.expect_response(lambda r: "full.glb" in r.url and r.status == 200) as again:
        page.get_by_label("Name", exact=True).fill("Ida")
        page.keyboard.press("Tab")
    assert len(given_up) == 1 and "name=Ida" in again.value.url
    expect(view).not_to_have_class(re.compile("stale"))


def test_dark_plastic_before_a_lamp_is_dark_and_said_to_be(town: Town, page: Page) -> None:
    def light() -> float:
        shot = seen(page)[..., :3].mean(axis=2)
        high, wide = shot.shape
        return float(shot[high // 3 : high // 2, wide // 3 : wide * 2 // 3].mean())

    page.goto(f"{town.url}/design/lithophane/?colour=white")
    expect(page.locator("#view")).to_have_attribute("data-shown", "1")
    note = page.get_by_text("This colour lets little light through")
    expect(note).to_be_hidden()
    white = light()
    page.locator("input[name=colour][value=graphite]").check(force=True)
    expect(note).to_be_visible()
    assert light() < 0.4 * white


def test_the_colours_of_faults_are_explained_where_they_are_seen(town: Town, page: Page) -> None:
    page.goto(f"{town.url}/design/twisted-vase/")
    expect(page.locator("#view")).to_have_attribute("data-shown", "1")
    expect(page.locator(".legend span:visible")).to_have_count(0)
    page.goto(f"{town.url}/design/twisted-vase/?wall_mm=0.8")
    expect(page.get_by_text("may be weak here")).to_be_visible()


def test_the_figures_beside_the_part_are_those_of_its_measures(town: Town, page: Page) -> None:
    """Of 50 m, where the file of the view rounds by decimetres."""
    open_design(page, town, "/design/own-file/?file=hook&unit=m")
    sizes = page.locator("#sizes")
    expect(sizes).to_contain_text("mm")
    told = sorted((sizes.text_content() or "").removesuffix(" mm").split(" × "))
    seen(page)
    figures = page.locator("#dims .dim").all_text_contents()
    assert sorted(one.removesuffix(" mm") for one in figures) == told


@pytest.mark.parametrize("modules", ["raised", "sunk"])
def test_a_phone_reads_the_code_off_the_3d_view(page: Page, town: Town, modules: str) -> None:
    """In two colours; in one there is nothing to read, though the shape is the same."""
    for colours, read in (("two", ["https://example.com"]), ("one", [])):
        open_design(page, town, f"/design/key-fob/?colour=bone&modules={modules}&colours={colours}")
        grey = Image.fromarray(seen(page).astype(np.uint8)).convert("L")
        found = zxingcpp.read_barcodes(np.asarray(grey), formats=zxingcpp.BarcodeFormat.QRCode)
        assert [one.text for one in found] == read


def test_a_dark_ground_for_dark_squares_is_said_beside_the_colours(page: Page, town: Town) -> None:
    open_design(page, town, "/design/key-fob/?colour=bone")
    note = page.locator("#darknote")
    expect(note).to_be_hidden()
    page.locator("[name=colour][value=midnight]").check(force=True)
    expect(note).to_be_visible()
    expect(note).to_contain_text("hardly show")
