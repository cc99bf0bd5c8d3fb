"""The verification record: what a run of the tests tells the pages about their blocks."""
