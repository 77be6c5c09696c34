"""What only a browser can tell of single pages: limits said aloud, no 3D, a basket by keyboard."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import numpy as np
import pytest
import trimesh
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import ARGUMENTS
from tests.browser.town import Town
from tests.browser.view import press

pytestmark = pytest.mark.browser


def test_a_number_outside_its_range_is_put_right_aloud_and_can_be_undone(
    town: Town, page: Page
) -> None:
    page.goto(f"{town.url}/design/name-tag/")
    expect(page.locator("#view")).to_have_attribute("data-shown", re.compile("[1-9]"))
    width, said = page.get_by_label("Width", exact=True), page.locator("#n-width_mm")
    width.fill("500")
    width.press("Enter")
    expect(said).to_contain_text("Largest is 120 mm; set to 120 mm.")
    expect(said).to_have_attribute("role", "status")
    expect(width).to_have_value("120")
    page.keyboard.press("Control+z")
    expect(width).to_have_value("62")
    expect(said).to_be_empty()
    width.fill("61.4")
    width.press("Tab")
    expect(said).to_contain_text("It goes in steps of 1 mm; set to 61 mm.")
    said.get_by_role("button", name="Back to 62 mm").click()
    expect(width).to_have_value("62")
    expect(width).to_be_focused()
    assert "width_mm=500" not in page.url


def test_a_text_that_is_full_or_cannot_be_written_says_so_at_its_field(
    town: Town, page: Page
) -> None:
    page.goto(f"{town.url}/design/name-tag/")
    name = page.get_by_label("Name", exact=True)
    name.fill("")
    name.press_sequentially("i" * 25)
    expect(name).to_have_value("i" * 24)
    expect(page.locator("#n-name")).to_contain_text("There is room for 24 characters")
    name.fill("안녕")
    expect(page.locator("#n-name")).to_be_empty()
    expect(name).to_have_attribute("aria-invalid", "true")
    why = page.locator("[data-field=name] .faultnote")
    expect(why).to_contain_text("Cannot be made like this")
    why.click()
    expect(page.locator("#checks .fault.impossible")).to_be_in_viewport()
    name.fill("Io")
    expect(name).not_to_have_attribute("aria-invalid", "true")
    expect(why).to_have_count(0)


def test_a_thickness_is_chosen_among_those_that_workshops_have(town: Town, page: Page) -> None:
    page.goto(f"{town.url}/design/milled-tray/?board_mm=13&material=walnut")
    board = page.locator("[data-field=board_mm]")
    expect(board.locator("label")).to_have_text(["10 mm", "13 mm not stocked", "15 mm", "20 mm"])
    expect(board.locator(".faultnote")).to_contain_text("Cannot be made like this")
    expect(page.get_by_role("radiogroup", name="Board")).to_have_attribute("aria-invalid", "true")
    told = page.get_by_role("radiogroup", name="Board")
    expect(told).to_have_accessible_description(re.compile("milled from.*Cannot be made like this"))
    page.locator("#checks").get_by_role("button", name="Board: 15 mm").click()
    expect(page.get_by_role("radio", name="15 mm", exact=True)).to_be_checked()
    expect(board.locator(".faultnote")).to_have_count(0)
    page.get_by_role("radio", name="20 mm", exact=True).focus()
    page.keyboard.press("Space")
    expect(page).to_have_url(re.compile("board_mm=20"))
    page.keyboard.press("Control+z")
    expect(page.get_by_role("radio", name="15 mm", exact=True)).to_be_checked()
    # A preset is of the family's first material: of another one it takes the nearest thickness.
    page.goto(f"{town.url}/design/engraved-sign/?material=brass")
    expect(page.get_by_role("radio", name="15 mm not stocked")).to_be_checked()
    page.get_by_role("link", name="Family name").click()
    expect(page).to_have_url(re.compile("board_mm=10&"))
    expect(page.locator("[data-field=board_mm] .faultnote")).to_have_count(0)


def test_a_form_asks_only_for_what_counts_and_forgets_nothing(town: Town, page: Page) -> None:
    page.goto(f"{town.url}/design/face-plate/?width_mm=200")
    width = page.get_by_label("Width", exact=True)
    mounting = page.get_by_role("group", name="Mounting")
    expect(mounting).to_be_visible()
    rack = page.get_by_role("radio", name="19 inch, 1 U")
    rack.focus()
    page.keyboard.press("Space")
    expect(width).to_be_hidden()
    expect(mounting).to_be_hidden()
    expect(page).to_have_url(re.compile("size=1u.*width_mm=200"))
    page.keyboard.press("Control+z")
    expect(width).to_be_visible()
    expect(width).to_have_value("200")
    page.get_by_role("link", name="Patch bay").click()
    expect(width).to_be_hidden()

    # What is wrong with a value stays to be read, whatever else is changed.
    page.goto(f"{town.url}/design/face-plate/?size=1u&width_mm=9999")
    page.get_by_role("radio", name="5 mm", exact=True).focus()
    page.keyboard.press("Space")
    expect(page).to_have_url(re.compile("sheet_mm=5"))
    expect(page.locator("[data-field=width_mm] .error")).to_be_visible()

    page.goto(f"{town.url}/design/key-fob/?ring=0")
    hole = page.get_by_label("Hole width", exact=True)
    expect(hole).to_be_hidden()
    page.get_by_role("checkbox", name="Hole for a ring").click()
    expect(hole).to_be_visible()
    page.get_by_role("checkbox", name="Hole for a ring").click()
    expect(hole).to_be_hidden()


def test_sizes_are_drawn_as_dimension_lines_while_the_part_is_in_one_piece(
    town: Town, page: Page
) -> None:
    page.goto(f"{town.url}/design/enclosure/")
    expect(page.locator("#view")).to_have_attribute("data-shown", re.compile("[1-9]"))
    dims = page.locator("#dims")
    expect(dims.locator(".dim")).to_have_text(["84 mm", "56 mm", "30 mm"])
    lines = [path.get_attribute("d") or "" for path in dims.locator(".measure").all()]
    wide, deep, high = (_length(line) for line in lines)
    assert wide > deep > 20, lines
    assert high > 20, lines
    assert len(dims.locator(".extension, .arrow").all()) == 12
    page.keyboard.press("m")
    expect(dims).to_be_hidden()
    page.keyboard.press("m")
    expect(dims).to_be_visible()
    page.keyboard.press("e")  # apart: the size of what lies about is nobody's measure
    expect(dims).to_be_hidden()


def _length(line: str) -> float:
    x, y, u, v = (float(number) for number in re.findall(r"[\d.]+", line))
    return float(np.hypot(u - x, v - y))


def test_without_3d_the_picture_follows_the_design(chromium: Browser, town: Town) -> None:
    flat = [text for text in ARGUMENTS if "swiftshader" not in text] + ["--disable-3d-apis"]
    browser = chromium.browser_type.launch(executable_path=shutil.which("chromium"), args=flat)
    page = browser.new_page()
    page.goto(f"{town.url}/design/name-tag/?name=Otto")
    view, still = page.locator("#view"), page.locator("#still")
    expect(view).to_have_attribute("data-shown", "1", timeout=60_000)
    expect(page.locator("#viewnote")).to_contain_text("shows no 3D")
    first = still.get_attribute("src") or ""
    assert first.startswith("blob:")
    page.get_by_label("Width", exact=True).fill("100")
    expect(view).to_have_attribute("data-shown", "2", timeout=60_000)
    assert still.get_attribute("src") != first
    browser.close()


def test_a_copied_link_is_kept_and_file_and_picture_are_of_the_part_as_it_stands(
    town: Town, page: Page
) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{town.url}/design/name-tag/")
    expect(page.locator("#view")).to_have_attribute("data-shown", re.compile("[1-9]"))
    page.get_by_label("Name", exact=True).fill("Eve")
    page.keyboard.press("Tab")
    expect(page).to_have_url(re.compile("name=Eve"))
    with page.expect_download() as download:
        page.get_by_role("link", name="3MF").click()
    assert re.fullmatch(r"name-tag-[0-9a-f]{8}\.3mf", download.value.suggested_filename)
    assert "name=Eve" in download.value.url
    with page.expect_download() as download:
        page.get_by_role("button", name="Save a picture").click()
    assert download.value.suggested_filename == "name-tag.png"
    with Image.open(download.value.path()) as seen:
        assert seen.mode == "RGBA"
        assert seen.getbbox() is not None, "the part is on it"
    page.get_by_role("button", name="Copy link").click()
    expect(page.locator("#toast")).to_contain_text("Link copied")
    link = page.evaluate("navigator.clipboard.readText()")
    assert re.match(rf"{town.url}/designs/[0-9a-f]{{32}}/\?material=pla&colour=", link)
    page.goto(link)
    expect(page.get_by_label("Name", exact=True)).to_have_value("Eve")


def test_a_link_is_kept_though_what_it_was_made_from_is_forgotten(town: Town, page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{town.url}/design/name-tag/?name=Ida&from={'0' * 32}")
    expect(page.locator("#view")).to_have_attribute("data-shown", re.compile("[1-9]"))
    page.evaluate("document.querySelector('[name=from]').disabled = false")
    page.evaluate(f"document.querySelector('[name=from]').value = '{'0' * 32}'")
    page.get_by_role("button", name="Copy link").click()
    expect(page.locator("#toast")).to_contain_text("Link copied")
    link = page.evaluate("navigator.clipboard.readText()")
    assert re.match(rf"{town.url}/designs/[0-9a-f]{{32}}/\?", link)


def test_the_preset_that_the_design_is_stands_out_until_it_is_another(
    town: Town, page: Page
) -> None:
    page.goto(f"{town.url}/design/key-fob/")
    now = page.locator(".presetbar [aria-current]")
    expect(now).to_have_text("Link")
    page.get_by_role("link", name="Number 7").click()
    expect(now).to_have_text("Number 7")
    page.get_by_label("Raised rim").check()
    expect(now).to_have_count(0)
    page.keyboard.press("Control+z")
    expect(now).to_have_text("Number 7")


def test_undo_and_redo_go_over_a_change_of_material(town: Town, page: Page) -> None:
    page.goto(f"{town.url}/design/name-tag/?material=pla")
    name = page.get_by_label("Name", exact=True)
    name.fill("Ida")
    page.keyboard.press("Tab")
    expect(page).to_have_url(re.compile("name=Ida"))
    page.locator("#design input[name=material][value=petg]").dispatch_event("click")
    expect(page).to_have_url(re.compile("material=petg"))
    undo, redo = (page.get_by_role("button", name=what, exact=True) for what in ("Undo", "Redo"))
    undo.click()
    expect(page.locator("#design input[name=material][value=pla]")).to_be_checked()
    expect(name).to_have_value("Ida")
    undo.click()
    expect(name).not_to_have_value("Ida")
    expect(undo).to_be_disabled()
    redo.click()
    expect(name).to_have_value("Ida")
    redo.click()
    expect(page.locator("#design input[name=material][value=petg]")).to_be_checked()
    expect(redo).to_be_disabled()


def png(tmp_path: Path, shade: int, side: int = 64) -> Path:
    path = tmp_path / f"{shade}.png"
    Image.radial_gradient("L").resize((side, side)).point(lambda v: v * shade // 255).save(path)
    return path


def test_a_picture_is_brought_shown_taken_back_and_ordered(
    town: Town, page: Page, tmp_path: Path
) -> None:
    page.goto(f"{town.url}/design/relief/")
    field = page.locator("[data-upload]")
    expect(page.get_by_role("radio", name="Sunflower")).to_be_checked()
    field.locator("input[type=file]").set_input_files(png(tmp_path, 240))
    expect(field).to_contain_text("Your picture is in the design.")
    expect(page.get_by_role("radio", name="Yours")).to_be_checked()
    expect(page).to_have_url(re.compile("picture=[0-9a-f]{64}"))
    own = page.url
    expect(field.locator("img").last).to_have_js_property("naturalWidth", 64)
    page.keyboard.press("Control+z")
    expect(page.get_by_role("radio", name="Sunflower")).to_be_checked()
    page.keyboard.press("Control+Shift+z")
    expect(page.get_by_role("radio", name="Yours")).to_be_checked()
    expect(page.locator("#quote")).to_contain_text("can be made")
    expect(page.locator("#quote")).not_to_have_class(re.compile("stale|htmx-request"))
    press(page, page.get_by_role("button", name="Add to basket"))
    page.wait_for_url("**/basket/")
    expect(page.locator(".line")).to_contain_text("Relief")
    page.goto(own)
    expect(page.get_by_role("radio", name="Yours")).to_be_checked()


def test_a_file_that_cannot_be_read_says_so_and_leaves_the_design_as_it_was(
    town: Town, page: Page, tmp_path: Path
) -> None:
    page.goto(f"{town.url}/design/own-file/")
    field = page.locator("[data-upload]")
    expect(page.locator("#quote")).to_contain_text("can be made")
    wrong = tmp_path / "part.stl"
    wrong.write_text("this is no solid")
    field.locator("input[type=file]").set_input_files(wrong)
    expect(field.get_by_role("status")).to_contain_text("This is none of the solids that we read.")
    expect(page.get_by_role("radio", name="Hook")).to_be_checked()
    page.route("**/api/v1/uploads/solid/", lambda route: None)
    field.locator("input[type=file]").set_input_files(wrong)
    expect(field.get_by_role("progressbar")).to_be_visible()
    field.get_by_role("button", name="Cancel").click()
    expect(field.get_by_role("status")).to_contain_text("Cancelled. Your design is as it was.")
    expect(field.get_by_role("progressbar")).to_be_hidden()


def test_an_open_solid_is_mended_by_the_button_of_its_fault(
    town: Town, page: Page, tmp_path: Path
) -> None:
    ball = trimesh.creation.icosphere(2, 15)
    keep = np.arange(len(ball.faces)) != 7
    ball.update_faces(keep)
    path = tmp_path / "open.stl"
    ball.export(path)
    page.goto(f"{town.url}/design/own-file/")
    page.locator("[data-upload] input[type=file]").set_input_files(path)
    fault = page.locator(".fault.impossible")
    expect(fault).to_contain_text("3 edges are open")
    fault.get_by_role("button", name="Mend what is open").click()
    expect(page.locator("#checks")).to_contain_text("We closed 1 hole (")
    expect(page.get_by_label("Mend what is open")).to_be_checked()
    expect(page.get_by_role("button", name="Add to basket")).to_be_enabled()
