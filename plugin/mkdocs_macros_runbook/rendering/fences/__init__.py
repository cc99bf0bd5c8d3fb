"""Fences of a page: what the plugin adds to them and takes off, and which of them are at fault."""
