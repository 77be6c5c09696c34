"""The bytes of programs, each under its own sha256.

The folder is part of the hub's memory: the worker writes there what the web server hands to
nodes, so on several hosts it must be one and the same (docs/operations.md). A row of the
database is no proof that its file is there: whoever uses a file looks at the file.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.conf import settings

from core.errors import NotFound, Wait
from core.files import write_whole
from manufacturing.models import Program


class ProgramLost(NotFound):
    """A program is not there, or not as it was written; the sentence says which."""


class ProgramNotNow(Wait):
    """Whether a program is there cannot be said just now: its disk or its folder has a fault."""

    def __init__(self, sha256: str, error: OSError) -> None:
        what = error.strerror or type(error).__name__
        super().__init__(
            f"The folder of programs cannot be read just now ({what}). Nothing is lost; it is "
            "tried again. See that PROGRAM_DIR can be read by the web server and the workers.",
            30,
            detail=sha256,
        )


def path_of(sha256: str) -> Path:
    return Path(settings.PROGRAM_DIR) / sha256[:2] / f"{sha256}.gcode"


def write_program(sha256: str, gcode: bytes) -> Path:
    """Store the bytes under their hash, on the disk before this returns; whole or not at all.

    A file of that name with other bytes in it (cut short, changed) is replaced.
    """
    if hashlib.sha256(gcode).hexdigest() != sha256:
        raise ValueError(f"these bytes are not {sha256}")
    path = path_of(sha256)
    if _holds(path, sha256):
        return path
    write_whole(path, gcode, durable=True)
    return path


def read_program(program: Program) -> bytes:
    """The bytes that were proven, and no others.

    Raises:
        ProgramLost: the file is missing, cut short or changed.
        ProgramNotNow: the disk or the folder has a fault; the program is not lost for that.
    """
    try:
        gcode = path_of(program.sha256).read_bytes()
    except FileNotFoundError as error:
        raise ProgramLost("its file is not there", detail=program.sha256) from error
    except OSError as error:
        raise ProgramNotNow(program.sha256, error) from error
    if len(gcode) != program.size_bytes:
        sizes = f"its file has {len(gcode)} bytes instead of {program.size_bytes}"
        raise ProgramLost(sizes, detail=program.sha256)
    if hashlib.sha256(gcode).hexdigest() != program.sha256:
        raise ProgramLost("its file was changed", detail=program.sha256)
    return gcode


def fault_of(program: Program) -> str:
    """What is wrong with the file, or "" when it holds the very bytes that were proven.

    Raises:
        ProgramNotNow: it cannot be read just now.
    """
    try:
        read_program(program)
    except ProgramLost as fault:
        return fault.sentence
    return ""


def is_there(program: Program) -> bool:
    """Whether a file of the right size is there: a quick look before a job is given out.

    Raises:
        ProgramNotNow: it cannot be looked at just now.
    """
    try:
        return path_of(program.sha256).stat().st_size == program.size_bytes
    except FileNotFoundError:
        return False
    except OSError as error:
        raise ProgramNotNow(program.sha256, error) from error


def _holds(path: Path, sha256: str) -> bool:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest() == sha256
    except FileNotFoundError:
        return False
