"""What the plugin adds to fences and takes off, and which are at fault."""
