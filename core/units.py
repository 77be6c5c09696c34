"""How quantities read to a person."""

from __future__ import annotations

import math
from collections.abc import Sequence


def parts_in_words(names: Sequence[str], most: int = 4) -> str:
    """The names of a design's parts as a person says them; many are counted.

    >>> parts_in_words(["panel", "foot-left", "foot-right"])
    'panel, foot left and foot right'
    >>> parts_in_words(["a", "b", "c", "d", "e"])
    '5 parts'
    >>> parts_in_words(["lid"]), parts_in_words([])
    ('lid', '')
    """
    if len(names) > most:
        return f"{len(names)} parts"
    said = [name.replace("-", " ") for name in names]
    return " and ".join(said[-2:]) if len(said) < 3 else f"{', '.join(said[:-1])} and {said[-1]}"


NO_TIME = "less than a minute"


def duration(seconds: float) -> str:
    """``0 → less than a minute``, ``4320 → 1 h 12``, ``180 → 3 min``."""
    minutes = round(seconds / 60)
    if minutes < 1:
        return NO_TIME
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60:02d}"


def whole_grams(grams: float) -> int:
    """Grams as they are held, shown and told to programs: a started one counts.

    What floating point adds below a milligram starts none.

    >>> whole_grams(14.2), whole_grams(14.0), whole_grams(0.3), whole_grams(3 * 4.1 + 1.7)
    (15, 14, 1, 14)
    """
    return math.ceil(round(grams, 3))


def weight(grams: float) -> str:
    """``14.2 → 15 g``, ``1159.4 → 1.16 kg``."""
    whole = whole_grams(grams)
    return f"{whole / 1000:.2f} kg" if whole >= 1000 else f"{whole} g"


def time_left(seconds: float) -> str:
    """What a machine still needs, in a sentence's words: nobody is "about less than a minute".

    >>> time_left(10), time_left(180)
    ('less than a minute left', 'about 3 min left')
    """
    said = duration(seconds)
    return f"{said} left" if said == NO_TIME else f"about {said} left"


def size(size_mm: Sequence[float], decimals: int = 1) -> str:
    """``(70, 30, 3.04) → 70 × 30 × 3 mm``; what was measured keeps two decimals."""
    return " × ".join(f"{round(value, decimals):g}" for value in size_mm) + " mm"


def sizes(boxes_mm: Sequence[Sequence[float]], most: int = 3) -> str:
    """Each part's own size; of many the largest, and how many more there are.

    >>> sizes([(80, 52, 29), (84, 56, 3)])
    '80 × 52 × 29 mm and 84 × 56 × 3 mm'
    >>> sizes([(9, 9, 9), (50, 40, 30), (9, 9, 9), (9, 9, 9), (9, 9, 9)])
    '50 × 40 × 30 mm and 4 more'
    """
    if len(boxes_mm) > most:
        largest = max(boxes_mm, key=math.prod)
        return f"{size(largest)} and {len(boxes_mm) - 1} more"
    *before, last = map(size, boxes_mm)
    return f"{', '.join(before)} and {last}" if before else last


def distance_km(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Great-circle distance between two (latitude, longitude) pairs in degrees.

    Source: haversine formula with the mean Earth radius 6371.0088 km (IUGG).
    """
    lat1, lon1, lat2, lon2 = map(math.radians, (*a, *b))
    h = (
        math.sin((lat2 - lat1) / 2) ** 2
        + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    )
    return 2 * 6371.0088 * math.asin(min(1.0, math.sqrt(h)))
