"""Cut, bed, saving, your designs, remix and comparison, as a browser does them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import SHOTS
from tests.browser.town import Town
from tests.browser.view import differs, open_design, seen

pytestmark = pytest.mark.browser


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    expect.set_options(timeout=60_000)
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    context.set_default_timeout(60_000)
    page = context.new_page()
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    # htmx says aloud that a request ended because somebody went on to the next page.
    page.on(
        "console",
        lambda m: (
            broken.append(m.text) if m.type == "error" and not m.text.startswith("htmx:") else None
        ),
    )
    yield page
    context.close()
    assert broken == []


def save_as(page: Page, name: str) -> None:
    page.keyboard.press("Control+s")
    field = page.locator("#save-name")
    expect(field).to_be_focused()
    field.fill(name)
    page.keyboard.press("Enter")
    expect(page.locator("#save-dialog")).not_to_be_visible()
    expect(page.locator("#toast")).to_contain_text(f"Saved as “{name}”.")


def test_a_cut_shows_solid_material_and_stays_out_of_the_address(town: Town, page: Page) -> None:
    open_design(page, town, "/design/enclosure/?colour=white")
    address, whole = page.url, seen(page)
    page.keyboard.press("x")
    panel = page.locator("#section-panel")
    expect(panel).to_be_visible()
    expect(panel.get_by_role("radio", name="depth")).to_be_checked()
    cut = seen(page)
    assert differs(whole, cut) > 0.02
    number = panel.get_by_role("spinbutton", name="Where the cut is, in mm")
    expect(number).to_have_value("28.0")
    slider = panel.get_by_role("slider", name="Where the cut is, in mm")
    slider.focus()
    for _ in range(9):
        page.keyboard.press("ArrowRight")
    expect(number).to_have_value("28.9")
    number.fill("50")
    moved = seen(page)
    assert differs(cut, moved) > 0.01
    panel.get_by_role("button", name="Other side").click()
    assert differs(moved, seen(page)) > 0.02
    number.fill("900")
    page.keyboard.press("Tab")
    expect(number).to_have_value("56.0")
    page.locator("#view").focus()
    page.keyboard.press("e")
    expect(page.locator("#tool-explode")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("x")
    expect(panel).not_to_be_visible()
    page.keyboard.press("e")
    page.locator("#view").blur()
    assert page.url == address
    assert differs(whole, seen(page)) < 0.005, "closed again it is as it was"


def test_a_massive_part_is_capped_where_it_is_cut(town: Town, page: Page) -> None:
    """A block's cut face is its own colour with hatching, not the dark inside of a shell."""
    open_design(page, town, "/design/bracket/?colour=white")
    page.keyboard.press("x")
    panel = page.locator("#section-panel")
    panel.get_by_role("radio", name="height").check()
    panel.get_by_role("spinbutton", name="Where the cut is, in mm").fill("2")
    page.keyboard.press("0")
    picture = seen(page)
    part = picture[300:700, 200:800, :3]
    light, dark = (part.min(axis=2) > 150).sum(), (part.max(axis=2) < 60).sum()
    assert light > 20 * max(1, dark)


def test_parts_lie_on_the_bed_of_a_machine_they_fit(town: Town, page: Page) -> None:
    open_design(page, town, "/design/enclosure/")
    address, together = page.url, seen(page)
    note = page.locator("#bednote")
    page.keyboard.press("b")
    expect(note).to_contain_text("its bed is 220 × 220 mm, 250 mm high")
    on_bed = seen(page)
    assert differs(together, on_bed) > 0.05
    page.get_by_label("Width inside", exact=True).fill("180")
    page.keyboard.press("Tab")
    expect(note).to_contain_text("Each part fits the Creality Ender-3 V2")
    expect(note).to_contain_text("376 × 56 mm, so they are made one after the other")
    page.get_by_label("Width inside", exact=True).fill("80")
    page.keyboard.press("Tab")
    expect(note).to_contain_text("its bed is 220 × 220 mm")
    page.locator("#view").focus()
    page.keyboard.press("b")
    expect(note).not_to_be_visible()
    page.locator("#view").blur()
    assert page.url.partition("?")[0] == address.partition("?")[0]
    assert differs(together, seen(page)) < 0.005


