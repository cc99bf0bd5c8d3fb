"""A page while it is rendered: its guide, its source, and what is recorded of it."""
