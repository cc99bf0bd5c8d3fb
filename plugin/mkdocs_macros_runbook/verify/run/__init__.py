"""What runs blocks: a bash, a server that starts it and Python, and limits. Knows no guide."""
