"""What is derived from a family's declaration: form fields, schema, parsing and URL state."""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import Any, Literal

from configurator.blobs import NAME
from configurator.products.base import BaseParams, Family
from core.errors import BadInput

Kind = Literal["number", "text", "choice", "flag", "upload"]
Value = float | int | str | bool

_YES = frozenset({"1", "true", "on", "yes"})
_SHAPED = "\u0600-\u08ff\u0900-\u0dff"
"""Scripts whose letters change beside others: Arabic and its kin, those of India."""
_JOINERS = re.compile(f"(?<=[{_SHAPED}])[\u200c\u200d]")
"""Zero-width (non-)joiners where Persian and Hindi spelling needs them."""
_INKLESS = re.compile(f"[\u00ad\u200b\u2060\ufeff]|(?<![{_SHAPED}])[\u200c\u200d]")
"""What a copied text brings along, and that nobody sees: soft hyphens, zero-width blanks, joiners
between pictures. Without them the same is drawn."""
_DIRECTION = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_AROUND = _DIRECTION + "".join(c for c in map(chr, range(0x3001)) if c.isspace())
"""Blanks and marks of direction, as address books put them around a number. Within a text they
would change the order of what stands beside them, so there they are refused."""
_NO = frozenset({"0", "false", "off", "no", ""})


@dataclass(frozen=True)
class FormField:
    """One parameter as a form shows it. ``choices`` are (value, label) pairs."""

    name: str
    kind: Kind
    label: str
    default: Value
    help: str = ""
    group: str = ""
    unit: str = ""
    min: float | None = None
    max: float | None = None
    step: float | None = None
    whole: bool = False
    stocked: bool = False
    """Of a number: a thickness of the chosen material."""
    max_length: int | None = None
    choices: tuple[tuple[str, str], ...] = ()
    samples: str = ""
    """Of a choice: the static file with a symbol for each value, or none."""
    accept: str = ""
    """Of an upload: the kind of blob."""
    sets: tuple[tuple[str, str], ...] = ()
    """Of an upload: (name, value) of choices that go with a file."""
    idle_at: tuple[tuple[str, tuple[object, ...]], ...] = ()
    """Other parameters, each with the values at which this one changes nothing."""

    def idle(self, values: Mapping[str, object]) -> bool:
        """Whether it changes nothing beside the other values of a design."""
        return any(values.get(other) in at for other, at in self.idle_at)

    @property
    def decimals(self) -> int:
        """How many decimals the step keeps."""
        exponent = Decimal(str(self.step or 1)).normalize().as_tuple().exponent
        return max(0, -exponent) if isinstance(exponent, int) else 0

    def at_least(self, value: float) -> float:
        """The least number of the field, on its step, that is not below ``value``."""
        assert self.min is not None and self.step is not None
        steps = math.ceil((value - self.min) / self.step - 1e-6)
        return self.exact(self.min + max(0, steps) * self.step)

    def exact(self, value: float) -> float:
        """A number without the noise of floats: an integer where it is a whole number."""
        return round(value) if self.whole else round(value, self.decimals)

    def number(self, value: float) -> str:
        """A number to its step, as findings and sizes write it too: '1.2', and '8' for 8.0."""
        said = f"{round(value, self.decimals) + 0.0:.{self.decimals}f}"
        return said.rstrip("0").rstrip(".") if self.decimals else said

    def at_most(self, value: float) -> float:
        """The largest number of the field, on its step, that is not above ``value``."""
        assert self.min is not None and self.step is not None
        steps = math.floor((value - self.min) / self.step + 1e-6)
        return self.exact(self.min + max(0, steps) * self.step)

    def shown(self, value: float) -> str:
        """A number with its unit: '1.2 mm', '8', '66°'."""
        gap = "" if self.unit in {"", "°", "%"} else " "
        return f"{self.number(value)}{gap}{self.unit}"

    @property
    def ends(self) -> tuple[str, ...]:
        """The least and the most that a number can be."""
        return tuple(self.number(end) for end in (self.min, self.max) if end is not None)


@cache
def fields(family: Family) -> tuple[FormField, ...]:
    """The form of a family, in the order of its declaration."""
    return tuple(
        replace(_field(name, info), idle_at=tuple(family.idle.get(name, {}).items()))
        for name, info in family.Params.model_fields.items()
    )


def field_of(family: Family, name: str) -> FormField:
    """One field of a family by the name of its parameter."""
    return next(form for form in fields(family) if form.name == name)


def _field(name: str, info: Any) -> FormField:
    extra = info.json_schema_extra["x-form"]
    limits = {
        key: getattr(rule, key)
        for rule in info.metadata
        for key in ("ge", "le", "max_length")
        if hasattr(rule, key)
    }
    return FormField(
        name=name,
        kind=extra["kind"],
        label=info.title,
        default=info.default,
        help=info.description or "",
        group=extra["group"],
        unit=extra.get("unit", ""),
        min=limits.get("ge"),
        max=limits.get("le"),
        step=extra.get("step"),
        whole=extra.get("whole", False),
        stocked=extra.get("stocked", False),
        max_length=limits.get("max_length"),
        choices=tuple(extra.get("choices", {}).items()),
        samples=extra.get("samples", ""),
        accept=extra.get("accept", ""),
        sets=tuple(extra.get("sets", {}).items()),
    )


def uploads_in(family: Family, params: Mapping[str, Any]) -> dict[str, str]:
    """Which of a design's parameters name blobs: name of the blob to its kind."""
    return {
        str(params[form.name]): form.accept
        for form in fields(family)
        if form.kind == "upload" and NAME.fullmatch(str(params.get(form.name, "")))
    }


