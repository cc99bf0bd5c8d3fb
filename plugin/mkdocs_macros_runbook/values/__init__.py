"""Parameters and derived values: declared, resolved, validated. Knows only text."""
