"""The order of mixed text, against another implementation of the same standard."""

from random import Random

import pytest
from bidi import get_display

from configurator.geometry.bidi import levels, visual

ALPHABET = "abcאבגדبسنم12٣٤ ,.!-+%()[]:/&€ـ中"


def shown(text):
    found = levels(text)
    return "".join(visual(text, found))


def test_random_lines_read_as_python_bidi_has_them():
    rng = Random(9)
    for _ in range(20_000):
        text = "".join(rng.choice(ALPHABET) for _ in range(rng.randint(1, 14))).strip()
        assert shown(text) == get_display(text), text


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Mia", "Mia"),
        ("אבג", "גבא"),
        ("Mia אבג 12", "Mia 12 גבא"),
        ("אבג Mia", "Mia גבא"),
        ("אבג (12)", ")12( גבא"),
    ],
)
def test_worked_lines(text, wanted):
    assert shown(text) == wanted


def test_latin_stays_on_level_nought():
    assert levels("Mia & 12") == [0] * 8
