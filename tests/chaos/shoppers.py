"""People who shop over real HTTP, try again when it is gone, and sometimes never come back."""

from __future__ import annotations

import random
import re
import threading
import time
from urllib.parse import urlsplit

import requests
from django.conf import settings

WISHES = (
    "family=name-tag&name=Mia",
    "family=name-tag&name=Lou",
    "family=bracket",
    "family=enclosure&lid_of=plywood&width_mm=40&depth_mm=30&height_mm=14&lid_vents=none"
    "&side_vents=no",
)
"""What the slicer is quick with (a vase takes it six times as long): a storm is about what dies."""
CITIES = {"2996944": "Lyon", "2988507": "Paris", "2950159": "Berlin"}
FIELD = re.compile(r'name="(\w+)" value="([^"]*)"')
PATIENCE_S = 300.0


class Shoppers:
    def __init__(self, seed: int, orders: int, count: int) -> None:
        self.bought: list[str] = []
        self.tick = threading.Event()
        self._left = list(range(orders))
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._shop, args=(random.Random(f"{seed} {n}"),), daemon=True)
            for n in range(count)
        ]

    @property
    def finished(self) -> bool:
        return not any(thread.is_alive() for thread in self._threads)

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stop.set()

    def wait_for_shop(self) -> None:
        Visit(random.Random(0), self._stop).get("/healthz/")

    def _shop(self, chance: random.Random) -> None:
        while not self._stop.is_set():
            with self._lock:
                if not self._left:
                    break
                self._left.pop()
            ref = Visit(chance, self._stop).buy()
            with self._lock:
                self.bought.append(ref)
        self.tick.set()


class Visit:
    """One browser: quote, basket, checkout, pay; each step is tried until the shop answers."""

    def __init__(self, chance: random.Random, stop: threading.Event) -> None:
        self.session = requests.Session()
        self.chance = chance
        self.stop = stop
        self.deadline = time.monotonic() + PATIENCE_S

    def buy(self) -> str:
        wish, city = self.chance.choice(WISHES), self.chance.choice(list(CITIES))
        while True:
            order, page = self._fill_basket(f"/quote/?{wish}&city={city}")
            answer = self._check_out(page, CITIES[city])
            if answer is not None:
                self._pay(answer)
                return order

    def _fill_basket(self, quote: str) -> tuple[str, str]:
        while True:
            panel = self.get(quote, headers={"HX-Request": "true"}).text
            token = fields(panel).get("quote")
            if token is None:
                raise AssertionError(f"no quote: {re.sub('<[^>]+>', ' ', panel)[:300]}")
            self.post("/basket/add/", {"quote": token})
            page = self.get("/checkout/").text
            order = fields(page).get("order")
            if order:
                return order, page

    def _check_out(self, page: str, city: str) -> str | None:
        """Where to pay; None when the basket must be filled again (hours were just taken)."""
        data = {**fields(page), "email": "ada@example.invalid", "name": "Ada", "street": "1 Rue",
                "postcode": "69001", "city": city}  # fmt: skip
        for _ in range(200):
            answer = self.post("/checkout/", data, follow=False)
            if answer.status_code == 303:
                return answer.headers["Location"]
            if answer.status_code == 302:
                return None
        raise AssertionError("the checkout never ended")

    def _pay(self, where: str) -> None:
        standin = urlsplit(settings.STRIPE_STANDIN_URL).netloc
        while urlsplit(where).netloc != standin:
            # The pay page could not be made at that moment: press "pay" on the order's page.
            page = self.get(where).text
            found = re.search(r'action="([^"]+/pay/)"', page)
            if found is None:
                return  # it is paid or given up already
            where = self.post(found.group(1), {}, follow=False).headers.get("Location", where)
        answer = self.session.post(where, {"do": "pay"}, allow_redirects=False, timeout=20)
        back = answer.headers.get("Location")
        if back and self.chance.random() < 0.6:
            self.get(back)

    def get(self, path: str, **options: object) -> requests.Response:
        return self._try("GET", path, **options)

    def post(self, path: str, data: dict[str, str], *, follow: bool = True) -> requests.Response:
        token = self.session.cookies.get("csrftoken", "")
        headers = {"X-CSRFToken": token, "Referer": settings.SITE_URL}
        return self._try("POST", path, data=data, headers=headers, allow_redirects=follow)

    def _try(self, method: str, path: str, **options: object) -> requests.Response:
        url = path if path.startswith("http") else settings.SITE_URL + path
        while time.monotonic() < self.deadline and not self.stop.is_set():
            try:
                answer = self.session.request(method, url, timeout=30, **options)  # type: ignore[arg-type]
                if answer.status_code < 500:
                    return answer
            except requests.RequestException:
                pass
            self.stop.wait(self.chance.uniform(0.1, 0.5))
        raise AssertionError(f"the shop did not answer for {PATIENCE_S:g} s: {method} {path}")


def fields(page: str) -> dict[str, str]:
    """Hidden fields of a page by name; the last of a name counts."""
    return dict(FIELD.findall(page))
