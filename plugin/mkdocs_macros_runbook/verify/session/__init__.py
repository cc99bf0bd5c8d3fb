"""The verification of a site: its walkthroughs in turn, their results, and the record."""
