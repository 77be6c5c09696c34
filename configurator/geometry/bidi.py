"""The order in which mixed text reads: levels and visual order of one line.

Source: Unicode Standard Annex 9, rules P2-P3, W1-W7, N0-N2, I1-I2, L1-L2. Explicit embeddings and
isolates do not occur: what a customer types is refused with characters that cannot be seen.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from itertools import groupby
from typing import TypeVar

Item = TypeVar("Item")

_RIGHT = frozenset({"R", "AL", "AN"})
_NEUTRAL = frozenset({"B", "S", "WS", "ON"})
_OPENING = dict(zip("([{（［｛「『【〔〈《⁽₍", ")]}）］｝」』】〕〉》⁾₎", strict=True))
_CLOSING = frozenset(_OPENING.values())


def levels(text: str) -> list[int]:
    """One embedding level for each character: even reads to the right, odd to the left."""
    kinds = [unicodedata.bidirectional(character) or "L" for character in text]
    if not _RIGHT.intersection(kinds):
        return [0] * len(text)
    base = next((int(kind != "L") for kind in kinds if kind in ("L", "R", "AL")), 0)
    seen = [i for i, kind in enumerate(kinds) if kind != "BN"]
    found = _resolved([kinds[i] for i in seen], [text[i] for i in seen], base)
    out = [base] * len(text)
    for place, level in zip(seen, found, strict=True):
        out[place] = level
    for i, kind in enumerate(kinds):
        if kind == "BN" and i:
            out[i] = out[i - 1]
    for i in range(len(text) - 1, -1, -1):  # L1
        if kinds[i] not in ("WS", "BN"):
            break
        out[i] = base
    return out


def visual(items: Sequence[Item], item_levels: Sequence[int]) -> list[Item]:
    """The items from left to right (rule L2)."""
    order = list(range(len(items)))
    for level in range(max(item_levels, default=0), 0, -1):
        high = [item_levels[i] >= level for i in order]
        start = 0
        for turned, group in groupby(high):
            end = start + len(list(group))
            if turned:
                order[start:end] = reversed(order[start:end])
            start = end
    return [items[i] for i in order]


def _resolved(kinds: list[str], characters: list[str], base: int) -> list[int]:
    outer = "R" if base else "L"
    kinds = _weak(kinds, outer)
    _brackets(kinds, characters, outer)
    _neutrals(kinds, outer)
    rise = {"L": 1, "R": 0, "AN": 1, "EN": 1} if base else {"L": 0, "R": 1, "AN": 2, "EN": 2}
    return [base + rise[kind] for kind in kinds]


def _weak(kinds: list[str], outer: str) -> list[str]:
    """Rules W1 to W7: marks, numbers and what stands between numbers."""
    kinds = list(kinds)
    before, strong = outer, outer
    for i, kind in enumerate(kinds):  # W1, W2
        kinds[i] = kind = before if kind == "NSM" else kind
        before = kind
        if kind in ("L", "R", "AL"):
            strong = kind
        elif kind == "EN" and strong == "AL":
            kinds[i] = before = "AN"
    kinds = ["R" if kind == "AL" else kind for kind in kinds]  # W3
    for i in range(1, len(kinds) - 1):  # W4
        left, right = kinds[i - 1], kinds[i + 1]
        if left == right and (
            (kinds[i] == "ES" and left == "EN") or (kinds[i] == "CS" and left in ("EN", "AN"))
        ):
            kinds[i] = left
    start = 0
    for kind, group in groupby(list(kinds)):  # W5
        end = start + len(list(group))
        if kind == "ET" and "EN" in (*kinds[start - 1 : start], *kinds[end : end + 1]):
            kinds[start:end] = ["EN"] * (end - start)
        start = end
    strong = outer
    for i, kind in enumerate(kinds):  # W6, W7
        if kind in ("ES", "ET", "CS"):
            kinds[i] = "ON"
        elif kind in ("L", "R"):
            strong = kind
        elif kind == "EN" and strong == "L":
            kinds[i] = "L"
    return kinds


def _side(kind: str) -> str:
    """The direction that a resolved class has for the neutrals about it; "" for a neutral."""
    return "L" if kind == "L" else "" if kind in _NEUTRAL else "R"


def _pairs(kinds: list[str], characters: list[str]) -> list[tuple[int, int]]:
    stack: list[tuple[str, int]] = []
    found = []
    for i, character in enumerate(characters):
        if kinds[i] != "ON":
            continue
        if character in _OPENING:
            stack.append((_OPENING[character], i))
        elif character in _CLOSING:
            match = next((k for k in range(len(stack) - 1, -1, -1) if stack[k][0] == character), -1)
            if match >= 0:
                found.append((stack[match][1], i))
                del stack[match:]
    return sorted(found)


def _brackets(kinds: list[str], characters: list[str], outer: str) -> None:
    """Rule N0: both brackets of a pair go the same way."""
    for start, end in _pairs(kinds, characters):
        inside = {_side(kind) for kind in kinds[start + 1 : end]} - {""}
        if not inside:
            continue
        way = outer
        if outer not in inside:
            ahead = (_side(kind) for kind in reversed(kinds[:start]))
            way = next((side for side in ahead if side), outer)
        kinds[start] = kinds[end] = way


def _neutrals(kinds: list[str], outer: str) -> None:
    """Rules N1 and N2: neutrals go with both neighbours where these agree, else with the line."""
    start = 0
    for neutral, group in groupby(list(kinds), lambda kind: kind in _NEUTRAL):
        end = start + len(list(group))
        if neutral:
            left = _side(kinds[start - 1]) if start else outer
            right = _side(kinds[end]) if end < len(kinds) else outer
            kinds[start:end] = [left if left == right else outer] * (end - start)
        start = end
