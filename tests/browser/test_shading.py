"""The normals that the viewer makes are those that a file to take away holds."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, Route

from configurator import engine
from configurator.dfm.watertight import closed
from configurator.geometry.export import glb
from configurator.geometry.shading import split_at_creases
from configurator.products import family
from configurator.products.base import Part
from tests.browser.conftest import ROOT

pytestmark = pytest.mark.browser
SHADED = """async (data) => {
  const { GLTFLoader } = await import("/static/vendor/three-0.187.0.min.js");
  const { shade } = await import("/static/js/configurator/shading.js");
  const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
  const { scene } = await new GLTFLoader().parseAsync(bytes.buffer, "");
  shade(scene);
  const found = [];
  scene.traverse(({ geometry }) => {
    if (!geometry) return;
    const { position, normal, _glow } = geometry.attributes;
    found.push({
      position: Array.from(position.array), normal: Array.from(normal.array),
      index: Array.from(geometry.index.array), glow: _glow ? Array.from(_glow.array) : [],
    });
  });
  return found;
}"""


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page of our own scripts and nothing else; no server is needed for it."""
    context = chromium.new_context()
    page = context.new_page()

    def answer(route: Route) -> None:
        path = ROOT / route.request.url.split("/", 3)[3]
        if path.suffix == ".js":
            route.fulfill(body=path.read_bytes(), content_type="text/javascript")
        else:
            route.fulfill(body="<!doctype html><title>shading</title>", content_type="text/html")

    page.route("**/*", answer)
    page.goto("http://shading.test/")
    yield page
    context.close()


def shaded(page: Page, data: bytes) -> list[dict[str, np.ndarray]]:
    found = page.evaluate(SHADED, base64.b64encode(data).decode())
    return [{name: np.array(array) for name, array in one.items()} for one in found]


def corners(points: np.ndarray, faces: np.ndarray, normals: np.ndarray) -> np.ndarray:
    """(3m, 6): place and normal of each corner of each face, in an order of their own."""
    rows = np.column_stack([points[faces.ravel()], normals[faces.ravel()]])
    return rows[np.lexsort(np.round(rows[:, ::-1], 1).T)]


@pytest.mark.parametrize("slug", ["knob", "twisted-vase", "name-tag", "phone-case", "spur-gear"])
def test_they_are_smooth_and_break_where_the_servers_do(page: Page, slug: str) -> None:
    one = family(slug)
    part = one.build(one.Params(), "draft")[0]
    plain = Part(part.name, part.mesh)  # in one paint
    (seen,) = shaded(page, glb([plain], normals=False))
    origin, faces, normals = split_at_creases(part.mesh)
    assert len(seen["position"]) == 3 * len(origin)
    steps = np.rint((part.mesh.vertices - part.mesh.low) / (max(part.mesh.size_mm) / 65535))
    ours = corners(steps[origin], faces, normals)
    theirs = corners(seen["position"].reshape(-1, 3), seen["index"], seen["normal"].reshape(-1, 3))
    assert np.array_equal(ours[:, :3], theirs[:, :3])
    agree = (ours[:, 3:] * theirs[:, 3:]).sum(axis=1)
    # Steps of a few µm turn the normals of the smallest faces a little.
    assert np.quantile(agree, 0.01) > 0.99


def test_a_fault_is_painted_without_a_seam(page: Page) -> None:
    part = family("twisted-vase").build(family("twisted-vase").Params(), "draft")[0]
    painted = np.flatnonzero(part.mesh.normals[:, 0] > 0.6).astype(np.int32)
    whole, fault = shaded(page, glb([part], {"body": [("weak", painted)]}, normals=False))
    assert (
        len(whole["position"]) == len(fault["position"]) == 3 * len(split_at_creases(part.mesh)[0])
    )
    assert not closed(part)
    assert len(whole["index"]) + len(fault["index"]) == 3 * len(part.mesh.faces)


def test_a_lamps_light_stays_with_its_vertices(page: Page) -> None:
    data = engine.draft("lithophane", {}, "pla").glb
    (seen,) = shaded(page, data)
    part = family("lithophane").build(family("lithophane").Params(), "draft")[0]
    origin, _, _ = split_at_creases(part.mesh)
    assert sorted(np.round(seen["glow"], 3)) == pytest.approx(
        sorted(np.round(part.glow[origin], 3)), abs=2e-3
    )
