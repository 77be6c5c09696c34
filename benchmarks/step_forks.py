"""OpenCASCADE loaded once, and a fork of it for each file: the other end of ``upload_fuzz``.

Run as ``.venv-step/bin/python -I step_forks.py``. Each request is 8 bytes of length and a STEP
file; each reply is a line of JSON and as many bytes as its ``length`` says, what ``step_child``
would have answered under the same limits, behind OpenCASCADE's own integral over the curved faces
(a double, mm³).
"""

from __future__ import annotations

import json
import os
import signal
import struct
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from configurator.uploads import step_child
from configurator.uploads.child import bounded
from configurator.uploads.sandbox import WALL_S, heard


def inside(into: int) -> None:
    """Reads standard input under the limits of production; the answer goes into a pipe."""

    def work() -> bytes:
        shape = step_child.shape_of_input()
        return struct.pack("<d", step_child.exact_mm3(shape)) + step_child.meshed(shape)

    try:
        bounded()
        step_child.few_files()
        step_child.guarded(work, into)
    finally:
        os._exit(0)


def one(data: bytes) -> tuple[dict[str, Any], bytes]:
    """What became of one file, and the answer."""
    source = os.memfd_create("source")
    os.pwrite(source, data, 0)
    out, into = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.dup2(source, 0)
        inside(into)
    os.close(into)
    os.close(source)
    until = time.monotonic() + WALL_S
    answer = heard(out, until)
    late = time.monotonic() >= until
    if late:
        os.kill(pid, signal.SIGKILL)
    os.close(out)
    _, status, used = os.wait4(pid, 0)
    about = {
        "late": late,
        "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0,
        "peak_mb": used.ru_maxrss / 1024,
        "cpu_s": used.ru_utime + used.ru_stime,
        "length": len(answer),
    }
    return about, answer


def main() -> None:
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # OpenCASCADE talks
    requests = os.fdopen(os.dup(0), "rb")
    step_child.loaded()
    while head := requests.read(8):
        about, answer = one(requests.read(struct.unpack("<Q", head)[0]))
        out.write(json.dumps(about).encode() + b"\n" + answer)
        out.flush()


if __name__ == "__main__":
    main()
