"""The calls of Stripe's API that the shop makes, with Stripe's rules."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from orders.standin.errors import ApiError, missing
from orders.standin.events import emit
from orders.standin.store import Body, Store, new_id

SHORTEST_S, LONGEST_S = 30 * 60, 24 * 3600
LEAST_CENTS = 50  # Stripe's least charge in euros


@dataclass
class Api:
    """One account. Every method runs inside the store's transaction of its request."""

    store: Store
    public_url: str

    # --- Checkout Sessions ----------------------------------------------------------------------
    def create_session(self, form: Body) -> Body:
        if form.get("mode") != "payment":
            raise ApiError("This stand-in knows mode=payment only.", param="mode")
        items = _line_items(form)
        total, currency = sum(x["amount_total"] for x in items), items[0]["currency"]
        if total < LEAST_CENTS:
            raise ApiError("The total must be at least €0.50.", code="amount_too_small")
        session_id = new_id("cs_test")
        session = {
            "id": session_id, "object": "checkout.session", "mode": "payment",
            "status": "open", "payment_status": "unpaid", "payment_intent": None,
            "amount_total": total, "amount_subtotal": total, "currency": currency,
            "created": int(time.time()), "expires_at": _expiry(form), "livemode": False,
            "url": f"{self.public_url}/c/pay/{session_id}",
            "success_url": _needed(form, "success_url"), "cancel_url": form.get("cancel_url"),
            "client_reference_id": form.get("client_reference_id"),
            "customer_email": form.get("customer_email"),
            "metadata": form.get("metadata") or {},
            "payment_intent_data": form.get("payment_intent_data") or {},
            "line_items": {"object": "list", "data": items, "has_more": False},
        }  # fmt: skip
        return self.store.put(session)

    def session(self, session_id: str) -> Body:
        found = self.store.get("checkout.session", session_id)
        if found is None:
            raise missing("checkout.session", session_id)
        if found["status"] == "open" and found["expires_at"] <= time.time():
            return self._expired(found)
        return found

    def expire_session(self, session_id: str) -> Body:
        found = self.session(session_id)
        if found["status"] != "open":
            raise ApiError(
                'Only Checkout Sessions with a status in ["open"] can be expired. This'
                f" Checkout Session has a status of {found['status']}."
            )
        return self._expired(found)

    def _expired(self, session: Body) -> Body:
        session |= {"status": "expired", "url": None}
        self.store.put(session)
        emit(self.store, "checkout.session.expired", session)
        return session

    # --- what the pay page does -----------------------------------------------------------------
    def pay(self, session_id: str) -> Body:
        """Take the (pretended) money. Raises ApiError when the card or the session says no."""
        session = self.session(session_id)
        overrun = session["status"] == "expired" and self.store.strikes("pay_after_expiry")
        if session["status"] != "open" and not overrun:
            raise ApiError(f"This payment page is {session['status']}.", status=409)
        intent = self._intent_of(session)
        if self.store.strikes("decline"):
            intent["status"] = "requires_payment_method"
            self.store.put(intent)
            emit(self.store, "payment_intent.payment_failed", intent)
            return session
        charge = _charge(intent)
        self.store.put(charge)
        intent |= {
            "status": "succeeded", "amount_received": intent["amount"],
            "latest_charge": charge["id"],
        }  # fmt: skip
        self.store.put(intent)
        session |= {"status": "complete", "payment_status": "paid", "url": None}
        self.store.put(session)
        emit(self.store, "payment_intent.succeeded", intent)
        emit(self.store, "checkout.session.completed", session)
        return session

    def _intent_of(self, session: Body) -> Body:
        if session["payment_intent"]:
            return self.intent(session["payment_intent"])
        data = session["payment_intent_data"]
        intent = {
            "id": new_id("pi"), "object": "payment_intent", "amount": session["amount_total"],
            "amount_received": 0, "currency": session["currency"], "created": int(time.time()),
            "status": "requires_payment_method", "latest_charge": None, "livemode": False,
            "metadata": data.get("metadata") or {}, "transfer_group": data.get("transfer_group"),
        }  # fmt: skip
        session["payment_intent"] = intent["id"]
        self.store.put(session)
        return self.store.put(intent)

    # --- PaymentIntents, charges, refunds, lists ------------------------------------------------
    def intent(self, intent_id: str) -> Body:
        found = self.store.get("payment_intent", intent_id)
        if found is None:
            raise missing("payment_intent", intent_id)
        return found

    def create_refund(self, form: Body) -> Body:
        intent = self.intent(_needed(form, "payment_intent"))
        charge = self.store.get("charge", intent["latest_charge"] or "")
        if charge is None:
            raise ApiError("This PaymentIntent does not have a successful charge to refund.")
        left = charge["amount"] - charge["amount_refunded"]
        amount = _cents(form, "amount") if "amount" in form else left
        if left == 0:
            raise ApiError("Charge has already been refunded.", code="charge_already_refunded")
        if not 0 < amount <= left:
            raise ApiError(
                f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left}).",
                param="amount",
            )
        charge["amount_refunded"] += amount
        charge["refunded"] = charge["amount_refunded"] == charge["amount"]
        self.store.put(charge)
        status = "pending" if self.store.strikes("refund_pending") else "succeeded"
        refund = self.store.put({
            "id": new_id("re"), "object": "refund", "amount": amount, "status": status,
            "payment_intent": intent["id"], "charge": charge["id"], "created": int(time.time()),
            "currency": charge["currency"], "reason": form.get("reason"),
            "metadata": form.get("metadata") or {},
        })  # fmt: skip
        emit(self.store, "charge.refunded", charge)
        return refund

    def refund(self, refund_id: str) -> Body:
        """Looked at, a pending refund ends, and one that was sent may come back: as is told."""
        found = self.one("refund", refund_id)
        if found["status"] == "failed" or self.store.strikes("refund_pending"):
            return found
        if not self.store.strikes("refund_fails"):
            return self.store.put(found | {"status": "succeeded"})
        charge = self.one("charge", found["charge"])
        left = charge["amount_refunded"] - found["amount"]
        self.store.put(charge | {"amount_refunded": left, "refunded": False})
        failed = {"status": "failed", "failure_reason": "lost_or_stolen_card"}
        refund = self.store.put(found | failed)
        emit(self.store, "refund.failed", refund)
        return refund

    def one(self, kind: str, object_id: str) -> Body:
        found = self.store.get(kind, object_id)
        if found is None:
            raise missing(kind, object_id)
        return found

    def listed(self, kind: str, query: Body) -> Body:
        rows = self.store.all(kind)
        for name in ("payment_intent", "status", "type"):
            if name in query:
                rows = [row for row in rows if row.get(name) == query[name]]
        if after := query.get("starting_after"):
            ids = [row["id"] for row in rows]
            rows = rows[ids.index(after) + 1 :] if after in ids else []
        limit = int(query.get("limit", 10))
        return {"object": "list", "data": rows[:limit], "has_more": len(rows) > limit}


