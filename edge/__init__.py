"""The agent in a workshop: it fetches signed jobs, checks them itself and drives the machines.

It imports no Django and nothing of the hub, so that it can be installed alone.
"""
