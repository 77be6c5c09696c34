"""A program may make some of a design's parts; those that are there make all of them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("manufacturing", "0009_sheets_have_a_thickness")]

    operations = [
        migrations.RemoveConstraint(model_name="program", name="one_program_a_design_and_profile"),
        migrations.AddField(
            model_name="program",
            name="parts",
            field=models.TextField(
                blank=True, default="", help_text="Names of the parts it makes, by line; none: all."
            ),
        ),
        migrations.AddConstraint(
            model_name="program",
            constraint=models.UniqueConstraint(
                condition=models.Q(("lost_at", None)),
                fields=("design", "profile_digest", "material", "parts", "quantity"),
                name="one_program_a_design_and_profile",
            ),
        ),
    ]