def json_schema(family: Family) -> dict[str, Any]:
    """JSON Schema of a family's parameters.

    ``x-form`` carries unit, step, group and labels, whether it is a thickness in stock, and the
    values of others at which it changes nothing (``idle``).
    """
    schema = family.Params.model_json_schema()
    for name, others in family.idle.items():
        idle = {other: list(values) for other, values in others.items()}
        schema["properties"][name]["x-form"]["idle"] = idle
    schema["title"] = family.name
    return schema


def parse(family: Family, raw: Mapping[str, object], *, strict: bool = False) -> BaseParams:
    """Parameters from a form, a URL or JSON; a missing name takes its default.

    Numbers are rounded to the decimals of their step, so that one design has one key. Names that
    the family does not know are left out, or refused when ``strict`` (an API says so; a URL may
    carry a campaign's tag); so is a fraction where a whole number belongs.
    Raises BadInput with one sentence per field: what it is, why not, what it can be.
    """
    values: dict[str, Value] = {}
    wrong: dict[str, str] = {}
    for field in fields(family):
        if field.name not in raw:
            continue
        try:
            if strict:
                _check_whole(field, raw[field.name])
            values[field.name] = _value(field, raw[field.name])
        except ValueError as error:
            wrong[field.name] = str(error)
    if strict:
        known = {field.name for field in fields(family)}
        for name in sorted(set(raw) - known):
            wrong[name[:60]] = f"{family.name} has no “{name[:60]}”; leave it out."
    if wrong:
        raise BadInput(" ".join(wrong.values()), fields=wrong)
    return family.Params.model_validate(values)


def _check_whole(field: FormField, raw: object) -> None:
    value = _finite(raw) if field.whole else None
    if value is not None and value != int(value):
        raise ValueError(f"{field.label} is {value:g}; it has to be a whole number, {_room(field)}")


def _room(field: FormField) -> str:
    """``6 to 30 mm.``"""
    assert field.min is not None and field.max is not None
    return f"{field.min:g} to {field.shown(field.max)}."


def _told(raw: object) -> str:
    """What was sent, as it was written: in JSON, unless it is text."""
    said = raw.strip() if isinstance(raw, str) else json.dumps(raw, default=str)
    return f"“{said[:20]}”"


def _value(field: FormField, raw: object) -> Value:
    return _READERS[field.kind](field, raw)


def _number(field: FormField, raw: object) -> Value:
    assert field.min is not None and field.max is not None
    can_be = f"it can be {_room(field)}"
    value = _finite(raw)
    if value is None:
        raise ValueError(f"{field.label}{_no_number(raw)}; {can_be}")
    value = round(value, field.decimals) + 0.0
    if not field.min <= value <= field.max:
        shown = field.shown(value) if abs(value) < 1e9 else "far out of range"
        raise ValueError(f"{field.label} is {shown}; {can_be}")
    return int(value) if field.whole else value


def _no_number(raw: object) -> str:
    """What stands in place of a number."""
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return " is empty"
    endless = isinstance(raw, (int, float)) and not isinstance(raw, bool) and raw == raw
    return " is far out of range" if endless else f": {_told(raw)} is not a number"


def _finite(raw: object) -> float | None:
    if isinstance(raw, bool) or not isinstance(raw, (int, float, str, Decimal)):
        return None
    try:
        value = float(raw.strip().replace(",", ".") if isinstance(raw, str) else raw)
    except (ValueError, OverflowError):
        return None
    return value if math.isfinite(value) else None


def _text(field: FormField, raw: object) -> Value:
    if not isinstance(raw, str):
        raise ValueError(f"{field.label} has to be text.")
    value = unicodedata.normalize("NFC", _INKLESS.sub("", raw).strip(_AROUND))
    plain = _JOINERS.sub("", value)
    if any(unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for c in plain):
        raise ValueError(
            f"{field.label} holds a line break or a character that cannot be seen; "
            "type it as one plain line."
        )
    assert field.max_length is not None
    if len(value) > field.max_length:
        raise ValueError(
            f"{field.label} has {len(value)} characters; there is room for {field.max_length}."
        )
    return value


def _choice(field: FormField, raw: object) -> Value:
    if isinstance(raw, str) and raw in dict(field.choices):
        return raw
    choices = ", ".join(_with_label(value, label) for value, label in field.choices)
    raise ValueError(f"{field.label}: {_told(raw)} is not on the list; choose {choices}.")


def _with_label(value: str, label: str) -> str:
    """A choice as it is sent, with what people read where that is another word."""
    return value if label.lower() == value else f"{value} ({label})"


def _flag(field: FormField, raw: object) -> Value:
    if isinstance(raw, bool):
        return raw
    word = str(raw).strip().lower()
    if word in _YES or word in _NO:
        return word in _YES
    raise ValueError(f"{field.label}: {_told(raw)} is neither yes nor no; choose one.")


def _upload(field: FormField, raw: object) -> Value:
    if isinstance(raw, str) and (raw in dict(field.choices) or NAME.fullmatch(raw)):
        return raw
    raise ValueError(f"{field.label}: {_told(raw)} names no file of ours; choose yours again.")


_READERS = {
    "number": _number,
    "text": _text,
    "choice": _choice,
    "flag": _flag,
    "upload": _upload,
}


def to_query(params: BaseParams) -> dict[str, str]:
    """The shortest URL state of a design: only what differs from the defaults, as text."""
    return {
        name: _as_text(getattr(params, name))
        for name, info in type(params).model_fields.items()
        if getattr(params, name) != info.default
    }


def _as_text(value: Value) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    return f"{value:.10g}" if isinstance(value, float) else str(value)
