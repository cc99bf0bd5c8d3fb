"""One run of a page: its state, its world, and the turn of each block."""
