"""What the plugin adds to fences and removes from them, and what is wrong with them."""
