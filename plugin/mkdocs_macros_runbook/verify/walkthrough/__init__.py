"""One run of a page: its state, and what it does with a block."""
