"""A robot that follows a page in a browser, as a reader does."""