def test_each_part_lies_on_a_bed_of_its_own_kind_of_machine(town: Town, page: Page) -> None:
    """A glow lamp has a printed base and a panel that a laser cuts."""
    open_design(page, town, "/design/glow-lamp/")
    together = seen(page)
    note = page.locator("#bednote")
    machines = json.loads(note.get_attribute("data-machines") or "[]")
    names = {slug: [m["name"] for m in machines if slug in m["works"]] for slug in ("", "petg")}
    assert names[""] and names["petg"] and not set(names[""]) & set(names["petg"])
    page.keyboard.press("b")
    said = re.compile("^(Panel.*?): (.*) (Base.*?): (.*)$")
    expect(note).to_have_text(said)
    found = said.match(note.text_content() or "")
    assert found is not None
    assert any(name in found[2] for name in names[""])
    assert any(name in found[4] for name in names["petg"])
    assert differs(together, seen(page)) > 0.05
    page.locator("#view").screenshot(path=SHOTS / "two-beds.png")
    page.keyboard.press("b")
    expect(note).not_to_be_visible()
    page.locator("#view").blur()
    assert differs(together, seen(page)) < 0.005


LAID = """async () => {
  const script = document.querySelector('script[src*="configurator/page"]').src;
  const { Bed } = await import(new URL("bed.js", script));
  const three = document.querySelector('link[rel="modulepreload"]').href;
  const { Group, Scene } = await import(three);
  const part = (name, material, x) => {
    const made = new Group();
    made.name = name;
    made.userData = { at: [x, 0], size_mm: [100, 80, 5], material };
    return made;
  };
  const machine = (name, x, works) => ({ name, x, y: 200, z: 200, margin: 5, works });
  const machines = [machine("Laser", 600, [""]), machine("Printer", 220, ["petg"])];
  const bed = new Bed(new Scene(), machines);
  const parts = [part("base", "petg", 110), part("panel", "", 0), part("foot", "gold", 220)];
  const said = bed.lay(parts);
  const plates = bed.group.children.filter((one) => one.name === "plate");
  const laid = {
    said,
    plates: plates.map((one) => [one.position.x * 1000, one.geometry.parameters.width * 1000]),
    parts: parts.map((one) => [one.position.x, one.visible]),
  };
  bed.clear();
  return { ...laid, after: parts.map((one) => one.visible) };
}"""


def test_beds_of_two_kinds_lie_side_by_side_and_what_none_makes_is_away(
    town: Town, page: Page
) -> None:
    """600 mm of the laser's bed, 60 apart, 220 of the printer's: 300 + 60 + 110 is its middle."""
    open_design(page, town, "/design/glow-lamp/")
    laid = page.evaluate(LAID)
    assert laid["plates"] == [[0, pytest.approx(600)], [pytest.approx(470), pytest.approx(220)]]
    assert laid["parts"] == [[pytest.approx(470), True], [0, True], [0, False]]
    assert laid["said"].startswith("Panel: As it is made, on the Laser")
    assert "Base: As it is made, on the Printer" in laid["said"]
    assert "No machine of our network makes foot yet." in laid["said"]
    assert laid["after"] == [True, True, True]


def test_what_no_bed_holds_sticks_out_and_is_named(town: Town, page: Page) -> None:
    tiny = '[{"name": "Toy 100", "x": 100, "y": 100, "z": 100, "margin": 5}]'

    def answer(route: Any) -> None:
        found = route.fetch()
        html = re.sub(
            r'data-machines="[^"]*"',
            f'data-machines="{tiny.replace(chr(34), "&quot;")}"',
            found.text(),
        )
        route.fulfill(response=found, body=html)

    page.route(re.compile("/design/name-tag/$"), answer)
    open_design(page, town, "/design/name-tag/")
    page.keyboard.press("b")
    expect(page.locator("#bednote")).to_contain_text("As it is made, on the Toy 100")
    page.get_by_label("Width", exact=True).fill("110")
    page.keyboard.press("Tab")
    expect(page.locator("#bednote")).to_contain_text("framed in red: tag (110 × 24 × 4 mm)")


