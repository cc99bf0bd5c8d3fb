"""What the plugin changes in the elements of a page: live values, the form, the steps."""
