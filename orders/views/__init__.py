"""Pages of the shop, one file a matter."""
