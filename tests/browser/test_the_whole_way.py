"""From a slider in the browser to a part on a machine, on real components.

Chromium, the shop and its workers, PrusaSlicer, the edge agent, OctoPrint with its virtual
printer. Only Stripe is played by the stand-in.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from configurator.products import families
from tests.browser.conftest import SHOTS
from tests.browser.town import Town
from tests.edge.octoprint import OctoPrint

ONE_WORKSHOP = """
from manufacturing.models import Factory, Machine
from manufacturing.nodes import enrol
first = Factory.objects.order_by("pk").first()
Factory.objects.exclude(pk=first.pk).update(accepting=False)
machine = first.machines.get(name="MK4 A")
first.machines.exclude(pk=machine.pk).delete()
node, code = enrol(first)
print("FOUND", machine.uid, code)
"""

# A violation with the place it happened: the browser's own console line does not name the element.
TELL_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (e) => console.log(
  "CSP", location.pathname, e.violatedDirective, e.sourceFile, e.lineNumber, e.columnNumber,
  (e.target.outerHTML || "").slice(0, 200)));
"""


@pytest.fixture(scope="module")
def printer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OctoPrint]:
    printer = OctoPrint(tmp_path_factory.mktemp("octoprint"))
    printer.install()
    yield printer.start()
    printer.stop()


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory, printer: OctoPrint) -> Iterator[Town]:
    """One workshop in Lyon whose one printer is OctoPrint's."""
    town = Town(tmp_path_factory.mktemp("town"))
    said = town.prepare(ONE_WORKSHOP)
    machine, code = re.search(r"FOUND (\S+) (\S+)", said).groups()  # type: ignore[union-attr]
    town.start("--no-agents")
    config = town.folder / "edge.toml"
    config.write_text(
        f'[machines.{machine}]\ndriver = "octoprint"\n[machines.{machine}.options]\n'
        f'url = "{printer.url}"\napi_key_env = "OCTO_KEY"\nport = "VIRTUAL"\nbaudrate = 115200\n'
    )
    command = [sys.executable, "-m", "edge", "run", "--hub", town.url, "--code", code]
    command += ["--state", str(town.folder / "edge-state"), "--config", str(config)]
    town.spawn("agent", command, OCTO_KEY=printer.api_key)
    yield town
    town.stop()


def context_of(browser: Browser, width: int = 1440) -> BrowserContext:
    context = browser.new_context(viewport={"width": width, "height": 900})
    context.set_default_timeout(60_000)
    expect.set_options(timeout=30_000)
    return context


def sign_in(page: Page, town: Town, name: str) -> None:
    page.goto(f"{town.url}/accounts/login/")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(town.password)
    page.get_by_role("button", name="Sign in").click()


def keep(page: Page, name: str) -> None:
    page.screenshot(path=SHOTS / f"{name}.png", full_page=True)


