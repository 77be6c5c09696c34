"""Events, and the faults of their way to the shop."""

from __future__ import annotations

import time

from orders.standin.store import Body, Store, new_id

LATE_S = 5.0
REORDER_S = 1.5


def emit(store: Store, kind: str, about: Body) -> Body:
    """Write an event down and plan its deliveries, as the switched-on faults have it."""
    event = {
        "id": new_id("evt"),
        "object": "event",
        "type": kind,
        "created": int(time.time()),
        "api_version": "2026-10-28.endive",
        "livemode": False,
        "pending_webhooks": 1,
        "request": {"id": None, "idempotency_key": None},
        "data": {"object": about},
    }
    store.put(event)
    _plan(store, str(event["id"]))
    return event


def _plan(store: Store, event_id: str) -> None:
    if store.strikes("forged"):
        store.deliver_later(event_id, twist="forged")
    if store.strikes("drop"):
        return
    delay_s = LATE_S if store.strikes("late") else 0.0
    delay_s += REORDER_S if store.strikes("reorder") else 0.0
    store.deliver_later(event_id, delay_s, "stale" if store.strikes("stale") else "")
    if store.strikes("duplicate"):
        store.deliver_later(event_id, delay_s)
        store.deliver_later(event_id, delay_s + REORDER_S)
