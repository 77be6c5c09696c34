"""Lines that are there are made by one workshop: their one share keeps their name and their work.

Jobs and holds know them by that name, so nothing of them changes.
"""

from typing import Any

from django.db import migrations

AT_ONCE = 500


def share_lines(apps: Any, schema_editor: Any) -> None:
    item_of, share_of = (apps.get_model("orders", name) for name in ("OrderItem", "LineShare"))
    shipment_of = apps.get_model("orders", "Shipment")
    rows = item_of.objects.order_by("pk").iterator(chunk_size=AT_ONCE)
    shares = (
        share_of(item_id=row.pk, number=1, ref=row.ref, need=row.need, promise=row.promise)
        for row in rows
    )
    share_of.objects.bulk_create(shares, batch_size=AT_ONCE)
    by_item = dict(share_of.objects.values_list("item_id", "pk"))
    for parcel in shipment_of.objects.all():
        parcel.share_id = by_item[parcel.item_id]
        parcel.save(update_fields=["share"])


def unshare_lines(apps: Any, schema_editor: Any) -> None:
    """Back to one job a line. Lines with several shares cannot go back, and nothing is changed."""
    share_of, shipment_of = (apps.get_model("orders", name) for name in ("LineShare", "Shipment"))
    item_of = apps.get_model("orders", "OrderItem")
    if share_of.objects.filter(number__gt=1).exists():
        raise RuntimeError("an order line is made by several workshops, which only this can hold")
    for share in share_of.objects.all():
        item_of.objects.filter(pk=share.item_id).update(need=share.need)
        shipment_of.objects.filter(share_id=share.pk).update(item_id=share.item_id)


class Migration(migrations.Migration):
    dependencies = [("orders", "0004_line_shares")]

    operations = [migrations.RunPython(share_lines, unshare_lines)]
