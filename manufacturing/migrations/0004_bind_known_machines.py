"""Machines that a node drives already are bound to it, so that nothing stops at the upgrade."""

from django.db import migrations


def bind(apps, schema_editor):
    Machine = apps.get_model("manufacturing", "Machine")
    Node = apps.get_model("manufacturing", "Node")
    Report = apps.get_model("manufacturing", "Report")
    for machine in Machine.objects.filter(node=None):
        paired = Node.objects.filter(
            factory_id=machine.factory_id, paired_at__isnull=False, revoked_at=None
        )
        last = Report.objects.filter(job__machine=machine, node__in=paired).order_by("-pk").first()
        # Who spoke of its jobs last drives it. Without a word of anybody the only computer of
        # the workshop does; of several, the first that reaches the machine.
        if last is not None:
            machine.node_id = last.node_id
        elif paired.count() == 1:
            machine.node_id = paired.get().pk
        machine.save(update_fields=["node"])
        machine.jobs.filter(status__in=["leased", "running", "paused"]).update(
            node_id=machine.node_id
        )


class Migration(migrations.Migration):
    dependencies = [("manufacturing", "0003_each_machine_has_one_node")]
    operations = [migrations.RunPython(bind, migrations.RunPython.noop)]
