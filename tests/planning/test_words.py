"""The quick reading of a program against the same program written in other ways."""

from __future__ import annotations

import random

import numpy as np
import pytest

from manufacturing.planning.gcode import read_program
from manufacturing.planning.words import read_words
from tests.edge.gcode import HEAD, TAIL, program

SEED = 7


def written(words: dict[str, str], style: int) -> str:
    """One move as a slicer writes it (0), or in one of the other ways a machine would read."""
    pairs = [f"{letter}{number}" for letter, number in words.items()]
    return (
        "G1 " + " ".join(pairs),
        "G1" + "".join(pairs),
        "G1  " + "   ".join(pairs) + " ; a note with X5 and ;",
        "G1 " + "\t".join(pairs) + "\r",
        " G1 " + " ".join(f"{pair[0]} {pair[1:]}" for pair in pairs),
    )[style]


def some_moves(chance: random.Random, count: int) -> list[dict[str, str]]:
    def number(low: float, high: float) -> str:
        text = f"{chance.uniform(low, high):.{chance.randrange(6)}f}"
        return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text

    moves = []
    for _ in range(count):
        words = {letter: number(0, 200) for letter in "XY" if chance.random() < 0.8}
        if chance.random() < 0.1:
            words["Z"] = number(0.2, 50)
        if chance.random() < 0.6:
            words["E"] = number(-0.5, 2)
        if chance.random() < 0.2:
            words["F"] = number(600, 6000)
        moves.append(words or {"E": "1"})
    return moves


@pytest.mark.parametrize("between", ["", "G91", "M82", "G92 E0", "G92 X3 E1", "G28 X", "M204 P700"])
def test_it_says_the_same_however_it_is_written(between: str) -> None:
    chance = random.Random(SEED)
    moves = some_moves(chance, 300)
    orders = [[between] if between and i % 50 == 25 else [] for i in range(len(moves))]

    def whole(styles: list[int]) -> bytes:
        lines = []
        for move, order, style in zip(moves, orders, styles, strict=True):
            lines += [written(move, style), *order]
        return program(*lines, head=HEAD, tail=TAIL)

    plain = read_program(whole([0] * 300))
    mixed = read_program(whole([chance.randrange(5) for _ in moves]))
    assert len(plain.moves.line) == len(mixed.moves.line) > 300
    for name in ("start", "end", "extruded_mm", "feed_mm_s", "accel_mm_s2", "line", "hot_c"):
        np.testing.assert_array_equal(getattr(plain.moves, name), getattr(mixed.moves, name))
    assert plain == mixed


def test_modes_and_set_positions_are_followed() -> None:
    text = b"""G28
G90
M83
G1 X10 Y20 Z1 F600
G91
G1 X5 E1
G1 X-2 Y1
G90
G1 Y7
G92 X100 E3
G1 X101
M82
G1 X102 E5
G1 X103 E6.5
G92 E0
G1 X104 E1
"""
    moves = read_program(text).moves
    np.testing.assert_allclose(
        moves.end,
        [[10, 20, 1], [15, 20, 1], [13, 21, 1], [13, 7, 1], [101, 7, 1], [102, 7, 1], [103, 7, 1],
         [104, 7, 1]],
    )  # fmt: skip
    np.testing.assert_allclose(moves.start[4], [100, 7, 1])
    # before M82 it had pushed 1 mm and was then told that this is 3
    np.testing.assert_allclose(moves.extruded_mm, [0, 1, 0, 0, 0, 2, 1.5, 1])
    assert moves.line.tolist() == [4, 6, 7, 9, 11, 13, 14, 16]


ODD = {
    "two points": (b"G1 X1.2.3 Y4", [1.2, 4.0]),
    "no number": (b"G1 X Y4", [0.0, 4.0]),
    "minus alone": (b"G1 X- Y4", [np.nan, 4.0]),
    "point behind": (b"G1 X5. Y4", [5.0, 4.0]),
    "twice": (b"G1 X1 X2 Y4", [2.0, 4.0]),
    "a stranger's letter": (b"G1 X1 Q7 Y4", [1.0, 4.0]),
}


@pytest.mark.parametrize(("line", "expected"), ODD.values(), ids=ODD.keys())
def test_an_odd_line_spoils_nothing_around_it(line: bytes, expected: list[float]) -> None:
    words = read_words(b"G1 X9 Y8 E.5\n" + line + b"\nG1 X7 Y6 F1200")
    np.testing.assert_array_equal(words.values[0], [9, 8, np.nan, 0.5, np.nan])
    np.testing.assert_array_equal(words.values[1, :2], expected)
    np.testing.assert_array_equal(words.values[2], [7, 6, np.nan, np.nan, 1200])


def test_a_program_without_moves_is_read() -> None:
    words = read_words(b"; nothing\nM107\n")
    assert words.values.shape == (0, 5)
    assert words.others == [(2, b"M107", {})]
    assert words.lines == 3
