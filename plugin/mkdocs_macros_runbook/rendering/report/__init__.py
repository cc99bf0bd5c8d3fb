"""What pages show of the verification record."""
