"""What a content security policy would block in a page, found without a browser."""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import urlsplit

LOADS = {"link": "href", "script": "src", "img": "src", "source": "src", "iframe": "src"}
DATA = ("application/json", "importmap")


class Faults(HTMLParser):
    """Collects a sentence for each breach in ``found``."""

    def __init__(self, nonce: str) -> None:
        super().__init__()
        self.nonce = nonce
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        for name, value in values.items():
            self._attribute(tag, name, value)
        mine = bool(self.nonce) and values.get("nonce") == self.nonce
        if tag in ("script", "style") and values.get("type") not in DATA and not mine:
            self.found.append(f"<{tag} {values.get('src', 'inline')}> without the nonce")
        if tag in LOADS and urlsplit(values.get(LOADS[tag], "")).netloc:
            self.found.append(f"<{tag}> loads {values[LOADS[tag]]} from another host")

    def _attribute(self, tag: str, name: str, value: str) -> None:
        if name == "style":
            self.found.append(f'<{tag} style="{value}">')
        if name.startswith(("on", "hx-on")) or value.strip().lower().startswith("javascript:"):
            self.found.append(f'<{tag} {name}="{value}"> runs script')
        if name in ("hx-vals", "hx-headers") and value.startswith(("js:", "javascript:")):
            self.found.append(f"<{tag} {name}> evaluates script")


def faults(html: str, nonce: str) -> list[str]:
    parser = Faults(nonce)
    parser.feed(html)
    parser.close()
    return parser.found
