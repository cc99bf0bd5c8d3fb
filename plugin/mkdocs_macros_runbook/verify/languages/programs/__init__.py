"""Programs that readers save as files, and the commands that run them."""
