"""A small program that a machine may run, to be spoilt one way at a time."""

from __future__ import annotations

HEAD = (
    "G21", "G90", "M83", "M140 S60", "M104 S215", "G28", "M190 S60", "M109 S215",
    "G1 Z0.3 F600", "G1 X5 Y4 F3000", "G92 E0", "G1 X65 E5 F900",
)  # fmt: skip
BODY = (
    "M204 P800", "M106 S128", "G1 Z0.2 F600", "G1 X50 Y50 F6000", "G1 E-0.8 F2100", "G1 E0.8 F2100",
    "G1 X80 Y50 E1 F1200", "G1 X80 Y80 E1", "G1 X50 Y80 E1", "G1 X50 Y50 E1 ; closed",
)  # fmt: skip
TAIL = ("G1 E-2 F1800", "G1 Z20 F600", "M104 S0", "M140 S0", "M107", "M84")


def program(*body: str, head: tuple[str, ...] = HEAD, tail: tuple[str, ...] = TAIL) -> bytes:
    """The lines as a file; without ``body``, the usual square."""
    return ("\n".join((*head, *(body or BODY), *tail)) + "\n").encode()


def with_line(line: str) -> bytes:
    """The usual program with one more line, after its square."""
    return program(*BODY, line)
