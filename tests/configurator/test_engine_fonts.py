"""The bundled typefaces: what the manifest says is what lies there."""

import hashlib
import json

import pytest

from configurator.geometry.lettering import FILES, FONTS, line, missing


def test_each_font_is_the_one_of_the_manifest_under_an_open_licence():
    manifest = json.loads((FONTS / "manifest.json").read_text())
    assert {entry["key"]: entry["file"] for entry in manifest} == FILES
    licence = (FONTS / "OFL.txt").read_text()
    for entry in manifest:
        data = (FONTS / entry["file"]).read_bytes()
        assert hashlib.sha256(data).hexdigest() == entry["sha256"]
        assert len(data) <= 4 * 2**20
        assert entry["licence"] == "OFL-1.1" and entry["file"] in licence


def test_common_names_can_be_written():
    for text in (
        "王小明",
        "陳大文",
        "李雷 & 韩梅梅",
        "山田太郎",
        "さくら",
        "エミリー",
        "Zoë",
        "Ægir",
    ):
        assert missing(text, "modern") == ""


@pytest.mark.parametrize("text", ["😀", "أحمد", "שלום"])
def test_what_no_face_has_is_missing(text):
    assert set(missing(f"a{text}", "modern")) == set(text)


def test_a_script_face_borrows_what_it_lacks():
    assert (
        line("王", "script", "full").contours[0].shape
        == line("王", "modern", "full").contours[0].shape
    )


def test_kerning_is_applied():
    """AV stands closer than A and V apart."""

    def width(text):
        drawn = line(text, "modern", "full")
        return drawn.high[0] - drawn.low[0]

    assert width("AVAV") < 2 * width("AV") + 0.2
    together = width("AV")
    assert together < width("A") + width("V") - 0.02


def test_letters_are_simple_polygons_that_run_the_right_way():
    contours = line("O8", "modern", "full").contours
    areas = sorted(
        sum(c[i - 1][0] * c[i][1] - c[i][0] * c[i - 1][1] for i in range(len(c))) / 2
        for c in contours
    )
    assert len(areas) == 5
    assert areas[2] < 0 < areas[3], "three counters clockwise, two outlines counter-clockwise"


def test_nothing_but_spaces_is_no_line():
    assert line("", "modern", "full") is None
    assert line("   ", "rounded", "full") is None
