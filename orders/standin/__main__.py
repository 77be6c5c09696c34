"""``python -m orders.standin``: run the stand-in until it is told to stop."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import threading
from pathlib import Path

from orders.standin.api import Api
from orders.standin.server import serve
from orders.standin.store import Store
from orders.standin.webhooks import Postman


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="A stand-in for Stripe. No real money.")
    env = os.environ.get
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8010, help="0 takes a free port")
    parser.add_argument("--state", type=Path, required=True, help="folder of its SQLite file")
    parser.add_argument("--public-url", default="", help="how browsers reach it")
    parser.add_argument("--webhook-url", default=env("STANDIN_WEBHOOK_URL", ""))
    parser.add_argument("--api-key", default=env("STANDIN_API_KEY", ""))
    parser.add_argument("--webhook-secret", default=env("STANDIN_WEBHOOK_SECRET", ""))
    return parser.parse_args()


def main() -> None:
    options = arguments()
    logging.basicConfig(level=os.environ.get("LOG_LEVEL", "WARNING"))
    if not options.api_key or (options.webhook_url and not options.webhook_secret):
        raise SystemExit("Set STANDIN_API_KEY and STANDIN_WEBHOOK_SECRET (or the flags).")
    store = Store(options.state)
    server = serve(
        Api(store, options.public_url.rstrip("/")), options.api_key, options.host, options.port
    )
    if options.webhook_url:
        postman = Postman(store, options.webhook_url, options.webhook_secret)
        threading.Thread(target=postman.run, daemon=True).start()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
    host, port = server.server_address[:2]
    print(f"Stand-in for Stripe at http://{host!s}:{port}", flush=True)
    server.serve_forever(poll_interval=0.2)


if __name__ == "__main__":
    main()
