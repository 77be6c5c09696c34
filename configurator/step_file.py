"""STEP files of our own designs, written by OpenCASCADE in a process of its own."""

from __future__ import annotations

import json
import math
import os
import re
import subprocess
import tempfile
import threading
from pathlib import Path

from configurator.uploads.sandbox import ENVIRONMENT, STEP_PYTHON
from core.errors import OutsideFailed, Wait

WALL_S = 30.0
CLOSE = 2e-3
"""How far the solid's volume may be from the mesh's: arcs are rounder than their chords."""
_CHILD = Path(__file__).with_name("step_child.py")
_one_at_a_time = threading.BoundedSemaphore(1)
_NAME = re.compile(rb"FILE_NAME\(.*?\);", re.DOTALL)
_OURS = b"FILE_NAME('design','1980-01-01T00:00:00',(''),('Nearmade'),'','Nearmade','');"
"""Without a clock: the same design is the same file."""
_FAILED = "The STEP file could not be written. Take the 3MF, or try again in a minute."


def written(description: bytes) -> bytes:
    """The STEP file of what ``geometry.brep.described`` says; the same for the same, always.

    Raises:
        OutsideFailed: OpenCASCADE is not installed here, failed, or made another volume.
        Wait: somebody else's is being written.
    """
    if not STEP_PYTHON.exists():
        raise OutsideFailed("STEP files cannot be written here at the moment. Take the 3MF.")
    if not _one_at_a_time.acquire(timeout=10):
        raise Wait("Another STEP file is being written just now. Please try again.", 5)
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "part.step"
            volumes = _run(description, path)
            data = path.read_bytes() if volumes else b""
    finally:
        _one_at_a_time.release()
    wanted = [part["volume_mm3"] for part in json.loads(description)["parts"]]
    if len(volumes) != len(wanted) or not all(
        math.isclose(made, volume, rel_tol=CLOSE)
        for made, volume in zip(volumes, wanted, strict=True)
    ):
        raise OutsideFailed(_FAILED, detail=f"volumes {volumes}, wanted {wanted}")
    return _NAME.sub(_OURS, data, count=1)


def _run(description: bytes, path: Path) -> list[float]:
    """The volumes of the parts that were written, mm³; none where it failed."""
    command = [str(STEP_PYTHON), "-I", str(_CHILD), str(path)]
    environment = {**ENVIRONMENT, "HOME": os.fspath(path.parent)}
    try:
        ran = subprocess.run(
            command, input=description, capture_output=True, timeout=WALL_S, check=False,
            cwd=path.parent, env=environment,
        )  # fmt: skip
        return [float(volume) for volume in json.loads(ran.stdout)["volumes_mm3"]]
    except (subprocess.TimeoutExpired, ValueError, KeyError) as error:
        raise OutsideFailed(_FAILED, detail=repr(error)[:300]) from error
