"""Product families and what turns their parameters into checked, printable solids."""
