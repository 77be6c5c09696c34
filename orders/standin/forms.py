"""Stripe's form encoding: ``line_items[0][price_data][currency]=eur`` is a tree."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl

_PART = re.compile(r"\[([^\]]*)\]")


def decoded(body: str) -> dict[str, Any]:
    """The tree that a form-encoded body stands for; lists become lists.

    >>> decoded("a=1&b[0][c]=2&b[1][c]=3&m[x]=y")
    {'a': '1', 'b': [{'c': '2'}, {'c': '3'}], 'm': {'x': 'y'}}
    """
    tree: dict[str, Any] = {}
    for name, value in parse_qsl(body, keep_blank_values=True):
        head, *rest = name.split("[", 1)
        path = [head, *(_PART.findall("[" + rest[0]) if rest else [])]
        _put(tree, path, value)
    return {key: _listed(value) for key, value in tree.items()}


def _put(tree: dict[str, Any], path: list[str], value: str) -> None:
    for name in path[:-1]:
        step = tree.setdefault(name, {})
        if not isinstance(step, dict):
            return
        tree = step
    tree[path[-1] or str(len(tree))] = value


def _listed(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {key: _listed(part) for key, part in value.items()}
    if inner and all(key.isdecimal() for key in inner):
        return [inner[key] for key in sorted(inner, key=int)]
    return inner
