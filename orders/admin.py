"""The administrator's view: an order whole, and the two things to do about it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html

from core.admin import ReadOnlyAdmin
from core.errors import NearmadeError
from core.money import euros
from manufacturing.models import Job
from orders import ledger, payments
from orders.cancelling import cancel_order
from orders.models import LedgerEntry, Order, OrderItem, Payment, Refund, StripeEvent
from orders.progress import newest_jobs, received
from orders.timeline import timeline
from routing.services import reroute

CANCELLABLE = frozenset({"placed", "paid", "in_production"})


class ReasonForm(forms.Form):
    """Whoever forces something says why; the reason stays in the history."""

    reason = forms.CharField(
        max_length=200,
        min_length=5,
        widget=forms.Textarea({"rows": 3}),
        help_text="Staff read it in the history of the order; the customer does not.",
        error_messages={
            "required": "Please say why: the reason is kept in the order's history.",
            "min_length": "That is too short to be understood later. Please say a little more.",
            "max_length": "There is room for 200 characters. Please shorten it.",
        },
    )


class ItemInline(admin.TabularInline[OrderItem, Order]):
    model = OrderItem
    fields = ("title", "quantity", "price", "withdrawal", "ref")
    readonly_fields = ("title", "quantity", "price", "withdrawal", "ref")
    extra = 0
    can_delete = False

    @admin.display(description="price")
    def price(self, item: OrderItem) -> str:
        return euros(item.total_cents)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Order)
class OrderAdmin(ReadOnlyAdmin):
    list_display = ["ref", "state", "name", "city", "country", "total", "placed_at"]
    list_filter = ["status", "country"]
    search_fields = ["ref", "email", "name", "items__shares__ref"]
    date_hierarchy = "placed_at"
    inlines = [ItemInline]
    change_form_template = "orders/admin_order.html"
    readonly_fields = ("ref", "state", "total", "email", "name", "street", "postcode", "city",
                       "country", "placed_at", "pay_by", "follow")  # fmt: skip
    fields = tuple(readonly_fields)

    class Media:
        css = {"all": ["css/orders-admin.css"]}

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).exclude(status="draft")

    @admin.display(description="total", ordering="total_cents")
    def total(self, order: Order) -> str:
        return f"{euros(order.total_cents)} (of it tax {euros(order.tax_cents)})"

    @admin.display(description="status", ordering="status")
    def state(self, order: Order) -> str:
        return str(order.status).replace("_", " ")

    @admin.display(description="what the customer sees")
    def follow(self, order: Order) -> str:
        return format_html('<a href="{}">the tracking page</a>', order.url)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        order = Order.objects.filter(pk=object_id).first()
        extra = {**(extra_context or {})}
        if order is not None:
            jobs = newest_jobs(order.job_refs())
            extra |= {
                "timeline": timeline(order),
                "order": order,
                "may_act": _may_act(request),
                "cancellable": order.status in CANCELLABLE,
                "live_jobs": [job for job in jobs.values() if job.status in Job.LIVE],
            }
        return super().change_view(request, object_id, form_url, extra)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("of-job/<int:job>/", view(self.of_job), name="orders_order_of_job"),
            path(
                "of-job/<int:job>/reroute/", view(self.reroute_job), name="orders_order_reroute_job"
            ),
            path("<int:pk>/cancel/", view(self.cancel), name="orders_order_cancel"),
            path("<int:pk>/delivered/", view(self.delivered), name="orders_order_delivered"),
            path("<int:pk>/reroute/<int:job>/", view(self.reroute), name="orders_order_reroute"),
            *super().get_urls(),
        ]

    def of_job(self, request: HttpRequest, job: int) -> HttpResponse:
        """From a job, which knows no order, to the order that it is for."""
        return redirect("admin:orders_order_change", _order_of(job).pk)

    def reroute_job(self, request: HttpRequest, job: int) -> HttpResponse:
        return redirect("admin:orders_order_reroute", _order_of(job).pk, job)

    def cancel(self, request: HttpRequest, pk: int) -> HttpResponse:
        order = get_object_or_404(Order, pk=pk)
        return self._with_reason(
            request,
            order,
            f"Cancel {order.ref} and send back what was paid",
            lambda reason: cancel_order(order, by=_who(request), reason=reason),
        )

    def delivered(self, request: HttpRequest, pk: int) -> HttpResponse:
        order = get_object_or_404(Order, pk=pk)
        return self._with_reason(
            request,
            order,
            f"Say that {order.ref} has arrived",
            lambda reason: received(order, by=f"{_who(request)}: {reason}"[:80]),
        )

    def reroute(self, request: HttpRequest, pk: int, job: int) -> HttpResponse:
        order = get_object_or_404(Order, pk=pk)
        row = get_object_or_404(Job, pk=job, ref__in=order.job_refs())
        return self._with_reason(
            request,
            order,
            f"Give {row} ({row.factory or 'no maker yet'}) to another maker",
            lambda reason: reroute(row, _who(request), reason),
        )

    def _with_reason(
        self, request: HttpRequest, order: Order, title: str, act: Any
    ) -> HttpResponse:
        """Ask for a reason on a page between, then act and go back to the order."""
        if not _may_act(request):
            raise PermissionDenied
        form = ReasonForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                act(form.cleaned_data["reason"])
                messages.success(request, f"{title}: done.")
            except NearmadeError as error:
                messages.error(request, error.sentence)
            return redirect(reverse("admin:orders_order_change", args=[order.pk]))
        context = {**self.admin_site.each_context(request), "title": title, "form": form,
                   "order": order, "opts": self.model._meta}  # fmt: skip
        return render(request, "orders/admin_reason.html", context)


@admin.register(LedgerEntry)
class LedgerAdmin(ReadOnlyAdmin):
    """Every movement of money, and that it balances."""

    list_display = ["at", "transaction", "debit", "credit", "amount", "order", "memo"]
    list_filter = ["debit", "credit"]
    search_fields = ["transaction", "order__ref"]
    exclude = ["amount_cents"]
    readonly_fields = ["amount"]
    change_list_template = "orders/admin_ledger.html"

    class Media:
        css = {"all": ["css/orders-admin.css"]}

    @admin.display(description="amount", ordering="amount_cents")
    def amount(self, row: LedgerEntry) -> str:
        return euros(row.amount_cents)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        rows = ledger.balances()
        extra = {
            **(extra_context or {}),
            "balances": rows,
            "off_cents": sum(row.cents for row in rows),
            "differs_cents": ledger.differs_from_payments_cents(),
        }
        return super().changelist_view(request, extra)


@admin.register(Payment)
class PaymentAdmin(ReadOnlyAdmin):
    list_display = ["order", "attempt", "status", "amount", "session_id", "intent_id"]
    list_filter = ["status"]
    search_fields = ["order__ref", "session_id", "intent_id"]
    exclude = ["amount_cents"]
    readonly_fields = ["amount"]

    @admin.display(description="amount", ordering="amount_cents")
    def amount(self, row: Payment) -> str:
        return euros(row.amount_cents)


@admin.register(Refund)
class RefundAdmin(ReadOnlyAdmin):
    list_display = ["payment", "status", "amount", "reason", "attempt", "stripe_id"]
    list_filter = ["status"]
    actions = ["send_again", "paid_by_hand"]
    exclude = ["amount_cents"]
    readonly_fields = ["amount"]

    @admin.display(description="amount", ordering="amount_cents")
    def amount(self, row: Refund) -> str:
        return euros(row.amount_cents)

    @admin.action(description="Send failed refunds once more")
    def send_again(self, request: HttpRequest, queryset: QuerySet[Refund]) -> None:
        self._each(request, queryset, payments.ask_again, "sent again by staff", "is sent again")

    @admin.action(description="Failed refunds were paid by bank transfer")
    def paid_by_hand(self, request: HttpRequest, queryset: QuerySet[Refund]) -> None:
        self._each(request, queryset, payments.paid_by_hand, "paid by bank transfer", "is closed")

    def _each(
        self, request: HttpRequest, chosen: QuerySet[Refund], act: Any, reason: str, done: str
    ) -> None:
        if not _may_act(request):
            raise PermissionDenied
        for refund in chosen.select_related("payment__order"):
            try:
                act(refund, by=_who(request), reason=reason)
                messages.success(request, f"{refund} {done}.")
            except NearmadeError as error:
                messages.error(request, f"{refund}: {error.sentence}")


@admin.register(StripeEvent)
class StripeEventAdmin(ReadOnlyAdmin):
    list_display = ["received_at", "kind", "event_id", "session_id"]
    search_fields = ["event_id", "session_id"]


def _order_of(job: int) -> Order:
    ref = get_object_or_404(Job, pk=job).ref
    return get_object_or_404(Order, items__shares__ref=ref)


def _who(request: HttpRequest) -> str:
    return request.user.get_username()


def _may_act(request: HttpRequest) -> bool:
    """Reading is for all staff; forcing is for those who may change orders."""
    return bool(request.user.has_perm("orders.change_order"))
