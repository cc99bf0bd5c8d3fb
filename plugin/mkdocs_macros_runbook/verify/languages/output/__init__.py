"""Blocks that show output: as text, as a diff, or as data, compared with what was printed."""
