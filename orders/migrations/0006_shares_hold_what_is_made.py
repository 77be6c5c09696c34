"""What is made and sent stands with the shares alone."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0005_every_line_has_a_share")]

    operations = [
        migrations.RemoveField(model_name="orderitem", name="need"),
        migrations.RemoveField(model_name="shipment", name="item"),
        migrations.AlterField(
            model_name="shipment",
            name="share",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="shipment",
                to="orders.lineshare",
            ),
        ),
    ]
