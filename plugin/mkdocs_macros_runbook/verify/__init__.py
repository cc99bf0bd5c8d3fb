"""Verification: the blocks of a built site, run as walkthroughs, as tests of pytest."""
