"""Blocks of data in formats such as JSON and YAML."""
