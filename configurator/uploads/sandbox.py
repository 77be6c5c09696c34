"""The outside of the reader's process: starts it, bounds it, and believes nothing it says."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import IO

from configurator import blobs
from core.errors import BadInput, Wait

WALL_S = 20.0
AT_ONCE = 2
"""Readers that may run beside one web process; each may take two GiB for a while."""

_CHILD = Path(__file__).with_name("child.py")
_STEP_CHILD = Path(__file__).with_name("step_child.py")
STEP_PYTHON = Path(__file__).parents[2] / ".venv-step" / "bin" / "python"
"""Where ``scripts/step.sh`` puts OpenCASCADE."""
NO_STEP = "STEP files cannot be read here at the moment. Export the part as STL or 3MF."
ENVIRONMENT = {
    "PYTHONDONTWRITEBYTECODE": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "LC_ALL": "C.UTF-8",
    "PATH": "/usr/bin:/bin",
}
_free = threading.BoundedSemaphore(AT_ONCE)

_TOO_MUCH = (
    "Reading this file took more time or memory than one file may have. Save it simpler or smaller."
)


def read(kind: blobs.Kind, source: IO[bytes]) -> tuple[bytes, blobs.Blob]:
    """A stranger's file as a blob, read in a process of its own; ``source`` is a real file.

    Raises:
        BadInput: what is wrong with the file, and what to do.
        Wait: as many files as may be are being read just now.
    """
    if not _free.acquire(timeout=5):
        raise Wait("Other people's files are being read just now. Please try again.", 5)
    try:
        said = _step(source) if kind == "solid" and _is_step(source) else _answer(kind, source)
    finally:
        _free.release()
    if said.startswith(b"{"):
        raise BadInput(_sentence(said), detail=f"upload {kind}")
    try:
        blob = blobs.unpacked(said)
    except blobs.Broken as error:
        raise BadInput(_TOO_MUCH, detail=f"upload {kind}: {error}") from error
    if blob.kind != kind:
        raise BadInput(_TOO_MUCH, detail=f"asked for {kind}, read {blob.kind}")
    return said, blob


def _is_step(source: IO[bytes]) -> bool:
    source.flush()
    return b"ISO-10303-21" in os.pread(source.fileno(), 1024, 0)


def _step(source: IO[bytes]) -> bytes:
    """A STEP file in two steps: OpenCASCADE's process makes triangles, the usual one reads them."""
    if not STEP_PYTHON.exists():
        return json.dumps({"error": NO_STEP}).encode()
    meshed = _answer("step", source, STEP_PYTHON, _STEP_CHILD)
    if meshed.startswith(b"{") or not meshed:
        return meshed
    with tempfile.TemporaryFile() as file:
        file.write(meshed)
        return _answer("step", file)


def _answer(
    kind: str, source: IO[bytes], python: Path = Path(sys.executable), script: Path = _CHILD
) -> bytes:
    """What the process wrote until it ended, ran out of time, or said too much."""
    # The process inherits the file's own position, which Python's buffer may be ahead of.
    source.flush()
    os.lseek(source.fileno(), 0, os.SEEK_SET)
    process = subprocess.Popen(
        [str(python), "-I", str(script), kind],
        stdin=source,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env=ENVIRONMENT,
        start_new_session=True,
    )
    assert process.stdout is not None
    try:
        return heard(process.stdout.fileno(), time.monotonic() + WALL_S)
    finally:
        os.killpg(process.pid, signal.SIGKILL)  # it is the leader of its session
        process.wait()
        process.stdout.close()


def heard(pipe: int, until: float) -> bytes:
    """What comes out of a pipe until it closes; nothing past the time or the size allowed."""
    pieces: list[bytes] = []
    size = 0
    while size <= blobs.MOST_BYTES:
        ready, _, _ = select.select([pipe], [], [], max(0.0, until - time.monotonic()))
        if not ready:
            return b""
        piece = os.read(pipe, 1 << 20)
        if not piece:
            return b"".join(pieces)
        pieces.append(piece)
        size += len(piece)
    return b""


def _sentence(said: bytes) -> str:
    try:
        sentence = str(json.loads(said)["error"])[:400]
    except (ValueError, KeyError, TypeError):
        return _TOO_MUCH
    return _TOO_MUCH if sentence == "memory" else sentence
