"""The 3D view as a test sees it."""

from __future__ import annotations

import io
import re
from typing import Any

import numpy as np
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.browser.town import Town

SHOWN = re.compile("[1-9]")


def open_design(page: Page, town: Town, path: str) -> None:
    page.goto(f"{town.url}{path}", wait_until="domcontentloaded")
    expect(page.locator("#view")).to_have_attribute("data-shown", SHOWN)


def seen(page: Page) -> Any:
    """(h, w, 4) what the canvas of the view shows, after the next frame was drawn."""
    page.locator("#canvas").evaluate(
        "() => new Promise(d => requestAnimationFrame(() => requestAnimationFrame(d)))"
    )
    shot = page.locator("#view").screenshot()
    return np.asarray(Image.open(io.BytesIO(shot)).convert("RGBA")).astype(int)


def differs(one: Any, other: Any) -> float:
    """The share of pixels that are not the same."""
    return float((np.abs(one - other).max(axis=2) > 12).mean())


def press(page: Page, place: Locator) -> None:
    """One click as a hand makes it: the button is down for 90 ms."""
    box = place.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.wait_for_timeout(90)
    page.mouse.up()
