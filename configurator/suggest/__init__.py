"""Alternatives to a design: a search through its family's own parameters. Pure; no Django.

What is searched, how stiffness is measured and how good the search is:
docs/algorithms/suggestions.md. Only ``searches`` imports pymoo, and only the process that
searches imports ``searches``.
"""
