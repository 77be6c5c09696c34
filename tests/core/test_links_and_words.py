"""Sealed links, money and quantities."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import NotFound
from core.money import cents, euros
from core.signing import hub_private_key, hub_public_key, seal, unseal
from core.units import distance_km, duration, size, sizes, time_left


def test_a_sealed_link_opens_for_its_purpose_only() -> None:
    token = seal({"order": 7}, purpose="track")
    assert unseal(token, purpose="track") == {"order": 7}
    with pytest.raises(NotFound):
        unseal(token, purpose="quote")


@given(st.integers(0, 40), st.characters(categories=["L", "N"]))
def test_a_changed_link_does_not_open(place: int, letter: str) -> None:
    token = seal({"order": 7}, purpose="track")
    place = place % len(token)
    if token[place] != letter:
        with pytest.raises(NotFound):
            unseal(token[:place] + letter + token[place + 1 :], purpose="track")


def test_the_hub_key_is_made_once_and_only_we_may_read_it(settings: Any, tmp_path: Path) -> None:
    settings.HUB_KEY_FILE = str(tmp_path / "keys" / "hub")
    first = hub_private_key()
    assert hub_private_key() == first
    assert len(first) == len(hub_public_key()) == 32
    assert stat.S_IMODE(Path(settings.HUB_KEY_FILE).stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("amount", "text"),
    [(0, "€0.00"), (2340, "€23.40"), (1234567, "€12,345.67"), (-50, "−€0.50")],
)
def test_money_reads_as_people_write_it(amount: int, text: str) -> None:
    assert euros(amount) == text


def test_half_a_cent_is_rounded_up() -> None:
    assert [cents(x) for x in (0.5, 1.5, 2.4, -0.5)] == [1, 2, 2, -1]


def test_quantities_in_words() -> None:
    assert [duration(s) for s in (10, 180, 4320)] == ["less than a minute", "3 min", "1 h 12"]
    assert time_left(10) == "less than a minute left"
    assert time_left(180) == "about 3 min left"
    assert size((70, 30, 3.04)) == "70 × 30 × 3 mm"
    assert sizes([(70, 30, 3.04)]) == "70 × 30 × 3 mm"
    assert sizes([(80, 52, 29), (84, 56, 3)]) == "80 × 52 × 29 mm and 84 × 56 × 3 mm"
    assert sizes([(1, 1, 1), (5, 4, 3), *3 * [(2, 1, 1)]]) == "5 × 4 × 3 mm and 4 more"
    # Lyon to Berlin, 974 km by the great circle.
    assert distance_km((45.764, 4.8357), (52.52, 13.405)) == pytest.approx(974, abs=5)
