"""The verification of a site: its walkthroughs in turn, and their results."""
