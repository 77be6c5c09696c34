"""A routing promise as an order line keeps it, and as a sentence shows it."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from routing.services import Promise


def promise_as_json(promise: Promise) -> dict[str, Any]:
    return {
        **asdict(promise),
        "ship_by": promise.ship_by.isoformat(),
        "earliest": promise.earliest.isoformat(),
        "latest": promise.latest.isoformat(),
    }


def promise_from_json(data: dict[str, Any]) -> Promise:
    return Promise(
        **{
            **data,
            "ship_by": dt.datetime.fromisoformat(data["ship_by"]),
            "earliest": dt.date.fromisoformat(data["earliest"]),
            "latest": dt.date.fromisoformat(data["latest"]),
        }
    )


def whole(promises: Sequence[Promise]) -> Promise:
    """When all that several workshops make of one line is there: as late as the latest of them.

    Each is late by chances of its own, so all are in time with the product of their confidences,
    or better. The maker and the distance are the first one's.
    """
    first, *others = promises
    if not others:
        return first
    return replace(
        first,
        ship_by=max(one.ship_by for one in promises),
        earliest=max(one.earliest for one in promises),
        latest=max(one.latest for one in promises),
        confidence=round(math.prod(one.confidence for one in promises), 4),
    )


def days(earliest: dt.date, latest: dt.date) -> str:
    """``Thu 26 – Sat 28 Nov``; one day stands alone; two months are both named.

    >>> days(dt.date(2026, 11, 26), dt.date(2026, 11, 28))
    'Thu 26 – Sat 28 Nov'
    >>> days(dt.date(2026, 11, 26), dt.date(2026, 11, 26))
    'Thu 26 Nov'
    >>> days(dt.date(2026, 11, 30), dt.date(2026, 12, 2))
    'Mon 30 Nov – Wed 2 Dec'
    """
    end = f"{latest:%a} {latest.day} {latest:%b}"
    if earliest >= latest:
        return end
    month = f" {earliest:%b}" if earliest.month != latest.month else ""
    return f"{earliest:%a} {earliest.day}{month} – {end}"
