"""Runs blocks: bash, a server that starts bash and Python, and their limits. Knows no guide."""
