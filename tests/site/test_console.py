"""The workshop's console: what its people read and type."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from manufacturing.measures import measures
from manufacturing.models import Inspection, Job, MachineSeen, Program, Stock
from manufacturing.needs import JobNeed
from tests.site.town import Town

pytestmark = pytest.mark.django_db
NEED = JobNeed("k", "name-tag", "fdm", "pla", "kiln", 1, (62.0, 24.0, 4.0), 60, 10, 0.4)


def live(town: Town, was: str) -> str:
    url = reverse("manufacturing:job-live", args=[town.job.uid])
    return town.client("owner").get(url, {"was": was, "v": "old"}).content.decode()


def test_the_form_comes_when_the_machine_is_done_and_goes_when_it_is_filled_in(town: Town) -> None:
    came = live(town, "running")
    assert 'id="inspecting" hx-swap-oob="true"' in came and 'name="x_mm"' in came
    assert 'id="inspect"' in came and "#inspect" in came
    page = town.client("owner").get(reverse("manufacturing:job", args=[town.job.uid]))
    assert 'id="inspecting">' in page.content.decode()
    assert inspect(town).status_code == 302
    gone = live(town, "made")
    assert 'id="inspecting" hx-swap-oob="true"' in gone and 'name="x_mm"' not in gone


def test_what_is_being_typed_while_a_part_is_measured_stays(town: Town) -> None:
    assert 'id="inspecting"' not in live(town, "made")
    assert "?was=made&amp;v=" in live(town, "made")


def inspect(town: Town, **typed: Any) -> Any:
    sent = {"x_mm": "98", "y_mm": "98", "z_mm": "140", "result": "pass"} | typed
    return town.client("owner").post(reverse("manufacturing:inspect", args=[town.job.uid]), sent)


def test_each_axis_is_named_and_says_what_is_wanted_and_allowed(town: Town) -> None:
    url = reverse("manufacturing:job", args=[town.job.uid])
    page = town.client("owner").get(url).content.decode()
    for label in ("Width, x in mm", "Depth, y in mm", "Height, z in mm"):
        assert label in page
    assert "wanted <b>140.00 mm</b>, allowed 139.60 to 140.40 mm" in page


def test_every_axis_that_is_off_is_marked_and_nothing_is_decided(town: Town) -> None:
    answer = inspect(town, x_mm="97", z_mm="141.5")
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Width (x) is 97 mm; wanted 98.00 mm, allowed 97.60 to 98.40 mm." in page
    assert "Height (z) is 141.5 mm; wanted 140.00 mm, allowed 139.60 to 140.40 mm." in page
    assert "Depth (y) is" not in page
    marked = re.findall(r'<input id="id_(\w)_mm"[^>]*aria-invalid="true"', page)
    assert marked == ["x", "z"]
    assert "say why here" in page and not Inspection.objects.filter(job=town.job).exists()


def test_a_part_that_is_off_passes_with_a_reason_and_keeps_its_mark(town: Town) -> None:
    answer = inspect(town, x_mm="97", note="the customer agreed on the phone")
    assert answer.status_code == 302
    page = town.client("owner").get(answer["Location"]).content.decode()
    assert "97.00 mm, outside" in page and page.count("outside") == 1


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"x_mm": ""}, "measure the width (x) too"),
        ({"y_mm": "wide"}, "cannot read the depth (y)"),
        ({"z_mm": "0"}, "height (z) of nothing"),
        ({"z_mm": "9999"}, "more than 2 m"),
        ({"result": "perhaps"}, "press one of the two buttons"),
        ({"result": "scrap"}, "say what is wrong"),
        ({"note": "x" * 301}, "300 characters"),
    ],
)
def test_what_cannot_be_read_is_said_in_our_words(
    town: Town, typed: dict[str, str], words: str
) -> None:
    page = inspect(town, **typed).content.decode()
    assert words in page
    for django in ("This field is required", "Ensure this", "Enter a", "Select a valid"):
        assert django not in page


def test_measures_are_judged_to_the_hundredth() -> None:
    x, y, z = measures(NEED, (62.4, 24.41, 4.0))
    assert [x.off, y.off, z.off] == [False, True, False]
    assert y.sentence == "Depth (y) is 24.41 mm; wanted 24.00 mm, allowed 23.60 to 24.40 mm."
    assert not any(one.off for one in measures(NEED))


BODY, LID = (80.0, 52.0, 29.0), (84.0, 56.0, 3.0)


def box_and_lid(town: Town) -> None:
    """The town's job makes two parts: a box round both would be 84 × 56 × 29 mm."""
    need = replace(town.job.wanted, size_mm=(84.0, 56.0, 29.0), boxes_mm=(LID, BODY))
    Job.objects.filter(pk=town.job.pk).update(need=need.as_json())


