"""HTTP: the API under /v1, the pay page under /c/pay, faults under /_standin."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from orders.standin import pages
from orders.standin.api import Api
from orders.standin.errors import ApiError
from orders.standin.forms import decoded
from orders.standin.store import Body

FAULTS = frozenset(
    (
        "duplicate",
        "reorder",
        "drop",
        "late",
        "forged",
        "stale",
        "decline",
        "pay_after_expiry",
        "refund_pending",
        "refund_fails",
    )
)
LARGEST_BODY = 1_000_000
Call = Callable[[Api, Body, str], Body]

_ROUTES: list[tuple[str, str, Call]] = [
    ("POST", r"/v1/checkout/sessions", lambda api, form, _: api.create_session(form)),
    ("GET", r"/v1/checkout/sessions", lambda api, q, _: api.listed("checkout.session", q)),
    ("GET", r"/v1/checkout/sessions/(\w+)", lambda api, _, key: api.session(key)),
    ("POST", r"/v1/checkout/sessions/(\w+)/expire", lambda api, _, key: api.expire_session(key)),
    ("GET", r"/v1/payment_intents", lambda api, q, _: api.listed("payment_intent", q)),
    ("GET", r"/v1/payment_intents/(\w+)", lambda api, _, key: api.intent(key)),
    ("POST", r"/v1/refunds", lambda api, form, _: api.create_refund(form)),
    ("GET", r"/v1/refunds", lambda api, q, _: api.listed("refund", q)),
    ("GET", r"/v1/refunds/(\w+)", lambda api, _, key: api.refund(key)),
    ("GET", r"/v1/charges", lambda api, q, _: api.listed("charge", q)),
    ("GET", r"/v1/events", lambda api, q, _: api.listed("event", q)),
    ("GET", r"/v1/events/(\w+)", lambda api, _, key: api.one("event", key)),
]


class Handler(BaseHTTPRequestHandler):
    """One request. ``api`` and ``key`` are set on the class by ``serve``."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server_version = "standin"
    sys_version = ""
    api: Api
    key: str

    def do_GET(self) -> None:
        self._answer("GET", "")

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if length > LARGEST_BODY:
            self.close_connection = True
            self._json(413, ApiError("That is too much.", status=413).body)
            return
        self._answer("POST", self.rfile.read(length).decode("utf-8", "replace"))

    def log_message(self, format: str, *args: object) -> None:
        """Quiet: the shop's own log says what matters."""

    def _answer(self, method: str, body: str) -> None:
        url = urlsplit(self.path)
        try:
            if url.path.startswith("/v1/"):
                self._api(method, url.path, body or url.query)
            elif url.path == "/_standin":
                self._switch(method, body)
            else:
                self._page(method, url.path, body)
        except ApiError as refused:
            self._json(refused.status, refused.body)

    # --- the API --------------------------------------------------------------------------------
    def _api(self, method: str, path: str, form: str) -> None:
        self._check_key()
        for verb, pattern, call in _ROUTES:
            found = re.fullmatch(pattern, path)
            if verb == method and found:
                argument = found.group(1) if found.groups() else ""
                self._run(call, argument, path, form)
                return
        raise ApiError(f"Unrecognized request URL ({method}: {path}).", status=404)

    def _run(self, call: Call, argument: str, path: str, form: str) -> None:
        """Run a call once per idempotency key; the same key again gets the same reply."""
        key = self.headers.get("Idempotency-Key", "") if self.command == "POST" else ""
        fingerprint = hashlib.sha256(f"{path}?{form}".encode()).hexdigest()
        store = self.api.store
        with store.transaction():
            kept = store.reply_to(key) if key else None
            if kept is None:
                status, body = self._fresh(call, form, argument)
                if key:
                    store.keep_reply(key, fingerprint, status, body)
        if kept is None:
            self._json(status, body)
        elif kept[0] != fingerprint:
            raise ApiError(
                "Keys for idempotent requests can only be used with the same parameters they"
                " were first used with.",
                kind="idempotency_error",
            )
        else:
            self._json(kept[1], kept[2], {"Idempotent-Replayed": "true"})

    def _fresh(self, call: Call, form: str, argument: str) -> tuple[int, Body]:
        try:
            with self.api.store.transaction():
                return 200, call(self.api, decoded(form), argument)
        except ApiError as refused:
            if refused.status == 404:
                raise  # not kept: what is missing now may be there at the next try
            return refused.status, refused.body

    def _check_key(self) -> None:
        given = self.headers.get("Authorization", "").removeprefix("Bearer ")
        if not secrets.compare_digest(given.encode(), self.key.encode()):
            raise ApiError("Invalid API Key provided.", status=401)

    # --- faults ---------------------------------------------------------------------------------
    def _switch(self, method: str, body: str) -> None:
        """GET: which faults are on and what waits. POST: JSON, name to times (−1: always)."""
        self._check_key()
        if method == "POST":
            try:
                wanted = {str(k): int(v) for k, v in json.loads(body or "{}").items()}
            except (ValueError, AttributeError, TypeError) as error:
                raise ApiError("Faults are a JSON object of names and counts.") from error
            if unknown := set(wanted) - FAULTS:
                raise ApiError(f"No such fault: {', '.join(sorted(unknown))}.")
            self.api.store.set_faults(wanted)
        store = self.api.store
        self._json(200, {"faults": store.faults(), "waiting": store.waiting_deliveries()})

    # --- the pay page ---------------------------------------------------------------------------
    def _page(self, method: str, path: str, body: str) -> None:
        if path == "/standin.css":
            self._send(200, pages.STYLE, {"Content-Type": "text/css"})
        elif path == "/" and method == "GET":
            self._html(200, pages.front_page(self.api.public_url), None)
        elif found := re.fullmatch(r"/c/pay/(\w+)", path):
            self._pay_page(method, found.group(1), decoded(body).get("do"))
        else:
            raise ApiError("There is no such page.", status=404)

    def _pay_page(self, method: str, session_id: str, action: str | None) -> None:
        with self.api.store.transaction():
            session = self.api.session(session_id)
        declined = False
        if method == "POST":
            self._check_same_origin()
            try:
                session, declined = self._press(session_id, action)
            except ApiError:  # paid in another tab, or expired: the page says which
                session = self.api.session(session_id)
            if session["status"] == "complete":
                self._go(session["success_url"].replace("{CHECKOUT_SESSION_ID}", session_id))
                return
        if session["status"] == "open":
            self._html(200, pages.pay_page(session, declined=declined), session)
        else:
            self._html(200, pages.closed_page(session), session)

    def _press(self, session_id: str, action: str | None) -> tuple[Body, bool]:
        store = self.api.store
        with store.transaction():
            if action == "decline":
                store.set_faults(store.faults() | {"decline": 1})
            session = self.api.pay(session_id)
        return session, session["payment_status"] != "paid"

    def _check_same_origin(self) -> None:
        origin = self.headers.get("Origin", "")
        if origin not in ("", "null") and urlsplit(origin).netloc != self.headers.get("Host"):
            raise ApiError("A payment starts on this page only.", status=403)

    # --- replies --------------------------------------------------------------------------------
    def _json(self, status: int, body: Body, headers: dict[str, str] | None = None) -> None:
        kind = {"Content-Type": "application/json", "Request-Id": f"req_{secrets.token_hex(8)}"}
        self._send(status, json.dumps(body).encode(), kind | (headers or {}))

    def _html(self, status: int, page: str, session: Body | None) -> None:
        self._send(
            status,
            page.encode(),
            {
                "Content-Type": "text/html; charset=utf-8",
                "Content-Security-Policy": pages.policy(session),
                "Cache-Control": "no-store",
                "Referrer-Policy": "no-referrer",
            },
        )

    def _go(self, url: str) -> None:
        self._send(303, b"", {"Location": url})

    def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64


def serve(api: Api, key: str, host: str, port: int) -> Server:
    """A server that is bound and not yet running; port 0 takes a free one."""
    handler = type("BoundHandler", (Handler,), {"api": api, "key": key})
    server = Server((host, port), handler)
    if not api.public_url:
        api.public_url = f"http://{host}:{server.server_address[1]}"
    return server
