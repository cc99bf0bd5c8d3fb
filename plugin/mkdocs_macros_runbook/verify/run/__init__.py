"""What runs blocks: a bash, a server that starts it and Python, their limits. Knows no guide."""
