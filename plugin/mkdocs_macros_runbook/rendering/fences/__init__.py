"""What the plugin adds to fences and removes from them, and which have problems."""
