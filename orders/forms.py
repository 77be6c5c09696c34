"""The checkout's five fields."""

from __future__ import annotations

from typing import Any

from django import forms

from core.errors import BadInput
from orders.addresses import postcode_rule, read_postcode, read_town
from orders.checkout import Details
from orders.countries import country_name
from routing.places import Place


def _text(label: str, most: int, autocomplete: str, **extra: Any) -> forms.CharField:
    attributes = {"autocomplete": autocomplete, **extra}
    return forms.CharField(
        label=label,
        max_length=most,
        widget=forms.TextInput(attrs=attributes),
        error_messages={
            "required": f"Please fill in: {label.lower()}.",
            "max_length": f"This has %(show_value)d characters, and a label has room for at most "
            f"{most}. Please shorten it.",
        },
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
            "max_length": "This address is longer than any that mail can reach. Please check it.",
        },
    )
    name = _text("Full name", 80, "name")
    street = _text("Street and number", 120, "street-address")
    postcode = _text("Postcode", 16, "postal-code")
    city = _text("Town or city", 80, "address-level2")

    def __init__(self, *args: Any, place: Place, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.place, self.country = place, place.country
        rule = postcode_rule(self.country)
        if not rule.required:
            self.fields["postcode"].required = False
            self.fields["postcode"].label = "Postcode, if there is one"

    def clean_postcode(self) -> str:
        text = self.cleaned_data["postcode"]
        return _read(read_postcode, text, self.country, country_name(self.country))

    def clean_city(self) -> str:
        return _read(read_town, self.cleaned_data["city"], self.place)

    def details(self) -> Details:
        """The checked fields. Call only when ``is_valid()``."""
        return Details(**self.cleaned_data)


def _read(reader: Any, *given: Any) -> str:
    """What a reader makes of it; its refusal beside the field."""
    try:
        return str(reader(*given))
    except BadInput as error:
        raise forms.ValidationError(error.sentence) from error