@pytest.mark.browser
@pytest.mark.octoprint
@pytest.mark.slicer
def test_from_a_slider_to_a_part_in_the_post(chromium: Browser, town: Town, tmp_path: Path) -> None:
    outside: list[str] = []
    broken: list[str] = []
    shopper = context_of(chromium).new_page()
    shopper.on("request", lambda r: outside.append(r.url) if not _ours(r.url) else None)
    shopper.on("pageerror", lambda e: broken.append(str(e)))
    shopper.on("console", lambda m: broken.append(m.text) if m.text.startswith("CSP") else None)
    shopper.add_init_script(TELL_VIOLATIONS)

    tracking = _buy_a_name_tag(shopper, town)

    owner = context_of(chromium).new_page()
    sign_in(owner, town, "remy")
    offer = owner.locator("[data-offer]").first
    expect(offer).to_contain_text("Name tag")
    keep(owner, "05-offer")
    owner.keyboard.press("j")
    owner.keyboard.press("a")
    expect(owner.locator("#offers")).to_contain_text("You said yes")

    # A real printer that is new here: nobody has ever said that its plate is empty.
    owner.get_by_role("link", name="Machines").click()
    owner.get_by_role("button", name="Plate is clear").click(timeout=60_000)

    # Accepted, sliced by PrusaSlicer, proven, signed, fetched by the agent, printed by OctoPrint.
    shopper.goto(tracking)
    making = re.compile("is being (made|printed)", re.I)
    expect(shopper.locator("h1")).to_contain_text(making, timeout=180_000)
    keep(shopper, "06-being-made")
    owner.goto(f"{town.url}/home/")
    owner.get_by_role("link", name="Machines").click()
    keep(owner, "07-machines")
    owner.get_by_role("button", name="Plate is clear").click(timeout=300_000)
    expect(owner.locator(".machine")).to_contain_text("idle", timeout=60_000)
    keep(owner, "08-plate-cleared")

    owner.get_by_role("link", name="Jobs").click()
    owner.locator(".jobrow").first.click()
    for axis, value in (("x", "62.1"), ("y", "23.9"), ("z", "4")):
        owner.get_by_label(f"{axis} in mm").fill(value)
    keep(owner, "09-inspect")
    owner.get_by_role("button", name="It is good").click()
    owner.get_by_role("link", name="Show the label").click()
    expect(owner.locator("body")).to_contain_text("Ada Byron")
    keep(owner, "10-label")
    owner.go_back()
    owner.get_by_role("button", name="Handed to the carrier").click()
    expect(owner.locator("body")).to_contain_text("Sent. Nothing more to do.")

    expect(shopper.locator("h1")).to_contain_text(
        re.compile("on its way|sent", re.I), timeout=60_000
    )
    keep(shopper, "11-sent")
    shopper.set_viewport_size({"width": 390, "height": 844})
    keep(shopper, "12-sent-phone")

    admin = context_of(chromium).new_page()
    sign_in(admin, town, "admin")
    admin.goto(f"{town.url}/admin/orders/order/")
    admin.locator("#result_list tbody th a").first.click()
    expect(admin.locator("body")).to_contain_text("given to the carrier")
    keep(admin, "13-admin-timeline")
    assert outside == []
    assert broken == []


def _ours(url: str) -> bool:
    return url.startswith(("http://127.0.0.1:", "data:", "blob:"))


def _buy_a_name_tag(page: Page, town: Town) -> str:
    """Personalise and pay. Returns the tracking address."""
    page.goto(town.url, wait_until="domcontentloaded")
    expect(page.locator(".product")).to_have_count(len(families()))
    keep(page, "01-catalogue")
    page.get_by_role("link", name="Name tag").first.click()
    view = page.locator("#view")
    expect(view).to_have_attribute("data-shown", re.compile("[1-9]"), timeout=60_000)
    before = view.get_attribute("data-shown") or ""
    page.get_by_label("Name", exact=True).fill("Io")
    page.get_by_label("Name", exact=True).press("Enter")
    expect(view).not_to_have_attribute("data-shown", before, timeout=60_000)
    expect(page.locator("#checks")).to_contain_text("can be made")
    expect(page.locator("#quote .price")).to_contain_text("€")
    assert "name=Io" in page.url
    keep(page, "02-configurator")
    page.get_by_role("button", name="Add to basket").click()
    page.get_by_role("link", name="Check out").first.click()
    for label, value in (("Email", "ada@example.invalid"), ("Full name", "Ada Byron"),
                         ("Street and number", "1 rue des Tables Claudiennes"),
                         ("Postcode", "69001"), ("Town or city", "Lyon")):  # fmt: skip
        page.get_by_label(label).fill(value)
    keep(page, "03-checkout")
    page.get_by_role("button", name=re.compile("pay", re.I)).click()
    page.wait_for_url("**/c/pay/**")
    keep(page, "04-pay")
    page.locator("button.pay").click()
    page.wait_for_url("**/track/**")
    expect(page.locator("body")).to_contain_text("Paid")
    return page.url
