"""The words of a program's straight moves as one table, read by numpy in a few passes.

A program has some hundred thousand lines and nearly all of them look the same; read one by one
they would keep a machine waiting for a fifth of the slicer's own time. What does not look like
that is taken line by line, to the same numbers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

AXES = b"XYZEF"
_MOVE = (b"G1 ", b"G0 ")
_WORD = re.compile(rb"([A-Z])\s*([-+]?(?:\d+\.?\d*|\.\d+)|(?=\s|$))")

# A word is a letter and a number with no space between and digits behind every point: then each
# number begins behind a letter and the two can be counted off against each other.
_OTHER, _DIGIT, _POINT, _SIGN, _LETTER, _SPACE, _BREAK = range(7)
_FOLLOWERS = {
    _SPACE: (_SPACE, _LETTER, _BREAK),
    _BREAK: (_SPACE, _LETTER, _BREAK),
    _LETTER: (_DIGIT, _POINT, _SIGN),
    _SIGN: (_DIGIT, _POINT),
    _POINT: (_DIGIT,),
    _DIGIT: (_DIGIT, _POINT, _SPACE, _BREAK),
}
_PLAIN = re.compile(rb"[ \t\r]*(?:[XYZEF][-+]?(?:\d+(?:\.\d+)?|\.\d+)(?:[ \t\r]+|\Z))*\Z")


def _kinds() -> NDArray[np.uint8]:
    """(256,) the kind of each byte."""
    kind = np.full(256, _OTHER, np.uint8)
    for value, letters in (
        (_DIGIT, b"0123456789"),
        (_POINT, b"."),
        (_SIGN, b"+-"),
        (_LETTER, AXES),
        (_SPACE, b" \t\r"),
        (_BREAK, b"\n"),
    ):
        kind[list(letters)] = value
    return kind


def _allowed() -> NDArray[np.bool_]:
    """(64,) which kind (times 8) may be followed by which."""
    allowed = np.zeros(64, np.bool_)
    for before, after in _FOLLOWERS.items():
        allowed[[before * 8 + kind for kind in after]] = True
    return allowed


_KIND, _ALLOWED = _kinds(), _allowed()
_COLUMN = np.full(256, 255, np.uint8)
_COLUMN[list(AXES)] = range(len(AXES))
_NO_LETTERS = bytes.maketrans(AXES, b" " * len(AXES))


@dataclass(frozen=True)
class Words:
    """A program, taken apart.

    Attributes:
        line: (n,) int, the line of each straight move, from 1, rising.
        values: (n, 5) float, its X, Y, Z, E, F as written; not-a-number where a word is missing.
        others: every other command in order: its line, its name (``M204``), its words; a word
            without a number counts as 0.
        lines: how many lines the program has.
    """

    line: NDArray[np.int64]
    values: NDArray[np.float64]
    others: list[tuple[int, bytes, dict[bytes, float]]]
    lines: int


def read_words(gcode: bytes) -> Words:
    """Take a program apart: ``;`` comments, ``G0`` and ``G1``, and the rest."""
    lines = gcode.split(b"\n")
    numbers, moves, odd = [], [], []
    others: list[tuple[int, bytes, dict[bytes, float]]] = []
    for number, line in enumerate(lines, 1):
        if line.startswith(_MOVE):
            numbers.append(number)
            moves.append(line[3:])
        elif line and not line.startswith(b";"):
            command, words = _slowly(line)
            if command in (b"G0", b"G1"):
                odd.append((number, words))
            elif command[:1] in (b"G", b"M", b"T", b"$"):
                others.append((number, command, words))
    values = _read_plain(b"\n".join(moves), len(moves))
    if values is None:
        values = _read_mixed(moves)
    line_numbers = np.array(numbers, np.int64)
    if odd:
        line_numbers = np.concatenate((line_numbers, [number for number, _ in odd]))
        values = np.vstack((values, [_row(words) for _, words in odd]))
        order = np.argsort(line_numbers)
        line_numbers, values = line_numbers[order], values[order]
    return Words(line_numbers, values, others, len(lines))


def _slowly(line: bytes) -> tuple[bytes, dict[bytes, float]]:
    """One command with its words, however it is written; nothing for a line without one."""
    if line.strip() == b"$H":  # GRBL's word for homing
        return b"$H", {}
    pairs = _WORD.findall(line.partition(b";")[0])
    if not pairs:
        return b"", {}
    (letter, value), *rest = pairs
    return letter + value, {key: float(number or 0) for key, number in rest}


def _row(words: dict[bytes, float]) -> list[float]:
    return [words.get(bytes([axis]), np.nan) for axis in AXES]


def _read_mixed(moves: list[bytes]) -> NDArray[np.float64]:
    """Like ``_read_plain`` where some lines are written in another way."""
    plain = np.array([bool(_PLAIN.match(text)) for text in moves])
    values = np.empty((len(moves), len(AXES)))
    kept = [text for text, good in zip(moves, plain, strict=True) if good]
    read = _read_plain(b"\n".join(kept), len(kept))
    assert read is not None, "the pattern and the table of followers say the same"
    values[plain] = read
    for i in np.flatnonzero(~plain):
        values[i] = _row(_slowly(b"G1 " + moves[i])[1])
    return values


def _read_plain(text: bytes, rows: int) -> NDArray[np.float64] | None:
    """(rows, 5) the words of moves without their commands; None where any is not plain."""
    values = np.full((rows, len(AXES)), np.nan)
    if not rows:
        return values
    data = np.frombuffer(text, np.uint8)
    kind = _KIND[np.frombuffer(b"\n" + text + b"\n", np.uint8)]
    if not _ALLOWED[kind[:-1] * 8 + kind[1:]].all():
        return None
    at = np.flatnonzero(kind[1:-1] == _LETTER)
    try:
        numbers = np.fromstring(text.translate(_NO_LETTERS), np.float64, sep=" ")
    except ValueError:  # a number with two points
        return None
    if len(numbers) != len(at):
        return None
    breaks = np.append(np.flatnonzero(data == ord("\n")), len(data))
    per_row = np.diff(np.searchsorted(at, breaks), prepend=0)
    values[np.repeat(np.arange(rows), per_row), _COLUMN[data[at]]] = numbers
    return values
