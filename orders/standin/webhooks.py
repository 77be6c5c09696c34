"""Signed deliveries with retries: at least once, in no promised order."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field

from orders.standin.store import Body, Store, new_id

log = logging.getLogger("standin.webhooks")
MOST_ATTEMPTS = 20


def signature(payload: str, secret: str, at: int) -> str:
    """Stripe's scheme: HMAC-SHA256 of ``time.payload`` under the endpoint's secret."""
    mac = hmac.new(secret.encode(), f"{at}.{payload}".encode(), hashlib.sha256)
    return f"t={at},v1={mac.hexdigest()}"


@dataclass
class Postman:
    """A thread that brings what is due to one endpoint."""

    store: Store
    url: str
    secret: str
    stopping: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        while not self.stopping.is_set():
            for delivery in self.store.due_deliveries():
                self._bring(*delivery)
            self.stopping.wait(0.05)

    def _bring(self, delivery_id: int, event_id: str, attempts: int, twist: str) -> None:
        event = self.store.get("event", event_id)
        if event is None or attempts >= MOST_ATTEMPTS:
            self.store.delivered(delivery_id)
            return
        taken = self._post(*self._envelope(event, twist))
        if taken or twist == "forged":
            self.store.delivered(delivery_id)
        else:
            # A stale signature is refused; the next attempt carries a fresh one.
            self.store.try_again(delivery_id, attempts + 1, min(30.0, 0.25 * 2**attempts))

    def _envelope(self, event: Body, twist: str) -> tuple[str, str]:
        now = int(time.time())
        if twist == "forged":
            payload = json.dumps(event | {"id": new_id("evt")})
            return payload, signature(payload, "whsec_of_somebody_else", now)
        payload = json.dumps(event)
        return payload, signature(payload, self.secret, now - 3600 if twist == "stale" else now)

    def _post(self, payload: str, header: str) -> bool:
        request = urllib.request.Request(  # noqa: S310  (the operator names the address)
            self.url,
            payload.encode(),
            {"Content-Type": "application/json", "Stripe-Signature": header},
        )
        try:
            with urllib.request.urlopen(request, timeout=10) as reply:  # noqa: S310  (as above)
                return bool(200 <= reply.status < 300)
        except (urllib.error.URLError, OSError) as error:
            log.info("the shop did not take %s: %s", header[:14], error)
            return False
