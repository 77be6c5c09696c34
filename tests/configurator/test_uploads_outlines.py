"""Drawings from strangers: what an SVG or a picture of a shape encloses, against known areas."""

import math
import tempfile
from functools import cache

import pytest

from configurator import blobs, engine
from configurator.geometry.drawn import drawn
from configurator.uploads import sandbox
from configurator.uploads.readers import READERS, Refused
from core.errors import BadInput, NotFound
from tests.configurator.crafted import DEEP, HEAD, OUTLINES, crafted, silhouette


@cache
def reader():
    return READERS["outline"]()


def read(data):
    """As the sandboxed process reads it, without the process."""
    try:
        blob = reader()(data)
    except Refused as error:
        raise BadInput(str(error)) from error
    return blobs.packed(blob), blob


def shape(body, head=HEAD):
    """The drawing as polygons, kept and loaded again as a design does it."""
    data, _ = read(f"{head}{body}</svg>".encode())
    return drawn(blobs.keep(data))


@pytest.mark.parametrize(
    ("body", "size", "area"),
    [
        pytest.param('<rect width="40" height="20"/>', (100, 50), 5000, id="rectangle"),
        pytest.param('<circle r="9" cx="50" cy="50"/>', (100, 100), math.pi * 2500, id="circle"),
        pytest.param(
            '<ellipse rx="20" ry="10"/>', (100, 50), math.pi * 50 * 25, id="ellipse"
        ),
        pytest.param(
            '<path d="M0 0H30V30H0Z M10 10H20V20H10Z"/>', (100, 100), 1e4 * 8 / 9, id="a hole"
        ),
        pytest.param(
            '<path d="M0 0A15 15 0 0 1 30 0Z"/>', (100, 50), math.pi * 2500 / 2, id="an arc"
        ),
        pytest.param(
            '<g transform="scale(3) rotate(90)"><rect width="40" height="20"/></g>',
            (50, 100), 5000, id="turned",
        ),
        pytest.param(
            '<rect width="40" height="20" fill="none" stroke="red"/>', (100, 50), 5000, id="a line"
        ),
        pytest.param(
            '<polygon points="0,0 40,0 40,20 0,20"/><rect x="20" width="60" height="20"/>',
            (100, 25), 2500, id="two that overlap",
        ),
        pytest.param(
            '<style>.no{display:none}</style><rect width="40" height="20"/>'
            '<rect width="90" height="90" fill="none"/>'
            '<rect width="90" height="90" display="none"/>'
            '<clipPath id="c"><rect width="90" height="90"/></clipPath>',
            (100, 50), 5000, id="what is not seen",
        ),
    ],
)  # fmt: skip
def test_an_svg_is_what_it_encloses(body, size, area):
    found = shape(body)
    x0, y0, x1, y1 = found.bounds
    assert (x1 - x0, y1 - y0) == pytest.approx(size, abs=0.02)
    assert found.area == pytest.approx(area, rel=2e-3)


@pytest.mark.parametrize(
    "data", [f'{HEAD}<path d="M0 0A15 15 0 0 1 30 0Z"/></svg>'.encode(), b"<svg"]
)
def test_the_sandbox_says_the_same(data):
    with tempfile.TemporaryFile() as file:
        file.write(data)
        try:
            expected = read(data)
        except BadInput as error:
            with pytest.raises(BadInput) as refused:
                sandbox.read("outline", file)
            assert refused.value.sentence == error.sentence
        else:
            assert sandbox.read("outline", file) == expected


def test_up_in_the_drawing_is_up_in_the_shape():
    found = shape('<path d="M0 0H10L5 20Z"/>')  # a point that hangs down
    low = min(found.geoms[0].exterior.coords, key=lambda c: c[1])
    assert low == pytest.approx((0, -50), abs=0.02)


def test_pieces_stay_pieces_and_dust_is_swept():
    found = shape(
        '<circle r="20" cx="30"/><circle r="20" cx="90"/><circle r=".1" cx="60" cy="50"/>'
    )
    assert len(found.geoms) == 2


@pytest.mark.parametrize(
    "data", [silhouette(), silhouette(dark=230, light=30), silhouette(90, 170, noise=8)]
)
def test_a_picture_of_a_shape_is_traced(data):
    blob, _ = read(data)
    found = drawn(blobs.keep(blob))
    assert len(found.geoms) == 1
    assert len(found.geoms[0].interiors) == 1
    x0, y0, x1, y1 = found.bounds
    assert (x1 - x0, y1 - y0) == pytest.approx((100, 50), abs=0.8)
    assert found.area == pytest.approx(math.pi * 50 * 25 - 20 * 20, rel=0.02)


@pytest.mark.parametrize("name", OUTLINES)
def test_what_cannot_be_used_is_said_in_words(name):
    data, said = crafted("outline", name)
    with pytest.raises(BadInput, match=said):
        read(data)


def test_a_drawing_may_be_deeply_nested_or_refused_but_never_breaks():
    try:
        _, blob = read(DEEP.encode())
    except BadInput as error:
        assert error.sentence
    else:
        assert blob.facts["pieces"] == 1


def test_a_drawing_refers_to_nothing_outside_itself():
    found = shape(
        '<rect width="40" height="20"/><image href="file:///etc/passwd" width="90" height="90"/>'
        '<use href="http://127.0.0.1:9/x.svg#y"/>'
    )
    assert found.area == pytest.approx(5000, rel=1e-3)


def test_a_cutter_cuts_the_drawing():
    blob, _ = read(f'{HEAD}<path d="M0 0H40V20H20V40H0Z"/></svg>'.encode())
    name = blobs.keep(blob)
    params = {"shape": "drawing", "drawing": name, "size_mm": 80, "corner_mm": 0.5}
    result = engine.evaluate("cookie-cutter", params, "pla")
    assert result.printable
    assert "blank" not in [f.check for f in result.findings]
    assert result.size_mm[0] == pytest.approx(80 + 2 * 6, abs=0.1)
    # An L of 80 mm, two thirds of its square: the blade runs its circumference once.
    heart = engine.evaluate("cookie-cutter", {"size_mm": 80}, "pla")
    assert result.key != heart.key


def test_a_cutter_without_its_drawing_is_a_circle_and_says_so():
    found = engine.evaluate("cookie-cutter", {"shape": "drawing"}, "pla").findings
    assert [(f.check, f.level) for f in found] == [("blank", "weak")]


def test_a_picture_is_no_drawing():
    name = blobs.keep(blobs.packed(blobs.Blob("picture", {}, {})))
    with pytest.raises(NotFound, match="choose a drawing"):
        engine.draft("cookie-cutter", {"shape": "drawing", "drawing": name}, "pla")
