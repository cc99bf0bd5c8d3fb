"""What runs blocks: a bash, a Python server, and the limits on both. Knows no guide."""
