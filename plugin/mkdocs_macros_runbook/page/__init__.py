"""A page's source: its names, fences, excerpts and VitePress forms."""
