"""The site of a guide: as it is configured, as it is built, and its pages as readers see them."""