def test_saved_found_again_changed_renamed_deleted_and_put_back(town: Town, page: Page) -> None:
    open_design(page, town, "/design/name-tag/?name=Eve")
    save_as(page, "For Eve")
    expect(page).to_have_url(re.compile("saved=[0-9a-f]{16}"))
    page.get_by_label("Name", exact=True).fill("Eva")
    page.keyboard.press("Tab")
    expect(page).to_have_url(re.compile("name=Eva"))
    page.keyboard.press("Control+s")
    expect(page.locator("#toast")).to_have_class(re.compile("shown"))
    page.goto(f"{town.url}/designs/")
    card = page.locator("li.design")
    expect(card).to_have_count(1)
    card.get_by_role("link", name="Open For Eve").click()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Eva")
    page.goto(f"{town.url}/designs/")
    card.locator("summary").click()
    card.get_by_label("New name of For Eve").fill("For Eva")
    page.keyboard.press("Enter")
    expect(card.locator("h2")).to_have_text("For Eva")
    card.get_by_role("button", name="Delete For Eva").click()
    expect(card).to_have_count(0)
    page.get_by_role("button", name="Put it back").click()
    expect(card.locator("h2")).to_have_text("For Eva")


def test_a_shared_design_that_is_changed_is_a_remix(town: Town, page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_design(page, town, "/design/name-tag/?name=Ada")
    page.get_by_role("button", name="Copy link").click()
    expect(page.locator("#toast")).to_contain_text("Link copied")
    first = page.evaluate("navigator.clipboard.readText()")
    open_design(page, town, first.removeprefix(town.url))
    origin = page.locator("#origin")
    expect(origin).to_contain_text("A shared design, as it was kept.")
    page.get_by_label("Name", exact=True).fill("Bo")
    page.keyboard.press("Tab")
    expect(origin).to_contain_text("Remixed from the design you opened")
    page.get_by_role("button", name="Copy link").click()
    expect(page.locator("#toast")).to_contain_text("Link copied")
    second = page.evaluate("navigator.clipboard.readText()")
    assert second.partition("?")[0] != first.partition("?")[0]
    open_design(page, town, second.removeprefix(town.url))
    expect(origin).to_contain_text("It is a remix:")
    expect(origin.locator(".ancestry a")).to_have_attribute(
        "href", re.compile(re.escape(first.partition("?")[0].removeprefix(town.url)))
    )
    page.locator("[data-preset]").nth(3).click()
    expect(origin).to_have_count(0)
    expect(page).not_to_have_url(re.compile("from="))


@pytest.mark.parametrize("width", [1280, 390])
def test_two_are_compared_from_the_same_angle_by_keyboard(
    town: Town, page: Page, width: int
) -> None:
    for name in ("Eve", "Adam"):
        open_design(page, town, f"/design/name-tag/?name={name}")
        save_as(page, f"For {name}")
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(f"{town.url}/designs/")
    button = page.get_by_role("button", name="Compare", exact=True)
    expect(button).to_be_disabled()
    for box in page.locator("input[name=of]").all():
        box.focus()
        page.keyboard.press("Space")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".page.compare")).to_have_attribute("data-linked", "2")
    expect(page.locator("td div[hx-get]").first).to_contain_text("€")
    expect(page.locator("td div[hx-get]").nth(1)).to_contain_text("Weighs about")
    expect(page.locator("tr.differs")).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    sides = page.locator(".sideview")
    line = sides.first.locator(".dims .measure").first
    assert line.evaluate("path => getComputedStyle(path).stroke") not in ("", "none")
    drawing, side = sides.first.locator(".dims svg").bounding_box(), sides.first.bounding_box()
    assert drawing and side and drawing["width"] == pytest.approx(side["width"], abs=2)
    before = [side.screenshot() for side in sides.all()]
    sides.first.focus()
    for _ in range(8):
        page.keyboard.press("ArrowLeft")
    page.locator("body").evaluate("() => new Promise(d => setTimeout(d, 300))")
    after = [side.screenshot() for side in sides.all()]
    assert all(a != b for a, b in zip(before, after, strict=True)), "both have turned"


def test_the_page_is_compared_with_the_preset_it_began_with(town: Town, page: Page) -> None:
    open_design(page, town, "/design/name-tag/")
    page.locator("[data-preset]").nth(4).click()
    page.get_by_label("Name", exact=True).fill("Rex")
    page.keyboard.press("Tab")
    expect(page).to_have_url(re.compile("name=Rex"))
    page.locator("#view").focus()
    page.keyboard.press("c")
    first = page.locator("#compare-panel .choice a").first
    expect(first).to_contain_text("Pet")
    expect(first).to_contain_text("you started from this")
    first.click()
    page.wait_for_url("**/compare/**")
    expect(page.locator("tr.differs td")).to_have_text(["Rex", re.compile("Bruno")])
