from django.urls import path

from orders.views import basket, catalogue, checkout, label, quote, stripe, tracking

app_name = "orders"
urlpatterns = [
    path("quote/", quote.price, name="quote"),
    path("quote/<slug:slug>/from/", catalogue.from_price, name="from_price"),
    path("places/", quote.suggest, name="places"),
    path("basket/", basket.basket, name="basket"),
    path("basket/add/", basket.add, name="add"),
    path("basket/city/", basket.city, name="city"),
    path("basket/<str:ref>/quantity/", basket.quantity, name="quantity"),
    path("basket/<str:ref>/remove/", basket.remove, name="remove"),
    path("basket/<str:ref>/restore/", basket.restore, name="restore"),
    path("checkout/", checkout.checkout, name="checkout"),
    path("track/<str:token>/", tracking.track, name="track"),
    path("track/<str:token>/paid/", checkout.paid, name="paid"),
    path("track/<str:token>/pay/", checkout.pay, name="pay"),
    path("track/<str:token>/cancel/", tracking.cancel, name="cancel"),
    path("track/<str:token>/arrived/", tracking.arrived, name="arrived"),
    path("ship/<int:pk>/label/", label.label, name="label"),
    path("stripe/webhook", stripe.webhook, name="webhook"),
]
