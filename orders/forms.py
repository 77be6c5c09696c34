"""The checkout's five fields."""

from __future__ import annotations

from typing import Any

from django import forms

from orders.checkout import Details


def _text(label: str, most: int, autocomplete: str, **extra: Any) -> forms.CharField:
    attributes = {"autocomplete": autocomplete, **extra}
    return forms.CharField(
        label=label,
        max_length=most,
        widget=forms.TextInput(attrs=attributes),
        error_messages={"required": f"Please fill in: {label.lower()}."},
    )


class DetailsForm(forms.Form):
    """Who and where to. The country stands with the price, so it is not asked again."""

    email = forms.EmailField(
        label="Email",
        max_length=254,
        help_text="For the receipt and the link to follow your order. Nothing else.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": "Please tell us where to send the receipt.",
            "invalid": "This address lacks something: it should look like name@example.org.",
        },
    )
    name = _text("Full name", 80, "name")
    street = _text("Street and number", 120, "street-address")
    postcode = _text("Postcode", 16, "postal-code")
    city = _text("Town or city", 80, "address-level2")

    def details(self) -> Details:
        """The checked fields. Call only when ``is_valid()``."""
        return Details(**self.cleaned_data)
