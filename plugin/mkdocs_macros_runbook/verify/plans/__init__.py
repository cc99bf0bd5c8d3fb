"""Which walkthroughs a page needs, and which blocks and values each has."""
