"""An order line may be made by several workshops: each has its share of it."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0003_refund_account")]

    operations = [
        migrations.CreateModel(
            name="LineShare",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(default=1)),
                ("ref", models.CharField(editable=False, max_length=40, unique=True)),
                ("need", models.JSONField(help_text="manufacturing.needs.JobNeed")),
                (
                    "promise",
                    models.JSONField(help_text="Likely maker, km, date range, confidence."),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="shares",
                        to="orders.orderitem",
                    ),
                ),
            ],
            options={"ordering": ["item", "number"]},
        ),
        migrations.AddConstraint(
            model_name="lineshare",
            constraint=models.UniqueConstraint(
                fields=("item", "number"), name="one_share_a_number"
            ),
        ),
        migrations.AddField(
            model_name="shipment",
            name="share",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="shipment",
                to="orders.lineshare",
            ),
        ),
        migrations.AlterField(
            model_name="orderitem",
            name="promise",
            field=models.JSONField(help_text="When all of it is there: date range, confidence."),
        ),
        # The next step fills these again when it is undone.
        migrations.AlterField(
            model_name="orderitem",
            name="need",
            field=models.JSONField(help_text="manufacturing.needs.JobNeed", null=True),
        ),
        migrations.AlterField(
            model_name="shipment",
            name="item",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="shipment",
                to="orders.orderitem",
            ),
        ),
    ]
