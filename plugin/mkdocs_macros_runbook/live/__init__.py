"""Marks, the form's data, the client script and its style: values that follow the form."""
