"""The hosted pay page: plain HTML, no script, and honest about what it is."""

from __future__ import annotations

from html import escape
from pathlib import Path
from urllib.parse import urlsplit

from orders.standin.store import Body

STYLE = (Path(__file__).parent / "standin.css").read_bytes()
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title} · stand-in for Stripe</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><link rel="stylesheet" href="/standin.css"></head>
<body><p class="note" role="note">Stand-in for Stripe: no real money</p>
<main><div class="card">{body}</div>
<footer class="quiet">This page plays Stripe's part while the shop has no key of its own.</footer>
</main></body></html>
"""


def policy(session: Body | None) -> str:
    """The page's own CSP: its style sheet, and forms to itself that may lead back to the shop."""
    shop = {_origin(session[name]) for name in ("success_url", "cancel_url") if session[name]} \
        if session else set()  # fmt: skip
    return (
        "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; "
        f"form-action 'self' {' '.join(sorted(shop))}"
    )


def pay_page(session: Body, *, declined: bool = False) -> str:
    """What is bought, and three ways on: pay, be declined, go back."""
    rows = "".join(
        f"<tr><td>{escape(x['description'])}{_times(x)}</td>"
        f"<td>{_money(x['amount_total'])}</td></tr>"
        for x in session["line_items"]["data"]
    )
    no = '<p class="bad" role="alert">The card was declined. Nothing was charged.</p>'
    back = escape(session["cancel_url"] or session["success_url"], quote=True)
    body = (
        f'<p class="quiet">Pay Nearmade</p><h1>{_money(session["amount_total"])}</h1>'
        f'<p class="quiet">{escape(session["customer_email"] or "")}</p>{no if declined else ""}'
        f"<table>{rows}</table>"
        '<form method="post"><button class="pay" name="do" value="pay">Pay '
        f"{_money(session['amount_total'])}</button>"
        '<button name="do" value="decline">Try a card that is declined</button></form>'
        f'<a class="back" href="{back}">Back to the shop</a>'
    )
    return _PAGE.format(title=f"Pay {_money(session['amount_total'])}", body=body)


def closed_page(session: Body) -> str:
    """A page that can no longer be paid: say which and lead back."""
    paid = session["status"] == "complete"
    head = "This is paid" if paid else "This page has expired"
    text = "Thank you. Nothing more is to do here." if paid else "Nothing was charged."
    back = session["success_url"] if paid else session["cancel_url"] or session["success_url"]
    href = escape(back.replace("{CHECKOUT_SESSION_ID}", session["id"]), quote=True)
    body = f'<h1>{head}</h1><p>{text}</p><a class="back" href="{href}">Back to the shop</a>'
    return _PAGE.format(title=head, body=body)


def front_page(public_url: str) -> str:
    body = (
        "<h1>It runs</h1><p>The shop sends its customers here to pay. "
        f"The API answers at {escape(public_url)}/v1.</p>"
    )
    return _PAGE.format(title="Stand-in", body=body)


def _money(cents: int) -> str:
    return f"€{cents // 100:,}.{cents % 100:02d}"


def _times(item: Body) -> str:
    return f" × {item['quantity']}" if item["quantity"] > 1 else ""


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
