from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "orders"

    def ready(self) -> None:
        from configurator.prices import set_piece_cost
        from orders import tasks  # noqa: F401  (registers the work handlers)
        from orders.piece_cost import piece_cost

        set_piece_cost(piece_cost)