def _needed(form: Body, name: str) -> str:
    if not form.get(name):
        raise ApiError(f"Missing required param: {name}.", code="parameter_missing", param=name)
    return str(form[name])


def _cents(form: Body, name: str) -> int:
    try:
        return int(form[name])
    except (KeyError, ValueError) as error:
        raise ApiError(f"Invalid integer: {name}", param=name) from error


def _line_items(form: Body) -> list[Body]:
    items: Any = form.get("line_items")
    if not isinstance(items, list) or not items:
        raise ApiError("Missing required param: line_items.", param="line_items")
    rows = []
    for item in items:
        data, quantity = item.get("price_data") or {}, _cents(item, "quantity")
        unit = _cents(data, "unit_amount")
        if unit < 0 or quantity < 1:
            raise ApiError("Amounts and quantities must not be negative.", param="line_items")
        rows.append({
            "id": new_id("li"), "object": "item", "quantity": quantity,
            "amount_total": unit * quantity, "currency": _needed(data, "currency"),
            "description": (data.get("product_data") or {}).get("name", ""),
        })  # fmt: skip
    if len({row["currency"] for row in rows}) != 1:
        raise ApiError("All line items must have the same currency.", param="line_items")
    return rows


def _expiry(form: Body) -> int:
    now = time.time()
    if "expires_at" not in form:
        return int(now + LONGEST_S)
    at = _cents(form, "expires_at")
    if not now + SHORTEST_S - 5 <= at <= now + LONGEST_S + 5:
        raise ApiError(
            "The `expires_at` timestamp must be at least 30 minutes and less than 24 hours from"
            " Checkout Session creation.",
            param="expires_at",
        )
    return at


def _charge(intent: Body) -> Body:
    return {
        "id": new_id("ch"), "object": "charge", "amount": intent["amount"], "amount_refunded": 0,
        "refunded": False, "paid": True, "status": "succeeded", "currency": intent["currency"],
        "payment_intent": intent["id"], "metadata": intent["metadata"],
        "created": int(time.time()),
    }  # fmt: skip