def test_of_several_parts_the_largest_is_measured_by_its_own_size(town: Town) -> None:
    box_and_lid(town)
    url = reverse("manufacturing:job", args=[town.job.uid])
    form = town.client("owner").get(url).content.decode().split('id="inspect"')[1]
    assert "Its parts are 84 × 56 × 3 mm and 80 × 52 × 29 mm. Measure the largest" in form
    assert re.findall(r"wanted <b>([\d.]+) mm", form) == ["80.00", "52.00", "29.00"]
    assert inspect(town, x_mm="84", y_mm="56", z_mm="29").status_code == 422
    answer = inspect(town, x_mm="80", y_mm="52.1", z_mm="29")
    assert answer.status_code == 302
    page = town.client("owner").get(answer["Location"]).content.decode()
    assert "52.10 mm" in page and "outside" not in page


def test_a_single_part_is_simply_measured(town: Town) -> None:
    url = reverse("manufacturing:job", args=[town.job.uid])
    page = town.client("owner").get(url).content.decode()
    assert "Measure the part with a caliper" in page and "Its parts are" not in page


def stock(town: Town, **typed: str) -> Any:
    sent = {"material": "petg", "colour": "kiln", "grams": "1000"} | typed
    return town.client("owner").post(reverse("manufacturing:stock", args=[town.a.pk]), sent)


def test_a_spool_is_put_on_the_shelf_and_taken_off(town: Town) -> None:
    before = Stock.objects.get(factory=town.a).grams
    assert stock(town, way="in").status_code == 302
    assert Stock.objects.get(factory=town.a).grams == before + 1000
    page = town.client("owner").get(stock(town, way="out", grams="250")["Location"])
    assert Stock.objects.get(factory=town.a).grams == before + 750
    assert page.status_code == 200


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"grams": ""}, "how many grams came or went"),
        ({"grams": "a lot"}, "whole grams"),
        ({"grams": "0"}, "Nothing would change"),
        ({"grams": "20001"}, "more than 20 kg"),
        ({"material": "gold"}, "does not print in this material"),
        ({"colour": "tartan"}, "does not come in that colour"),
        ({"colour": ""}, "choose the colour"),
        ({"way": "out", "grams": "20000", "colour": "sage"}, "promised to jobs"),
    ],
)
def test_the_shelf_says_what_is_wrong_in_our_words(
    town: Town, typed: dict[str, str], words: str
) -> None:
    answer = stock(town, **typed)
    page = answer.content.decode()
    assert answer.status_code == 422 and words in page
    for django in ("This field is required", "Ensure this", "Enter a", "Select a valid"):
        assert django not in page


def test_the_job_page_says_why_held_and_real_time_differ(town: Town) -> None:
    Job.objects.filter(pk=town.job.pk).update(program=Program.objects.first())
    url = reverse("manufacturing:job", args=[town.job.uid])
    page = town.client("owner").get(url).content.decode()
    assert "Held for it" in page and "slowest kind of machine would need" in page
    assert 'data-local="moment"' in page and " UTC</time>" in page


def test_the_label_has_a_way_back_and_a_button_that_needs_no_inline_script(town: Town) -> None:
    page = town.client("owner").get(reverse("orders:label", args=[town.passed.pk])).content.decode()
    job = reverse("manufacturing:job", args=[town.passed.uid])
    assert f'href="{job}"' in page and "Back to the job" in page
    assert "data-print hidden" in page and "onclick" not in page
    assert "Stock</a>" in page  # the console's own navigation, which print leaves out


def test_a_stranger_sees_no_label(town: Town) -> None:
    assert Client().get(reverse("orders:label", args=[town.passed.pk])).status_code == 302


def test_the_card_of_a_plate_to_clear_leads_to_the_job_on_it(town: Town) -> None:
    machine = town.job.machine
    assert machine is not None
    type(machine).objects.filter(pk=machine.pk).update(status="needs_clearing")
    about = {"at": timezone.now(), "plate_job": town.job.uid}
    MachineSeen.objects.update_or_create(machine=machine, defaults=about)
    url = reverse("manufacturing:machines-live", args=[town.a.pk])
    html = town.client("owner").get(url).content.decode()
    assert (
        f'<a href="{reverse("manufacturing:job", args=[town.job.uid])}">The last part</a>' in html
    )
