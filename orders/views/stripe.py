"""Stripe's webhook: take the news, answer at once, look later."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from core.errors import BadInput
from core.work import enqueue
from orders.models import Payment, Refund, StripeEvent
from orders.stripe_gateway import Event, read_event


@csrf_exempt
@require_POST
def webhook(request: HttpRequest) -> HttpResponse:
    """The signature is checked over the raw body; the event only says where to look."""
    try:
        event = read_event(request.body, request.headers.get("Stripe-Signature", ""))
    except BadInput as error:
        return HttpResponse(error.sentence + "\n", status=400, content_type="text/plain")
    if event.session_id or event.refund_id:
        _take(event)
    return HttpResponse("ok\n", content_type="text/plain")


def _take(event: Event) -> None:
    """Write the event down under its id; the first time, ask for a look at its order."""
    try:
        with transaction.atomic():
            StripeEvent.objects.create(
                event_id=event.id, kind=event.kind, session_id=event.session_id
            )
            _look(event)
    except IntegrityError:  # it came before: Stripe delivers at least once
        return


def _look(event: Event) -> None:
    """Whatever the event says, Stripe itself is asked."""
    if event.refund_id:
        refund = Refund.objects.filter(stripe_id=event.refund_id).first()
        if refund is not None:
            key = f"orders.refund_news:{event.id}"
            enqueue("orders.refund_news", key=key, payload={"id": refund.pk})
        return
    payment = Payment.objects.filter(session_id=event.session_id).first()
    if payment is not None:
        ref = payment.order.ref
        enqueue("orders.settle", key=f"orders.settle:{event.id}", payload={"order": ref})
