"""Solids, lettering and files: plain arrays in, plain arrays out."""
