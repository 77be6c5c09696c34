"""A stand-in for Stripe: what this shop uses of it, over real HTTP, for tests and the demo.

No real money. It knows hosted Checkout Sessions, PaymentIntents, refunds, events and signed
webhooks with retries, idempotent replay, and faults that can be switched on. Everything lives in
one SQLite file, so that a restart loses nothing. It imports nothing of the shop.

    python -m orders.standin --port 8010 --state var/standin --webhook-url http://…/stripe/webhook
"""
