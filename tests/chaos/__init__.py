"""Kill everything at random and see whether every part is made exactly once.

``python -m tests.chaos --seed 1 --orders 100 --kills 60`` (``make chaos``) ends with the line
``N orders, N kills, N violations``.
"""
