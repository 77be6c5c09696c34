"""What we ship of others is what its manifest says: which version, whose licence, which bytes."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

STATIC = Path(__file__).parents[2] / "static"
VENDOR = STATIC / "vendor"
MANIFEST: list[dict[str, Any]] = json.loads((VENDOR / "manifest.json").read_text())
OUR_OWN = {"manifest.json", "three-entry.js"}
FREE = {"0BSD", "MIT", "BSD-2-Clause", "BSD-3-Clause", "ISC", "Apache-2.0", "OFL-1.1", "CC0-1.0"}


@pytest.mark.parametrize("entry", MANIFEST, ids=lambda entry: str(entry["file"]))
def test_each_file_is_the_one_that_was_looked_at(entry: dict[str, Any]) -> None:
    data = (VENDOR / entry["file"]).read_bytes()
    assert hashlib.sha256(data).hexdigest() == entry["sha256"]
    assert entry["licence"] in FREE
    assert entry["name"] and entry["version"] and entry["source"]


def test_nothing_is_there_that_the_manifest_does_not_name() -> None:
    named = {(VENDOR / entry["file"]).resolve() for entry in MANIFEST}
    there = {
        path.resolve()
        for folder in (VENDOR, STATIC / "fonts")
        for path in folder.rglob("*")
        if path.is_file() and path.name not in OUR_OWN and not path.name.startswith("LICENSE")
    }
    assert there == named


def test_a_licence_that_must_travel_with_its_files_does() -> None:
    for entry in MANIFEST:
        if entry["licence"] == "OFL-1.1":
            folder = (VENDOR / entry["file"]).resolve().parent
            assert list(folder.glob("LICENSE*")), entry["file"]
