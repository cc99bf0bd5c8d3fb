"""A reader of a built page, in a browser."""
