"""What mkdocs.yml declares, resolved and validated. Knows only text."""
