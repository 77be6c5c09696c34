"""The same design is the same bytes elsewhere: sines differ in their last digit there."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from configurator.geometry.mesh import Mesh

ROOT = Path(__file__).resolve().parents[2]
HASHES = """
import hashlib, json
from random import Random
from configurator import engine
from configurator.products import families
from configurator.products.samples import sample
found = {}
for slug, family in families().items():
    chosen = [{}, *(sample(family, Random(seed)).model_dump() for seed in (4, 9))]
    for number, raw in enumerate(chosen):
        stuff = family.materials[0]
        full = engine.evaluate(slug, raw, stuff)
        data = full.glb + engine.draft(slug, raw, stuff).glb + engine.file(slug, raw, "3mf")
        said = json.dumps([finding.as_json() for finding in full.findings])
        found[f"{slug} {number}"] = [
            full.key, hashlib.sha256(data).hexdigest(), repr(full.parts), said
        ]
print(json.dumps(found))
"""
ELSEWHERE = {
    "an older processor's numpy": {"NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL AVX512_SPR"},
    "a C library without fused multiply and add": {
        "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA,-FMA4,-AVX2_Usable,-FMA_Usable"
    },
    "another BLAS kernel, hash seed and language": {
        "OPENBLAS_CORETYPE": "Nehalem",
        "PYTHONHASHSEED": "4",
        "LC_ALL": "C",
        "TZ": "Asia/Tokyo",
    },
}


def hashes(environment):
    done = subprocess.run(
        [sys.executable, "-c", HASHES],
        env={**os.environ, **environment},
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def here():
    return hashes({"PYTHONHASHSEED": "0"})


@pytest.mark.parametrize("where", list(ELSEWHERE))
def test_the_same_design_is_the_same_there(here, where):
    there = hashes(ELSEWHERE[where])
    assert {name for name in here if here[name] != there[name]} == set()


def test_what_differs_in_the_last_digit_is_one_mesh():
    points = np.array([[0.1, 0.2, 0.0], [1 / 3, 0, 0], [0, 1, 0], [0, 0, 2**0.5]])
    other = np.nextafter(points, 9)
    assert not np.array_equal(points, other)
    faces = np.array([[0, 2, 1], [0, 1, 3], [1, 2, 3], [0, 3, 2]], np.int32)
    assert np.array_equal(Mesh(points, faces).vertices, Mesh(other, faces).vertices)
