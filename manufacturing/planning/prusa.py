"""Runs PrusaSlicer as a guest: no shell, limited time and memory, nothing of ours to read."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

from manufacturing.planning.failures import SliceFailed

MEMORY_BYTES = 4 * 1024**3
"""Address space of one slicer; the largest part measured used 154 MB of real memory."""
_STRANGE = frozenset({"post_process", "output_filename_format"})
"""Settings that make the slicer run programs or choose names: never from a profile."""


@dataclass(frozen=True)
class Ran:
    """How the slicer ended, and what it said."""

    code: int
    said: str


def find_slicer() -> str:
    """The path of PrusaSlicer.

    Raises:
        SliceFailed: ``not_installed``.
    """
    path = shutil.which("prusa-slicer")
    if path is None:
        raise SliceFailed(
            "not_installed",
            "We cannot prepare this for a printer right now. We will try again.",
            "prusa-slicer is not installed",
        )
    return path


def write_settings(path: Path, settings: dict[str, str]) -> None:
    """Write a flat .ini; a line break in a value would start another setting."""
    for key, value in settings.items():
        if key in _STRANGE or not key.replace("_", "").isalnum() or "\n" in value or "\r" in value:
            raise SliceFailed(
                "crashed", "This machine's settings cannot be used.", f"slicer setting {key!r}"
            )
    path.write_text("".join(f"{k} = {v}\n" for k, v in sorted(settings.items())), "utf-8")


def run_slicer(arguments: list[str], folder: Path, timeout_s: float) -> Ran:
    """Run in ``folder``; the whole process group dies when the time is over.

    Raises:
        SliceFailed: ``not_installed`` or ``timeout``.
    """
    process = subprocess.Popen(
        [find_slicer(), *arguments],
        cwd=folder,
        env={"HOME": str(folder), "LC_ALL": "C", "PATH": "/usr/bin:/bin"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    _limit(process.pid, timeout_s)
    try:
        said, _ = process.communicate(timeout=timeout_s)
    except subprocess.TimeoutExpired as error:
        raise SliceFailed(
            "timeout",
            "This design takes too long to prepare for a printer.",
            f"no end after {timeout_s:g} s",
        ) from error
    finally:
        _kill_group(process)
    return Ran(process.returncode, said.decode("utf-8", "replace")[-2000:])


def _limit(pid: int, timeout_s: float) -> None:
    """Cap memory, processor time and core dumps of a process that has just begun."""
    processor_s = int(timeout_s * (os.cpu_count() or 1)) + 1
    try:
        resource.prlimit(pid, resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        resource.prlimit(pid, resource.RLIMIT_CPU, (processor_s, processor_s + 5))
        resource.prlimit(pid, resource.RLIMIT_CORE, (0, 0))
    except ProcessLookupError:
        return  # it has already ended; communicate() will say how


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill what may be left of the group; the slicer is its leader."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return
    finally:
        process.wait()
