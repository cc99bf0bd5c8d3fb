"""The verification record: results, digests, the status of a block."""
