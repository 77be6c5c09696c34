"""Orders from before a line could be made by several workshops keep their jobs and parcels."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

BEFORE, AFTER = ("orders", "0003_refund_account"), ("orders", "0006_shares_hold_what_is_made")


@pytest.mark.django_db(transaction=True)
def test_a_line_that_is_there_gets_one_share_with_its_name_and_goes_back() -> None:
    try:
        executor = MigrationExecutor(connection)
        executor.migrate([BEFORE, ("configurator", executor.loader.graph.leaf_nodes(
            "configurator")[0][1])])  # fmt: skip
        old = executor.loader.project_state([BEFORE]).apps
        design = old.get_model("configurator", "Design").objects.create(
            key="0" * 32, family="twisted-vase", version=1, params={}
        )
        order = old.get_model("orders", "Order").objects.create(status="draft", browser="b")
        item = old.get_model("orders", "OrderItem").objects.create(
            order=order, design=design, ref="f" * 32, title="Vase", material="petg", colour="kiln",
            quantity=2, need={"grams": 5}, lines=[], total_cents=10, tax_cents=1,
            promise={"city": "Lyon"}, held_until=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
            withdrawal="personalised",
        )  # fmt: skip
        old.get_model("orders", "Shipment").objects.create(item=item, by="Atelier Rhône")
        executor = MigrationExecutor(connection)
        executor.migrate([AFTER])
        new = executor.loader.project_state([AFTER]).apps
        share = new.get_model("orders", "LineShare").objects.get()
        assert (share.ref, share.number, share.item_id) == ("f" * 32, 1, item.pk)
        assert share.need == {"grams": 5} and share.promise == {"city": "Lyon"}
        assert new.get_model("orders", "Shipment").objects.get().share_id == share.pk
        executor = MigrationExecutor(connection)
        executor.migrate([BEFORE])
        again = executor.loader.project_state([BEFORE]).apps
        assert again.get_model("orders", "OrderItem").objects.get().need == {"grams": 5}
        assert again.get_model("orders", "Shipment").objects.get().item_id == item.pk
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes())
