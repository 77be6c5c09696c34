"""Pure engines of planning: slicing, reading G-code, checking it and estimating it."""
