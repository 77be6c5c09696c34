"""Files of strangers: read in a process that can do nothing else, handed on as plain arrays."""
