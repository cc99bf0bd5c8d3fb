"""A page's source: names, fences, excerpts, VitePress forms."""
